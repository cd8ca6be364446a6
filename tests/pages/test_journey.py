"""A patch's whole way on the screens without a browser: from a delivered file to a closed patch."""

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from geo.model.filters import PatchFilter
from geo.model.stages import Stage, Verb
from geo.model.things import Patch
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import press, said, upload
from tests.pages.wizard import CONFIRM, drop


def patches_at(workspace: Path, *stages: Stage) -> list[Patch]:
    with open_workspace(str(workspace)) as store:
        return look.find(store, actor_of(store, "A01"), PatchFilter(stages=stages))


def go_to(app: AppTest, name: str) -> None:
    app.switch_page(f"{name}.py").run()
    assert not app.exception


def tick(app: AppTest, rows: list[int]) -> None:
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    app.run()


def reason(app: AppTest, text: str) -> None:
    next(field for field in app.text_input if field.label == "理由").set_value(text).run()


def import_layer(app: AppTest, kind: str, name: str, button: str) -> None:
    go_to(app, "importing")
    drop(app, name, SAMPLE / name, kind=kind, step=CONFIRM)
    press(app, button)


def answered(package: Path) -> bytes:
    """Fill a package in; the first patch of all is unlawful."""
    content = json.loads(package.read_text(encoding="utf-8"))
    for feature in content["features"]:
        is_first = feature["properties"]["patch_code"] == "20260001"
        feature["properties"] |= {
            "found_cause": "422" if is_first else "12",
            "found_unlawful": int(is_first),
            "found_note": "现场核实",
        }
    return json.dumps(content, ensure_ascii=False).encode()


def test_a_delivered_file_becomes_closed_patches(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("today")
    assert "还没有图斑" in said(app)

    import_layer(app, "网格", "grids.gpkg", "导入 120 个网格")
    import_layer(app, "图斑", "patches.zip", "导入 300 个图斑")
    press(app, "定位到网格")
    assert "297 个落入网格" in said(app)

    go_to(app, "assign")
    tick(app, [0, 1, 2])
    press(app, "派发 3 个图斑")
    assert [p.code for p in patches_at(workspace, Stage.ASSIGNED)] == [
        "20260001",
        "20260002",
        "20260003",
    ]

    go_to(app, "field")
    press(app, "导出")
    assert len(patches_at(workspace, Stage.IN_FIELD)) == 3
    packages = sorted((workspace / "field").glob("*.geojson"))
    upload(app, *[(package.name, answered(package)) for package in packages])
    press(app, "收回")
    assert len(patches_at(workspace, Stage.VERIFIED)) == 3

    go_to(app, "review")
    assert "20260001" in said(app)
    press(app, "退回")
    assert "需要写明理由" in "".join(error.value for error in app.error)
    for _ in range(3):
        press(app, "通过")
    assert "没有等您审核的图斑" in said(app)

    go_to(app, "cases")
    for button, because in (
        ("立案", "移送查处"),
        ("办结", "手续齐全"),
        ("办结", "手续齐全"),
    ):
        reason(app, because)
        press(app, button)
    app.segmented_control[0].set_value("cases").run()
    for button, because in (
        ("责令整改", "限期恢复植被"),
        ("验收", "现场验收合格"),
        ("销号", "案件已查处，林地已收回，责任已追究"),
    ):
        reason(app, because)
        press(app, button)
    assert patches_at(workspace, Stage.ASSIGNED, Stage.VERIFIED, Stage.CASE_OPEN) == []
    assert [p.code for p in patches_at(workspace, Stage.CLOSED)] == ["20260001"]
    assert len(patches_at(workspace, Stage.CLOSED_LAWFUL)) == 2
    the_whole_way_is_in_the_history(workspace)


def the_whole_way_is_in_the_history(workspace: Path) -> None:
    with open_workspace(str(workspace)) as store:
        actor = actor_of(store, "A01")
        told = look.story(store, actor, "20260001")
        assert look.verify(store, actor).broken == ()
    assert [event.verb for event in told.events] == [
        Verb.IMPORTED,
        Verb.LOCATED,
        Verb.ASSIGNED,
        Verb.EXPORTED,
        Verb.FOUND,
        Verb.PASSED,
        Verb.CASE_OPENED,
        Verb.RECTIFIED,
        Verb.ACCEPTED,
        Verb.CLOSED,
    ]
