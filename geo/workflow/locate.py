"""Find the grid that owns each patch."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.dispatch.locate import Located, locate_patches
from geo.errors import NotAllowed
from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import DISPATCH, Stage, Verb, require_role
from geo.model.things import Actor
from geo.shapes.plane import working_plane
from geo.store import grids, patches
from geo.store.changes import Change, change_patches
from geo.store.door import Store

# A millionth of a patch: finer than any survey, and equal on every machine.
SHARE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Tie:
    """A patch that lies in equal parts in several grids; the lower code got it."""

    patch: str
    grid: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocateReport:
    """What locating found.

    Attributes
    ----------
    patches
        How many were looked at: those nobody answers for yet.
    located, outside
        In a grid; in none, or only touching one.
    straddling
        How many overlap more than one grid.
    outside_codes
        The patches that lie outside, as BATCH/CODE.
    changed
        How many got another grid, or another share of it, than before.
    seconds
        How long it took.
    """

    patches: int
    located: int
    outside: int
    straddling: int
    ties: tuple[Tie, ...]
    outside_codes: tuple[str, ...]
    changed: int
    seconds: float


def locate(store: Store, actor: Actor, *, at: datetime) -> LocateReport:
    """Give every patch nobody answers for yet to the grid that holds the largest part of it.

    Done again, only what has changed is written.

    Raises
    ------
    NotAllowed
        ``no_grids``, or if the actor's role does not dispatch.
    OldVersion
        If a patch was changed meanwhile; then nothing was written.
    """
    require_role(actor.role, DISPATCH, Verb.LOCATED)
    start = perf_counter()
    with store.reading(actor) as session:
        frame = patches.patch_frame(session, PatchFilter(stages=(Stage.ISSUED,)))
        layer = grids.grid_frame(session)
        source_crs = grids.newest_source_crs(session)
    if source_crs is None or layer.empty:
        raise NotAllowed("no_grids")
    plane = working_plane(source_crs)
    found = locate_patches(
        plane.project(frame.geometry.to_numpy()),
        plane.project(layer.geometry.to_numpy()),
        layer[c.GRID_CODE].tolist(),
    )
    changes = _changes(frame, layer, found)
    with store.writing(actor) as session:
        change_patches(session, changes, at=at)
    return _report(frame, layer, found, len(changes), perf_counter() - start)


def _changes(frame: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, found: Located) -> list[Change]:
    codes, admin = layer[c.GRID_CODE].tolist(), layer[c.ADMIN_CODE].tolist()
    changes = []
    for i, row in enumerate(frame.itertuples()):
        owner = int(found.grid[i])
        grid_code = codes[owner] if owner >= 0 else None
        share = round(float(found.share[i]), SHARE_DECIMALS) if owner >= 0 else None
        if (_known(row.grid_code), _known(row.share)) == (grid_code, share):
            continue
        admin_code = _finer(row.admin_code, admin[owner] if owner >= 0 else "")
        tied = [codes[g] for g in found.tied_with[i]]
        changes.append(
            Change(
                patch_id=int(row.id),
                base_version=int(row.version),
                verb=Verb.LOCATED,
                stage_to=Stage.ISSUED,
                new_values={"grid_code": grid_code, "share": share, "admin_code": admin_code},
                detail={"tied_with": tied} if tied else {},
            )
        )
    return changes


def _finer(own: str, of_grid: str) -> str:
    """Take the grid's administrative code where it names a place within the patch's own."""
    return of_grid if of_grid.startswith(own) else own


def _known(value: str | float | None) -> str | float | None:
    """A frame writes what is missing as NaN; the store says None."""
    return None if pd.isna(value) else value


def _report(
    frame: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame,
    found: Located,
    changed: int,
    seconds: float,
) -> LocateReport:
    keys = (frame[c.BATCH] + "/" + frame[c.PATCH_CODE]).to_numpy(dtype=object)
    codes = layer[c.GRID_CODE].tolist()
    is_outside = found.grid < 0
    return LocateReport(
        patches=len(keys),
        located=int((~is_outside).sum()),
        outside=int(is_outside.sum()),
        straddling=int(found.is_straddling.sum()),
        ties=tuple(
            Tie(keys[i], codes[found.grid[i]], tuple(codes[g] for g in found.tied_with[i]))
            for i in np.flatnonzero(found.is_tie)
        ),
        outside_codes=tuple(keys[is_outside]),
        changed=changed,
        seconds=round(seconds, 3),
    )
