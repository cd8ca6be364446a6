"""Where change happens: patches laid on the land, most inside one grid, some across an edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely

from geo.sample.linework import Floats
from geo.sample.outlines import (
    KIND_SHARES,
    KINDS,
    Kind,
    draw_outlines,
    draw_sizes,
    move_to,
    symmetric_outline,
)
from geo.sample.partition import Bools, Ints, Shapes
from geo.sample.territory import Territory, on_lines, pieces

STRADDLING_SHARE = 0.10

# Patches of one season do not overlap. Where each would find less than this much room, the land is
# too full to keep them apart: a benchmark's patches may overlap.
_ROOM_M2 = 200_000.0
_GAP_M = 12.0
_MOST_A_ROUND = 100_000
_TRIES = 200

_MINE_SITES = 5
# Share of each kind drawn near rivers, near roads, near mine sites; the rest is anywhere.
_NEAR: Mapping[Kind, tuple[float, float, float]] = MappingProxyType(
    {
        Kind.CLEARING: (0.05, 0.25, 0.0),
        Kind.ROAD: (0.0, 0.55, 0.1),
        Kind.PIT: (0.1, 0.1, 0.55),
        Kind.PARCEL: (0.45, 0.35, 0.0),
        Kind.SCATTERED: (0.0, 0.0, 0.0),
    }
)
_NEAR_M = (1100.0, 800.0, 900.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """Patches on the land, row by row.

    Attributes
    ----------
    shapes
        Polygons in metres.
    kinds
        Positions in `KINDS`.
    is_straddling
        Whether a patch lies in more than one grid.
    """

    shapes: Shapes
    kinds: Ints
    is_straddling: Bools

    def take(self, rows: Ints) -> "Placed":
        """Take some of the rows."""
        return Placed(self.shapes[rows], self.kinds[rows], self.is_straddling[rows])


def place_tie(land: Territory, rng: np.random.Generator) -> shapely.Polygon:
    """Lay a patch so that a straight edge between two grids halves it exactly."""
    segments = land.segments
    length_m = np.where(on_lines(segments.middle, land.rivers), 0.0, segments.length_m)
    # Not rounded: the middle must lie on the edge to the last digit, or one half is larger.
    middle = segments.middle[int(length_m.argmax())]
    return shapely.Polygon(symmetric_outline(1.2, rng) + middle)


def place_outside(land: Territory, rng: np.random.Generator, *, count: int) -> Shapes:
    """Lay patches beyond the banner's border, the first of them close to it."""
    border = land.outline.exterior
    found: list[shapely.Polygon] = []
    for off_m in np.resize((150.0, 900.0, 2600.0), count):
        for _ in range(_TRIES):
            start = shapely.get_coordinates(border.interpolate(rng.random(), normalized=True))
            angle = rng.uniform(0, 2 * np.pi)
            centre = start + off_m * np.array([[np.cos(angle), np.sin(angle)]])
            drawn = draw_outlines(np.array([0]), np.array([rng.uniform(0.6, 2.4)]), rng)
            shape = move_to(drawn, centre)[0]
            if shape.distance(land.outline) > 0.3 * off_m:
                found.append(shape)
                break
    return np.array(found, dtype=object)


def place_patches(
    land: Territory, count: int, rng: np.random.Generator, *, taken: Shapes
) -> Placed:
    """Lay patches on the banner, a tenth of them across the edge of a grid.

    Parameters
    ----------
    land
        The banner.
    count
        How many patches.
    rng
        Source of chance.
    taken
        Patches that lie there already.
    """
    across = round(STRADDLING_SHARE * count)
    missing = {True: across, False: count - across}
    ground = _Ground(land, _anywhere(land, _MINE_SITES, rng))
    rounds: list[Placed] = []
    kept = taken
    is_roomy = count * _ROOM_M2 < land.outline.area
    while any(missing.values()):
        drawn = _draw_round(ground, missing, rng)
        if is_roomy:
            drawn = drawn.take(_apart(drawn.shapes, kept))
        chosen = [np.flatnonzero(drawn.is_straddling == side)[:n] for side, n in missing.items()]
        drawn = drawn.take(np.concatenate(chosen))
        missing = {
            side: n - len(rows) for (side, n), rows in zip(missing.items(), chosen, strict=True)
        }
        rounds.append(drawn)
        if is_roomy:
            kept = np.append(kept, drawn.shapes)
    return Placed(
        np.concatenate([r.shapes for r in rounds]),
        np.concatenate([r.kinds for r in rounds]),
        np.concatenate([r.is_straddling for r in rounds]),
    )


class _Ground:
    """What a patch is checked against, indexed once."""

    def __init__(self, land: Territory, mine_sites: Floats) -> None:
        self.land = land
        self.mine_sites = mine_sites
        self.dry_edges = np.flatnonzero(~on_lines(land.segments.middle, land.rivers))
        self._grids = shapely.STRtree(land.grids)
        self._water = shapely.STRtree(pieces(land.rivers))
        shapely.prepare(land.outline)

    def is_possible(self, shapes: Shapes) -> Bools:
        """Tell which shapes are valid, inside the banner and not in the water."""
        possible: Bools = shapely.is_valid(shapes)
        possible &= shapely.contains_properly(self.land.outline, shapes)
        possible[self._water.query(shapes, predicate="intersects")[0]] = False
        return possible

    def count_grids(self, shapes: Shapes) -> Ints:
        """Count the grids that each shape lies in."""
        hits = self._grids.query(shapes, predicate="intersects")[0]
        return np.bincount(hits, minlength=len(shapes)).astype(np.int64)


def _draw_round(ground: _Ground, missing: dict[bool, int], rng: np.random.Generator) -> Placed:
    """Draw more patches than are missing, for some will not fit; keep those that lie well."""
    wanted = np.array([missing[True], missing[False]])
    count = int(min(2 * wanted.sum() + 100, _MOST_A_ROUND))
    kinds = rng.choice(len(KINDS), count, p=KIND_SHARES)
    centres = _sites(ground, kinds, rng)
    on_edge = rng.random(count) < wanted[0] / wanted.sum()
    centres[on_edge] = _edge_points(ground, int(on_edge.sum()), rng)
    shapes = move_to(draw_outlines(kinds, draw_sizes(kinds, rng), rng), centres)
    rows = np.flatnonzero(ground.is_possible(shapes))
    return Placed(shapes[rows], kinds[rows], ground.count_grids(shapes[rows]) > 1)


def _apart(shapes: Shapes, kept: Shapes) -> Ints:
    """Keep shapes that lie apart from those kept and from each other, the earlier of two."""
    both = np.append(kept, shapes)
    one, two = shapely.STRtree(both).query(both, predicate="dwithin", distance=_GAP_M)
    crowded = np.unique(np.maximum(one, two)[one != two])
    return np.setdiff1d(np.arange(len(shapes)), crowded - len(kept))


def _sites(ground: _Ground, kinds: Ints, rng: np.random.Generator) -> Floats:
    """Draw a place for each patch: fields by the river, pits at mines, cuts along roads."""
    land = ground.land
    sites = _anywhere(land, len(kinds), rng)
    near = np.cumsum([_NEAR[kind] for kind in KINDS], axis=1)[kinds]
    # 0, 1, 2: near a river, a road, a mine site; 3: anywhere.
    which = (rng.random(len(kinds))[:, None] >= near).sum(axis=1)
    for k, source in enumerate((land.rivers, land.roads, None)):
        rows = np.flatnonzero(which == k)
        if source is None:
            base = ground.mine_sites[rng.integers(0, len(ground.mine_sites), len(rows))]
        else:
            base = _points_along(source, len(rows), rng)
        sites[rows] = base + rng.normal(0.0, _NEAR_M[k], (len(rows), 2))
    return sites


def _anywhere(land: Territory, count: int, rng: np.random.Generator) -> Floats:
    west, south, east, north = land.outline.bounds
    return rng.uniform((west, south), (east, north), (count, 2))


def _points_along(lines: Shapes, count: int, rng: np.random.Generator) -> Floats:
    length_m = shapely.length(lines)
    line = rng.choice(len(lines), count, p=length_m / length_m.sum())
    points = shapely.line_interpolate_point(lines[line], rng.random(count), normalized=True)
    return np.asarray(shapely.get_coordinates(points))


def _edge_points(ground: _Ground, count: int, rng: np.random.Generator) -> Floats:
    segments, dry = ground.land.segments, ground.dry_edges
    length_m = segments.length_m[dry]
    edge = dry[rng.choice(len(dry), count, p=length_m / length_m.sum())]
    step = rng.random((count, 1))
    return np.asarray(segments.start[edge] * (1 - step) + segments.end[edge] * step)
