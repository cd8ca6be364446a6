"""The whole way of a season on the command line: the sample, and a delivery of 12,000."""

import csv
import json
import shutil
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import fiona
import pytest

from geo.model.columns import EXPORT_COLUMNS
from tests.cli.conftest import ROOT, SAMPLE, Season, geo_in

LARGE = ROOT.parent / "shared" / "data"


def test_everything_in_the_sample_comes_in(season: Season) -> None:
    told = season.answers
    assert len(told["init"]["people"]) == 46
    assert told["import people"] == {"rows_read": 46, "added": 0}
    grids, patches = told["import grids"], told["import patches"]
    assert (grids["rows_read"], grids["taken"], grids["refused"]) == (120, 120, 0)
    assert (patches["rows_read"], patches["taken"], patches["refused"]) == (300, 300, 0)
    assert (patches["repaired"], patches["crs"], patches["encoding"]) == (2, "EPSG:4528", "GBK")
    # What lies outside every grid is told before it is located.
    codes = [p["code"] for p in patches["problems"]]
    assert codes == ["repaired"] * 2 + ["outside_territory"] * 3
    kinds = ("admin", "permits", "reserves", "reference")
    assert [told[f"import {kind}"]["taken"] for kind in kinds] == [12, 60, 1, 10]


def test_the_hard_cases_of_the_sample_are_found(season: Season) -> None:
    located = season.answers["locate"]
    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as stream:
        notes = [(row["patch_code"], row["note"]) for row in csv.DictReader(stream)]
    outside = [f"2026-1/{code}" for code, note in notes if note == "outside"]
    tied = [f"2026-1/{code}" for code, note in notes if note == "tie"]
    assert located["outside_patches"] == outside
    assert [t["patch"] for t in located["tied_patches"]] == tied
    # Whatever is halved by an edge lies in two grids as well.
    straddling = sum("straddles" in note or note == "tie" for _, note in notes)
    counts = {
        name: located[name] for name in ("patches", "located", "outside", "ties", "straddling")
    }
    assert counts == {
        "patches": 300,
        "located": 297,
        "outside": 3,
        "ties": 1,
        "straddling": straddling,
    }
    assert located["seconds"] > 0


def test_everything_located_is_assigned_and_leaves(season: Season) -> None:
    assigned, left = season.answers["assign"], season.answers["export field"]
    assert (assigned["assigned"], assigned["not_located"]) == (297, 3)
    assert sum(assigned["by_person"].values()) == 297
    assert (left["patches"], left["new"]) == (297, len(assigned["by_person"]))
    for package in left["packages"]:
        content = json.loads(Path(package["path"]).read_text(encoding="utf-8"))
        assert len(content["features"]) == assigned["by_person"][package["assignee"]]


def test_all_findings_are_merged(season: Season) -> None:
    told = season.answers["import findings"]
    assert (told["rows_read"], told["taken"], told["refused"]) == (80, 80, 0)
    assert season.answers["list"]["count"] == 80


def test_each_judgement_tells_where_the_patch_is_now(season: Season) -> None:
    names = ("return", "review", "close", "case", "close the case", "reopen")
    assert [season.answers[name]["stage"] for name in names] == [
        "assigned",
        "county_passed",
        "closed_lawful",
        "accepted",
        "closed",
        "verified",
    ]


def test_the_history_of_an_unlawful_patch_is_whole(season: Season) -> None:
    events = season.answers["history"]["events"]
    assert [e["verb"] for e in events] == [
        *("imported", "located", "assigned", "exported", "found", "passed"),
        *("case_opened", "rectified", "accepted", "closed"),
    ]
    assert [e["version"] for e in events] == list(range(1, 11))
    assert all(a["hash"] == b["prev_hash"] for a, b in pairwise(events))
    shown = season.answers["show"]
    assert (shown["stage"], shown["version"], shown["events"]) == ("closed", 10, 10)


def test_nothing_is_broken_in_the_end(season: Season) -> None:
    told = season.answers["verify"]
    assert (told["patches"], told["broken"], told["integrity"]) == (300, [], [])
    # 300 imported, 297 located, assigned and exported, 80 found, nine judgements, one of them taken
    # back and made again.
    assert told["events"] == 300 + 3 * 297 + 80 + 9 + 2
    assert told["seals"]["days"] == 1
    assert told["seals"]["broken"] is None
    assert len(told["digest"]) == 64


def test_the_table_begins_with_the_agreed_columns(season: Season) -> None:
    path = Path(season.answers["export patches"]["path"])
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("patch_code,grid_code,share,stage,area_ha,area_mu,assignee,due,batch")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 300
    assert sum(row["grid_code"] == "" for row in rows) == 3
    assert {float(r["area_mu"]) for r in rows if r["area_ha"] == "1.0"} <= {15.0}


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_layers_open_in_other_programs(season: Season, suffix: str) -> None:
    path = season.folder / f"layer.{suffix}"
    said = season.geo("export", "patches", "--out", path, "--stage", "verified")
    assert said.data == {"path": str(path), "format": suffix, "patches": 78}
    with fiona.open(path) as layer:
        assert len(layer) == 78
        assert tuple(layer.schema["properties"])[:9] == EXPORT_COLUMNS


def test_doing_it_all_again_changes_nothing(season: Season, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(season.folder / "workspace", workspace)
    geo = geo_in(workspace)
    before = geo("verify").data["digest"]
    again = [
        geo("import", "grids", SAMPLE / "grids.gpkg"),
        geo("import", "patches", SAMPLE / "patches.zip"),
        geo("import", "findings", SAMPLE / "findings.geojson"),
    ]
    assert [said.exit_code for said in again] == [0, 0, 0]
    assert [said.data["outcome"] for said in again] == ["unchanged"] * 3
    assert geo("locate").data["changed"] == 0
    assert geo("verify").data["digest"] == before
    # What came back is in no package any more, so the packages are new; but only once.
    geo("export", "field", "--out", tmp_path / "field")
    once = geo("verify").data["digest"]
    assert geo("export", "field", "--out", tmp_path / "field").data["new"] == 0
    assert geo("verify").data["digest"] == once


def test_lists_are_narrowed_down(season: Season) -> None:
    def listed(*words: str) -> int:
        count: int = season.geo("list", *words).data["count"]
        return count

    assert listed() == 300
    assert listed("--stage", "issued") == 3
    assert listed("--stage", "issued", "--stage", "verified") == 81
    assert listed("--overdue") == 0
    person, count = next(iter(season.answers["assign"]["by_person"].items()))
    assert listed("--person", person) == count
    grid = season.answers["show"]["grid_code"]
    assert 0 < listed("--grid", grid) < 300


@pytest.mark.skipif(not LARGE.is_dir(), reason="the large delivery is not here")
def test_a_delivery_of_twelve_thousand_goes_the_whole_way(tmp_path: Path) -> None:
    geo = geo_in(tmp_path / "workspace")
    delivery, grids = LARGE / "change_patches_12k_gbk.zip", LARGE / "patrol_grid_5km.gpkg"
    start = perf_counter()
    geo("init")
    assert geo("import", "grids", grids, "--field", "code=cid").data["taken"] == 1_916
    patches = geo("import", "patches", delivery, "--yes").data
    assert (patches["rows_read"], patches["taken"], patches["repaired"]) == (12_000, 12_000, 49)
    assert (patches["crs"], patches["mapping"]["code"]) == ("EPSG:4528", "图斑号")
    located = geo("locate").data
    assert located["patches"] == located["located"] + located["outside"] == 12_000
    assigned = geo("assign", "--all", "--to", "ranger-1", "--as", "manager-1").data
    assert assigned["assigned"] == located["located"]
    left = geo("export", "field", "--out", tmp_path / "field").data
    assert left["patches"] == located["located"]
    path = Path(left["packages"][0]["path"])
    content = json.loads(path.read_text(encoding="utf-8"))
    for feature in content["features"]:
        feature["properties"] |= {"found_cause": "411", "found_unlawful": 0}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert geo("import", "findings", path).data["taken"] == located["located"]
    code = content["features"][0]["properties"]["patch_code"]
    assert geo("review", code, "pass", "--as", "inspector-1").data["stage"] == "county_passed"
    assert geo("close", code, "--reason", "手续齐全").data["stage"] == "closed_lawful"
    assert len(geo("history", code).data["events"]) == 7
    assert geo("export", "patches", "--out", tmp_path / "all.csv").data["patches"] == 12_000
    told = geo("verify").data
    assert (told["patches"], told["broken"], told["integrity"]) == (12_000, [], [])
    assert perf_counter() - start < 300, "minutes, on any machine"
