"""How patches come into being and change: always with their history, always against a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Row, bindparam, insert, select, update

from geo.errors import NotFound, OldVersion
from geo.model.stages import Stage, Verb, check_move
from geo.store.door import Session, beyond_territory
from geo.store.history import event_hash, plain_value
from geo.store.new_patches import NewPatches, insert_new_patches
from geo.store.schema import event, patch
from geo.store.scope import patch_scope

# SQLite takes at most 32,766 bound values in one statement.
CHUNK = 10_000
_PLACES = frozenset({"admin_code", "grid_code"})


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one patch.

    Attributes
    ----------
    patch_id, base_version
        The patch, and its version when whoever decides this looked at it.
    verb, stage_to
        The move, as in the table of `geo.model.stages`.
    new_values
        New values of the patch's columns; every change of one call names the same columns.
    reason, detail
        What else the history shall keep.
    """

    patch_id: int
    base_version: int
    verb: Verb
    stage_to: Stage
    new_values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def insert_patches(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Write some new patches, given row by row; `insert_new_patches` takes whole deliveries.

    Parameters
    ----------
    rows
        One mapping per patch, all with the same of the table's columns, except `id`, `version`,
        `stage` and `head_hash`; ``geom`` as well-known binary in EPSG:4490.
    at
        When they were imported.
    detail
        What the first event of each shall say about where it came from.
    """
    if not rows:
        return
    names = {name for row in rows for name in row} - {"attributes", "geom"}
    new = NewPatches(
        columns={name: [row.get(name) for row in rows] for name in names},
        attributes=[row["attributes"] for row in rows],
        geometries=shapely.from_wkb([row["geom"] for row in rows]),
    )
    insert_new_patches(session, new, at=at, detail=detail)


def change_patches(session: Session, changes: Sequence[Change], *, at: datetime) -> None:
    """Change patches and write their history in the same transaction, all of them or none.

    Raises
    ------
    NotFound
        ``patch_gone``: a patch is not there, or not in the actor's territory.
    OldVersion
        ``patch_changed``: somebody else changed one of them first.
    NotAllowed
        If a move is not in the table, not for this role, or lacks a reason.
    """
    if not changes:
        return
    if len({frozenset(change.new_values) for change in changes}) > 1:
        raise ValueError("all changes of one call name the same columns")
    standing = _standing(session, [change.patch_id for change in changes])
    updates, events = [], []
    for change in changes:
        row = standing.get(change.patch_id)
        if row is None:
            raise NotFound("patch_gone", patch=change.patch_id)
        entry = _next_event(session, change, row, at)
        events.append(entry)
        updates.append(
            {f"new_{name}": value for name, value in change.new_values.items()}
            | {
                "new_stage": change.stage_to.value,
                "new_version": entry["version"],
                "new_head_hash": entry["hash"],
                "key_id": change.patch_id,
                "key_version": change.base_version,
            }
        )
    names = [*changes[0].new_values, "stage", "version", "head_hash"]
    write_versions(session, updates, names)
    # Nothing is asked back: the patch may have left the territory with this change.
    session.connection.execute(insert(event).inline(), events)


def write_versions(
    session: Session, updates: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> None:
    """Write patches, each against the version that whoever decided had seen, or none of them.

    Parameters
    ----------
    updates
        For each patch ``key_id``, ``key_version``, and ``new_NAME`` for each column.
    names
        The columns.

    Raises
    ------
    OldVersion
        ``patches_changed``: one of them is not at that version, or not in the actor's territory.
    """
    statement = (
        update(patch)
        .where(
            patch.c.id == bindparam("key_id"),
            patch.c.version == bindparam("key_version"),
            patch_scope(session.actor),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    if _PLACES.isdisjoint(names):
        done = session.connection.execute(statement, updates).rowcount
    else:
        # Located anew, a patch may leave the territory, where no policy lets the actor put it. That
        # it lay there is in the condition.
        with beyond_territory(session) as whole:
            done = whole.connection.execute(statement, updates).rowcount
    if done != len(updates):
        raise OldVersion("patches_changed", count=len(updates) - done)


def _standing(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.connection.execute(
            select(
                patch.c.id,
                patch.c.batch,
                patch.c.code,
                patch.c.stage,
                patch.c.version,
                patch.c.head_hash,
            ).where(patch.c.id.in_(ids[start : start + CHUNK]), patch_scope(session.actor))
        )
        found |= {row.id: row for row in rows}
    return found


def _next_event(session: Session, change: Change, row: Row[Any], at: datetime) -> dict[str, Any]:
    key = f"{row.batch}/{row.code}"
    if row.version != change.base_version:
        raise OldVersion("patch_changed", patch=key, seen=change.base_version, standing=row.version)
    check_move(
        change.verb,
        Stage(row.stage),
        change.stage_to,
        session.actor.role,
        reason=change.reason,
        patch=key,
    )
    plain = {name: plain_value(value) for name, value in change.new_values.items()}
    entry: dict[str, Any] = {
        "patch_id": change.patch_id,
        "version": row.version + 1,
        "verb": change.verb.value,
        "stage_from": row.stage,
        "stage_to": change.stage_to.value,
        "actor": session.actor.code,
        "at": at,
        "reason": change.reason.strip(),
        "changes": plain | {"stage": change.stage_to.value},
        "detail": dict(change.detail),
        "prev_hash": row.head_hash,
    }
    entry["hash"] = event_hash(row.head_hash, entry)
    return entry
