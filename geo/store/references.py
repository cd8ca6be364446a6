"""Reference layers in the store: what patches are compared with. They are looked at only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, true

from geo.errors import NotAllowed
from geo.model import columns as c
from geo.model.layer_kinds import LayerKind
from geo.model.stages import OFFICE, Chore, Verb
from geo.model.things import Actor, ReferenceLayer
from geo.store import engines
from geo.store.canonical import canonical_json
from geo.store.door import Session
from geo.store.schema import reference_feature, reference_layer
from geo.store.scope import begins_with

# Digits of an administrative code down to province, city, county, township and village.
_LEVELS = (2, 4, 6, 9, 12)


def insert_reference_layer(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    *,
    kind: LayerKind,
    name: str,
    digest: str,
    source_name: str,
    source_crs: str,
    encoding: str,
    mapping: Mapping[str, str],
    report: Mapping[str, Any],
    at: datetime,
) -> int:
    """Write a layer and its features; give the layer's id.

    Parameters
    ----------
    rows
        One mapping per feature: ``code``; ``geom`` as well-known binary in EPSG:4490; where known
        ``name``, ``admin_code``, ``area_ha``, ``facts`` (the other columns of the kind) and
        ``attributes`` (the original ones).

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(OFFICE, Verb.IMPORTED)
    layer_id: int = session.connection.execute(
        insert(reference_layer)
        .values(
            kind=kind.value,
            name=name,
            digest=digest,
            source_name=source_name,
            source_crs=source_crs,
            encoding=encoding,
            mapping=dict(mapping),
            report=dict(report),
            imported_at=at,
            imported_by=session.actor.code,
            count=len(rows),
        )
        .returning(reference_layer.c.id)
    ).scalar_one()
    ids = engines.next_ids(session.connection, reference_feature, len(rows))
    outlines = [row["geom"] for row in rows]
    columns: dict[str, list[Any]] = {
        "id": ids,
        "layer_id": [layer_id] * len(rows),
        "code": [row["code"] for row in rows],
        "name": [row.get("name") or "" for row in rows],
        "admin_code": [row.get("admin_code") or "" for row in rows],
        "area_ha": [row.get("area_ha") for row in rows],
        "facts": [canonical_json(row.get("facts") or {}) for row in rows],
        "attributes": [canonical_json(row.get("attributes") or {}) for row in rows],
        "geom": outlines,
    }
    engines.insert_columns(session.connection, reference_feature, columns)
    bounds = shapely.bounds(shapely.from_wkb(outlines))
    engines.index_boxes(session.connection, reference_feature, ids, bounds)
    return layer_id


def find_reference_layer(session: Session, kind: LayerKind, *digests: str) -> ReferenceLayer | None:
    """Find the first layer of a kind that came from a file with one of these digests."""
    row = session.connection.execute(
        select(reference_layer)
        .where(reference_layer.c.kind == kind.value, reference_layer.c.digest.in_(digests))
        .order_by(reference_layer.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _layer(row)


def list_reference_layers(session: Session, kind: LayerKind | None = None) -> list[ReferenceLayer]:
    """List layers, those of one kind or all, newest first."""
    query = select(reference_layer).order_by(
        reference_layer.c.imported_at.desc(), reference_layer.c.id.desc()
    )
    if kind is not None:
        query = query.where(reference_layer.c.kind == kind.value)
    return [_layer(row) for row in session.connection.execute(query)]


def layers_revision(session: Session) -> tuple[tuple[int, datetime], ...]:
    """Tell apart the states of the layers: which there are, and when each was brought."""
    query = select(reference_layer.c.id, reference_layer.c.imported_at)
    rows = session.connection.execute(query.order_by(reference_layer.c.id)).all()
    return tuple((row.id, row.imported_at) for row in rows)


def visible_layers(session: Session) -> list[ReferenceLayer]:
    """List the layers that hold something of the actor's territory, newest first."""
    feature = reference_feature.c
    held = select(feature.layer_id).where(feature_scope(session.actor)).distinct()
    ids = set(session.connection.execute(held).scalars())
    return [layer for layer in list_reference_layers(session) if layer.id in ids]


def reference_frame(
    session: Session,
    *,
    kinds: Sequence[LayerKind] = (),
    layer_ids: Sequence[int] = (),
    bounds: tuple[float, float, float, float] | None = None,
) -> gpd.GeoDataFrame:
    """Read features that concern the actor's territory.

    A feature without an administrative code concerns everybody, and so does one that lies above
    the territory: a city's reserve may reach into each of its counties.

    Parameters
    ----------
    kinds, layer_ids
        Only of these; empty: of all.
    bounds
        Only those whose box meets this one: min lon, min lat, max lon, max lat in degrees.

    Returns
    -------
    geopandas.GeoDataFrame
        In EPSG:4490, layer by layer in the order of the files: ``id``, ``code``, ``name``,
        ``admin_code``, ``area_ha``, ``facts`` (a mapping), ``layer_id``, ``kind`` and ``layer``,
        the layer's name.
    """
    feature = reference_feature.c
    names = [col for col in feature if col.name not in {"attributes", "layer_id"}]
    layer = reference_layer.c
    columns = [*names, feature.layer_id, layer.kind, layer.name.label("layer")]
    conditions = [feature_scope(session.actor)]
    if kinds:
        conditions.append(layer.kind.in_([kind.value for kind in kinds]))
    if layer_ids:
        conditions.append(layer.id.in_(layer_ids))
    if bounds is not None:
        conditions.append(engines.within(session.connection, reference_feature, bounds))
    rows = session.connection.execute(
        select(*columns)
        .join(reference_layer, layer.id == feature.layer_id)
        .where(*conditions)
        .order_by(feature.layer_id, feature.id)
    ).all()
    frame = pd.DataFrame(rows, columns=[col.name for col in columns])
    geometries = shapely.from_wkb(np.asarray(frame.pop("geom"), dtype=object))
    frame[c.AREA_HA] = frame[c.AREA_HA].astype(float)
    return gpd.GeoDataFrame(frame, geometry=geometries, crs=c.STORED_CRS)


def delete_reference_layer(session: Session, layer_id: int) -> bool:
    """Remove a layer with its features, so that a newer one can take its place.

    Nothing that is decided about a patch points at a feature: what was compared stands in the
    history.

    Returns
    -------
    bool
        Whether the layer was there.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``; ``layer_beyond_territory`` if a part of it lies in another's.
    """
    session.require(OFFICE, Chore.LAYERS)
    _require_own(session, layer_id)
    of_layer = reference_feature.c.layer_id == layer_id
    engines.drop_boxes(session.connection, reference_feature, of_layer)
    session.connection.execute(delete(reference_feature).where(of_layer))
    gone = delete(reference_layer).where(reference_layer.c.id == layer_id)
    return session.connection.execute(gone).rowcount == 1


def _require_own(session: Session, layer_id: int) -> None:
    if session.actor.is_everywhere:
        return
    code = reference_feature.c.admin_code
    inside = [code == "", *(begins_with(code, prefix) for prefix in session.actor.prefixes)]
    beyond = select(code).where(reference_feature.c.layer_id == layer_id, ~or_(*inside)).limit(1)
    if (place := session.connection.execute(beyond).scalar()) is not None:
        raise NotAllowed("layer_beyond_territory", place=place)


def feature_scope(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for features inside or above an actor's territory, or without a code."""
    if actor.is_everywhere:
        return true()
    code = reference_feature.c.admin_code
    concerns = [code == ""]
    for prefix in actor.prefixes:
        above = {prefix[:level] for level in _LEVELS if level <= len(prefix)}
        # Files fill the codes of higher units with zeros: 150400 is the city of 150421.
        filled = {unit.ljust(width, "0") for unit in above for width in _LEVELS}
        concerns += [begins_with(code, prefix), code.in_(sorted(above | filled))]
    return or_(*concerns)


def _layer(row: Row[Any]) -> ReferenceLayer:
    return ReferenceLayer(**row._asdict() | {"kind": LayerKind(row.kind)})
