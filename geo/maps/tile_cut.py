"""Cuts what one tile shows out of prepared shapes: areas near, marks far, counts from very far.

Tiles are those of the web map with 512 pixels: zoom z of a tile is what a map of 256 pixels calls
z + 1. Three layers may be in one: ``areas`` and ``marks`` with the number of each shape and its
class, ``counts`` with how many lie in a cell of the screen and how many of them are late.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.maps.mvt import EXTENT, Rings, layer_of_points, layer_of_polygons, tile
from geo.maps.tile_shapes import (
    CODE_BITS,
    WORLD_BITS,
    TileShapes,
    Whole,
    code_of,
    pieces,
    vertices_of,
)

Classes = NDArray[np.uint8]

HIDDEN = 255  # the class of what is not in a layer
TILE_PX = 512
MAX_ZOOM = 18
CAP = 1_500
CELL_BITS = 3  # 8 cells a side: 64 pixels each
# Cells of this zoom are added up once for a layer: a million for each tile anew took 46 ms, and
# from these sums a tile takes 1 ms.
SUM_ZOOM = 11
SUM_BITS = SUM_ZOOM + CELL_BITS
UNITS_PER_PX = EXTENT // TILE_PX
# The size of a mark: a shape is drawn as soon as it is larger than what stands for it.
TINY_UNITS = 11 * UNITS_PER_PX
# What hangs over from a neighbouring tile: half a mark, half an outline.
EDGE_UNITS = 10 * UNITS_PER_PX
# With more vertices a tile is simplified until it holds no more: 500 KB are never reached.
MOST_VERTICES = 60_000
_EXTENT_BITS = 12
# Below this zoom neighbours are looked for in the tiles around; above, in those of this zoom.
_SEARCH_ZOOM = 15


class TileAt(NamedTuple):
    """Where a tile lies: its zoom, and its column and row counted from the north-west."""

    z: int
    x: int
    y: int

    @property
    def code(self) -> int:
        """Its place on the curve, among the tiles of its zoom."""
        return int(code_of(np.array([self.x]), np.array([self.y]))[0])


@dataclass(frozen=True, slots=True, eq=False)
class TileIndex:
    """Finds the shapes that a tile meets."""

    shapes: TileShapes
    _large: Whole = field(init=False)
    _sizes: Whole = field(init=False)

    def __post_init__(self) -> None:
        boxes = self.shapes.boxes
        size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]).astype(np.int64)
        large = np.flatnonzero(size >= 1 << (WORLD_BITS - _SEARCH_ZOOM))
        large = large[np.argsort(-size[large], kind="stable")]
        object.__setattr__(self, "_large", large)
        object.__setattr__(self, "_sizes", -size[large])

    def inside(self, at: TileAt) -> slice:
        """Give the rows whose middle lies in a tile."""
        shift = 2 * (CODE_BITS - at.z)
        ends = [at.code << shift, (at.code + 1) << shift]
        low, high = np.searchsorted(self.shapes.codes, ends)
        return slice(int(low), int(high))

    def meeting(self, at: TileAt, classes: Classes) -> Whole:
        """Give the rows, ascending, whose box meets a tile or its edge and that are not hidden."""
        z, x, y = at
        up = max(0, z - _SEARCH_ZOOM)
        found = [
            np.arange(part.start, part.stop)
            for column in range((x >> up) - 1, (x >> up) + 2)
            for row in range((y >> up) - 1, (y >> up) + 2)
            if 0 <= column < 1 << (z - up) and 0 <= row < 1 << (z - up)
            for part in [self.inside(TileAt(z - up, column, row))]
        ]
        # What reaches here from farther away is larger than such a tile.
        largest = np.searchsorted(self._sizes, -(1 << (WORLD_BITS - z + up)), side="right")
        rows = np.concatenate([*found, self._large[:largest]])
        rows = np.unique(rows[classes[rows] != HIDDEN])
        west, north, east, south = np.asarray(self.shapes.boxes[rows], dtype=np.int64).T
        size, edge = 1 << (WORLD_BITS - z), EDGE_UNITS << (WORLD_BITS - _EXTENT_BITS) >> z
        meets = (west <= (x + 1) * size + edge) & (east >= x * size - edge)
        meets &= (north <= (y + 1) * size + edge) & (south >= y * size - edge)
        met: Whole = rows[meets]
        return met


@dataclass(frozen=True, slots=True, eq=False)
class CellSums:
    """How much lies in each cell of the world, in the order of the curve; empty cells left out.

    Attributes
    ----------
    bits
        There are 2 to the power of this many cells along each side of the world.
    codes, n, late
        Of each cell: where it lies on the curve, how many lie in it, how many of them are late.
    places
        Rows of the sums of x and y of their middles.
    first
        The row of the first of them.
    """

    bits: int
    codes: Whole
    n: Whole
    late: Whole
    places: Whole
    first: Whole

    @classmethod
    def of(
        cls,
        shapes: TileShapes,
        classes: Classes,
        late: NDArray[np.bool_],
        *,
        bits: int = SUM_BITS,
        part: slice = slice(None),
    ) -> "CellSums":
        """Add up what is not hidden.

        Parameters
        ----------
        late
            For each class whether it means being late.
        part
            Of the rows.
        """
        rows = np.flatnonzero(classes[part] != HIDDEN) + (part.start or 0)
        boxes = np.asarray(shapes.boxes[rows], dtype=np.int64)
        return cls(
            CODE_BITS,
            shapes.codes[rows],
            np.ones(len(rows), dtype=np.int64),
            late[classes[rows]].astype(np.int64),
            (boxes[:, :2] + boxes[:, 2:]) >> 1,
            rows,
        ).joined(slice(None), bits)

    def joined(self, part: slice, bits: int) -> "CellSums":
        """Add some of them up to larger cells."""
        codes = self.codes[part] >> 2 * (self.bits - bits)
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        if len(starts) == 0:
            return CellSums(bits, codes, codes, codes, codes.reshape(-1, 2), codes)
        n, late, places = (
            np.add.reduceat(one[part], starts, axis=0) for one in (self.n, self.late, self.places)
        )
        return CellSums(bits, codes[starts], n, late, places, self.first[part][starts])


def count_below(shapes: TileShapes, classes: Classes, cap: int = CAP) -> int:
    """Say below which zoom things are counted: from there on no tile holds more than `cap`.

    One answer for a whole layer, so that no tile that counts lies beside one that draws.
    """
    codes = shapes.codes[classes != HIDDEN]
    low, high = 0, MAX_ZOOM
    while low < high:
        z = (low + high) // 2
        if _fullest(codes, z) > cap:
            low = z + 1
        else:
            high = z
    return low


def drawn_tile(index: TileIndex, classes: Classes, at: TileAt) -> bytes:
    """Write a tile in which each shape is drawn: as an area, or as a mark where it is tiny."""
    rows = index.meeting(at, classes)
    boxes = np.asarray(index.shapes.boxes[rows], dtype=np.int64)
    extent = (boxes[:, 2:] - boxes[:, :2]) >> _shift(at.z)
    is_tiny = extent.max(axis=1, initial=0) < TINY_UNITS
    # Small ones lie above large ones.
    large = np.flatnonzero(~is_tiny)
    large = rows[large[np.argsort(-extent[large].prod(axis=1), kind="stable")]]
    rings = _rings(index.shapes, large, at)
    has_ring = np.unique(rings.owners)
    owners = np.searchsorted(has_ring, rings.owners)
    areas = large[has_ring]
    lost = np.setdiff1d(np.arange(len(large)), has_ring)
    marks = np.concatenate([rows[is_tiny], large[lost]])
    parts = [_marks(index.shapes, classes, marks, at)]
    if len(areas):
        ids, numbers = index.shapes.ids[areas], classes[areas].astype(np.int64)
        rings = Rings(rings.at, rings.starts, owners)
        parts.insert(0, layer_of_polygons("areas", "c", ids, numbers, rings))
    return tile(*filter(None, parts))


def counted_tile(index: TileIndex, classes: Classes, sums: "CellSums", at: TileAt) -> bytes:
    """Write a tile that says how many lie in each cell; what stands alone in one is a mark.

    Parameters
    ----------
    sums
        Of cells of this zoom or of smaller ones.
    """
    shift = 2 * (sums.bits - at.z)
    low, high = np.searchsorted(sums.codes, [at.code << shift, (at.code + 1) << shift])
    mine = sums.joined(slice(int(low), int(high)), at.z + CELL_BITS)
    middles = _in_tile(mine.places // mine.n[:, None], at)
    many = mine.n > 1
    layers = [_marks(index.shapes, classes, mine.first[~many], at)]
    if many.any():
        # The number of a cell tells how many of it are late: two numbers in one feature.
        layers.append(layer_of_points("counts", "n", mine.late[many], mine.n[many], middles[many]))
    return tile(*filter(None, layers))


def _marks(shapes: TileShapes, classes: Classes, rows: Whole, at: TileAt) -> bytes:
    if len(rows) == 0:
        return b""
    boxes = np.asarray(shapes.boxes[rows], dtype=np.int64)
    middles = _in_tile((boxes[:, :2] + boxes[:, 2:]) >> 1, at)
    numbers = classes[rows].astype(np.int64)
    return layer_of_points("marks", "c", shapes.ids[rows], numbers, middles)


def _rings(shapes: TileShapes, rows: Whole, tile_at: TileAt) -> Rings:
    """Give the rings of some shapes in a tile's units, without what would not be seen."""
    rings, ring_counts = pieces(shapes.first_ring, rows)
    places, place_counts = pieces(shapes.first_place, rings)
    at = _in_tile(np.asarray(shapes.places[places], dtype=np.int64), tile_at)
    ring = np.repeat(np.arange(len(rings)), place_counts)
    owners = np.repeat(np.arange(len(rows)), ring_counts)
    found = _without_repeats(at, ring, owners)
    tolerance = UNITS_PER_PX // 2
    while len(found.at) > MOST_VERTICES:
        found = _simplified(found, len(rows), tolerance)
        tolerance *= 2
    return found


def _without_repeats(at: Whole, ring: Whole, owners: Whole) -> Rings:
    """Leave out vertices that fall on the one before, and rings that fall together."""
    is_new = np.append(True, ring[1:] != ring[:-1])[: len(at)]
    is_new[1:] |= (at[1:] != at[:-1]).any(axis=1)
    at, ring = at[is_new], ring[is_new]
    sizes = np.bincount(ring, minlength=len(owners))
    stays = sizes > 2
    at, sizes = at[stays[ring]], sizes[stays]
    return Rings(at, np.append(0, np.cumsum(sizes)), owners[stays])


def _simplified(rings: Rings, count: int, tolerance: float) -> Rings:
    """Cut shapes off at the tile's edge and drop what is finer than the tolerance."""
    ring = np.repeat(np.arange(len(rings.owners)), np.diff(rings.starts))
    lines = shapely.linearrings(rings.at.astype(np.float64), indices=ring)
    shapes = np.empty(count, dtype=object)
    for number in range(count):
        shapes[number] = shapely.MultiPolygon(_polygons(lines[rings.owners == number]))
    edge = EDGE_UNITS
    cut = shapely.clip_by_rect(shapes, -edge, -edge, EXTENT + edge, EXTENT + edge)
    thin = shapely.simplify(cut, tolerance, preserve_topology=False)
    parts, owner = shapely.get_parts(
        shapely.orient_polygons(thin, exterior_cw=False), return_index=True
    )
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    is_area &= ~shapely.is_empty(parts)
    lines, part = shapely.get_rings(parts[is_area], return_index=True)
    at, ring = vertices_of(lines)
    return _without_repeats(np.round(at).astype(np.int64), ring, owner[is_area][part])


def _polygons(lines: NDArray[np.object_]) -> list[shapely.Polygon]:
    """Sort rings into polygons: each that runs clockwise begins one, the others are its holes."""
    found: list[tuple[object, list[object]]] = []
    # With y growing southward what is seen to run clockwise runs the other way in numbers.
    for line, is_outer in zip(lines, shapely.is_ccw(lines), strict=True):
        if is_outer or not found:
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return [shapely.Polygon(shell, holes) for shell, holes in found]


def _fullest(codes: Whole, z: int) -> int:
    """Say how many of these places the fullest tile of a zoom holds."""
    if len(codes) == 0:
        return 0
    tiles = codes >> (2 * (CODE_BITS - z))
    starts = np.flatnonzero(np.diff(tiles, prepend=-1))
    return int(np.diff(starts, append=len(codes)).max())


def _in_tile(places: Whole, at: TileAt) -> Whole:
    """Bring places of the world into a tile's units."""
    corner = np.array([at.x, at.y], dtype=np.int64) << (WORLD_BITS - at.z)
    moved: Whole = (places - corner) >> _shift(at.z)
    return moved


def _shift(z: int) -> int:
    return WORLD_BITS - _EXTENT_BITS - z
