"""The screen of a patch's history: what was known on a day; and steps taken back on any screen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from geo.model.filters import PatchFilter
from geo.model.stages import Stage, Verb
from geo.model.things import Patch
from geo.text import LANGS, say
from geo.workflow import look
from geo.workflow.seal import seal_day
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import OpenPage
from tests.pages.seen import labels, press, said


def first_at(workspace: Path, stage: Stage) -> Patch:
    with open_workspace(str(workspace)) as store:
        return look.find(store, look.actor_of(store, "A01"), PatchFilter(stages=(stage,)))[0]


def seal(workspace: Path) -> str:
    with open_workspace(str(workspace)) as store:
        actor = look.actor_of(store, "A01")
        return seal_day(store, actor, at=datetime.now(UTC), is_open_day=True).sealed.digest


def open_patch(open_page: OpenPage, patch: Patch, name: str = "history", **options: str) -> AppTest:
    app = open_page("today", **options)
    app.session_state["patch"] = patch.key
    app.switch_page(f"{name}.py").run()
    assert not app.exception
    return app


def test_a_day_is_chosen_and_what_was_known_then_is_shown(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.RECTIFYING)
    digest = seal(demo)
    app = open_patch(open_page, patch)
    assert "整改中" in said(app)
    assert digest[:16] in said(app)
    assert "灰色" not in said(app)
    app.date_input[0].set_value((datetime.now(UTC) - timedelta(days=8)).date()).run()
    assert "核查中" in said(app)
    assert "灰色的是这一天以后的" in said(app)
    shown = "".join(str(html.value) for html in app.get("html"))
    assert shown.count('class="later"') == 4  # found, passed, case opened, rectified
    assert shown.count('class="known"') == 4


def test_one_goes_from_change_to_change(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.RECTIFYING)
    app = open_patch(open_page, patch)
    days = []
    for _ in range(4):
        press(app, "上一次变动")
        days.append(app.date_input[0].value)
    assert days == sorted(days, reverse=True)
    press(app, "下一次变动")
    assert app.date_input[0].value == days[-2]
    assert app.date_input[0].min <= min(days)


def test_a_patch_is_found_by_its_number(demo: Path, open_page: OpenPage) -> None:
    app = open_page("history", person="I01")
    assert "输入图斑号" in said(app)
    app.text_input[0].set_value("20260003").run()
    assert "2026-1/20260003" in said(app)
    app.text_input[0].set_value("nothing").run()
    assert "没有图斑 nothing" in "".join(error.value.replace("\\", "") for error in app.error)


def test_the_screen_speaks_both_languages(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.RECTIFYING)
    for lang in LANGS:
        app = open_patch(open_page, patch, lang=lang)
        assert say("history.all", lang, count=8) in said(app)
        assert say("history.not_sealed", lang) in said(app)


def test_nobody_but_office_and_chief_has_the_screen(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.IN_FIELD)
    app = open_patch(open_page, patch, "patches", person="M01")
    assert "当时的情况与证明" not in labels(app)
    app = open_patch(open_page, patch, "patches", person="I01")
    press(app, "当时的情况与证明")


def test_what_was_just_done_is_taken_back_from_the_sidebar(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    app = open_patch(open_page, patch, "review", person="I01")
    assert not any(label.startswith("撤销") for label in labels(app))
    press(app, "通过")
    assert f"刚才：{patch.code} 审核通过" in said(app)
    app.button(key="undo-last").click().run()
    assert not app.exception
    with open_workspace(str(demo)) as store:
        told = look.story(store, look.actor_of(store, "A01"), patch.key)
    assert (told.patch.stage, told.events[-1].verb) == (Stage.VERIFIED, Verb.UNDONE)
    assert not any(label.startswith("撤销") for label in labels(app))


def test_an_administrator_takes_back_what_another_did_beside_the_patch(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    press(open_patch(open_page, patch, "review", person="I01"), "通过")
    app = open_patch(open_page, patch, "patches", person="I02")
    assert not any(label.startswith("撤销") for label in labels(app))
    app = open_patch(open_page, patch, "patches", person="A01")
    press(app, "撤销“审核通过”")
    assert first_at(demo, Stage.VERIFIED).code == patch.code
