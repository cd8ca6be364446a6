"""A patch ends lawful, or through a case; and may be opened again."""

from pathlib import Path

import pytest

from geo.model.stages import CLOSED_STAGES, Level, Stage, Verb
from geo.model.things import Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow.close import CaseStep, advance_case, close, reopen
from geo.workflow.look import story, verify
from geo.workflow.set_up import set_up
from tests.builders import ADMIN, CHIEF, INSPECTOR, MANAGER, NOON, RANGER, STAFF, actor
from tests.office import (
    CASE_STAGES,
    LATER,
    LAWFUL,
    bring_to,
    everything_in,
    pass_on,
    patch_of,
)
from tests.refusals import refused_as

INSPECTOR_ACTOR = actor(INSPECTOR)
closing_staff = pytest.mark.parametrize(
    "person", [ADMIN, INSPECTOR, CHIEF], ids=["administrator", "inspector", "chief"]
)


@closing_staff
def test_a_lawful_patch_is_closed_after_its_last_review(
    store: Store, tmp_path: Path, person: Person
) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    assert close(store, actor(person), patch, reason="手续齐全", at=LATER) is Stage.CLOSED_LAWFUL
    event = story(store, actor(), "1").events[-1]
    assert (event.verb, event.actor, event.reason) == (Verb.CLOSED, person.code, "手续齐全")
    assert event.detail == {"verdict": "lawful"}


def test_an_unlawful_patch_is_not_simply_closed(store: Store, tmp_path: Path) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED)
    before = everything_in(store)
    with refused_as("unlawful_needs_case", patch=patch.key):
        close(store, INSPECTOR_ACTOR, patch, reason="算了", at=LATER)
    assert everything_in(store) == before


def test_a_lawful_patch_gets_no_case(store: Store, tmp_path: Path) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    with refused_as("lawful_needs_no_case", patch=patch.key):
        advance_case(store, INSPECTOR_ACTOR, patch, CaseStep.OPEN, reason="立案", at=LATER)


@closing_staff
def test_a_case_goes_its_way_to_the_end(store: Store, tmp_path: Path, person: Person) -> None:
    bring_to(store, tmp_path, Stage.COUNTY_PASSED)
    who = actor(person)
    for step, stage in CASE_STAGES.items():
        done = advance_case(store, who, patch_of(store), step, reason=f"{step} 的理由", at=LATER)
        assert done is patch_of(store).stage is stage
    assert close(store, who, patch_of(store), reason="三个到位", at=LATER) is Stage.CLOSED
    verbs = [e.verb for e in story(store, actor(), "1").events[-4:]]
    assert verbs == [Verb.CASE_OPENED, Verb.RECTIFIED, Verb.ACCEPTED, Verb.CLOSED]
    assert verify(store, actor()).broken == ()


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (stage, step)
        for step, allowed in zip(
            CaseStep, (Stage.COUNTY_PASSED, Stage.CASE_OPEN, Stage.RECTIFYING), strict=True
        )
        for stage in (
            Stage.ASSIGNED,
            Stage.VERIFIED,
            Stage.COUNTY_PASSED,
            Stage.CASE_OPEN,
            Stage.RECTIFYING,
            Stage.ACCEPTED,
            Stage.CLOSED,
        )
        if stage is not allowed
    ],
)
def test_no_step_of_a_case_is_left_out_or_taken_twice(
    store: Store, tmp_path: Path, stage: Stage, step: CaseStep
) -> None:
    patch = bring_to(store, tmp_path, stage)
    with refused_as("move_not_allowed", patch=patch.key, stage=stage):
        advance_case(store, INSPECTOR_ACTOR, patch, step, reason="理由", at=LATER)
    assert patch_of(store) == patch


@pytest.mark.parametrize(
    "stage", [Stage.ISSUED, Stage.ASSIGNED, Stage.IN_FIELD, Stage.VERIFIED, Stage.RECTIFYING]
)
def test_a_patch_on_its_way_is_not_closed(store: Store, tmp_path: Path, stage: Stage) -> None:
    patch = bring_to(store, tmp_path, stage)
    with refused_as("move_not_allowed", patch=patch.key, stage=stage):
        close(store, INSPECTOR_ACTOR, patch, reason="理由", at=LATER)


def test_closing_needs_a_reason(store: Store, tmp_path: Path) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    with refused_as("reason_needed", verb=Verb.CLOSED):
        close(store, INSPECTOR_ACTOR, patch, reason=" ", at=LATER)


def test_every_step_of_a_case_needs_a_reason(store: Store, tmp_path: Path) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED)
    with refused_as("reason_needed", verb=Verb.CASE_OPENED):
        advance_case(store, INSPECTOR_ACTOR, patch, CaseStep.OPEN, reason="", at=LATER)


@pytest.mark.parametrize("person", [MANAGER, RANGER], ids=["manager", "ranger"])
def test_whoever_is_in_the_field_closes_nothing(
    store: Store, tmp_path: Path, person: Person
) -> None:
    patch = bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    with refused_as("role_not_allowed", role=person.role, verb=Verb.CLOSED):
        close(store, actor(person), patch, reason="理由", at=LATER)


def test_with_more_levels_a_patch_is_not_closed_before_the_last(tmp_path: Path) -> None:
    with set_up(tmp_path / "w", rules=Rules(review_levels=2), staff=STAFF, at=NOON) as store:
        bring_to(store, tmp_path, Stage.VERIFIED, answer=LAWFUL)
        pass_on(store, Level.COUNTY)
        with refused_as("not_fully_reviewed", level=Level.CITY) as said:
            close(store, INSPECTOR_ACTOR, patch_of(store), reason="理由", at=LATER)
        assert "市级" in said["zh"]
        pass_on(store, Level.CITY)
        close(store, INSPECTOR_ACTOR, patch_of(store), reason="理由", at=LATER)
        assert patch_of(store).stage is Stage.CLOSED_LAWFUL


def test_with_more_levels_no_case_is_opened_before_the_last(tmp_path: Path) -> None:
    with set_up(tmp_path / "w", rules=Rules(review_levels=2), staff=STAFF, at=NOON) as store:
        bring_to(store, tmp_path, Stage.VERIFIED)
        pass_on(store, Level.COUNTY)
        with refused_as("not_fully_reviewed", level=Level.CITY):
            advance_case(
                store, INSPECTOR_ACTOR, patch_of(store), CaseStep.OPEN, reason="理由", at=LATER
            )


@pytest.mark.parametrize("stage", sorted(CLOSED_STAGES))
def test_a_closed_patch_is_opened_again_with_a_reason(
    store: Store, tmp_path: Path, stage: Stage
) -> None:
    answer = {"answer": LAWFUL} if stage is Stage.CLOSED_LAWFUL else {}
    closed = bring_to(store, tmp_path, stage, **answer)
    with refused_as("reason_needed", verb=Verb.REOPENED):
        reopen(store, INSPECTOR_ACTOR, closed, reason="", at=LATER)
    assert reopen(store, INSPECTOR_ACTOR, closed, reason="群众举报", at=LATER) is Stage.VERIFIED
    again = patch_of(store)
    assert (again.stage, again.verdict) == (Stage.VERIFIED, closed.verdict)
    pass_on(store, Level.COUNTY)


@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.VERIFIED, Stage.ACCEPTED])
def test_what_is_not_closed_is_not_opened_again(store: Store, tmp_path: Path, stage: Stage) -> None:
    patch = bring_to(store, tmp_path, stage)
    with refused_as("move_not_allowed", verb=Verb.REOPENED, stage=stage):
        reopen(store, INSPECTOR_ACTOR, patch, reason="理由", at=LATER)
