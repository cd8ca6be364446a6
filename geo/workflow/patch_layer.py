"""The patches of a workspace in memory: read once, then only what has changed since.

Screens look at the same patches again and again, each person at their own part. They are read whole
once; after that a change costs what it changed. A person's part is found by a question for the
numbers of their patches, whose condition is their territory; after a change it is asked again for
what changed.
"""

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Stage
from geo.model.things import Actor
from geo.store import history, patch_columns, patches
from geo.store.door import Session, Store
from geo.store.patch_columns import (
    ABSENT,
    DUE_NO,
    NO_DUE,
    STAGE_NO,
    PatchColumns,
    day_number,
    day_of,
)
from geo.store.people import PROGRAM
from geo.workflow.patch_rows import Mask, Patches, Rows

_STAGE_NO = {stage: number for number, stage in enumerate(Stage)}

# With more changes than this the whole is read anew: that is quicker than to exchange rows.
MANY_CHANGES = 20_000
KEPT_PARTS = 16


@dataclass(slots=True)
class _Part:
    """The rows that people with the same scope see, as of an event; None: all rows."""

    seq: int
    rows: Rows | None
    patches: Patches | None  # made of the newest columns, or not yet


class PatchLayers:
    """The patches of one workspace, each person's part of them. Never change what it gives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seq = -1
        self._whole = Patches(patch_columns.no_patches())
        self._parts: OrderedDict[object, _Part] = OrderedDict()

    def of(self, actor: Actor) -> tuple[int, Patches]:
        """Give a person's patches as they stand now.

        Returns
        -------
        tuple of int and Patches
            A number that changes with the patches, and the patches.
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
            # There is one event a change at least.
            is_anew = self._seq < 0 or newest - self._seq > MANY_CHANGES
            changed = None if is_anew else history.changed_since(session, self._seq)
            renewed = self._renewed(session, changed)
        if self._seq < 0:
            # What was loaded by now stays for long and need not be searched for garbage: Streamlit
            # asks for a full search after every run.
            gc.freeze()
        self._whole, self._seq = Patches(renewed), newest
        for part in self._parts.values():
            part.patches = None  # else who looks seldom would keep older columns alive

    def _renewed(self, session: Session, changed: Sequence[int] | None) -> PatchColumns:
        renewed = None
        if changed is not None:
            before = self._whole.columns
            rows = patch_columns.read_patch_columns(session, words=before.words, ids=changed)
            renewed = before.exchanged(rows)
        if renewed is None:  # the first look, or patches came or were renumbered
            self._parts.clear()
            renewed = patch_columns.read_patch_columns(session)
        return renewed

    def _part(self, actor: Actor) -> Patches:
        scope = scope_of(actor)
        part = self._parts.get(scope)
        if part is None or part.patches is None:
            rows = self._seen_by(actor, part)
            is_all = len(rows) == len(self._whole)
            shown = self._whole if is_all else Patches(self._whole.columns, rows)
            self._parts[scope] = _Part(self._seq, None if is_all else rows, shown)
        else:
            shown = part.patches
        self._parts.move_to_end(scope)
        while len(self._parts) > KEPT_PARTS:
            self._parts.popitem(last=False)
        return shown

    def _seen_by(self, actor: Actor, before: _Part | None) -> Rows:
        """Find the rows of a person's patches: after a change only what changed is asked for."""
        changed: list[int] | None = None
        if before is not None and self._seq - before.seq <= MANY_CHANGES:
            with self._store.reading(PROGRAM) as session:
                changed = history.changed_since(session, before.seq)
        with self._store.reading(actor) as session:
            seen = patches.visible_ids(session, ids=changed)
        is_seen = np.zeros(len(self._whole), dtype=bool)
        if before is not None and changed is not None:
            is_seen[slice(None) if before.rows is None else before.rows] = True
            is_seen[self._rows_of(changed)] = False
        is_seen[self._rows_of(seen)] = True
        return np.flatnonzero(is_seen).astype(np.int32)

    def _rows_of(self, ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
        places = self._whole.columns.places_of(ids)
        return places[places >= 0]  # what came since is seen with the next look


def scope_of(actor: Actor) -> tuple[object, ...]:
    """Name the part of the patches that somebody sees: the same for all who see the same."""
    own = actor.code if actor.only_own else ""
    return (actor.prefixes, actor.grids, own, actor.only_cases)


def fits(layer: Patches, wanted: PatchFilter) -> Mask:
    """Tell which patches fit; the same ones that the store would find.

    ``codes`` and ``bounds`` are the store's alone.
    """
    mask = np.ones(len(layer), dtype=bool)
    if wanted.stages:
        mask &= _at(layer, wanted.stages)
    for name, values in (
        (c.BATCH, wanted.batches),
        (c.GRID_CODE, wanted.grids),
        (c.ASSIGNEE, wanted.people),
        (c.CAUSE, wanted.causes),
    ):
        if values:
            numbers = map(layer.columns.words[name].number, values)
            mask &= _is_one_of(layer[name], [n for n in numbers if n is not None])
    if wanted.overdue_on is not None:
        mask &= late(layer, wanted.overdue_on)
    if wanted.due_from is not None:
        due = layer[DUE_NO]
        mask &= (due >= day_number(wanted.due_from)) & (due != NO_DUE)
    if wanted.due_until is not None:
        mask &= layer[DUE_NO] <= day_number(wanted.due_until)
    if wanted.located is not None:
        mask &= (layer[c.GRID_CODE] != ABSENT) == wanted.located
    if wanted.search:
        mask &= _has(layer, wanted.search)
    if wanted.has_alert:
        mask &= layer[c.ALERT]
    return mask


def late(layer: Patches, today: date) -> Mask:
    """Tell which patches are past their deadline and not closed."""
    is_past: Mask = layer[DUE_NO] < day_number(today)
    return is_past & ~_at(layer, CLOSED_STAGES)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has to look at in the field.

    Attributes
    ----------
    assigned, in_field
        How many of their patches are still here, and how many they have taken out.
    due
        The earliest deadline; None if none has one.
    """

    assigned: int
    in_field: int
    due: date | None


def loads_of(layer: Patches) -> dict[str, Load]:
    """Count what each person has to look at in the field; those with nothing are left out."""
    out = layer.some(_at(layer, (Stage.ASSIGNED, Stage.IN_FIELD)) & (layer[c.ASSIGNEE] != ABSENT))
    names, people = layer.columns.words[c.ASSIGNEE].texts, out[c.ASSIGNEE]
    is_out = _at(out, (Stage.IN_FIELD,))
    here, away = (np.bincount(people[m], minlength=len(names)) for m in (~is_out, is_out))
    first = np.full(len(names), NO_DUE, dtype=np.int32)
    np.minimum.at(first, people, out[DUE_NO])
    return {
        names[n]: Load(int(here[n]), int(away[n]), day_of(first[n]))
        for n in sorted(np.flatnonzero(here + away), key=names.__getitem__)
    }


def _at(layer: Patches, stages: Iterable[Stage]) -> Mask:
    wanted = np.zeros(len(Stage), dtype=bool)
    wanted[[_STAGE_NO[stage] for stage in stages]] = True
    found: Mask = wanted[layer[STAGE_NO]]
    return found


def _is_one_of(column: npt.NDArray[np.int32], numbers: Sequence[int]) -> Mask:
    if len(numbers) == 1:  # np.isin sorts a million to look for one
        found: Mask = column == numbers[0]
        return found
    return np.isin(column, np.array(numbers, dtype=column.dtype))


def _has(layer: Patches, search: str) -> Mask:
    codes = layer.columns.codes
    if layer.rows is not None:
        codes = codes.take(pa.array(layer.rows))
    # Without letters the plain search does, which is several times as fast.
    found = pc.match_substring(codes, search, ignore_case=search.lower() != search.upper())
    has: Mask = found.to_numpy(zero_copy_only=False)
    return has
