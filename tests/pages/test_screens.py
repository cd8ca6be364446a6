"""The screens, run as Streamlit runs them but without a browser."""

from pathlib import Path

import pytest

from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Actor, Patch, Person
from geo.workflow import look
from geo.workflow.set_up import open_workspace
from pages.parts.navigation import screens_for
from tests.pages.conftest import OpenPage

ADMIN = Actor(Person("A01", Role.ADMINISTRATOR))
ALL = ["today", "patches", "assign", "field", "review", "cases", "importing"]


def patches_at(workspace: Path, *stages: Stage) -> list[Patch]:
    with open_workspace(str(workspace)) as store:
        return look.find(store, ADMIN, PatchFilter(stages=stages))


def said(page: object) -> str:
    """Everything written on a screen."""
    kinds = ("title", "markdown", "caption", "info", "error", "success", "toast", "button", "text")
    return "\n".join(
        str(getattr(element, "value", "") or getattr(element, "label", ""))
        for kind in kinds
        for element in page.get(kind)  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ALL)
def test_every_screen_opens_in_both_languages(
    demo: Path, open_page: OpenPage, name: str, lang: str
) -> None:
    page = open_page(name, lang=lang)
    assert not page.error
    assert page.session_state["lang"] == lang


@pytest.mark.parametrize("name", ALL)
def test_every_screen_of_an_empty_workspace_says_what_to_do(
    workspace: Path, open_page: OpenPage, name: str
) -> None:
    page = open_page(name)
    assert not page.error
    if name not in {"importing"}:
        assert page.info or page.caption


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.ADMINISTRATOR, [*ALL, "people"]),
        (Role.INSPECTOR, ALL),
        (Role.GRID_MANAGER, ["today", "patches", "assign", "field"]),
        (Role.RANGER, ["today", "patches", "field"]),
        (Role.CHIEF, ["today", "patches", "cases"]),
        (Role.PARTNER, ["today", "patches"]),
    ],
)
def test_only_what_a_role_may_open_is_listed(role: Role, names: list[str]) -> None:
    assert [screen.name for screen in screens_for(role)] == names


def test_today_puts_what_is_overdue_first_and_leads_to_it(demo: Path, open_page: OpenPage) -> None:
    page = open_page("today")
    assert page.button[0].key == "overdue"
    page.button[0].click().run()
    assert "52 / 300" in said(page)


def test_a_ranger_sees_only_their_own_patches(demo: Path, open_page: OpenPage) -> None:
    page = open_page("patches", person="R01")
    own = [p for p in patches_at(demo) if p.assignee == "R01"]
    assert f"{len(own)} / {len(own)}" in said(page)


def test_a_patch_chosen_in_the_address_opens_with_its_history(
    demo: Path, open_page: OpenPage
) -> None:
    patch = patches_at(demo, Stage.VERIFIED)[0]
    page = open_page("patches")
    page.session_state["patch"] = patch.key
    page.run()
    assert patch.code in said(page)
    assert "外业核实" in said(page)


def test_ticked_patches_are_assigned_with_person_and_deadline(
    demo: Path, open_page: OpenPage
) -> None:
    page = open_page("assign")
    table = page.dataframe[0]
    page.session_state[table.key] = {"selection": {"rows": [0, 1, 2], "columns": [], "cells": []}}
    page.run()
    assert "已选 3 个图斑" in said(page)
    before = len(patches_at(demo, Stage.ISSUED))
    next(b for b in page.button if "派发 3 个图斑" in b.label).click().run()
    assert not page.exception
    assert len(patches_at(demo, Stage.ISSUED)) == before - 3
