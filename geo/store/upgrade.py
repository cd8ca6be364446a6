"""Bring a workspace of an earlier version of the program to this one, in one transaction."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Engine, insert, select, text, update

from geo.store import sqlite
from geo.store.schema import (
    SCHEMA_VERSION,
    batch,
    delivery,
    former_outline,
    mapping_template,
    meta,
    reference_feature,
    reference_layer,
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


# From each version the step to the next one. Whoever changes a table again writes out here what
# these steps take from `geo.store.schema`, so that they go on making what they made.
_STEPS: Mapping[int, Callable[[Connection], None]] = MappingProxyType({1: _from_1_to_2})
