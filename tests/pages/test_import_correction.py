"""A corrected delivery on the screen: what it changes is seen first; what was decided stays."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import button, press, said
from tests.pages.wizard import (
    CONFIRM,
    CONTENT,
    as_gpkg,
    as_zip,
    drop,
    field_for,
    go_on,
    squares,
    table,
)


def stories(workspace: Path, *codes: str) -> dict[str, look.PatchStory]:
    with open_workspace(str(workspace)) as store:
        actor = actor_of(store, "A01")
        return {code: look.story(store, actor, f"2026-1/{code}") for code in codes}


def codes_at(workspace: Path, *stages: Stage) -> list[str]:
    with open_workspace(str(workspace)) as store:
        found = look.find(store, actor_of(store, "A01"), PatchFilter(stages=stages))
    return sorted(p.code for p in found)


@pytest.fixture
def audited(demo: Path) -> str:
    """A patch whose finding was passed."""
    return codes_at(demo, Stage.COUNTY_PASSED, Stage.CLOSED_LAWFUL, Stage.CASE_OPEN)[0]


@pytest.fixture
def issued(demo: Path) -> str:
    """A patch that nobody has begun with."""
    return codes_at(demo, Stage.ISSUED)[0]


@pytest.fixture
def corrected(audited: str, issued: str, tmp_path: Path) -> bytes:
    """The demonstration's delivery again: two outlines are wider, one patch is left out."""
    frame = gpd.read_file(SAMPLE / "patches.zip", encoding="GBK")
    numbers = frame["PAN_NO_TB"].astype(str)
    for code in (audited, issued):
        place = frame.index[numbers == code][0]
        outline = frame.geometry[place].minimum_rotated_rectangle
        frame.loc[place, "geometry"] = shapely.affinity.scale(outline, 1.1, 1.1)
    gone = next(code for code in numbers if code not in {audited, issued})
    return as_zip(frame[numbers != gone], tmp_path / "corrected")


def test_a_correction_is_seen_then_applied_and_what_was_decided_stays(
    demo: Path, open_page: OpenPage, corrected: bytes, audited: str, issued: str
) -> None:
    before = stories(demo, audited, issued)
    app = open_page("importing")
    drop(app, "2026-1.zip", corrected, step=CONFIRM)
    assert "这是批次 2026-1 的更正件：" in said(app)
    assert "不再下发 1" in said(app)
    assert "需要人工核对" in said(app)
    assert app.get("bidi_component"), "both outlines are on a map"
    changes = table(app, "变化", "需要核对").set_index("编号")
    assert {audited, issued} <= set(changes.index)
    assert changes.loc[audited, "需要核对"]
    assert changes.loc[issued, "需要核对"] == ""
    assert "图形" in changes.loc[audited, "改动的内容"]
    assert "→" in changes.loc[audited, "面积（公顷）"]
    flagged_first = changes["需要核对"].astype(bool).tolist()
    assert flagged_first == sorted(flagged_first, reverse=True)
    assert stories(demo, audited, issued) == before, "nothing is written yet"

    assert "已有的核查、审核和历史不变" in said(app)
    press(app, "用 299 个图形更正批次 2026-1")
    assert "批次 2026-1 已更正" in said(app)
    after = stories(demo, audited, issued)
    for code in (audited, issued):
        assert after[code].outline.area > before[code].outline.area
        assert after[code].patch.stage is before[code].patch.stage
        assert after[code].events[: len(before[code].events)] == before[code].events
    assert after[audited].findings == before[audited].findings != ()
    with open_workspace(str(demo)) as store:
        assert look.verify(store, actor_of(store, "A01")).broken == ()


def test_the_same_correction_again_changes_nothing(
    demo: Path, open_page: OpenPage, corrected: bytes
) -> None:
    app = open_page("importing")
    drop(app, "2026-1.zip", corrected, step=CONFIRM)
    press(app, "用 299 个图形更正批次 2026-1")
    drop(app, "2026-1.zip", corrected, step=CONFIRM)
    assert "这份文件已经导入过（2026-1）" in said(app) or "未变 299" in said(app)


def test_under_another_name_the_same_file_is_a_new_batch(
    demo: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    drop(app, "2026-1.gpkg", as_gpkg(squares(2), tmp_path / "a.gpkg"), step=CONFIRM)
    assert "这是批次 2026-1 的更正件" in said(app)
    assert button(app, "用 2 个图形更正批次 2026-1")
    app.text_input[0].set_value("2026-2").run()
    assert "更正件" not in said(app)
    press(app, "导入 2 个图斑到批次 2026-2")
    assert len(codes_at(demo)) == 302


def test_a_correction_is_read_with_the_fields_of_its_batch(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).rename(columns={"PAN_NO_TB": "XH"}).assign(TBBH=["甲", "乙", "丙"])
    app = open_page("importing")
    drop(app, "春.gpkg", as_gpkg(frame, tmp_path / "a.gpkg").read_bytes(), step=CONTENT)
    field_for(app, "编号").set_value("XH").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑到批次 春")
    again = frame.assign(BEIZHU="更正")
    app = open_page("importing")
    drop(app, "春.gpkg", as_gpkg(again, tmp_path / "b.gpkg").read_bytes(), step=CONFIRM)
    assert "编号改变" not in said(app)
    assert "有改动 3" in said(app)
