"""SQLite: how a workspace file is opened, locked, indexed and guarded.

Everything that a second engine would do its own way stands here; the rest of the store is one code
path in SQLAlchemy Core.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from pysqlite3 import dbapi2
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Table,
    bindparam,
    column,
    create_engine,
    delete,
    event,
    exc,
    func,
    select,
    text,
)
from sqlalchemy import (
    table as any_table,
)
from sqlalchemy.engine import URL

from geo.errors import WorkspaceError
from geo.model.things import Actor
from geo.settings import STORE_FILE
from geo.store.canonical import canonical_json
from geo.store.schema import BOXED

# 3.51.3 mends a corruption of the write-ahead log under concurrent checkpoints.
OLDEST_SAFE = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000

READER: Mapping[str, Any] = MappingProxyType({})
WRITER: Mapping[str, Any] = MappingProxyType({"is_writer": True})

# On these the locks that SQLite relies on are not dependable.
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "fuse.sshfs",
        "afs",
        "ncpfs",
        "ceph",
        "glusterfs",
    }
)

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
)

# Each connection keeps pages of its own, in KiB, beside those that the system keeps. To write a
# million rows needs many; a reading is as quick with few, and there is one for each who reads.
WRITERS_CACHE, READERS_CACHE = 65_536, 8_192


def open_file(path: Path) -> Engine:
    """Open a workspace file; it need not exist yet.

    Raises
    ------
    WorkspaceError
        ``sqlite_too_old`` or ``network_file_system``.
    """
    if dbapi2.sqlite_version_info < OLDEST_SAFE:
        raise WorkspaceError("sqlite_too_old", version=dbapi2.sqlite_version)
    _refuse_network_file_system(path)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=dbapi2,
        hide_parameters=True,  # patch data never reaches a log through an error message
        json_serializer=canonical_json,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def new_engine(place: Path) -> Engine:
    """Open a folder in which a workspace is to be made.

    Raises
    ------
    WorkspaceError
        ``workspace_exists``, ``network_file_system``, ``cannot_write``.
    """
    path = place / STORE_FILE
    if path.exists():
        raise WorkspaceError("workspace_exists", path=place)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = error.strerror or error
        raise WorkspaceError("cannot_write", path=place, detail=detail) from error
    return open_file(path)


def open_engine(place: Path) -> Engine:
    """Open the workspace in a folder.

    Raises
    ------
    WorkspaceError
        ``workspace_missing``, ``sqlite_too_old``, ``network_file_system``.
    """
    path = place / STORE_FILE
    if not path.exists():
        raise WorkspaceError("workspace_missing", path=place)
    return open_file(path)


owner_engine = open_engine


def prepare(connection: Connection) -> None:
    """Do nothing: a file is all there is."""
    del connection


def discard(place: Path) -> None:
    """Remove a workspace's file; what else lies in the folder stays."""
    for ending in ("", "-wal", "-shm"):
        (place / f"{STORE_FILE}{ending}").unlink(missing_ok=True)


def check_role(connection: Connection) -> None:
    """Do nothing: whoever may open the file may do all."""
    del connection


def act_as(connection: Connection, actor: Actor) -> None:
    """Do nothing: the conditions of the queries are the only wall."""
    del connection, actor


def protect(
    connection: Connection, table: str, *, boxed: bool, append_only: bool, removable: bool
) -> None:
    """Give a new table its boxes and the triggers that keep it append-only."""
    del removable
    if boxed:
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {table}_box USING rtree"
                "(id, min_lon, max_lon, min_lat, max_lat)"
            )
        )
    if append_only:
        for action in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            )


def show(connection: Connection, table: str) -> None:
    """Do nothing: whoever may open the file may read it."""
    del connection, table


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Take numbers for new rows."""
    (key,) = table.primary_key.columns
    first = (connection.execute(select(func.max(key))).scalar() or 0) + 1
    return list(range(first, first + count))


def move_on_numbers(connection: Connection, table: Table) -> None:
    """Do nothing: the next number is the highest and one."""
    del connection, table


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, list[Any]]) -> None:
    """Insert many rows, given column by column as the file keeps them: dates and JSON as text.

    The one place that goes past SQLAlchemy's care for each value, for whole deliveries: 100,000
    patches with their events take 1.0 s, and took 5 s.
    """
    # The driver searches for a way to adapt whatever is neither number, text nor bytearray: six
    # columns of None cost half a second in 100,000 rows. What is None in all of them is what SQLite
    # puts there unasked, and bytes are handed over as bytearray.
    given = {
        name: list(map(bytearray, values)) if isinstance(values[0], bytes) else values
        for name, values in columns.items()
        if values.count(None) < len(values)
    }
    if not given:
        return
    marks = ", ".join("?" * len(given))
    statement = f"INSERT INTO {table.name} ({', '.join(given)}) VALUES ({marks})"  # noqa: S608
    connection.exec_driver_sql(statement, list(zip(*given.values(), strict=True)))


def index_boxes(
    connection: Connection, table: Table, ids: Sequence[int], bounds: np.ndarray
) -> None:
    """Keep the boxes of geometries, in degrees, for `within`.

    Parameters
    ----------
    bounds
        Shape (n, 4): min lon, min lat, max lon, max lat.
    """
    statement = f"INSERT OR REPLACE INTO {table.name}_box VALUES (?, ?, ?, ?, ?)"  # noqa: S608
    # In the order of the rows: sorted along a curve, 100,000 boxes took 0.41 s instead of 0.35 s
    # and were found no faster.
    west, south, east, north = np.asarray(bounds, dtype=float).reshape(-1, 4).T.tolist()
    if rows := list(zip(ids, west, east, south, north, strict=True)):
        connection.exec_driver_sql(statement, rows)


def drop_boxes(connection: Connection, table: Table, of_rows: ColumnElement[bool]) -> None:
    """Forget the boxes of rows that are about to be deleted."""
    box = column("id", Integer)
    rows = select(table.c.id).where(of_rows)
    connection.execute(delete(any_table(f"{table.name}_box", box)).where(box.in_(rows)))


def within(table: Table, bounds: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """Make the condition that a geometry's box meets a box given in degrees (lon, lat)."""
    inside = text(
        f"SELECT id FROM {table.name}_box WHERE max_lon >= :x0 AND min_lon <= :x1 "  # noqa: S608
        "AND max_lat >= :y0 AND min_lat <= :y1"
    ).bindparams(
        bindparam("x0", bounds[0]),
        bindparam("y0", bounds[1]),
        bindparam("x1", bounds[2]),
        bindparam("y1", bounds[3]),
    )
    condition: ColumnElement[bool] = table.c.id.in_(inside.columns(table.c.id).scalar_subquery())
    return condition


def is_null_sign(error: exc.DBAPIError) -> bool:
    """Tell whether a text was refused for the null sign in it; SQLite keeps it."""
    del error
    return False


def copy_into(connection: Connection, target: Path) -> None:
    """Write everything, as it is at one moment, to a new file, while others go on writing."""
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute("VACUUM INTO ?", (str(target),))  # not within a transaction of SQLAlchemy's
    except dbapi2.Error as error:
        raise exc.OperationalError("VACUUM INTO", {}, error) from error


def check_integrity(connection: Connection, *, is_quick: bool = False) -> list[str]:
    """Ask SQLite whether the file and its box indexes are sound; an empty list means yes.

    Parameters
    ----------
    is_quick
        Leave out the order of indexes: what can be waited for before somebody is served.
    """
    pragma = "quick_check" if is_quick else "integrity_check"
    answers = list(connection.execute(text(f"PRAGMA {pragma}")).scalars())
    for table in BOXED:
        check = text(f"SELECT rtreecheck('{table.name}_box')")
        answers.append(connection.execute(check).scalar())
    return [str(a) for a in answers if a != "ok"]


def _prepare_connection(raw: Any, record: object) -> None:
    del record
    # The driver's own transaction handling is off: `_begin` says when and how one begins.
    raw.isolation_level = None
    for pragma in PRAGMAS:
        raw.execute(pragma)


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once; upgrading a read lock later would fail instead of waiting.
    is_writer = connection.get_execution_options().get("is_writer", False)
    cache = WRITERS_CACHE if is_writer else READERS_CACHE
    try:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{cache}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
    except exc.OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != dbapi2.SQLITE_BUSY:
            raise
        raise WorkspaceError("store_busy", seconds=BUSY_TIMEOUT_MS // 1000) from error


def _refuse_network_file_system(path: Path) -> None:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return
    folder = path.resolve().parent
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount_point, file_system, *_ = line.split(" ")
        mount_point = mount_point.replace("\\040", " ")
        if folder.is_relative_to(mount_point) and len(mount_point) >= len(best):
            best, kind = mount_point, file_system
    if kind in NETWORK_FILE_SYSTEMS:
        raise WorkspaceError("network_file_system", path=path.parent, kind=kind)
