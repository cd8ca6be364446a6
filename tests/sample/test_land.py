"""The invented banner: nested without gap or overlap, along rivers and roads, never squares."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sample.linework import bend
from geo.sample.partition import (
    cut_into_faces,
    grow,
    join,
    neighbours,
    shared_segments,
    territories,
)
from geo.sample.territory import make_territory, pieces


def test_there_are_120_grids_12_villages_3_townships_1_banner(sample):
    sizes = [len(f) for f in (sample.grids, sample.villages, sample.townships, sample.banner)]
    assert sizes == [120, 12, 3, 1]


@pytest.mark.parametrize("layer", ["grids", "villages", "townships"])
def test_a_layer_covers_the_banner_without_gap_or_overlap(sample, layer):
    shapes = getattr(sample, layer).geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    banner = sample.banner.geometry.iloc[0]
    assert shapely.area(shapes).sum() == pytest.approx(banner.area, rel=1e-12)
    assert shapely.coverage_union_all(shapes).equals(banner)
    assert shapely.get_num_interior_rings(shapely.coverage_union_all(shapes)) == 0


def test_neighbouring_grids_share_every_vertex_of_their_edge(sample):
    shapes = sample.grids.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = one < two
    common = shapely.intersection(shapes[one[pair]], shapes[two[pair]])
    assert set(shapely.get_dimensions(common)) <= {0, 1}
    by_edges = shared_segments(shapes).length_m.sum()
    assert shapely.length(common).sum() == pytest.approx(by_edges, rel=1e-9)


def test_a_grid_lies_in_the_village_and_township_that_its_code_names(sample):
    for codes, layer in (("CUN", sample.villages), ("XIANG", sample.townships)):
        by_code = layer.set_index("code").geometry
        homes = by_code.loc[sample.grids[codes]].to_numpy()
        assert shapely.covers(homes, sample.grids.geometry.to_numpy()).all()
    assert (sample.grids["CUN"].str[:9] == sample.grids["XIANG"]).all()
    assert (sample.grids["WGBH"].str[:12] == sample.grids["CUN"]).all()


def test_codes_have_their_length_and_an_unassigned_prefix(sample):
    assert sample.banner["code"].tolist() == ["159901"]
    assert sample.townships["code"].str.fullmatch(r"159901\d{3}").all()
    assert sample.villages["code"].str.fullmatch(r"159901\d{6}").all()
    assert sample.grids["WGBH"].is_unique
    assert sample.grids["WGMC"].is_unique


def test_every_layer_is_in_zone_40(sample):
    for name in ("grids", "banner", "river", "roads", "patches", "permits", "reserves"):
        layer = getattr(sample, name)
        assert layer.crs.to_epsg() == 4528
        west, south, east, north = layer.total_bounds
        assert 40_333_000 < west < east < 40_667_000
        assert 4_650_000 < south < north < 4_875_000  # 42° to 44° N


def _edges(shapes):
    steps = shapely.get_coordinates(pieces(shapely.boundary(shapes))).reshape(-1, 2, 2)
    return steps[:, 1] - steps[:, 0]


def test_the_edges_of_grids_are_not_parallel_to_the_axes(sample):
    step = _edges(sample.grids.geometry.to_numpy())
    length = np.hypot(*step.T)
    off_axis_deg = np.degrees(np.arctan2(np.abs(step).min(axis=1), np.abs(step).max(axis=1)))
    # Directions drawn evenly would have 2.2 % of their length within one degree of an axis.
    assert length[off_axis_deg < 1.0].sum() < 0.05 * length.sum()


def test_grids_are_neither_squares_nor_plain_cells(sample):
    shapes = sample.grids.geometry.to_numpy()
    assert np.median(shapely.get_num_coordinates(shapes)) > 50
    # A cell of a Voronoi diagram is convex: it fills its hull.
    assert np.median(shapely.area(shapes) / shapely.area(shapely.convex_hull(shapes))) < 0.92


def test_edges_of_grids_turn_at_most_of_their_vertices(sample):
    turns_deg = []
    for shape in sample.grids.geometry:
        steps = np.diff(shapely.get_coordinates(shape.exterior), axis=0)
        turns_deg.append(np.degrees(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))))
    assert np.median(np.abs(np.concatenate(turns_deg))) > 5.0


@pytest.mark.parametrize(("layer", "least"), [("river", 0.9), ("roads", 0.6)])
def test_edges_of_grids_follow_the_river_and_the_roads(sample, layer, least):
    edges = shapely.union_all(shapely.boundary(sample.grids.geometry.to_numpy())).buffer(0.1)
    lines = getattr(sample, layer).geometry.to_numpy()
    followed = shapely.length(shapely.intersection(lines, edges)).sum()
    assert followed > least * shapely.length(lines).sum()


def test_the_river_winds(sample):
    river = sample.river.geometry.iloc[0]
    ends = shapely.get_coordinates(river)[[0, -1]]
    assert river.length > 1.3 * np.hypot(*(ends[1] - ends[0]))


def test_the_reserve_crosses_several_grids(sample):
    assert sample.reserves[["name", "level"]].notna().all(axis=None)
    hits = shapely.intersects(sample.grids.geometry.to_numpy(), sample.reserves.geometry.iloc[0])
    assert hits.sum() >= 5
    assert sample.banner.geometry.iloc[0].buffer(0.1).contains(sample.reserves.geometry.iloc[0])


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), grids=st.integers(40, 90))
def test_whatever_the_seed_the_land_has_neither_gap_nor_overlap(seed, grids):
    land = make_territory(np.random.default_rng(seed), grids=grids)
    assert len(land.grids) == grids
    assert (shapely.get_type_id(land.grids) == shapely.GeometryType.POLYGON).all()
    assert shapely.coverage_is_valid(land.grids)
    assert shapely.area(land.grids).sum() == pytest.approx(land.outline.area, rel=1e-12)
    assert set(land.village_of_grid) == set(range(12))
    assert set(land.township_of_village) == {0, 1, 2}


# Four squares of 10 m, drawn by the lines between them.
#   2 3
#   0 1
SQUARE = shapely.box(0, 0, 20, 20)
CROSS = np.array(
    [shapely.LineString([(10, -1), (10, 21)]), shapely.LineString([(-1, 10), (21, 10)])]
)


def _four_squares():
    faces = cut_into_faces(CROSS, SQUARE)
    centres = shapely.get_coordinates(shapely.centroid(faces))
    order = np.lexsort((centres[:, 0], centres[:, 1]))
    return faces[order], centres[order]


def test_lines_cut_a_square_into_four():
    faces, _ = _four_squares()
    assert shapely.area(faces).tolist() == [100.0] * 4


def test_shared_segments_are_those_between_two_faces():
    segments = shared_segments(_four_squares()[0])
    assert sorted(zip(segments.left.tolist(), segments.right.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 3),
    ]
    assert segments.length_m.tolist() == [10.0] * 4


def test_a_wall_becomes_a_border():
    faces, centres = _four_squares()
    segments = shared_segments(faces)
    is_level = segments.start[:, 1] == segments.end[:, 1]
    for wall, together in ((is_level, {0, 1}), (~is_level, {0, 2})):
        graph = neighbours(segments, centres, wall * 9.0)
        owner = grow(graph, np.array([0, 3]), np.zeros(2))
        assert set(np.flatnonzero(owner == owner[0]).tolist()) == together


def test_a_late_seed_keeps_its_own_face():
    faces, centres = _four_squares()
    graph = neighbours(shared_segments(faces), centres, np.zeros(4))
    owner = grow(graph, np.array([0, 3]), np.array([0.0, 1000.0]))
    assert owner.tolist() == [0, 0, 0, 1]


def test_territories_are_joined_from_their_faces():
    faces, centres = _four_squares()
    segments = shared_segments(faces)
    is_level = segments.start[:, 1] == segments.end[:, 1]
    graph = neighbours(segments, centres, is_level * 9.0)
    joined = join(faces, territories(graph, centres, shapely.area(faces), 2))
    assert sorted(shapely.area(joined).tolist()) == [200.0, 200.0]
    assert shapely.coverage_is_valid(joined)


def test_bending_keeps_the_stations_and_doubles_the_pieces():
    stations = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]])
    bent = bend(stations, np.random.default_rng(1), levels=3, roughness=0.1)
    assert bent.shape == (17, 2)
    assert bent[[0, 8, 16]].tolist() == stations.tolist()
