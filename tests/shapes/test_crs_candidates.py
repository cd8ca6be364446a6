"""Which systems a layer can be in: the file's word against the numbers."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes.crs_candidates import MOST_CANDIDATES, diagnose_crs
from geo.shapes.crs_numbers import core_box, readings_of
from geo.shapes.crs_place import on_map
from geo.shapes.crs_series import Datum, zone_of, zones
from geo.shapes.prj import Prj, read_prj
from geo.text import knows

# A layer between 119.0 and 120.25 E, 42.0 and 43.0 N: in zone 40, by its meridian 120 E, in degrees
# and for web maps. The office has what lies around it.
ZONED = (40_420_000, 4_650_000, 40_520_000, 4_760_000)
BARE = (420_000, 4_650_000, 520_000, 4_760_000)
DEGREES = (119.0, 42.1, 119.8, 43.0)
MERCATOR = (13_250_000, 5_180_000, 13_350_000, 5_280_000)
TERRITORY = (118.5, 42.0, 120.9, 43.5)
ELSEWHERE = (-3.0, 51.0, -2.0, 52.0)
EVERYWHERE = [ZONED, BARE, DEGREES, MERCATOR, ELSEWHERE]
FILES = [None, "4528", "4527", "4549", "4548", "4490", "4326", "2364", "4610", "32651", "3857", "?"]


def _swapped(box):
    return box[1], box[0], box[3], box[2]


def _diagnose(box, prj=None, territory=TERRITORY):
    return diagnose_crs([box], read_prj(prj) if prj else None, territory)


def _first(box, prj=None, territory=TERRITORY):
    return _diagnose(box, prj, territory).candidates[0]


@pytest.mark.parametrize(
    ("box", "prj"),
    [
        (ZONED, "4528"),
        (BARE, "4549"),
        (DEGREES, "4490"),
        (DEGREES, "4326"),
        (MERCATOR, "3857"),
        ((420_000, 4_650_000, 520_000, 4_760_000), "+proj=utm +lon_0=120 +zone=51 +datum=WGS84"),
    ],
)
def test_a_file_that_the_numbers_agree_with_needs_no_confirmation(box, prj):
    verdict = _diagnose(box, prj, None)
    assert verdict.is_certain
    assert verdict.contradictions == ()
    assert verdict.candidates[0].crs == read_prj(prj).crs
    assert verdict.candidates[0].reasons[0] == "file_says"


@pytest.mark.parametrize(
    ("box", "crs", "swaps_axes", "reasons"),
    [
        (ZONED, "EPSG:4528", False, ("zone_prefix",)),
        ((25_400_000, 4_000_000, 25_600_000, 4_400_000), "EPSG:4513", False, ("zone_prefix",)),
        ((45_400_000, 5_100_000, 45_500_000, 5_200_000), "EPSG:4533", False, ("zone_prefix",)),
        ((20_500_000, 4_600_000, 20_510_000, 4_700_000), "EPSG:4498", False, ("zone6_prefix",)),
        ((23_400_000, 5_200_000, 23_500_000, 5_300_000), "EPSG:4501", False, ("zone6_prefix",)),
        (DEGREES, "EPSG:4490", False, ("degrees",)),
        (MERCATOR, "EPSG:3857", False, ("web_mercator",)),
        (_swapped(DEGREES), "EPSG:4490", True, ("swapped_degrees",)),
        (_swapped(ZONED), "EPSG:4528", True, ("swapped_metres", "zone_prefix")),
    ],
)
def test_numbers_without_a_file_show_their_system(box, crs, swaps_axes, reasons):
    verdict = _diagnose(box, territory=None)
    first = verdict.candidates[0]
    assert (first.crs, first.swaps_axes, first.reasons) == (crs, swaps_axes, reasons)
    assert not verdict.is_certain


def test_degrees_may_be_those_of_gps_too():
    assert [c.crs for c in _diagnose(DEGREES).candidates] == ["EPSG:4490", "EPSG:4326"]


def test_the_place_of_the_office_finds_the_meridian():
    first = _first(BARE)
    assert (first.crs, first.distance_km) == ("EPSG:4549", 0.0)
    assert first.reasons == ("bare_easting", "in_territory")
    # The same numbers, three degrees farther west.
    assert _first(BARE, territory=(115.5, 42.0, 117.9, 43.5)).crs == "EPSG:4548"


def test_without_a_place_meridians_are_only_listed():
    verdict = _diagnose(BARE, territory=None)
    assert len(verdict.candidates) == MOST_CANDIDATES
    assert not verdict.is_certain
    listed = {zone_of(c.crs).meridian_deg for c in verdict.candidates}
    assert set(range(99, 127, 3)) <= listed
    assert {c.distance_km for c in verdict.candidates} == {None}


def test_numbers_of_web_maps_and_of_a_wide_zone_are_told_apart_by_place():
    # 13.5 million metres: 121.3 E on a web map, or on the meridian 75 E of zone 13.
    box = (13_500_000, 4_400_000, 13_550_000, 4_450_000)
    assert _first(box, territory=(121.0, 36.5, 122.0, 37.5)).crs == "EPSG:3857"
    assert _first(box, territory=(74.5, 39.0, 76.0, 40.5)).crs == "EPSG:4491"
    assert {c.crs for c in _diagnose(box, territory=None).candidates} == {"EPSG:3857", "EPSG:4491"}


@pytest.mark.parametrize(
    ("box", "prj", "crs", "clash"),
    [
        (DEGREES, "4528", "EPSG:4490", "degrees_under_projected"),
        (_swapped(DEGREES), "4528", "EPSG:4490", "degrees_under_projected"),
        (DEGREES, "32651", "EPSG:4326", "degrees_under_projected"),
        (ZONED, "4490", "EPSG:4528", "projected_under_degrees"),
        (BARE, "4326", "EPSG:4549", "projected_under_degrees"),
        (ZONED, "4527", "EPSG:4528", "other_zone"),
        (ZONED, "4498", "EPSG:4528", "other_zone"),
        (ZONED, "4549", "EPSG:4528", "zone_in_numbers"),
        (ZONED, "3857", "EPSG:4528", "zone_in_numbers"),
        (BARE, "4528", "EPSG:4549", "no_zone_in_numbers"),
        (BARE, "4527", "EPSG:4549", "no_zone_in_numbers"),
        (BARE, "3857", "EPSG:4549", "outside_china"),
        (ZONED, "?", "EPSG:4528", "unreadable_prj"),
        (_swapped(DEGREES), "4326", "EPSG:4326", "swapped_axes"),
        ((42.0, 80.0, 42.5, 81.0), "4326", "EPSG:4326", "swapped_axes"),
        (_swapped(ZONED), "4528", "EPSG:4528", "northing_first"),
        (_swapped(BARE), "4549", "EPSG:4549", "northing_first"),
        (BARE, "4548", "EPSG:4548", "far_from_territory"),
        (ELSEWHERE, "4326", "EPSG:4326", "outside_china"),
        (MERCATOR, "4528", "EPSG:3857", "numbers_elsewhere"),
    ],
)
def test_a_contradiction_is_told_and_the_likelier_comes_first(box, prj, crs, clash):
    verdict = _diagnose(box, prj)
    assert verdict.candidates[0].crs == crs
    assert clash in verdict.contradictions
    assert not verdict.is_certain


def test_eastings_without_a_number_keep_the_meridian_of_the_file():
    first = _first(BARE, "4528", None)
    assert (first.crs, first.reasons) == ("EPSG:4549", ("bare_easting", "same_meridian"))


def test_a_file_that_contradicts_itself_is_not_believed_unasked():
    said = Prj("EPSG:4528", "Zone_39", Datum.CGCS2000, ("name_differs",))
    verdict = diagnose_crs([ZONED], said, TERRITORY)
    assert verdict.candidates[0].crs == "EPSG:4528"
    assert (verdict.contradictions, verdict.is_certain) == (("prj_against_itself",), False)


@pytest.mark.parametrize(
    ("box", "prj", "old", "stand_in"),
    [
        (ZONED, "2364", "EPSG:2364", "EPSG:4528"),
        (ZONED, "2416", "EPSG:2416", "EPSG:4528"),
        (BARE, "2385", "EPSG:2385", "EPSG:4549"),
        (DEGREES, "4610", "EPSG:4610", "EPSG:4490"),
        (DEGREES, "2364", "EPSG:4610", "EPSG:4490"),
        (ZONED, "4214", "EPSG:2416", "EPSG:4528"),
        (ZONED, "2363", "EPSG:2364", "EPSG:4528"),
    ],
)
def test_an_older_datum_is_named_first_and_its_stand_in_second(box, prj, old, stand_in):
    verdict = _diagnose(box, prj)
    first, second = verdict.candidates[:2]
    assert (first.crs, first.warning) == (old, "datum_shift")
    assert (second.crs, second.warning) == (stand_in, "stand_in")
    assert "stand_in" in second.reasons
    assert "datum_shift" in verdict.contradictions
    assert not verdict.is_certain


def test_a_plane_of_its_own_is_believed_where_it_leads_to_china():
    plane = "+proj=tmerc +lon_0={} +x_0=500000 +ellps=GRS80"
    assert _diagnose(BARE, plane.format(119.5)).is_certain
    assert not _diagnose(BARE, plane.format(-3)).is_certain


@pytest.mark.parametrize(
    "box",
    [
        ELSEWHERE,
        (40_500_000, 7_000_000, 40_510_000, 7_010_000),  # north of China
        (40_500_000, 0, 40_510_000, 10_000),  # on the equator
        (500_000, 500_000, 510_000, 510_000),
        (39_995_000, 4_650_000, 40_005_000, 4_660_000),  # between two zones
        (24_500_000, 4_650_000, 24_510_000, 4_660_000),  # no such zone
    ],
)
def test_numbers_that_fit_nothing_have_no_candidate(box):
    verdict = _diagnose(box)
    assert (verdict.candidates, verdict.contradictions) == ((), ("numbers_elsewhere",))


def test_a_file_is_not_believed_half_a_thousand_kilometres_beside_its_zone():
    assert _diagnose((39_960_000, 4_650_000, 39_970_000, 4_660_000), "4528", None).candidates == ()


def test_what_file_and_numbers_say_stands_together():
    assert _first(ZONED, "4528").reasons == ("file_says", "zone_prefix", "in_territory")


def test_an_easting_beyond_a_narrow_zone_means_a_wide_one():
    # 200 km beside 117 E: 2.4 degrees.
    assert _first((700_000, 4_650_000, 701_000, 4_651_000)).crs == "EPSG:4509"


def test_a_system_has_no_place_for_numbers_it_cannot_have():
    assert on_map((1e12, 1e12, 2e12, 2e12), "EPSG:4549") is None


def test_a_neighbours_layer_is_near_enough():
    verdict = _diagnose((119.0, 43.55, 119.2, 43.65), "4490")
    assert verdict.is_certain
    assert verdict.candidates[0].reasons[-1] == "near_territory"
    assert verdict.candidates[0].distance_km == pytest.approx(11.1, abs=0.1)


def test_a_layer_that_reaches_into_the_territory_is_not_far_from_it():
    verdict = _diagnose((112.0, 38.0, 121.0, 46.0), "4490")
    assert verdict.is_certain
    assert verdict.candidates[0].distance_km > 100


@pytest.mark.parametrize("boxes", [[], [[np.nan] * 4], [[np.inf, 0, 1, 1]]])
def test_a_layer_without_numbers_has_no_candidate(boxes):
    verdict = diagnose_crs(boxes, read_prj("4528"), TERRITORY)
    assert (verdict.candidates, verdict.is_certain) == ((), False)


def _grid(count=40):
    """Small squares along a line through zone 40, 1 km from one another."""
    east = 40_450_000 + 1_000.0 * np.arange(count)
    north = np.full(count, 4_700_000.0)
    return np.column_stack([east, north, east + 100, north + 100])


@pytest.mark.parametrize(
    "stray",
    [(0, 0, 0, 0), (119, 42, 120, 43), (4_700_000, 40_500_000) * 2, (1e12, 1e12, 2e12, 2e12)],
)
def test_strays_and_missing_shapes_do_no_harm(stray):
    boxes = np.vstack([_grid(), [stray], [[np.nan] * 4]])
    verdict = diagnose_crs(boxes, read_prj("4528"), TERRITORY)
    assert verdict.is_certain
    assert core_box(boxes) == core_box(_grid())


def test_one_stray_in_nine_is_left_out_too():
    bare = _grid() - [40_000_000, 0, 40_000_000, 0]
    assert core_box(np.vstack([bare, np.zeros((5, 4))])) == core_box(bare)


def test_a_stray_of_three_is_a_stray():
    boxes = [ZONED, (0, 0, 1, 1), ZONED]
    assert core_box(boxes) == ZONED


def test_zones_put_together_are_told():
    other = _grid() - [1_000_000, 0, 1_000_000, 0]
    mixed = diagnose_crs(np.vstack([_grid(), other[:10]]), read_prj("4528"), TERRITORY)
    assert mixed.candidates[0].crs == "EPSG:4528"
    assert "two_zones" in mixed.contradictions
    single = diagnose_crs(np.vstack([_grid(), other[:1]]), read_prj("4528"), TERRITORY)
    assert single.is_certain


@pytest.mark.parametrize("prj", FILES)
@pytest.mark.parametrize("box", EVERYWHERE + [_swapped(box) for box in EVERYWHERE])
@pytest.mark.parametrize("territory", [None, TERRITORY])
def test_everything_that_is_said_has_a_text(box, prj, territory):
    verdict = _diagnose(box, prj, territory)
    assert verdict == _diagnose(box, prj, territory)
    assert len(verdict.candidates) <= MOST_CANDIDATES
    assert len({(c.crs, c.swaps_axes) for c in verdict.candidates}) == len(verdict.candidates)
    assert not (verdict.is_certain and verdict.contradictions)
    reasons = {f"because.{r}" for c in verdict.candidates for r in c.reasons}
    warnings = {f"crs_warning.{c.warning}" for c in verdict.candidates if c.warning}
    clashes = {f"crs_clash.{clash}" for clash in verdict.contradictions}
    assert [key for key in reasons | warnings | clashes if not knows(key)] == []


# ---- The law: a layer finds its way home ---------------------------------------------------------

_MODERN = [zone for zone in zones().values() if zone.datum is Datum.CGCS2000]


CHINA = (73.0, 18.0, 136.0, 53.5)
INNER_MONGOLIA = (98.0, 37.5, 126.0, 53.0)


def _zones_within(has_prefix, limits):
    """Pair each zone with the part of its area of use that lies within limits, if wide enough."""
    for zone in _MODERN:
        west, south, east, north = pyproj.CRS(zone.crs).area_of_use.bounds
        west, south = max(west, limits[0]) + 0.1, max(south, limits[1]) + 0.1
        east, north = min(east, limits[2]) - 0.1, min(north, limits[3]) - 0.1
        if zone.has_prefix is has_prefix and west < east and south < north:
            yield zone, (west, south, east, north)


@st.composite
def _layers(draw, has_prefix, limits=CHINA):
    """Draw a zone and a place in its area of use; give both and a square there in its metres."""
    zone, area = draw(st.sampled_from(list(_zones_within(has_prefix, limits))))
    lon, lat = draw(st.floats(area[0], area[2])), draw(st.floats(area[1], area[3]))
    to_plane = pyproj.Transformer.from_crs("EPSG:4490", zone.crs, always_xy=True)
    x, y = to_plane.transform(lon, lat)
    return zone, (lon, lat), (x - 500, y - 500, x + 500, y + 500)


@settings(deadline=None)
@given(_layers(has_prefix=True), st.booleans(), st.booleans())
def test_a_layer_with_zone_numbers_is_at_home_in_its_own_zone(layer, swaps, has_territory):
    zone, (lon, lat), box = layer
    territory = (lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5) if has_territory else None
    first = _first(_swapped(box) if swaps else box, territory=territory)
    assert (first.crs, first.swaps_axes) == (zone.crs, swaps)
    west, south, east, north = first.bounds
    assert west < lon < east
    assert south < lat < north


@settings(deadline=None)
@given(_layers(has_prefix=False), st.floats(0.1, 1.2))
def test_a_layer_without_them_finds_its_meridian_by_the_territory(layer, reach_deg):
    zone, (lon, lat), box = layer
    territory = (lon - reach_deg, lat - reach_deg, lon + reach_deg, lat + reach_deg)
    candidates = _diagnose(box, territory=territory).candidates
    # Narrow and wide zones on the same meridian compute the same numbers.
    assert zone_of(candidates[0].crs).meridian_deg == zone.meridian_deg
    assert zone.crs in {c.crs for c in candidates[:2]}
    assert candidates[0].distance_km == 0.0


@settings(deadline=None)
@given(_layers(has_prefix=False, limits=INNER_MONGOLIA))
def test_in_inner_mongolia_the_true_meridian_is_listed_without_a_territory(layer):
    zone, _, box = layer
    listed = {zone_of(c.crs).meridian_deg for c in _diagnose(box, territory=None).candidates}
    assert zone.meridian_deg in listed


@given(st.sampled_from(EVERYWHERE[:4]))
def test_numbers_mean_the_same_either_way_round(box):
    straight, exchanged = readings_of(box), readings_of(_swapped(box))
    assert {r.kind for r in straight} == {r.kind for r in exchanged}
