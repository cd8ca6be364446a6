"""What lies in a drawn area is what its shape says, for boxes and for any outline."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.store.patches import WKB
from geo.workflow.patch_layer import BOX
from geo.workflow.pick import MOST_CORNERS, area_drawn, patches_in


def layer(count: int = 400) -> pd.DataFrame:
    chance = np.random.default_rng(5)
    middles = (*chance.uniform(0, 1, (count, 2)), 116, 43)
    turns = np.sort(chance.uniform(0, 2 * np.pi, (count, 9)), axis=1)
    reach = chance.uniform(0.005, 0.05, (count, 9))
    x = middles[:, :1] + reach * np.cos(turns)
    y = middles[:, 1:] + reach * np.sin(turns)
    shapes = shapely.make_valid(shapely.polygons(np.stack([x, y], axis=2)))
    frame = pd.DataFrame(shapely.bounds(shapes), columns=BOX)
    return frame.assign(**{WKB: shapely.to_wkb(shapes)})


LAYER = layer()
CORNER = st.tuples(st.floats(115.8, 117.2), st.floats(42.8, 44.2))


@given(st.lists(CORNER, min_size=3, max_size=8, unique=True))
def test_it_is_the_same_as_comparing_every_shape(corners):
    area = area_drawn(corners)
    if area is None:
        return
    expected = shapely.intersects(area, shapely.from_wkb(LAYER[WKB].to_numpy()))
    assert patches_in(LAYER, area).tolist() == expected.tolist()


def test_a_box_takes_what_it_touches_and_nothing_else():
    box = shapely.box(116.2, 43.2, 116.6, 43.6)
    mask = patches_in(LAYER, box)
    shapes = shapely.from_wkb(LAYER[WKB].to_numpy())
    assert 20 < mask.sum() < len(LAYER)
    assert not shapely.intersects(shapes[~mask], box).any()


@pytest.mark.parametrize(
    "corners",
    [
        [],
        [[1, 2], [3, 4]],
        [[1, 2], [3, 4], [float("nan"), 5]],
        [[1, 2], [3, 4], [1e9, 5]],
        [[0, 0], [1, 1], [2, 2]],
        [[1, 2, 3]] * 3,
        ["a", "b", "c"],
        [[0, 0]] * (MOST_CORNERS + 1),
        {"x": 1},
        None,
    ],
)
def test_what_is_no_area_is_none(corners):
    assert area_drawn(corners) is None


def test_a_line_that_crosses_itself_gives_what_it_goes_around():
    area = area_drawn([[0, 0], [2, 2], [2, 0], [0, 2]])
    assert area.area == pytest.approx(2.0)
