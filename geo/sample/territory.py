"""The land of the sample: one invented banner, its townships and villages, its patrol grids.

Everything is in EPSG:4528 (CGCS2000, 3° zone 40), in metres, easting prefixed with 40.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.sample.linework import PLACE_M, Floats, bend, meander, place, smooth, uneven_ring
from geo.sample.partition import (
    Bools,
    Ints,
    Shapes,
    SharedSegments,
    cut_into_faces,
    join,
    neighbours,
    shared_segments,
    territories,
)

SAMPLE_CRS = "EPSG:4528"
SAMPLE_GRIDS = 120
TOWNSHIPS = 3
VILLAGES = 12

# 119.1° E, 43.2° N: steppe and open forest, west of the zone's middle at 40,500,000 m.
_CENTRE = (40_427_000.0, 4_786_000.0)
_RADIUS_M = 22_000.0
_SQUEEZE = 0.86
# Above this the land would leave its 3° zone; benchmarks get smaller grids instead.
_MOST_STRETCH = 5.0
# A grid is put together from this many faces: fewer look like honeycomb, more like lace.
_FACES_PER_GRID = 14
_FACES_PER_GRID_LARGE = 4

_RIVER_WALL, _ROAD_WALL = 8.0, 3.5
_ON_LINE_M = 0.05
_JUNCTION_KM = 2.5


@dataclass(frozen=True, slots=True)
class Territory:
    """The land and who it belongs to.

    Attributes
    ----------
    outline
        The banner.
    grids, villages, townships
        Polygons without gap or overlap; each lies wholly in one of the next.
    village_of_grid, township_of_village
        Rows.
    segments
        What the grids share, segment by segment.
    rivers, roads
        Linestrings; the first is the main one.
    """

    outline: shapely.Polygon
    grids: Shapes
    villages: Shapes
    townships: Shapes
    village_of_grid: Ints
    township_of_village: Ints
    segments: SharedSegments
    rivers: Shapes
    roads: Shapes


def make_territory(rng: np.random.Generator, *, grids: int = SAMPLE_GRIDS) -> Territory:
    """Draw the banner: outline, waters and roads, then grids that follow them.

    Parameters
    ----------
    rng
        Source of chance.
    grids
        How many patrol grids; about 12 km² each up to 3,000 of them, smaller beyond.
    """
    stretch = min((grids / SAMPLE_GRIDS) ** 0.5, _MOST_STRETCH)
    outline = _outline(rng, stretch)
    rivers, roads = _rivers(rng, stretch), _roads(rng, stretch)
    per_grid = _FACES_PER_GRID if grids < 5 * SAMPLE_GRIDS else _FACES_PER_GRID_LARGE
    cells = _cells(rng, outline, count=grids * per_grid)
    shapes = cut_into_faces(np.concatenate([rivers, roads, cells]), outline)
    shapes = join(shapes, _group(shapes, grids, rivers, roads))
    village_of_grid = _group(shapes, VILLAGES, rivers, roads)
    villages = join(shapes, village_of_grid)
    township_of_village = _group(villages, TOWNSHIPS, rivers, roads)
    townships = join(villages, township_of_village)
    # Codes run from north to south, inside each township and village too.
    town_rank = _rank(townships)
    village_rank = _rank(villages, first=town_rank[township_of_village])
    grid_rank = _rank(shapes, first=village_rank[village_of_grid])
    by_grid, by_village = np.argsort(grid_rank), np.argsort(village_rank)
    ordered = shapely.normalize(shapes[by_grid])
    return Territory(
        outline=shapely.coverage_union_all(ordered),
        grids=ordered,
        villages=villages[by_village],
        townships=townships[np.argsort(town_rank)],
        village_of_grid=village_rank[village_of_grid][by_grid],
        township_of_village=town_rank[township_of_village][by_village],
        segments=shared_segments(ordered),
        rivers=_within(rivers, outline),
        roads=_within(roads, outline),
    )


def _outline(rng: np.random.Generator, stretch: float) -> shapely.Polygon:
    radius_m = _RADIUS_M * stretch
    while True:
        ring = uneven_ring(rng, radius_m=radius_m, squeeze=_SQUEEZE, corners=12, levels=6)
        outline = shapely.Polygon(place(ring, _CENTRE))
        # Chance may cross a border with itself; such a banner is not drawn.
        if outline.is_valid:
            return outline


def _rivers(rng: np.random.Generator, stretch: float) -> Shapes:
    """One river through the banner from north-west to south-east, and a brook that joins it."""
    valley = np.array([(-31, 15), (-19, 7), (-8, 8.5), (3, 1), (12, -2), (20, -10), (31, -13.0)])
    main = meander(valley * 1000 * stretch, rng, wave_m=3000, swing_m=650)
    mouth = main[int(len(main) * 0.56)]
    springs = np.array([(-15, -27), (-13, -17), (-5, -11), (-3, -5.0)]) * 1000 * stretch
    brook = meander(np.vstack([springs, mouth]), rng, wave_m=1700, swing_m=330)
    return _lines([main, np.vstack([brook, mouth])])


def _roads(rng: np.random.Generator, stretch: float) -> Shapes:
    """A trunk road from west to east through the seat, and roads to north, south and east."""
    seat = (1.5, -3.5)
    courses = [
        [(-31, -6), (-20, -8), (-9, -3), seat, (10, 3), (19, 4.5), (31, 11)],
        [seat, (0, 6), (4, 13), (1, 26)],
        [seat, (3, -11), (0, -17), (4, -28)],
        [(-20, -8), (-17, 1), (-19, 9), (-14, 25)],
        [(10, 3), (14, -7), (11, -15), (16, -27)],
        [(-17, 1), (-9, 4), (-3, 3.5), (0, 6)],
        [(0, 6), (8, 10), (15, 9), (28, 17)],
        [(-9, -3), (-11, -10), (-16, -13), (-24, -22)],
        [(3, -11), (8, -9.5), (14, -7), (21, -3), (30, -5)],
        [(4, 13), (-6, 12), (-11, 17), (-20, 26)],
    ]
    roads: list[Floats] = []
    for course in courses:
        stations = _meet(np.array(course, dtype=float), roads)
        roads.append(bend(smooth(stations, 2), rng, levels=2, roughness=0.045))
    return _lines([road * 1000 * stretch for road in roads])


def _meet(stations: Floats, roads: list[Floats]) -> Floats:
    """Let a road begin and end on the roads that are there, where it comes near one."""
    if not roads:
        return stations
    corners = np.concatenate(roads)
    met = stations.copy()
    for end in (0, -1):
        off = np.hypot(*(corners - stations[end]).T)
        if off.min() < _JUNCTION_KM:
            met[end] = corners[off.argmin()]
    return met


def _lines(courses: list[Floats]) -> Shapes:
    return np.array(
        [shapely.LineString(place(course, _CENTRE)) for course in courses], dtype=object
    )


def _cells(rng: np.random.Generator, outline: shapely.Polygon, *, count: int) -> Shapes:
    """Small uneven cells all over the outline, as the lines between them."""
    west, south, east, north = outline.bounds
    step = (outline.area / count) ** 0.5
    columns, rows = int((east - west) / step) + 3, int((north - south) / step) + 3
    across, up = np.meshgrid(np.arange(columns) - 1.0, np.arange(rows) - 1.0)
    points = np.stack([across + 0.5 * (up % 2), up], axis=-1).reshape(-1, 2)
    points += rng.uniform(-0.45, 0.45, points.shape)
    points = points * step + (west, south)
    edges = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), only_edges=True)
    )
    shapely.prepare(outline)
    edges = shapely.normalize(edges[shapely.intersects(outline, edges)])
    ends = shapely.get_coordinates(edges).reshape(-1, 2, 2)
    return np.asarray(shapely.linestrings(np.round(bend(ends, rng, levels=2, roughness=0.11), 2)))


def _group(shapes: Shapes, count: int, rivers: Shapes, roads: Shapes) -> Ints:
    """Join shapes into territories whose borders rather follow rivers and roads."""
    segments = shared_segments(shapes)
    walls = np.zeros(len(segments.left))
    for lines, wall in ((roads, _ROAD_WALL), (rivers, _RIVER_WALL)):
        walls[on_lines(segments.middle, lines)] = wall
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    graph = neighbours(segments, centres, walls)
    return territories(graph, centres, shapely.area(shapes), count)


def pieces(lines: Shapes) -> Shapes:
    """Take lines apart into their single straight pieces."""
    points, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    is_step = line[1:] == line[:-1]
    return np.asarray(
        shapely.linestrings(np.stack([points[:-1][is_step], points[1:][is_step]], axis=1))
    )


def on_lines(points: Floats, lines: Shapes) -> Bools:
    """Tell which points lie on lines, to a few centimetres of snapping."""
    tree = shapely.STRtree(pieces(lines))
    near = tree.query(shapely.points(points), predicate="dwithin", distance=_ON_LINE_M)
    hits = np.zeros(len(points), dtype=bool)
    hits[near[0]] = True
    return hits


def _rank(shapes: Shapes, first: Ints | None = None) -> Ints:
    """Rank shapes from north to south, within groups if these are given."""
    north = shapely.get_y(shapely.centroid(shapes))
    keys = (-north,) if first is None else (-north, first)
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[np.lexsort(keys)] = np.arange(len(shapes))
    return rank


def _within(lines: Shapes, outline: shapely.Polygon) -> Shapes:
    return np.asarray(shapely.set_precision(shapely.intersection(lines, outline), PLACE_M))
