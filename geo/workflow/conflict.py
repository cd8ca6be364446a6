"""What somebody else did to a patch meanwhile: what the second one has to know to decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.errors import NotFound
from geo.model.things import Actor, Event, Patch
from geo.store import history, patches
from geo.store.door import Store


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One patch and what happened to it after it was looked at.

    Attributes
    ----------
    seen
        As whoever was slower had seen it.
    now
        As it stands; None if it left the actor's territory.
    events
        What happened since, oldest first.
    """

    seen: Patch
    now: Patch | None
    events: tuple[Event, ...]


def meanwhile(store: Store, actor: Actor, seen: Sequence[Patch]) -> list[Meanwhile]:
    """Tell what happened to patches since they were looked at; those unchanged are left out."""
    found = []
    with store.reading(actor) as session:
        for patch in seen:
            try:
                now = patches.get_patch(session, patch.key)
            except NotFound:
                found.append(Meanwhile(patch, None, ()))
                continue
            if now.version != patch.version or now.id != patch.id:
                events = history.events_of(session, now.id)
                since = tuple(e for e in events if e.version > patch.version)
                found.append(Meanwhile(patch, now, since))
    return found
