"""People, actors and patches as values."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from geo.model.stages import CLOSED_STAGES, Role, Stage
from geo.model.things import Actor, Patch, Person

PATCH = Patch(
    id=1,
    batch="2026-1",
    code="0017",
    stage=Stage.ASSIGNED,
    version=2,
    area_ha=1.5,
    area_delivered_ha=None,
    admin_code="159901",
    cause="22",
    land_before="",
    land_after="",
    image_before="",
    image_after="",
    remark="",
    grid_code="G1",
    share=1.0,
    assignee="R01",
    due=date(2026, 9, 12),
    verdict=None,
    head_hash="",
)


def test_a_patch_is_named_by_its_batch_and_number() -> None:
    assert PATCH.key == "2026-1/0017"


def test_a_patch_is_late_from_the_day_after_its_deadline() -> None:
    assert not PATCH.is_overdue(date(2026, 9, 12))
    assert PATCH.is_overdue(date(2026, 9, 13))


@pytest.mark.parametrize("stage", Stage)
def test_only_a_closed_patch_is_never_late(stage: Stage) -> None:
    late = replace(PATCH, stage=stage).is_overdue(date(2027, 1, 1))
    assert late is (stage not in CLOSED_STAGES)


def test_a_patch_without_a_deadline_is_never_late() -> None:
    assert not replace(PATCH, due=None).is_overdue(date(2027, 1, 1))


def test_a_thing_is_a_value_and_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        PATCH.stage = Stage.CLOSED  # type: ignore[misc]


def test_somebody_without_a_label_is_called_by_role_and_number() -> None:
    nobody = Person("R01", Role.RANGER)
    assert (nobody.name("zh"), nobody.name("en")) == ("护林员 R01", "Ranger R01")
    assert replace(nobody, label="一号").name("zh") == "一号"


@pytest.mark.parametrize("role", Role)
def test_only_a_ranger_is_bound_to_what_they_answer_for_themselves(role: Role) -> None:
    actor = Actor(Person("x", role, prefixes=("159901",)))
    assert actor.only_own is (role is Role.RANGER)
    assert (actor.code, actor.role, actor.prefixes) == ("x", role, ("159901",))
    assert actor.only_cases is (role is Role.PARTNER)
