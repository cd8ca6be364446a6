"""Roles become grants of their own; sign-in, locks and sealed days."""

import sqlalchemy as sa
from alembic import op

from geo.store import engines
from geo.store.types import String, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables; each person is given the role that they had."""
    _make_tables()
    connection = op.get_bind()
    for table in ("role_grant", "account"):
        engines.protect(connection, table)
    for table in ("web_session", "review_lock"):
        engines.protect(connection, table, removable=True)
    engines.protect(connection, "sealed_day", append_only=True)
    connection.execute(
        sa.text(
            "INSERT INTO role_grant (person, role, level, admin_code, given_at, given_by) "
            "SELECT code, role, level, admin_code, '1970-01-01T00\\:00\\:00.000000+00\\:00', "
            "'program' FROM person ORDER BY code"
        )
    )
    for name in ("role", "level", "admin_code"):
        op.drop_column("person", name)


def _make_tables() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", String, sa.ForeignKey("person.code"), nullable=False),
        sa.Column("role", String, nullable=False),
        sa.Column("level", String),
        sa.Column("admin_code", String),
        sa.Column("grid_code", String),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("given_at", UtcTime, nullable=False),
        sa.Column("given_by", String, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.Column("revoked_by", String),
        sa.CheckConstraint("(admin_code IS NULL) <> (grid_code IS NULL)", name="one_place"),
    )
    op.create_index("role_grant_person", "role_grant", ["person"])
    op.create_table(
        "account",
        sa.Column("person", String, sa.ForeignKey("person.code"), primary_key=True),
        sa.Column("password_hash", String),
        sa.Column("subject", String, unique=True),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcTime),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", String, primary_key=True),
        sa.Column("person", String, sa.ForeignKey("person.code"), nullable=False),
        sa.Column("began_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("revoked_at", UtcTime),
        sa.Column("client", String, nullable=False),
    )
    op.create_index("web_session_person", "web_session", ["person"])
    op.create_table(
        "review_lock",
        sa.Column("patch_id", sa.Integer, sa.ForeignKey("patch.id"), primary_key=True),
        sa.Column("person", String, sa.ForeignKey("person.code"), nullable=False),
        sa.Column("until", UtcTime, nullable=False),
    )
    op.create_table(
        "sealed_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("sealed_at", UtcTime, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("patches", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("digest", String, nullable=False),
        sa.Column("public_key", String, nullable=False),
        sa.Column("signature", String, nullable=False),
    )
