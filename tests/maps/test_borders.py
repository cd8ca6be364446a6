"""What of the ground below the patches is drawn in one view, and how little of it travels."""

import json

import numpy as np
import pytest
import shapely

from geo.maps.borders import (
    FEATURE_CAP,
    LEAST_FEATURE_PX,
    NAMED_AREAS,
    Partition,
    cut,
    look_at_features,
    look_at_partition,
)
from geo.maps.layers import Labels, Lines, Net, Points, Polygons
from geo.maps.palette import GRID_STYLE, GROUND_STYLES
from geo.maps.view import View
from geo.maps.wire import pack_layer
from geo.model.layer_kinds import LayerKind
from geo.shapes.arcs import arcs_of

STYLE = GROUND_STYLES[LayerKind.RESERVES]
# At zoom 10 a degree of longitude is 728 px, at zoom 9 half of that.
NEAR = View(119.0, 43.0, 120.0, 43.5, 10.0)


def partition_of(side, size_deg):
    row, column = np.divmod(np.arange(side * side), side)
    west, south = 119 + column * size_deg, 43 + row * size_deg
    areas = shapely.segmentize(shapely.box(west, south, west + size_deg, south + size_deg), 0.002)
    arcs = arcs_of(areas)
    names = [f"G{i}" for i in range(side * side)]
    return Partition(areas, shapely.bounds(areas), names, arcs, shapely.bounds(arcs))


def look(partition, view):
    return look_at_partition(partition, GRID_STYLE, view, name="grids", title="网格")


def shown(features, view=NEAR, names=None):
    features = np.array(features, dtype=object)
    names = names or [f"F{i}" for i in range(len(features))]
    return look_at_features(
        features,
        names,
        [STYLE] * len(features),
        view,
        name="reserves",
        title="保护地",
        boxes=shapely.bounds(features),
    )


def test_few_areas_come_with_their_names():
    layer = look(partition_of(10, 0.05), NEAR)
    (part,) = layer.parts
    assert isinstance(part, Polygons)
    assert len(part.labels) == 100 <= NAMED_AREAS
    assert not layer.clickable


def test_many_areas_are_one_net_of_borders():
    partition = partition_of(20, 0.03)  # 22 px
    (part,) = look(partition, NEAR).parts
    assert isinstance(part, Net)
    assert shapely.length(part.lines).sum() == pytest.approx(shapely.length(partition.arcs).sum())


def test_areas_of_few_pixels_are_no_grey_mass():
    assert look(partition_of(20, 0.01), NEAR).parts == []


def test_a_net_says_where_its_lines_are():
    (part,) = look(partition_of(20, 0.03), NEAR).parts
    (packed,) = json.loads(pack_layer(look(partition_of(20, 0.03), NEAR))["source"]["body"])
    places = np.cumsum(np.array(packed["steps"]).reshape(-1, 2), axis=0) / packed["units"]
    told = np.split(places, np.cumsum(packed["lengths"])[:-1])
    half_px = 0.5 / 728
    for line, expected in zip(told, part.lines, strict=True):
        assert np.abs(line - shapely.get_coordinates(expected)).max() <= half_px


def test_the_borders_of_25000_grids_are_small_at_every_zoom():
    partition = partition_of(158, 0.02)
    for zoom in np.arange(6, 16, 0.5):
        at = np.array([120.5, 44.5])
        half = np.array([450, 200]) / 256 / 2**zoom * np.array([360, 260])
        view = View(*(at - half).tolist(), *(at + half).tolist(), zoom)
        assert len(pack_layer(look(partition, view))["source"]["body"]) < 300_000, zoom


def test_features_of_every_kind_are_drawn_with_their_names():
    layer = shown(
        [
            shapely.box(119.1, 43.1, 119.2, 43.2),
            shapely.LineString([(119, 43), (119.5, 43.2)]),
            shapely.MultiPoint([(119.3, 43.3), (119.4, 43.4)]),
        ]
    )
    areas, lines, places = layer.parts
    assert isinstance(areas, Polygons)
    assert areas.labels == ["F0"]
    assert areas.label_at_deg.shape == (1, 2)
    assert isinstance(lines, Lines)
    assert isinstance(places, Points)
    assert places.labels == ["F2", "F2"]
    assert (layer.labels, layer.clickable, layer.is_on) == (Labels.ALWAYS, False, False)


def test_what_is_outside_empty_or_too_small_is_left_out():
    tiny = LEAST_FEATURE_PX / 728 / 2
    far, small = shapely.box(10, 10, 11, 11), shapely.box(119.1, 43.1, 119.1 + tiny, 43.1 + tiny)
    assert shown([far, small, shapely.Polygon()]).parts == []


def test_of_too_many_the_largest_are_drawn():
    side = np.linspace(0.01, 0.05, FEATURE_CAP + 50)
    layer = shown(shapely.box(119.1, 43.1, 119.1 + side, 43.1 + side))
    (part,) = layer.parts
    assert len(part.ids) == FEATURE_CAP
    assert "F0" not in part.labels
    assert f"F{FEATURE_CAP + 49}" in part.labels


def test_large_shapes_are_cut_where_no_move_shows_the_cut():
    circle = shapely.Point(119.5, 43.25).buffer(5, quad_segs=4000)
    (part,) = shown([circle]).parts
    assert shapely.get_num_coordinates(part.geometries[0]) < 20
    west, south, east, north = NEAR.padded()
    assert part.geometries[0].covers(shapely.box(west, south, east, north))


def test_a_shape_is_never_lost_by_the_cut():
    shapes = np.array([shapely.LineString([(0, 0), (118, 43)]), shapely.box(119, 43, 121, 44)])
    after = cut(shapes, shapely.bounds(shapes), NEAR)
    assert not shapely.is_empty(after).any()
    assert shapely.get_dimensions(after).tolist() == [1, 2]


def test_the_given_shapes_are_not_changed():
    shapes = shapely.box([119.0, 110.0], [43.0, 40.0], [119.2, 130.0], [43.2, 50.0])
    before = shapely.to_wkb(shapes).tolist()
    shown(shapes)
    assert shapely.to_wkb(shapes).tolist() == before
