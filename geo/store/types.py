"""Column types that mean the same on both engines.

Texts compare and sort by their bytes everywhere: SQLite does so unasked, PostgreSQL by the
collation ``C``.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BindParameter, ColumnElement, LargeBinary, func
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

SRID = 4490
_BY_BYTES = "C"

String = sa.String().with_variant(sa.String(collation=_BY_BYTES), "postgresql")
Text = sa.Text().with_variant(sa.Text(collation=_BY_BYTES), "postgresql")


class _PostGis(UserDefinedType[bytes]):
    """The column type of PostGIS; what goes in and out is well-known binary all the same."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        """Name the type in a table's definition."""
        del kw
        return f"geometry(Geometry,{SRID})"

    def bind_expression(self, bindvalue: BindParameter[bytes]) -> ColumnElement[bytes]:
        """Read well-known binary."""
        return func.ST_GeomFromWKB(bindvalue, SRID, type_=self)

    def column_expression(self, colexpr: ColumnElement[bytes]) -> ColumnElement[bytes]:
        """Write well-known binary, little end first as shapely does."""
        return func.ST_AsBinary(colexpr, "NDR", type_=self)


class Geometry(TypeDecorator[bytes]):
    """A geometry in EPSG:4490, exchanged as well-known binary.

    SQLite keeps the bytes as they are, beside an R*Tree of boxes; PostGIS gives the same bytes
    back. The values stay bytes on purpose: `shapely.from_wkb` decodes a whole array at once, row by
    row it would take ten times as long.
    """

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's own type."""
        own: TypeEngine[Any] = _PostGis() if dialect.name == "postgresql" else LargeBinary()
        return dialect.type_descriptor(own)


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept as ISO 8601 text in UTC so that its hash never depends on an engine."""

    impl = sa.String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sort by bytes on each engine."""
        collation = _BY_BYTES if dialect.name == "postgresql" else None
        return dialect.type_descriptor(sa.String(32, collation=collation))

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
