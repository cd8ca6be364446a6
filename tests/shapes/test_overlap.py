"""Overlap of polygons: on squared paper, and against GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes import outlines, overlap
from geo.shapes.outlines import are_inside, is_clear_of_edges, outlines_of
from geo.shapes.overlap import overlap_areas

SQUARE = shapely.box(0, 0, 10, 10)


def _overlap(left: shapely.Geometry, right: shapely.Geometry) -> float:
    row = np.array([0])
    return float(
        overlap_areas(outlines_of(np.array([left])), row, outlines_of(np.array([right])), row)[0]
    )


@pytest.mark.parametrize(
    ("other", "area"),
    [
        (shapely.box(5, 5, 15, 15), 25),
        (shapely.box(2, 3, 4, 7), 8),  # inside
        (shapely.box(-5, -5, 15, 15), 100),  # around
        (SQUARE, 100),  # the same
        (shapely.box(10, 0, 20, 10), 0),  # shares an edge
        (shapely.box(10, 2, 20, 4), 0),  # shares part of an edge
        (shapely.box(10, 10, 20, 20), 0),  # shares a corner
        (shapely.box(20, 20, 30, 30), 0),
        (shapely.box(3, -5, 7, 15), 40),  # across
        (shapely.from_wkt("POLYGON((0 0,10 10,0 10,0 0))"), 50),  # along the diagonal
        (shapely.from_wkt("POLYGON((5 -5,15 5,5 15,-5 5,5 -5))"), 100),  # corners on edges
        (shapely.from_wkt("POLYGON((5 0,10 5,5 10,0 5,5 0))"), 50),
        (shapely.difference(shapely.box(-5, -5, 15, 15), SQUARE), 0),  # in the hole of a ring
        (shapely.difference(SQUARE, shapely.box(2, 2, 4, 4)), 96),
        (shapely.union_all([shapely.box(-1, -1, 1, 1), shapely.box(9, 9, 11, 11)]), 2),
    ],
)
def test_two_shapes_share_what_squared_paper_says(other, area):
    for left, right in ((SQUARE, other), (other, SQUARE)):
        for turned in (left, shapely.reverse(left)):
            assert _overlap(turned, right) == pytest.approx(area, abs=1e-12)


def _polygons(low: int, high: int) -> st.SearchStrategy[shapely.Geometry]:
    """Valid shapes on whole coordinates, so that edges often touch, coincide and cross."""
    point = st.tuples(st.integers(low, high), st.integers(low, high))
    return (
        st.lists(point, min_size=3, max_size=14)
        .map(lambda points: shapely.make_valid(shapely.Polygon(points), method="structure"))
        .filter(lambda shape: shape.area > 0)
        .filter(lambda shape: shape.geom_type in ("Polygon", "MultiPolygon"))
    )


@settings(deadline=None)
@given(_polygons(0, 12), _polygons(0, 12))
def test_two_shapes_share_what_geos_says(left, right):
    assert _overlap(left, right) == pytest.approx(shapely.intersection(left, right).area, abs=1e-9)


@settings(deadline=None)
@given(_polygons(0, 12), _polygons(0, 12))
def test_far_from_the_origin_too(left, right):
    here = _overlap(left, right)
    left, right = shapely.transform(
        np.array([left, right]), lambda c: c + np.array([40_480_000.0, 4_700_000.0])
    )
    assert _overlap(left, right) == pytest.approx(here, abs=1e-6)


@settings(deadline=None)
@given(st.lists(_polygons(0, 12), min_size=1, max_size=8), st.data())
def test_pairs_do_not_disturb_each_other(shapes, data):
    many = outlines_of(np.array(shapes))
    rows = data.draw(st.lists(st.integers(0, len(shapes) - 1), min_size=1, max_size=20))
    others = data.draw(st.permutations(rows))
    areas = overlap_areas(many, np.array(rows), many, np.array(others))
    alone = [_overlap(shapes[a], shapes[b]) for a, b in zip(rows, others, strict=True)]
    assert areas.tolist() == alone  # to the last bit: the order of rows must not show


def test_blocks_of_any_size_give_the_same_areas(monkeypatch):
    rng = np.random.default_rng(5)
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    rings = rng.uniform(0, 5, (8, 1, 2)) + rng.uniform(2, 3, (8, 60, 1)) * np.stack(
        [np.cos(turns), np.sin(turns)], axis=-1
    )
    shapes = shapely.polygons(rings)
    left, right = np.divmod(np.arange(64), 8)
    expected = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    for block, run in ((1, 1), (77, 3), (10**9, 500)):
        monkeypatch.setattr(overlap, "_BLOCK", block)
        monkeypatch.setattr(outlines, "_RUN", run)
        many = outlines_of(shapes)
        assert overlap_areas(many, left, many, right) == pytest.approx(expected, abs=1e-9)


def test_no_pairs_share_nothing():
    none = np.array([], dtype=np.intp)
    square = outlines_of(np.array([SQUARE]))
    assert len(overlap_areas(square, none, square, none)) == 0


@pytest.mark.parametrize(
    ("box", "is_clear"),
    [
        ((1, 1, 9, 9), True),
        ((20, 20, 30, 30), True),
        ((-5, -5, 15, 15), False),  # edges run inside the box
        ((9, 9, 11, 11), False),
        ((5, 5, 10, 9), False),  # touched from inside
        ((10, 0, 20, 10), False),  # touched from outside, on each side
        ((-10, 0, 0, 10), False),
        ((2, 10, 4, 20), False),
        ((2, -10, 4, 0), False),
    ],
)
def test_a_box_is_clear_of_edges_or_not(box, is_clear):
    square = outlines_of(np.array([SQUARE]))
    low, high = np.array(box[:2], float)[:, None], np.array(box[2:], float)[:, None]
    assert is_clear_of_edges(square, np.array([0]), low, high).tolist() == [is_clear]


@settings(deadline=None)
@given(_polygons(0, 12), st.tuples(st.integers(-1, 13), st.integers(-1, 13)))
def test_a_point_off_the_edges_is_inside_or_not_as_geos_says(shape, point):
    x, y = point[0], point[1] + 0.25  # straight below and above vertices, seldom on an edge
    here = shapely.Point(x, y)
    if shape.boundary.distance(here) > 1e-9:
        inside = are_inside(
            outlines_of(np.array([shape])), np.array([0]), np.array([float(x)]), np.array([y])
        )
        assert inside.tolist() == [shapely.contains(shape, here)]
