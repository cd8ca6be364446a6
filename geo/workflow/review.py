"""Judge a finding: pass it up, or return it with a reason."""

from datetime import datetime

from geo.errors import NotAllowed
from geo.model.stages import OFFICE, Level, Stage, Verb, next_review_stage, require_role
from geo.model.things import Actor, Patch, Review
from geo.settings import Rules
from geo.store import fieldwork
from geo.store.changes import Change, change_patches
from geo.store.door import Session, Store


def configured_levels(rules: Rules) -> tuple[Level, ...]:
    """List the levels of review that this office has, lowest first."""
    return tuple(Level)[: rules.review_levels]


def reviewable_stages(actor: Actor, rules: Rules) -> tuple[Stage, ...]:
    """List the stages at which a patch waits for this person's judgement."""
    stages = []
    for stage in Stage:
        due = next_review_stage(stage, configured_levels(rules))
        if due is not None and _is_level_of(actor, due[0]):
            stages.append(stage)
    return tuple(stages)


def review(
    store: Store,
    actor: Actor,
    patch: Patch,
    *,
    is_passed: bool,
    at: datetime,
    reason: str = "",
    return_to: Stage = Stage.ASSIGNED,
) -> Review:
    """Pass a patch's finding to the next level, or return it.

    Parameters
    ----------
    patch
        As the reviewer has seen it: a later version is refused.
    reason
        Needed to return; kept with a pass where given.
    return_to
        ``assigned``: look again on the ground; ``verified``: judge again at the first level.

    Raises
    ------
    NotAllowed
        ``no_review_due``, ``role_not_allowed``, ``level_not_yours``, ``own_finding``, or what the
        table of moves says.
    OldVersion
        ``patch_changed``.
    """
    level, passed_stage = _due_level(patch, store.rules())
    if is_passed:
        verb, target = Verb.PASSED, passed_stage
    else:
        verb, target = Verb.RETURNED, return_to
    require_role(actor.role, OFFICE, verb)
    with store.writing(actor) as session:
        _check_reviewer(session, actor, patch, level)
        change = Change(
            patch.id,
            patch.version,
            verb,
            target,
            new_values={} if is_passed else {"verdict": _verdict_after_return(patch, return_to)},
            reason=reason,
            detail={"level": level.value, "verdict": patch.verdict},
        )
        change_patches(session, [change], at=at)
    return Review(patch.id, level, is_passed, actor.code, reason)


def _verdict_after_return(patch: Patch, return_to: Stage) -> str | None:
    # A finding that has to be looked at again on the ground no longer says anything.
    return None if return_to is Stage.ASSIGNED else patch.verdict


def _due_level(patch: Patch, rules: Rules) -> tuple[Level, Stage]:
    levels = configured_levels(rules)
    due = next_review_stage(patch.stage, levels)
    if due is not None:
        return due
    # What the last level has passed may still be returned by that level.
    last = levels[-1]
    if next_review_stage(patch.stage, tuple(Level)) is not None or patch.stage is Stage.AUDITED:
        return last, patch.stage
    raise NotAllowed("no_review_due", patch=patch.key, stage=patch.stage)


def _check_reviewer(session: Session, actor: Actor, patch: Patch, level: Level) -> None:
    if not _is_level_of(actor, level):
        raise NotAllowed("level_not_yours", patch=patch.key, level=level)
    newest = fieldwork.findings_of(session, patch.id)[:1]
    if any(f.surveyor == actor.code for f in newest):
        raise NotAllowed("own_finding", patch=patch.key)


def _is_level_of(actor: Actor, level: Level) -> bool:
    """Tell whether a person reviews at a level; whoever has no level of their own is not bound."""
    return actor.role in OFFICE and actor.person.level in {None, level}
