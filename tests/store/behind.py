"""What happens behind the program's back: statements by somebody who owns the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from pysqlite3 import dbapi2
from sqlalchemy import Connection, text

from geo.store import postgres, sqlite
from geo.store.door import Store
from geo.store.schema import APPEND_ONLY

# One word of a statement as each engine says it.
WORDS = {
    "sqlite": {"JSON": "TEXT", "NO_SHAPE": "x'00'"},
    "postgres": {"JSON": "JSON", "NO_SHAPE": "ST_GeomFromText('POINT(0 0)', 4490)"},
}


def is_file(store: Store) -> bool:
    return not isinstance(store.place, str)


def tamper(store: Store, *statements: str) -> None:
    """Run statements past every guard; ``{JSON}`` and ``{NO_SHAPE}`` are the engine's own words."""
    words = WORDS["sqlite" if is_file(store) else "postgres"]
    said = [statement.format_map(words) for statement in statements]
    if is_file(store):
        _in_file(store, said)
    else:
        _in_database(store, said)


def _in_file(store: Store, statements: list[str]) -> None:
    raw = dbapi2.connect(str(store.path), isolation_level=None)
    for table in APPEND_ONLY:
        for action in ("update", "delete"):
            raw.execute(f"DROP TRIGGER IF EXISTS {table.name}_no_{action}")
    for statement in statements:
        raw.execute(statement)
    raw.close()


def _in_database(store: Store, statements: list[str]) -> None:
    with psycopg.connect(_as_master(store)) as raw:
        raw.execute("SET search_path = skyground, public")
        raw.execute("SET session_replication_role = replica")
        for statement in statements:
            raw.execute(statement)


@contextmanager
def past_guards(store: Store) -> Iterator[Connection]:
    """A transaction of whoever owns the machine: past triggers, rights, policies, references."""
    if is_file(store):
        engine = sqlite.open_file(store.path)
        with engine.connect() as connection, connection.begin():
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("COMMIT")
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("BEGIN IMMEDIATE")
            for table in APPEND_ONLY:
                for action in ("update", "delete"):
                    raw.execute(f"DROP TRIGGER IF EXISTS {table.name}_no_{action}")
            yield connection
    else:
        engine = postgres.owner_engine(_as_master(store))
        with engine.connect() as connection, connection.begin():
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
    engine.dispose()


def _as_master(store: Store) -> str:
    return str(store.place).replace("//office@", "//postgres@")
