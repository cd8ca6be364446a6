"""What a corrected delivery left to be looked at: counted first, settled beside the patch."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from geo.model.filters import PatchFilter
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Stage
from geo.workflow import look
from geo.workflow.importing import inspect
from geo.workflow.intake import ImportOptions
from geo.workflow.look import actor_of
from geo.workflow.redelivery import apply_delivery, compare_delivery
from geo.workflow.set_up import open_workspace
from tests.builders import NOON
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import button, labels, press, said

ACCEPT = ImportOptions(accept_proposals=True)


@pytest.fixture
def alerted(demo: Path, tmp_path: Path) -> str:
    """A patch that is in the field while its remark is corrected; its key."""
    with open_workspace(str(demo)) as store:
        actor = actor_of(store, "A01")
        patch = look.find(store, actor, PatchFilter(stages=(Stage.IN_FIELD,)))[0]
        frame = gpd.read_file(SAMPLE / "patches.zip", encoding="GBK")
        frame.loc[frame["PAN_NO_TB"].astype(str) == patch.code, "BEIZHU"] = "更正后的备注"
        path = tmp_path / "2026-1.gpkg"
        frame.to_file(path, driver="GPKG")
        intake = inspect(store, actor, path, LayerKind.PATCHES, ACCEPT)
        seen = compare_delivery(store, actor, intake, patch.batch)
        apply_delivery(store, actor, seen, intake, at=NOON, options=replace(ACCEPT))
    return patch.key


def standing(workspace: Path, key: str) -> look.PatchStory:
    with open_workspace(str(workspace)) as store:
        return look.story(store, actor_of(store, "A01"), key)


def test_the_first_screen_counts_what_is_to_be_looked_at(alerted: str, open_page: OpenPage) -> None:
    assert "个图斑被更正件改动，需要核对" in said(open_page("today"))


def test_whoever_looked_settles_it_beside_the_patch(
    demo: Path, alerted: str, open_page: OpenPage
) -> None:
    app = open_page("patches")
    app.session_state["patch"] = alerted
    app.run()
    assert "外业带出的是旧版本" in said(app)
    assert button(app, "确认已核对").disabled, "a reason is needed"
    box = next(box for box in app.text_input if box.label == "核对结果")
    box.set_value("备注与外业无关").run()
    press(app, "确认已核对")
    story = standing(demo, alerted)
    assert story.patch.alert is None
    assert story.events[-1].reason == "备注与外业无关"
    assert "外业带出的是旧版本" not in said(app)


def test_a_ranger_is_told_and_settles_nothing(
    demo: Path, alerted: str, open_page: OpenPage
) -> None:
    ranger = standing(demo, alerted).patch.assignee
    assert ranger is not None
    app = open_page("patches", person=ranger)
    app.session_state["patch"] = alerted
    app.run()
    assert "外业带出的是旧版本" in said(app)
    assert "确认已核对" not in labels(app)
