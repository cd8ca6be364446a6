"""GCJ-02 and BD-09: known places, and there and back."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.shapes.gcj import Shifted, from_shifted, shift_lonlat, to_shifted, unshift_lonlat

BEIJING = np.array([[116.404, 39.915]])
CHINA = st.tuples(st.floats(73.5, 135.1), st.floats(18.0, 53.6))
SYSTEMS = st.sampled_from(Shifted)


def _distances_m(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return pyproj.Geod(ellps="GRS80").inv(*left.T, *right.T)[2]


# What programs that convert such coordinates print for this place in Beijing.
def test_a_place_in_beijing_goes_where_the_maps_show_it():
    gcj = shift_lonlat(BEIJING, Shifted.GCJ02)
    assert gcj[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-12)


def test_baidus_own_step_is_the_published_one():
    # 116.404, 39.915 taken as GCJ-02 is shown here by Baidu.
    ground = unshift_lonlat(BEIJING, Shifted.GCJ02)
    baidu = shift_lonlat(ground, Shifted.BD09)
    assert baidu[0] == pytest.approx([116.41036949371029, 39.92133699351021], abs=1e-9)


def test_in_inner_mongolia_the_maps_are_off_by_hundreds_of_metres():
    lonlat = np.random.default_rng(0).uniform([98, 38], [126, 53], (1_000, 2))
    gcj_m = _distances_m(lonlat, shift_lonlat(lonlat, Shifted.GCJ02))
    baidu_m = _distances_m(lonlat, shift_lonlat(lonlat, Shifted.BD09))
    assert gcj_m.min() > 50
    assert gcj_m.max() < 700
    assert baidu_m.min() > 700
    assert baidu_m.max() < 1_600


@given(CHINA, SYSTEMS)
def test_there_and_back_is_the_same_place(place, system):
    lonlat = np.array([place])
    back = unshift_lonlat(shift_lonlat(lonlat, system), system)
    assert np.abs(back - lonlat).max() < 1e-9


@given(CHINA, SYSTEMS)
def test_back_and_there_is_the_same_place(place, system):
    lonlat = np.array([place])
    again = shift_lonlat(unshift_lonlat(lonlat, system), system)
    assert np.abs(again - lonlat).max() < 1e-9


@given(st.lists(CHINA, min_size=1, max_size=5), SYSTEMS)
def test_a_place_moves_the_same_whoever_moves_with_it(places, system):
    together = shift_lonlat(np.array(places), system)
    alone = np.concatenate([shift_lonlat(np.array([place]), system) for place in places])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("system", Shifted)
@pytest.mark.parametrize("place", [(2.35, 48.85), (151.2, -33.9), (139.7, 35.7), (100.0, 56.0)])
def test_outside_china_nothing_moves(place, system):
    lonlat = np.array([place])
    assert shift_lonlat(lonlat, system).tolist() == lonlat.tolist()
    assert unshift_lonlat(lonlat, system).tolist() == lonlat.tolist()


@pytest.mark.parametrize("system", Shifted)
def test_shapes_of_all_kinds_go_there_and_back(system):
    shapes = shapely.from_wkt(
        [
            "POINT(119 42)",
            "LINESTRING(119 42,119.1 42.1)",
            "POLYGON((119 42,119.3 42,119.3 42.3,119 42),(119.1 42,119.2 42,119.2 42.1,119.1 42))",
            "MULTIPOLYGON(((119 42,119.1 42,119.1 42.1,119 42)))",
        ]
    )
    back = from_shifted(to_shifted(shapes, system), system)
    assert shapely.equals_exact(back, shapes, tolerance=1e-9).all()


def test_where_there_is_no_shape_there_is_none_afterwards():
    point = shapely.Point(119, 42)
    moved = to_shifted([None, point], Shifted.GCJ02)
    assert moved[0] is None
    assert not moved[1].equals(point)


def test_an_empty_layer_stays_empty():
    assert len(to_shifted([], Shifted.GCJ02)) == len(from_shifted([], Shifted.BD09)) == 0


def test_the_callers_shapes_are_left_alone():
    shapes = shapely.points(BEIJING)
    to_shifted(shapes, Shifted.BD09)
    assert shapely.get_coordinates(shapes).tolist() == BEIJING.tolist()
