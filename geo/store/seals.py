"""Sealed days: the newest hash of every patch at the end of a day, digested, chained and signed.

The chain of one patch proves that none of its events was changed by itself. Whoever holds the file
could still write a whole chain anew; what was sealed before then no longer fits, and without the
key no other seal can be made.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, func, insert, select, text

from geo.store.canonical import canonical_json
from geo.store.door import Session
from geo.store.schema import event, patch, sealed_day
from geo.store.signing import SealKey, is_signed
from geo.store.types import utc_text

# Patches that are named where a day no longer fits.
NAMED = 10
_HASH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class SealedDay:
    """One sealed day.

    Attributes
    ----------
    last_seq
        Number of the last event that it covers.
    patches, events
        How many there were by then.
    digest
        Over the newest hash of every patch by then, in the order of the patches, as in `verify`.
    public_key, signature
        Over all of this and the signature of the sealed day before.
    """

    day: date
    sealed_at: datetime
    last_seq: int
    patches: int
    events: int
    digest: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class BrokenDay:
    """The first sealed day that is wrong.

    Attributes
    ----------
    what
        Key of a text ``broken_day.WHAT``.
    patches
        Keys of the patches among which the wrong one is: those that changed since the sealed day
        before. Empty where the seal itself is wrong.
    """

    day: date
    what: str
    patches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a check of the sealed days found.

    ``last_day`` is the newest sealed day, ``public_keys`` those that were used, in order; ``loose``
    counts the events that are not sealed yet.
    """

    days: int
    last_day: date | None
    public_keys: tuple[str, ...]
    loose: int
    broken: BrokenDay | None


def sealed_days(session: Session) -> list[SealedDay]:
    """List the sealed days, oldest first."""
    rows = session.connection.execute(select(sealed_day).order_by(sealed_day.c.day))
    return [_day(row) for row in rows]


def newest_sealed_day(session: Session) -> SealedDay | None:
    """Find the newest sealed day."""
    query = select(sealed_day).order_by(sealed_day.c.day.desc()).limit(1)
    row = session.connection.execute(query).first()
    return None if row is None else _day(row)


def let_writers_finish(session: Session) -> None:
    """Wait until nobody writes an event with a number below the newest one; the first thing to do.

    SQLite lets one write at a time. PostgreSQL gives numbers out before they are written for good;
    whoever writes an event has written its patch before.
    """
    if session.connection.dialect.name == "postgresql":
        session.connection.execute(text("LOCK TABLE patch IN SHARE MODE"))


def seal(session: Session, key: SealKey, day: date, *, until: datetime, at: datetime) -> SealedDay:
    """Seal a day: write down what the history is by its end.

    Parameters
    ----------
    day
        Later than every day that is sealed; after `let_writers_finish`.
    until
        The end of the day; what was written later is left to the next one.
    """
    before = newest_sealed_day(session)
    newest = select(func.max(event.c.seq)).where(event.c.at < until)
    last_seq = int(session.connection.execute(newest).scalar() or 0)
    # An event with an earlier time may have come in late; what is sealed once stays sealed.
    last_seq = max(last_seq, before.last_seq if before else 0)
    (state,) = _states_at(session, [last_seq])
    values: dict[str, Any] = {
        "day": day,
        "sealed_at": at,
        "last_seq": last_seq,
        "patches": state.patches,
        "events": state.events,
        "digest": state.digest,
        "public_key": key.public,
    }
    previous = before.signature if before else ""
    signature = key.sign(_signed_text(SealedDay(**values, signature=""), previous))
    session.connection.execute(insert(sealed_day).values(**values, signature=signature))
    return SealedDay(**values, signature=signature)


def check_seals(
    session: Session, *, known_keys: Collection[str] = (), only_newest: bool = False
) -> SealCheck:
    """Recompute the sealed days from the events, all in one pass, and check their signatures.

    Parameters
    ----------
    known_keys
        Public keys that were noted down elsewhere; any other is then wrong. Empty: none is known.
    only_newest
        Check the newest day alone, as before a start.
    """
    days = sealed_days(session)
    signatures = ["", *(day.signature for day in days)]
    pairs = list(zip(days, signatures, strict=False))
    chosen = pairs[-1:] if only_newest else pairs
    states = _states_at(session, [day.last_seq for day, _ in chosen])
    broken = None
    former_seq = 0
    for (day, previous), state in zip(chosen, states, strict=True):
        if (what := _wrong_in(day, previous, state, known_keys)) is not None:
            candidates: tuple[str, ...] = ()
            if what == "digest":
                candidates = _changed_between(session, former_seq, day.last_seq)
            broken = BrokenDay(day.day, what, candidates)
            break
        former_seq = day.last_seq
    last_seq = days[-1].last_seq if days else 0
    loose = select(func.count()).select_from(event).where(event.c.seq > last_seq)
    return SealCheck(
        days=len(days),
        last_day=days[-1].day if days else None,
        public_keys=tuple(dict.fromkeys(day.public_key for day in days)),
        loose=int(session.connection.execute(loose).scalar_one()),
        broken=broken,
    )


@dataclass(frozen=True, slots=True)
class _State:
    patches: int
    events: int
    digest: str


def _wrong_in(
    day: SealedDay, previous: str, state: _State, known_keys: Collection[str]
) -> str | None:
    if known_keys and day.public_key not in known_keys:
        return "key"
    if not is_signed(_signed_text(day, previous), day.public_key, day.signature):
        return "signature"
    if (day.patches, day.events, day.digest) != (state.patches, state.events, state.digest):
        return "digest"
    return None


def _signed_text(day: SealedDay, previous: str) -> str:
    """Write what is signed; the signature of the day before chains the days."""
    return canonical_json(
        {
            "day": day.day.isoformat(),
            "sealed_at": utc_text(day.sealed_at),
            "last_seq": day.last_seq,
            "patches": day.patches,
            "events": day.events,
            "digest": day.digest,
            "public_key": day.public_key,
            "previous": previous,
        }
    )


def _states_at(session: Session, last_seqs: Sequence[int]) -> Iterator[_State]:
    """Tell what the whole history was after each of some events, given in their order.

    One pass over the events: each day only writes what has changed since the day before over the
    newest hashes, which stand in one array, by the numbers of the patches.
    """
    if not last_seqs:
        return
    seqs, places, hashes = _events_until(session, max(last_seqs))
    heads = np.zeros(int(places.max(initial=-1)) + 1, dtype=f"S{_HASH_LENGTH}")
    is_there = np.zeros(len(heads), dtype=bool)
    done = 0
    for stop in np.searchsorted(seqs, last_seqs, side="right").tolist():
        # Of several events of one patch the last one counts: they are written in their order.
        heads[places[done:stop]] = hashes[done:stop]
        is_there[places[done:stop]] = True
        done = max(done, stop)
        standing = heads if is_there.all() else heads[is_there]
        digest = hashlib.sha256(standing.view(np.uint8).data).hexdigest()
        yield _State(len(standing), done, digest)


def _events_until(session: Session, last_seq: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read number, place of the patch among all patches, and hash of every event in order."""
    query = select(event.c.seq, event.c.patch_id, event.c.hash).where(event.c.seq <= last_seq)
    rows = session.connection.execute(query.order_by(event.c.seq)).all()
    if not rows:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0, f"S{_HASH_LENGTH}")
    seqs, patch_ids, hashes = zip(*rows, strict=True)
    _, places = np.unique(np.asarray(patch_ids, dtype=np.int64), return_inverse=True)
    # Whoever has put something else in the place of a hash shall be found, not make this fail.
    kept = [str(value).encode()[:_HASH_LENGTH] for value in hashes]
    return np.asarray(seqs, dtype=np.int64), places, np.asarray(kept, f"S{_HASH_LENGTH}")


def _changed_between(session: Session, after: int, until: int) -> tuple[str, ...]:
    query = (
        select(patch.c.batch, patch.c.code)
        .join(event, event.c.patch_id == patch.c.id)
        .where(event.c.seq > after, event.c.seq <= until)
        .group_by(patch.c.id, patch.c.batch, patch.c.code)
        .order_by(patch.c.id)
        .limit(NAMED)
    )
    return tuple(f"{row.batch}/{row.code}" for row in session.connection.execute(query))


def _day(row: Row[Any]) -> SealedDay:
    return SealedDay(**row._asdict())


def covering(days: Iterable[SealedDay], seq: int) -> SealedDay | None:
    """Find the first sealed day that covers an event."""
    return next((day for day in days if day.last_seq >= seq), None)
