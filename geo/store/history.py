"""The history of every patch: append-only, chained by hashes, and checked link by link.

An event's hash covers the hash before it and everything the event says, so no event can be
changed, left out or moved without every later hash of that patch being wrong. What an event says
the patch became is replayed and compared with the patch as it stands, so that a patch that was
changed behind the program's back is found as well.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Date,
    Row,
    String,
    Table,
    and_,
    cast,
    func,
    not_,
    select,
    type_coerce,
)

from geo.model.stages import Stage, Verb
from geo.model.things import Event
from geo.store.canonical import canonical_json, json_texts
from geo.store.door import Session
from geo.store.schema import LATER_TRACKED, NAMES, TRACKED, batch, event, patch
from geo.store.scope import patch_scope
from geo.store.types import UtcTime, utc_text

GENESIS = "0" * 64
# What is fetched at once has to fit into the memory of a query, or the server puts it on its disk.
CHUNK = 1_000

# The text of an event as `event_hash` makes it: what it says, in the order of the names.
_PLAIN = attrgetter(
    "actor", "at", "patch_id", "reason", "stage_from", "stage_to", "verb", "version"
)
_TEXT = (
    '{"actor":%s,"at":%s,"changes":%s,"detail":%s,"patch_id":%s,"reason":%s,'
    '"stage_from":%s,"stage_to":%s,"verb":%s,"version":%s}'
)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first thing that is wrong in one patch's history."""

    patch_key: str
    seq: int | None
    version: int
    what: str  # key of a text ``broken.WHAT``


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole history found.

    ``digest`` covers the newest hash of every patch in order: noted down elsewhere, it proves later
    that nothing before that day was changed.
    """

    patches: int
    events: int
    digest: str
    broken: tuple[BrokenLink, ...]


def event_hash(prev_hash: str, values: Mapping[str, Any]) -> str:
    """Hash one event together with the one before it."""
    said = {
        "patch_id": values["patch_id"],
        "version": values["version"],
        "verb": values["verb"],
        "stage_from": values["stage_from"],
        "stage_to": values["stage_to"],
        "actor": values["actor"],
        "at": utc_text(values["at"]),
        "reason": values["reason"],
        "changes": values["changes"],
        "detail": values["detail"],
    }
    return hashlib.sha256((prev_hash + canonical_json(said)).encode()).hexdigest()


def digest_of(data: bytes) -> str:
    """Hash the bytes of an outline or a text."""
    return hashlib.sha256(data).hexdigest()


def events_of(session: Session, patch_id: int) -> list[Event]:
    """Read one patch's history, oldest first."""
    rows = session.connection.execute(
        select(event)
        .join(patch, patch.c.id == event.c.patch_id)
        .where(event.c.patch_id == patch_id, patch_scope(session.actor))
        .order_by(event.c.version)
    )
    return [_event(row) for row in rows]


def newest_step(session: Session, *, within: int) -> tuple[list[int], Event] | None:
    """Find what the actor did last: the ids of its patches, and one of its events.

    One step may have changed many patches; all its events have the same moment.

    Parameters
    ----------
    within
        How many of the newest events are looked at. None if there is none of the actor's among
        them, or if the step may have begun before.
    """
    newest = session.connection.execute(select(func.max(event.c.seq))).scalar() or 0
    recent = event.c.seq > newest - within
    own = select(event).where(recent, event.c.actor == session.actor.code)
    row = session.connection.execute(own.order_by(event.c.seq.desc()).limit(1)).first()
    if row is None:
        return None
    same = own.where(event.c.at == row.at, event.c.verb == row.verb).order_by(event.c.seq)
    rows = session.connection.execute(same).all()
    earlier = select(event.c.actor, event.c.at, event.c.verb).where(not_(recent))
    before = session.connection.execute(earlier.order_by(event.c.seq.desc()).limit(1)).first()
    if before is not None and tuple(before) == (row.actor, row.at, row.verb):
        return None
    return [each.patch_id for each in rows], _event(row)


def newest_events(session: Session, ids: Sequence[int]) -> dict[int, tuple[Verb, datetime]]:
    """Tell what happened last to some patches, and when."""
    rows = session.connection.execute(
        select(event.c.patch_id, event.c.verb, event.c.at)
        .join(patch, and_(patch.c.id == event.c.patch_id, patch.c.version == event.c.version))
        .where(patch.c.id.in_(ids), patch_scope(session.actor))
    )
    return {row.patch_id: (Verb(row.verb), row.at) for row in rows}


def recent_events(
    session: Session, *, limit: int, since: datetime | None = None
) -> list[tuple[str, Event]]:
    """Read the newest events in the actor's territory with their patches' keys, newest first."""
    query = (
        select(patch.c.batch, patch.c.code.label("patch_code"), event)
        .join(patch, patch.c.id == event.c.patch_id)
        .where(patch_scope(session.actor))
        .order_by(event.c.seq.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(event.c.at > since)
    return [
        (f"{row.batch}/{row.patch_code}", _event(row)) for row in session.connection.execute(query)
    ]


def newest_seq(session: Session) -> int:
    """Give the number of the newest event; 0 if nothing has happened yet."""
    return int(session.connection.execute(select(func.max(event.c.seq))).scalar() or 0)


def last_drawing(session: Session) -> str:
    """Give the hash of the newest event that brought or redrew an outline; empty: none did.

    All patches are looked at, whatever the actor's territory: a hash tells nothing.
    """
    drew = (Verb.IMPORTED, Verb.REDELIVERED)
    query = select(event.c.hash).where(event.c.verb.in_(drew)).order_by(event.c.seq.desc())
    return str(session.connection.execute(query.limit(1)).scalar() or "")


def changed_since(session: Session, seq: int) -> list[int]:
    """List the patches of the territory that something happened to after an event."""
    # A join with distinct patches would walk through all events there are, 40 ms with a million.
    newer = select(event.c.patch_id).where(event.c.seq > seq)
    rows = session.connection.execute(
        select(patch.c.id)
        .where(patch.c.id.in_(newer), patch_scope(session.actor))
        .order_by(patch.c.id)
    )
    return list(rows.scalars())


def verify(session: Session) -> Verification:
    """Recompute every chain and compare its end with the patch as it stands.

    All patches are checked, whatever the actor's territory: a chain is nobody's own.
    """
    rows = session.connection.execute(
        select(*_as_kept(event))
        .order_by(event.c.patch_id, event.c.version)
        .execution_options(yield_per=CHUNK)
    )
    chains = groupby(rows, key=lambda row: row.patch_id)
    patches = session.connection.execute(
        select(*_as_kept(patch)).order_by(patch.c.id).execution_options(yield_per=CHUNK)
    )
    heads = hashlib.sha256()
    broken: list[BrokenLink] = []
    events = count = 0
    chain_id, chain = next(chains, (None, iter(())))
    for row in patches:
        links: list[Row[Any]] = []
        # Events of a patch that is gone: they must not be taken for the next one's.
        while chain_id is not None and chain_id < row.id:
            chain_id, chain = next(chains, (None, iter(())))
        if chain_id == row.id:
            links = list(chain)
            chain_id, chain = next(chains, (None, iter(())))
        count += 1
        events += len(links)
        heads.update(row.head_hash.encode())
        if (first := _first_break(row, links)) is not None:
            broken.append(first)
    broken.extend(_missing_patches(session))
    return Verification(count, events, heads.hexdigest(), tuple(broken))


def _first_break(row: Row[Any], links: list[Row[Any]]) -> BrokenLink | None:
    key = f"{row.batch}/{row.code}"
    prev_hash, replayed = GENESIS, dict[str, Any].fromkeys(LATER_TRACKED)
    for version, link in enumerate(links, start=1):
        if link.version != version:
            return BrokenLink(key, link.seq, version, "missing")
        if link.prev_hash != prev_hash:
            return BrokenLink(key, link.seq, version, "unchained")
        changes = _changes_if_intact(prev_hash, link)
        if changes is None:
            return BrokenLink(key, link.seq, version, "altered")
        prev_hash = link.hash
        replayed |= changes | _number_said_in(link)
    if row.head_hash != prev_hash or row.version != len(links):
        return BrokenLink(key, None, len(links) + 1, "cut_off")
    if not _is_as_replayed(row, replayed):
        return BrokenLink(key, None, row.version, "patch_altered")
    return None


def _as_kept(table: Table) -> list[ColumnElement[Any]]:
    """Name a table's columns so that JSON, dates and moments come as the text they are kept as.

    That text is what was hashed; to decode and write it again took three quarters of the time.
    """
    return [_kept_text(column) for column in table.columns]


def _kept_text(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON | Date):
        return cast(column, String).label(column.name)
    if isinstance(column.type, UtcTime):
        return type_coerce(column, String).label(column.name)
    return column


def _changes_if_intact(prev_hash: str, link: Row[Any]) -> dict[str, Any] | None:
    """Read what an event changed; None if the event is not what was hashed."""
    actor, at, *rest = json_texts(_PLAIN(link))
    text = _TEXT % (actor, at, link.changes, link.detail, *rest)
    try:
        changes: dict[str, Any] = json.loads(link.changes)
        if link.hash == digest_of((prev_hash + text).encode()):
            return changes
        # The same said in other spaces or in another order is still the same.
        decoded = {"changes": changes, "detail": json.loads(link.detail)}
        values = link._asdict() | decoded | {"at": datetime.fromisoformat(link.at)}
        return changes if link.hash == event_hash(prev_hash, values) else None
    except (TypeError, ValueError):
        return None


def _number_said_in(link: Row[Any]) -> dict[str, Any]:
    """Take a new number from where events said it before they named it among their changes."""
    if link.verb != Verb.REDELIVERED.value:
        return {}
    detail = json.loads(link.detail)
    return {"code": detail["code_after"]} if "code_after" in detail else {}


def _is_as_replayed(row: Row[Any], replayed: Mapping[str, Any]) -> bool:
    values = row._asdict()
    standing = {name: values[name] for name in (*TRACKED, *NAMES) if name in replayed}
    if not replayed.keys() >= set(TRACKED):
        return False
    standing["geom_sha256"] = digest_of(row.geom)
    try:
        standing["attributes_sha256"] = digest_of(row.attributes.encode())
        if standing == replayed:
            return True
        attributes = canonical_json(json.loads(row.attributes))
    except (AttributeError, TypeError, ValueError):
        return False
    return standing | {"attributes_sha256": digest_of(attributes.encode())} == replayed


def tracked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a patch's values as events record them: plain JSON, with digests for the long ones."""
    plain = {name: plain_value(values[name]) for name in TRACKED}
    plain["geom_sha256"] = digest_of(values["geom"])
    plain["attributes_sha256"] = digest_of(canonical_json(values["attributes"]).encode())
    return plain


def plain_value(value: Any) -> Any:
    """Write a date as text; JSON carries the rest as it is."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _missing_patches(session: Session) -> Iterator[BrokenLink]:
    delivered = session.connection.execute(select(batch.c.code, batch.c.count)).all()
    for code, count in delivered:
        standing = session.connection.execute(select(patch.c.id).where(patch.c.batch == code)).all()
        if len(standing) != count:
            yield BrokenLink(f"{code}/?", None, 0, "patch_missing")


def _event(row: Row[Any]) -> Event:
    return Event(
        seq=row.seq,
        patch_id=row.patch_id,
        version=row.version,
        verb=Verb(row.verb),
        stage_from=Stage(row.stage_from) if row.stage_from else None,
        stage_to=Stage(row.stage_to),
        actor=row.actor,
        at=row.at,
        reason=row.reason,
        changes=row.changes,
        detail=row.detail,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
