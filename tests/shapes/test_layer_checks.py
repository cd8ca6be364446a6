"""Checks on a whole layer: on squared paper, each answer can be counted."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes import layer_checks
from geo.shapes.crs import to_stored
from geo.shapes.layer_checks import (
    CoverageFaults,
    DuplicateKind,
    find_duplicates,
    find_gaps_and_overlaps,
    find_outside,
)
from geo.shapes.plane import working_plane
from geo.text import LANGS, say

PLANE = "EPSG:4528"
SQUARE = "POLYGON((0 0,4 0,4 4,0 4,0 0))"
SAME_SHAPE, SAME_PLACE = DuplicateKind


def _duplicates(*wkts: str) -> list[tuple[int, int, DuplicateKind]]:
    return find_duplicates(shapely.from_wkt(list(wkts)))


# ---- The same twice -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        SQUARE,
        "POLYGON((4 4,0 4,0 0,4 0,4 4))",  # begun elsewhere
        "POLYGON((0 0,0 4,4 4,4 0,0 0))",  # walked the other way
        "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)))",
    ],
)
def test_a_shape_is_the_same_wherever_its_ring_begins(again):
    (found,) = _duplicates(SQUARE, again)
    assert found[:2] == (1, 0)
    # A multipolygon of one part is another thing, on the same ground.
    assert found[2] is (SAME_PLACE if again.startswith("MULTI") else SAME_SHAPE)


def test_each_is_compared_with_the_first_one():
    far = "POLYGON((9 9,10 9,10 10,9 9))"
    assert _duplicates(far, SQUARE, SQUARE, far, SQUARE) == [
        (2, 1, SAME_SHAPE),
        (3, 0, SAME_SHAPE),
        (4, 1, SAME_SHAPE),
    ]


# A strip of 100: what both share, by what they cover together.
@pytest.mark.parametrize(
    ("right", "is_same"),
    [(99, True), (98, True), (97, False), (101, True), (102, True), (103, False)],
)
def test_the_same_place_shares_98_of_100(right, is_same):
    strip, other = shapely.box(0, 0, 100, 1), shapely.box(0, 0, right, 1)
    assert find_duplicates([strip, other]) == ([(1, 0, SAME_PLACE)] if is_same else [])


def test_one_vertex_more_is_the_same_place():
    assert _duplicates(SQUARE, "POLYGON((0 0,2 0,4 0,4 4,0 4,0 0))") == [(1, 0, SAME_PLACE)]


def test_two_shapes_in_one_box_are_not_the_same():
    assert _duplicates("POLYGON((0 0,4 0,4 4,0 0))", "POLYGON((0 0,4 4,0 4,0 0))") == []


def test_a_shape_with_a_hole_is_not_the_one_without():
    assert _duplicates(SQUARE, "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1))") == []


def test_a_third_at_the_same_place_is_told_with_the_first():
    one, two, three = (shapely.box(0, 0, 100, high) for high in (1.0, 1.005, 1.01))
    assert find_duplicates([one, two, three]) == [(1, 0, SAME_PLACE), (2, 0, SAME_PLACE)]


def test_neighbours_of_the_same_size_are_no_duplicates():
    west, south = np.meshgrid(np.arange(10), np.arange(10))
    assert find_duplicates(shapely.box(west, south, west + 1, south + 1).ravel()) == []


def test_rows_without_a_shape_are_not_alike():
    assert find_duplicates([None, None, shapely.Polygon(), shapely.Polygon()]) == []
    assert find_duplicates([]) == []


@settings(deadline=None)
@given(st.permutations(range(6)), st.integers(0, 3), st.booleans())
def test_every_copy_is_found_in_any_order(order, start, is_turned):
    ring = np.array([[0, 0], [4, 0], [5, 3], [1, 4]])
    copy = np.roll(ring, start, axis=0)[:: -1 if is_turned else 1]
    shapes = [shapely.Polygon(ring), shapely.Polygon(copy)]
    shapes += [shapely.Polygon(ring + np.array([10 * k, 0])) for k in range(1, 5)]
    (found,) = find_duplicates([shapes[k] for k in order])
    assert set(found[:2]) == {order.index(0), order.index(1)}
    assert found[0] > found[1]


# ---- Cells that should fit together -------------------------------------------------------------

ORIGIN = np.array([40_480_000.0, 4_700_000.0])


def _faults(*cells: shapely.Geometry | None, **options: float) -> CoverageFaults:
    """Check cells drawn in metres from an origin; they are called 0, 1, 2…"""
    on_delivery = shapely.transform(np.array(cells, dtype=object), lambda xy: xy + ORIGIN)
    codes = [str(k) for k in range(len(cells))]
    return find_gaps_and_overlaps(
        to_stored(on_delivery, PLANE), codes, working_plane(PLANE), **options
    )


def _cells(count: int = 3, side_m: float = 100) -> list[shapely.Geometry]:
    west, south = np.meshgrid(np.arange(count) * side_m, np.arange(count) * side_m)
    return list(shapely.box(west, south, west + side_m, south + side_m).ravel())


def test_cells_that_fit_have_no_faults():
    assert _faults(*_cells()) == CoverageFaults((), ())


def test_an_overlap_names_both_cells_and_its_area():
    faults = _faults(shapely.box(0, 0, 100, 100), shapely.box(98, 0, 200, 100))
    (overlap,) = faults.overlaps
    assert overlap.codes == ("0", "1")
    assert overlap.area_m2 == pytest.approx(200, abs=0.01)
    assert faults.gaps == ()


def test_a_missing_cell_is_a_gap():
    cells = _cells()
    middle = cells.pop(4)
    faults = _faults(*cells)
    (gap,) = faults.gaps
    assert gap.area_m2 == pytest.approx(10_000, abs=0.01)
    # Where it was, in degrees for the map.
    (there,) = to_stored([shapely.transform(middle, lambda xy: xy + ORIGIN)], PLANE)
    assert shapely.hausdorff_distance(gap.polygon, there) < 1e-8
    assert faults.overlaps == ()


def test_a_gap_between_lines_that_should_be_one_is_found():
    # The row above begins 1 m too high between 100 and 200, and is closed by its neighbours.
    cells = _cells()
    cells[4] = shapely.Polygon([(100, 100), (150, 101), (200, 100), (200, 200), (100, 200)])
    (gap,) = _faults(*cells).gaps
    assert gap.area_m2 == pytest.approx(50, abs=0.01)


def test_a_bay_of_the_outer_border_is_no_gap():
    cells = _cells()
    del cells[1]
    assert _faults(*cells).gaps == ()


def test_a_hole_filled_by_another_cell_is_no_gap():
    around = shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60))
    assert len(_faults(around).gaps) == 1
    assert _faults(around, shapely.box(30, 30, 60, 60)) == CoverageFaults((), ())
    (gap,) = _faults(around, shapely.box(30, 30, 60, 50)).gaps
    assert gap.area_m2 == pytest.approx(300, abs=0.01)


def test_a_line_that_ends_on_a_longer_one_leaves_neither_gap_nor_overlap():
    # At the corner 1.5 km along a slanting line of 5 km, the neighbour above has no vertex.
    below = [
        shapely.Polygon([(0, 0), (1_500, 0), (1_500, 501), (0, 0)]),
        shapely.Polygon([(1_500, 0), (5_000, 0), (5_000, 1_670), (1_500, 501)]),
    ]
    above = shapely.Polygon([(0, 0), (5_000, 1_670), (0, 1_670)])
    assert _faults(*below, above) == CoverageFaults((), ())


def test_a_cell_delivered_twice_overlaps_wholly():
    cells = _cells()
    faults = _faults(*cells, cells[4])
    assert [o.codes for o in faults.overlaps] == [("4", "9")]
    assert faults.overlaps[0].area_m2 == pytest.approx(10_000, abs=0.01)
    assert faults.gaps == ()


@pytest.mark.parametrize(("width_m", "count"), [(0.009, 0), (0.011, 1)])
def test_up_to_a_square_metre_is_rounding(width_m, count):
    left = shapely.box(0, 0, 100, 100)
    assert len(_faults(left, shapely.box(100 - width_m, 0, 200, 100)).overlaps) == count
    frame = shapely.box(-50, -50, 150, 150).difference(left)
    assert len(_faults(frame, shapely.box(0, 0, 100 - width_m, 100)).gaps) == count


def test_another_tolerance_can_be_asked_for():
    pair = shapely.box(0, 0, 100, 100), shapely.box(98, 0, 200, 100)
    assert _faults(*pair, tolerance_m2=201).overlaps == ()


def test_the_largest_come_first():
    cells = _cells(5)
    wide, narrow = shapely.box(90, 10, 130, 20), shapely.box(90, 30, 101, 40)
    faults = _faults(*cells, narrow, wide)
    assert [round(o.area_m2) for o in faults.overlaps] == [300, 100, 100, 10]
    assert faults.overlaps[0].codes == ("1", "26")


def test_rows_without_a_shape_keep_their_codes_apart():
    faults = _faults(None, shapely.box(0, 0, 10, 10), None, shapely.box(5, 0, 15, 10))
    assert faults.overlaps[0].codes == ("1", "3")
    assert _faults(None) == CoverageFaults((), ())


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(0, 24), max_size=8), st.permutations(range(25)))
def test_gaps_are_what_cannot_be_left_through_a_side_whatever_the_order(missing, order):
    cells = _cells(5)
    kept = [cells[k] for k in order if k not in missing]
    # The parts of what is left on the sheet, but for the one around it all, which is the largest.
    rest = shapely.get_parts(shapely.box(-100, -100, 600, 600).difference(shapely.union_all(kept)))
    faults = _faults(*kept)
    assert sorted(round(g.area_m2) for g in faults.gaps) == sorted(shapely.area(rest).round())[:-1]
    assert faults.overlaps == ()


def test_cells_each_drawn_for_itself_are_not_searched_for_gaps(monkeypatch):
    monkeypatch.setattr(layer_checks, "_MOST_LONE_EDGES", 20)
    cells = [shapely.box(20 * k, 0, 20 * k + 10, 10) for k in range(5)]
    assert _faults(*cells).are_gaps_known  # 5 cells of 4 edges
    assert _faults(*_cells(4)).are_gaps_known  # 16 at the border, 24 between two cells
    faults = _faults(*cells, shapely.box(5, 5, 12, 12))
    assert not faults.are_gaps_known
    assert len(faults.overlaps) == 1


# ---- Outside ------------------------------------------------------------------------------------


def test_a_shape_is_outside_if_its_inner_point_is():
    territory = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    shapes = [
        shapely.box(1, 1, 2, 2),
        shapely.box(9, 1, 11, 2),  # across the line between both
        shapely.box(19, 1, 20.5, 2),  # mostly inside
        shapely.box(19.5, 1, 23, 2),  # mostly outside
        shapely.box(30, 1, 31, 2),
        None,
        shapely.Polygon(),
    ]
    assert find_outside(shapes, territory).tolist() == [
        *(False, False, False),
        *(True, True),
        *(False, False),
    ]


def test_a_hole_of_the_territory_is_outside():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert find_outside([shapely.box(4.5, 4.5, 5.5, 5.5)], [ring]).tolist() == [True]


def test_without_a_territory_everything_is_outside():
    assert find_outside([shapely.box(0, 0, 1, 1)], []).tolist() == [True]
    assert find_outside([], [shapely.box(0, 0, 1, 1)]).tolist() == []


# ---- Words --------------------------------------------------------------------------------------

FIELDS = {
    "same_shape": {"other": "7"},
    "same_place": {"other": "7"},
    "sliver": {"area_m2": 9, "width_m": 0.4},
    "overlap": {"value": "G-1", "other": "G-2", "area_m2": 120},
    "gap": {"area_m2": 120},
    "outside_territory": {},
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", FIELDS)
def test_every_fault_reads_well(code, lang):
    said = say(f"problem.{code}", lang, **FIELDS[code]) + say(f"fix.{code}", lang)
    assert "{" not in said
    assert all(str(value) in said for value in FIELDS[code].values())


@pytest.mark.parametrize("kind", DuplicateKind)
def test_every_kind_of_duplicate_has_words(kind):
    assert say(f"problem.{kind}", "zh", other="7")
