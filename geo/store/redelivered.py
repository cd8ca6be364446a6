"""Patches that a corrected delivery rewrites: what was before is kept, and so is every decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Row, bindparam, func, insert, select, update

from geo.errors import NotAllowed, NotFound, OldVersion
from geo.model import columns as c
from geo.model.alerts import ABSENT
from geo.model.origin import Origin
from geo.model.stages import OFFICE, Stage, Verb, check_move
from geo.model.things import Batch
from geo.store import engines
from geo.store.batches import deliveries_of, find_batch
from geo.store.changes import write_versions
from geo.store.door import Session
from geo.store.history import event_hash, tracked_values
from geo.store.schema import delivery, event, former_outline, patch
from geo.store.scope import patch_scope

# SQLite takes at most 32,766 bound values in one statement; whole rows are held in memory.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class StandingBatch:
    """A batch as it stands, each list in the order of `frame`.

    Attributes
    ----------
    batch
        As it was first delivered.
    newest
        Number of its newest delivery; 0 if none was written down.
    frame
        The table's columns but attributes and geometry, ordered by id.
    attributes
        The original attributes.
    geometries
        In EPSG:4490.
    absent
        Ids of patches that the newest delivery did not carry.
    has_numbers
        Whether any delivery brought its numbers; otherwise they were made from the rows.
    """

    batch: Batch
    newest: int
    frame: pd.DataFrame
    attributes: list[Mapping[str, object]]
    geometries: npt.NDArray[np.object_]
    absent: frozenset[int]
    has_numbers: bool


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What is to become of one patch: new values of its columns, and what its event says.

    ``new_values`` may name ``code``, ``geom`` (well-known binary) and ``attributes`` too. Of the
    original attributes those that it names are replaced; the others stay.
    """

    patch_id: int
    base_version: int
    new_values: Mapping[str, Any]
    detail: Mapping[str, Any]


def standing_batch(session: Session, code: str) -> StandingBatch:
    """Read a whole batch.

    Raises
    ------
    NotFound
        ``batch_unknown``.
    NotAllowed
        ``batch_beyond_territory``: a part of it cannot tell what is missing;
        ``batch_machine_made``: no delivery corrects what the program found itself.
    """
    session.require(OFFICE, Verb.REDELIVERED)
    known = find_batch(session, code)
    if known is None:
        raise NotFound("batch_unknown", batch=code)
    if known.origin is Origin.MACHINE:
        raise NotAllowed("batch_machine_made", batch=code)
    rows = session.connection.execute(
        select(patch).where(patch.c.batch == code, patch_scope(session.actor)).order_by(patch.c.id)
    ).all()
    if len(rows) != known.count:
        raise NotAllowed("batch_beyond_territory", batch=code, seen=len(rows), count=known.count)
    frame = pd.DataFrame(rows, columns=[col.name for col in patch.columns])
    geometries = shapely.from_wkb(np.asarray(frame.pop("geom"), dtype=object))
    return StandingBatch(
        batch=known,
        newest=newest_delivery(session, code),
        attributes=frame.pop("attributes").tolist(),
        frame=frame,
        geometries=geometries,
        absent=_absent(session, code),
        has_numbers=any(c.CODE in mapping for mapping in mappings_of(session, known)),
    )


def newest_delivery(session: Session, code: str) -> int:
    """Tell the number of a batch's newest delivery; 0 if none was written down."""
    query = select(func.max(delivery.c.id)).where(delivery.c.batch == code)
    return int(session.connection.execute(query).scalar() or 0)


def mappings_of(session: Session, batch: Batch) -> list[Mapping[str, str]]:
    """Give the mappings of a batch's deliveries, the newest first."""
    delivered = [file.mapping for file in deliveries_of(session, batch.code)]
    return [*reversed(delivered), batch.mapping]


def _absent(session: Session, code: str) -> frozenset[int]:
    rows = session.connection.execute(
        select(event.c.patch_id, event.c.detail)
        .join(patch, patch.c.id == event.c.patch_id)
        .where(patch.c.batch == code, event.c.verb == Verb.REDELIVERED.value)
        .order_by(event.c.version)
    )
    last = {row.patch_id: row.detail["difference"] for row in rows}
    return frozenset(patch_id for patch_id, difference in last.items() if difference in ABSENT)


def rewrite_patches(session: Session, rewrites: Sequence[Rewrite], *, at: datetime) -> None:
    """Give patches what a corrected delivery says, all of them or none.

    What is replaced is kept: outline and attributes in their own table, other values in the event.
    Stage, grid, assignee, deadline and verdict are not touched unless `new_values` names them.

    Raises
    ------
    NotFound
        ``patch_gone``: a patch is not there, or not in the actor's territory.
    OldVersion
        ``patch_changed``: somebody changed one of them since it was compared.
    NotAllowed
        If the actor's role does not redeliver.
    """
    # Numbers may change hands: no patch gets its new one before all have given up theirs.
    _park_codes(session, [r for r in rewrites if "code" in r.new_values])
    for start in range(0, len(rewrites), CHUNK):
        _rewrite(session, rewrites[start : start + CHUNK], at)


def _park_codes(session: Session, rewrites: Sequence[Rewrite]) -> None:
    if not rewrites:
        return
    statement = (
        update(patch)
        .where(patch.c.id == bindparam("key_id"), patch_scope(session.actor))
        .values(code=bindparam("parked"))
    )
    parked = [{"key_id": r.patch_id, "parked": f"\x01{r.patch_id}"} for r in rewrites]
    session.connection.execute(statement, parked)


def _rewrite(session: Session, rewrites: Sequence[Rewrite], at: datetime) -> None:
    standing = _standing(session, [r.patch_id for r in rewrites])
    formers, updates, events = [], [], []
    for rewrite in rewrites:
        row = standing.get(rewrite.patch_id)
        if row is None:
            raise NotFound("patch_gone", patch=rewrite.patch_id)
        before = row._asdict()
        new_values = dict(rewrite.new_values)
        if "attributes" in new_values:
            new_values["attributes"] = before["attributes"] | dict(new_values["attributes"])
        entry = _next_event(session, rewrite, before, new_values, at)
        events.append(entry)
        after = before | new_values
        after |= {"version": entry["version"], "head_hash": entry["hash"]}
        key = {"key_id": before["id"], "key_version": rewrite.base_version}
        updates.append({f"new_{name}": after[name] for name in _WRITTEN} | key)
        if {"geom", "attributes"} & set(rewrite.new_values):
            kept = {name: before[name] for name in ("version", "attributes", "geom")}
            formers.append(kept | {"patch_id": before["id"]})
    write_versions(session, updates, _WRITTEN)
    session.connection.execute(insert(event).inline(), events)
    if formers:
        session.connection.execute(insert(former_outline).inline(), formers)
    _index_boxes(session, rewrites)


_WRITTEN = tuple(
    column.name for column in patch.columns if column.name not in {"id", "batch", "stage"}
)


def _standing(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    rows = session.connection.execute(
        select(patch).where(patch.c.id.in_(ids), patch_scope(session.actor))
    )
    return {row.id: row for row in rows}


def _next_event(
    session: Session,
    rewrite: Rewrite,
    before: Mapping[str, Any],
    new_values: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    key = f"{before['batch']}/{rewrite.detail['code_before']}"
    if before["version"] != rewrite.base_version:
        values = {"seen": rewrite.base_version, "standing": before["version"]}
        raise OldVersion("patch_changed", patch=key, **values)
    stage = Stage(before["stage"])
    check_move(Verb.REDELIVERED, stage, stage, session.actor.role, patch=key)
    was = tracked_values(before)
    becomes = tracked_values({**before, **new_values})
    changed = {name: value for name, value in becomes.items() if value != was[name]}
    if "code" in new_values:
        # The patch itself has given up its number already, for somebody who takes it over.
        was["code"] = rewrite.detail["code_before"]
        changed["code"] = new_values["code"]
    entry: dict[str, Any] = {
        "patch_id": rewrite.patch_id,
        "version": rewrite.base_version + 1,
        "verb": Verb.REDELIVERED.value,
        "stage_from": stage.value,
        "stage_to": stage.value,
        "actor": session.actor.code,
        "at": at,
        "reason": "",
        "changes": changed | {"stage": stage.value},
        "detail": dict(rewrite.detail) | {"before": {name: was[name] for name in changed}},
        "prev_hash": before["head_hash"],
    }
    entry["hash"] = event_hash(before["head_hash"], entry)
    return entry


def _index_boxes(session: Session, rewrites: Sequence[Rewrite]) -> None:
    redrawn = [r for r in rewrites if "geom" in r.new_values]
    bounds = shapely.bounds(shapely.from_wkb([r.new_values["geom"] for r in redrawn]))
    engines.index_boxes(session.connection, patch, [r.patch_id for r in redrawn], bounds)


def former_outlines(session: Session, patch_id: int) -> list[tuple[int, Any]]:
    """Read what a patch's outline was, newest first: up to which version, and in EPSG:4490."""
    rows = session.connection.execute(
        select(former_outline.c.version, former_outline.c.geom)
        .join(patch, patch.c.id == former_outline.c.patch_id)
        .where(former_outline.c.patch_id == patch_id, patch_scope(session.actor))
        .order_by(former_outline.c.version.desc())
    )
    return [(row.version, shapely.from_wkb(row.geom)) for row in rows]
