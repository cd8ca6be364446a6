"""Tell whether a layer lies off by the offset of Chinese web maps, against one that lies right.

Where two layers share outlines, the edges of one lie on the other's. So each explanation of the
layer is tried out: its vertices are brought back as if they came from GCJ-02 or from BD-09, and it
is counted how many middles of edges then lie on an outline of the reference. Middles, because a
corner of a grid that slides along the line of its neighbours stays on it.

An explanation has to do better than the others, better than chance (steps as long as the offset in
directions that mean nothing), and better than itself moved a little to any side: along one straight
border, or with one side of regular grids, any offset fits that runs along it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.shapes.ellipsoid import INVERSE_FLATTENING, parallel_radius2_m2
from geo.shapes.gcj import Shifted, unshift_lonlat
from geo.shapes.outlines import spread

Floats = npt.NDArray[np.float64]

AS_IT_IS: Final = "as_it_is"

# Outlines that are shared agree to 5 m (rounding, simplification, an old survey); those that were
# drawn along one another to 30 m.
SHARED_M: Final = 5.0
NEAR_M: Final = 30.0

# Both offsets together move by 1,530 m at most; what is farther from the reference tells nothing.
_REACH_M: Final = 2_000.0
_SAMPLED: Final = 5_000
_SEARCHED: Final = 50_000
# A share counts if it is so many times what chance, the next best one and a small move give.
_ABOVE_CHANCE, _ABOVE_NEXT, _ABOVE_MOVED = 3.0, 1.5, 1.15
# ... and is not due to a few places: a road along a border must not be taken for the border.
_LEAST_SHARE: Final = 0.05
_LEAST_PLACES: Final = 10
_PLACE_M: Final = 500.0
# Uneven, so that no two lead to mirrored places along outlines that cross at right angles.
_MEANINGLESS_TURNS_DEG: Final = (47.0, 101.0, 148.0, 193.0, 251.0, 314.0)
# Small moves, in radii and to all sides: up to 135 m, so that a layer which is off by a datum, or
# by something like an offset, does not look right for those of its lines that run the same way.
_MOVES_RADII: Final = (1.5, 3.0, 4.5)
_MOVES_DEG: Final = np.arange(0.0, 360.0, 30.0)
_EDGES_A_RUN: Final = 8

_E2: Final = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING
_E: Final = float(np.sqrt(_E2))


class Sureness(StrEnum):
    """How far a verdict can be trusted."""

    SURE = "sure"  # the layers share outlines to 5 m
    LIKELY = "likely"  # the outlines run along one another within 30 m
    UNCLEAR = "unclear"  # the layers share no outlines, or more than one explanation fits


@dataclass(frozen=True, slots=True)
class OffsetVerdict:
    """Whether a layer lies off by a known offset. A proposal: somebody looks and decides.

    Attributes
    ----------
    system
        The system the layer seems to be in; None if it lies right, or if that is unclear.
    sureness
        How far this can be trusted; without a system, `SURE` and `LIKELY` say that it lies right.
    offset_m
        How far the proposed system moves things there, in metres; without one, how far GCJ-02 does.
    median_m
        Median distance from the sampled edges to the nearest outline, in metres, for the layer
        as it is and as if it came from each system. Empty if nothing could be sampled.
    share_near
        Share of the sampled edges within 30 m of an outline, likewise.
    sampled
        How many edges were looked at.
    """

    system: Shifted | None
    sureness: Sureness
    offset_m: float
    median_m: Mapping[str, float]
    share_near: Mapping[str, float]
    sampled: int

    @property
    def text_key(self) -> str:
        """The sentence for it; its fields are `values`."""
        if self.system is None and self.sureness is not Sureness.UNCLEAR:
            return f"offset.right_{self.sureness}"
        return f"offset.{self.sureness}"

    @property
    def values(self) -> Mapping[str, object]:
        """The fields of ``offset.sure``, ``offset.likely`` and ``problem.shifted``."""
        if self.system is None:
            return {}
        return {"system_key": f"offset.{self.system}", "offset_m": round(self.offset_m)}


@dataclass(frozen=True, slots=True)
class _Trial:
    """How the sampled edges lie to the outlines under one explanation."""

    middles: Floats  # in the plane
    distance_m: Floats

    def share(self, radius_m: float) -> float:
        return float(np.mean(self.distance_m <= radius_m))


@dataclass(frozen=True, slots=True)
class _Ground:
    """The outlines of the reference, and the scale of the plane at each sampled edge."""

    tree: shapely.STRtree
    scale_m: Floats  # metres per unit of the plane

    def try_out(self, middles: Floats) -> _Trial:
        (row, _), distance = self.tree.query_nearest(
            shapely.points(middles), return_distance=True, all_matches=False
        )
        distances_m = np.full(len(middles), np.inf)
        distances_m[row] = distance * self.scale_m[row]
        return _Trial(middles, distances_m)

    def are_near(self, middles: Floats, radius_m: float) -> npt.NDArray[np.bool_]:
        """Tell which places lie near an outline; much faster than to measure how near."""
        near, _ = self.tree.query(
            shapely.points(middles), predicate="dwithin", distance=radius_m / self.scale_m
        )
        return np.bincount(near, minlength=len(middles)) > 0

    def share_when_moved(self, trial: _Trial, radius_m: float) -> float:
        """Move by little to all sides, and give the largest share that remains."""
        steps_m = np.multiply.outer(_MOVES_RADII, _directions(_MOVES_DEG)).reshape(-1, 2) * radius_m
        moved = (trial.middles + step / self.scale_m[:, None] for step in steps_m)
        return max(float(self.are_near(middles, radius_m).mean()) for middles in moved)

    def count_places(self, trial: _Trial, radius_m: float) -> int:
        """Count the squares of 500 m in which edges lie near an outline."""
        squares = np.floor(trial.middles * self.scale_m[:, None] / _PLACE_M)
        return len(np.unique(squares[trial.distance_m <= radius_m], axis=0))


def test_offset(geometries: Iterable[object], reference: Iterable[object]) -> OffsetVerdict:
    """Tell whether a layer lies off by the offset of GCJ-02 or BD-09.

    Parameters
    ----------
    geometries
        The layer: polygons, lines or points as if in EPSG:4490, longitude and latitude in degrees.
    reference
        Shapes in EPSG:4490 that lie right, with outlines that the layer shares or runs along.

    Returns
    -------
    OffsetVerdict
        Unclear if the layers share no outlines, if fewer than ten places speak for it, if the layer
        is off by anything else (a datum, a wrong zone), or if it is the reference that lies off: to
        find that out, call this with both exchanged.

    Notes
    -----
    At most 5,000 edges are looked at, drawn with a fixed seed among those within 2 km of the
    reference; points count as edges without length. Distances are taken in the Mercator plane of
    the ellipsoid, which keeps angles, and scaled at each edge: there is no zone to choose, and
    short distances are right everywhere.
    """
    tree = _outline_tree(np.asarray(reference, dtype=object))
    edges = _sample(np.asarray(geometries, dtype=object), tree)
    if edges.shape[1] == 0:
        return OffsetVerdict(None, Sureness.UNCLEAR, 0.0, {}, {}, 0)
    ground = _Ground(tree, _metres_a_unit(edges.mean(axis=0)))
    here = _middles(edges)
    brought_back = {s: _middles(np.stack([unshift_lonlat(e, s) for e in edges])) for s in Shifted}
    trials = {AS_IT_IS: ground.try_out(here)}
    trials |= {str(s): ground.try_out(middles) for s, middles in brought_back.items()}
    best, sureness = _judge(trials, ground, here)
    system = None if best in {None, AS_IT_IS} else Shifted(str(best))
    offset = np.hypot(*(brought_back[system or Shifted.GCJ02] - here).T) * ground.scale_m
    return OffsetVerdict(
        system=system,
        sureness=sureness,
        offset_m=float(np.median(offset)),
        median_m={name: float(np.median(t.distance_m)) for name, t in trials.items()},
        share_near={name: t.share(NEAR_M) for name, t in trials.items()},
        sampled=edges.shape[1],
    )


def _judge(
    trials: Mapping[str, _Trial], ground: _Ground, here: Floats
) -> tuple[str | None, Sureness]:
    """Choose the explanation that fits, and say how well; None if none does."""
    meaningless = [
        here + (trial.middles - here) @ turn
        for name, trial in trials.items()
        if name != AS_IT_IS
        for turn in _turns(_MEANINGLESS_TURNS_DEG)
    ]
    for sureness, radius_m in ((Sureness.SURE, SHARED_M), (Sureness.LIKELY, NEAR_M)):
        shares = {name: trial.share(radius_m) for name, trial in trials.items()}
        next_best, best = sorted(shares, key=shares.__getitem__)[-2:]
        # Of regular grids a few of these fit as well; most never do.
        chances = [ground.are_near(middles, radius_m).mean() for middles in meaningless]
        if (
            shares[best] >= max(_LEAST_SHARE, _ABOVE_CHANCE * np.quantile(chances, 0.75))
            and shares[best] >= _ABOVE_NEXT * shares[next_best]
            and ground.count_places(trials[best], radius_m) >= _LEAST_PLACES
            and shares[best] >= _ABOVE_MOVED * ground.share_when_moved(trials[best], radius_m)
        ):
            return best, sureness
    return None, Sureness.UNCLEAR


def _directions(angles_deg: Floats) -> Floats:
    angles = np.radians(angles_deg)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _turns(angles_deg: Iterable[float]) -> Iterable[Floats]:
    for cos, sin in _directions(np.array(list(angles_deg))):
        yield np.array([[cos, sin], [-sin, cos]])


def _sample(geometries: npt.NDArray[np.object_], tree: shapely.STRtree) -> Floats:
    """Draw edges close enough to the reference to tell something: begins, then ends, in degrees."""
    parts = _simple_parts(geometries)
    is_point = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    points = shapely.get_coordinates(parts[is_point])
    lonlat, line = shapely.get_coordinates(_lines(parts), return_index=True)
    is_edge = line[1:] == line[:-1]
    begins = np.concatenate([lonlat[:-1][is_edge], points])
    ends = np.concatenate([lonlat[1:][is_edge], points])
    edges = np.stack([begins, ends])
    is_place = np.isfinite(edges).all(axis=(0, 2)) & (np.abs(edges[:, :, 1]) < 90).all(axis=0)
    # Every n-th edge would pick the same side of each grid.
    random = np.random.default_rng(0)
    edges = _draw(edges[:, is_place], _SEARCHED, random)
    if len(tree) == 0 or edges.shape[1] == 0:
        return np.empty((2, 0, 2))
    ground = _Ground(tree, _metres_a_unit(edges.mean(axis=0)))
    is_close = ground.are_near(_middles(edges), _REACH_M)
    return _draw(edges[:, is_close], _SAMPLED, random)


def _draw(edges: Floats, size: int, random: np.random.Generator) -> Floats:
    if edges.shape[1] <= size:
        return edges
    return edges[:, np.sort(random.choice(edges.shape[1], size, replace=False))]


def _middles(edges: Floats) -> Floats:
    begins, ends = (_plane(lonlat) for lonlat in edges)
    return (begins + ends) / 2


def _simple_parts(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    # Twice: a collection may hold multipolygons.
    parts = shapely.get_parts(shapely.get_parts(geometries[~shapely.is_missing(geometries)]))
    return np.asarray(parts, dtype=object)


def _lines(parts: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    kinds = shapely.get_type_id(parts)
    is_line = np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    rings = shapely.get_rings(parts[kinds == shapely.GeometryType.POLYGON])
    return np.concatenate([rings, parts[is_line]])


def _outline_tree(reference: npt.NDArray[np.object_]) -> shapely.STRtree:
    """Index the outlines of shapes in runs of a few edges: a border of a banner has thousands."""
    parts = _simple_parts(reference)
    points = parts[shapely.get_type_id(parts) == shapely.GeometryType.POINT]
    in_plane = np.atleast_1d(shapely.points(_plane(shapely.get_coordinates(points))))
    return shapely.STRtree(np.concatenate([_runs(_lines(parts)), in_plane]))


def _runs(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Cut lines into lines of at most eight edges, in the plane."""
    lonlat, line = shapely.get_coordinates(lines, return_index=True)
    if len(lonlat) == 0:
        return np.empty(0, dtype=object)
    counts = np.bincount(line)
    counts = counts[counts > 0]
    first = np.cumsum(counts) - counts
    # A run ends with the vertex that the next begins with.
    owner, place = spread(np.zeros(len(counts), dtype=np.intp), -(-(counts - 1) // _EDGES_A_RUN))
    begin = first[owner] + place * _EDGES_A_RUN
    end = np.minimum(begin + _EDGES_A_RUN, (first + counts - 1)[owner])
    run, vertex = spread(begin, end - begin + 1)
    return np.asarray(shapely.linestrings(_plane(lonlat)[vertex], indices=run), dtype=object)


def _plane(lonlat: Floats) -> Floats:
    """Project to the Mercator plane of the ellipsoid, in radians at the equator."""
    lon, lat = np.radians(lonlat.T)
    sin_lat = np.sin(lat)
    return np.stack([lon, np.arctanh(sin_lat) - _E * np.arctanh(_E * sin_lat)], axis=1)


def _metres_a_unit(lonlat: Floats) -> Floats:
    return np.sqrt(parallel_radius2_m2(np.sin(np.radians(lonlat[:, 1]))))
