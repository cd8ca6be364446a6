"""What lies in a drawn area is what its shape says; a drawing is what was drawn."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.store.door import Store
from geo.workflow.drawn import drawn_from, geojson_of
from geo.workflow.patch_layer import PatchLayers
from geo.workflow.patch_rows import Outlines, Patches
from geo.workflow.pick import MOST_CORNERS, area_drawn, patches_in
from tests.builders import actor
from tests.deliveries import EAST, NORTH
from tests.office import deliver_grids, deliver_patches

COUNT = 120
CORNER = st.tuples(st.floats(119.9, 120.3), st.floats(43.2, 43.6))
Layer = tuple[Patches, Outlines]


@pytest.fixture
def layer(store: Store, tmp_path: Path) -> Iterator[Layer]:
    """Stars of some hundred metres to two kilometres, thrown over thirty kilometres."""
    chance = np.random.default_rng(5)
    origin = np.array([EAST, NORTH - 10_000])
    middles = origin + chance.uniform(0, 30_000, (COUNT, 2))
    turns = np.sort(chance.uniform(0, 2 * np.pi, (COUNT, 9)), axis=1)
    reach = chance.uniform(100, 2_000, (COUNT, 9))
    x = middles[:, :1] + reach * np.cos(turns)
    y = middles[:, 1:] + reach * np.sin(turns)
    stars = list(shapely.convex_hull(shapely.polygons(np.stack([x, y], axis=2))))
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path, [str(n) for n in range(COUNT)], geometry=stars)
    _, patches = PatchLayers(store).of(actor())
    assert len(patches) == COUNT
    return patches, Outlines(store, actor(), patches)


@given(st.lists(CORNER, min_size=3, max_size=8, unique=True))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_the_same_as_comparing_every_shape(layer: Layer, corners: list[object]) -> None:
    patches, outlines = layer
    area = area_drawn(corners)
    if area is None:
        return
    expected = shapely.intersects(area, outlines[np.arange(len(patches))])
    assert patches_in(patches, outlines, area).tolist() == expected.tolist()


def test_a_box_takes_what_it_touches_and_a_part_of_the_patches_too(layer: Layer) -> None:
    patches, outlines = layer
    box = shapely.box(120.0, 43.25, 120.2, 43.45)
    mask = patches_in(patches, outlines, box)
    assert 10 < mask.sum() < COUNT
    some = patches.some(np.arange(0, COUNT, 2))
    half = patches_in(some, Outlines(*_of(outlines), some), box)
    assert half.tolist() == mask[::2].tolist()
    ids = patches["id"][mask]
    assert sorted(some.of_ids([*ids.tolist(), 10**9])["id"]) == sorted(some["id"][half])
    assert sorted(patches.of_ids(ids[::-1])["id"]) == sorted(ids)


def _of(outlines: Outlines) -> tuple[Store, object]:
    return outlines._store, outlines._actor


NO_AREA = [
    [],
    [[1, 2], [3, 4]],
    [[1, 2], [3, 4], [float("nan"), 5]],
    [[1, 2], [3, 4], [1e9, 5]],
    [[0, 0], [1, 1], [2, 2]],
    [[1, 2, 3]] * 3,
    ["a", "b", "c"],
    [[0, 0]] * (MOST_CORNERS + 1),
    {"x": 1},
    "{{ 7*7 }}",
    None,
]


@pytest.mark.parametrize("corners", NO_AREA)
def test_what_is_no_area_is_none(corners: object) -> None:
    assert area_drawn(corners) is None
    assert drawn_from({"kind": "area", "points": corners, "id": 1}) is None


def test_a_line_that_crosses_itself_gives_what_it_goes_around() -> None:
    area = area_drawn([[0, 0], [2, 2], [2, 0], [0, 2]])
    assert area is not None
    assert area.area == pytest.approx(2.0)


def test_a_drawing_is_an_outline_or_a_cut() -> None:
    corners = [[120.0, 43.0], [120.01, 43.0], [120.01, 43.01]]
    outline = drawn_from({"kind": "area", "points": corners, "id": 7})
    cut = drawn_from({"kind": "line", "points": corners, "id": 8})
    assert outline is not None
    assert cut is not None
    assert (outline.is_area, cut.is_area) == (True, False)
    assert cut.length_m == pytest.approx(815.3 + 1110.9, abs=1)
    assert geojson_of(cut)["features"][0]["geometry"]["type"] == "LineString"
    assert drawn_from({"kind": "line", "points": [[1, 1], [1, 1]], "id": 9}) is None
    assert drawn_from({"kind": "line", "points": corners, "id": "x"}) is None
