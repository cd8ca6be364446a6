"""The screen Field: packages leave, findings come back, each file whole or not at all."""

import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Patch
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from pages.parts.field_out import PACKAGES, zipped
from tests.pages.conftest import OpenPage
from tests.pages.seen import button, labels, press, said, upload


def patches_at(workspace: Path, *stages: Stage) -> list[Patch]:
    with open_workspace(str(workspace)) as store:
        return look.find(store, actor_of(store, "A01"), PatchFilter(stages=stages))


def tick(app: AppTest, *rows: int) -> None:
    table = app.dataframe[0]
    selection = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    app.session_state[table.key] = selection
    app.run()
    assert not app.exception


def package_of(workspace: Path, person: str) -> dict[str, Any]:
    """Read the newest package of a person with those of its patches that are still out."""
    still_out = {p.code for p in patches_at(workspace, Stage.IN_FIELD)}
    files = sorted((workspace / "field").glob(f"field_{person}_*.geojson"))
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    package: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
    package["features"] = [
        f for f in package["features"] if f["properties"]["patch_code"] in still_out
    ]
    return package


def answered(package: dict[str, Any], rows: list[int]) -> bytes:
    for row in rows:
        package["features"][row]["properties"] |= {
            "found_cause": "421",
            "found_unlawful": 1,
            "found_note": "现场为建设用地",
            "surveyed_at": "2026-11-20T10:00:00+08:00",
        }
    return json.dumps(package, ensure_ascii=False).encode()


@pytest.fixture
def out(demo: Path) -> tuple[Path, str, int]:
    """Give the demonstration, a ranger with several patches in the field, and their number."""
    counts = Counter(p.assignee for p in patches_at(demo, Stage.IN_FIELD))
    person, count = counts.most_common(1)[0]
    assert person is not None
    assert count >= 3
    return demo, person, count


# ---- Out ----------------------------------------------------------------------------------------


def test_the_table_counts_each_persons_patches(demo: Path, open_page: OpenPage) -> None:
    app = open_page("field")
    table = app.dataframe[0].value
    waiting, gone = patches_at(demo, Stage.ASSIGNED), patches_at(demo, Stage.IN_FIELD)
    assert table["待带出"].sum() == len(waiting)
    assert table["已带出"].sum() == len(gone)
    assert len(table) == len({p.assignee for p in [*waiting, *gone]})


def test_those_with_patches_still_here_are_ticked_and_first(
    demo: Path, open_page: OpenPage
) -> None:
    app = open_page("field")
    table = app.dataframe[0].value
    people = {p.assignee for p in patches_at(demo, Stage.ASSIGNED)}
    assert set(table.index[: len(people)]) == people
    assert f"导出 {len(people)} 人的外业包" in labels(app)


def test_exporting_writes_a_file_for_each_and_offers_it(demo: Path, open_page: OpenPage) -> None:
    waiting = {p.assignee for p in patches_at(demo, Stage.ASSIGNED)}
    app = open_page("field")
    press(app, f"导出 {len(waiting)} 人")
    assert patches_at(demo, Stage.ASSIGNED) == []
    assert {package_of(demo, str(p))["skyground"]["assignee"] for p in waiting} == waiting
    offered = [b.label for b in app.get("download_button")]
    assert offered[0] == f"下载全部（.zip，{len(waiting)} 个文件）"
    assert len(offered) == 1 + len(waiting)


def test_only_who_is_ticked_gets_a_package(demo: Path, open_page: OpenPage) -> None:
    app = open_page("field")
    person = app.dataframe[0].value.index[0]
    others = [p for p in patches_at(demo, Stage.ASSIGNED) if p.assignee != person]
    tick(app, 0)
    press(app, "导出 1 人的外业包")
    assert patches_at(demo, Stage.ASSIGNED) == others
    assert len(app.get("download_button")) == 1


def test_nobody_ticked_leaves_the_button_asleep(demo: Path, open_page: OpenPage) -> None:
    app = open_page("field")
    tick(app)
    assert button(app, "勾选人员后导出外业包").disabled


def test_exporting_again_says_that_nothing_is_new(
    out: tuple[Path, str, int], open_page: OpenPage
) -> None:
    _, person, count = out
    app = open_page("field")
    tick(app, app.dataframe[0].value.index.get_loc(person))
    press(app, "导出 1 人的外业包")
    press(app, "导出 1 人的外业包")
    assert f"1 人的外业包已备好，共 {count} 个图斑" in said(app)
    assert "其中 1 个外业包与上次相同" in said(app)


def test_one_archive_holds_all_files_and_is_the_same_each_time(
    demo: Path, open_page: OpenPage
) -> None:
    app = open_page("field")
    press(app, "导出")
    _, packages = app.session_state[f"kept.{PACKAGES}"]
    archive = zipped(packages)
    assert archive == zipped(packages)
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        assert held.namelist() == [p.path.name for p in packages]
        assert all(held.read(p.path.name) == p.path.read_bytes() for p in packages)


def test_a_package_that_was_deleted_is_not_offered(demo: Path, open_page: OpenPage) -> None:
    app = open_page("field")
    tick(app, 0)
    press(app, "导出 1 人的外业包")
    _, packages = app.session_state[f"kept.{PACKAGES}"]
    packages[0].path.unlink()
    app.run()
    assert "外业包文件已不在" in said(app)
    assert not app.get("download_button")


def test_one_persons_packages_are_not_offered_to_the_next(demo: Path, open_page: OpenPage) -> None:
    app = open_page("field")
    press(app, "导出")
    next(s for s in app.selectbox if "M01" in str(s.options)).set_value("M01").run()
    assert not app.exception
    assert not app.get("download_button")


def test_a_ranger_sees_only_themselves(out: tuple[Path, str, int], open_page: OpenPage) -> None:
    _, person, _ = out
    app = open_page("field", person=person)
    assert app.dataframe[0].value.index.tolist() == [person]


def test_without_assigned_patches_the_screen_says_what_comes_first(
    workspace: Path, open_page: OpenPage
) -> None:
    assert "请先在“派发”中派发图斑" in said(open_page("field"))


# ---- Back ---------------------------------------------------------------------------------------


def test_findings_are_merged_and_counted(out: tuple[Path, str, int], open_page: OpenPage) -> None:
    demo, person, count = out
    before = len(patches_at(demo, Stage.VERIFIED))
    app = open_page("field")
    upload(app, ("回来.geojson", answered(package_of(demo, person), [0, 1])))
    press(app, "收回 回来.geojson")
    result = app.dataframe[1].value.iloc[0]
    assert (result["结果"], result["收下"], result["尚未填写"]) == ("已收下", 2, count - 2)
    assert len(patches_at(demo, Stage.VERIFIED)) == before + 2
    press(app, "去审核")
    assert not app.exception


def test_the_same_findings_again_are_known(out: tuple[Path, str, int], open_page: OpenPage) -> None:
    demo, person, _ = out
    content = answered(package_of(demo, person), [0])
    app = open_page("field")
    for name in ("first.geojson", "second.geojson"):
        upload(app, (name, content))
        press(app, f"收回 {name}")
    result = app.dataframe[1].value.iloc[0]
    assert (result["结果"], result["收下"], result["先前已有"]) == ("没有新内容", 0, 1)


def test_with_a_bad_row_nothing_is_taken_until_it_is_left_out(
    out: tuple[Path, str, int], open_page: OpenPage
) -> None:
    demo, person, _ = out
    before = len(patches_at(demo, Stage.VERIFIED))
    package = package_of(demo, person)
    answered(package, [0, 1])
    package["features"][1]["properties"]["patch_code"] = "99999999"
    content = json.dumps(package, ensure_ascii=False).encode()
    app = open_page("field")
    upload(app, ("back.geojson", content))
    press(app, "收回 back.geojson")
    assert app.dataframe[1].value.iloc[0]["结果"] == "一行未收"
    assert "一行也没有收" in said(app)
    problems = app.dataframe[2].value
    assert problems["行"].tolist() == ["2"]
    assert "没有图斑 99999999" in problems["问题"].iloc[0]
    assert problems["怎么办"].iloc[0]
    assert len(patches_at(demo, Stage.VERIFIED)) == before

    app.toggle[0].set_value(True).run()
    press(app, "收回 back.geojson")
    result = app.dataframe[1].value.iloc[0]
    assert (result["收下"], result["不能收"]) == (1, 1)
    assert len(patches_at(demo, Stage.VERIFIED)) == before + 1


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(
    out: tuple[Path, str, int], open_page: OpenPage
) -> None:
    demo, person, _ = out
    good = answered(package_of(demo, person), [0])
    app = open_page("field")
    upload(app, ("坏_的.geojson", b"no json"), ("good.geojson", good))
    press(app, "收回 2 个文件")
    results = app.dataframe[1].value
    assert results["结果"].tolist() == ["读不了", "已收下"]
    assert "坏_的.geojson：不是外业结果文件" in said(app)
    assert "skyground-upload" not in said(app)


def test_the_file_of_each_problem_is_named_where_there_are_several(
    out: tuple[Path, str, int], open_page: OpenPage
) -> None:
    demo, person, _ = out
    files = []
    for name in ("a.geojson", "b.geojson"):
        package = package_of(demo, person)
        answered(package, [0])
        package["features"][0]["properties"]["base_version"] = 1
        files.append((name, json.dumps(package).encode()))
    app = open_page("field")
    upload(app, *files)
    press(app, "收回 2 个文件")
    assert app.dataframe[2].value["文件"].tolist() == ["a.geojson", "b.geojson"]
    assert "问题：2 行不能导入" in said(app)
