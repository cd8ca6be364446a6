"""Images and basemaps that patches are looked at on."""

import sqlalchemy as sa
from alembic import op

from geo.store import engines
from geo.store.types import String, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "imagery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", String, nullable=False),
        sa.Column("title", String, nullable=False),
        sa.Column("taken_on", sa.Date),
        sa.Column("place", String, nullable=False),
        sa.Column("key_variable", String),
        sa.Column("shift", String, nullable=False),
        *(sa.Column(side, sa.Float, nullable=False) for side in ("west", "south", "east", "north")),
        sa.Column("min_zoom", sa.Integer, nullable=False),
        sa.Column("max_zoom", sa.Integer, nullable=False),
        sa.Column("resolution_m", sa.Float),
        sa.Column("clear_share", sa.Float),
        sa.Column("admin_code", String),
        sa.Column("digest", String, nullable=False),
        sa.Column("source_name", String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("added_by", String, nullable=False),
        sa.Column("removed_at", UtcTime),
        sa.Column("removed_by", String),
    )
    op.create_index("imagery_digest", "imagery", ["digest"])
    engines.protect(op.get_bind(), "imagery")
