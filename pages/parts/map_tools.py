"""What the screens do with the tools of a map: search, drawing, the keys they tell."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from geo.maps import map_tools as t
from geo.maps.map_tools import Answer, Found, MapTools
from geo.maps.view import Bounds
from geo.shapes.measure import geodesic_area_ha
from geo.workflow.drawn import Drawn, drawn_from, geojson_of
from geo.workflow.find_place import Place, PlaceKind, find_place
from pages.parts import cached, state
from pages.parts.map_report import ToolUse
from pages.parts.words import area, word

_DRAWN = "drawn"
_KEY_WORDS = {
    "J": "map_tools.key_next",
    "K": "map_tools.key_previous",
    "F": "map_tools.key_fit",
    "B": "map_tools.key_compare",
    "P": "map_tools.key_pass",
    "T": "map_tools.key_return",
    "Enter": "map_tools.key_enter",
    "Esc": "map_tools.key_escape",
    "?": "map_tools.key_help",
}


def tools_of(
    name: str,
    names: Iterable[str],
    *,
    today: date,
    title: str,
    goal: Bounds | None = None,
    keys: str = "",
) -> MapTools:
    """Offer tools on a map.

    Parameters
    ----------
    name
        Of the map.
    names
        Which tools, besides those of every map.
    title
        What stands above the printed map.
    goal
        Where F leads.
    keys
        Letters that the screen itself answers to, for the help.
    """
    found, drawn = state.remembered(_found_key(name)), state.remembered(_DRAWN)
    return MapTools(
        names=t.ALWAYS | frozenset(names),
        title=title,
        system=word("product.name"),
        day=today.isoformat(),
        goal=goal,
        keys=tuple((key, word(_KEY_WORDS[key])) for key in [*keys, "Enter", "Esc", "?"]),
        found=found if isinstance(found, Found) else None,
        drawn=drawn.id if isinstance(drawn, Drawn) else None,
    )


def listen(
    name: str,
    *,
    on_choice: Callable[[str], None] | None = None,
    on_select: Callable[[Any, str], None] | None = None,
) -> Callable[[ToolUse], None]:
    """Make what hears the tools of a map.

    Parameters
    ----------
    name
        Of the map.
    on_choice
        Called with the key of a patch that was found and chosen.
    on_select
        Called with the corners of a drawn area, as they came, and ``add`` or ``replace``.
    """
    return partial(_heard, name, on_choice, on_select)


def _heard(
    name: str,
    on_choice: Callable[[str], None] | None,
    on_select: Callable[[Any, str], None] | None,
    use: ToolUse,
) -> None:
    value = use.value
    if use.tool == t.SEARCH:
        asked = value.get("asked")
        text = str(value.get("text") or "")
        found = _search(text, asked if isinstance(asked, int) else 0)
        state.remember(_found_key(name), found)
    elif use.tool == t.CHOOSE and on_choice:
        on_choice(str(value.get("key") or ""))
    elif use.tool == t.SELECT and on_select:
        on_select(value.get("polygon"), "add" if value.get("mode") == "add" else "replace")
    elif use.tool == t.DRAW:
        drawn = drawn_from(value)
        state.remember(_DRAWN, drawn)
        if drawn is None:
            state.notice(word("map_tools.no_area"), is_good=False)


def _found_key(name: str) -> str:
    return f"found.{name}"


def _search(text: str, asked: int) -> Found:
    places = find_place(cached.store(), state.actor(), text)
    if not places:
        return Found(asked, sentence=word("map_tools.not_found"))
    return Found(asked, tuple(_answer(place) for place in places))


def _answer(place: Place) -> Answer:
    title, detail = place.title, ""
    reading = place.reading
    if place.kind is PlaceKind.PATCH:
        detail = word("map_tools.patch", batch=place.group)
    elif place.kind is PlaceKind.GRID:
        detail = word("map_tools.grid", code=place.group)
    elif place.kind is PlaceKind.FEATURE:
        detail = place.group
    elif reading is not None:
        title = f"{reading.lon_deg:.5f}, {reading.lat_deg:.5f}"
        detail = word("map_tools.degrees")
        if (zone := reading.zone) is not None:
            key = "map_tools.zone_guessed" if reading.is_zone_guessed else "map_tools.zone"
            values = {"zone": zone.number, "meridian": zone.meridian_deg}
            detail = word(key, width=zone.width_deg, **values)
    return Answer(title, detail.strip(), place.bounds, place.key)


def show_drawn() -> None:
    """Show what was drawn on the map: its size, and a file of it to take along."""
    drawn = state.remembered(_DRAWN)
    if not isinstance(drawn, Drawn):
        return
    with st.container(border=True):
        corners = word("map_tools.corners", count=drawn.corners)
        if drawn.is_area:
            title = word("map_tools.drawn_area")
            size = area(float(geodesic_area_ha([drawn.shape])[0]))
        else:
            title = word("map_tools.drawn_cut")
            size = word("map_tools.length", metres=f"{drawn.length_m:,.1f}")
        st.markdown(f"**{title}** · {size} · {corners}")
        left, right = st.columns(2)
        left.download_button(
            word("map_tools.save_drawn"),
            json.dumps(geojson_of(drawn)),
            file_name="drawn.geojson",
            mime="application/geo+json",
            on_click="ignore",
            width="stretch",
        )
        right.button(word("map_tools.drop_drawn"), width="stretch", on_click=_drop_drawn)


def _drop_drawn() -> None:
    state.remember(_DRAWN, None)
