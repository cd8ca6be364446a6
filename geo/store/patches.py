"""Patches in the store: found within a territory, changed only against the version one has seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from geo.errors import NotFound, OldVersion
from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage, Verb, check_move
from geo.model.things import Patch
from geo.store import sqlite
from geo.store.door import Session
from geo.store.history import GENESIS, event_hash, plain_value, tracked_values
from geo.store.schema import event, patch
from geo.store.scope import patch_scope

# SQLite takes at most 32,766 bound values in one statement.
CHUNK = 10_000


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
    """Write new patches, their boxes and the first event of each.

    Parameters
    ----------
    rows
        One mapping per patch with the columns of the table but id, version, stage and head_hash;
        ``geom`` as well-known binary in EPSG:4490.
    at
        When they were imported.
    detail
        What the first event of each shall say about where it came from.
    """
    first = (session.connection.execute(select(func.max(patch.c.id))).scalar() or 0) + 1
    patches, events = [], []
    for patch_id, row in enumerate(rows, start=first):
        values: dict[str, Any] = {
            "grid_code": None,
            "share": None,
            "assignee": None,
            "due": None,
            "verdict": None,
        }
        values |= dict(row) | {"id": patch_id, "version": 1, "stage": Stage.ISSUED.value}
        entry: dict[str, Any] = {
            "patch_id": patch_id,
            "version": 1,
            "verb": Verb.IMPORTED.value,
            "stage_from": None,
            "stage_to": Stage.ISSUED.value,
            "actor": session.actor.code,
            "at": at,
            "reason": "",
            "changes": tracked_values(values),
            "detail": dict(detail),
            "prev_hash": GENESIS,
        }
        entry["hash"] = event_hash(GENESIS, entry)
        values["head_hash"] = entry["hash"]
        patches.append(values)
        events.append(entry)
    if not patches:
        return
    session.connection.execute(insert(patch), patches)
    session.connection.execute(insert(event), events)
    geometries = shapely.from_wkb([p["geom"] for p in patches])
    sqlite.index_boxes(
        session.connection, patch, [p["id"] for p in patches], shapely.bounds(geometries)
    )


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
    statement = (
        update(patch)
        .where(
            patch.c.id == bindparam("key_id"),
            patch.c.version == bindparam("key_version"),
            patch_scope(session.actor),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    done = session.connection.execute(statement, updates).rowcount
    if done != len(updates):
        raise OldVersion("patches_changed", count=len(updates) - done)
    session.connection.execute(insert(event), events)


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


def get_patch(session: Session, key: str) -> Patch:
    """Find one patch by its code, or by ``BATCH/CODE`` where several batches use the code.

    Raises
    ------
    NotFound
        ``patch_unknown`` or ``patch_ambiguous``.
    """
    is_this: ColumnElement[bool] = patch.c.code == key
    if "/" in key:
        batch_code, _, code = key.rpartition("/")
        is_this = or_(is_this, and_(patch.c.batch == batch_code, patch.c.code == code))
    rows = session.connection.execute(
        select(patch).where(is_this, patch_scope(session.actor)).limit(5)
    ).all()
    if not rows:
        raise NotFound("patch_unknown", patch=key)
    if len(rows) > 1:
        known = ", ".join(f"{row.batch}/{row.code}" for row in rows)
        raise NotFound("patch_ambiguous", patch=key, known=known)
    return patch_from_row(rows[0])


def find_patches(session: Session, wanted: PatchFilter, *, limit: int | None = None) -> list[Patch]:
    """List patches within the actor's territory, overdue first, then by batch and code."""
    query = select(patch).where(*_conditions(session, wanted))
    query = query.order_by(patch.c.due.is_(None), patch.c.due, patch.c.batch, patch.c.code)
    rows = session.connection.execute(query.limit(limit) if limit is not None else query)
    return [patch_from_row(row) for row in rows]


def find_patches_by_id(session: Session, ids: Sequence[int]) -> list[Patch]:
    """Read patches by their ids, within the actor's territory, in the order of the ids."""
    query = select(patch).where(patch.c.id.in_(ids), patch_scope(session.actor))
    rows = session.connection.execute(query.order_by(patch.c.id))
    return [patch_from_row(row) for row in rows]


def count_patches(session: Session, wanted: PatchFilter) -> int:
    """Count patches within the actor's territory."""
    query = select(func.count()).select_from(patch).where(*_conditions(session, wanted))
    return int(session.connection.execute(query).scalar_one())


def patch_frame(session: Session, wanted: PatchFilter) -> gpd.GeoDataFrame:
    """Read patches within the actor's territory as a layer.

    Returns
    -------
    geopandas.GeoDataFrame
        In EPSG:4490, ordered by batch and code, with ``id``, ``version`` and the columns of
        `geo.model.columns`; the area in both units.
    """
    names = [col for col in patch.columns if col.name not in {"attributes", "head_hash"}]
    query: Select[Any] = (
        select(*names).where(*_conditions(session, wanted)).order_by(patch.c.batch, patch.c.code)
    )
    rows = session.connection.execute(query).all()
    frame = pd.DataFrame(rows, columns=[col.name for col in names])
    geometries = shapely.from_wkb(np.asarray(frame.pop("geom"), dtype=object))
    frame = frame.rename(columns={"code": c.PATCH_CODE})
    frame[c.AREA_MU] = (frame[c.AREA_HA].astype(float) * 15).round(2)
    return gpd.GeoDataFrame(frame, geometry=geometries, crs=c.STORED_CRS)


def outline(session: Session, patch_id: int) -> Any:
    """Read one patch's shape, in EPSG:4490 (lon, lat).

    Raises
    ------
    NotFound
        ``patch_gone``.
    """
    blob = session.connection.execute(
        select(patch.c.geom).where(patch.c.id == patch_id, patch_scope(session.actor))
    ).scalar_one_or_none()
    if blob is None:
        raise NotFound("patch_gone", patch=patch_id)
    return shapely.from_wkb(blob)


def count_by(
    session: Session, names: Iterable[str], wanted: PatchFilter | None = None
) -> pd.DataFrame:
    """Count patches and add up their area by the values of some columns.

    Returns
    -------
    pandas.DataFrame
        The named columns, ``count`` and ``area_ha``.
    """
    groups = [patch.c[name] for name in names]
    query = (
        select(*groups, func.count().label("count"), func.sum(patch.c.area_ha).label(c.AREA_HA))
        .where(*_conditions(session, wanted or PatchFilter()))
        .group_by(*groups)
        .order_by(*groups)
    )
    rows = session.connection.execute(query).all()
    return pd.DataFrame(rows, columns=[*names, "count", c.AREA_HA])


def _conditions(session: Session, wanted: PatchFilter) -> list[ColumnElement[bool]]:
    conditions = [patch_scope(session.actor)]
    for column, values in (
        (patch.c.stage, [s.value for s in wanted.stages]),
        (patch.c.batch, wanted.batches),
        (patch.c.code, wanted.codes),
        (patch.c.grid_code, wanted.grids),
        (patch.c.assignee, wanted.people),
        (patch.c.cause, wanted.causes),
    ):
        if values:
            conditions.append(column.in_(values))
    if wanted.overdue_on is not None:
        conditions.append(patch.c.due < wanted.overdue_on)
        conditions.append(patch.c.stage.not_in([s.value for s in CLOSED_STAGES]))
    if wanted.due_from is not None:
        conditions.append(patch.c.due >= wanted.due_from)
    if wanted.due_until is not None:
        conditions.append(patch.c.due <= wanted.due_until)
    if wanted.located is not None:
        is_outside = patch.c.grid_code.is_(None)
        conditions.append(~is_outside if wanted.located else is_outside)
    if wanted.bounds is not None:
        conditions.append(sqlite.within(patch, wanted.bounds))
    if wanted.search:
        conditions.append(patch.c.code.contains(wanted.search, autoescape=True))
    return conditions


def patch_from_row(row: Row[Any]) -> Patch:
    """Make a patch from a row of the whole table."""
    values = row._asdict()
    values.pop("geom")
    return Patch(**values | {"stage": Stage(row.stage)})
