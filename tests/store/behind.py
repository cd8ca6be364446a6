"""What happens behind the program's back: statements by somebody who owns the machine."""

import psycopg
from pysqlite3 import dbapi2

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
            raw.execute(f"DROP TRIGGER {table.name}_no_{action}")
    for statement in statements:
        raw.execute(statement)
    raw.close()


def _in_database(store: Store, statements: list[str]) -> None:
    address = str(store.place).replace("//office@", "//postgres@")
    with psycopg.connect(address) as raw:
        raw.execute("SET search_path = skyground, public")
        raw.execute("SET session_replication_role = replica")
        for statement in statements:
            raw.execute(statement)
