"""What travels to the map: whole numbers, once, whatever the names say."""

import json

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.maps.layers import Counts, Layer, Lines, Points, Polygons
from geo.maps.palette import stage_style
from geo.maps.wire import UNITS_PER_DEGREE, pack_layer, pack_outline
from geo.model.stages import Stage

STYLE = stage_style(Stage.ISSUED)


def body_of(layer):
    return json.loads(pack_layer(layer)["source"]["body"])


def walk(steps):
    """Undo the steps: rows of x and y in whole units."""
    return np.cumsum(np.array(steps).reshape(-1, 2), axis=0)


def test_a_ring_is_a_place_followed_by_steps():
    ring = shapely.Polygon([(116, 43), (116.5, 43), (116.5, 43.000001), (116, 43)])
    (part,) = body_of(Layer("patches", "", [Polygons(["P1"], np.array([ring]), [STYLE])]))
    assert part["shapes"] == [
        [[[116_000_000, 43_000_000, 500_000, 0, 0, 1, -500_000, -1]]],
    ]


def test_holes_and_parts_stay_apart():
    outer = [(0, 0), (9, 0), (9, 9), (0, 9)]
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    both = shapely.MultiPolygon([(outer, [hole]), ([(20, 0), (21, 0), (21, 1)], [])])
    one = shapely.box(30, 0, 31, 1)
    (part,) = body_of(Layer("p", "", [Polygons(["a", "b"], np.array([both, one]), [STYLE] * 2)]))
    first, second = part["shapes"]
    assert [len(polygon) for polygon in first] == [2, 1]
    assert [len(polygon) for polygon in second] == [1]
    assert walk(first[0][1])[0].tolist() == [UNITS_PER_DEGREE, UNITS_PER_DEGREE]


@given(
    st.lists(
        st.tuples(st.floats(73, 136, width=32), st.floats(3, 54, width=32)), min_size=2, max_size=30
    )
)
def test_steps_lead_back_to_every_place_within_a_tenth_of_a_metre(places):
    line = shapely.LineString(places)
    (part,) = body_of(Layer("routes", "", [Lines(["r"], np.array([line]), [STYLE])]))
    found = walk(part["shapes"][0][0]) / UNITS_PER_DEGREE
    assert np.abs(found - np.array(places)).max() <= 0.5 / UNITS_PER_DEGREE + 1e-12


def test_equal_styles_travel_once():
    other = stage_style(Stage.VERIFIED)
    points = Points(["a", "b", "c"], np.zeros(3), np.zeros(3), [STYLE, other, STYLE])
    (part,) = body_of(Layer("p", "", [points]))
    assert part["style_of"] == [0, 1, 0]
    assert len(part["styles"]) == 2


def test_counts_travel_with_where_a_click_leads():
    counts = Counts(
        np.array([116.5]),
        np.array([43.5]),
        np.array([7]),
        np.array([2]),
        np.array([[116, 43, 117, 44]]),
    )
    (part,) = body_of(Layer("p", "", [counts]))
    assert (part["n"], part["late"], part["bounds"]) == ([7], [2], [[116, 43, 117, 44]])
    assert part["at"] == [116_500_000, 43_500_000]


def test_what_the_map_holds_is_not_sent_again():
    layer = Layer("p", "", [Points(["a"], np.zeros(1), np.zeros(1), [STYLE])])
    sent = pack_layer(layer)["source"]
    assert "body" in sent
    again = pack_layer(layer, held=[sent["token"]])["source"]
    assert again == {"kind": "inline", "token": sent["token"]}
    changed = Layer("p", "", [Points(["b"], np.zeros(1), np.zeros(1), [STYLE])])
    assert "body" in pack_layer(changed, held=[sent["token"]])["source"]


def test_hostile_names_travel_as_they_are():
    names = ["{{ 7*7 }}", "{% bad", "<img src=x onerror=alert(1)>", "${alert(1)}", "]]>", "\u2028"]
    points = Points(names, np.zeros(6), np.zeros(6), [STYLE] * 6, names)
    (part,) = body_of(Layer("p", "", [points]))
    assert part["ids"] == names
    assert part["labels"] == names


def test_a_layer_of_nothing_can_be_sent():
    nothing = np.array([], dtype=object)
    parts = [Polygons([], nothing, []), Lines([], nothing, [])]
    assert [part["shapes"] for part in body_of(Layer("p", "", parts))] == [[], []]


def test_the_outline_of_nothing_is_none():
    assert pack_outline(None) is None
    assert pack_outline(shapely.Polygon()) is None
    assert pack_outline(shapely.box(116, 43, 117, 44)) is not None
