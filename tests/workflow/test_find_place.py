"""A place is found by number, name or coordinates, and only where the person may look."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from geo.model.layer_kinds import LayerKind
from geo.model.things import Actor
from geo.store.door import Store
from geo.workflow.find_place import MOST_ANSWERS, PlaceKind, find_place
from geo.workflow.import_reference import import_reference
from tests.builders import INSPECTOR, NOON, RANGER, actor
from tests.deliveries import square, write_file
from tests.office import ACCEPT, deliver_grids, deliver_patches

ELSEWHERE = Actor(replace(INSPECTOR, prefixes=("1402",)))


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path, [str(n) for n in range(1, 21)])
    frame = gpd.GeoDataFrame(
        {"XZQDM": ["159901100", "159902100"], "XZQMC": ["青山镇", "青山100%乡"]},
        geometry=[square(0, side_m=900), square(3, side_m=900)],
        crs="EPSG:4528",
    )
    path = write_file(frame, tmp_path / "towns.gpkg")
    import_reference(store, actor(), path, LayerKind.ADMIN, at=NOON, name="行政区", options=ACCEPT)
    return store


def titles(store: Store, text: str, who: Actor | None = None) -> list[tuple[str, str]]:
    return [(one.kind.value, one.title) for one in find_place(store, who or actor(), text)]


def test_a_patch_is_found_by_its_number_and_what_is_called_so_goes_first(filled: Store) -> None:
    found = find_place(filled, actor(), "2")
    assert found[0].title == "2"
    assert [one.title for one in found if one.key] == ["2", "20", "12"]
    assert find_place(filled, actor(), found[0].key or "")[0] == found[0]
    west, south, east, north = found[0].bounds
    assert west < east
    assert south < north


def test_of_many_only_a_few_are_told(filled: Store) -> None:
    assert len(find_place(filled, actor(), "1")) == MOST_ANSWERS


def test_grids_and_units_are_found_by_a_part_of_their_name(filled: Store) -> None:
    assert ("feature", "青山镇") in titles(filled, "青山")
    assert titles(filled, "100%") == [("feature", "青山100%乡")]
    assert {kind for kind, _ in titles(filled, "G")} == {"grid"}


def test_coordinates_are_a_place_and_metres_take_the_offices_zone(filled: Store) -> None:
    (found,) = find_place(filled, actor(), "43°20′ 120°10′")
    assert found.kind is PlaceKind.COORDINATES
    assert found.bounds[:2] == pytest.approx((120 + 10 / 60, 43 + 20 / 60))
    taken = find_place(filled, actor(), "4800050 430050")[0]
    numbered = find_place(filled, actor(), "4800050 40430050")[0]
    assert taken.reading is not None
    assert taken.reading.is_zone_guessed
    assert taken.reading.zone is not None
    assert taken.reading.zone.meridian_deg == 120
    assert taken.bounds == pytest.approx(numbered.bounds)


def test_nothing_of_another_territory_is_found(filled: Store) -> None:
    for text in ("2", "G", "2026-1/2"):
        # What has no code of a place concerns everybody: these units have none.
        assert {kind for kind, _ in titles(filled, text, ELSEWHERE)} <= {"feature"}
    assert titles(filled, "4800050 430050", ELSEWHERE) == []
    assert "patch" not in {kind for kind, _ in titles(filled, "2", actor(RANGER))}


@pytest.mark.parametrize("text", ["", "  ", "x" * 500, "/", "%", "_", "{{ 7*7 }}", "' or 1=1 --"])
def test_any_text_is_only_a_text(filled: Store, text: str) -> None:
    assert all("%" in title for _, title in titles(filled, text) if text == "%")
    assert text == "%" or titles(filled, text) == [] or text == "/"
