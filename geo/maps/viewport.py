"""What of many shapes is worth drawing in one view of the map.

Pure functions over arrays. From near, shapes are drawn with as many vertices as the screen can
show; those of a few pixels become marks; where a view holds too many, they are counted per cell of
the screen. Coordinates are longitude and latitude in degrees, EPSG:4490; `zoom` is the web map's
(256 pixels around the equator at zoom 0, doubled with each step).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

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

T = TypeVar("T")
Bounds = tuple[float, float, float, float]
Flags = NDArray[np.bool_]

TILE_PX = 256
MIN_ZOOM = 3
MAX_ZOOM = 19
# Fitting to something small keeps its surroundings in sight.
FIT_MAX_ZOOM = 16
FIT_MARGIN_PX = 20
FIT_ZOOM_STEP = 0.5
MAX_LATITUDE = 85.05112878

# Drawn beyond each edge, in shares of the view: a short move then shows no blank margin, and the
# map asks for nothing as long as it stays inside (the component is told this number).
PAD = 0.5
CAP = 1500
CELL_PX = 60
TINY_PX = 7.0
TOLERANCE_PX = 0.4
VERTEX_CAP = 120_000


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows now.

    Parameters
    ----------
    west, south, east, north
        Its edges in degrees.
    zoom
        Of the web map; whole numbers, and halves after a fit.
    """

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @classmethod
    def covering(cls, bounds: Bounds, *, width_px: float = 900, height_px: float = 520) -> Self:
        """Guess the view of a map of this size that has just been fitted to these bounds.

        Used before the map has reported its real view, so that the first picture already holds
        what will be seen.

        Parameters
        ----------
        bounds
            West, south, east, north in degrees; may be a single point.
        width_px, height_px
            Size of the map on the screen.
        """
        west, south, east, north = bounds
        x, y = world_pixels(np.array([west, east]), np.array([south, north]), 0.0)
        span_x, span_y = max(abs(x[1] - x[0]), 1e-9), max(abs(y[1] - y[0]), 1e-9)
        room_x, room_y = (max(px - 2 * FIT_MARGIN_PX, 1) for px in (width_px, height_px))
        scale = min(room_x / span_x, room_y / span_y)
        steps = math.floor(math.log2(scale) / FIT_ZOOM_STEP)
        zoom = min(max(steps * FIT_ZOOM_STEP, float(MIN_ZOOM)), float(FIT_MAX_ZOOM))
        half_x, half_y = width_px / 2 / 2**zoom, height_px / 2 / 2**zoom
        mid_x, mid_y = float(x.mean()), float(y.mean())
        lon, lat = degrees(
            np.array([mid_x - half_x, mid_x + half_x]), np.array([mid_y + half_y, mid_y - half_y])
        )
        return cls(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]), zoom)

    def padded(self, share: float = PAD) -> Bounds:
        """Widen the view by a share of its size on each side; west, south, east, north."""
        dx, dy = (self.east - self.west) * share, (self.north - self.south) * share
        return self.west - dx, self.south - dy, self.east + dx, self.north + dy


def world_pixels(lon_deg: Numbers, lat_deg: Numbers, zoom: float) -> tuple[Numbers, Numbers]:
    """Place longitudes and latitudes on the web map's plane of pixels, y growing southward."""
    size = TILE_PX * 2.0**zoom
    lat = np.radians(np.clip(lat_deg, -MAX_LATITUDE, MAX_LATITUDE))
    x = (np.asarray(lon_deg) + 180.0) / 360.0 * size
    y = (1.0 - np.arcsinh(np.tan(lat)) / math.pi) / 2.0 * size
    return x, y


def degrees(x: Numbers, y: Numbers, zoom: float = 0.0) -> tuple[Numbers, Numbers]:
    """Turn pixels of the web map's plane back into longitude and latitude in degrees."""
    size = TILE_PX * 2.0**zoom
    lon = x / size * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * y / size))))
    return lon, lat


def bounds_of(geometries: Geometries) -> Bounds | None:
    """Give the bounds around all shapes as west, south, east, north; None if there are none."""
    if len(geometries) == 0:
        return None
    west, south, east, north = (float(v) for v in shapely.total_bounds(geometries))
    return None if math.isnan(west) else (west, south, east, north)


def look(
    geometries: Geometries,
    ids: Sequence[str],
    styles: Sequence[Style],
    view: View,
    *,
    name: str = "patches",
    title: str = "",
    labels: Sequence[str] | None = None,
    boxes: Numbers | None = None,
    cap: int = CAP,
    show_labels: Labels = Labels.HOVER,
    clickable: bool = True,
) -> Layer:
    """Choose what of these shapes the map draws in this view.

    Parameters
    ----------
    geometries
        Polygons and multipolygons in EPSG:4490; None and empty ones are passed over.
    ids, styles, labels
        One for each geometry; labels are shown as text.
    view
        What the map shows; a margin of `PAD` around it is drawn too.
    name, title, show_labels, clickable
        Of the layer that comes back: see `Layer`.
    boxes
        The bounds of the geometries (``shapely.bounds``), if the caller keeps them.
    cap
        With more shapes than this in view they are counted instead of drawn.

    Returns
    -------
    Layer
        With polygons and marks, or with counts and marks for those that stand alone in their cell.
        The order of the shapes in the input does not matter; small ones lie above large ones.
    """
    if boxes is None:
        boxes = shapely.bounds(geometries)
    seen = np.flatnonzero(_in_view(boxes, view.padded()))
    if len(seen) > cap:
        parts = _count(seen, ids, styles, labels, boxes, view)
    else:
        parts = _draw(seen, geometries, ids, styles, labels, boxes, view)
    return Layer(name, title, parts, show_labels, clickable)


def _in_view(boxes: Numbers, bounds: Bounds) -> Flags:
    west, south, east, north = bounds
    # A comparison with nan (an empty geometry's box) is False: such rows are passed over.
    return np.asarray(
        (boxes[:, 0] <= east)
        & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north)
        & (boxes[:, 3] >= south)
    )


def _draw(
    seen: Whole,
    geometries: Geometries,
    ids: Sequence[str],
    styles: Sequence[Style],
    labels: Sequence[str] | None,
    boxes: Numbers,
    view: View,
) -> list[Part]:
    west, south = world_pixels(boxes[seen, 0], boxes[seen, 1], view.zoom)
    east, north = world_pixels(boxes[seen, 2], boxes[seen, 3], view.zoom)
    width, height = east - west, south - north
    is_tiny = np.maximum(width, height) < TINY_PX
    # Ties by row keep the order the same from view to view.
    large_first = np.lexsort((seen, -(width * height)))
    large = seen[large_first][~is_tiny[large_first]]
    tiny = np.sort(seen[is_tiny])
    parts: list[Part] = []
    if len(large):
        shown = simplify_to_screen(geometries[large], view.zoom)
        parts.append(
            Polygons(_pick(ids, large), shown, _pick(styles, large), _pick_labels(labels, large))
        )
    if len(tiny):
        parts.append(_marks(tiny, ids, styles, labels, boxes))
    return parts


def _count(
    seen: Whole,
    ids: Sequence[str],
    styles: Sequence[Style],
    labels: Sequence[str] | None,
    boxes: Numbers,
    view: View,
) -> list[Part]:
    lon, lat = _middles(boxes[seen])
    x, y = world_pixels(lon, lat, view.zoom)
    # Cells belong to the world, not to the view: they stay where they are while the map is moved.
    column, row = np.floor(x / CELL_PX).astype(np.int64), np.floor(y / CELL_PX).astype(np.int64)
    _, cell, n = np.unique(
        np.stack([column, row], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    late = np.array([style.is_late for style in _pick(styles, seen)], dtype=np.int64)
    order = np.argsort(cell, kind="stable")
    starts = np.concatenate([[0], np.cumsum(n)[:-1]])
    box = boxes[seen][order]
    around = np.column_stack(
        [
            np.minimum.reduceat(box[:, 0], starts),
            np.minimum.reduceat(box[:, 1], starts),
            np.maximum.reduceat(box[:, 2], starts),
            np.maximum.reduceat(box[:, 3], starts),
        ]
    )
    many = n > 1
    counts = Counts(
        lon_deg=(np.bincount(cell, weights=lon) / n)[many],
        lat_deg=(np.bincount(cell, weights=lat) / n)[many],
        n=n[many],
        late=np.add.reduceat(late[order], starts)[many],
        bounds=around[many],
    )
    alone = np.sort(seen[~many[cell]])
    parts: list[Part] = [_marks(alone, ids, styles, labels, boxes)] if len(alone) else []
    return [*parts, counts]


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


def _marks(
    rows: Whole,
    ids: Sequence[str],
    styles: Sequence[Style],
    labels: Sequence[str] | None,
    boxes: Numbers,
) -> Points:
    lon, lat = _middles(boxes[rows])
    return Points(_pick(ids, rows), lon, lat, _pick(styles, rows), _pick_labels(labels, rows))


def _middles(boxes: Numbers) -> tuple[Numbers, Numbers]:
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def _pick(values: Sequence[T], rows: Whole) -> list[T]:
    return [values[row] for row in rows]


def _pick_labels(labels: Sequence[str] | None, rows: Whole) -> list[str] | None:
    return None if labels is None else _pick(labels, rows)
