"""What the signs on the map mean: entries that the map draws by itself.

branca's own legends are not used: they fetch scripts from outside and put text into templates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo.maps.layers import Style
from geo.maps.palette import GREY, GRID_STYLE, OVERDUE, stage_style
from geo.model.stages import Stage

LATE_SIGN = Style(fill="", line=OVERDUE, width_px=3.0)
COUNT_SIGN = Style(fill=GREY, line=GREY)


@dataclass(frozen=True, slots=True)
class ColourChoice:
    """What the map offers to colour by.

    Parameters
    ----------
    label
        What stands beside the choice, in the reader's language.
    options
        What can be chosen, each with its words.
    chosen
        One of them.
    """

    label: str
    options: Mapping[str, str]
    chosen: str


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: a sign and what it stands for.

    Parameters
    ----------
    text_key
        The key of its words in `geo.text`; empty if `text` says it.
    text
        A name out of the data, as it came: shown as text, never as markup.
    """

    style: Style
    text_key: str = ""
    text: str | None = None


def stage_legend(stages: Iterable[Stage] = Stage) -> list[LegendEntry]:
    """List the signs of stages in the order of the work, with the sign of lateness at the end.

    Parameters
    ----------
    stages
        Those that are on the map; all if not given. Their order does not matter.
    """
    wanted = set(stages)
    entries = [LegendEntry(stage_style(s), f"stage.{s}") for s in Stage if s in wanted]
    return [*entries, LegendEntry(LATE_SIGN, "map.overdue")]


def grid_entry() -> LegendEntry:
    """Give the sign of a grid's border."""
    return LegendEntry(GRID_STYLE, "map.grid_border")
