"""Areas on the ellipsoid, against PROJ's geodesics and against paper."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes.measure import geodesic_area_ha, ha_to_mu, round_ha, round_mu

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
METRE_DEG = 1 / 111_000


def _exact_ha(shape: shapely.Geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 10_000


def _blob(lon: float, lat: float, radius_m: float, reaches: list[float]) -> shapely.Polygon:
    turns = np.linspace(0, 2 * np.pi, len(reaches), endpoint=False)
    size = radius_m * METRE_DEG * np.array(reaches)
    east = lon + size * np.cos(turns) / np.cos(np.radians(lat))
    return shapely.Polygon(np.column_stack([east, lat + size * np.sin(turns)]))


def _area_ha(shape: shapely.Geometry | None) -> float:
    return float(geodesic_area_ha([shape])[0])


@settings(deadline=None)
@given(
    st.floats(97.0, 126.0),
    st.floats(18.0, 54.0),
    st.floats(15.0, 2_000.0),
    st.lists(st.floats(0.5, 1.2), min_size=5, max_size=60),
)
def test_a_patch_has_the_area_that_geographiclib_gives_it(lon, lat, radius_m, reaches):
    patch = _blob(lon, lat, radius_m, reaches)
    # GeographicLib itself rounds to about 1e-4 m² here.
    assert _area_ha(patch) == pytest.approx(_exact_ha(patch), rel=1e-9, abs=1e-3 / 10_000)


@settings(deadline=None)
@given(st.floats(97.0, 120.0), st.floats(18.0, 50.0), st.floats(5_000.0, 300_000.0))
def test_a_banner_with_long_edges_too(lon, lat, radius_m):
    banner = _blob(lon, lat, radius_m, [1.0, 0.7, 1.1, 0.9, 0.8])
    assert _area_ha(banner) == pytest.approx(_exact_ha(banner), rel=1e-9)


def test_a_square_degree_is_as_large_as_the_tables_say():
    # Its meridians are geodesics; its parallels are followed in steps of an arc second.
    lon = np.linspace(119, 120, 3601)
    ring = [*((x, 42.0) for x in lon), *((x, 43.0) for x in lon[::-1])]
    e = np.sqrt(0.00669438002290)
    b2 = 6378137.0**2 * (1 - e**2)
    belts = [
        b2 / 2 * (s / (1 - e**2 * s**2) + np.log((1 + e * s) / (1 - e * s)) / (2 * e))
        for s in np.sin(np.radians([42.0, 43.0]))
    ]
    on_paper_ha = (belts[1] - belts[0]) * np.radians(1.0) / 10_000
    assert _area_ha(shapely.Polygon(ring)) == pytest.approx(on_paper_ha, rel=1e-8)


def test_holes_are_subtracted_and_parts_added():
    outer, hole = shapely.box(119, 42, 119.02, 42.02), shapely.box(119.005, 42.005, 119.01, 42.01)
    other = shapely.box(119.1, 42, 119.11, 42.01)
    whole = shapely.union_all([shapely.difference(outer, hole), other])
    expected = _area_ha(outer) - _area_ha(hole) + _area_ha(other)
    assert _area_ha(whole) == pytest.approx(expected, rel=1e-12)


def test_the_direction_of_a_ring_does_not_matter():
    patch = _blob(119, 42, 100, [1, 0.8, 1.1, 0.7, 1])
    assert _area_ha(shapely.reverse(patch)) == pytest.approx(_area_ha(patch), rel=1e-9)


def test_nothing_has_no_area_and_no_shape_has_none():
    assert _area_ha(shapely.Polygon()) == 0.0
    assert np.isnan(_area_ha(None))
    assert len(geodesic_area_ha([])) == 0
    mixed = geodesic_area_ha([None, shapely.box(119, 42, 119.01, 42.01), shapely.MultiPolygon()])
    assert np.isnan(mixed[0])
    assert mixed[1] > 0
    assert mixed[2] == 0.0


def test_more_polygons_than_fit_one_block_keep_their_order():
    lats = np.linspace(18, 54, 45_001)
    areas = geodesic_area_ha(shapely.box(119, lats, 119.001, lats + 0.001))
    assert (np.diff(areas) < 0).all()
    assert areas[-1] == pytest.approx(_area_ha(shapely.box(119, 54, 119.001, 54.001)))


def test_a_line_has_no_area_to_measure():
    with pytest.raises(ValueError, match="polygons are expected"):
        geodesic_area_ha([shapely.LineString([(0, 0), (1, 1)])])


def test_hectares_become_mu_and_both_are_rounded_as_the_field_writes_them():
    assert ha_to_mu(2.0) == 30.0
    assert round_ha(1.234567) == 1.2346
    assert round_mu(18.51855) == 18.52
    assert ha_to_mu(np.array([1.0, 0.5])).tolist() == [15.0, 7.5]
    assert round_ha(np.array([1.00004, 1.00006])).tolist() == [1.0, 1.0001]
