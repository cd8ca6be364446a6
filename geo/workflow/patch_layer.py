"""The patches of a workspace in memory: read once, then only what has changed since.

Screens look at the same hundred thousand patches again and again, each person at their own part.
They are read whole once; after that a change costs what it changed, and a person's part costs one
question for the numbers of their patches, whose condition is their territory.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage
from geo.model.things import Actor
from geo.store import history, patches
from geo.store.door import Session, Store
from geo.store.people import PROGRAM

Mask = npt.NDArray[np.bool_]

# Columns that the layer has beside those of the table.
KEY = "key"  # BATCH/CODE
STAGE_NO = "stage_no"  # place in the list of stages
DUE_NO = "due_no"  # days since 1970-01-01; NO_DUE if there is no deadline
BOX = ["west", "south", "east", "north"]  # degrees

NO_DUE = np.iinfo(np.int32).max
_STAGE_NO = {stage.value: number for number, stage in enumerate(Stage)}
_DAY_0 = date(1970, 1, 1).toordinal()

# With more changes than this the whole is read anew: that is quicker than to exchange rows.
MANY_CHANGES = 20_000
KEPT_PARTS = 16


class PatchLayers:
    """The patches of one workspace, each person's part of them. Never change what it gives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seq = -1
        self._whole = gpd.GeoDataFrame()
        self._parts: OrderedDict[object, tuple[int, gpd.GeoDataFrame]] = OrderedDict()

    def of(self, actor: Actor) -> tuple[int, gpd.GeoDataFrame]:
        """Give a person's patches as they stand now.

        Returns
        -------
        tuple of int and geopandas.GeoDataFrame
            A number that changes with the patches; and the layer in EPSG:4490, ordered by batch and
            code, with the columns of `geo.store.patches.patch_frame` and `KEY`, `STAGE_NO`,
            `DUE_NO` and `BOX`.
        """
        with self._lock:
            self._refresh()
            if actor.is_everywhere and not (actor.only_own or actor.only_cases):
                return self._seq, self._whole
            return self._seq, self._part(actor)

    def _refresh(self) -> None:
        with self._store.reading(PROGRAM) as session:
            newest = history.newest_seq(session)
            if newest == self._seq:
                return
            changed = history.changed_since(session, self._seq) if self._seq >= 0 else None
            self._whole = self._renewed(session, changed)
            self._seq = newest

    def _renewed(self, session: Session, changed: Sequence[int] | None) -> gpd.GeoDataFrame:
        if changed is None or len(changed) > MANY_CHANGES:
            return _with_helpers(patches.patch_frame(session, PatchFilter()))
        places = self._whole.index.get_indexer(list(changed))
        if (places < 0).any():  # new ones have to be put in their place among the others
            return _with_helpers(patches.patch_frame(session, PatchFilter()))
        rows = _with_helpers(patches.patch_frame(session, PatchFilter(), ids=changed))
        if rows[KEY].tolist() != self._whole[KEY].iloc[np.sort(places)].tolist():
            return _with_helpers(patches.patch_frame(session, PatchFilter()))  # renumbered
        return _exchanged(self._whole, rows)

    def _part(self, actor: Actor) -> gpd.GeoDataFrame:
        own = actor.code if actor.only_own else ""
        scope = (actor.prefixes, actor.grids, own, actor.only_cases)
        seq, part = self._parts.get(scope, (-1, self._whole))
        if seq != self._seq:
            with self._store.reading(actor) as session:
                seen = patches.visible_ids(session)
            places = np.sort(self._whole.index.get_indexer(seen))
            places = places[places >= 0]  # what came since is seen with the next look
            is_all = len(places) == len(self._whole)
            part = self._whole if is_all else self._whole.iloc[places]
            self._parts[scope] = (self._seq, part)
        self._parts.move_to_end(scope)
        while len(self._parts) > KEPT_PARTS:
            self._parts.popitem(last=False)
        return part


def fits(layer: gpd.GeoDataFrame, wanted: PatchFilter) -> Mask:
    """Tell which patches of a layer fit; the same ones that the store would find.

    ``codes`` and ``bounds`` are the store's alone.
    """
    mask = np.ones(len(layer), dtype=bool)
    stage, due = layer[STAGE_NO].to_numpy(), layer[DUE_NO].to_numpy()
    if wanted.stages:
        mask &= np.isin(stage, [_STAGE_NO[s] for s in wanted.stages])
    for name, values in (
        (c.BATCH, wanted.batches),
        (c.GRID_CODE, wanted.grids),
        (c.ASSIGNEE, wanted.people),
        (c.CAUSE, wanted.causes),
    ):
        if values:
            mask &= layer[name].isin(values).to_numpy()
    if wanted.overdue_on is not None:
        mask &= late(layer, wanted.overdue_on)
    if wanted.due_from is not None:
        mask &= (due >= day_number(wanted.due_from)) & (due != NO_DUE)
    if wanted.due_until is not None:
        mask &= due <= day_number(wanted.due_until)
    if wanted.located is not None:
        mask &= layer[c.GRID_CODE].notna().to_numpy() == wanted.located
    if wanted.search:
        text = layer[c.PATCH_CODE].str
        mask &= text.contains(wanted.search, regex=False, case=False).to_numpy(dtype=bool)
    if wanted.has_alert:
        mask &= layer[c.ALERT].notna().to_numpy()
    return mask


def late(layer: gpd.GeoDataFrame, today: date) -> Mask:
    """Tell which patches are past their deadline and not closed."""
    closed = np.isin(layer[STAGE_NO].to_numpy(), [_STAGE_NO[s] for s in CLOSED_STAGES])
    is_past: Mask = layer[DUE_NO].to_numpy() < day_number(today)
    return is_past & ~closed


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return day.toordinal() - _DAY_0


def _with_helpers(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add what every screen would make of the columns anew at every look."""
    boxes = frame.geometry.bounds.to_numpy()
    due = [NO_DUE if day is None else day.toordinal() - _DAY_0 for day in frame[c.DUE]]
    helpers = {
        KEY: frame[c.BATCH].str.cat(frame[c.PATCH_CODE], sep="/"),
        STAGE_NO: np.array([_STAGE_NO[s] for s in frame[c.STAGE]], dtype=np.int8),
        DUE_NO: np.array(due, dtype=np.int32),
    } | {name: boxes[:, i] for i, name in enumerate(BOX)}
    return frame.assign(**helpers).set_index("id", drop=False).rename_axis(None)


def _exchanged(whole: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make a layer in which some rows are others; the one before stays for whoever looks at it."""
    places = whole.index.get_indexer(rows.index)
    columns = {}
    for name in whole.columns:
        values = whole[name].to_numpy().copy()
        values[places] = rows[name].to_numpy()
        columns[name] = values
    geometry = columns.pop("geometry")
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=whole.crs, index=whole.index)
