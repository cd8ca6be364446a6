"""Coordinate systems: read, guessed, believed or not; to the stored one and back."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FileRefused
from geo.shapes.crs import from_stored, guess_crs, has_plausible_bounds, known_crs, to_stored

ZONE_40 = "EPSG:4528"


def _array(*shapes: object) -> np.ndarray:
    return np.array(shapes, dtype=object)


def _zone_square(east: float, north: float, size: float = 100.0) -> shapely.Polygon:
    return shapely.box(east, north, east + size, north + size)


def test_a_system_is_known_by_its_number_or_its_text():
    assert known_crs(ZONE_40).to_epsg() == 4528
    assert known_crs(pyproj.CRS(4490).to_wkt()).to_epsg() == 4490


@pytest.mark.parametrize("text", ["", "EPSG:1", "nonsense", 'LOCAL_CS["site",UNIT["metre",1]]'])
def test_an_unknown_system_is_refused_by_name(text):
    with pytest.raises(FileRefused) as refusal:
        known_crs(text)
    assert refusal.value.code == "crs_unknown"
    assert refusal.value.values["crs"] == text


def test_longitude_comes_before_latitude():
    stored = to_stored(_array(shapely.Point(40_500_000, 4_700_000)), ZONE_40)
    assert stored[0].x == pytest.approx(120.0, abs=1e-9)
    assert stored[0].y == pytest.approx(42.4354, abs=1e-4)


def test_degrees_stay_what_they_are():
    square = shapely.box(119.0, 42.0, 119.1, 42.1)
    assert to_stored(_array(square), "EPSG:4490")[0].equals_exact(square)


def test_heights_are_dropped_and_missing_shapes_stay_missing():
    high = shapely.from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")
    stored = to_stored(_array(high, None), "EPSG:4490")
    assert not shapely.has_z(stored[0])
    assert stored[1] is None


def test_the_callers_shapes_are_left_alone():
    shapes = _array(_zone_square(40_500_000, 4_700_000, 5_000))
    before = shapes[0].wkb
    to_stored(shapes, ZONE_40)
    assert shapes[0].wkb == before


@settings(deadline=None)
@given(
    st.floats(40_350_000, 40_650_000),
    st.floats(2_800_000, 5_850_000),
    st.floats(1.0, 20_000.0),
)
def test_there_and_back_nothing_moves_by_a_tenth_of_a_micrometre(east, north, size):
    square = _zone_square(east, north, size)
    back = from_stored(to_stored(_array(square), ZONE_40), ZONE_40)[0]
    assert shapely.hausdorff_distance(back, square) < 1e-7


def test_a_long_edge_keeps_its_line_on_the_ground():
    # 5 km east-west at the edge of the zone. The true line runs through its middle vertex.
    edge = shapely.LineString([(40_615_000, 4_760_000), (40_620_000, 4_760_000)])
    middle = to_stored(_array(shapely.Point(40_617_500, 4_760_000)), ZONE_40)[0]
    kept = to_stored(_array(edge), ZONE_40)[0]
    sagging = to_stored(_array(edge), ZONE_40, max_edge_m=10_000)[0]
    metre_deg = 1 / 111_000
    assert kept.distance(middle) < 0.001 * metre_deg
    assert 0.4 * metre_deg < sagging.distance(middle) < 0.5 * metre_deg


def test_short_edges_get_no_vertices():
    square = _zone_square(40_500_000, 4_700_000, 400)
    assert shapely.get_num_coordinates(to_stored(_array(square), ZONE_40)[0]) == 5


def _neighbours() -> list[np.ndarray]:
    """Pairs of grids on both sides of a slanting border, walked north by one and south by one."""
    rng = np.random.default_rng(11)
    pairs = []
    for south_x, north_x, length in rng.uniform(-1_000, 1_000, (60, 3)):
        south = (40_480_000 + south_x, 4_700_000.0)
        north = (40_480_000 + north_x, 4_704_000.0 + length)
        west = shapely.Polygon([(40_478_000, 4_700_000), south, north, (40_478_000, north[1])])
        east = shapely.Polygon([south, (40_484_000, 4_700_000), (40_484_000, north[1]), north])
        pairs.append(_array(west, east))
    return pairs


def test_neighbours_still_share_every_vertex_of_a_long_border():
    for pair in _neighbours():
        stored = to_stored(pair, ZONE_40)
        assert shapely.coverage_is_valid(stored)
        border = shapely.line_merge(shapely.intersection(*stored))
        assert shapely.get_num_coordinates(border) >= 7


def test_cut_from_one_end_only_neighbours_would_part():
    # Why borders are cut from both ends: the control for the test above.
    assert not all(shapely.coverage_is_valid(shapely.segmentize(p, 500.0)) for p in _neighbours())


@pytest.mark.parametrize("old", ["EPSG:4214", "EPSG:4610", "EPSG:2364"])
def test_an_older_datum_is_refused_rather_than_shifted_by_nothing(old):
    with pytest.raises(FileRefused) as refusal:
        to_stored(_array(shapely.box(0, 0, 1, 1)), old)
    assert refusal.value.code == "crs_no_way"


def test_a_system_that_brings_its_own_shift_is_taken():
    bound = "+proj=longlat +ellps=krass +towgs84=10,-120,-50"
    moved = to_stored(_array(shapely.Point(119.0, 42.0)), bound)[0]
    assert 0 < moved.distance(shapely.Point(119.0, 42.0)) < 0.01


def test_gps_coordinates_are_taken_as_they_are():
    assert to_stored(_array(shapely.Point(119.0, 42.0)), "EPSG:4326")[0].equals_exact(
        shapely.Point(119.0, 42.0)
    )


@pytest.mark.parametrize(
    ("bounds", "crs", "reason"),
    [
        ((40_420_000, 4_650_000, 40_520_000, 4_760_000), "EPSG:4528", "zone_prefix"),
        ((25_400_000, 4_300_000, 25_600_000, 4_400_000), "EPSG:4513", "zone_prefix"),
        ((45_400_000, 5_000_000, 45_600_000, 5_200_000), "EPSG:4533", "zone_prefix"),
        ((118.9, 42.1, 119.8, 43.0), "EPSG:4490", "degrees"),
    ],
)
def test_numbers_show_their_system(bounds, crs, reason):
    guess = guess_crs(bounds)
    assert guess is not None
    assert (guess.crs, guess.reason) == (crs, reason)


@pytest.mark.parametrize(
    "bounds",
    [
        (420_000, 4_650_000, 520_000, 4_760_000),  # no zone's number: any of 21 meridians
        (24_400_000, 4_300_000, 24_600_000, 4_400_000),  # no such 3-degree zone
        (39_400_000, 4_300_000, 40_600_000, 4_400_000),  # two zones in one layer
        (4_650_000, 40_420_000, 4_760_000, 40_520_000),  # northing first
        (-3.0, 51.0, -2.0, 52.0),  # degrees, of another country
        (float("nan"), 0.0, 1.0, 1.0),
        (119.0, 42.0, float("inf"), 43.0),
    ],
)
def test_numbers_that_show_nothing_are_not_guessed(bounds):
    assert guess_crs(bounds) is None


@pytest.mark.parametrize(
    ("bounds", "crs", "is_plausible"),
    [
        ((40_420_000, 4_650_000, 40_520_000, 4_760_000), ZONE_40, True),
        ((40_300_000, 4_650_000, 40_720_000, 4_760_000), ZONE_40, True),  # into both neighbours
        ((420_000, 4_650_000, 520_000, 4_760_000), ZONE_40, False),
        ((39_420_000, 4_650_000, 39_520_000, 4_760_000), ZONE_40, False),
        ((4_650_000, 40_420_000, 4_760_000, 40_520_000), ZONE_40, False),
        ((118.9, 42.1, 119.8, 43.0), ZONE_40, False),
        ((118.9, 42.1, 119.8, 43.0), "EPSG:3857", False),
        ((118.9, 42.1, 119.8, 43.0), "EPSG:4490", True),
        ((42.1, 118.9, 43.0, 119.8), "EPSG:4490", False),
        ((118.9, 42.1, float("nan"), 43.0), "EPSG:4490", False),
        ((118.9, 42.1, 119.8, 43.0), "+proj=longlat +ellps=GRS80", True),
    ],
)
def test_numbers_fit_their_system_or_do_not(bounds, crs, is_plausible):
    assert has_plausible_bounds(bounds, crs) is is_plausible


@pytest.mark.parametrize("north", [1e12, 1e100, 44_807_862.5 + 4_800_000, 4.5e7])
def test_a_northing_beyond_the_pole_fits_no_system(north: float):
    box = (40_430_000, north, 40_430_100, north + 100)
    assert not has_plausible_bounds(box, "EPSG:4528")


@pytest.mark.parametrize("text", ["+init=/dev/zero:a", '{"a":' * 5_000])
def test_a_name_that_names_a_file_or_has_no_bottom_is_refused(text: str):
    with pytest.raises(FileRefused) as caught:
        known_crs(text)
    assert caught.value.code == "crs_unknown"
