"""What patches are coloured by: chosen on the map, kept in the address, told in the legend."""

from geo.maps.legend import ColourChoice, LegendEntry
from geo.maps.palette import ColourBy
from geo.workflow.patch_colours import Scheme
from geo.workflow.patch_rows import Patches
from pages.parts import cached, state
from pages.parts.drawing import named
from pages.parts.map_report import colour_of
from pages.parts.words import word

_HEARD = "colour"


def chosen_colour(name: str, *, has_choice: bool) -> ColourBy:
    """Tell what the patches of a map are coloured by; stages, if nobody chose or nobody can.

    Parameters
    ----------
    name
        Of the map.
    has_choice
        Whether the map offers the choice.
    """
    if not has_choice:
        return ColourBy.STAGE
    number, by = colour_of(name)
    heard = f"{_HEARD}.{name}"
    if number and state.remembered(heard) != number:
        state.remember(heard, number)
        if by in set(ColourBy):
            state.set_colour(by)
    wanted = state.colour()
    return ColourBy(wanted) if wanted in set(ColourBy) else ColourBy.STAGE


def colour_choice(by: ColourBy) -> ColourChoice:
    """Offer all ways."""
    options = {one.value: word(f"map.by_{one}") for one in ColourBy}
    return ColourChoice(word("map.colour_by"), options, by.value)


def legend_of(patches: Patches, scheme: Scheme) -> list[LegendEntry]:
    """List the signs of what is shown, causes and people by their names."""
    legend = scheme.legend(scheme.numbers(patches))
    return named(legend, _names(scheme))


def _names(scheme: Scheme) -> dict[str, str]:
    if scheme.by is ColourBy.PERSON:
        return {p.code: p.name(state.lang()) for p in cached.colleagues(state.actor())}
    if scheme.by is ColourBy.CAUSE:
        lists = cached.causes(state.actor()).values()
        return {
            code: known.name(code, state.lang())
            for code in scheme.named
            for known in lists
            if code in known.entries
        }
    return {}
