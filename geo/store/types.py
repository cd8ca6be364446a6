"""Column types that mean the same on both engines."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Geometry(TypeDecorator[bytes]):
    """A geometry in EPSG:4490, exchanged as well-known binary.

    SQLite keeps the bytes as they are, beside an R*Tree of boxes. The values stay bytes on purpose:
    `shapely.from_wkb` decodes a whole array at once, row by row it would take ten times as long.
    """

    impl = LargeBinary
    cache_ok = True


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept as ISO 8601 text in UTC so that its hash never depends on an engine."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write the moment; a time without a zone is refused."""
        del dialect
        return None if value is None else utc_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read the moment back."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """Write a moment as text that sorts in time.

    Raises
    ------
    ValueError
        If the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be kept")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
