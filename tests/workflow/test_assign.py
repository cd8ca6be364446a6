"""Patches get a person, a grid and a deadline, all of them or none."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from geo.model.stages import Stage, Verb
from geo.model.things import Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow.assign import assign_patches, assignable, propose_assignments
from geo.workflow.locate import locate
from geo.workflow.look import find, story
from geo.workflow.set_up import set_up
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, STAFF, actor
from tests.deliveries import square
from tests.office import (
    assign_all,
    bring_to,
    deliver_grids,
    deliver_patches,
    everything_in,
    patch_of,
    send_out,
)
from tests.refusals import refused_as

MANAGER_ACTOR = actor(MANAGER)
TODAY = date(2026, 9, 1)


@pytest.fixture
def placed(store: Store, tmp_path: Path) -> Store:
    """Patches 1 and 2 in the grid G1, 3 in none."""
    deliver_grids(store, tmp_path, {"G1": square(-1, -1, side_m=450)})
    deliver_patches(store, tmp_path)
    locate(store, MANAGER_ACTOR, at=NOON)
    return store


def test_every_patch_goes_to_the_ranger_of_its_grid(placed: Store) -> None:
    report = assign_patches(placed, MANAGER_ACTOR, assignable(placed, MANAGER_ACTOR), at=NOON)
    assert (report.assigned, report.unchanged, report.not_located) == (2, 0, 1)
    assert report.by_person == {"ranger-1": 2}
    patch = patch_of(placed)
    assert (patch.stage, patch.assignee, patch.grid_code) == (Stage.ASSIGNED, "ranger-1", "G1")
    assert patch.due == report.due == TODAY + timedelta(days=Rules().due_days)
    assert patch_of(placed, "3").stage is Stage.ISSUED, "what lies in no grid stays listed"


def test_a_person_may_be_named_instead(placed: Store) -> None:
    chosen = [patch_of(placed)]
    report = assign_patches(placed, MANAGER_ACTOR, chosen, at=NOON, to="ranger-2")
    assert report.by_person == {"ranger-2": 1}
    assert patch_of(placed).assignee == "ranger-2"


def test_a_grid_manager_may_answer_for_a_patch_too(placed: Store) -> None:
    assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, to=MANAGER.code)
    assert patch_of(placed).assignee == MANAGER.code


@pytest.mark.parametrize("person", [INSPECTOR, CHIEF], ids=["inspector", "chief"])
def test_nobody_else_answers_for_a_patch(placed: Store, person: Person) -> None:
    before = everything_in(placed)
    with refused_as("person_not_fitting", person=person.code, role=person.role):
        assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, to=person.code)
    assert everything_in(placed) == before


def test_an_unknown_person_is_refused_with_some_who_are_known(placed: Store) -> None:
    with refused_as("person_unknown", person="R99") as said:
        assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, to="R99")
    assert "ranger-1" in said["zh"]


def test_a_deadline_may_be_given_and_today_is_early_enough(placed: Store) -> None:
    assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, due=TODAY)
    assert patch_of(placed).due == TODAY


def test_a_deadline_that_has_passed_is_refused(placed: Store) -> None:
    before = everything_in(placed)
    yesterday = TODAY - timedelta(days=1)
    with refused_as("due_past", due=yesterday):
        assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, due=yesterday)
    assert everything_in(placed) == before


def test_the_day_is_the_offices_own_and_not_that_of_greenwich(placed: Store) -> None:
    half_past_midnight = datetime(2026, 9, 1, 16, 30, tzinfo=UTC)  # 2 September in Shanghai
    with refused_as("due_past", due=TODAY):
        assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=half_past_midnight, due=TODAY)


def test_the_office_sets_how_many_days_there_are(tmp_path: Path) -> None:
    with set_up(tmp_path / "w", rules=Rules(due_days=7), staff=STAFF, at=NOON) as store:
        deliver_grids(store, tmp_path)
        deliver_patches(store, tmp_path)
        locate(store, MANAGER_ACTOR, at=NOON)
        assign_all(store)
        assert patch_of(store).due == date(2026, 9, 8)


def test_the_same_assignment_twice_changes_nothing(placed: Store) -> None:
    chosen = assignable(placed, MANAGER_ACTOR)
    assign_patches(placed, MANAGER_ACTOR, chosen, at=NOON)
    before = everything_in(placed)
    again = [p for p in find(placed, MANAGER_ACTOR) if p.stage is Stage.ASSIGNED]
    report = assign_patches(placed, MANAGER_ACTOR, again, at=NOON + timedelta(hours=1))
    assert (report.assigned, report.unchanged) == (0, 2)
    assert everything_in(placed) == before


def test_a_new_person_or_a_new_deadline_is_a_new_assignment(placed: Store) -> None:
    new: list[dict[str, Any]] = [{"to": "ranger-1"}, {"to": "ranger-2"}, {"due": date(2026, 12, 1)}]
    for options in new:
        report = assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, **options)
        assert report.assigned == 1
    assert patch_of(placed).version == 5  # imported, located, three assignments


def test_a_patch_in_the_field_can_be_given_to_somebody_else(placed: Store, tmp_path: Path) -> None:
    assign_all(placed)
    send_out(placed, tmp_path)
    assign_patches(placed, MANAGER_ACTOR, [patch_of(placed)], at=NOON, to="ranger-2")
    patch = patch_of(placed)
    assert (patch.stage, patch.assignee) == (Stage.ASSIGNED, "ranger-2")


def test_a_patch_in_no_grid_can_be_given_one_by_hand(placed: Store) -> None:
    outside = patch_of(placed, "3")
    with refused_as("not_located", patch=outside.key):
        assign_patches(placed, MANAGER_ACTOR, [outside], at=NOON)
    assign_patches(placed, MANAGER_ACTOR, [outside], at=NOON, grid="G1")
    patch = patch_of(placed, "3")
    assert (patch.stage, patch.grid_code, patch.share) == (Stage.ASSIGNED, "G1", None)
    assert patch.assignee == "ranger-1"


def test_a_grid_given_by_hand_does_not_move_a_patch_that_lies_in_one(
    store: Store, tmp_path: Path
) -> None:
    deliver_grids(store, tmp_path, {"A": square(-1, -1, side_m=400), "B": square(9, -1)})
    deliver_patches(store, tmp_path, ("1",))
    locate(store, MANAGER_ACTOR, at=NOON)
    assign_patches(store, MANAGER_ACTOR, [patch_of(store)], at=NOON, grid="B")
    assert patch_of(store).grid_code == "A"


def test_an_unknown_grid_is_refused(placed: Store) -> None:
    with refused_as("grid_unknown", grid="G9"):
        assign_patches(placed, MANAGER_ACTOR, [patch_of(placed, "3")], at=NOON, grid="G9")


def test_patches_in_no_grid_at_all_leave_nothing_to_assign(placed: Store) -> None:
    outside = patch_of(placed, "3")
    with refused_as("nothing_to_assign"):
        assign_patches(placed, MANAGER_ACTOR, [outside, outside], at=NOON)
    with refused_as("nothing_to_assign"):
        assign_patches(placed, MANAGER_ACTOR, [], at=NOON)


@pytest.mark.parametrize("ranger", ["", "somebody", "inspector-1"])
def test_a_grid_without_a_registered_ranger_needs_a_name(
    store: Store, tmp_path: Path, ranger: str
) -> None:
    deliver_grids(store, tmp_path, HLY=[ranger])
    deliver_patches(store, tmp_path)
    locate(store, MANAGER_ACTOR, at=NOON)
    chosen = assignable(store, MANAGER_ACTOR)
    with refused_as("nobody_for_grid", count=3, example="G1"):
        assign_patches(store, MANAGER_ACTOR, chosen, at=NOON)
    assert assign_patches(store, MANAGER_ACTOR, chosen, at=NOON, to="ranger-1").assigned == 3


def test_a_proposal_writes_nothing(placed: Store) -> None:
    before = everything_in(placed)
    chosen = assignable(placed, MANAGER_ACTOR)
    wanted, left_out = propose_assignments(placed, MANAGER_ACTOR, chosen, at=NOON)
    assert [a.assignee for a in wanted] == ["ranger-1", "ranger-1"]
    assert left_out == 1
    assert everything_in(placed) == before


@pytest.mark.parametrize("person", [RANGER, CHIEF], ids=["ranger", "chief"])
def test_whoever_does_not_dispatch_does_not_assign(placed: Store, person: Person) -> None:
    chosen = [patch_of(placed)]
    # A ranger does not even see a patch that is nobody's yet.
    code = "patch_gone" if person is RANGER else "role_not_allowed"
    with refused_as(code):
        assign_patches(placed, actor(person), chosen, at=NOON, to="ranger-1")
    assert patch_of(placed).stage is Stage.ISSUED


def test_a_patch_under_review_is_not_assigned_and_none_of_the_others_is(
    store: Store, tmp_path: Path
) -> None:
    verified = bring_to(store, tmp_path, Stage.VERIFIED)
    before = everything_in(store)
    chosen = [patch_of(store, "2"), verified]
    with refused_as("move_not_allowed", patch=verified.key, stage=Stage.VERIFIED):
        assign_patches(store, MANAGER_ACTOR, chosen, at=NOON, to="ranger-2")
    assert everything_in(store) == before


def test_the_history_tells_who_assigned_to_whom(placed: Store) -> None:
    assign_all(placed)
    event = story(placed, actor(), "1").events[-1]
    assert (event.verb, event.actor, event.stage_from) == (
        Verb.ASSIGNED,
        MANAGER.code,
        Stage.ISSUED,
    )
    assert event.changes == {
        "assignee": "ranger-1",
        "grid_code": "G1",
        "due": "2026-10-01",
        "stage": "assigned",
    }
