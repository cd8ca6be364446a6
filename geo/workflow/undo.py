"""Take back the last step of a patch, as a new event: nothing is erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.errors import NotFound, OldVersion
from geo.model.stages import Stage, Verb
from geo.model.things import Actor, Event, Patch
from geo.model.undoing import can_undo, check_undo
from geo.store import history, patches
from geo.store.as_of import values_before
from geo.store.changes import Change, change_patches
from geo.store.door import Session, Store

# One step that changed more patches than this is not offered to be taken back at once.
LONGEST_STEP = 2_000


@dataclass(frozen=True, slots=True)
class LastStep:
    """What somebody did last, and to which patches, as they stand now."""

    event: Event
    patches: Sequence[Patch]


def undo(
    store: Store, actor: Actor, seen: Sequence[Patch], *, at: datetime, reason: str = ""
) -> list[Stage]:
    """Take back the newest step of each of some patches, all of them or none.

    Stage and values become what they were before it. What was undone stays in the history, and so
    does who took it back.

    Parameters
    ----------
    seen
        The patches as whoever decides has seen them: a later version is refused. All of them were
        changed in the same way.

    Returns
    -------
    list of Stage
        Where each of them stands now.

    Raises
    ------
    NotAllowed
        ``undo_never``, ``undo_not_yours``, ``undo_too_late``, or what the table of moves says.
    NotFound
        ``patch_gone``.
    OldVersion
        ``patch_changed`` if something has followed the step already.
    """
    hours = store.rules().undo_hours
    with store.writing(actor) as session:
        changes = []
        for patch in seen:
            events = _events_up_to(session, patch)
            check_undo(events[-1], actor, at=at, hours=hours, patch=patch.key)
            changes.append(_change_back(patch, events, reason))
        change_patches(session, changes, at=at)
    return [change.stage_to for change in changes]


def last_step(store: Store, actor: Actor) -> LastStep | None:
    """Find what the actor did last, if nothing has followed it on any of its patches.

    Whether it may be taken back at this moment is for `is_undoable` to say.
    """
    with store.reading(actor) as session:
        found = history.newest_step(session, within=LONGEST_STEP)
        if found is None:
            return None
        ids, event = found
        standing = patches.find_patches_by_id(session, ids)
        newest = history.newest_events(session, ids)
    is_last = all(newest.get(i, (None, None)) == (event.verb, event.at) for i in ids)
    return LastStep(event, standing) if is_last and len(standing) == len(ids) else None


def is_undoable(store: Store, actor: Actor, event: Event, *, at: datetime) -> bool:
    """Tell whether the actor may take back a patch's newest event at this moment."""
    return can_undo(event, actor, at=at, hours=store.rules().undo_hours)


def _events_up_to(session: Session, patch: Patch) -> list[Event]:
    """Read a patch's events, the last of which is what whoever decides has seen last."""
    events = history.events_of(session, patch.id)
    if not events:
        raise NotFound("patch_gone", patch=patch.key)
    if events[-1].version != patch.version:
        standing = events[-1].version
        raise OldVersion("patch_changed", patch=patch.key, seen=patch.version, standing=standing)
    return events


def _change_back(patch: Patch, events: Sequence[Event], reason: str) -> Change:
    undone = events[-1]
    return Change(
        patch.id,
        patch.version,
        Verb.UNDONE,
        undone.stage_from or undone.stage_to,
        new_values=values_before(events),
        reason=reason,
        detail={"undone": undone.seq, "verb": undone.verb.value},
    )
