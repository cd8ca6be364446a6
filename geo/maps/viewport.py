"""What of many shapes is worth drawing in one view of the map.

Pure functions over arrays. From near, shapes are drawn with as many vertices as the screen can
show; those of a few pixels become marks; where a view holds too many, they are counted per cell of
the screen. Coordinates are longitude and latitude in degrees, EPSG:4490.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.maps.layers import (
    Counts,
    Geometries,
    Labels,
    Layer,
    Numbers,
    Part,
    Points,
    Polygons,
    Style,
    Whole,
)
from geo.maps.view import TILE_PX, Bounds, View, bounds_of, screen_size, world_pixels

__all__ = ["Bounds", "View", "bounds_of", "look", "look_at_borders", "simplify_to_screen"]

CAP = 1500
CELL_PX = 60
# The size of a mark: a shape is drawn as soon as it is larger than what stands for it.
TINY_PX = 11.0
# Areas that join each other are drawn from smaller sizes on.
TINY_AREA_PX = 6.0
TOLERANCE_PX = 0.4
VERTEX_CAP = 120_000

T = TypeVar("T")


class Shapes(Protocol):
    """Shapes in EPSG:4490 that need not be there before they are asked for."""

    def __getitem__(self, rows: Whole, /) -> Geometries:
        """Give the shapes of some rows."""
        ...


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """Shapes with what belongs to each; `boxes` are their bounds."""

    geometries: Geometries | Shapes
    ids: Sequence[str]
    styles: Sequence[Style]
    labels: Sequence[str] | None
    boxes: Numbers
    late: Mask | None = None


def look(
    geometries: Geometries | Shapes,
    ids: Sequence[str],
    styles: Sequence[Style],
    view: View,
    *,
    name: str = "patches",
    title: str = "",
    labels: Sequence[str] | None = None,
    boxes: Numbers | None = None,
    late: Mask | None = None,
    cap: int = CAP,
    show_labels: Labels = Labels.HOVER,
    clickable: bool = True,
) -> Layer:
    """Choose what of these shapes the map draws in this view.

    Parameters
    ----------
    geometries
        Polygons and multipolygons in EPSG:4490; None and empty ones are passed over. With `boxes`
        anything that gives the shapes of some rows.
    ids, styles, labels
        One for each geometry, as lists or arrays; labels are shown as text.
    view
        What the map shows; a margin of `geo.maps.view.PAD` around it is drawn too.
    name, title, show_labels, clickable
        Of the layer that comes back: see `Layer`.
    boxes
        The bounds of the geometries (``shapely.bounds``), if the caller keeps them.
    late
        Which of them are late, if the caller knows; otherwise their styles tell.
    cap
        With more shapes than this in view they are counted instead of drawn.

    Returns
    -------
    Layer
        With polygons and marks, or with counts and marks for those that stand alone in their cell.
        The order of the shapes in the input does not matter; small ones lie above large ones.
    """
    boxes = shapely.bounds(geometries) if boxes is None else boxes
    shapes = _Shapes(geometries, ids, styles, labels, boxes, late)
    seen = _in_view(boxes, view)
    parts = _count(shapes, seen, view) if len(seen) > cap else _draw(shapes, seen, view)
    return Layer(name, title, parts, show_labels, clickable)


def look_at_borders(
    geometries: Geometries,
    ids: Sequence[str],
    style: Style,
    view: View,
    *,
    name: str = "grids",
    title: str = "",
    labels: Sequence[str] | None = None,
    boxes: Numbers | None = None,
    clickable: bool = False,
    is_on: bool = True,
) -> Layer:
    """Choose what of the borders of a partition (grids, townships) the map draws in this view.

    Parameters
    ----------
    geometries, ids, view, name, title, labels, boxes, clickable
        As for `look`; each label stands in the part of its area that is seen.
    style
        Of all of them.
    is_on
        Whether the layer is switched on before the person chose.

    Returns
    -------
    Layer
        Borders are never counted: areas under `TINY_AREA_PX` are left out, they would be a grey
        mass.
    """
    boxes = shapely.bounds(geometries) if boxes is None else boxes
    seen = _in_view(boxes, view)
    width, height = screen_size(boxes[seen], view.zoom)
    seen = seen[np.maximum(width, height) >= TINY_AREA_PX]
    parts: list[Part] = []
    if len(seen):
        areas = geometries[seen]
        part = Polygons(
            _pick(ids, seen),
            simplify_to_screen(areas, view.zoom),
            [style] * len(seen),
            _pick_labels(labels, seen),
            None if labels is None else _label_places(areas, view),
        )
        parts.append(part)
    return Layer(name, title, parts, Labels.ALWAYS, clickable, is_on)


def simplify_to_screen(geometries: Geometries, zoom: float) -> Geometries:
    """Drop the vertices that a screen cannot show at this zoom.

    Parameters
    ----------
    geometries
        Polygons or lines in degrees.
    zoom
        Of the web map.

    Returns
    -------
    Geometries
        Within `TOLERANCE_PX` of the given ones, coarser where all together would still have more
        than `VERTEX_CAP` vertices. A shape that would vanish stays as it was. Shapes may come out
        invalid: they are for drawing, never for measuring.
    """
    tolerance = TOLERANCE_PX * 360.0 / (TILE_PX * 2.0**zoom)
    shown = geometries
    for _ in range(6):
        shown = shapely.simplify(geometries, tolerance, preserve_topology=False)
        gone = shapely.is_empty(shown) | shapely.is_missing(shown)
        shown[gone] = geometries[gone]
        if shapely.get_num_coordinates(shown).sum() <= VERTEX_CAP:
            break
        tolerance *= 2
    return np.asarray(shown)


def _in_view(boxes: Numbers, view: View) -> Whole:
    west, south, east, north = view.padded()
    # A comparison with nan (an empty geometry's box) is False: such rows are passed over.
    meets: NDArray[np.bool_] = (
        (boxes[:, 0] <= east)
        & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north)
        & (boxes[:, 3] >= south)
    )
    return np.flatnonzero(meets)


def _draw(shapes: _Shapes, seen: Whole, view: View) -> list[Part]:
    width, height = screen_size(shapes.boxes[seen], view.zoom)
    is_tiny = np.maximum(width, height) < TINY_PX
    large_first = np.lexsort((_names(shapes, seen), -(width * height)))
    large = seen[large_first][~is_tiny[large_first]]
    tiny = seen[is_tiny]
    parts: list[Part] = []
    if len(large):
        part = Polygons(
            _pick(shapes.ids, large),
            simplify_to_screen(shapes.geometries[large], view.zoom),
            _pick(shapes.styles, large),
            _pick_labels(shapes.labels, large),
        )
        parts.append(part)
    if len(tiny):
        parts.append(_marks(shapes, tiny))
    return parts


def _count(shapes: _Shapes, seen: Whole, view: View) -> list[Part]:
    lon, lat = _middles(shapes.boxes[seen])
    cell, n = _cells(lon, lat, view.zoom)
    late = _late(shapes, seen).astype(np.int64)
    by_cell = np.argsort(cell, kind="stable")
    starts = np.concatenate([[0], np.cumsum(n)[:-1]])
    box = shapes.boxes[seen][by_cell]
    around = np.hstack(
        [
            np.minimum.reduceat(box[:, :2], starts, axis=0),
            np.maximum.reduceat(box[:, 2:], starts, axis=0),
        ]
    )
    many = n > 1
    counts = Counts(
        lon_deg=(np.bincount(cell, weights=lon) / n)[many],
        lat_deg=(np.bincount(cell, weights=lat) / n)[many],
        n=n[many],
        late=np.add.reduceat(late[by_cell], starts)[many],
        bounds=around[many],
    )
    # A circle with a 1 would hide which one it is.
    alone = seen[~many[cell]]
    return [_marks(shapes, alone), counts] if len(alone) else [counts]


def _late(shapes: _Shapes, rows: Whole) -> Mask:
    if shapes.late is not None:
        return shapes.late[rows]
    return np.array([style.is_late for style in _pick(shapes.styles, rows)], dtype=bool)


def _cells(lon: Numbers, lat: Numbers, zoom: float) -> tuple[Whole, Whole]:
    """Number the screen cells that hold something, and count what each holds.

    Cells belong to the world, not to the view: they stay where they are while the map is moved.
    """
    x, y = world_pixels(lon, lat, zoom)
    columns, rows = (np.floor(place / CELL_PX).astype(np.int64) for place in (x, y))
    # One number a cell: pairs would be sorted as records, five times as slow.
    _, cell, n = np.unique(columns << 32 | rows, return_inverse=True, return_counts=True)
    return cell, n


def _marks(shapes: _Shapes, rows: Whole) -> Points:
    rows = rows[np.argsort(_names(shapes, rows))]
    lon, lat = _middles(shapes.boxes[rows])
    return Points(
        _pick(shapes.ids, rows),
        lon,
        lat,
        _pick(shapes.styles, rows),
        _pick_labels(shapes.labels, rows),
    )


def _label_places(areas: Geometries, view: View) -> Numbers:
    """Find a place inside the seen part of each area, or inside the area if none of it is seen."""
    seen = shapely.clip_by_rect(areas, view.west, view.south, view.east, view.north)
    outside = shapely.is_empty(seen)
    seen[outside] = areas[outside]
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(seen)))


def _names(shapes: _Shapes, rows: Whole) -> NDArray[np.str_]:
    return np.array(_pick(shapes.ids, rows), dtype=np.str_)


def _middles(boxes: Numbers) -> tuple[Numbers, Numbers]:
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def _pick(values: Sequence[T], rows: Whole) -> list[T]:
    return [values[row] for row in rows]


def _pick_labels(labels: Sequence[str] | None, rows: Whole) -> list[str] | None:
    return None if labels is None else _pick(labels, rows)
