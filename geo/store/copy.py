"""Carry all that is in a store into an empty one, on the same engine or another, and prove it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from geo.errors import WorkspaceError
from geo.store import engines
from geo.store.door import PROGRAM, Session, Store
from geo.store.history import CHUNK, Verification, verify
from geo.store.schema import BOXED, meta, metadata, review_lock, web_session
from geo.store.types import UtcTime

# Who is signed in and who looks at what just now ends with the place.
LEFT_BEHIND = (web_session, review_lock)


@dataclass(frozen=True, slots=True)
class Copied:
    """What was carried.

    Attributes
    ----------
    rows
        Table to how many rows it has, the same in both places.
    checked
        What the check of the target's history found.
    """

    rows: Mapping[str, int]
    checked: Verification


def copy_store(source: Store, target: Store) -> Copied:
    """Copy a store as it stands at one moment into an empty one: all of it, or nothing.

    Ids, texts and bytes stay the same. Sessions and review locks are not carried.

    Raises
    ------
    WorkspaceError
        ``move_source_broken`` if the source's history does not agree; ``move_target_not_empty``;
        ``move_differs`` if the target's rows or digest are not the source's. Nothing is left in the
        target then.
    """
    with source.reading(PROGRAM) as out, target.writing(PROGRAM) as into:
        _refuse_unless_empty(into, target.name)
        before = verify(out)
        if before.broken:
            said = {"count": len(before.broken), "patch": before.broken[0].patch_key}
            raise WorkspaceError("move_source_broken", path=source.name, **said)
        _copy_meta(out, into)
        rows = {table.name: _copy_table(out, into, table) for table in _carried()}
        for table in _carried():
            if _count(into, table) != rows[table.name]:
                raise WorkspaceError("move_differs", path=target.name, table=table.name)
        after = verify(into)
        if after != before:
            raise WorkspaceError("move_differs", path=target.name, table="digest")
    return Copied(rows, after)


def _carried() -> list[Table]:
    return [t for t in metadata.sorted_tables if t not in LEFT_BEHIND and t is not meta]


def _refuse_unless_empty(session: Session, name: str) -> None:
    for table in metadata.sorted_tables:
        if table is not meta and _count(session, table):
            raise WorkspaceError("move_target_not_empty", path=name, table=table.name)


def _count(session: Session, table: Table) -> int:
    return int(session.connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy_meta(out: Session, into: Session) -> None:
    for row in out.connection.execute(select(meta)):
        known = update(meta).where(meta.c.key == row.key).values(value=row.value)
        if not into.connection.execute(known).rowcount:
            into.connection.execute(insert(meta).values(key=row.key, value=row.value))


def _copy_table(out: Session, into: Session, table: Table) -> int:
    keys = list(table.primary_key.columns)
    query = select(*map(_as_kept, table.columns)).order_by(*keys)
    rows = out.connection.execute(query.execution_options(yield_per=CHUNK))
    count = 0
    for chunk in rows.partitions():
        _write(into, table, chunk)
        count += len(chunk)
    if len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys:
        engines.way_of(into.connection).move_on_numbers(into.connection, table)
    return count


def _write(into: Session, table: Table, rows: Any) -> None:
    values = map(list, zip(*rows, strict=True))
    columns = {column.name: list(v) for column, v in zip(table.columns, values, strict=True)}
    engines.insert_columns(into.connection, table, columns)
    if table in BOXED:
        bounds = shapely.bounds(shapely.from_wkb(columns["geom"]))
        engines.index_boxes(into.connection, table, columns["id"], bounds)


def _as_kept(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read JSON, dates and moments as the text they are kept as, so that none is written anew."""
    if isinstance(column.type, JSON | Date):
        return cast(column, String)
    if isinstance(column.type, UtcTime):
        return type_coerce(column, String)
    return column
