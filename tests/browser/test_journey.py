"""A patch's whole way on the real screens: from a delivered file to a closed patch.

The sample's file goes through every screen as a person would take it, in Chinese; pictures for the
documents are saved on the way when ``SKYGROUND_PICTURES`` names a folder.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Actor, Person
from geo.workflow import look
from geo.workflow.import_people import read_people
from geo.workflow.set_up import open_workspace, set_up
from tests.browser.conftest import OpenScreen
from tests.browser.steps import (
    ROW_PX,
    SAMPLE,
    drop,
    go_to,
    onward,
    press,
    ready,
    tick_rows,
    upload,
)
from tests.builders import NOON

ADMIN = Actor(Person("A01", Role.ADMINISTRATOR))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office on its first day: the sample's people, and nothing else."""
    folder = tmp_path_factory.mktemp("journey") / "workspace"
    set_up(folder, staff=read_people(SAMPLE / "people.csv"), at=NOON, is_demo=True).close()
    return folder


def count_at(workspace: Path, *stages: Stage) -> int:
    with open_workspace(str(workspace)) as store:
        return look.count(store, ADMIN, PatchFilter(stages=stages))


def import_file(page: Page, kind: str, file: Path, button: str) -> None:
    go_to(page, "importing")
    drop(page, kind, file)
    for step in ("content", "place", "confirm"):
        onward(page, step)
    press(page, button)
    expect(page.get_by_text(re.compile("^已导入")).first).to_be_visible()


def answer(package: Path) -> int:
    """Fill in a package as a field team does: every patch, the third one unlawful."""
    content = json.loads(package.read_text(encoding="utf-8"))
    for n, feature in enumerate(content["features"]):
        feature["properties"] |= {
            "found_cause": "422" if n == 2 else "12",
            "found_unlawful": 1 if n == 2 else 0,
            "found_note": "现场核实" if n else "{{ 7*7 }} <b>粗</b> ${1}",
            "surveyed_at": "2026-09-20T10:00:00+08:00",
        }
    package.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return len(content["features"])


def test_a_delivered_file_becomes_closed_patches(
    application: str, workspace: Path, open_screen: OpenScreen, tmp_path: Path
) -> None:
    page = open_screen(application).page
    expect(page.get_by_text("还没有图斑")).to_be_visible()

    import_file(page, "grids", SAMPLE / "grids.gpkg", "导入 120 个网格")
    import_file(page, "patches", SAMPLE / "patches.zip", "导入 300 个图斑")
    press(page, "定位到网格")
    expect(page.get_by_text("297 个落入网格")).to_be_visible()
    assert count_at(workspace, Stage.ISSUED) == 300

    go_to(page, "assign")
    tick_rows(page, [0, 1, 2, 3])
    press(page, "派发 4 个图斑")
    expect(page.get_by_text(re.compile("^已派发 4 个图斑"))).to_be_visible()
    assert count_at(workspace, Stage.ASSIGNED) == 4

    go_to(page, "field")
    press(page, "导出")
    expect(page.get_by_text(re.compile("^护林员 R.* 个图斑$")).first).to_be_visible()
    assert count_at(workspace, Stage.IN_FIELD) == 4
    packages = []
    for link in page.get_by_role("button", name=re.compile("^护林员 R.* 个图斑$")).all():
        with page.expect_download() as waiting:
            link.click()
        packages.append(tmp_path / waiting.value.suggested_filename)
        waiting.value.save_as(packages[-1])
    assert sum(answer(package) for package in packages) == 4
    upload(page, *packages)
    press(page, "收回")
    expect(page.get_by_text("去审核")).to_be_visible()
    assert count_at(workspace, Stage.VERIFIED) == 4

    go_to(page, "review")
    expect(page.get_by_text("待审核（4）")).to_be_visible()
    # What a field team wrote stands there as they wrote it: nothing in it has run.
    expect(page.get_by_text("{{ 7*7 }} <b>粗</b> ${1}")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("需要写明理由")).to_be_visible()
    for left in (3, 2, 1):
        page.keyboard.press("p")
        expect(page.get_by_text(f"待审核（{left}）")).to_be_visible()
        ready(page)
    page.get_by_label("理由").fill("照片不清")
    page.get_by_label("理由").press("Enter")
    ready(page)
    press(page, "退回")
    expect(page.get_by_text("没有等您审核的图斑")).to_be_visible()
    assert count_at(workspace, Stage.COUNTY_PASSED) == 3
    assert count_at(workspace, Stage.ASSIGNED) == 1

    go_to(page, "cases")
    for _ in range(2):
        close_lawful(page)
    assert count_at(workspace, Stage.CLOSED_LAWFUL) == 2


def close_lawful(page: Page) -> None:
    """Close the first patch that was found lawful."""
    table = page.locator('[data-testid="stDataFrame"]').first
    row = 0
    while page.get_by_role("button", name="立案", exact=True).count():
        row += 1
        table.click(position={"x": 17, "y": ROW_PX * (row + 1) + ROW_PX // 2})
        ready(page)
    page.get_by_label("理由").fill("手续齐全")
    page.get_by_label("理由").press("Enter")
    ready(page)
    press(page, "办结")
    expect(page.get_by_text("现在是“办结”").last).to_be_visible()
    ready(page)
