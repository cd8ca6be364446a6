"""What has a number or a name and lies somewhere: found by a part of it, within a territory."""

from typing import Any, NamedTuple

import shapely
from sqlalchemy import Column, ColumnElement, Table, case, func, or_, select

from geo.store.door import Session
from geo.store.references import feature_scope
from geo.store.schema import grid, patch, reference_feature, reference_layer
from geo.store.scope import patch_scope, place_scope


class Named(NamedTuple):
    """One thing that was found.

    Attributes
    ----------
    code, name
        Its number and its name; the name is empty for a patch.
    group
        Its batch, or the name of its layer; empty for a grid.
    outline
        In EPSG:4490.
    """

    code: str
    name: str
    group: str
    outline: shapely.Geometry


def patches_named(session: Session, text: str, *, batch: str = "", limit: int) -> list[Named]:
    """Find patches by a part of their number, those of one batch or of all."""
    conditions = [patch_scope(session.actor)]
    if batch:
        conditions.append(patch.c.batch == batch)
    # The index of batches and numbers answers the inner question without the outlines.
    number = patch.alias().c
    conditions.append(patch.c.id.in_(select(number.id).where(_has(number.code, text))))
    query = select(patch.c.code, patch.c.batch, patch.c.geom).where(*conditions)
    query = query.order_by(*_nearness(text, patch.c.code), patch.c.batch).limit(limit)
    rows = session.connection.execute(query)
    return [Named(row.code, "", row.batch, _shape(row.geom)) for row in rows]


def grids_named(session: Session, text: str, *, limit: int) -> list[Named]:
    """Find grids by a part of their code or name."""
    query = select(grid.c.code, grid.c.name, grid.c.geom).where(
        place_scope(session.actor, grid.c.admin_code, grid.c.code), _any(grid, text)
    )
    query = query.order_by(*_nearness(text, grid.c.name, grid.c.code)).limit(limit)
    rows = session.connection.execute(query)
    return [Named(row.code, row.name or "", "", _shape(row.geom)) for row in rows]


def features_named(session: Session, text: str, *, limit: int) -> list[Named]:
    """Find what lies in the layers to compare with by a part of its name or code."""
    feature, layer = reference_feature.c, reference_layer.c
    query = (
        select(feature.code, feature.name, feature.geom, layer.name.label("layer"))
        .join(reference_layer, layer.id == feature.layer_id)
        .where(feature_scope(session.actor), _any(reference_feature, text))
        .order_by(*_nearness(text, feature.name, feature.code))
        .limit(limit)
    )
    rows = session.connection.execute(query)
    return [Named(row.code, row.name, row.layer, _shape(row.geom)) for row in rows]


def _any(table: Table, text: str) -> ColumnElement[bool]:
    return or_(_has(table.c.code, text), _has(table.c.name, text))


def _has(column: Column[Any], text: str) -> ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _nearness(text: str, *columns: Column[Any]) -> list[ColumnElement[Any]]:
    """Order by how near a thing's words are to the text: the same, begun by it, with it inside."""
    small = text.lower()
    same = or_(*(func.lower(column) == small for column in columns))
    begun = or_(*(column.istartswith(text, autoescape=True) for column in columns))
    return [case((same, 0), (begun, 1), else_=2), *columns]


def _shape(outline: bytes) -> shapely.Geometry:
    return shapely.from_wkb(outline)
