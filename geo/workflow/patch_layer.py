"""The patches of a workspace in memory: read once, then only what has changed since.

Screens look at the same hundred thousand patches again and again, each person at their own part.
They are read whole once; after that a change costs what it changed, and a person's part costs one
question for the numbers of their patches, whose condition is their territory.
"""

import gc
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage
from geo.model.things import Actor
from geo.store import history, patches
from geo.store.door import Session, Store
from geo.store.patches import WKB
from geo.store.people import PROGRAM

Mask = npt.NDArray[np.bool_]

# Columns that the layer has beside those of the table.
KEY = "key"  # BATCH/CODE
STAGE_NO = "stage_no"  # place in the list of stages
DUE_NO = "due_no"  # days since 1970-01-01; NO_DUE if there is no deadline
BOX = ["west", "south", "east", "north"]  # degrees
HELPERS = [KEY, STAGE_NO, DUE_NO, *BOX]

NO_DUE = np.iinfo(np.int32).max
_STAGE_NO = {stage.value: number for number, stage in enumerate(Stage)}
_DAY_0 = date(1970, 1, 1).toordinal()

# With more changes than this the whole is read anew: that is quicker than to exchange rows.
MANY_CHANGES = 20_000
KEPT_PARTS = 16
SHAPES_AT_ONCE = 5_000


class PatchLayers:
    """The patches of one workspace, each person's part of them. Never change what it gives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seq = -1
        self._whole = pd.DataFrame()
        self._parts: OrderedDict[object, tuple[int, pd.DataFrame]] = OrderedDict()

    def of(self, actor: Actor) -> tuple[int, pd.DataFrame]:
        """Give a person's patches as they stand now.

        Returns
        -------
        tuple of int and geopandas.GeoDataFrame
            A number that changes with the patches; and the layer in EPSG:4490, ordered by batch and
            code, with the columns of `geo.store.patches.patch_table` and `KEY`, `STAGE_NO`,
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

    def _renewed(self, session: Session, changed: Sequence[int] | None) -> pd.DataFrame:
        if changed is None or len(changed) > MANY_CHANGES:
            whole = _with_helpers(patches.patch_table(session, PatchFilter()))
            # What stays for long need not be searched for garbage: Streamlit asks for a full
            # search after every run, 0.2 s with the outlines of 100,000 patches in it.
            gc.freeze()
            return whole
        places = self._whole.index.get_indexer(pd.Index(changed))
        if (places < 0).any():  # new ones have to be put in their place among the others
            return _with_helpers(patches.patch_table(session, PatchFilter()))
        rows = _with_helpers(patches.patch_table(session, PatchFilter(), ids=changed))
        if rows[KEY].tolist() != self._whole[KEY].iloc[np.sort(places)].tolist():
            return _with_helpers(patches.patch_table(session, PatchFilter()))  # renumbered
        return _exchanged(self._whole, rows)

    def _part(self, actor: Actor) -> pd.DataFrame:
        scope = scope_of(actor)
        seq, part = self._parts.get(scope, (-1, self._whole))
        if seq != self._seq:
            with self._store.reading(actor) as session:
                seen = patches.visible_ids(session)
            places = np.sort(self._whole.index.get_indexer(pd.Index(seen)))
            places = places[places >= 0]  # what came since is seen with the next look
            is_all = len(places) == len(self._whole)
            part = self._whole if is_all else self._whole.iloc[places]
            self._parts[scope] = (self._seq, part)
        self._parts.move_to_end(scope)
        while len(self._parts) > KEPT_PARTS:
            self._parts.popitem(last=False)
        return part


def scope_of(actor: Actor) -> tuple[object, ...]:
    """Name the part of the patches that somebody sees: the same for all who see the same."""
    own = actor.code if actor.only_own else ""
    return (actor.prefixes, actor.grids, own, actor.only_cases)


def fits(layer: pd.DataFrame, wanted: PatchFilter) -> Mask:
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


def late(layer: pd.DataFrame, today: date) -> Mask:
    """Tell which patches are past their deadline and not closed."""
    closed = np.isin(layer[STAGE_NO].to_numpy(), [_STAGE_NO[s] for s in CLOSED_STAGES])
    is_past: Mask = layer[DUE_NO].to_numpy() < day_number(today)
    return is_past & ~closed


def redrawn(
    row: pd.DataFrame, outline: shapely.Geometry, *, stage: Stage, code: str
) -> pd.DataFrame:
    """Give one patch's row as if it had another outline (EPSG:4490), stage and number."""
    box = dict(zip(BOX, shapely.bounds(outline), strict=True))
    known = {c.STAGE: stage.value, STAGE_NO: np.int8(_STAGE_NO[stage.value]), c.PATCH_CODE: code}
    changed = row.assign(**known, **box)
    changed[WKB] = [shapely.to_wkb(outline)] * len(row)
    return changed


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return day.toordinal() - _DAY_0


def _with_helpers(frame: pd.DataFrame) -> pd.DataFrame:
    """Add what every screen would make of the columns anew at every look."""
    boxes = _boxes(frame[WKB].to_numpy())
    due = [NO_DUE if day is None else day.toordinal() - _DAY_0 for day in frame[c.DUE]]
    keys = frame[c.BATCH].str.cat(frame[c.PATCH_CODE], sep="/")
    helpers: dict[str, Any] = {
        # As objects of Python, which is what maps and tables take: 1 ms a look instead of 30.
        KEY: keys.astype(object),
        c.PATCH_CODE: frame[c.PATCH_CODE].astype(object),
        STAGE_NO: np.array([_STAGE_NO[s] for s in frame[c.STAGE]], dtype=np.int8),
        DUE_NO: np.array(due, dtype=np.int32),
    } | {name: boxes[:, i] for i, name in enumerate(BOX)}
    return frame.assign(**helpers).set_index("id", drop=False).rename_axis(None)


def _exchanged(whole: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Make a layer in which some rows are others; the one before stays for whoever looks at it."""
    places = whole.index.get_indexer(rows.index)
    renewed = whole.copy(deep=False)
    for name in whole.columns:
        # What is the same is shared: somebody who looks at an older layer keeps little alive.
        if whole[name].iloc[places].equals(rows[name].astype(whole[name].dtype)):
            continue
        values = whole[name].to_numpy(copy=True)
        values[places] = rows[name].to_numpy()
        renewed[name] = pd.Series(values, index=whole.index, dtype=whole[name].dtype)
    return renewed


def _boxes(outlines: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Take the bounds of outlines, some at a time: all shapes at once would fill the memory."""
    boxes = np.empty((len(outlines), 4))
    for start in range(0, len(outlines), SHAPES_AT_ONCE):
        some = slice(start, start + SHAPES_AT_ONCE)
        boxes[some] = shapely.bounds(shapely.from_wkb(outlines[some]))
    return boxes


class Outlines:
    """The shapes of a layer in EPSG:4490, made of their bytes when they are drawn."""

    def __init__(self, layer: pd.DataFrame) -> None:
        self._wkb = layer[WKB].to_numpy()

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """Give the shapes of some rows."""
        shapes: npt.NDArray[np.object_] = shapely.from_wkb(self._wkb[rows])
        return shapes
