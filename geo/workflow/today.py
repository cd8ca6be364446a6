"""What waits for a person today."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from geo.model.filters import PatchFilter
from geo.model.stages import (
    CLOSED_STAGES,
    CLOSING,
    DISPATCH,
    FIELD,
    OFFICE,
    PASSED_STAGE,
    Role,
    Stage,
)
from geo.model.things import Actor
from geo.settings import Rules
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import Patches
from geo.workflow.review import configured_levels, reviewable_stages


class Duty(StrEnum):
    """A kind of work that waits, most urgent first."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    CORRECTED = "corrected"
    TO_REVIEW = "to_review"
    TO_ASSIGN = "to_assign"
    NOT_LOCATED = "not_located"
    TO_EXPORT = "to_export"
    IN_FIELD = "in_field"
    TO_CLOSE = "to_close"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work that waits, with how much of it there is and how to find it."""

    duty: Duty
    count: int
    wanted: PatchFilter


_ROLES: dict[Duty, frozenset[Role]] = {
    Duty.OVERDUE: frozenset(Role),
    Duty.DUE_SOON: frozenset(Role),
    Duty.CORRECTED: OFFICE,
    Duty.TO_REVIEW: OFFICE,
    Duty.TO_ASSIGN: DISPATCH,
    Duty.NOT_LOCATED: DISPATCH,
    Duty.TO_EXPORT: FIELD,
    Duty.IN_FIELD: FIELD,
    Duty.TO_CLOSE: CLOSING,
    Duty.CASES: CLOSING,
}


def waiting_in(layer: Patches, actor: Actor, rules: Rules, *, today: date) -> list[Waiting]:
    """List what waits for a person among their patches, most urgent first.

    Kinds with nothing in them are left out.
    """
    filters = duty_filters(actor, rules, today=today)
    counts = {duty: int(fits(layer, wanted).sum()) for duty, wanted in filters.items()}
    return [Waiting(duty, counts[duty], filters[duty]) for duty in filters if counts[duty]]


def duty_filters(actor: Actor, rules: Rules, *, today: date) -> dict[Duty, PatchFilter]:
    """Say for each kind of work of this person's role which patches belong to it."""
    reviewable = reviewable_stages(actor, rules)
    last_passed = PASSED_STAGE[configured_levels(rules)[-1]]
    filters = {
        Duty.OVERDUE: PatchFilter(overdue_on=today),
        Duty.DUE_SOON: PatchFilter(
            stages=tuple(s for s in Stage if s not in CLOSED_STAGES),
            due_from=today,
            due_until=today + timedelta(days=rules.due_soon_days),
        ),
        Duty.CORRECTED: PatchFilter(has_alert=True),
        Duty.TO_REVIEW: PatchFilter(stages=reviewable),
        Duty.TO_ASSIGN: PatchFilter(stages=(Stage.ISSUED,), located=True),
        Duty.NOT_LOCATED: PatchFilter(stages=(Stage.ISSUED,), located=False),
        Duty.TO_EXPORT: PatchFilter(stages=(Stage.ASSIGNED,)),
        Duty.IN_FIELD: PatchFilter(stages=(Stage.IN_FIELD,)),
        Duty.TO_CLOSE: PatchFilter(stages=(last_passed,)),
        Duty.CASES: PatchFilter(stages=(Stage.CASE_OPEN, Stage.RECTIFYING, Stage.ACCEPTED)),
    }
    # Without a stage to review, the filter would hold for every patch.
    hidden = set() if reviewable else {Duty.TO_REVIEW}
    return {d: f for d, f in filters.items() if actor.role in _ROLES[d] and d not in hidden}
