"""The borders of a partition, each once."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.shapes.arcs import arcs_of


def squares(columns, rows):
    row, column = np.divmod(np.arange(columns * rows), columns)
    west, south = 119 + column * 0.01, 43 + row * 0.01
    return shapely.box(west, south, west + 0.01, south + 0.01)


@settings(deadline=None)
@given(columns=st.integers(1, 5), rows=st.integers(1, 5))
def test_all_borders_come_and_each_comes_once(columns, rows):
    areas = squares(columns, rows)
    arcs = arcs_of(areas)
    sides = columns * (rows + 1) + rows * (columns + 1)
    assert shapely.length(arcs).sum() == pytest.approx(0.01 * sides)
    outlines = shapely.union_all(shapely.boundary(areas), grid_size=1e-7)
    assert shapely.hausdorff_distance(shapely.union_all(arcs), outlines) < 1e-6


def test_wiggly_borders_are_cut_only_where_they_meet():
    upper = shapely.Polygon([(0, 0), (1, 0.1), (2, -0.1), (3, 0), (3, 2), (0, 2)])
    lower = shapely.Polygon([(0, 0), (1, 0.1), (2, -0.1), (3, 0), (3, -2), (0, -2)])
    arcs = arcs_of(np.array([upper, lower]))
    assert len(arcs) == 3
    assert shapely.get_num_coordinates(arcs).tolist() == [4, 4, 4]


def test_holes_and_pieces_have_borders_too():
    holed = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    pieces = shapely.union_all([shapely.box(5, 0, 6, 1), shapely.box(7, 0, 8, 1)])
    areas = np.array([holed, shapely.box(1, 1, 2, 2), pieces])
    assert shapely.length(arcs_of(areas)).sum() == pytest.approx(12 + 4 + 8)


def test_nothing_has_no_borders():
    assert len(arcs_of(np.array([None, shapely.Polygon()], dtype=object))) == 0
