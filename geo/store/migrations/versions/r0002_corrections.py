"""Reference layers, corrected deliveries, mapping templates and what is to be looked at."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from geo.store import engines
from geo.store.types import Geometry, String, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables; each batch gets the file it came in as its first delivery."""
    _make_tables()
    connection = op.get_bind()
    for table in ("delivery", "former_outline"):
        engines.protect(connection, table, append_only=True)
    for table in ("reference_layer", "mapping_template"):
        engines.protect(connection, table, removable=True)
    engines.protect(connection, "reference_feature", boxed=True, removable=True)
    op.add_column("patch", sa.Column("alert", String))
    # Until now a batch had come in one file, and all its patches were new.
    connection.execute(
        sa.text(
            "INSERT INTO delivery (batch, counts, digest, source_name, source_crs, encoding, "  # noqa: S608
            "mapping, report, imported_at, imported_by) SELECT code, "
            f"CAST('{{\"new\"\\:' || count || '}}' AS {_json(connection)}), digest, source_name, "
            "source_crs, encoding, mapping, report, imported_at, imported_by FROM batch "
            "ORDER BY imported_at"
        )
    )


def _json(connection: sa.Connection) -> str:
    # SQLite would make a number of what is cast to JSON.
    return "TEXT" if connection.dialect.name == "sqlite" else "JSON"


def _delivered() -> list[sa.Column[Any]]:
    return [
        sa.Column("digest", String, nullable=False),
        sa.Column("source_name", String, nullable=False),
        sa.Column("source_crs", String, nullable=False),
        sa.Column("encoding", String, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("imported_at", UtcTime, nullable=False),
        sa.Column("imported_by", String, nullable=False),
    ]


def _make_tables() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch", String, sa.ForeignKey("batch.code"), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        *_delivered(),
    )
    op.create_index("delivery_digest", "delivery", ["digest"])
    op.create_table(
        "former_outline",
        sa.Column("patch_id", sa.Integer, sa.ForeignKey("patch.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("geom", Geometry, nullable=False),
    )
    op.create_table(
        "reference_layer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", String, nullable=False),
        sa.Column("name", String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        *_delivered(),
        sa.UniqueConstraint("kind", "digest"),
    )
    op.create_table(
        "reference_feature",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("layer_id", sa.Integer, sa.ForeignKey("reference_layer.id"), nullable=False),
        sa.Column("code", String, nullable=False),
        sa.Column("name", String, nullable=False),
        sa.Column("admin_code", String, nullable=False),
        sa.Column("area_ha", sa.Float),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("geom", Geometry, nullable=False),
    )
    op.create_index("reference_layer_of", "reference_feature", ["layer_id"])
    op.create_table(
        "mapping_template",
        sa.Column("name", String, primary_key=True),
        sa.Column("kind", String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("made_by", String, nullable=False),
    )
