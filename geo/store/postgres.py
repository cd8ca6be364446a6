"""PostgreSQL with PostGIS: how a team's database is opened, locked, written and searched.

The program works as the role `APP_ROLE`, which owns nothing and goes around no policy; who signs in
at the server is only needed to make tables and to change them. What guards the tables is in
`geo.store.postgres_guards`, how rows are written in `geo.store.postgres_rows`.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import psycopg
from psycopg.errors import LockNotAvailable, UntranslatableCharacter
from psycopg.types.json import set_json_dumps
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    exc,
    func,
    text,
)

from geo.errors import WorkspaceError
from geo.model.things import Actor
from geo.settings import place_name
from geo.store import postgres_guards, postgres_rows
from geo.store.canonical import canonical_json
from geo.store.postgres_guards import APP_ROLE, SCHEMA
from geo.store.types import SRID

protect, show = postgres_guards.protect, postgres_guards.show
next_ids, move_on_numbers = postgres_rows.next_ids, postgres_rows.move_on_numbers
insert_columns = postgres_rows.insert_columns

READER: Mapping[str, Any] = MappingProxyType(
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
)
# Whoever writes sees, at each statement, all that was written before it: with one writer at a time
# that is one state, and the newest. A snapshot would be older than the wait for the turn.
WRITER: Mapping[str, Any] = MappingProxyType(
    {"is_writer": True, "isolation_level": "READ COMMITTED"}
)

LOCK_WAIT_SECONDS = 30
CONNECT_WAIT_SECONDS = 10
# All writers of a database queue at this number; any other one would do.
_WRITER_LOCK = 4490_2026
_POOL = {"pool_size": 10, "max_overflow": 30, "pool_pre_ping": True}

# Without JIT: to compile the policies of a question takes 0.3 to 1 s, to answer it a millisecond.
_ON_CONNECT = f"""
SELECT set_config('search_path', '{SCHEMA}, ' || coalesce(
           (SELECT quote_ident(n.nspname) FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'),
           'public'), false),
       set_config('datestyle', 'ISO', false),
       set_config('jit', 'off', false),
       set_config('lock_timeout', '{LOCK_WAIT_SECONDS}s', false)
"""  # noqa: S608 - names of this program
_BAD_SIGN_IN = re.compile(
    r"password authentication failed|no password supplied|role .* does not exist|认证失败|口令"
)
_NO_DATABASE = re.compile(r"database .* does not exist|数据库.*不存在")


def new_engine(place: str) -> Engine:
    """Open a database in which a store is to be made, as whoever signs in.

    Raises
    ------
    WorkspaceError
        ``store_exists``; as `owner_engine` says.
    """
    engine = owner_engine(place)
    with engine.connect() as connection:
        is_there = _has_store(connection)
    if is_there:
        engine.dispose()
        raise WorkspaceError("store_exists", path=place_name(place))
    return engine


def owner_engine(place: str) -> Engine:
    """Open a database as whoever signs in.

    Raises
    ------
    WorkspaceError
        ``store_address_bad``, ``store_sign_in``, ``store_database_missing``, ``store_unreachable``.
    """
    return _engine(place, None)


def open_engine(place: str) -> Engine:
    """Open a store for work: each connection acts as the program's own role.

    Raises
    ------
    WorkspaceError
        ``store_missing``, ``postgis_missing``; as `owner_engine` says.
    """
    engine = owner_engine(place)
    with engine.connect() as connection:
        has_store, has_postgis = _has_store(connection), _has_postgis(connection)
    engine.dispose()
    if not has_store:
        raise WorkspaceError("store_missing", path=place_name(place))
    if not has_postgis:
        raise WorkspaceError("postgis_missing", path=place_name(place))
    return _engine(place, APP_ROLE)


def _engine(place: str, role: str | None) -> Engine:
    def connect() -> psycopg.Connection[Any]:
        return _connect(place, role)

    # The address is the driver's alone: nothing that prints an engine can print a password.
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,  # patch data never reaches a log through an error message
        json_serializer=canonical_json,
        **_POOL,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connect(place: str, role: str | None) -> psycopg.Connection[Any]:
    try:
        raw = psycopg.connect(
            place, connect_timeout=CONNECT_WAIT_SECONDS, application_name="skyground"
        )
    except psycopg.ProgrammingError as error:
        # What is wrong with an address may be a part of its password: it is not repeated.
        raise WorkspaceError("store_address_bad", path=place_name(place)) from error
    except psycopg.OperationalError as error:
        raise _refusal(place, str(error)) from error
    # The engine's own serializer is for connections that it makes itself.
    set_json_dumps(canonical_json, raw)
    raw.execute(_ON_CONNECT)
    if role is not None:
        raw.execute(f"SET ROLE {role}")
    # Kept beyond the end of every transaction, and so beyond the return to the pool.
    raw.commit()
    return raw


def _refusal(place: str, said: str) -> WorkspaceError:
    name = place_name(place)
    if _BAD_SIGN_IN.search(said):
        return WorkspaceError("store_sign_in", path=name)
    if _NO_DATABASE.search(said):
        return WorkspaceError("store_database_missing", path=name)
    detail = said.strip().splitlines()[-1].strip()
    for secret in _secrets(place):
        detail = detail.replace(secret, "…")
    return WorkspaceError("store_unreachable", path=name, detail=detail)


def _secrets(place: str) -> list[str]:
    found = urlsplit(place).password
    return [found, unquote(found)] if found else []


def _has_store(connection: Connection) -> bool:
    # Asked of the catalogue, which also those may read who have no right to the schema.
    query = text(
        "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = :schema AND c.relname = 'meta')"
    )
    return bool(connection.execute(query, {"schema": SCHEMA}).scalar())


def _has_postgis(connection: Connection) -> bool:
    query = text("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'postgis')")
    return bool(connection.execute(query).scalar())


def prepare(connection: Connection) -> None:
    """Make the schema, the program's role and what the guards call.

    Raises
    ------
    WorkspaceError
        ``postgis_missing``, ``store_rights``.
    """
    postgres_guards.prepare(connection)
    # The extension may have come just now.
    connection.execute(text(_ON_CONNECT))


def discard(place: str) -> None:
    """Remove a store with all that is in it."""
    engine = owner_engine(place)
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    engine.dispose()


def check_role(connection: Connection) -> None:
    """Refuse to work with more rights than the program may have.

    Raises
    ------
    WorkspaceError
        ``store_role_too_strong`` if the role goes around policies.
    """
    role = connection.execute(
        text("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    if role[1] or role[0] != APP_ROLE:
        raise WorkspaceError("store_role_too_strong", role=role[0])


def act_as(connection: Connection, actor: Actor) -> None:
    """Tell the policies on whose behalf this transaction works; it ends with the transaction."""
    only = "own" if actor.only_own else "cases" if actor.only_cases else "all"
    settings: dict[str, Any] = {
        "person": actor.code,
        "only": only,
        "everywhere": "yes" if actor.is_everywhere else "no",
        "prefixes": [_pattern(prefix) for prefix in actor.prefixes],
        "grids": list(actor.grids),
    }
    # The server writes the lists as text in its own form, whatever stands in them.
    connection.exec_driver_sql(
        "SELECT set_config('skyground.person', %(person)s, true), "
        "set_config('skyground.only', %(only)s, true), "
        "set_config('skyground.everywhere', %(everywhere)s, true), "
        "set_config('skyground.prefixes', %(prefixes)s::text[]::text, true), "
        "set_config('skyground.grids', %(grids)s::text[]::text, true)",
        settings,
    )


def _pattern(prefix: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", prefix) + "%"


def index_boxes(
    connection: Connection, table: Table, ids: Sequence[int], bounds: np.ndarray
) -> None:
    """Do nothing: PostGIS indexes the geometries themselves."""
    del connection, table, ids, bounds


def drop_boxes(connection: Connection, table: Table, of_rows: ColumnElement[bool]) -> None:
    """Do nothing: the index follows the rows."""
    del connection, table, of_rows


def within(table: Table, bounds: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """Make the condition that a geometry's box meets a box given in degrees (lon, lat)."""
    box = func.ST_MakeEnvelope(*bounds, SRID)
    condition: ColumnElement[bool] = table.c.geom.op("&&", is_comparison=True)(box)
    return condition


def is_null_sign(error: exc.DBAPIError) -> bool:
    """Tell whether a text was refused for the null sign in it."""
    return isinstance(error.orig, UntranslatableCharacter) or "NUL (0x00)" in str(error.orig)


def check_integrity(connection: Connection, *, is_quick: bool = False) -> list[str]:
    """Ask whether indexes and guards stand; an empty list means yes. It is always quick."""
    del is_quick
    return postgres_guards.missing_guards(connection)


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("is_writer", False):
        return
    try:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_WRITER_LOCK,))
    except exc.OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise WorkspaceError("store_busy", seconds=LOCK_WAIT_SECONDS) from error
        raise
