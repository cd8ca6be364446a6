"""What is wrong with a layer as a whole: the same shape twice, slivers, gaps, overlaps, strays.

Shapes come repaired: valid polygons and multipolygons, or None, for which nothing is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.shapes.crs import to_stored
from geo.shapes.outlines import Floats, Outlines, Rows, outlines_of
from geo.shapes.overlap import overlap_areas
from geo.shapes.plane import WorkingPlane

Geometries = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

# What two shapes have to share, of what they cover together, to be one place drawn twice.
SAME_PLACE_SHARE: Final = 0.98
# Boxes of such shapes: each side at least this share of the other's. Looser than the shapes, for a
# spike makes a box longer than it adds ground.
_SIMILAR_SIDES: Final = 0.9

# Of gaps and overlaps: mistakes of drawing are larger, what rounding leaves is much smaller.
TOLERANCE_M2: Final = 1.0
# Neighbours share vertices to this much; along a line of 5 km it makes a quarter of the tolerance.
_ROUNDING_M: Final = 1e-4
# So many edges without a neighbour take 15 s. More come from cells each drawn for itself: gaps are
# all over then, and no list of them helps.
_MOST_LONE_EDGES: Final = 300_000


class DuplicateKind(StrEnum):
    """How two shapes are the same; ``problem.VALUE`` and ``fix.VALUE`` are the words for it."""

    SAME_SHAPE = "same_shape"  # the same vertices, wherever the rings begin
    SAME_PLACE = "same_place"  # other vertices, the same ground but for 2 %


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two cells that claim the same ground.

    Attributes
    ----------
    codes
        Of both, in the order of the rows.
    area_m2
        The ground they share, in the plane it was measured in.
    """

    codes: tuple[str, str]
    area_m2: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground that no cell claims, with cells all around it.

    Attributes
    ----------
    polygon
        In EPSG:4490, for a map.
    area_m2
        In the plane it was measured in.
    """

    polygon: shapely.Polygon
    area_m2: float


@dataclass(frozen=True, slots=True)
class CoverageFaults:
    """Where cells do not fit together.

    Attributes
    ----------
    overlaps, gaps
        The largest first.
    are_gaps_known
        False where too many cells have lines of their own to look for gaps between them.
    """

    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    are_gaps_known: bool = True


def find_duplicates(geometries: Iterable[object]) -> list[tuple[int, int, DuplicateKind]]:
    """Find shapes that are in the layer already.

    Parameters
    ----------
    geometries
        Valid polygons or multipolygons in any one coordinate system, degrees too; None is skipped.

    Returns
    -------
    list of tuple
        Row of the shape, row of the first one like it, and how they are alike; by row. A shape that
        has its like in `SAME_SHAPE` is not compared further. Shapes whose boxes differ by more than
        a tenth in width or height are not compared.
    """
    shapes = np.asarray(geometries, dtype=object)
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    bounds = shapely.bounds(shapes[rows])
    again, first = _same_shapes(shapes, rows, bounds)
    is_new = ~np.isin(rows, again)
    later, earlier = _same_places(shapes, rows[is_new], bounds[is_new])
    found = [(int(a), int(f), DuplicateKind.SAME_SHAPE) for a, f in zip(again, first, strict=True)]
    found += [
        (int(a), int(f), DuplicateKind.SAME_PLACE) for a, f in zip(later, earlier, strict=True)
    ]
    return sorted(found)


def _same_shapes(shapes: Geometries, rows: Rows, bounds: Floats) -> tuple[Rows, Rows]:
    # Few shapes have the box of another: only these are worth writing out.
    _, box, count = np.unique(
        bounds.view(np.dtype((np.void, bounds.strides[0]))), return_inverse=True, return_counts=True
    )
    suspects = rows[count[box.ravel()] > 1]
    first_of: dict[bytes, int] = {}
    again, first = list[int](), list[int]()
    for row, vertices in zip(
        suspects, shapely.to_wkb(shapely.normalize(shapes[suspects])), strict=True
    ):
        if (known := first_of.setdefault(vertices, int(row))) != row:
            again.append(int(row))
            first.append(known)
    return np.array(again, dtype=np.intp), np.array(first, dtype=np.intp)


def _same_places(shapes: Geometries, rows: Rows, bounds: Floats) -> tuple[Rows, Rows]:
    """Find pairs that cover the same ground: later rows, each with the first like it."""
    if len(rows) < 2:
        return rows[:0], rows[:0]
    # Similar boxes that share most of their ground hold each other's middles.
    low, high = bounds[:, :2], bounds[:, 2:]
    tree = shapely.STRtree(shapes[rows])
    later, earlier = tree.query(shapely.points((low + high) / 2))
    later, earlier = later[later > earlier], earlier[later > earlier]
    sides, areas = high - low, shapely.area(shapes[rows])
    is_alike = (
        (_smaller_share(sides[later], sides[earlier]) >= _SIMILAR_SIDES).all(axis=1)
        # Shapes of different size cannot share more than the smaller one has.
        & (_smaller_share(areas[later], areas[earlier]) >= SAME_PLACE_SHARE)
    )
    later, earlier = later[is_alike], earlier[is_alike]
    shared = shapely.area(shapely.intersection(shapes[rows[later]], shapes[rows[earlier]]))
    is_same = shared >= SAME_PLACE_SHARE * (areas[later] + areas[earlier] - shared)
    # Sorted by the earlier row, so that the first one met is kept.
    order = np.lexsort((earlier[is_same], later[is_same]))
    later, earlier = later[is_same][order], earlier[is_same][order]
    later, where = np.unique(later, return_index=True)
    return rows[later], rows[earlier[where]]


def _smaller_share(left: Floats, right: Floats) -> Floats:
    share: Floats = np.minimum(left, right) / np.maximum(left, right)
    return share


def find_gaps_and_overlaps(
    geometries: Iterable[object],
    codes: Sequence[str],
    plane: WorkingPlane,
    *,
    tolerance_m2: float = TOLERANCE_M2,
) -> CoverageFaults:
    """Find ground of a grid layer that two cells claim, or none although cells lie all around it.

    Parameters
    ----------
    geometries
        Valid polygons or multipolygons in EPSG:4490, longitude and latitude in degrees; None is
        skipped.
    codes
        Their codes.
    plane
        Where areas are measured: the plane the layer was delivered in, if it is known. In another
        one, lines that were straight are not quite, and cells that fitted no longer do.
    tolerance_m2
        Gaps and overlaps up to this area are none.

    Notes
    -----
    Each edge between two neighbours is walked once in each direction. All that cancel are left out;
    few remain, and only their faces are looked at: no union of all cells is needed.
    """
    shapes = plane.project(geometries)
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    cells = shapes[rows]
    if len(cells) == 0:
        return CoverageFaults((), ())
    outlines, tree = outlines_of(cells), shapely.STRtree(cells)
    right, left = tree.query(cells)
    left, right = left[left < right], right[left < right]
    areas_m2 = overlap_areas(outlines, left, outlines, right)
    overlaps = [
        Overlap((codes[rows[left[pair]]], codes[rows[right[pair]]]), float(areas_m2[pair]))
        for pair in np.flatnonzero(areas_m2 > tolerance_m2)
    ]
    lone = _lone_edges(outlines)
    are_gaps_known = len(lone) <= _MOST_LONE_EDGES
    holes = _unclaimed(lone if are_gaps_known else lone[:0], tree, tolerance_m2)
    gaps = [
        Gap(polygon, float(area_m2))
        for polygon, area_m2 in zip(to_stored(holes, plane.crs), shapely.area(holes), strict=True)
    ]
    return CoverageFaults(
        tuple(sorted(overlaps, key=lambda o: (-o.area_m2, o.codes))),
        tuple(sorted(gaps, key=lambda g: -g.area_m2)),
        are_gaps_known,
    )


def _unclaimed(edges: Floats, tree: shapely.STRtree, tolerance_m2: float) -> Geometries:
    noded = shapely.get_parts(shapely.union_all(shapely.linestrings(edges)))
    faces = shapely.get_parts(shapely.polygonize(noded))
    faces = faces[shapely.area(faces) > tolerance_m2]
    claimed, _ = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    return np.delete(faces, claimed)


def _lone_edges(outlines: Outlines) -> Floats:
    """Keep the edges that no neighbour walks the other way: one row of two places each."""
    begin, end = (
        np.round(ends.T / _ROUNDING_M).astype(np.int64) for ends in (outlines.begin, outlines.end)
    )
    is_ahead = (begin[:, 0] < end[:, 0]) | ((begin[:, 0] == end[:, 0]) & (begin[:, 1] < end[:, 1]))
    edges = np.where(is_ahead[:, None], np.hstack([begin, end]), np.hstack([end, begin]))
    order = np.lexsort(edges.T)
    edges, walked = edges[order], np.where(is_ahead, 1, -1)[order]
    is_first = np.append(True, (edges[1:] != edges[:-1]).any(axis=1))
    balance = np.add.reduceat(walked, np.flatnonzero(is_first))
    edges = edges[is_first][balance != 0]
    has_length = (edges[:, :2] != edges[:, 2:]).any(axis=1)
    lone: Floats = edges[has_length].reshape(-1, 2, 2) * _ROUNDING_M
    return lone


def find_outside(geometries: Iterable[object], territory: Iterable[object]) -> Flags:
    """Find shapes that lie outside a territory, judged by a point within each.

    Parameters
    ----------
    geometries
        Valid polygons or multipolygons.
    territory
        Polygons in the same coordinate system, which may overlap or leave gaps.

    Returns
    -------
    numpy.ndarray
        Whether each lies outside; False where there is no shape. A point on the border is inside.
    """
    points = shapely.point_on_surface(np.asarray(geometries, dtype=object))
    # The polygons ask for the points: what asks is prepared, which pays for long borders.
    _, inside = shapely.STRtree(points).query(
        np.asarray(territory, dtype=object), predicate="intersects"
    )
    is_outside: Flags = ~shapely.is_missing(points) & ~shapely.is_empty(points)
    is_outside[inside] = False
    return is_outside
