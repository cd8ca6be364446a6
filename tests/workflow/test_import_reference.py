"""Reference layers: brought once, replaced knowingly, taken anew where read wrongly before."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from geo.model.layer_kinds import LayerKind
from geo.store.door import Store
from geo.workflow.import_reference import import_reference, reference_layers
from geo.workflow.importing import Outcome
from tests.builders import NOON, actor
from tests.deliveries import square, write_file
from tests.office import ACCEPT
from tests.refusals import refused_as

PERMITS = LayerKind.PERMITS


def permits(folder: Path, *, name: str = "审批", side_m: float = 100, **columns: object) -> Path:
    """Two parcels of one approval, and one of another."""
    values = {"SH_WH": ["一号", "一号", "二号"], "XMMC": ["道路"] * 3, "SH_ND": [2025, 2025, 2026]}
    shapes = [square(2 * n, side_m=side_m) for n in range(3)]
    frame = gpd.GeoDataFrame(values | columns, geometry=shapes, crs="EPSG:4528")
    return write_file(frame, folder / f"{name}.gpkg")


def bring(store: Store, path: Path, **options: object):
    chosen = replace(ACCEPT, **options)
    return import_reference(store, actor(), path, PERMITS, at=NOON, name="审批", options=chosen)


def test_an_approval_with_two_parcels_is_taken_whole(store: Store, tmp_path: Path) -> None:
    report = bring(store, permits(tmp_path))
    assert (report.outcome, report.taken, report.refused) == (Outcome.IMPORTED, 3, 0)
    (layer,) = reference_layers(store, actor(), PERMITS)
    assert (layer.name, layer.count, layer.source_crs) == ("审批", 3, "EPSG:4528")


def test_an_approval_without_a_number_is_refused_in_its_own_words(
    store: Store, tmp_path: Path
) -> None:
    report = bring(store, permits(tmp_path, SH_WH=["一号", "", "二号"]))
    assert report.outcome is Outcome.REFUSED
    (problem,) = report.problems
    assert (problem.row, problem.text("zh")) == (2, "这一行没有编号")


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = permits(tmp_path)
    bring(store, path)
    before = reference_layers(store, actor())
    assert bring(store, path).outcome is Outcome.UNCHANGED
    assert reference_layers(store, actor()) == before


def test_another_file_under_the_name_asks_before_it_takes_its_place(
    store: Store, tmp_path: Path
) -> None:
    bring(store, permits(tmp_path))
    larger = permits(tmp_path, name="新审批", side_m=150)
    with refused_as("layer_replaces", layer="审批", source="审批.gpkg", count=3):
        said = {"code": "SH_WH"}
        bring(store, larger, accept_proposals=False, fields=said)
    assert bring(store, larger).replaced == ("审批.gpkg",)
    (layer,) = reference_layers(store, actor(), PERMITS)
    assert layer.source_name == "新审批.gpkg"


@pytest.mark.parametrize("said", [{"crs": "EPSG:4528"}, {}])
def test_what_is_understood_as_before_is_the_same(
    store: Store, tmp_path: Path, said: dict[str, str]
) -> None:
    path = permits(tmp_path)
    bring(store, path)
    assert bring(store, path, **said).outcome is Outcome.UNCHANGED


def test_a_layer_that_was_placed_wrongly_is_placed_anew(store: Store, tmp_path: Path) -> None:
    path = permits(tmp_path)
    bring(store, path, shift="gcj02")
    report = bring(store, path, shift="none")
    assert (report.outcome, report.shift) == (Outcome.IMPORTED, None)
    assert len(reference_layers(store, actor(), PERMITS)) == 1
