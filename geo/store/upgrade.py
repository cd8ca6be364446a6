"""Bring a workspace of an earlier version of the program to this one, in one transaction."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection, Engine, column, insert, select, table, text, update

from geo.store import sqlite
from geo.store.schema import (
    SCHEMA_VERSION,
    account,
    batch,
    delivery,
    former_outline,
    mapping_template,
    meta,
    person,
    reference_feature,
    reference_layer,
    review_lock,
    role_grant,
    sealed_day,
    web_session,
)

_IS_VERSION = meta.c.key == "schema_version"


def schema_version(connection: Connection) -> int:
    """Tell which version of the tables a workspace has."""
    query = select(meta.c.value).where(_IS_VERSION)
    return int(connection.execute(query).scalar_one())


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest version: all steps, or none if anything stops them.

    Does nothing to a workspace that is new enough.
    """
    with engine.connect().execution_options(is_writer=True) as connection, connection.begin():
        # Asked again under the lock: of two processes that open the file, the second finds it done.
        before = schema_version(connection)
        for version in range(before, SCHEMA_VERSION):
            _STEPS[version](connection)
        if before < SCHEMA_VERSION:
            connection.execute(update(meta).where(_IS_VERSION).values(value=SCHEMA_VERSION))


def _from_1_to_2(connection: Connection) -> None:
    """Add reference layers, corrected deliveries, mapping templates and what is to be looked at."""
    added = (delivery, former_outline, reference_layer, reference_feature, mapping_template)
    sqlite.create_tables(connection, added)
    connection.execute(text("ALTER TABLE patch ADD COLUMN alert VARCHAR"))
    # Until now a batch had come in one file, and all its patches were new.
    deliveries = [
        {c.name: getattr(row, c.name) for c in delivery.columns if c.name in batch.columns}
        | {"batch": row.code, "counts": {"new": row.count}}
        for row in connection.execute(select(batch).order_by(batch.c.imported_at)).all()
    ]
    if deliveries:
        connection.execute(insert(delivery), deliveries)


def _from_2_to_3(connection: Connection) -> None:
    """Make roles grants of their own, and add sign-in, locks and sealed days."""
    added = (role_grant, account, web_session, review_lock, sealed_day)
    sqlite.create_tables(connection, added)
    old = table("person", *(column(name) for name in ("code", "role", "level", "admin_code")))
    grants = [
        row._asdict()
        | {"person": row.code, "given_at": datetime.fromtimestamp(0, UTC), "given_by": "program"}
        for row in connection.execute(select(old))
    ]
    if grants:
        connection.execute(
            insert(role_grant), [{k: v for k, v in g.items() if k != "code"} for g in grants]
        )
    for name in ("role", "level", "admin_code"):
        connection.execute(text(f"ALTER TABLE {person.name} DROP COLUMN {name}"))


# From each version the step to the next one. Whoever changes a table again writes out here what
# these steps take from `geo.store.schema`, so that they go on making what they made.
_STEPS: Mapping[int, Callable[[Connection], None]] = MappingProxyType(
    {1: _from_1_to_2, 2: _from_2_to_3}
)
