"""When a step may be taken back: by whom, and for how long."""

from datetime import datetime, timedelta

from geo.errors import NotAllowed
from geo.model.stages import UNDOABLE, Role, Verb, check_move
from geo.model.things import Actor, Event


def check_undo(event: Event, actor: Actor, *, at: datetime, hours: int, patch: str) -> None:
    """Check whether somebody may take back a patch's newest event now.

    Parameters
    ----------
    event
        The newest one of the patch.
    hours
        How long after it a step may be taken back.
    patch
        Of the message only.

    Raises
    ------
    NotAllowed
        ``undo_never`` if it is no step that is taken back, ``undo_not_yours`` if somebody else took
        it and the actor is no administrator, ``undo_too_late``.
    """
    values: dict[str, object] = {"patch": patch, "verb": event.verb}
    if event.verb not in UNDOABLE:
        raise NotAllowed("undo_never", **values)
    if event.actor != actor.code and actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed("undo_not_yours", person=event.actor, **values)
    if at - event.at > timedelta(hours=hours):
        raise NotAllowed("undo_too_late", hours=hours, **values)


def can_undo(event: Event, actor: Actor, *, at: datetime, hours: int) -> bool:
    """Tell whether `check_undo` and the table of moves let somebody take an event back."""
    try:
        check_undo(event, actor, at=at, hours=hours, patch="")
        check_move(Verb.UNDONE, event.stage_to, event.stage_from or event.stage_to, actor.role)
    except NotAllowed:
        return False
    return True
