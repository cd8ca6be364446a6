"""Which version a store's tables have, and how they are brought to this program's.

Alembic's own table holds the version. Workspaces from before it told it in `meta`.
"""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)

from geo.store import engines
from geo.store.schema import APPEND_ONLY, BOXED, HEAD, REMOVABLE, meta, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_IS_OLD_VERSION = meta.c.key == "schema_version"


def schema_version(connection: Connection) -> int | None:
    """Tell which version of the tables a store has; None if it is no store."""
    tables = inspect(connection)
    if tables.has_table(_VERSION.name):
        number = connection.execute(select(_VERSION.c.version_num)).scalar()
        return None if number is None else int(number)
    if tables.has_table(meta.name):
        number = connection.execute(select(meta.c.value).where(_IS_OLD_VERSION)).scalar()
        return None if number is None else int(number)
    return None


def create_tables(connection: Connection) -> None:
    """Make all tables of the newest version."""
    metadata.create_all(connection, checkfirst=False)
    for table in metadata.sorted_tables:
        engines.protect(
            connection,
            table.name,
            boxed=table in BOXED,
            append_only=table in APPEND_ONLY,
            removable=table in REMOVABLE,
        )
    _stamp(connection, HEAD)


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version, within the open transaction of a writer.

    Does nothing to a store that is new enough.
    """
    # Asked again under the lock: of two processes that open the store, the second finds it done.
    before = schema_version(connection)
    if before == HEAD and inspect(connection).has_table(_VERSION.name):
        return
    if before is not None and not inspect(connection).has_table(_VERSION.name):
        _stamp(connection, before)
        connection.execute(delete(meta).where(_IS_OLD_VERSION))
    run_migrations(connection, "head")


def is_current(connection: Connection) -> bool:
    """Tell whether nothing is to be done before work."""
    return schema_version(connection) == HEAD and inspect(connection).has_table(_VERSION.name)


def run_migrations(connection: Connection, revision: str) -> None:
    """Let Alembic run what is missing up to a revision."""
    # Loaded only where tables change: it takes a quarter of a second.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, revision)
    engines.way_of(connection).show(connection, _VERSION.name)


def _stamp(connection: Connection, version: int) -> None:
    _VERSION.create(connection, checkfirst=False)
    connection.execute(insert(_VERSION).values(version_num=f"{version:04d}"))
    engines.way_of(connection).show(connection, _VERSION.name)
