"""Who is who in a corrected list: on squares of one hectare."""

from collections.abc import Mapping

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes.crs import to_stored
from geo.shapes.rematch import NumberedOutlines, Relation, Rematch, rematch
from tests.deliveries import EAST, NORTH, SIDE_M, ZONE_40, square

Shape = shapely.Geometry
THREE = {"1": square(0), "2": square(2), "3": square(4)}


def listed(shapes: Mapping[str, Shape]) -> NumberedOutlines:
    stored = to_stored(np.array(list(shapes.values()), dtype=object), ZONE_40)
    return NumberedOutlines(list(shapes), stored)


def matched(
    old: Mapping[str, Shape], new: Mapping[str, Shape], *, trusts_numbers: bool = True
) -> Rematch:
    return rematch(listed(old), listed(new), trusts_numbers=trusts_numbers)


def told(
    old: Mapping[str, Shape], new: Mapping[str, Shape], *, trusts_numbers: bool = True
) -> dict[str, tuple[str, str]]:
    """For each new number its relation and the old number; then what became of the others."""
    found = matched(old, new, trusts_numbers=trusts_numbers)
    codes = list(old)
    said = {
        code: (str(relation), codes[row] if row >= 0 else "")
        for code, relation, row in zip(new, found.relation, found.old, strict=True)
    }
    for name, flags in (("gone", found.is_gone), ("split", found.is_split)):
        said |= {f"old {codes[row]}": (name, "") for row in np.flatnonzero(flags)}
    return said


def strip(west_m: float, east_m: float) -> Shape:
    """A part of the first square, from one easting to another."""
    return shapely.box(EAST + west_m, NORTH, EAST + east_m, NORTH + 100)


def test_the_same_list_is_the_same():
    found = matched(THREE, THREE)
    assert found.relation.tolist() == [Relation.SAME] * 3
    assert found.old.tolist() == [0, 1, 2]
    assert found.iou.tolist() == [1, 1, 1]
    assert not any(f.any() for f in (found.is_redrawn, found.is_gone, found.is_split))


def test_a_number_on_common_ground_is_the_same_patch_however_it_is_redrawn():
    found = matched({"1": square(0)}, {"1": strip(50, 150)})
    assert found.relation.tolist() == [Relation.SAME]
    assert found.iou == pytest.approx([1 / 3], abs=1e-6)
    assert found.is_redrawn.tolist() == [True]


def test_a_whole_list_shifted_by_one_is_renumbered_and_not_moved():
    old = {str(n): square(2 * n) for n in range(6)}
    new = {str(n): square(2 * n + 2) for n in range(6)}
    assert told(old, new) == {
        **{str(n): ("renumbered", str(n + 1)) for n in range(5)},
        "5": ("new", ""),
        "old 0": ("gone", ""),
    }


def test_neighbours_that_share_a_border_are_renumbered_too():
    # Drawn by hand, borders overlap by slivers: that is no common ground.
    old = {str(n): square(n * 0.9995) for n in range(6)}
    new = {str(n): square((n + 1) * 0.9995) for n in range(5)}
    assert told(old, new) == {
        **{str(n): ("renumbered", str(n + 1)) for n in range(5)},
        "old 0": ("gone", ""),
    }


OVERLAPPED = {str(n): square(n * 0.97) for n in range(6)}


def test_neighbours_that_overlap_and_exchange_their_numbers_are_renumbered():
    new = OVERLAPPED | {"2": OVERLAPPED["3"], "3": OVERLAPPED["2"]}
    assert told(OVERLAPPED, new) == {
        **{code: ("same", code) for code in "0145"},
        "2": ("renumbered", "3"),
        "3": ("renumbered", "2"),
    }


@pytest.mark.parametrize("off_m", [0, 1, 8])
def test_a_row_put_into_the_list_renumbers_what_comes_after_it(off_m: float):
    # Drawn anew or not, 8 m off too: an outline alike by 85 % tells more than a number on 3 %.
    after = {str(n + 1): square(n * 0.97, off_m / SIDE_M) for n in range(3, 6)}
    new = {**{c: OVERLAPPED[c] for c in "012"}, "3": square(2.4, -0.9), **after}
    assert told(OVERLAPPED, new) == {
        **{code: ("same", code) for code in "012"},
        "3": ("new", ""),
        **{str(n + 1): ("renumbered", str(n)) for n in range(3, 6)},
    }


def test_a_number_on_a_sliver_of_its_ground_counts_where_nothing_better_is():
    assert told({"1": square(0)}, {"1": square(0.97)}) == {"1": ("same", "1")}
    found = told({"1": square(0)}, {"1": square(0.97), "2": square(0)})
    assert found == {"1": ("new", ""), "2": ("renumbered", "1")}


def test_a_number_on_most_of_its_ground_goes_before_an_outline_a_little_more_alike():
    old, new = {"1": square(0)}, {"1": strip(0, 70), "2": strip(0, 85)}
    assert told(old, new) == {"1": ("same", "1"), "2": ("split", "1")}
    # One that is the very same outline goes before any number.
    assert told(old, {"1": strip(0, 70), "2": strip(0, 96)})["2"] == ("renumbered", "1")


def test_numbers_that_mean_nothing_match_nothing():
    new = {"1": square(2), "2": square(4), "3": square(40), "4": square(0)}
    assert told(THREE, new, trusts_numbers=False) == {
        "1": ("renumbered", "2"),
        "2": ("renumbered", "3"),
        "3": ("new", ""),
        "4": ("renumbered", "1"),
    }
    found = told(THREE, THREE | {"3": square(40)}, trusts_numbers=False)
    assert found == {
        "1": ("same", "1"),
        "2": ("same", "2"),
        "3": ("new", ""),
        "old 3": ("gone", ""),
    }


def test_two_patches_may_exchange_their_numbers():
    assert told(THREE, {"2": square(0), "1": square(2), "3": square(4)}) == {
        "2": ("renumbered", "1"),
        "1": ("renumbered", "2"),
        "3": ("same", "3"),
    }


@pytest.mark.parametrize(("shift_m", "relation"), [(11, "renumbered"), (11.2, "split")])
def test_another_number_is_the_same_ground_from_four_fifths_on(shift_m: float, relation: str):
    # Of what both cover together they share (100 - d) / (100 + d): 0.802 at 11 m, 0.799 at 11.2 m.
    # Then the new one is still a piece of the old one, which holds 89 % of it.
    found = told({"a": square(0)}, {"b": strip(shift_m, 100 + shift_m)})
    assert found["b"] == (relation, "a")


def test_the_most_alike_is_matched_first():
    old = {"a": square(0)}
    new = {"b": strip(0, 90), "c": strip(0, 95)}
    assert told(old, new) == {"b": ("split", "a"), "c": ("renumbered", "a")}


def test_an_identical_outline_of_two_goes_to_the_lower_number():
    assert told({"b": square(0), "a": square(0)}, {"d": square(0), "c": square(0)}) == {
        "c": ("renumbered", "a"),
        "d": ("renumbered", "b"),
    }


def test_of_equal_ground_the_very_same_line_is_matched_first():
    one, turned = square(0), shapely.reverse(square(0))
    assert told({"a": turned, "b": one}, {"c": one, "d": turned}) == {
        "c": ("renumbered", "b"),
        "d": ("renumbered", "a"),
    }


def test_a_piece_belongs_to_what_holds_most_of_it():
    # From 73 to 93 m: 85 % of it lies in the first, all of it in the second.
    old = {"a": strip(0, 90), "b": strip(5, 200)}
    assert told(old, {"x": strip(73, 93)})["x"] == ("split", "b")


def test_a_piece_of_two_belongs_to_the_one_that_is_no_longer_there():
    old = {"a": square(0), "b": strip(0, 200)}
    assert told(old, {"a": square(0), "x": strip(10, 40)})["x"] == ("split", "b")


def test_a_number_at_another_place_has_moved():
    found = matched(THREE, {**THREE, "3": square(40)})
    assert found.relation.tolist() == [Relation.SAME, Relation.SAME, Relation.MOVED]
    assert found.is_redrawn.tolist() == [False, False, True]
    assert found.iou[2] == 0


def test_halves_under_new_numbers_split_the_patch():
    assert told({"1": square(0)}, {"1-1": strip(0, 50), "1-2": strip(50, 100)}) == {
        "1-1": ("split", "1"),
        "1-2": ("split", "1"),
        "old 1": ("split", ""),
    }


def test_a_half_that_keeps_the_number_is_the_patch_and_the_other_is_cut_from_it():
    assert told({"1": square(0)}, {"1": strip(0, 50), "1-2": strip(50, 100)}) == {
        "1": ("same", "1"),
        "1-2": ("split", "1"),
    }


@pytest.mark.parametrize(("cut_m", "fate"), [(39, "gone"), (41, "split")])
def test_pieces_have_to_cover_four_fifths(cut_m: float, fate: str):
    new = {"x": strip(0, 40), "y": strip(40, 40 + cut_m)}
    assert told({"1": square(0)}, new)["old 1"] == (fate, "")


def test_pieces_that_lie_over_one_another_count_once():
    new = {"x": strip(0, 50), "y": strip(5, 55)}
    assert told({"1": square(0)}, new)["old 1"] == ("gone", "")


@pytest.mark.parametrize(("outside_m", "relation"), [(9, "split"), (11, "new")])
def test_a_piece_lies_in_its_parent_by_four_fifths(outside_m: float, relation: str):
    found = told({"1": square(0)}, {"x": strip(100 - 40, 100 + outside_m)})
    assert found["x"][0] == relation


def test_what_neither_list_knows_is_new_and_gone():
    assert told({"1": square(0)}, {"9": square(9)}) == {"9": ("new", ""), "old 1": ("gone", "")}


def test_an_empty_list_on_either_side_is_no_trouble():
    empty = NumberedOutlines([], np.array([], dtype=object))
    assert rematch(empty, listed(THREE)).relation.tolist() == [Relation.NEW] * 3
    assert rematch(listed(THREE), empty).is_gone.tolist() == [True] * 3
    assert rematch(empty, empty).old.tolist() == []


@pytest.mark.parametrize(
    "again",
    [
        shapely.reverse(square(0)),
        shapely.Polygon(np.roll(square(0).exterior.coords[:-1], 2, axis=0)),
        shapely.segmentize(square(0), 30),
        shapely.transform(square(0), lambda xy: xy + 0.004),
    ],
    ids=["turned round", "from another corner", "more vertices", "four millimetres off"],
)
def test_the_same_line_written_otherwise_is_not_redrawn(again: Shape):
    assert not matched({"1": square(0)}, {"1": again}).is_redrawn.any()
    assert not matched({"1": square(0)}, {"2": again}).is_redrawn.any()


def test_one_vertex_two_centimetres_off_is_redrawn():
    corners = np.array(square(0).exterior.coords)
    corners[1] += [0.02, 0.0]
    assert matched({"1": square(0)}, {"1": shapely.Polygon(corners)}).is_redrawn.all()


@pytest.mark.parametrize("codes", [["1", "1"], ["1"], ["1", "2", "3"]])
def test_a_list_needs_one_number_for_each_outline(codes: list[str]):
    with pytest.raises(ValueError, match="each number once"):
        NumberedOutlines(codes, np.array([square(0), square(2)]))


def _lists() -> st.SearchStrategy[dict[str, Shape]]:
    """Rectangles of whole multiples of 20 m, close together, so that they often share ground."""
    step, size = st.integers(0, 8), st.integers(1, 5)
    box = st.tuples(step, step, size, size).map(
        lambda b: shapely.box(
            EAST + 20 * b[0],
            NORTH + 20 * b[1],
            EAST + 20 * (b[0] + b[2]),
            NORTH + 20 * (b[1] + b[3]),
        )
    )
    return st.dictionaries(st.sampled_from("abcdefgh"), box, max_size=6)


def shuffled(shapes: Mapping[str, Shape], order: st.DataObject) -> dict[str, Shape]:
    return {code: shapes[code] for code in order.draw(st.permutations(list(shapes)))}


@settings(deadline=None, max_examples=150)
@given(old=_lists(), new=_lists(), data=st.data())
def test_the_order_of_the_rows_decides_nothing(old, new, data):
    assert told(shuffled(old, data), shuffled(new, data)) == told(old, new)


@settings(deadline=None, max_examples=150)
@given(old=_lists(), new=_lists())
def test_every_patch_has_one_fate(old, new):
    found = matched(old, new)
    is_old_one = np.isin(
        found.relation.astype(str), [Relation.SAME, Relation.RENUMBERED, Relation.MOVED]
    )
    taken = found.old[is_old_one].tolist()
    assert len(set(taken)) == len(taken)
    left = np.ones(len(old), dtype=bool)
    left[taken] = False
    assert (left == (found.is_gone ^ found.is_split)).all()
    for row in np.flatnonzero(~is_old_one):
        assert (found.relation[row] == Relation.SPLIT) == (found.old[row] >= 0)


@settings(deadline=None, max_examples=60)
@given(shapes=_lists(), data=st.data())
def test_a_list_matched_with_itself_is_the_same_in_any_order(shapes, data):
    again = shuffled(shapes, data)
    assert told(shapes, again) == {code: ("same", code) for code in again}
