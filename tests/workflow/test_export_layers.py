"""Patches and grids given out: every format brings back what went in."""

from pathlib import Path

import pytest

from geo.files.read import read_delivery
from geo.files.write import SHORT_NAMES, Format, csv_text
from geo.model.filters import PatchFilter
from geo.model.stages import Role
from geo.model.things import Actor, Person
from geo.store import patches
from geo.store.door import Store
from geo.workflow.export_grids import export_grids
from geo.workflow.export_patches import export_patches, patch_table, sheet
from geo.workflow.import_grids import import_grids
from geo.workflow.intake import ImportOptions
from tests.builders import NOON, actor, fill_store

SAMPLE = Path(__file__).parents[2] / "data" / "sample_grids"
LAYERS = [Format.GEOJSON, Format.GPKG, Format.SHAPEFILE]
OFFICE = Actor(Person("admin", Role.ADMINISTRATOR))


@pytest.mark.parametrize("form", LAYERS)
def test_patches_come_back_from_every_format(tmp_path: Path, form: Format) -> None:
    with Store.create(tmp_path / "w") as store:
        fill_store(store, patches=3, remark="光伏板区")
        done = export_patches(store, actor(), tmp_path / f"x.{form}", form)
    back = read_delivery(done.path)
    assert done.patches == len(back.attributes) == 3
    assert back.attributes["patch_code"].astype(str).tolist() == ["1", "2", "3"]
    assert set(back.attributes["remark"]) == {"光伏板区"}


@pytest.mark.parametrize("form", LAYERS)
def test_grids_that_were_given_out_can_be_imported_elsewhere(tmp_path: Path, form: Format) -> None:
    accept = ImportOptions(accept_proposals=True)
    with Store.create(tmp_path / "here") as here:
        fill_store(here)
        import_grids(here, OFFICE, SAMPLE / "grids.gpkg", at=NOON, options=accept)
        done = export_grids(here, OFFICE, tmp_path / f"grids.{form}", form)
    with Store.create(tmp_path / "there") as there:
        fill_store(there)
        report = import_grids(there, OFFICE, done.path, at=NOON, options=accept)
    assert done.grids == report.taken == 120
    assert {"code", "admin_code", "manager", "ranger"} <= set(report.mapping)


def test_no_two_names_become_one_in_a_shapefile(tmp_path: Path) -> None:
    with Store.create(tmp_path / "w") as store:
        fill_store(store)
        names = [SHORT_NAMES.get(n, n) for n in patch_table(store, actor()).columns]
    assert max(len(n) for n in names if n != "geometry") <= 10
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("at_once", [2, 10])
def test_the_downloaded_table_is_read_as_chinese_by_excel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(patches, "CHUNK", at_once)
    with Store.create(tmp_path / "w") as store:
        fill_store(store, patches=5, remark="=1+1 光伏")
        table = sheet(store, actor(), [PatchFilter()])
        less = sheet(store, actor(), [PatchFilter(), PatchFilter(codes=("2", "5"))])
        none = sheet(store, actor(), [PatchFilter(codes=("2",)), PatchFilter(codes=("3",))])
        layer = patch_table(store, actor())
    heading, *rows = table.splitlines()
    assert table.startswith(b"\xef\xbb\xbfpatch_code,grid_code,share,stage,")
    assert "'=1+1 光伏" in table.decode("utf-8-sig")
    assert table.decode("utf-8-sig") == csv_text(layer)
    assert (less.splitlines(), none.splitlines()) == ([heading, rows[1], rows[4]], [heading])
