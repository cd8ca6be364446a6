"""Judge a finding: pass it up, or return it with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from geo.errors import NotAllowed
from geo.model.stages import OFFICE, Level, Stage, Verb, next_review_stage, require_role
from geo.model.things import Actor, Patch, Review, ReviewLock
from geo.settings import Rules
from geo.store import fieldwork, locks
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
        ``no_review_due``, ``role_not_allowed``, ``level_not_yours``, ``own_finding``,
        ``patch_locked`` while somebody else looks at it, or what the table of moves says.
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
        _check_lock(session, patch, at)
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


def hold(store: Store, actor: Actor, patch_id: int, *, at: datetime) -> ReviewLock:
    """Keep a patch from others while the actor looks at it, and give back the one before.

    Returns
    -------
    ReviewLock
        The actor's own, or that of whoever was there first.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    NotFound
        ``patch_gone``.
    """
    minutes = store.rules().lock_minutes
    with store.reading(actor) as session:
        standing = locks.lock_of(session, patch_id, at=at)
    # A lock is written anew only when half of its time is over: a look costs no transaction.
    lasts = standing is not None and standing.until - at > timedelta(minutes=minutes / 2)
    if standing is not None and (standing.person != actor.code or lasts):
        return standing
    with store.writing(actor) as session:
        locks.release_locks(session, but=[patch_id])
        return locks.take_lock(session, patch_id, at=at, minutes=minutes)


def let_go(store: Store, actor: Actor) -> None:
    """Give back whatever the actor holds, when they turn to something else."""
    with store.writing(actor) as session:
        locks.release_locks(session)


def held_by_others(
    store: Store, actor: Actor, patch_ids: Sequence[int] | None = None, *, at: datetime
) -> dict[int, ReviewLock]:
    """Tell which of these patches, or of all, somebody else looks at."""
    with store.reading(actor) as session:
        standing = locks.locks_of(session, patch_ids, at=at)
    return {lock.patch_id: lock for lock in standing if lock.person != actor.code}


def _check_lock(session: Session, patch: Patch, at: datetime) -> None:
    lock = locks.lock_of(session, patch.id, at=at)
    if lock is not None and lock.person != session.actor.code:
        raise NotAllowed("patch_locked", patch=patch.key, person=lock.person)


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
