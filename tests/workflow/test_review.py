"""A finding is judged level by level, never by whoever made it, and returned only with a reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.model.stages import Level, Role, Stage, Verb
from geo.model.things import Actor, Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow.look import story
from geo.workflow.review import review, reviewable_stages
from geo.workflow.set_up import set_up
from tests.builders import ADMIN, CHIEF, INSPECTOR, MANAGER, NOON, RANGER, STAFF, actor
from tests.office import (
    ANSWER,
    LATER,
    LAWFUL,
    bring_to,
    everything_in,
    pass_on,
    patch_of,
    reviewer,
)
from tests.refusals import refused_as

Open = Callable[[int], Store]
COUNTY = reviewer(Level.COUNTY)


@pytest.fixture
def office(tmp_path: Path) -> Open:
    """An office with so many levels of review, where the patch 1 has been verified."""

    def make(levels: int) -> Store:
        store = set_up(tmp_path / "w", rules=Rules(review_levels=levels), staff=STAFF, at=NOON)
        bring_to(store, tmp_path, Stage.VERIFIED)
        return store

    return make


def returned(store: Store, who: Actor, **options: object) -> None:
    review(store, who, patch_of(store), is_passed=False, at=LATER, **options)  # type: ignore[arg-type]


def test_a_pass_moves_the_patch_up_and_stands_in_the_history(office: Open) -> None:
    with office(1) as store:
        done = review(store, COUNTY, patch_of(store), is_passed=True, reason="属实", at=LATER)
        assert (done.level, done.passed, done.reviewer) == (Level.COUNTY, True, COUNTY.code)
        assert patch_of(store).stage is Stage.COUNTY_PASSED
        event = story(store, actor(), "1").events[-1]
        assert (event.verb, event.actor, event.reason) == (Verb.PASSED, COUNTY.code, "属实")
        assert event.detail == {"level": "county", "verdict": "unlawful"}


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_each_configured_level_passes_in_turn(office: Open, levels: int) -> None:
    stages = [Stage.COUNTY_PASSED, Stage.CITY_PASSED, Stage.AUDITED]
    with office(levels) as store:
        for level, stage in zip(list(Level)[:levels], stages, strict=False):
            pass_on(store, level)
            assert patch_of(store).stage is stage
        last = reviewer(list(Level)[levels - 1])
        with refused_as("move_not_allowed"):
            review(store, last, patch_of(store), is_passed=True, at=LATER)


@pytest.mark.parametrize("level", [Level.CITY, Level.PROVINCE])
def test_another_level_than_the_one_that_is_due_is_refused(office: Open, level: Level) -> None:
    with office(3) as store:
        before = everything_in(store)
        for is_passed in (True, False):
            with refused_as("level_not_yours", level=Level.COUNTY) as said:
                review(
                    store,
                    reviewer(level),
                    patch_of(store),
                    is_passed=is_passed,
                    reason="理由",
                    at=LATER,
                )
        assert "县级" in said["zh"]
        assert everything_in(store) == before


def test_whoever_has_no_level_of_their_own_is_not_bound_to_one(office: Open) -> None:
    with office(2) as store:
        for _ in range(2):
            review(store, actor(ADMIN), patch_of(store), is_passed=True, at=LATER)
        assert patch_of(store).stage is Stage.CITY_PASSED


@pytest.mark.parametrize("person", [MANAGER, RANGER, CHIEF], ids=["manager", "ranger", "chief"])
def test_only_the_office_reviews(office: Open, person: Person) -> None:
    with office(1) as store:
        patch = patch_of(store)
        for is_passed, verb in ((True, Verb.PASSED), (False, Verb.RETURNED)):
            with refused_as("role_not_allowed", role=person.role, verb=verb):
                review(store, actor(person), patch, is_passed=is_passed, reason="理由", at=LATER)


def test_nobody_reviews_a_finding_of_their_own(tmp_path: Path) -> None:
    with set_up(tmp_path / "w", staff=STAFF, at=NOON) as store:
        bring_to(store, tmp_path, Stage.VERIFIED, answer=ANSWER | {"surveyor": INSPECTOR.code})
        before = everything_in(store)
        for is_passed in (True, False):
            with refused_as("own_finding", patch="2026-1/1"):
                review(
                    store,
                    actor(INSPECTOR),
                    patch_of(store),
                    is_passed=is_passed,
                    reason="理由",
                    at=LATER,
                )
        assert everything_in(store) == before
        review(store, actor(ADMIN), patch_of(store), is_passed=True, at=LATER)
        assert patch_of(store).stage is Stage.COUNTY_PASSED


def test_a_return_needs_a_reason(office: Open) -> None:
    with office(1) as store:
        before = everything_in(store)
        for reason in ("", "  "):
            with refused_as("reason_needed", patch="2026-1/1", verb=Verb.RETURNED):
                returned(store, COUNTY, reason=reason)
        assert everything_in(store) == before


def test_a_return_to_the_ground_forgets_the_verdict_and_keeps_who_answers(office: Open) -> None:
    with office(1) as store:
        returned(store, COUNTY, reason="照片不清")
        patch = patch_of(store)
        assert (patch.stage, patch.verdict) == (Stage.ASSIGNED, None)
        assert (patch.assignee, patch.due) == ("ranger-1", date(2026, 10, 1))
        event = story(store, actor(), "1").events[-1]
        assert (event.reason, event.detail["verdict"]) == ("照片不清", "unlawful")
        assert len(story(store, actor(), "1").findings) == 1, "what was found is not forgotten"


def test_a_higher_level_may_return_to_the_first_and_the_verdict_stands(office: Open) -> None:
    with office(2) as store:
        pass_on(store, Level.COUNTY)
        city = reviewer(Level.CITY)
        returned(store, city, reason="请复核面积", return_to=Stage.VERIFIED)
        assert (patch_of(store).stage, patch_of(store).verdict) == (Stage.VERIFIED, "unlawful")
        pass_on(store, Level.COUNTY)
        assert patch_of(store).stage is Stage.COUNTY_PASSED


def test_the_last_level_may_still_return_what_it_passed(office: Open) -> None:
    with office(1) as store:
        pass_on(store, Level.COUNTY)
        returned(store, COUNTY, reason="发现新情况")
        assert patch_of(store).stage is Stage.ASSIGNED


@pytest.mark.parametrize("target", [s for s in Stage if s is not Stage.ASSIGNED])
def test_a_verified_patch_is_returned_to_nowhere_but_the_ground(
    office: Open, target: Stage
) -> None:
    with office(1) as store, refused_as("move_not_allowed", verb=Verb.RETURNED):
        returned(store, COUNTY, reason="理由", return_to=target)


@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.ASSIGNED, Stage.IN_FIELD, Stage.CASE_OPEN])
def test_where_no_review_is_due_none_is_made(store: Store, tmp_path: Path, stage: Stage) -> None:
    patch = bring_to(store, tmp_path, stage)
    for is_passed in (True, False):
        with refused_as("no_review_due", patch=patch.key, stage=stage):
            review(store, COUNTY, patch, is_passed=is_passed, reason="理由", at=LATER)


@pytest.mark.parametrize(
    ("levels", "level", "stages"),
    [
        (1, Level.COUNTY, (Stage.VERIFIED,)),
        (1, Level.CITY, ()),
        (2, Level.CITY, (Stage.COUNTY_PASSED,)),
        (3, Level.PROVINCE, (Stage.CITY_PASSED,)),
        (3, None, (Stage.VERIFIED, Stage.COUNTY_PASSED, Stage.CITY_PASSED)),
    ],
)
def test_a_reviewer_is_shown_what_waits_for_their_level(
    levels: int, level: Level | None, stages: tuple[Stage, ...]
) -> None:
    person = Person("i", Role.INSPECTOR, level=level)
    assert reviewable_stages(actor(person), Rules(review_levels=levels)) == stages
    assert reviewable_stages(actor(replace(person, role=Role.RANGER)), Rules()) == ()


def test_a_lawful_finding_is_reviewed_the_same_way(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED, answer=LAWFUL)
    pass_on(store, Level.COUNTY)
    assert (patch_of(store).stage, patch_of(store).verdict) == (Stage.COUNTY_PASSED, "lawful")
