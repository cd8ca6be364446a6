"""The files: the same on every run, small, readable anywhere, nothing of the machine in them."""

import dataclasses
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal

from geo.errors import WorkspaceError
from geo.sample.generate import SHAPEFILE, make_sample
from geo.text import LANGS, say

FILES = [
    "grids.gpkg", "admin.gpkg", "base.gpkg", "patches.zip", "truth.csv", "people.csv",
    "permits.gpkg", "reserves.gpkg", "findings.geojson", "before_20250903.tif",
    "after_20260709.tif", "after_20260709_clouds.tif",
]  # fmt: skip
COMMITTED = Path(__file__).parents[2] / "data" / "sample_grids"
GENERATOR = Path(__file__).parents[2] / "geo" / "sample"


def test_the_summary_counts_what_was_written(summary):
    counts = dataclasses.asdict(summary)
    del counts["folder"], counts["paths"]
    assert counts == {
        "townships": 3,
        "villages": 12,
        "grids": 120,
        "patches": 300,
        "people": 46,
        "permits": 60,
        "findings": 80,
        "outside": 3,
        "straddling": 31,
        "ties": 1,
        "invalid": 2,
    }
    assert [p.name for p in summary.paths] == FILES
    assert all(p.is_file() for p in summary.paths)


@pytest.mark.parametrize("name", FILES)
def test_the_same_seed_gives_the_same_bytes(summary, tmp_path_factory, name):
    again = _again(tmp_path_factory)
    assert (again / name).read_bytes() == (summary.folder / name).read_bytes()


_AGAIN: list[Path] = []


def _again(tmp_path_factory) -> Path:
    if not _AGAIN:
        _AGAIN.append(make_sample(tmp_path_factory.mktemp("again")).folder)
    return _AGAIN[0]


def test_another_seed_gives_another_banner(summary, tmp_path):
    other = make_sample(tmp_path, seed=7, patches=50, grids=40)
    assert (other.grids, other.patches, other.findings) == (40, 50, 45)
    assert (other.outside, other.ties, other.invalid) == (3, 1, 2)
    assert (tmp_path / "admin.gpkg").read_bytes() != (summary.folder / "admin.gpkg").read_bytes()


def test_more_patches_leave_the_land_and_its_people_as_they_are(summary, tmp_path):
    make_sample(tmp_path, patches=600)
    for name in ("grids.gpkg", "admin.gpkg", "base.gpkg", "people.csv"):
        assert (tmp_path / name).read_bytes() == (summary.folder / name).read_bytes()


def test_writing_twice_into_one_folder_replaces_the_files(tmp_path):
    for _ in range(2):
        make_sample(tmp_path, patches=50, grids=40)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FILES)
    assert len(pyogrio.read_dataframe(tmp_path / "grids.gpkg")) == 40


@pytest.mark.parametrize(("patches", "grids"), [(49, None), (300, 39)])
def test_a_sample_too_small_for_its_hard_cases_is_refused(tmp_path, patches, grids):
    with pytest.raises(WorkspaceError) as caught:
        make_sample(tmp_path / "small", patches=patches, grids=grids)
    assert caught.value.code == "sample_too_small"
    for lang in LANGS:
        assert "50" in say("error.sample_too_small", lang, **caught.value.values)
    assert not (tmp_path / "small").exists()


LAYERS = [
    "grids", "banner", "townships", "villages", "river", "roads", "patches", "permits", "reserves",
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_the_committed_layers_are_what_the_generator_writes_now(sample, committed, layer):
    now, then = getattr(sample, layer), getattr(committed, layer)
    assert_frame_equal(_attributes(now), _attributes(then))
    near = shapely.equals_exact(now.geometry.to_numpy(), then.geometry.to_numpy(), tolerance=0.011)
    assert near.all()


@pytest.mark.parametrize("table", ["truth", "people"])
def test_the_committed_tables_are_what_the_generator_writes_now(sample, committed, table):
    assert_frame_equal(getattr(sample, table), getattr(committed, table))


def test_the_committed_findings_are_what_the_generator_writes_now(sample, committed):
    assert sample.findings == committed.findings


def _attributes(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry"))


def test_generator_and_committed_files_are_small():
    files = [*COMMITTED.rglob("*"), *GENERATOR.glob("*.py")]
    # Two images of 20 m pixels are most of it.
    assert sum(f.stat().st_size for f in files) < 8_000_000


def test_nothing_else_lies_beside_the_committed_files():
    assert sorted(p.name for p in COMMITTED.iterdir()) == sorted([*FILES, "README.md"])


def test_the_readme_says_in_both_languages_that_all_is_invented():
    text = (COMMITTED / "README.md").read_text(encoding="utf-8")
    assert re.search(r"synthetic", text[:400], re.IGNORECASE)
    assert "虚构" in text[:400]
    for name in FILES:
        assert f"`{name}`" in text


def test_the_shapefile_is_named_in_chinese_and_flagged_as_utf8(members):
    names = [m.filename for m in members]
    assert names == [f"{SHAPEFILE}{e}" for e in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    assert SHAPEFILE == "样例旗变化图斑2026"
    assert all(m.flag_bits & 0x800 for m in members)
    assert {m.date_time for m in members} == {(2026, 9, 1, 0, 0, 0)}


def test_the_table_is_gbk_and_says_so(sample):
    with zipfile.ZipFile(sample.folder / "patches.zip") as archive:
        assert archive.read(f"{SHAPEFILE}.cpg") == b"GBK"
        table = archive.read(f"{SHAPEFILE}.dbf")
        assert "CGCS2000_3_Degree_GK_Zone_40" in archive.read(f"{SHAPEFILE}.prj").decode()
    assert "疑似".encode("gbk") in table
    assert "疑似".encode() not in table
    assert tuple(table[1:4]) == (126, 9, 1)


@pytest.mark.parametrize("name", [f for f in FILES if f.endswith(".gpkg")])
def test_geopackages_carry_the_fixed_date(sample, name):
    with closing(sqlite3.connect(sample.folder / name)) as base:
        dates = base.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    assert dates == [("2026-09-01T00:00:00.000Z",)]


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_a_real_place_or_this_machine(sample, name):
    content = (sample.folder / name).read_bytes()
    if name == "patches.zip":
        with zipfile.ZipFile(sample.folder / name) as archive:
            content = b"".join(archive.read(m) for m in archive.namelist())
    assert str(sample.folder.parent).encode() not in content
    for place in ("内蒙古", "赤峰", "通辽", "锡林郭勒", "阿鲁科尔沁", "巴林", "翁牛特"):
        for encoding in ("utf-8", "gbk"):
            assert place.encode(encoding) not in content
