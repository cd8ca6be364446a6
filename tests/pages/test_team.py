"""The screens of a team: on its database, and after a person's role was taken back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st

from geo.model.stages import Role, Stage
from geo.model.things import Person
from geo.store.people import PROGRAM, insert_people
from geo.text import say
from geo.workflow.grants import grants, take_back
from geo.workflow.look import actor_of
from geo.workflow.move import move
from geo.workflow.review import review
from geo.workflow.set_up import open_workspace
from pages.parts.navigation import screens_for
from tests.pages.conftest import OpenPage
from tests.pages.seen import button
from tests.pages.test_two_people import first_at, now, open_at
from tests.postgres_server import Server


def test_every_screen_is_drawn_on_a_database(
    postgres: Server, demo: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as name:
        url = postgres.url(name)
        move(demo, url)
        monkeypatch.setenv("SKYGROUND_STORE", url)
        st.cache_resource.clear()
        for screen in screens_for(Role.ADMINISTRATOR):
            app = open_page(screen.name)
            assert not app.error
        st.cache_resource.clear()


def test_whoever_has_no_role_any_more_presses_a_button_in_vain(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    app = open_at(open_page, "review", patch, person="I01")
    with open_workspace(str(demo)) as store:
        chief = actor_of(store, "A01")
        for grant in grants(store, chief):
            if grant.person == "I01" and grant.revoked_at is None:
                take_back(store, chief, int(grant.id or 0), at=datetime.now(UTC))
    button(app, "通过").click().run()
    assert now(demo, patch).version == patch.version


def test_an_older_step_is_shown_and_a_newer_one_is_not_taken_back(
    demo: Path, open_page: OpenPage
) -> None:
    patch = first_at(demo, Stage.VERIFIED)
    with open_workspace(str(demo)) as store:
        first = actor_of(store, "I01")
        review(store, first, patch, is_passed=True, at=datetime.now(UTC))
    app = open_at(open_page, "patches", patch)
    shown = button(app, "撤销“审核通过”")
    with open_workspace(str(demo)) as store:
        review(
            store,
            actor_of(store, "A01"),
            now(demo, patch),
            is_passed=False,
            reason="再看",
            return_to=Stage.VERIFIED,
            at=datetime.now(UTC),
        )
    shown.click().run()
    assert not app.exception
    assert now(demo, patch).version == patch.version + 2
    assert any("已被别人改过" in toast.value for toast in app.toast), [t.value for t in app.toast]


@pytest.mark.parametrize(
    ("screen", "stage", "count"), [("review", Stage.VERIFIED, 2), ("cases", Stage.COUNTY_PASSED, 1)]
)
def test_the_second_half_of_a_double_click_does_not_reach_the_next_patch(
    demo: Path, open_page: OpenPage, screen: str, stage: Stage, count: int
) -> None:
    patch = first_at(demo, stage)
    app = open_at(open_page, screen, patch)
    this_one = f".{patch.key}.{patch.version}"
    assert sum(one.proto.id.endswith(this_one) for one in app.button) == count


def test_people_of_another_territory_are_not_offered(demo: Path, open_page: OpenPage) -> None:
    with open_workspace(str(demo)) as store, store.writing(PROGRAM) as session:
        insert_people(
            session,
            [Person("X01", Role.RANGER, label="旁边的", prefixes=("150101",))],
            at=datetime.now(UTC),
        )
    boxes = open_page("assign").selectbox
    options = next(box.options for box in boxes if box.label == say("column.assignee", "zh"))
    assert any("R01" in option for option in options)
    assert not any("旁边的" in option for option in options)
