"""What tiles show of many shapes: nothing twice, nothing lost, nothing too large."""

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.maps.mvt import EXTENT
from geo.maps.tile_cut import (
    CAP,
    CELL_BITS,
    HIDDEN,
    CellSums,
    TileAt,
    TileIndex,
    count_below,
    counted_tile,
    drawn_tile,
)
from geo.maps.tile_shapes import WORLD_BITS, TileShapes, code_of

LATE = np.arange(256) % 2 == 1
LIMIT_BYTES = 500_000


def make_squares(count, *, side=0.0005, seed=0):
    chance = np.random.default_rng(seed)
    west, south = chance.uniform(115, 117, count), chance.uniform(42, 44, count)
    return np.asarray(shapely.box(west, south, west + side, south + side))


def index_of(shapes):
    return TileIndex(TileShapes.of(np.arange(len(shapes)) + 1, shapes))


def tile_over(lon, lat, z):
    """Find the tile over a place by the web map's own formula."""
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return TileAt(z, int(x * 2**z), int(y * 2**z))


def read(content, path):
    path.write_bytes(content)
    names = [name for name, _ in pyogrio.list_layers(path)] if content else []
    return {name: pyogrio.read_dataframe(path, layer=name, CLIP="NO") for name in names}


def all_tiles(index, z):
    middles = (index.shapes.boxes[:, :2].astype(np.int64) + index.shapes.boxes[:, 2:]) >> 1
    return {TileAt(z, int(x), int(y)) for x, y in middles >> (WORLD_BITS - z)}


def test_a_shape_lies_where_the_web_map_has_it(tmp_path):
    shape = shapely.box(116.0, 43.0, 116.001, 43.001)
    index = index_of(np.array([shape]))
    at = tile_over(116.0005, 43.0005, 16)
    (found,) = read(drawn_tile(index, np.array([3], np.uint8), at), tmp_path / "t.mvt")[
        "areas"
    ].geometry
    west, south, east, north = found.bounds
    lon = [(at.x + x / EXTENT) / 2**16 * 360 - 180 for x in (west, east)]
    assert lon == pytest.approx([116.0, 116.001], abs=2e-6)
    y = [(at.y + 1 - up / EXTENT) / 2**16 for up in (south, north)]
    lat = [np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * v)))) for v in y]
    assert lat == pytest.approx([43.0, 43.001], abs=2e-6)


def test_holes_and_parts_are_kept(tmp_path):
    ring = shapely.box(116, 43, 116.02, 43.02).difference(
        shapely.box(116.005, 43.005, 116.01, 43.01)
    )
    other = shapely.box(116.03, 43, 116.035, 43.005)
    index = index_of(np.array([shapely.MultiPolygon([ring, other])]))
    at = tile_over(116.015, 43.01, 13)
    (found,) = read(drawn_tile(index, np.array([0], np.uint8), at), tmp_path / "t.mvt")[
        "areas"
    ].geometry
    assert shapely.get_num_geometries(found) == 2
    assert sum(len(part.interiors) for part in shapely.get_parts(found)) == 1


@pytest.mark.parametrize("z", [9, 11, 13])
def test_counts_and_marks_add_up_to_all(tmp_path, z):
    index = index_of(make_squares(2_000))
    classes = (np.arange(2_000) % 4).astype(np.uint8)
    sums = CellSums.of(index.shapes, classes, LATE, bits=z + CELL_BITS)
    total, late = 0, 0
    for number, at in enumerate(all_tiles(index, z)):
        layers = read(counted_tile(index, classes, sums, at), tmp_path / f"{number}.mvt")
        if "counts" in layers:
            total += layers["counts"].n.sum()
            late += layers["counts"].mvt_id.sum()
        if "marks" in layers:
            total += len(layers["marks"])
            late += LATE[layers["marks"].c].sum()
    assert (total, late) == (2_000, 1_000)


def test_larger_cells_are_added_up_from_smaller_ones():
    index = index_of(make_squares(3_000))
    classes = (np.arange(3_000) % 4).astype(np.uint8)
    fine = CellSums.of(index.shapes, classes, LATE, bits=16)
    for at in all_tiles(index, 8):
        own = CellSums.of(index.shapes, classes, LATE, bits=11, part=index.inside(at))
        assert counted_tile(index, classes, fine, at) == counted_tile(index, classes, own, at)


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 10_000),
    st.integers(8, 17),
    st.floats(0.0002, 0.3),
    st.integers(1, 60),
)
def test_a_tile_shows_each_shape_that_meets_it(seed, z, side, count):
    index = index_of(make_squares(count, side=side, seed=seed))
    classes = np.where(np.arange(count) % 5 == 4, HIDDEN, 0).astype(np.uint8)
    boxes = index.shapes.boxes.astype(np.int64)
    for at in all_tiles(index, z):
        size = 1 << (WORLD_BITS - z)
        meets = (boxes[:, 0] < (at.x + 1) * size) & (boxes[:, 2] > at.x * size)
        meets &= (boxes[:, 1] < (at.y + 1) * size) & (boxes[:, 3] > at.y * size)
        found = set(index.meeting(at, classes).tolist())
        assert set(np.flatnonzero(meets & (classes != HIDDEN)).tolist()) <= found
        assert not any(classes[list(found)] == HIDDEN)


def test_what_is_hidden_is_neither_drawn_nor_counted(tmp_path):
    index = index_of(make_squares(50))
    classes = np.full(50, HIDDEN, np.uint8)
    sums = CellSums.of(index.shapes, classes, LATE)
    for at in all_tiles(index, 10):
        assert drawn_tile(index, classes, at) == b""
        assert counted_tile(index, classes, sums, at) == b""


def test_one_zoom_is_counted_or_drawn_as_a_whole():
    index = index_of(make_squares(20_000))
    classes = np.zeros(20_000, np.uint8)
    z = count_below(index.shapes, classes)

    def fullest(zoom):
        return max(index.inside(at).stop - index.inside(at).start for at in all_tiles(index, zoom))

    assert fullest(z) <= CAP < fullest(z - 1)
    few = np.where(np.arange(20_000) < 100, 0, HIDDEN).astype(np.uint8)
    assert count_below(index.shapes, few) == 0


def test_large_shapes_with_very_many_vertices_stay_below_the_limit(tmp_path):
    turn = np.linspace(0, 2 * np.pi, 120_000, endpoint=False)
    reach = 0.3 + 0.01 * np.random.default_rng(1).uniform(-1, 1, 120_000)
    shape = shapely.Polygon(np.stack([116 + reach * np.cos(turn), 43 + reach * np.sin(turn)], 1))
    index = index_of(np.array([shape.buffer(0)]))
    for z in (8, 10, 14):
        at = tile_over(116.29, 43.02, z)
        content = drawn_tile(index, np.zeros(1, np.uint8), at)
        assert 0 < len(content) < LIMIT_BYTES
        assert read(content, tmp_path / f"{z}.mvt")["areas"].geometry.area.sum() > 0


def test_shapes_written_part_by_part_equal_those_made_at_once(tmp_path):
    shapes = make_squares(1_000)
    whole = TileShapes.of(np.arange(1_000), shapes)
    parts = (
        TileShapes.of(np.arange(s, s + 300).clip(max=999)[: 1_000 - s], shapes[s : s + 300])
        for s in range(0, 1_000, 300)
    )
    TileShapes.write(parts, tmp_path / "tiles")
    read_back = TileShapes.load(tmp_path / "tiles")
    for name in ("ids", "codes", "boxes", "first_ring", "first_place", "places"):
        assert np.array_equal(getattr(whole, name), getattr(read_back, name)), name
    assert [p.name for p in tmp_path.iterdir()] == ["tiles"]


def test_a_broken_writing_leaves_nothing_behind(tmp_path):
    def parts():
        yield TileShapes.of(np.arange(10), make_squares(10))
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space"):
        TileShapes.write(parts(), tmp_path / "tiles")
    assert list(tmp_path.iterdir()) == []


def test_empty_and_missing_shapes_are_left_out():
    shapes = np.array([shapely.Polygon(), None, shapely.box(1, 1, 2, 2)], dtype=object)
    assert TileShapes.of(np.array([7, 8, 9]), shapes).ids.tolist() == [9]


def test_the_curve_keeps_tiles_together():
    x, y = np.meshgrid(np.arange(64), np.arange(64))
    codes = code_of(x.ravel(), y.ravel())
    assert sorted(codes.tolist()) == list(range(64 * 64))
    assert len({*(codes[(x.ravel() < 8) & (y.ravel() < 8)] >> 6).tolist()}) == 1
