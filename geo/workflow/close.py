"""Bring a patch to its end: closed as lawful, or through a case to being closed off the list."""

from datetime import datetime
from enum import StrEnum

from geo.errors import NotAllowed
from geo.model.stages import REVIEWED_STAGES, Stage, Verb, next_review_stage
from geo.model.things import Actor, Patch
from geo.store.changes import Change, change_patches
from geo.store.door import Store
from geo.workflow.review import configured_levels


class CaseStep(StrEnum):
    """A step of a case on the way from unlawful to closed."""

    OPEN = "open"
    RECTIFY = "rectify"
    ACCEPT = "accept"


_CASE_MOVES: dict[CaseStep, tuple[Verb, Stage]] = {
    CaseStep.OPEN: (Verb.CASE_OPENED, Stage.CASE_OPEN),
    CaseStep.RECTIFY: (Verb.RECTIFIED, Stage.RECTIFYING),
    CaseStep.ACCEPT: (Verb.ACCEPTED, Stage.ACCEPTED),
}


def close(store: Store, actor: Actor, patch: Patch, *, reason: str, at: datetime) -> Stage:
    """Close a patch: a lawful one after its last review, an unlawful one after its case.

    Returns
    -------
    Stage
        ``closed_lawful`` or ``closed``.

    Raises
    ------
    NotAllowed
        ``unlawful_needs_case``, ``not_fully_reviewed``, or what the table of moves says.
    OldVersion
        ``patch_changed``.
    """
    if patch.stage in REVIEWED_STAGES:
        if patch.verdict == "unlawful":
            raise NotAllowed("unlawful_needs_case", patch=patch.key)
        _check_fully_reviewed(store, patch)
    target = Stage.CLOSED if patch.stage is Stage.ACCEPTED else Stage.CLOSED_LAWFUL
    _move(store, actor, patch, (Verb.CLOSED, target), reason=reason, at=at)
    return target


def advance_case(
    store: Store, actor: Actor, patch: Patch, step: CaseStep, *, reason: str, at: datetime
) -> Stage:
    """Open a case on an unlawful patch, order its rectification, or accept it.

    Raises
    ------
    NotAllowed
        ``lawful_needs_no_case``, ``not_fully_reviewed``, or what the table of moves says.
    OldVersion
        ``patch_changed``.
    """
    verb, target = _CASE_MOVES[step]
    if step is CaseStep.OPEN and patch.stage in REVIEWED_STAGES:
        if patch.verdict == "lawful":
            raise NotAllowed("lawful_needs_no_case", patch=patch.key)
        _check_fully_reviewed(store, patch)
    _move(store, actor, patch, (verb, target), reason=reason, at=at)
    return target


def reopen(store: Store, actor: Actor, patch: Patch, *, reason: str, at: datetime) -> Stage:
    """Open a closed patch again for review.

    Raises
    ------
    NotAllowed
        If it is not closed, or without a reason.
    """
    _move(store, actor, patch, (Verb.REOPENED, Stage.VERIFIED), reason=reason, at=at)
    return Stage.VERIFIED


def _check_fully_reviewed(store: Store, patch: Patch) -> None:
    due = next_review_stage(patch.stage, configured_levels(store.rules()))
    if due is not None:
        raise NotAllowed("not_fully_reviewed", patch=patch.key, level=due[0])


def _move(
    store: Store,
    actor: Actor,
    patch: Patch,
    move: tuple[Verb, Stage],
    *,
    reason: str,
    at: datetime,
) -> None:
    verb, target = move
    change = Change(
        patch.id,
        patch.version,
        verb,
        target,
        reason=reason,
        detail={"verdict": patch.verdict},
    )
    with store.writing(actor) as session:
        change_patches(session, [change], at=at)
