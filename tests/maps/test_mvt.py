"""Vector tiles as another program reads them."""

from itertools import pairwise

import numpy as np
import pyogrio
import pytest

from geo.maps.mvt import EXTENT, Rings, layer_of_points, layer_of_polygons, tile

SQUARE = [[10, 10], [50, 10], [50, 50], [10, 50]]
HOLE = [[20, 20], [20, 30], [30, 30], [30, 20]]
FAR = [[4000, 4000], [4200, 4000], [4200, 4200]]


def read(content, path, layer):
    """What GDAL finds; it counts y from below."""
    path.write_bytes(content)
    frame = pyogrio.read_dataframe(path, layer=layer, CLIP="NO")
    return frame.assign(geometry=frame.geometry.affine_transform([1, 0, 0, -1, 0, EXTENT]))


def test_points_keep_their_numbers_and_places(tmp_path):
    at = np.array([[0, 0], [4095, 1], [-64, 4160]])
    ids, values = np.array([1, 300, 2**40]), np.array([0, 7, 7])
    found = read(tile(layer_of_points("marks", "c", ids, values, at)), tmp_path / "t.mvt", "marks")
    assert found.mvt_id.tolist() == [1, 300, 2**40]
    assert found.c.tolist() == [0, 7, 7]
    assert [(p.x, p.y) for p in found.geometry] == [(0, 0), (4095, 1), (-64, 4160)]


def test_polygons_keep_their_rings(tmp_path):
    rings = Rings(np.array(SQUARE + HOLE + FAR), np.array([0, 4, 8, 11]), np.array([0, 0, 1]))
    content = tile(layer_of_polygons("areas", "c", np.array([5, 6]), np.array([2, 200]), rings))
    found = read(content, tmp_path / "t.mvt", "areas")
    assert found.c.tolist() == [2, 200]
    assert found.geometry.area.tolist() == [1600 - 100, 20_000]
    assert found.geometry[0].bounds == (10, 10, 50, 50)
    assert found.geometry[1].bounds == (4000, 4000, 4200, 4200)


def test_layers_stand_beside_each_other(tmp_path):
    marks = layer_of_points("marks", "c", np.array([1]), np.array([3]), np.array([[5, 6]]))
    counts = layer_of_points("counts", "n", np.array([4]), np.array([90]), np.array([[7, 8]]))
    content = tile(marks, counts)
    assert read(content, tmp_path / "a.mvt", "marks").c.tolist() == [3]
    assert read(content, tmp_path / "b.mvt", "counts").n.tolist() == [90]


@pytest.mark.parametrize("seed", range(3))
def test_many_polygons_come_out_as_they_went_in(tmp_path, seed):
    chance = np.random.default_rng(seed)
    sizes = chance.integers(3, 40, 200)
    at = chance.integers(-5_000, 9_000, (int(sizes.sum()), 2))
    starts = np.append(0, np.cumsum(sizes))
    rings = Rings(at, starts, np.arange(200))
    ids, values = chance.integers(0, 2**31, 200), chance.integers(0, 24, 200)
    content = tile(layer_of_polygons("areas", "c", ids, values, rings))
    found = read(content, tmp_path / "t.mvt", "areas")
    assert found.mvt_id.tolist() == ids.tolist()
    assert found.c.tolist() == values.tolist()
    boxes = [
        (*at[a:b].min(axis=0).tolist(), *at[a:b].max(axis=0).tolist()) for a, b in pairwise(starts)
    ]
    assert [tuple(map(int, one.bounds)) for one in found.geometry] == boxes
