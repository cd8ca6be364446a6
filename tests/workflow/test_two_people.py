"""Two people at the same patch: the second is told, and nothing of the first is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import OldVersion
from geo.model.stages import Level, Stage
from geo.model.things import Actor, Patch
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.close import CaseStep, advance_case, close, reopen
from geo.workflow.look import story, verify
from geo.workflow.review import review
from tests.builders import ADMIN, CHIEF, INSPECTOR, MANAGER, NOON, actor
from tests.office import LATER, LAWFUL, bring_to, everything_in, patch_of, reviewer
from tests.refusals import refused_as

Act = Callable[[Store, Actor, Patch], object]


def assign(store: Store, who: Actor, seen: Patch) -> object:
    return assign_patches(store, who, [seen], at=NOON, to="ranger-2")


def pass_it(store: Store, who: Actor, seen: Patch) -> object:
    return review(store, who, seen, is_passed=True, at=LATER)


def return_it(store: Store, who: Actor, seen: Patch) -> object:
    return review(store, who, seen, is_passed=False, reason="请补拍", at=LATER)


def close_it(store: Store, who: Actor, seen: Patch) -> object:
    return close(store, who, seen, reason="手续齐全", at=LATER)


def open_case(store: Store, who: Actor, seen: Patch) -> object:
    return advance_case(store, who, seen, CaseStep.OPEN, reason="立案", at=LATER)


def reopen_it(store: Store, who: Actor, seen: Patch) -> object:
    return reopen(store, who, seen, reason="举报", at=LATER)


COUNTY = reviewer(Level.COUNTY)


@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [
        (Stage.ISSUED, assign, assign),
        (Stage.VERIFIED, pass_it, return_it),
        (Stage.VERIFIED, return_it, pass_it),
        (Stage.VERIFIED, pass_it, pass_it),
        (Stage.COUNTY_PASSED, return_it, open_case),
        (Stage.COUNTY_PASSED, open_case, return_it),
        (Stage.COUNTY_PASSED, open_case, open_case),
        (Stage.CLOSED, reopen_it, reopen_it),
    ],
)
def test_the_second_of_two_who_saw_the_same_is_told_and_changes_nothing(
    store: Store, tmp_path: Path, stage: Stage, first: Act, second: Act
) -> None:
    seen = bring_to(store, tmp_path, stage)
    first(store, actor(INSPECTOR), seen)
    after_first = everything_in(store)
    with refused_as("patch_changed", patch=seen.key, seen=seen.version, standing=seen.version + 1):
        second(store, actor(ADMIN), seen)
    assert everything_in(store) == after_first
    assert verify(store, actor()).broken == ()


def test_the_second_may_look_again_and_decide_anew(store: Store, tmp_path: Path) -> None:
    seen = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    return_it(store, COUNTY, seen)
    with pytest.raises(OldVersion):
        close_it(store, actor(CHIEF), seen)
    again = patch_of(store)
    assert (again.stage, again.version) == (Stage.ASSIGNED, seen.version + 1)
    assign(store, actor(MANAGER), again)
    assert patch_of(store).assignee == "ranger-2"


def test_of_several_patches_none_is_assigned_if_one_was_changed(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    seen = [patch_of(store, code) for code in "123"]
    assign(store, actor(INSPECTOR), seen[1])
    before = everything_in(store)
    with refused_as("patch_changed", patch="2026-1/2"):
        assign_patches(store, actor(MANAGER), seen, at=NOON, to="ranger-1")
    assert everything_in(store) == before


def test_a_patch_that_somebody_pretends_to_have_seen_later_is_refused_too(
    store: Store, tmp_path: Path
) -> None:
    seen = bring_to(store, tmp_path, Stage.VERIFIED)
    with refused_as("patch_changed"):
        pass_it(store, COUNTY, replace(seen, version=seen.version + 1))
    assert len(story(store, actor(), "1").events) == seen.version


def test_of_eight_who_pass_it_in_the_same_moment_exactly_one_does(
    store: Store, tmp_path: Path
) -> None:
    seen = bring_to(store, tmp_path, Stage.VERIFIED)
    start = threading.Barrier(8)

    def judge(number: int) -> bool:
        who = actor(replace(INSPECTOR, code=f"inspector-{number}"))
        start.wait()
        try:
            pass_it(store, who, seen)
        except OldVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        done = list(people.map(judge, range(8)))
    assert sum(done) == 1
    winner = story(store, actor(), "1").events[-1]
    assert winner.actor == f"inspector-{done.index(True)}"
    assert patch_of(store).version == seen.version + 1
