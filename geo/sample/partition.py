"""A plane cut into faces by lines, and faces joined into territories without gap or overlap.

Neighbours are found by the segments that two faces share, compared on the grid of one centimetre:
exact, and a sort instead of millions of intersections.
"""

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.sample.linework import PLACE_M, Floats

# How much later, in reaches, a territory twice too heavy starts in the next round.
_PATIENCE = 0.15

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shapes = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SharedSegments:
    """The segments that lie between two faces.

    Attributes
    ----------
    left, right
        Rows of the two faces, ``left < right``.
    start, end
        The segment's ends, shape (n, 2), in metres.
    """

    left: Ints
    right: Ints
    start: Floats
    end: Floats

    @property
    def length_m(self) -> Floats:
        """Length of each segment."""
        step = self.end - self.start
        return np.asarray(np.hypot(step[:, 0], step[:, 1]))

    @property
    def middle(self) -> Floats:
        """Middle of each segment."""
        return np.asarray((self.start + self.end) / 2)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which faces lie beside which, as rows of a compressed table.

    The neighbours of face ``i`` are ``to[first[i]:first[i + 1]]``, at ``cost`` each.
    """

    first: Ints
    to: Ints
    cost: Floats


def cut_into_faces(lines: Shapes, outline: shapely.Polygon) -> Shapes:
    """Cut an outlined plane along lines.

    Parameters
    ----------
    lines
        Linestrings in metres, crossing as they like; the outline is added to them.
    outline
        What the faces cover in the end.

    Returns
    -------
    ndarray of Polygon
        Faces on the grid of one centimetre whose shared borders are equal vertex by vertex.
    """
    noded = shapely.union_all(np.append(lines, outline.exterior), grid_size=PLACE_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(outline)
    inside = shapely.contains(outline, shapely.point_on_surface(faces))
    return np.asarray(faces[inside])


def shared_segments(faces: Shapes) -> SharedSegments:
    """Find every segment that two faces have in common."""
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    is_step = ring_of_point[1:] == ring_of_point[:-1]
    start, end = points[:-1][is_step], points[1:][is_step]
    owner = face_of_ring[ring_of_point[:-1][is_step]].astype(np.int64)
    keys = np.round(np.hstack([start, end]) / PLACE_M).astype(np.int64)
    # The two faces walk their common segment in opposite directions: sort its ends first.
    swap = (keys[:, 0] > keys[:, 2]) | ((keys[:, 0] == keys[:, 2]) & (keys[:, 1] > keys[:, 3]))
    keys[swap] = keys[swap][:, [2, 3, 0, 1]]
    order = np.lexsort((owner, keys[:, 3], keys[:, 2], keys[:, 1], keys[:, 0]))
    twin = np.flatnonzero((keys[order][1:] == keys[order][:-1]).all(axis=1))
    one, two = order[twin], order[twin + 1]
    return SharedSegments(owner[one], owner[two], start[one], end[one])


def neighbours(segments: SharedSegments, centres: Floats, walls: Floats) -> Neighbours:
    """Lay out who neighbours whom, and how hard it is to grow from one into the other.

    Parameters
    ----------
    segments
        What the faces share.
    centres
        One point a face, in metres.
    walls
        For each segment, what crossing it costs on top of the way, in steps between faces.
    """
    count = len(centres)
    pair = segments.left * count + segments.right
    pairs, where = np.unique(pair, return_inverse=True)
    length = np.bincount(where, segments.length_m)
    wall = np.bincount(where, segments.length_m * walls) / length
    left, right = pairs // count, pairs % count
    step = centres[left] - centres[right]
    way = np.hypot(step[:, 0], step[:, 1])
    # Added, not multiplied: else slivers along a road would be stepping stones across it.
    cost = way + wall * np.median(way)
    source, target = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((target, source))
    first = np.searchsorted(source[order], np.arange(count + 1))
    return Neighbours(first.astype(np.int64), target[order], np.tile(cost, 2)[order])


def grow(graph: Neighbours, seeds: Ints, delays: Floats) -> Ints:
    """Give every face to the seed from which it is reached first.

    Territories grown like this hang together, and walls become borders.

    Parameters
    ----------
    graph
        Who neighbours whom, at what cost.
    seeds
        The faces to start from.
    delays
        How much later each seed starts, as a cost.

    Returns
    -------
    ndarray of int
        For each face the position of its seed.
    """
    owner = np.full(len(graph.first) - 1, -1, dtype=np.int64)
    first, to, cost = graph.first.tolist(), graph.to.tolist(), graph.cost.tolist()
    # A late seed keeps at least its own face.
    owner[seeds] = np.arange(len(seeds))
    queue = [
        (delay, int(face), seed)
        for seed, (delay, face) in enumerate(zip(delays, seeds, strict=True))
    ]
    heapq.heapify(queue)
    is_done = np.zeros(len(owner), dtype=bool).tolist()
    while queue:
        reached, face, seed = heapq.heappop(queue)
        if is_done[face] or owner[face] not in (-1, seed):
            continue
        is_done[face], owner[face] = True, seed
        for k in range(first[face], first[face + 1]):
            if not is_done[to[k]]:
                heapq.heappush(queue, (reached + cost[k], to[k], seed))
    return owner


def spread_seeds(centres: Floats, weights: Floats, count: int) -> Ints:
    """Choose faces that lie evenly over the land: equal steps of weight along a winding curve."""
    order = np.argsort(_along_curve(centres), kind="stable")
    passed = np.cumsum(weights[order])
    targets = (np.arange(count) + 0.5) * passed[-1] / count
    chosen = np.searchsorted(passed, targets)
    # Two targets inside one heavy face would choose it twice; push the later one on.
    steps = np.arange(count)
    chosen = np.maximum.accumulate(chosen - steps) + steps
    return np.asarray(order[np.minimum(chosen, len(order) - count + steps)])


def territories(
    graph: Neighbours, centres: Floats, weights: Floats, count: int, *, rounds: int = 4
) -> Ints:
    """Join faces into territories that hang together and are of similar weight.

    Parameters
    ----------
    graph
        Neighbours of the faces.
    centres, weights
        One point and one weight (area) a face.
    count
        How many territories.
    rounds
        How often each seed moves to the middle of what grew from it.

    Returns
    -------
    ndarray of int
        For each face its territory, from 0 to ``count - 1``; none is empty.
    """
    seeds = spread_seeds(centres, weights, count)
    delays = np.zeros(count)
    reach = np.median(graph.cost) * (len(centres) / count) ** 0.5
    owner = grow(graph, seeds, delays)
    for _ in range(rounds):
        mass = np.bincount(owner, weights, minlength=count)
        middle = np.stack(
            [np.bincount(owner, weights * centres[:, k], minlength=count) / mass for k in (0, 1)],
            axis=1,
        )
        off = np.hypot(*(centres - middle[owner]).T)
        order = np.lexsort((off, owner))
        seeds = order[np.searchsorted(owner[order], np.arange(count))]
        delays += _PATIENCE * reach * np.clip(mass / mass.mean() - 1, -1, 1)
        owner = grow(graph, seeds, delays - delays.min())
    return owner


def join(faces: Shapes, owner: Ints) -> Shapes:
    """Join the faces of each territory into one polygon; common borders stay equal."""
    order = np.argsort(owner, kind="stable")
    groups = np.split(faces[order], np.flatnonzero(np.diff(owner[order])) + 1)
    return np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)


def _along_curve(points: Floats, bits: int = 16) -> Ints:
    """Position of points along a Hilbert curve, along which near things stay near."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / (high - low).max() * (2**bits - 1)).astype(np.int64)
    x, y = cells[:, 0].copy(), cells[:, 1].copy()
    distance = np.zeros(len(points), dtype=np.int64)
    for level in range(bits - 1, -1, -1):
        side = 1 << level
        right, up = (x & side) > 0, (y & side) > 0
        distance += side * side * ((3 * right.astype(np.int64)) ^ up.astype(np.int64))
        mirror = ~up & right
        x, y = np.where(mirror, side - 1 - x, x), np.where(mirror, side - 1 - y, y)
        x, y = np.where(~up, y, x) & (side - 1), np.where(~up, x, y) & (side - 1)
    return distance
