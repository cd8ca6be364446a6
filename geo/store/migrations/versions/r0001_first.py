"""Patches, grids, people, findings and their history."""

import sqlalchemy as sa
from alembic import op

from geo.store import engines
from geo.store.types import Geometry, String, Text, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the first version."""
    _offices()
    _patches()
    _history()
    connection = op.get_bind()
    for table in ("meta", "person", "grid_layer", "batch"):
        engines.protect(connection, table)
    for table in ("grid", "patch"):
        engines.protect(connection, table, boxed=True)
    for table in ("package", "event", "finding"):
        engines.protect(connection, table, append_only=True)


def _offices() -> None:
    op.create_table(
        "meta",
        sa.Column("key", String, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("code", String, primary_key=True),
        sa.Column("role", String, nullable=False),
        sa.Column("label", String, nullable=False),
        sa.Column("level", String),
        sa.Column("admin_code", String, nullable=False),
    )
    op.create_table(
        "grid_layer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", String, nullable=False, unique=True),
        sa.Column("source_name", String, nullable=False),
        sa.Column("source_crs", String, nullable=False),
        sa.Column("imported_at", UtcTime, nullable=False),
        sa.Column("imported_by", String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
    )
    op.create_table(
        "grid",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("layer_id", sa.Integer, sa.ForeignKey("grid_layer.id"), nullable=False),
        sa.Column("code", String, nullable=False, unique=True),
        sa.Column("name", String, nullable=False),
        sa.Column("admin_code", String, nullable=False),
        sa.Column("manager", String),
        sa.Column("ranger", String),
        sa.Column("area_ha", sa.Float, nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("geom", Geometry, nullable=False),
    )
    op.create_table(
        "batch",
        sa.Column("code", String, primary_key=True),
        sa.Column("digest", String, nullable=False),
        sa.Column("source_name", String, nullable=False),
        sa.Column("source_crs", String, nullable=False),
        sa.Column("encoding", String, nullable=False),
        sa.Column("cause_list", String, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("imported_at", UtcTime, nullable=False),
        sa.Column("imported_by", String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )


def _patches() -> None:
    op.create_table(
        "patch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch", String, sa.ForeignKey("batch.code"), nullable=False),
        sa.Column("code", String, nullable=False),
        sa.Column("stage", String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("area_ha", sa.Float, nullable=False),
        sa.Column("area_delivered_ha", sa.Float),
        sa.Column("admin_code", String, nullable=False),
        sa.Column("cause", String, nullable=False),
        sa.Column("land_before", String, nullable=False),
        sa.Column("land_after", String, nullable=False),
        sa.Column("image_before", String, nullable=False),
        sa.Column("image_after", String, nullable=False),
        sa.Column("remark", Text, nullable=False),
        sa.Column("grid_code", String, sa.ForeignKey("grid.code")),
        sa.Column("share", sa.Float),
        sa.Column("assignee", String, sa.ForeignKey("person.code")),
        sa.Column("due", sa.Date),
        sa.Column("verdict", String),
        sa.Column("head_hash", String, nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("geom", Geometry, nullable=False),
        sa.UniqueConstraint("batch", "code"),
    )
    for name, columns in (
        ("patch_code", ["code"]),
        ("patch_stage_due", ["stage", "due"]),
        ("patch_grid", ["grid_code"]),
        ("patch_assignee", ["assignee"]),
        ("patch_admin", ["admin_code"]),
    ):
        op.create_index(name, "patch", columns)


def _history() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("patch_id", sa.Integer, sa.ForeignKey("patch.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verb", String, nullable=False),
        sa.Column("stage_from", String),
        sa.Column("stage_to", String, nullable=False),
        sa.Column("actor", String, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("reason", Text, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("prev_hash", String, nullable=False),
        sa.Column("hash", String, nullable=False),
        sa.UniqueConstraint("patch_id", "version"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("patch_id", sa.Integer, sa.ForeignKey("patch.id"), nullable=False),
        sa.Column("patch_version", sa.Integer, nullable=False),
        sa.Column("digest", String, nullable=False),
        sa.Column("base_version", sa.Integer),
        sa.Column("cause", String, nullable=False),
        sa.Column("unlawful", sa.Boolean, nullable=False),
        sa.Column("land_before", String, nullable=False),
        sa.Column("land_after", String, nullable=False),
        sa.Column("note", Text, nullable=False),
        sa.Column("surveyor", String, nullable=False),
        sa.Column("surveyed_at", String, nullable=False),
        sa.Column("photos", sa.JSON, nullable=False),
        sa.Column("source_name", String, nullable=False),
        sa.UniqueConstraint("patch_id", "patch_version"),
    )
    op.create_index("finding_digest", "finding", ["patch_id", "digest"])
    op.create_table(
        "package",
        sa.Column("id", String, primary_key=True),
        sa.Column("assignee", String, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("made_by", String, nullable=False),
        sa.Column("patches", sa.JSON, nullable=False),
    )
