"""Find the grid that owns each patch: the one in which its largest part lies."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import FileRefused
from geo.shapes.outlines import (
    Floats,
    Outlines,
    Rows,
    are_inside,
    is_clear_of_edges,
    outlines_of,
)
from geo.shapes.overlap import overlap_areas

Flags = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

# Patches that are worked on at once by one thread: their pairs take about 60 MB.
_CHUNK: Final = 25_000
# More threads than these wait for the interpreter rather than compute.
_MAX_THREADS: Final = 4
_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class Located:
    """Where patches lie, in the order in which they were given.

    Attributes
    ----------
    grid
        Row of the grid that owns the patch; -1 if it lies in none, or only touches one.
    share
        Part of the patch's area that lies in that grid, 0 to 1; 0 where there is none.
    is_tie
        Whether other grids hold an equally large part. The lowest code owns the patch.
    is_straddling
        Whether more than one grid holds a part.
    tied_with
        Rows of those other grids, in the order of their codes; mostly empty.
    """

    grid: Rows
    share: Floats
    is_tie: Flags
    is_straddling: Flags
    tied_with: tuple[tuple[int, ...], ...]


class _Finds(NamedTuple):
    """Overlaps larger than a touch."""

    patch: Rows
    grid: Rows
    area: Floats


class _Sizes(NamedTuple):
    """What is small for each patch: areas in square metres."""

    area: Floats
    touch: Floats  # an overlap up to this one is a touch, and two that differ by it are equal


def locate_patches(
    patches: Iterable[object],
    grids: Iterable[object],
    grid_codes: Sequence[str],
    *,
    tolerance_m: float = 1e-6,
    threads: int | None = None,
) -> Located:
    """Find the grid that holds the largest part of each patch.

    The answer does not depend on the order of patches or grids. Grids may overlap one another and
    leave gaps.

    Parameters
    ----------
    patches, grids
        Valid polygons or multipolygons in one plane, in metres: see `geo.shapes.plane`.
    grid_codes
        Codes of the grids, each of them once.
    tolerance_m
        Overlaps up to this width along the whole outline of a patch count as touching, and parts
        that differ by no more as equal.
    threads
        How many threads compute; by default one for each processor, at most four.

    Raises
    ------
    FileRefused
        ``patch_shapes_unusable`` or ``grid_shapes_unusable`` if a shape is missing, empty or no
        polygon, if a grid is invalid, or if a patch is and its overlap has to be measured (inside
        one grid it does not matter); ``grid_codes_repeated``.
    """
    patches = np.asarray(patches, dtype=object)
    grids = np.asarray(grids, dtype=object)
    rank = _ranks(grid_codes)
    _refuse(np.flatnonzero(~_are_polygons(patches)), "patch_shapes_unusable")
    _refuse(np.flatnonzero(~_are_polygons(grids)), "grid_shapes_unusable", grid_codes)
    sizes = _Sizes(shapely.area(patches), tolerance_m * shapely.length(patches))
    if len(patches) == 0 or len(grids) == 0:
        none = np.empty(0, dtype=np.intp)
        return _choose(_Finds(none, none, np.empty(0)), sizes, rank)
    workers = threads or min(_MAX_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        are_broken = pool.submit(_broken, grids, tolerance_m)
        jobs = _chunks(patches, sizes, grids, tolerance_m)
        chunks = list(pool.map(lambda job: job.run(), jobs))
        _refuse(are_broken.result(), "grid_shapes_unusable", grid_codes)
    _refuse(np.concatenate([broken for _, broken in chunks]), "patch_shapes_unusable")
    finds = _Finds(*(np.concatenate(parts) for parts in zip(*(f for f, _ in chunks), strict=True)))
    return _choose(finds, sizes, rank)


def _ranks(codes: Sequence[str]) -> Rows:
    """Number the grids in the order of their codes as text."""
    order = sorted(range(len(codes)), key=codes.__getitem__)
    for before, after in pairwise(order):
        if codes[before] == codes[after]:
            raise FileRefused("grid_codes_repeated", example=codes[after])
    rank = np.empty(len(codes), dtype=np.intp)
    rank[order] = np.arange(len(codes))
    return rank


def _are_polygons(shapes: Geometries) -> Flags:
    is_polygon: Flags = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    return is_polygon


def _broken(shapes: Geometries, tolerance_m: float) -> Rows:
    """Find the shapes whose rings are wrong by more than rounding.

    Reprojecting a valid shape may push a hole that touches its outline a nanometre across it. Such
    a shape is measured as it is: the sum in `geo.shapes.overlap` does not mind.
    """
    suspects = np.flatnonzero(~shapely.is_valid(shapes))
    doubtful = shapes[suspects]
    mended = shapely.make_valid(doubtful, method="structure", keep_collapsed=False)
    change = np.abs(shapely.area(mended) - shapely.area(doubtful))
    return np.asarray(suspects[~(change <= tolerance_m * shapely.length(doubtful))])


def _refuse(rows: Rows, code: str, names: Sequence[str] | None = None) -> None:
    if len(rows):
        first = int(rows[0])
        raise FileRefused(code, count=len(rows), example=names[first] if names else first + 1)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some of the patches, and the grids whose boxes theirs meet."""

    first: int
    patches: Geometries
    sizes: _Sizes
    patch_rows: Rows  # of this chunk
    grid_rows: Rows
    ground: Outlines
    tolerance_m: float

    def run(self) -> tuple[_Finds, Rows]:
        """Measure the overlaps of the chunk, and find the broken shapes among those measured."""
        is_inside, near = self._settle()
        area = np.where(is_inside, self.sizes.area[self.patch_rows], 0.0)
        border, place = np.unique(self.patch_rows[near], return_inverse=True)
        # The rings of a patch matter only here. One that lies inside a grid lies there whatever
        # its rings do, and asking GEOS about all of them would take a quarter of the time.
        broken = border[_broken(self.patches[border], self.tolerance_m)]
        if len(broken):
            none = np.empty(0, dtype=np.intp)
            return _Finds(none, none, np.empty(0)), broken + self.first
        area[near] = overlap_areas(
            outlines_of(self.patches[border]), place, self.ground, self.grid_rows[near]
        )
        is_found = is_inside | (area > self.sizes.touch[self.patch_rows])
        finds = _Finds(
            self.patch_rows[is_found] + self.first, self.grid_rows[is_found], area[is_found]
        )
        return finds, broken

    def _settle(self) -> tuple[Flags, Rows]:
        """Tell which pairs are settled with the patch inside, and which have to be measured."""
        west, south, east, north = shapely.bounds(self.patches)[self.patch_rows].T
        # Four of five patches are settled here: no edge of the grid comes near the patch's box,
        # so that one corner of the box tells whether all of the patch lies inside. Asking GEOS
        # instead (contains_properly of prepared grids) takes four times as long, most of it to
        # index grids that are asked a few times only.
        is_clear = is_clear_of_edges(
            self.ground, self.grid_rows, np.stack([west, south]), np.stack([east, north])
        )
        clear = np.flatnonzero(is_clear)
        is_inside = np.zeros(len(self.patch_rows), dtype=bool)
        is_inside[clear] = are_inside(self.ground, self.grid_rows[clear], west[clear], south[clear])
        return is_inside, np.flatnonzero(~is_clear)


def _chunks(
    patches: Geometries, sizes: _Sizes, grids: Geometries, tolerance_m: float
) -> Iterator[_Chunk]:
    ground = outlines_of(grids)
    # The tree builds itself when it is first asked: it is asked here, by one thread only. For the
    # same reason nothing below uses prepared geometries: two threads at one would crash.
    tree = shapely.STRtree(grids)
    for first in range(0, len(patches), _CHUNK):
        rows = slice(first, first + _CHUNK)
        patch_rows, grid_rows = tree.query(patches[rows])
        yield _Chunk(
            first=first,
            patches=patches[rows],
            sizes=_Sizes(sizes.area[rows], sizes.touch[rows]),
            patch_rows=patch_rows,
            grid_rows=grid_rows,
            ground=ground,
            tolerance_m=tolerance_m,
        )


def _choose(finds: _Finds, sizes: _Sizes, rank: Rows) -> Located:
    """Give each patch to the grid with the largest part, a tie to the lowest code."""
    count = len(sizes.area)
    largest = np.zeros(count)
    np.maximum.at(largest, finds.patch, finds.area)
    # Largest part wins: a patch on a border belongs where most of it lies.
    is_largest = finds.area >= (largest - sizes.touch)[finds.patch]
    patch, grid, area = (values[is_largest] for values in finds)
    order = np.lexsort((rank[grid], patch))
    patch, grid, area = patch[order], grid[order], area[order]
    owned, first, equals = np.unique(patch, return_index=True, return_counts=True)
    owner = np.full(count, -1, dtype=np.intp)
    owner[owned] = grid[first]
    # All but a touch is all: 1 exactly, not 0.9999999998.
    is_all = area[first] >= (sizes.area - sizes.touch)[owned]
    share = np.zeros(count)
    share[owned] = np.divide(area[first], sizes.area[owned], out=np.ones(len(owned)), where=~is_all)
    is_tie = np.zeros(count, dtype=bool)
    is_tie[owned[equals > 1]] = True
    tied_with: list[tuple[int, ...]] = [()] * count
    for tie in np.flatnonzero(equals > 1):
        rest = slice(first[tie] + 1, first[tie] + equals[tie])
        tied_with[owned[tie]] = tuple(grid[rest].tolist())
    return Located(
        grid=owner,
        share=share,
        is_tie=is_tie,
        is_straddling=np.bincount(finds.patch, minlength=count) > 1,
        tied_with=tuple(tied_with),
    )
