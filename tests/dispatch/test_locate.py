"""Locating: on squared paper, and by laws against a slow and simple oracle."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.dispatch import locate
from geo.dispatch.locate import Located, locate_patches
from geo.errors import FileRefused

# Two grids of 100 m side by side, meeting at x = 100.
WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


def _locate(
    patches: Sequence[object],
    grids: Sequence[object] = (WEST, EAST),
    codes: Sequence[str] = ("A", "B"),
    **options: float,
) -> Located:
    return locate_patches(patches, grids, codes, **options)


def _one(patch: object, *args: Sequence[object]) -> tuple[int, float, bool, bool]:
    found = _locate([patch], *args)
    return (
        int(found.grid[0]),
        float(found.share[0]),
        bool(found.is_tie[0]),
        bool(found.is_straddling[0]),
    )


def test_a_patch_inside_a_grid_belongs_to_it_whole():
    assert _one(shapely.box(10, 10, 20, 20)) == (0, 1.0, False, False)


def test_a_patch_that_reaches_the_border_from_inside_is_whole_too():
    assert _one(shapely.box(80, 10, 100, 20)) == (0, 1.0, False, False)


def test_a_patch_on_a_border_goes_to_the_larger_share():
    assert _one(shapely.box(70, 10, 110, 20)) == (0, 0.75, False, True)
    assert _one(shapely.box(90, 10, 130, 20)) == (1, 0.75, False, True)


def test_an_exact_tie_goes_to_the_lower_code_and_is_reported():
    found = _locate([shapely.box(90, 10, 110, 20)])
    assert (found.grid[0], found.share[0]) == (0, 0.5)
    assert found.is_tie[0]
    assert found.is_straddling[0]
    assert found.tied_with == ((1,),)


def test_a_tie_up_to_rounding_is_a_tie():
    # The east holds a ten-millionth of a square metre more.
    found = _locate([shapely.box(90, 10, 110 + 1e-8, 20)])
    assert (found.grid[0], bool(found.is_tie[0])) == (0, True)
    assert found.share[0] == pytest.approx(0.5, abs=1e-8)


def test_the_lower_code_is_meant_and_not_the_first_row():
    found = _locate([shapely.box(90, 10, 110, 20)], codes=("B", "A"))
    assert found.grid[0] == 1
    assert found.tied_with == ((0,),)


def test_codes_are_compared_as_text():
    found = _locate([shapely.box(90, 10, 110, 20)], codes=("9", "10"))
    assert found.grid[0] == 1


def test_a_tie_of_four_names_the_three_others_in_order():
    corners = [shapely.box(x, y, x + 10, y + 10) for x in (0, 10) for y in (0, 10)]
    found = _locate([shapely.box(9, 9, 11, 11)], corners, ("D", "B", "C", "A"))
    assert found.grid[0] == 3
    assert found.share[0] == pytest.approx(0.25)
    assert found.tied_with == ((1, 2, 0),)


def test_a_tie_below_the_largest_share_is_none():
    # 20 m2 in the middle grid, 10 m2 in each of the other two.
    grids = [shapely.box(0, 0, 10, 9), shapely.box(10, 0, 12, 9), shapely.box(12, 0, 20, 9)]
    found = _locate([shapely.box(9, 0, 13, 9)], grids, ("A", "B", "C"))
    assert (found.grid[0], found.is_tie[0], found.tied_with[0]) == (1, False, ())


def test_a_patch_that_only_touches_a_grid_is_outside():
    nowhere = (-1, 0.0, False, False)
    assert _one(shapely.box(200, 10, 210, 20)) == nowhere
    assert _one(shapely.box(-10, 10, 0, 20)) == nowhere
    assert _one(shapely.box(10, 100, 20, 110)) == nowhere
    assert _one(shapely.box(10, -10, 20, 0)) == nowhere
    assert _one(shapely.box(200, 100, 210, 110)) == nowhere  # at its corner


def test_a_patch_far_from_every_grid_is_outside_and_stays_listed():
    found = _locate([shapely.box(900, 900, 910, 910), shapely.box(10, 10, 20, 20)])
    assert found.grid.tolist() == [-1, 0]
    assert found.share.tolist() == [0.0, 1.0]


def test_touching_a_second_grid_is_not_straddling():
    assert _one(shapely.box(90, 10, 100, 20))[3] is False


def test_half_outside_all_grids_the_share_is_a_half():
    assert _one(shapely.box(190, 10, 210, 20)) == (1, 0.5, False, False)


def test_a_patch_in_the_hole_of_a_grid_is_outside():
    ring = shapely.difference(WEST, shapely.box(40, 40, 60, 60))
    assert _one(shapely.box(45, 45, 55, 55), [ring], ["A"]) == (-1, 0.0, False, False)
    assert _one(shapely.box(40, 40, 60, 60), [ring], ["A"]) == (-1, 0.0, False, False)
    assert _one(shapely.box(35, 45, 45, 55), [ring], ["A"]) == (0, 0.5, False, False)


def test_the_grid_in_the_hole_of_another_owns_what_lies_there():
    enclave = shapely.box(40, 40, 60, 60)
    grids = [shapely.difference(WEST, enclave), enclave]
    assert _one(shapely.box(45, 45, 55, 55), grids, ["A", "B"]) == (1, 1.0, False, False)


def test_a_patch_larger_than_its_grid_has_the_share_that_the_grid_covers():
    small = shapely.box(40, 40, 60, 60)
    assert _one(WEST, [small], ["A"]) == (0, pytest.approx(0.04), False, False)


def test_grids_may_overlap_each_other():
    upper = shapely.box(0, 50, 100, 100)
    patch = shapely.box(10, 60, 20, 70)  # wholly in both
    assert _one(patch, [WEST, upper], ["A", "B"]) == (0, 1.0, True, True)
    assert _one(patch, [WEST, upper], ["B", "A"]) == (1, 1.0, True, True)
    half = shapely.box(10, 45, 20, 55)  # wholly in one, half in the other
    assert _one(half, [upper, WEST], ["A", "B"]) == (1, 1.0, False, True)


def test_a_patch_of_several_parts_counts_them_together():
    parts = shapely.union_all([shapely.box(10, 10, 20, 20), shapely.box(150, 10, 180, 20)])
    assert _one(parts) == (1, pytest.approx(0.75), False, True)


def test_a_grid_of_several_parts_counts_them_together():
    parts = shapely.union_all([WEST, shapely.box(110, 0, 200, 100)])
    patch = shapely.box(95, 10, 115, 20)
    assert _one(patch, [parts], ["A"]) == (0, pytest.approx(0.5), False, False)


def test_less_than_the_tolerance_along_the_outline_is_a_touch():
    sliver = shapely.box(90, 10, 100 + 1e-9, 20)
    assert _one(sliver) == (0, 1.0, False, False)
    found = _locate([shapely.box(90, 10, 101, 20)], tolerance_m=1.0)
    assert (found.share[0], bool(found.is_straddling[0])) == (1.0, False)


def test_no_patches_and_no_grids_are_answered_too():
    assert len(_locate([]).grid) == 0
    found = _locate([shapely.box(10, 10, 20, 20)], [], [])
    assert found.grid.tolist() == [-1]
    assert found.tied_with == ((),)


BOW = shapely.from_wkt("POLYGON((90 10,110 30,110 10,90 30,90 10))")


@pytest.mark.parametrize(
    "bad",
    [None, shapely.Polygon(), shapely.Point(1, 1), BOW],
    ids=["none", "empty", "point", "bow"],
)
def test_a_shape_that_is_no_valid_polygon_is_refused_by_its_row_or_code(bad):
    good = shapely.box(10, 10, 20, 20)
    with pytest.raises(FileRefused) as refusal:
        _locate([good, bad, good])
    assert refusal.value.code == "patch_shapes_unusable"
    assert refusal.value.values == {"count": 1, "example": 2}
    with pytest.raises(FileRefused) as refusal:
        _locate([good], [WEST, bad], ["A", "B"])
    assert refusal.value.code == "grid_shapes_unusable"
    assert refusal.value.values == {"count": 1, "example": "B"}


def test_an_invalid_patch_inside_a_grid_lies_there_whatever_its_rings_do():
    bow = shapely.from_wkt("POLYGON((10 10,20 20,20 10,10 20,10 10))")
    assert _one(bow) == (0, 1.0, False, False)
    assert _one(bow, [WEST, WEST], ["A", "B"]) == (0, 1.0, True, True)


def test_a_hole_pushed_a_nanometre_across_the_outline_is_forgiven():
    pushed = shapely.from_wkt(
        "POLYGON((90 10,110 10,110 20,90 20,90 10),(95 9.999999999,96 12,94 12,95 9.999999999))"
    )
    assert not shapely.is_valid(pushed)
    # The hole of 2.0 m2 lies in the west: 98 of 198 m2 there, 100 in the east.
    assert _one(pushed) == (1, pytest.approx(100 / 198), False, True)


def test_a_code_that_two_grids_share_is_refused():
    with pytest.raises(FileRefused) as refusal:
        _locate([shapely.box(10, 10, 20, 20)], codes=("A", "A"))
    assert refusal.value.code == "grid_codes_repeated"


def test_the_callers_grids_are_left_unprepared_or_prepared():
    grids = np.array([WEST, EAST])
    _locate([shapely.box(70, 10, 110, 20)], grids)
    assert not shapely.is_prepared(grids).any()
    shapely.prepare(grids)
    assert _locate([shapely.box(70, 10, 110, 20)], grids).grid[0] == 0


def _cells(cuts: tuple[list[int], list[int]]) -> list[shapely.Polygon]:
    """Cut a block of 60 by 60 along whole numbers, every second cell along its diagonal."""
    xs, ys = ([0, *sorted(set(c)), 60] for c in cuts)
    cells = []
    for i, (left, right) in enumerate(pairwise(xs)):
        for j, (low, high) in enumerate(pairwise(ys)):
            corners = [(left, low), (right, low), (right, high), (left, high)]
            if (i + j) % 2:
                cells += [
                    shapely.Polygon([corners[0], corners[1], corners[2]]),
                    shapely.Polygon([corners[0], corners[2], corners[3]]),
                ]
            else:
                cells.append(shapely.Polygon(corners))
    return cells


CUTS = st.lists(st.integers(1, 59), max_size=4)
PARTITIONS = st.tuples(CUTS, CUTS).map(_cells)
POINTS = st.tuples(st.integers(-5, 65), st.integers(-5, 65))
SHAPES = (
    st.lists(POINTS, min_size=3, max_size=8)
    .map(lambda points: shapely.make_valid(shapely.Polygon(points), method="structure"))
    .filter(lambda shape: shape.area > 0 and shape.geom_type in ("Polygon", "MultiPolygon"))
)
PATCHES = st.lists(SHAPES, min_size=1, max_size=6)


def _codes(grids: Sequence[object]) -> list[str]:
    return [f"G{number:02d}" for number in range(len(grids))]


def _by_brute_force(
    patch: shapely.Geometry, grids: Sequence[shapely.Geometry], codes: Sequence[str]
) -> tuple[str | None, float, set[str], int]:
    touch = 1e-6 * patch.length
    areas = {
        code: area
        for code, grid in zip(codes, grids, strict=True)
        if (area := shapely.intersection(patch, grid).area) > touch
    }
    if not areas:
        return None, 0.0, set(), 0
    equal = sorted(code for code, area in areas.items() if area >= max(areas.values()) - touch)
    return equal[0], areas[equal[0]] / patch.area, set(equal[1:]), len(areas)


def _assert_as_by_brute_force(
    patches: Sequence[shapely.Geometry], grids: Sequence[shapely.Geometry], codes: Sequence[str]
) -> None:
    found = _locate(patches, grids, codes)
    for row, patch in enumerate(patches):
        code, share, tied, held_by = _by_brute_force(patch, grids, codes)
        owner = found.grid[row]
        assert (codes[owner] if owner >= 0 else None) == code
        assert found.share[row] == pytest.approx(share, abs=1e-9)
        assert {codes[grid] for grid in found.tied_with[row]} == tied
        assert found.is_tie[row] == bool(tied)
        assert found.is_straddling[row] == (held_by > 1)


@settings(deadline=None)
@given(PATCHES, PARTITIONS)
def test_over_a_partition_all_is_as_brute_force_says(patches, grids):
    _assert_as_by_brute_force(patches, grids, _codes(grids))


@settings(deadline=None)
@given(PATCHES, st.lists(SHAPES, min_size=1, max_size=8))
def test_over_grids_with_gaps_and_overlaps_too(patches, grids):
    _assert_as_by_brute_force(patches, grids, _codes(grids))


@settings(deadline=None)
@given(PATCHES, PARTITIONS)
def test_shares_over_a_partition_add_up_to_the_whole(patches, grids):
    block = shapely.box(0, 0, 60, 60)
    total = sum(_locate(patches, [grid], ["G"]).share for grid in grids)
    inside = shapely.area(shapely.intersection(patches, block)) / shapely.area(patches)
    assert total == pytest.approx(inside, abs=1e-9 + 1e-5 * len(grids))


@settings(deadline=None)
@given(PATCHES, st.lists(SHAPES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(patches, grids, random):
    codes = _codes(grids)
    patch_order = random.sample(range(len(patches)), len(patches))
    grid_order = random.sample(range(len(grids)), len(grids))
    found = _locate(patches, grids, codes)
    again = _locate(
        [patches[row] for row in patch_order],
        [grids[row] for row in grid_order],
        [codes[row] for row in grid_order],
    )
    for place, row in enumerate(patch_order):
        owner = again.grid[place]
        assert found.grid[row] == (grid_order[owner] if owner >= 0 else -1)
        assert found.share[row] == again.share[place]
        assert found.is_straddling[row] == again.is_straddling[place]
        assert found.tied_with[row] == tuple(grid_order[g] for g in again.tied_with[place])


def test_chunks_and_threads_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    corner = rng.integers(0, 50, (300, 2))
    size = rng.integers(1, 12, (300, 2))
    patches = shapely.box(*corner.T, *(corner + size).T)
    grids = _cells(([11, 23, 40], [9, 30, 51]))
    found = _locate(patches, grids, _codes(grids), threads=1)
    monkeypatch.setattr(locate, "_CHUNK", 7)
    again = _locate(patches, grids, _codes(grids), threads=3)
    assert again.grid.tolist() == found.grid.tolist()
    assert again.share.tolist() == found.share.tolist()
    assert again.tied_with == found.tied_with
    assert again.is_straddling.tolist() == found.is_straddling.tolist()
    assert found.is_tie.any()
