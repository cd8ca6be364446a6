"""What is drawn of many shapes: near as shapes, far as marks and counts."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.maps.layers import Counts, Points, Polygons
from geo.maps.palette import GRID_STYLE, stage_style
from geo.maps.view import MAX_ZOOM, MIN_ZOOM, View, bounds_of, degrees, screen_size, world_pixels
from geo.maps.viewport import TINY_PX, TOLERANCE_PX, look, look_at_borders, simplify_to_screen
from geo.maps.wire import pack_layer
from geo.model.stages import Stage

CALM = stage_style(Stage.ASSIGNED)
LATE = stage_style(Stage.ASSIGNED, late=True)
# At zoom 10 a degree of longitude is 256 · 2^10 / 360 = 728 px.
ZOOM_10 = View(116.0, 43.0, 117.0, 43.5, 10.0)


def squares(places, size_deg=0.02):
    """Squares by their lower left corners."""
    west, south = np.array(places, dtype=float).reshape(-1, 2).T
    return shapely.box(west, south, west + size_deg, south + size_deg)


def names(count):
    return [f"P{i}" for i in range(count)]


def part_of(layer, kind):
    found = [part for part in layer.parts if isinstance(part, kind)]
    return found[0] if found else None


def test_the_whole_world_is_256_pixels_wide_at_zoom_0():
    x, y = world_pixels(np.array([-180.0, 0.0, 180.0]), np.array([0.0, 0.0, 0.0]), 0.0)
    assert x.tolist() == [0.0, 128.0, 256.0]
    assert y == pytest.approx([128.0] * 3)


def test_north_is_up():
    _, y = world_pixels(np.array([0.0, 0.0]), np.array([10.0, 20.0]), 3.0)
    assert y[1] < y[0] < 128 * 8


@given(lon=st.floats(-179, 179), lat=st.floats(-80, 80), zoom=st.floats(MIN_ZOOM, MAX_ZOOM))
def test_pixels_lead_back_to_the_same_place(lon, lat, zoom):
    x, y = world_pixels(np.array([lon]), np.array([lat]), zoom)
    back_lon, back_lat = degrees(x, y, zoom)
    assert back_lon[0] == pytest.approx(lon, abs=1e-9)
    assert back_lat[0] == pytest.approx(lat, abs=1e-9)


@given(
    west=st.floats(75, 130),
    south=st.floats(20, 50),
    width=st.floats(0, 5),
    height=st.floats(0, 3),
)
def test_a_guessed_view_holds_what_it_is_to_show_and_no_zoom_more_would(west, south, width, height):
    bounds = (west, south, west + width, south + height)
    view = View.covering(bounds, width_px=900, height_px=520)
    assert view.west <= west
    assert view.south <= south
    assert view.east >= bounds[2]
    assert view.north >= bounds[3]
    shown = screen_size(np.array([[view.west, view.south, view.east, view.north]]), view.zoom)
    assert shown[0][0] == pytest.approx(900)
    assert shown[1][0] == pytest.approx(520)
    if view.zoom < 16:
        larger = screen_size(np.array([bounds]), view.zoom + 0.5)
        assert larger[0][0] > 860 or larger[1][0] > 480


def test_bounds_of_nothing_are_none():
    assert bounds_of(np.array([], dtype=object)) is None
    assert bounds_of(np.array([None, shapely.Polygon()], dtype=object)) is None
    assert bounds_of(squares([(116, 43)], 1.0)) == (116.0, 43.0, 117.0, 44.0)


def test_what_lies_outside_the_widened_view_is_left_out():
    shapes = squares([(116.1, 43.1), (117.4, 43.1), (117.6, 43.1)])
    layer = look(shapes, names(3), [CALM] * 3, ZOOM_10)
    assert sorted(layer.parts[0].ids) == ["P0", "P1"]


def test_empty_and_missing_shapes_are_passed_over():
    shapes = np.array([None, shapely.Polygon(), squares([(116.1, 43.1)])[0]], dtype=object)
    layer = look(shapes, names(3), [CALM] * 3, ZOOM_10)
    assert layer.parts[0].ids == ["P2"]


def test_nothing_in_view_is_a_layer_without_parts():
    assert look(squares([(10.0, 10.0)]), ["P0"], [CALM], ZOOM_10).parts == []
    assert look_at_borders(squares([(10.0, 10.0)]), ["G0"], GRID_STYLE, ZOOM_10).parts == []


def test_a_shape_of_a_few_pixels_becomes_a_mark_in_its_middle():
    degree_px = 256 * 2**10 / 360
    tiny = (TINY_PX - 1) / degree_px / 2  # the height in pixels is larger, by 1 / cos(latitude)
    shapes = np.concatenate([squares([(116.5, 43.25)], tiny), squares([(116.2, 43.2)], 0.05)])
    layer = look(shapes, names(2), [CALM] * 2, ZOOM_10, labels=["a", "b"])
    assert part_of(layer, Polygons).ids == ["P1"]
    mark = part_of(layer, Points)
    assert (mark.ids, mark.labels) == (["P0"], ["a"])
    assert mark.lon_deg[0] == pytest.approx(116.5 + tiny / 2)
    assert mark.lat_deg[0] == pytest.approx(43.25 + tiny / 2)


def test_small_shapes_lie_above_large_ones():
    shapes = np.array([shapely.box(116.4, 43.2, 116.5, 43.3), shapely.box(116, 43, 117, 43.5)])
    layer = look(shapes, ["small", "large"], [CALM] * 2, ZOOM_10)
    assert layer.parts[0].ids == ["large", "small"]


def test_too_many_to_draw_are_counted_by_cell():
    near = [(116.50 + i * 0.001, 43.20) for i in range(5)]
    far = [(116.90, 43.40)]
    styles = [CALM, LATE, CALM, LATE, CALM, LATE]
    layer = look(squares(near + far, 0.0005), names(6), styles, ZOOM_10, cap=5)
    counts, alone = part_of(layer, Counts), part_of(layer, Points)
    assert (counts.n.tolist(), counts.late.tolist()) == ([5], [2])
    assert counts.lon_deg[0] == pytest.approx(116.5 + 0.002 + 0.00025)
    assert counts.bounds[0] == pytest.approx([116.5, 43.2, 116.5045, 43.2005])
    assert alone.ids == ["P5"]


def test_two_in_a_cell_are_counted():
    layer = look(squares([(116.5, 43.2)] * 2, 0.0005), names(2), [CALM] * 2, ZOOM_10, cap=1)
    assert part_of(layer, Counts).n.tolist() == [2]
    assert part_of(layer, Points) is None


def test_as_many_as_the_cap_are_drawn():
    shapes = squares([(116.5, 43.2), (116.6, 43.2)])
    assert part_of(look(shapes, names(2), [CALM] * 2, ZOOM_10, cap=2), Counts) is None


def test_cells_stay_where_they_are_while_the_map_is_moved():
    chance = np.random.default_rng(3)
    shapes = squares(chance.uniform([116.3, 43.1], [116.7, 43.4], (200, 2)), 0.0005)
    moved = View(116.01, 43.003, 117.01, 43.503, 10.0)
    first, second = (
        part_of(look(shapes, names(200), [CALM] * 200, view, cap=10), Counts)
        for view in (ZOOM_10, moved)
    )
    assert first.n.tolist() == second.n.tolist()
    assert first.lon_deg.tolist() == second.lon_deg.tolist()


places = st.lists(
    st.tuples(st.floats(115, 118), st.floats(42.5, 44), st.floats(0.0001, 0.1)),
    min_size=1,
    max_size=40,
)


@given(places=places, cap=st.integers(0, 40), zoom=st.sampled_from([6.0, 8.5, 10.0, 13.0]))
@settings(deadline=None)
def test_every_shape_in_view_is_drawn_or_counted_once(places, cap, zoom):
    shapes = np.array([shapely.box(x, y, x + s, y + s) for x, y, s in places])
    view = View(115.5, 42.8, 117.5, 43.8, zoom)
    layer = look(shapes, names(len(shapes)), [CALM] * len(shapes), view, cap=cap)
    frame = shapely.box(*view.padded())
    wanted = [f"P{i}" for i in np.flatnonzero(shapely.intersects(shapes, frame))]
    drawn = [i for part in layer.parts if not isinstance(part, Counts) for i in part.ids]
    counted = sum(int(part.n.sum()) for part in layer.parts if isinstance(part, Counts))
    assert len(drawn) == len(set(drawn))
    assert set(drawn) <= set(wanted)
    assert len(drawn) + counted == len(wanted)


@given(places=places, cap=st.integers(0, 40), data=st.data())
@settings(deadline=None)
def test_the_order_of_the_rows_does_not_matter(places, cap, data):
    shapes = np.array([shapely.box(x, y, x + s, y + s) for x, y, s in places])
    order = data.draw(st.permutations(range(len(shapes))))
    view = View(115.5, 42.8, 117.5, 43.8, 9.0)
    ids, styles = names(len(shapes)), [LATE if i % 3 else CALM for i in range(len(shapes))]
    first = look(shapes, ids, styles, view, cap=cap)
    mixed = look(
        shapes[list(order)], [ids[i] for i in order], [styles[i] for i in order], view, cap=cap
    )
    assert drawn_things(first) == drawn_things(mixed)


def drawn_things(layer):
    """What is drawn, in its order; styles may be numbered differently."""
    things = []
    for part in layer.parts:
        if isinstance(part, Counts):
            things.append((part.n.tolist(), part.late.tolist(), np.round(part.lon_deg, 9).tolist()))
        else:
            things.append((list(part.ids), list(part.styles)))
    return things


def test_a_simplified_shape_stays_within_half_a_pixel():
    turns = np.linspace(0, 2 * math.pi, 3000, endpoint=False)
    circle = shapely.polygons(np.stack([116 + np.cos(turns), 43 + np.sin(turns)], axis=1))
    shown = simplify_to_screen(np.array([circle]), 10.0)[0]
    pixel_deg = 360 / (256 * 2**10)
    assert shapely.get_num_coordinates(shown) < 500
    assert shapely.hausdorff_distance(shown, circle) <= TOLERANCE_PX * pixel_deg * 1.01


def test_a_shape_that_would_vanish_stays():
    sliver = shapely.box(116, 43, 116.0000001, 43.0000001)
    assert not shapely.is_empty(simplify_to_screen(np.array([sliver]), 5.0)[0])


def test_the_given_shapes_are_never_changed():
    shapes = squares([(116.1, 43.1), (116.3, 43.1)])
    before = shapes.copy()
    look(shapes, names(2), [CALM] * 2, ZOOM_10)
    look_at_borders(shapes, names(2), GRID_STYLE, ZOOM_10, labels=names(2))
    assert (shapes == before).all()


def test_a_border_label_stands_in_the_seen_part_of_its_area():
    area = shapely.box(110.0, 40.0, 116.1, 43.1)
    layer = look_at_borders(np.array([area]), ["G0"], GRID_STYLE, ZOOM_10, labels=["G0"])
    lon, lat = layer.parts[0].label_at_deg[0]
    assert 116.0 < lon < 116.1
    assert 43.0 < lat < 43.1


def test_borders_too_small_to_see_are_left_out_and_never_counted():
    shapes = np.concatenate([squares([(116.5, 43.2)], 0.001), squares([(116.2, 43.2)], 0.1)])
    layer = look_at_borders(shapes, ["G0", "G1"], GRID_STYLE, ZOOM_10)
    assert layer.parts[0].ids == ["G1"]
    assert pack_layer(layer)["clickable"] is False
