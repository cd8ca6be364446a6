"""Patrol grids in the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import insert, select

from geo.errors import NotAllowed
from geo.model import columns as c
from geo.model.stages import OFFICE, Verb
from geo.store import engines
from geo.store.door import Session, beyond_territory
from geo.store.schema import grid, grid_layer
from geo.store.scope import place_scope


def find_layer(session: Session, *digests: str) -> Mapping[str, Any] | None:
    """Find the first import of a file with one of these digests."""
    row = session.connection.execute(
        select(grid_layer)
        .where(grid_layer.c.digest.in_(digests))
        .order_by(grid_layer.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else row._asdict()


def known_codes(session: Session, codes: Sequence[str]) -> set[str]:
    """Tell which of these grid codes the workspace already has."""
    with beyond_territory(session) as whole:
        standing = set(whole.connection.execute(select(grid.c.code)).scalars())
    return standing & set(codes)


def insert_layer(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    *,
    digest: str,
    source_name: str,
    source_crs: str,
    report: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write a layer of grids: one mapping per grid with the columns of the table but the ids.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``; ``grids_beyond_territory`` if one lies where the actor has no say.
    """
    session.require(OFFICE, Verb.IMPORTED)
    codes = [str(row.get("admin_code") or "") for row in rows]
    if beyond := [code for code in codes if code and not session.actor.has_say_in(code)]:
        raise NotAllowed("grids_beyond_territory", count=len(beyond), place=beyond[0])
    layer_id = session.connection.execute(
        insert(grid_layer)
        .values(
            digest=digest,
            source_name=source_name,
            source_crs=source_crs,
            imported_at=at,
            imported_by=session.actor.code,
            count=len(rows),
            report=dict(report),
        )
        .returning(grid_layer.c.id)
    ).scalar_one()
    ids = engines.next_ids(session.connection, grid, len(rows))
    values = [dict(row) | {"id": i, "layer_id": layer_id} for i, row in zip(ids, rows, strict=True)]
    session.connection.execute(insert(grid), values)
    bounds = shapely.bounds(shapely.from_wkb([row["geom"] for row in rows]))
    engines.index_boxes(session.connection, grid, ids, bounds)


def grid_frame(session: Session) -> gpd.GeoDataFrame:
    """Read the grids of the actor's territory as a layer in EPSG:4490, ordered by code."""
    names = [col for col in grid.columns if col.name not in {"id", "layer_id", "attributes"}]
    scope = place_scope(session.actor, grid.c.admin_code, grid.c.code)
    rows = session.connection.execute(select(*names).where(scope).order_by(grid.c.code)).all()
    frame = pd.DataFrame(rows, columns=[col.name for col in names])
    geometries = shapely.from_wkb(np.asarray(frame.pop("geom"), dtype=object))
    frame = frame.rename(columns={"code": c.GRID_CODE})
    return gpd.GeoDataFrame(frame, geometry=geometries, crs=c.STORED_CRS)


def territory_box(session: Session) -> tuple[float, float, float, float] | None:
    """Bound the grids of the actor's territory; None without one.

    Returns
    -------
    tuple or None
        West, south, east, north in degrees (EPSG:4490).
    """
    scope = place_scope(session.actor, grid.c.admin_code, grid.c.code)
    outlines = session.connection.execute(select(grid.c.geom).where(scope)).scalars().all()
    if not outlines:
        return None
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(outlines))
    return float(west), float(south), float(east), float(north)


def newest_source_crs(session: Session) -> str | None:
    """Tell the coordinate system in which the newest layer of grids was delivered."""
    crs: str | None = session.connection.execute(
        select(grid_layer.c.source_crs).order_by(grid_layer.c.id.desc()).limit(1)
    ).scalar()
    return crs


def rangers_of_grids(session: Session) -> dict[str, str]:
    """Tell which ranger answers for which grid; grids without one are left out."""
    query = select(grid.c.code, grid.c.ranger)
    query = query.where(grid.c.ranger.is_not(None), grid.c.ranger != "")
    # A patch of the territory may lie in a grid that is counted to the next one.
    with beyond_territory(session) as whole:
        return {row.code: row.ranger for row in whole.connection.execute(query)}
