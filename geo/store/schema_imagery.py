"""The table of imagery: what patches are looked at on."""

from sqlalchemy import JSON, Column, Date, Float, Index, Integer, MetaData, Table

from geo.store.types import String, UtcTime


def imagery_table(metadata: MetaData) -> Table:
    """Describe the table of registered images and basemaps.

    A row stays when its image is taken out: it tells what people could see. Keys are named, never
    kept.
    """
    table = Table(
        "imagery",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("kind", String, nullable=False),
        Column("title", String, nullable=False),
        Column("taken_on", Date),
        Column("place", String, nullable=False),  # name of a file, or the template of an address
        Column("key_variable", String),
        Column("shift", String, nullable=False),
        *(Column(side, Float, nullable=False) for side in ("west", "south", "east", "north")),
        Column("min_zoom", Integer, nullable=False),
        Column("max_zoom", Integer, nullable=False),
        Column("resolution_m", Float),
        Column("clear_share", Float),
        Column("admin_code", String),  # null: everybody's
        Column("digest", String, nullable=False),
        Column("source_name", String, nullable=False),
        Column("facts", JSON, nullable=False),
        Column("added_at", UtcTime, nullable=False),
        Column("added_by", String, nullable=False),
        Column("removed_at", UtcTime),
        Column("removed_by", String),
    )
    Index("imagery_digest", table.c.digest)
    return table
