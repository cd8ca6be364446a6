"""The plane in which overlaps are measured."""

import numpy as np
import pytest
import shapely

from geo.shapes.crs import to_stored
from geo.shapes.measure import geodesic_area_ha
from geo.shapes.plane import working_plane


def test_grids_delivered_in_a_projection_are_compared_in_it():
    plane = working_plane("EPSG:4528")
    assert plane.is_delivered
    assert plane.crs.to_epsg() == 4528


@pytest.mark.parametrize("crs", [None, "EPSG:4490", "EPSG:2263"])
def test_grids_in_degrees_or_feet_are_compared_where_areas_are_true(crs):
    plane = working_plane(crs)
    assert not plane.is_delivered
    assert plane.crs.is_projected


@pytest.mark.parametrize("lat", [18.0, 30.0, 42.0, 53.0])
def test_the_equal_area_plane_keeps_areas(lat):
    # The sides of a small square follow the parallels closely enough.
    square = shapely.box(119, lat, 119.001, lat + 0.001)
    area_m2 = shapely.area(working_plane(None).project([square])[0])
    assert area_m2 / 10_000 == pytest.approx(geodesic_area_ha([square])[0], rel=1e-7)


def test_what_was_halved_on_delivery_is_halved_again():
    west, east = shapely.box(0, 0, 3_000, 5_000), shapely.box(3_000, 0, 6_000, 5_000)
    patch = shapely.box(2_900, 1_234.5, 3_100, 1_400)
    on_delivery = shapely.transform(
        np.array([west, east, patch]), lambda c: c + np.array([40_480_000.3, 4_700_000.7])
    )
    plane = working_plane("EPSG:4528")
    west, east, patch = plane.project(to_stored(on_delivery, "EPSG:4528"))
    halves = [shapely.intersection(patch, grid).area for grid in (west, east)]
    assert halves[0] == pytest.approx(halves[1], abs=1e-6 * patch.length)
