"""Patches in the store, found within a territory. How they change: `geo.store.changes`."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
)

from geo.errors import NotFound
from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage
from geo.model.things import Patch
from geo.store import engines
from geo.store.door import Session
from geo.store.schema import patch
from geo.store.scope import patch_scope

# SQLite takes at most 32,766 bound values in one statement.
CHUNK = 10_000
WKB = "wkb"


def get_patch(session: Session, key: str) -> Patch:
    """Find one patch by its code, or by ``BATCH/CODE`` where several batches use the code.

    Raises
    ------
    NotFound
        ``patch_unknown`` or ``patch_ambiguous``.
    """
    is_this: ColumnElement[bool] = patch.c.code == key
    if "/" in key:
        # No batch has a slash in its name, but a patch's number may.
        batch_code, _, code = key.partition("/")
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
    found = []
    for start in range(0, len(ids), CHUNK):
        some = patch.c.id.in_(sorted(ids)[start : start + CHUNK])
        query = select(patch).where(some, patch_scope(session.actor)).order_by(patch.c.id)
        found += [patch_from_row(row) for row in session.connection.execute(query)]
    return found


def count_patches(session: Session, wanted: PatchFilter) -> int:
    """Count patches within the actor's territory."""
    query = select(func.count()).select_from(patch).where(*_conditions(session, wanted))
    return int(session.connection.execute(query).scalar_one())


def visible_ids(session: Session, *, ids: Sequence[int] | None = None) -> npt.NDArray[np.int64]:
    """Give the ids of all patches within the actor's territory, in no order.

    Parameters
    ----------
    ids
        Only of these; None: of all.
    """
    query = select(patch.c.id).where(patch_scope(session.actor))
    if ids is None:
        found = session.connection.execute(query.execution_options(yield_per=CHUNK)).scalars()
        return np.fromiter(found, dtype=np.int64)
    seen: list[int] = []
    for start in range(0, len(ids), CHUNK):
        some = query.where(patch.c.id.in_(ids[start : start + CHUNK]))
        seen += session.connection.execute(some).scalars()
    return np.array(seen, dtype=np.int64)


def patch_frame(
    session: Session, wanted: PatchFilter, *, ids: Sequence[int] | None = None
) -> gpd.GeoDataFrame:
    """Read patches within the actor's territory as a layer.

    Parameters
    ----------
    ids
        Only these; None: all.

    Returns
    -------
    geopandas.GeoDataFrame
        In EPSG:4490, ordered by batch and code, with ``id``, ``version`` and the columns of
        `geo.model.columns`; the area in both units.
    """
    frame = patch_table(session, wanted, ids=ids)
    geometries = shapely.from_wkb(frame.pop(WKB).to_numpy())
    return gpd.GeoDataFrame(frame, geometry=geometries, crs=c.STORED_CRS)


def patch_table(
    session: Session, wanted: PatchFilter, *, ids: Sequence[int] | None = None
) -> pd.DataFrame:
    """Read patches as `patch_frame` does, with the outlines as well-known binary in `WKB`.

    100,000 outlines take 55 MB like this and 190 MB as shapes.
    """
    names = [col for col in patch.columns if col.name not in {"attributes", "head_hash"}]
    query: Select[Any] = (
        select(*names).where(*_conditions(session, wanted)).order_by(patch.c.batch, patch.c.code)
    )
    rows: list[Row[Any]] = []
    if ids is None:
        rows = list(session.connection.execute(query))
    else:
        for start in range(0, len(ids), CHUNK):
            some = query.where(patch.c.id.in_(ids[start : start + CHUNK]))
            rows += session.connection.execute(some)
        rows.sort(key=attrgetter("batch", "code"))
    frame = _table(rows, [col.name for col in names]).rename(columns={"geom": WKB})
    frame[WKB] = frame[WKB].astype(object)
    return frame


def _table(rows: Sequence[Row[Any]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=names).rename(columns={"code": c.PATCH_CODE})
    frame[c.AREA_MU] = (frame[c.AREA_HA].astype(float) * 15).round(2)
    return frame


def patch_tables(session: Session, wanted: Sequence[PatchFilter]) -> Iterator[pd.DataFrame]:
    """Read the patches that fit all filters as tables without outlines, some thousands at a time.

    There is one table at least, ordered by batch and code, all of them together as well.
    """
    left_out = {"attributes", "head_hash", "geom"}
    names = [col for col in patch.columns if col.name not in left_out]
    conditions = [condition for one in wanted for condition in _conditions(session, one)]
    conditions.append(patch_scope(session.actor))
    query = select(*names).where(*conditions).order_by(patch.c.batch, patch.c.code)
    headings = [col.name for col in names]
    with session.connection.execute(query.execution_options(yield_per=CHUNK)) as found:
        parts = found.partitions()
        yield _table(next(parts, []), headings)
        for rows in parts:
            yield _table(rows, headings)


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
        conditions.append(engines.within(session.connection, patch, wanted.bounds))
    if wanted.search:
        conditions.append(patch.c.code.icontains(wanted.search, autoescape=True))
    if wanted.has_alert:
        conditions.append(patch.c.alert.is_not(None))
    return conditions


def patch_from_row(row: Row[Any]) -> Patch:
    """Make a patch from a row of the whole table."""
    values = row._asdict()
    values.pop("geom")
    return Patch(**values | {"stage": Stage(row.stage)})
