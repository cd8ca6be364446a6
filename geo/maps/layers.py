"""What the map shows, as plain data: named layers made of parts, each thing with a style.

Nothing here knows Leaflet, folium or a screen. Coordinates are longitude and latitude in degrees,
EPSG:4490 (CGCS2000), which a web map draws as if it were WGS 84: they differ by centimetres.
Text (titles, labels, identifiers) may hold anything: the map sets it as text, never as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


class Mark(StrEnum):
    """The shape of a small mark: what tells two stages apart besides their colour."""

    CIRCLE = "circle"
    RING = "ring"
    SQUARE = "square"
    FRAME = "frame"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CROSS = "cross"
    STAR = "star"


class Labels(StrEnum):
    """When the label of a thing on the map is to be read."""

    HOVER = "hover"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Style:
    """How one thing is drawn.

    Parameters
    ----------
    fill
        Colour of the surface as ``#rrggbb``; empty for none.
    line
        Colour of the outline, or of a line.
    width_px
        Width of the outline.
    dashed
        Whether the outline is broken.
    opacity
        Of the surface, 0 to 1.
    mark
        The shape that stands for it where it is too small to be drawn.
    is_late
        Whether it is past its due date; counted in `Counts`.
    """

    fill: str
    line: str
    width_px: float = 1.5
    dashed: bool = False
    opacity: float = 0.45
    mark: Mark = Mark.CIRCLE
    is_late: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """Areas: one polygon or multipolygon each.

    Parameters
    ----------
    label_at_deg
        Rows of longitude and latitude where a label that is always shown stands; the middle of the
        area's box if not given.
    """

    ids: Sequence[str]
    geometries: Geometries
    styles: Sequence[Style]
    labels: Sequence[str] | None = None
    label_at_deg: Numbers | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Routes and tracks: one line or multiline each."""

    ids: Sequence[str]
    geometries: Geometries
    styles: Sequence[Style]
    labels: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """Borders of many areas at once, each drawn a single time; none of them has a name.

    Parameters
    ----------
    lines
        Simple lines, those that lie near each other one after the other.
    style
        Of all of them.
    units_per_degree
        How finely their places are told to the map.
    """

    lines: Geometries
    style: Style
    units_per_degree: int


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Places, and areas that are too small to be drawn at this zoom: marks of one size."""

    ids: Sequence[str]
    lon_deg: Numbers
    lat_deg: Numbers
    styles: Sequence[Style]
    labels: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How many lie near a place: a circle with a number, for a view from far away.

    Parameters
    ----------
    lon_deg, lat_deg
        The mean position of those that are counted.
    n
        How many.
    late
        How many of them are past their due date.
    bounds
        Rows of west, south, east, north around each group: where a click on it leads.
    """

    lon_deg: Numbers
    lat_deg: Numbers
    n: Whole
    late: Whole
    bounds: Numbers


Part = Polygons | Lines | Net | Points | Counts


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A named layer that the map fetches piece by piece from this program.

    Parameters
    ----------
    name, title, labels, clickable, is_on
        As for `Layer`.
    address
        Where a tile is found, below this program's own address: with ``{z}``, ``{x}`` and ``{y}``,
        and ``{v}`` for the state that is wanted. What stands under it never changes but for what
        `changes_address` tells.
    changes_address
        Where the map asks what has changed since a state; empty: nothing does.
    label_address
        Where the map asks for what one thing is called, with its ``{id}``.
    count_below
        Zoom of the tiles (512 pixels) below which things are counted.
    styles
        What the numbers in the tiles stand for.
    epoch, since
        The state that tiles are wanted in, and the one that the page knows.
    """

    name: str
    title: str
    address: str
    changes_address: str
    label_address: str
    count_below: int
    styles: tuple[Style, ...]
    epoch: int
    since: int
    labels: Labels = Labels.HOVER
    clickable: bool = True
    is_on: bool = True


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Layer:
    """A named layer that a person can switch off: what it is called, and what is in it.

    Parameters
    ----------
    name
        Its identifier, told with every click: ``patches``, ``grids``.
    title
        Its name in the reader's language, shown in the layer switch.
    parts
        What is in it, lowest first.
    labels
        When labels are shown.
    clickable
        Whether a click on one of its things tells its identifier; otherwise the click goes through
        to what lies below.
    is_on
        Whether it is switched on before the person chose.
    sign
        How its things are drawn, if all are drawn alike: shown beside its switch.
    """

    name: str
    title: str
    parts: Sequence[Part] = ()
    labels: Labels = Labels.HOVER
    clickable: bool = True
    is_on: bool = True
    sign: Style | None = None
