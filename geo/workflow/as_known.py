"""A patch as it was known on a day: what stood then, what had happened, how far it is proven."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geo.errors import NotFound
from geo.model.codes import CodeList, cause_list
from geo.model.things import Actor, Event, Finding
from geo.store import batches, fieldwork, history, seals
from geo.store.as_of import PatchThen, patch_as_of
from geo.store.door import Store
from geo.store.patches import get_patch
from geo.store.seals import SealedDay
from geo.workflow.clock import local_day
from geo.workflow.seal import end_of

__all__ = ["KnownPatch", "PatchLife", "PatchThen", "SealedDay", "as_known", "life_of"]


@dataclass(frozen=True, slots=True)
class KnownPatch:
    """A patch as it was known at the end of a day.

    Attributes
    ----------
    findings
        Those that had come back by then, newest first.
    sealed
        The first sealed day that covers all of this; None: it is not sealed yet.
    is_day_sealed
        Whether that very day, or one before it, is the one: sealed before anybody could know more.
    """

    day: date
    then: PatchThen
    findings: Sequence[Finding]
    causes: CodeList
    sealed: SealedDay | None

    @property
    def is_day_sealed(self) -> bool:
        """Whether it was sealed by the end of the day itself."""
        return self.sealed is not None and self.sealed.day <= self.day


@dataclass(frozen=True, slots=True)
class PatchLife:
    """All events of a patch, oldest first, and for each the sealed day that covers it."""

    key: str
    events: Sequence[Event]
    sealed: Sequence[SealedDay | None]


def as_known(store: Store, actor: Actor, key: str, day: date) -> KnownPatch:
    """Tell what was known of a patch at the end of a day of the office's calendar.

    Raises
    ------
    NotFound
        ``patch_unknown``, ``patch_ambiguous``; ``patch_not_yet`` if it was delivered later.
    """
    until = end_of(store, day)
    with store.reading(actor) as session:
        then = patch_as_of(session, key, until)
        if then is None:
            first = history.events_of(session, get_patch(session, key).id)[0]
            raise NotFound("patch_not_yet", patch=key, day=day, first=local_day(store, first.at))
        batch = batches.find_batch(session, then.values["batch"])
        return KnownPatch(
            day=day,
            then=then,
            findings=fieldwork.findings_of(session, then.patch_id, up_to_version=then.version),
            causes=cause_list(batch.cause_list if batch else ""),
            sealed=seals.covering(seals.sealed_days(session), then.events[-1].seq),
        )


def life_of(store: Store, actor: Actor, key: str) -> PatchLife:
    """Read everything that happened to a patch, and how far it is sealed.

    Raises
    ------
    NotFound
        ``patch_unknown``, ``patch_ambiguous``.
    """
    with store.reading(actor) as session:
        patch = get_patch(session, key)
        events = history.events_of(session, patch.id)
        days = seals.sealed_days(session)
    return PatchLife(patch.key, events, [seals.covering(days, event.seq) for event in events])
