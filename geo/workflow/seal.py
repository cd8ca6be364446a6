"""Seal a day: digest and sign what the history is by its end, so that it can be proven later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo.errors import NotAllowed
from geo.model.stages import ADMINISTRATION
from geo.model.things import Actor
from geo.settings import seal_key_path
from geo.store import seals
from geo.store.door import PROGRAM, Store
from geo.store.seals import SealCheck, SealedDay
from geo.store.signing import open_key, read_public_keys
from geo.workflow.clock import local_day

__all__ = ["SealCheck", "SealReport", "check_seals", "public_key", "read_public_keys", "seal_day"]


@dataclass(frozen=True, slots=True)
class SealReport:
    """A sealed day; ``is_new`` is False if it had been sealed before and nothing was written."""

    sealed: SealedDay
    is_new: bool


def seal_day(
    store: Store,
    actor: Actor,
    *,
    at: datetime,
    day: date | None = None,
    is_open_day: bool = False,
) -> SealReport:
    """Seal one day of the office's calendar, with everything before it that is not sealed yet.

    Sealing a day twice changes nothing and says so.

    Parameters
    ----------
    day
        Without one the last day that has ended, or today with `is_open_day`.
    is_open_day
        Seal a day that has not ended, up to now; what comes later belongs to the next one.

    Raises
    ------
    NotAllowed
        ``day_not_over``, ``day_before_sealed`` if a later day is sealed already, or if the actor is
        no administrator.
    WorkspaceError
        ``seal_key_bad``, ``cannot_access`` if the key cannot be used.
    """
    if actor.role not in ADMINISTRATION:
        raise NotAllowed("role_not_allowed", role=actor.role, verb="sealed")
    today = local_day(store, at)
    day = day or (today if is_open_day else today - timedelta(days=1))
    if day > today or (day == today and not is_open_day):
        raise NotAllowed("day_not_over", day=day)
    until = min(at, end_of(store, day))
    key = open_key(seal_key_path(store.folder))
    # All that is there, whatever the administrator's territory: a part of it proves nothing.
    with store.writing(PROGRAM) as session:
        seals.let_writers_finish(session)
        known = {sealed.day: sealed for sealed in seals.sealed_days(session)}
        if day in known:
            return SealReport(known[day], is_new=False)
        if known and max(known) > day:
            raise NotAllowed("day_before_sealed", day=day, newest=max(known))
        return SealReport(seals.seal(session, key, day, until=until, at=at), is_new=True)


def end_of(store: Store, day: date) -> datetime:
    """Give the moment at which a day of the office's calendar ends."""
    zone = ZoneInfo(store.rules().time_zone)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def public_key(store: Store) -> str:
    """Give the public key that days are sealed with, to be noted down elsewhere.

    Raises
    ------
    WorkspaceError
        ``seal_key_bad``, ``cannot_access``.
    """
    return open_key(seal_key_path(store.folder)).public


def check_seals(
    store: Store, actor: Actor, *, known_keys: Collection[str] = (), only_newest: bool = False
) -> SealCheck:
    """Recompute the sealed days and check their signatures, see `geo.store.seals.check_seals`.

    All patches are read, whatever the actor's territory, as in `geo.workflow.look.verify`.
    """
    del actor
    with store.reading(PROGRAM) as session:
        return seals.check_seals(session, known_keys=known_keys, only_newest=only_newest)
