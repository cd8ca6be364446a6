"""Whether a layer lies off as web maps do: found where it does, never claimed elsewhere."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.shapes import offset  # its function would be taken for a test if it stood here by name
from geo.shapes.gcj import Shifted, from_shifted, to_shifted
from geo.shapes.offset import AS_IT_IS, OffsetVerdict, Sureness
from geo.text import LANGS, say

# A degree of latitude; of longitude at 42 N it is three quarters of that.
M_PER_DEG = 111_000
CORNERS = st.tuples(st.floats(100, 125), st.floats(30, 48))
SYSTEMS = st.sampled_from(Shifted)
slow = settings(max_examples=10, deadline=None)


def _uneven_cells(west: float = 119.0, south: float = 42.0, *, count: int = 12) -> np.ndarray:
    """Cells about a kilometre wide that share their corners, and whose lines are not straight."""
    random = np.random.default_rng(5)
    corners = np.stack(np.meshgrid(np.arange(count + 1), np.arange(count + 1)), axis=-1) * 0.01
    corners = corners + random.uniform(-0.003, 0.003, corners.shape) + [west, south]
    ring = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    return shapely.polygons(np.stack(ring, axis=2).reshape(-1, 4, 2))


def _moved(shapes: np.ndarray, east_m: float, north_m: float) -> np.ndarray:
    lat = np.radians(shapely.total_bounds(shapes)[1])
    step = np.array([east_m / np.cos(lat), north_m]) / M_PER_DEG
    return shapely.transform(shapes, lambda lonlat: lonlat + step)


def _scattered_patches(count: int = 400, *, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    middles = random.uniform([119.0, 42.0], [119.12, 42.12], (count, 2))
    return shapely.buffer(shapely.points(middles), 0.001, quad_segs=4)


def _claims_nothing(verdict: OffsetVerdict) -> bool:
    return verdict.system is None and verdict.sureness is Sureness.UNCLEAR


@slow
@given(CORNERS, SYSTEMS)
def test_a_shifted_layer_is_found_and_comes_back_within_a_metre(corner, system):
    cells = _uneven_cells(*corner)
    shifted = to_shifted(cells, system)
    verdict = offset.test_offset(shifted, cells)
    # Where the offset is small, the layer lies nearly right as it is.
    assume(verdict.offset_m > 2 * offset.NEAR_M)
    assert (verdict.system, verdict.sureness) == (system, Sureness.SURE)
    assert verdict.share_near[system] == 1.0
    back = from_shifted(shifted, verdict.system)
    assert shapely.hausdorff_distance(back, cells).max() * M_PER_DEG < 1.0


@slow
@given(CORNERS)
def test_a_layer_that_lies_right_is_never_corrected(corner):
    cells = _uneven_cells(*corner)
    verdict = offset.test_offset(cells, cells)
    assert verdict.system is None
    assert verdict.median_m[AS_IT_IS] < 0.001


@slow
@given(
    st.floats(60, 150),
    st.floats(0, 2 * np.pi),
    st.sampled_from([_uneven_cells, _scattered_patches]),
)
def test_another_datum_is_no_offset_of_a_web_map(by_m, towards, layer):
    moved = _moved(layer(), by_m * np.cos(towards), by_m * np.sin(towards))
    assert _claims_nothing(offset.test_offset(moved, _uneven_cells()))


@slow
@given(st.integers(0, 10_000))
def test_patches_anywhere_in_cells_prove_nothing(seed):
    patches = _scattered_patches(seed=seed)
    assert _claims_nothing(offset.test_offset(patches, _uneven_cells()))


# Of 4,500 draws those that chance favours most: as they are they do twice as well as moved.
@pytest.mark.parametrize(("seed", "count"), [(755, 11), (755, 20)])
def test_a_few_patches_that_lie_on_lines_by_chance_prove_nothing(seed, count):
    patches = _scattered_patches(count, seed=seed)
    assert _claims_nothing(offset.test_offset(patches, _uneven_cells()))


@slow
@given(st.integers(0, 10_000))
def test_a_layer_that_is_off_at_random_is_never_corrected(seed):
    cells = _uneven_cells()
    steps = np.random.default_rng(seed).normal(0, 400, (len(cells), 2))
    moved = [_moved(cell, *step) for cell, step in zip(cells[:, None], steps, strict=True)]
    assert _claims_nothing(offset.test_offset(np.concatenate(moved), cells))


@pytest.mark.parametrize("system", Shifted)
def test_cells_are_told_by_the_border_they_have_in_common(system):
    cells = _uneven_cells(count=20)
    border = [shapely.union_all(cells)]
    verdict = offset.test_offset(to_shifted(cells, system), border)
    assert (verdict.system, verdict.sureness) == (system, Sureness.SURE)
    assert verdict.share_near[system] < 0.5  # most cells do not touch the border
    assert offset.test_offset(cells, border).text_key == "offset.right_sure"


def test_outlines_that_run_along_one_another_make_it_likely():
    cells = _uneven_cells(count=20)
    drawn_again = _moved(cells, 10, 10)
    verdict = offset.test_offset(to_shifted(drawn_again, Shifted.GCJ02), cells)
    assert (verdict.system, verdict.sureness) == (Shifted.GCJ02, Sureness.LIKELY)
    assert offset.test_offset(drawn_again, cells).text_key == "offset.right_likely"


def test_along_one_straight_border_any_offset_fits_and_none_is_claimed():
    border = shapely.from_wkt(["LINESTRING(119 42,119 42.3)"])
    along = shapely.segmentize(border, 0.01)
    assert _claims_nothing(offset.test_offset(along, border))
    assert _claims_nothing(offset.test_offset(to_shifted(along, Shifted.GCJ02), border))


# Each step leads regular cells near to others of them if it is taken back as GCJ-02 or as BD-09.
@pytest.mark.parametrize(
    ("west", "south", "step_deg"),
    [
        (100.30821335, 37.85210239, (-0.00591366, 0.00560997)),
        (122.40453111, 33.62824802, (-0.00135388, 0.00719917)),
    ],
)
def test_regular_cells_that_come_to_lie_on_others_claim_nothing(west, south, step_deg):
    columns, rows = np.meshgrid(np.arange(20), np.arange(20))
    west, south = west + columns.ravel() * 0.005, south + rows.ravel() * 0.005
    cells = shapely.box(west, south, west + 0.005, south + 0.005)
    moved = shapely.transform(cells, lambda lonlat: lonlat + step_deg)
    assert _claims_nothing(offset.test_offset(moved, cells))


@pytest.mark.parametrize("system", Shifted)
def test_a_layer_half_of_which_lies_right_is_not_corrected(system):
    cells = _uneven_cells()
    mixed = np.concatenate([cells[:72], to_shifted(cells[72:], system)])
    assert _claims_nothing(offset.test_offset(mixed, cells))


def test_a_few_in_a_hundred_are_no_reason_to_correct_all():
    cells = _uneven_cells(count=4)
    # North of them, where no explanation brings a patch to a line.
    patches = _moved(_scattered_patches(6_000), 0, 0.055 * M_PER_DEG)
    patches = patches[shapely.bounds(patches)[:, 1] < 42.065]
    layer = np.concatenate([to_shifted(cells, Shifted.GCJ02), patches])
    verdict = offset.test_offset(layer, cells)
    assert 0.01 < verdict.share_near[Shifted.GCJ02] < 0.05
    assert _claims_nothing(verdict)
    assert offset.test_offset(layer[:16], cells).system is Shifted.GCJ02


def test_a_few_places_are_not_enough():
    cells = _uneven_cells(count=1)
    assert _claims_nothing(offset.test_offset(to_shifted(cells, Shifted.GCJ02), cells))


def test_if_the_reference_lies_off_the_layer_is_not_moved_after_it():
    cells = _uneven_cells()
    reference = to_shifted(cells, Shifted.GCJ02)
    assert _claims_nothing(offset.test_offset(cells, reference))
    assert offset.test_offset(reference, cells).system is Shifted.GCJ02


def test_lines_are_told_by_outlines_and_points_by_points():
    cells = _uneven_cells()
    corners = shapely.points(shapely.get_coordinates(cells))
    for layer, reference in ((shapely.boundary(cells), cells), (corners, corners)):
        verdict = offset.test_offset(to_shifted(layer, Shifted.BD09), reference)
        assert (verdict.system, verdict.sureness) == (Shifted.BD09, Sureness.SURE)


def test_the_verdict_says_by_how_much():
    cells = _uneven_cells()
    verdict = offset.test_offset(to_shifted(cells, Shifted.GCJ02), cells)
    # What a geodesic between a corner and its image measures.
    assert verdict.offset_m == pytest.approx(601, abs=10)
    assert set(verdict.median_m) == set(verdict.share_near) == {AS_IT_IS, *Shifted}
    assert verdict.median_m[AS_IT_IS] > 50
    assert verdict.median_m[Shifted.GCJ02] < 0.1
    assert verdict.sampled == 4 * 144


def test_of_a_large_layer_some_edges_are_looked_at_and_always_the_same():
    cells = _uneven_cells(count=40)
    verdict = offset.test_offset(cells, cells)
    assert verdict.sampled == 5_000
    assert verdict == offset.test_offset(cells, cells)


@pytest.mark.parametrize(
    ("layer", "reference"),
    [
        ([], []),
        ([None], _uneven_cells()),
        (_uneven_cells(), [None]),
        (_uneven_cells(), [shapely.Polygon()]),
        (_uneven_cells(), _uneven_cells(100, 30)),
    ],
)
def test_where_nothing_lies_near_nothing_is_claimed(layer, reference):
    verdict = offset.test_offset(layer, reference)
    assert _claims_nothing(verdict)
    assert verdict.sampled == 0
    assert verdict.median_m == verdict.share_near == {}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("system", [None, *Shifted])
@pytest.mark.parametrize("sureness", Sureness)
def test_every_verdict_reads_well(system, sureness, lang):
    if system and sureness is Sureness.UNCLEAR:
        return
    verdict = OffsetVerdict(system, sureness, 601.3, {}, {}, 100)
    said = say(verdict.text_key, lang, **verdict.values)
    assert "{" not in said
    assert ("601" in said) == (system is not None)
    if system:
        assert "601" in say("problem.shifted", lang, **verdict.values)
