"""What is too small or too narrow to have been drawn: rectangles whose measures can be counted."""

import numpy as np
import pytest
import shapely

from geo.shapes.crs import to_stored
from geo.shapes.measure import geodesic_area_ha
from geo.shapes.slivers import find_slivers, mean_widths_m

PLANE = "EPSG:4528"


def _rectangle(east_m: float, north_m: float) -> shapely.Polygon:
    """A rectangle at 120 E on the central meridian of a zone, where the plane is true."""
    return to_stored([shapely.box(40_500_000, 4e6, 40_500_000 + east_m, 4e6 + north_m)], PLANE)[0]


def _slivers(*shapes: object, **limits: float) -> list[bool]:
    return find_slivers(shapes, geodesic_area_ha(shapes), **limits).tolist()


@pytest.mark.parametrize(
    ("east_m", "north_m", "is_sliver"),
    [
        (3.0, 3.0, True),  # 9 m²
        (3.5, 3.5, False),  # 12 m², 1.75 m wide on average
        (2_000.0, 0.9, True),
        (0.9, 2_000.0, True),
        (2_000.0, 6.0, False),  # a road
        (6.0, 2_000.0, False),
        (100.0, 100.0, False),
    ],
)
def test_slivers_are_narrower_than_a_metre_or_smaller_than_10_m2(east_m, north_m, is_sliver):
    assert _slivers(_rectangle(east_m, north_m)) == [is_sliver]


def test_other_limits_can_be_asked_for():
    road = _rectangle(600, 6)  # roundness 4π·3600/1212² = 0.031
    assert _slivers(road, min_width_m=7) == [True]
    assert _slivers(road, min_area_m2=3_700) == [True]
    assert _slivers(road, min_roundness=0.03) == [False]
    assert _slivers(road, min_roundness=0.032) == [True]


def test_a_width_is_twice_the_area_by_the_perimeter():
    shapes = [_rectangle(1_000, 10), _rectangle(10, 1_000), _rectangle(100, 100), None]
    widths_m = mean_widths_m(shapes, geodesic_area_ha(shapes))
    assert widths_m == pytest.approx([9.9, 9.9, 50, np.nan], rel=0.01, nan_ok=True)


def test_the_outline_of_a_hole_counts():
    ring = _rectangle(100, 100).difference(shapely.affinity.scale(_rectangle(100, 100), 0.99, 0.99))
    assert _slivers(ring) == [True]  # half a metre on each side


def test_where_there_is_no_shape_there_is_no_sliver():
    assert _slivers(None, shapely.Polygon()) == [False, False]
    assert find_slivers([None], np.array([np.nan])).tolist() == [False]
