"""The one palette of map, chart and report, and the mark that stands beside each colour.

Built on the eight colours of Okabe and Ito (*Color Universal Design*, 2008), which people with the
usual kinds of colour blindness tell apart. On this product's screens a colour means stage or
lateness, unless somebody chooses to colour by something else, which the legend's heading then says;
vermilion is kept for what is overdue or refused, whatever the colours stand for. Twelve stages are
more than colours can carry, so a colour stands for a phase of the work and the mark for the stage
in it.
"""

from enum import IntEnum, StrEnum
from functools import cache

from geo.maps.layers import Mark, Style
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Stage

BLACK = "#000000"
ORANGE = "#e69f00"
SKY_BLUE = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
BLUE = "#0072b2"
VERMILION = "#d55e00"
PURPLE = "#cc79a7"
# An eighth for classes, beside the seven of Okabe and Ito that are not kept for lateness.
VIOLET = "#461560"

GREY = "#7d8590"
INK = "#1f2a36"
PAPER = "#ffffff"
PALE = "#c4c9cf"
GRID_LINE = "#8a94a0"

OVERDUE = VERMILION
REFUSED = VERMILION

STAGE_COLOURS: dict[Stage, str] = {
    Stage.ISSUED: ORANGE,
    Stage.ASSIGNED: SKY_BLUE,
    Stage.IN_FIELD: BLUE,
    Stage.VERIFIED: PURPLE,
    Stage.COUNTY_PASSED: GREEN,
    Stage.CITY_PASSED: GREEN,
    Stage.AUDITED: GREEN,
    Stage.CLOSED_LAWFUL: GREY,
    Stage.CASE_OPEN: YELLOW,
    Stage.RECTIFYING: YELLOW,
    Stage.ACCEPTED: YELLOW,
    Stage.CLOSED: BLACK,
}
STAGE_MARKS: dict[Stage, Mark] = {
    Stage.ISSUED: Mark.RING,
    Stage.ASSIGNED: Mark.CIRCLE,
    Stage.IN_FIELD: Mark.TRIANGLE,
    Stage.VERIFIED: Mark.DIAMOND,
    Stage.COUNTY_PASSED: Mark.FRAME,
    Stage.CITY_PASSED: Mark.SQUARE,
    Stage.AUDITED: Mark.STAR,
    Stage.CLOSED_LAWFUL: Mark.CIRCLE,
    Stage.CASE_OPEN: Mark.TRIANGLE,
    Stage.RECTIFYING: Mark.DIAMOND,
    Stage.ACCEPTED: Mark.SQUARE,
    Stage.CLOSED: Mark.CROSS,
}
MARK_GLYPHS: dict[Mark, str] = {
    Mark.CIRCLE: "●",
    Mark.RING: "○",
    Mark.SQUARE: "■",
    Mark.FRAME: "□",
    Mark.DIAMOND: "◆",
    Mark.TRIANGLE: "▲",
    Mark.CROSS: "✕",
    Mark.STAR: "★",
}

# What patches lie on is drawn with lines, in colours that no stage has; only reserves have a shade.
RESERVE_LINE = "#44602c"
PERMIT_LINE = "#6a4f8f"
OTHER_LINE = "#7a5c43"
GROUND_STYLES: dict[LayerKind, Style] = {
    LayerKind.RESERVES: Style(RESERVE_LINE, RESERVE_LINE, 2.0, opacity=0.12),
    LayerKind.PERMITS: Style("", PERMIT_LINE, 2.0, dashed=True, mark=Mark.FRAME),
    LayerKind.ADMIN: Style("", INK, 1.6),
    LayerKind.REFERENCE: Style("", OTHER_LINE, 1.6, mark=Mark.DIAMOND),
}
# Province to county, township, village: a unit's code has up to so many digits, or more.
ADMIN_DIGITS = (6, 9)
ADMIN_STYLES = (
    Style("", INK, 2.6),
    Style("", INK, 1.6),
    Style("", INK, 1.0, dashed=True),
)


class ColourBy(StrEnum):
    """What the colours of patches can stand for."""

    STAGE = "stage"
    CAUSE = "cause"
    DUE = "due"
    BATCH = "batch"
    PERSON = "person"


class DueClass(IntEnum):
    """How near a deadline is."""

    OVERDUE = 0
    SOON = 1
    NEAR = 2
    LATER = 3
    NONE = 4
    CLOSED = 5


DUE_SIGNS: dict[DueClass, tuple[str, Mark]] = {
    DueClass.OVERDUE: (OVERDUE, Mark.TRIANGLE),
    DueClass.SOON: (ORANGE, Mark.DIAMOND),
    DueClass.NEAR: (YELLOW, Mark.SQUARE),
    DueClass.LATER: (BLUE, Mark.CIRCLE),
    DueClass.NONE: (PALE, Mark.RING),
    DueClass.CLOSED: (BLACK, Mark.CROSS),
}
# Causes, batches and people, the most frequent first; no two that follow each other look alike to
# any kind of colour blindness.
CLASS_SIGNS: tuple[tuple[str, Mark], ...] = (
    (BLUE, Mark.CIRCLE),
    (ORANGE, Mark.TRIANGLE),
    (BLACK, Mark.SQUARE),
    (SKY_BLUE, Mark.DIAMOND),
    (YELLOW, Mark.STAR),
    (GREEN, Mark.CROSS),
    (VIOLET, Mark.RING),
    (PURPLE, Mark.FRAME),
)
OTHERS_SIGN = (PALE, Mark.SQUARE)
NOT_GIVEN_SIGN = (PALE, Mark.RING)
# Shapes drawn in full are told apart by this colour alone: it is laid on thicker.
CLASS_OPACITY = 0.65

GRID_STYLE = Style(fill="", line=GRID_LINE, width_px=1.0, opacity=0.0, mark=Mark.FRAME)


@cache
def stage_style(stage: Stage, *, late: bool = False) -> Style:
    """Say how a patch is drawn.

    Parameters
    ----------
    stage
        Where it stands: gives the surface and the mark.
    late
        Whether it is past its due date: gives a wide vermilion outline, so that lateness is seen
        by width as well as by colour.
    """
    colour = STAGE_COLOURS[stage]
    # A broken outline sets the three levels of a phase apart where shapes are drawn in full.
    dashed = STAGE_MARKS[stage] in {Mark.RING, Mark.FRAME}
    return Style(
        fill=colour,
        line=OVERDUE if late else _darker(colour),
        width_px=3.0 if late else 1.5,
        dashed=dashed and not late,
        opacity=0.5,
        mark=STAGE_MARKS[stage],
        is_late=late,
    )


@cache
def due_style(due: DueClass) -> Style:
    """Say how a patch is drawn where colours stand for deadlines."""
    return _class_style(*DUE_SIGNS[due], late=due is DueClass.OVERDUE)


@cache
def class_style(sign: tuple[str, Mark], *, late: bool = False) -> Style:
    """Say how a patch is drawn where colours stand for causes, batches or people.

    Parameters
    ----------
    sign
        One of `CLASS_SIGNS`, `OTHERS_SIGN` or `NOT_GIVEN_SIGN`.
    late
        Whether it is past its due date: gives the same wide outline as everywhere.
    """
    return _class_style(*sign, late=late)


def _class_style(colour: str, mark: Mark, *, late: bool) -> Style:
    return Style(
        fill=colour,
        line=OVERDUE if late else _darker(colour),
        width_px=3.0 if late else 1.5,
        opacity=CLASS_OPACITY,
        mark=mark,
        is_late=late,
    )


def stage_glyph(stage: Stage) -> str:
    """Give the character that stands for a stage in tables and text: the mark of the map."""
    return MARK_GLYPHS[STAGE_MARKS[stage]]


def _darker(colour: str) -> str:
    """Mix a colour with ink, for an outline that holds against a light ground (WCAG 3:1)."""
    parts = [
        round(0.45 * int(colour[i : i + 2], 16) + 0.55 * int(INK[i : i + 2], 16)) for i in (1, 3, 5)
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)
