"""The tables. One description for every engine; what only one engine has is in its own module."""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from geo.store.schema_imagery import imagery_table
from geo.store.types import Geometry, String, Text, UtcTime

# The newest revision of the tables, as in `geo.store.migrations`.
HEAD = 4

metadata = MetaData()


def _delivered() -> list[Column[Any]]:
    """Make the columns that tell where a layer came from, the same for every kind."""
    return [
        Column("digest", String, nullable=False),
        Column("source_name", String, nullable=False),
        Column("source_crs", String, nullable=False),
        Column("encoding", String, nullable=False),
        Column("mapping", JSON, nullable=False),
        Column("report", JSON, nullable=False),
        Column("imported_at", UtcTime, nullable=False),
        Column("imported_by", String, nullable=False),
    ]


meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("code", String, primary_key=True),
    Column("label", String, nullable=False, default=""),
)

# Who holds which role where, and from when until when. Rows are never deleted: taking one back is
# written beside it.
role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String, ForeignKey("person.code"), nullable=False),
    Column("role", String, nullable=False),
    Column("level", String),
    Column("admin_code", String),  # empty: everywhere; null: in the one grid only
    Column("grid_code", String),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("given_at", UtcTime, nullable=False),
    Column("given_by", String, nullable=False),
    Column("revoked_at", UtcTime),
    Column("revoked_by", String),
    CheckConstraint("(admin_code IS NULL) <> (grid_code IS NULL)", name="one_place"),
)
Index("role_grant_person", role_grant.c.person)

# How a person signs in; no row: not at all.
account = Table(
    "account",
    metadata,
    Column("person", String, ForeignKey("person.code"), primary_key=True),
    Column("password_hash", String),  # null: only through the office's own sign-in server
    Column("subject", String, unique=True),  # their identifier there
    Column("must_change", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", UtcTime),
    Column("is_disabled", Boolean, nullable=False, default=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

# Who is signed in. The cookie itself is kept nowhere, only its hash.
web_session = Table(
    "web_session",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("person", String, ForeignKey("person.code"), nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("client", String, nullable=False, default=""),
)
Index("web_session_person", web_session.c.person)

grid_layer = Table(
    "grid_layer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("source_name", String, nullable=False),
    Column("source_crs", String, nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("imported_by", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("report", JSON, nullable=False),
)

grid = Table(
    "grid",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("layer_id", Integer, ForeignKey("grid_layer.id"), nullable=False),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False, default=""),
    Column("admin_code", String, nullable=False, default=""),
    Column("manager", String),
    Column("ranger", String),
    Column("area_ha", Float, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("geom", Geometry, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("code", String, primary_key=True),
    Column("cause_list", String, nullable=False),
    Column("count", Integer, nullable=False),
    *_delivered(),
)

# Every file that brought patches of a batch, the first one and each corrected one.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", String, ForeignKey("batch.code"), nullable=False),
    Column("counts", JSON, nullable=False),  # new, unchanged, changed, gone, …
    *_delivered(),
)
Index("delivery_digest", delivery.c.digest)

patch = Table(
    "patch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", String, ForeignKey("batch.code"), nullable=False),
    Column("code", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("area_ha", Float, nullable=False),
    Column("area_delivered_ha", Float),
    Column("admin_code", String, nullable=False, default=""),
    Column("cause", String, nullable=False, default=""),
    Column("land_before", String, nullable=False, default=""),
    Column("land_after", String, nullable=False, default=""),
    Column("image_before", String, nullable=False, default=""),
    Column("image_after", String, nullable=False, default=""),
    Column("remark", Text, nullable=False, default=""),
    Column("grid_code", String, ForeignKey("grid.code")),
    Column("share", Float),
    Column("assignee", String, ForeignKey("person.code")),
    Column("due", Date),
    Column("verdict", String),
    Column("alert", String),  # what a corrected delivery changed and a person has not yet looked at
    Column("head_hash", String, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("geom", Geometry, nullable=False),
    UniqueConstraint("batch", "code"),
)
Index("patch_code", patch.c.code)
Index("patch_stage_due", patch.c.stage, patch.c.due)
Index("patch_grid", patch.c.grid_code)
Index("patch_assignee", patch.c.assignee)
Index("patch_admin", patch.c.admin_code)

# What an event may change, and what `history.verify` replays. Geometry and original attributes
# stand in the history as digests: an outline of thousands of points is not written twice.
TRACKED: tuple[str, ...] = tuple(
    c.name
    for c in patch.columns
    if c.name not in {"id", "batch", "code", "version", "head_hash", "geom", "attributes"}
)

# Columns that came after the first version: an older history doesn't name them.
LATER_TRACKED: tuple[str, ...] = ("alert",)

# What names a patch. The first event says it, and a corrected delivery says a new number; an older
# history does not name them.
NAMES: tuple[str, ...] = ("batch", "code")

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("patch_id", Integer, ForeignKey("patch.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("verb", String, nullable=False),
    Column("stage_from", String),
    Column("stage_to", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("changes", JSON, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("prev_hash", String, nullable=False),
    Column("hash", String, nullable=False),
    # The second wall behind compare-and-swap: two events can never claim the same version.
    UniqueConstraint("patch_id", "version"),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("patch_id", Integer, ForeignKey("patch.id"), nullable=False),
    Column("patch_version", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("base_version", Integer),
    Column("cause", String, nullable=False),
    Column("unlawful", Boolean, nullable=False),
    Column("land_before", String, nullable=False),
    Column("land_after", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("surveyor", String, nullable=False),
    Column("surveyed_at", String, nullable=False),
    Column("photos", JSON, nullable=False),
    Column("source_name", String, nullable=False),
    UniqueConstraint("patch_id", "patch_version"),
)
Index("finding_digest", finding.c.patch_id, finding.c.digest)

package = Table(
    "package",
    metadata,
    Column("id", String, primary_key=True),
    Column("assignee", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("patches", JSON, nullable=False),  # [[patch id, version it left with], …]
)

# Who looks at a patch just now, so that two do not judge it at once; it ends by itself.
review_lock = Table(
    "review_lock",
    metadata,
    Column("patch_id", Integer, ForeignKey("patch.id"), primary_key=True),
    Column("person", String, ForeignKey("person.code"), nullable=False),
    Column("until", UtcTime, nullable=False),
)

# The newest hash of every patch, digested at the end of a day and signed.
sealed_day = Table(
    "sealed_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("sealed_at", UtcTime, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("patches", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("public_key", String, nullable=False),
    Column("signature", String, nullable=False),
)

# What a corrected delivery replaced: the outline and the attributes up to a version.
former_outline = Table(
    "former_outline",
    metadata,
    Column("patch_id", Integer, ForeignKey("patch.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("attributes", JSON, nullable=False),
    Column("geom", Geometry, nullable=False),
)

# Permits, reserves, administrative units and whatever else patches are compared with.
reference_layer = Table(
    "reference_layer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("count", Integer, nullable=False),
    *_delivered(),
    UniqueConstraint("kind", "digest"),
)

reference_feature = Table(
    "reference_feature",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("layer_id", Integer, ForeignKey("reference_layer.id"), nullable=False),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False, default=""),
    Column("admin_code", String, nullable=False, default=""),
    Column("area_ha", Float),
    Column("facts", JSON, nullable=False),  # the other columns of its kind
    Column("attributes", JSON, nullable=False),
    Column("geom", Geometry, nullable=False),
)
Index("reference_layer_of", reference_feature.c.layer_id)

# Which fields fill which columns, as somebody has saved it under a name.
mapping_template = Table(
    "mapping_template",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("fields", JSON, nullable=False),  # column to field
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", String, nullable=False),
)

# Images and basemaps that patches are looked at on.
imagery = imagery_table(metadata)

BOXED: tuple[Table, ...] = (grid, patch, reference_feature)
APPEND_ONLY: tuple[Table, ...] = (
    event,
    finding,
    package,
    delivery,
    former_outline,
    sealed_day,
)
# The program deletes rows from these only.
REMOVABLE: tuple[Table, ...] = (
    mapping_template,
    reference_feature,
    reference_layer,
    review_lock,
    web_session,
)
