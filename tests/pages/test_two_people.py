"""Two people at the same patch on the screens: the slower one is told, and decides again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.model.filters import PatchFilter
from geo.model.stages import Stage, Verb
from geo.model.things import Patch
from geo.workflow import look
from geo.workflow.assign import assign_patches
from geo.workflow.close import close
from geo.workflow.look import actor_of
from geo.workflow.review import held_by_others, hold, review
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import OpenPage
from tests.pages.seen import button, press, said


def first_at(workspace: Path, stage: Stage, **wanted: str) -> Patch:
    with open_workspace(str(workspace)) as store:
        found = look.find(store, actor_of(store, "A01"), PatchFilter(stages=(stage,)))
    return next(p for p in found if all(getattr(p, k) == v for k, v in wanted.items()))


def now(workspace: Path, patch: Patch) -> Patch:
    with open_workspace(str(workspace)) as store:
        return look.one(store, actor_of(store, "A01"), patch.key)


def open_at(open_page: OpenPage, name: str, patch: Patch, person: str = "A01") -> AppTest:
    app = open_page(name, person=person)
    app.session_state["patch"] = patch.key
    return app.run()


def pass_meanwhile(workspace: Path, patch: Patch) -> None:
    with open_workspace(str(workspace)) as store:
        who = actor_of(store, "I01")
        review(store, who, patch, is_passed=True, at=datetime.now(UTC), reason="清楚")


def test_a_judgement_on_what_somebody_else_has_judged_is_not_written(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    app = open_at(open_page, "review", patch)
    with open_workspace(str(demo)) as store:
        # Whoever had opened it has gone home: the lock has ended.
        who = actor_of(store, "A01")
        with store.writing(who) as session:
            session.connection.exec_driver_sql("DELETE FROM review_lock")
    pass_meanwhile(demo, patch)
    press(app, "退回")
    assert "您原想" in said(app)
    assert "审核通过 · I01" in said(app)
    assert "清楚" in said(app)
    assert now(demo, patch).stage is Stage.COUNTY_PASSED
    press(app, "保留对方的更改")
    assert "您原想" not in said(app)
    assert now(demo, patch).stage is Stage.COUNTY_PASSED


def test_what_is_still_possible_can_be_done_again(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.COUNTY_PASSED, verdict="lawful")
    app = open_at(open_page, "cases", patch)
    next(f for f in app.text_input if f.label == "理由").set_value("手续齐全").run()
    with open_workspace(str(demo)) as store:
        who = actor_of(store, "I01")
        review(
            store,
            who,
            patch,
            is_passed=False,
            at=datetime.now(UTC),
            reason="补照片",
            return_to=Stage.VERIFIED,
        )
        review(store, who, now(demo, patch), is_passed=True, at=datetime.now(UTC))
    press(app, "办结")
    assert "补照片" in said(app)
    assert now(demo, patch).stage is Stage.COUNTY_PASSED
    press(app, "仍按我的办")
    assert now(demo, patch).stage is Stage.CLOSED_LAWFUL
    with open_workspace(str(demo)) as store:
        told = look.story(store, actor_of(store, "A01"), patch.key)
    assert [e.verb for e in told.events][-3:] == [Verb.RETURNED, Verb.PASSED, Verb.CLOSED]


def test_what_is_no_longer_possible_is_refused_with_a_reason(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.COUNTY_PASSED, verdict="lawful")
    app = open_at(open_page, "cases", patch)
    next(f for f in app.text_input if f.label == "理由").set_value("手续齐全").run()
    with open_workspace(str(demo)) as store:
        close(store, actor_of(store, "I01"), patch, reason="先办", at=datetime.now(UTC))
    press(app, "办结")
    press(app, "仍按我的办")
    assert app.error
    assert now(demo, patch).version == patch.version + 1


def test_many_are_assigned_only_as_they_were_shown(demo: Path, open_page: OpenPage) -> None:
    app = open_page("assign")
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    waiting = _issued(demo)
    with open_workspace(str(demo)) as store:
        who = actor_of(store, "A01")
        chosen = sorted(app.dataframe[0].value.iloc[[0, 1], 0].astype(str))
        taken = [p for p in waiting if p.code in chosen][:1]
        assign_patches(store, who, taken, at=datetime.now(UTC), to="R05")
    press(app, "派发 2 个图斑")
    assert "您原想" in said(app)
    assert now(demo, taken[0]).assignee == "R05"
    press(app, "仍按我的办")
    assert {now(demo, p).stage for p in waiting if p.code in chosen} == {Stage.ASSIGNED}


def _issued(workspace: Path) -> list[Patch]:
    with open_workspace(str(workspace)) as store:
        return look.find(store, actor_of(store, "A01"), PatchFilter(stages=(Stage.ISSUED,)))


def test_a_patch_under_review_is_shown_as_such_and_cannot_be_judged(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    with open_workspace(str(demo)) as store:
        hold(store, actor_of(store, "I01"), patch.id, at=datetime.now(UTC))
    app = open_at(open_page, "review", patch)
    assert "I01 正在审核此图斑" in said(app)
    assert button(app, "通过").disabled
    assert button(app, "退回").disabled
    shown = next(box for box in app.selectbox if box.label.startswith("待审核"))
    assert any(option.startswith("🔒") for option in shown.options)


@pytest.mark.parametrize("stage", [Stage.VERIFIED])
def test_whoever_opens_the_queue_gets_a_patch_that_nobody_else_holds(
    demo: Path, open_page: OpenPage, stage: Stage
) -> None:
    patch = first_at(demo, stage)
    with open_workspace(str(demo)) as store:
        hold(store, actor_of(store, "I01"), patch.id, at=datetime.now(UTC))
    app = open_page("review")
    assert app.session_state["patch"] != patch.key
    assert not button(app, "通过").disabled


def test_whoever_leaves_the_queue_gives_the_patch_back(demo: Path, open_page: OpenPage) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    app = open_at(open_page, "review", patch)
    with open_workspace(str(demo)) as store:
        other = actor_of(store, "I01")
        at = datetime.now(UTC)
        assert held_by_others(store, other, [patch.id], at=at)[patch.id].person == "A01"
        app.switch_page("patches.py").run()
        assert held_by_others(store, other, [patch.id], at=at) == {}
