"""The last step taken back: as a new event, by whoever took it, in time, while it is the last."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from geo.model.stages import UNDOABLE, Level, Stage, Verb
from geo.model.things import Actor, Patch, Person
from geo.settings import Rules
from geo.store import history
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.close import CaseStep, advance_case, close, reopen
from geo.workflow.look import story, verify
from geo.workflow.redelivery import settle_alert
from geo.workflow.review import review
from geo.workflow.set_up import set_up
from geo.workflow.undo import is_undoable, last_step, undo
from tests.builders import ADMIN, INSPECTOR, MANAGER, NOON, STAFF, actor
from tests.corrections import WIDER, correct
from tests.deliveries import patches_frame
from tests.office import LATER, LAWFUL, bring_to, everything_in, patch_of
from tests.refusals import refused_as

SOON = LATER + timedelta(minutes=3)
OFFICER = actor(INSPECTOR)
DECIDED = ("stage", "grid_code", "share", "assignee", "due", "verdict", "alert", "code", "area_ha")

Step = Callable[[Store, Patch], object]


def assign(store: Store, seen: Patch) -> object:
    due = (LATER + timedelta(days=9)).date()
    return assign_patches(store, OFFICER, [seen], at=LATER, to="ranger-2", due=due)


def pass_it(store: Store, seen: Patch) -> object:
    return review(store, OFFICER, seen, is_passed=True, at=LATER)


def return_it(store: Store, seen: Patch) -> object:
    return review(store, OFFICER, seen, is_passed=False, reason="请补拍", at=LATER)


def judge_again(store: Store, seen: Patch) -> object:
    options = {"is_passed": False, "reason": "再审", "return_to": Stage.VERIFIED}
    return review(store, OFFICER, seen, at=LATER, **options)


def close_it(store: Store, seen: Patch) -> object:
    return close(store, OFFICER, seen, reason="手续齐全", at=LATER)


def open_case(store: Store, seen: Patch) -> object:
    return advance_case(store, OFFICER, seen, CaseStep.OPEN, reason="立案", at=LATER)


def rectify(store: Store, seen: Patch) -> object:
    return advance_case(store, OFFICER, seen, CaseStep.RECTIFY, reason="整改", at=LATER)


def accept(store: Store, seen: Patch) -> object:
    return advance_case(store, OFFICER, seen, CaseStep.ACCEPT, reason="合格", at=LATER)


def reopen_it(store: Store, seen: Patch) -> object:
    return reopen(store, OFFICER, seen, reason="举报", at=LATER)


UNLAWFUL_STEPS: list[tuple[Stage, Step, Verb]] = [
    (Stage.ISSUED, assign, Verb.ASSIGNED),
    (Stage.ASSIGNED, assign, Verb.ASSIGNED),
    (Stage.IN_FIELD, assign, Verb.ASSIGNED),
    (Stage.VERIFIED, pass_it, Verb.PASSED),
    (Stage.VERIFIED, return_it, Verb.RETURNED),
    (Stage.COUNTY_PASSED, return_it, Verb.RETURNED),
    (Stage.COUNTY_PASSED, judge_again, Verb.RETURNED),
    (Stage.COUNTY_PASSED, open_case, Verb.CASE_OPENED),
    (Stage.CASE_OPEN, rectify, Verb.RECTIFIED),
    (Stage.RECTIFYING, accept, Verb.ACCEPTED),
    (Stage.ACCEPTED, close_it, Verb.CLOSED),
    (Stage.CLOSED, reopen_it, Verb.REOPENED),
]


@pytest.mark.parametrize(
    ("stage", "step", "verb"), UNLAWFUL_STEPS, ids=[f"{s}-{v}" for s, _, v in UNLAWFUL_STEPS]
)
def test_everything_is_as_it_was_before_and_the_history_says_both(
    store: Store, tmp_path: Path, stage: Stage, step: Step, verb: Verb
) -> None:
    before = bring_to(store, tmp_path, stage)
    step(store, before)
    done = patch_of(store)
    assert undo(store, OFFICER, [done], at=SOON, reason="点错了") == [stage]
    after = patch_of(store)
    assert {n: getattr(after, n) for n in DECIDED} == {n: getattr(before, n) for n in DECIDED}
    assert after.version == before.version + 2
    undone, newest = story(store, actor(), "1").events[-2:]
    assert (undone.verb, newest.verb, newest.reason) == (verb, Verb.UNDONE, "点错了")
    assert newest.detail == {"undone": undone.seq, "verb": verb.value}
    assert verify(store, actor()).broken == ()
    step(store, after)  # and it can be done again
    assert patch_of(store).stage is done.stage


def test_every_undoable_verb_but_settled_is_undone_above() -> None:
    assert {verb for _, _, verb in UNLAWFUL_STEPS} == UNDOABLE - {Verb.SETTLED}


def test_a_lawful_closing_is_undone(store: Store, tmp_path: Path) -> None:
    before = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    close_it(store, before)
    assert undo(store, OFFICER, [patch_of(store)], at=SOON) == [Stage.COUNTY_PASSED]


def test_an_alert_that_was_settled_too_soon_is_there_again(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    correct(store, tmp_path, patches_frame(geometry=WIDER))
    before = patch_of(store)
    assert before.alert is not None
    settle_alert(store, OFFICER, before, reason="已核对", at=LATER)
    undo(store, OFFICER, [patch_of(store)], at=SOON)
    assert patch_of(store).alert == before.alert
    assert verify(store, actor()).broken == ()


@pytest.mark.parametrize("stage", [Stage.IN_FIELD, Stage.VERIFIED])
def test_what_has_left_or_come_is_never_undone(store: Store, tmp_path: Path, stage: Stage) -> None:
    seen = bring_to(store, tmp_path, stage)
    before = everything_in(store)
    with refused_as("undo_never"):
        undo(store, actor(), [seen], at=SOON)
    assert everything_in(store) == before


def test_what_was_undone_is_not_undone_again(store: Store, tmp_path: Path) -> None:
    pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
    undo(store, OFFICER, [patch_of(store)], at=SOON)
    with refused_as("undo_never", verb=Verb.UNDONE):
        undo(store, OFFICER, [patch_of(store)], at=SOON)


def test_only_whoever_did_it_or_an_administrator_takes_it_back(
    store: Store, tmp_path: Path
) -> None:
    pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
    other = actor(replace(INSPECTOR, code="inspector-2"))
    with refused_as("undo_not_yours", person="inspector-1"):
        undo(store, other, [patch_of(store)], at=SOON)
    undo(store, actor(ADMIN), [patch_of(store)], at=SOON)


def test_whoever_did_it_in_another_role_cannot_take_it_back_in_this_one(
    store: Store, tmp_path: Path
) -> None:
    pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
    manager: Actor = actor(replace(MANAGER, code=INSPECTOR.code))
    with refused_as("role_not_allowed"):
        undo(store, manager, [patch_of(store)], at=SOON)


def test_after_a_day_it_is_too_late(store: Store, tmp_path: Path) -> None:
    pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
    seen = patch_of(store)
    with refused_as("undo_too_late", hours=24):
        undo(store, OFFICER, [seen], at=LATER + timedelta(hours=24, seconds=1))
    undo(store, OFFICER, [seen], at=LATER + timedelta(hours=24))


def test_an_office_sets_its_own_hours(tmp_path: Path) -> None:
    rules = Rules(undo_hours=1)
    with set_up(tmp_path / "w", staff=STAFF, at=NOON, rules=rules) as store:
        pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
        with refused_as("undo_too_late", hours=1):
            undo(store, OFFICER, [patch_of(store)], at=LATER + timedelta(hours=2))


def test_once_something_has_followed_it_stays(store: Store, tmp_path: Path) -> None:
    pass_it(store, bring_to(store, tmp_path, Stage.VERIFIED))
    seen = patch_of(store)
    open_case(store, seen)
    before = everything_in(store)
    with refused_as("patch_changed", seen=seen.version, standing=seen.version + 1):
        undo(store, OFFICER, [seen], at=SOON)
    assert everything_in(store) == before


def test_the_last_step_is_found_with_all_its_patches(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    assert last_step(store, OFFICER) is None  # the manager has located what they imported
    three = [patch_of(store, code) for code in "123"]
    assign_patches(store, OFFICER, three, at=LATER, to="ranger-2")
    step = last_step(store, OFFICER)
    assert step is not None
    assert [p.code for p in step.patches] == ["1", "2", "3"]
    assert is_undoable(store, OFFICER, step.event, at=SOON)
    assert not is_undoable(store, OFFICER, step.event, at=SOON + timedelta(days=2))
    undo(store, OFFICER, step.patches, at=SOON)
    assert {patch_of(store, code).stage for code in "123"} == {Stage.ISSUED}
    newest = last_step(store, OFFICER)
    assert newest is not None
    assert newest.event.verb is Verb.UNDONE
    assert not is_undoable(store, OFFICER, newest.event, at=SOON)


def test_a_step_that_is_too_long_to_be_seen_whole_is_not_offered_in_part(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    three = [patch_of(store, code) for code in "123"]
    assign_patches(store, OFFICER, three, at=LATER, to="ranger-2")
    with store.reading(OFFICER) as session:
        assert history.newest_step(session, within=2) is None
        found = history.newest_step(session, within=3)
    assert found is not None
    assert len(found[0]) == 3


def test_of_several_patches_none_is_undone_if_one_has_gone_on(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    three = [patch_of(store, code) for code in "123"]
    assign_patches(store, OFFICER, three, at=LATER, to="ranger-2")
    step = last_step(store, OFFICER)
    assert step is not None
    assign_patches(store, actor(MANAGER), [patch_of(store)], at=SOON, to="ranger-1")
    assert last_step(store, OFFICER) is None
    before = everything_in(store)
    with refused_as("patch_changed"):
        undo(store, OFFICER, step.patches, at=SOON)
    assert everything_in(store) == before


def test_who_did_nothing_has_nothing_to_take_back(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    assert last_step(store, actor(Person("nobody", INSPECTOR.role, level=Level.COUNTY))) is None
