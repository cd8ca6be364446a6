"""Patches that somebody looks at: all that they see or some of them, as they stood at one moment.

Nothing is copied before it is shown: a filter gives rows of columns that all share, and only the
few rows of a table on a screen become a table.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, TypeVar, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from geo.model import columns as c
from geo.model.stages import Stage
from geo.model.things import Actor
from geo.store import patch_columns
from geo.store.door import Store
from geo.store.patch_columns import ABSENT, BOXES, DUE_NO, STAGE_NO, WORDS, PatchColumns, day_of

__all__ = ["BOX", "KEY", "STAGE_NO", "Made", "Mask", "Outlines", "Patches", "Rows", "redrawn"]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]
Bounds = tuple[float, float, float, float]

KEY = "key"  # BATCH/CODE
BOX = ["west", "south", "east", "north"]  # the sides of a box, in degrees
MU_PER_HA = 15
_MOST_DIGITS = 9  # of an id
_STAGES = tuple(Stage)

T = TypeVar("T")


class Made(Sequence[T]):
    """Values that are made when they are asked for, because few of them will be."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        """Count them."""
        return self._count

    @overload
    def __getitem__(self, row: int) -> T: ...

    @overload
    def __getitem__(self, row: slice) -> list[T]: ...

    def __getitem__(self, row: int | slice) -> T | list[T]:
        """Make one, or some."""
        if isinstance(row, slice):
            return [self._make(one) for one in range(self._count)[row]]
        if not 0 <= row < self._count:
            raise IndexError(row)
        return self._make(row)


class Patches:
    """Patches as they stood at one moment, ordered by batch and code; never changed.

    Parameters
    ----------
    columns
        Of all patches of the workspace.
    rows
        Which of them these are, ascending; None: all.
    outline
        Of the one patch that these are, if it is not the one in the store.
    """

    def __init__(
        self,
        columns: PatchColumns,
        rows: Rows | None = None,
        *,
        outline: shapely.Geometry | None = None,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.outline = outline
        self._texts: dict[str, list[str]] = {}

    def __len__(self) -> int:
        """Count the patches."""
        return len(self.columns) if self.rows is None else len(self.rows)

    def __contains__(self, key: object) -> bool:
        """Tell whether a patch is among these, by BATCH/CODE."""
        return isinstance(key, str) and self.place_of(key) is not None

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Give a column: ``id``, `STAGE_NO`, …; the numbers of the texts of `WORDS`."""
        column = self.columns.numbers[name]
        return column if self.rows is None else column[self.rows]

    @property
    def empty(self) -> bool:
        """Whether there are none."""
        return len(self) == 0

    @property
    def keys(self) -> Sequence[str]:
        """The patches as BATCH/CODE, each made when it is asked for."""
        batches, codes = self.columns.numbers[c.BATCH], self.columns.codes
        names = self.columns.words[c.BATCH].texts

        def key(row: int) -> str:
            place = self._place(row)
            return f"{names[batches[place]]}/{codes[place].as_py()}"

        return Made(len(self), key)

    @property
    def codes(self) -> Sequence[str]:
        """The patches' own numbers, each made when it is asked for."""
        return Made(len(self), lambda row: str(self.columns.codes[self._place(row)].as_py()))

    @property
    def boxes(self) -> npt.NDArray[np.float64]:
        """The bounds of the outlines in degrees: west, south, east, north."""
        boxes: npt.NDArray[np.float64] = self[BOXES]
        return boxes

    @cached_property
    def membership(self) -> str:
        """Tell apart which patches these are; the same for all of them, whatever they are."""
        return "" if self.rows is None else blake2b(self.rows.tobytes(), digest_size=6).hexdigest()

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages in which some of them stand, in the order of the stages."""
        there = np.bincount(self[STAGE_NO], minlength=len(_STAGES))
        return [_STAGES[number] for number in np.flatnonzero(there)]

    @cached_property
    def bounds(self) -> Bounds | None:
        """What holds all their outlines, in degrees; None if there is none."""
        if self.empty:
            return None
        west, south = (float(np.fmin.reduce(side)) for side in self.boxes.T[:2])
        east, north = (float(np.fmax.reduce(side)) for side in self.boxes.T[2:])
        return None if np.isnan(west) else (west, south, east, north)

    def counts(self, name: str) -> dict[str | None, int]:
        """Count the patches with each text of a column, in the order of the texts.

        Returns
        -------
        dict
            Texts that no patch has are left out; None: without one, comes first.
        """
        texts = self.columns.words[name].texts
        found = np.bincount(self[name] - ABSENT, minlength=len(texts) + 1)
        there = sorted((texts[n - 1], int(found[n])) for n in np.flatnonzero(found) if n)
        return ({None: int(found[0])} if found[0] else {}) | dict(there)

    def texts(self, name: str) -> list[str]:
        """List the texts that some patch has in a column, in their order."""
        if name not in self._texts:
            self._texts[name] = [text for text in self.counts(name) if text is not None]
        return self._texts[name]

    def some(self, which: npt.ArrayLike) -> "Patches":
        """Keep to some of them: by a mask, or by their places among these, ascending."""
        places = np.asarray(which)
        if places.dtype == bool:
            if places.all():
                return self
            places = np.flatnonzero(places)
        places = places.astype(np.int32)
        return Patches(self.columns, places if self.rows is None else self.rows[places])

    def of_keys(self, keys: Iterable[str]) -> "Patches":
        """Keep to those with these keys."""
        found = {place for place in map(self.place_of, keys) if place is not None}
        return self.some(np.array(sorted(found), dtype=np.int32))

    def of_ids(self, ids: npt.ArrayLike) -> "Patches":
        """Keep to those with these ids; any other ids are left out."""
        places = self.columns.places_of(ids)
        rows = np.unique(places[places >= 0]).astype(np.int32)
        if self.rows is not None:
            # Few are looked for among many, which are in order.
            nearest = np.searchsorted(self.rows, rows).clip(max=max(len(self.rows) - 1, 0))
            rows = rows[self.rows[nearest] == rows] if len(self.rows) else rows[:0]
        return Patches(self.columns, rows)

    def place_of(self, key: str) -> int | None:
        """Find a patch by BATCH/CODE; None if it is not among these."""
        batch, _, code = key.partition("/")
        number = self.columns.words[c.BATCH].number(batch)
        if number is None:
            return None
        # All patches are in order: nothing has to be searched from end to end.
        ends = np.array([number, number + 1], dtype=np.int32)
        start, end = np.searchsorted(self.columns.numbers[c.BATCH], ends).tolist()
        codes = self.columns.codes
        place = bisect_left(range(end), code, start, end, key=lambda n: codes[n].as_py())
        if place == end or codes[place].as_py() != code:
            return None
        if self.rows is None:
            return place
        among = int(np.searchsorted(self.rows, np.int32(place)))
        return among if among < len(self.rows) and self.rows[among] == place else None

    def key_of(self, patch_id: str) -> str | None:
        """Find a patch by its id as a map tells it; None if it is not among these."""
        if not patch_id.isdecimal() or len(patch_id) > _MOST_DIGITS:
            return None
        (row,) = self.columns.places_of([int(patch_id)]).tolist()
        if row < 0:
            return None
        key = Patches(self.columns).keys[row]
        return key if key in self else None

    def first_due(self, most: int, *, start: int = 0) -> pd.DataFrame:
        """Give those that are due first as a table; of the same day by batch and code.

        Parameters
        ----------
        most
            How many.
        start
            How many that are due before are passed over.
        """
        due, end = self[DUE_NO], start + most
        places = np.arange(len(due))
        if len(due) > end:
            # Those before the last day that is needed, and as many of that day as there is room.
            last = np.partition(due, end - 1)[end - 1]
            before, then = np.flatnonzero(due < last), np.flatnonzero(due == last)
            places = np.sort(np.append(before, then[: end - len(before)]))
        return self.table(places[np.argsort(due[places], kind="stable")][start:])

    def rank_of(self, key: str) -> int | None:
        """Count those before a patch in the order of `first_due`; None if it is not among these."""
        place = self.place_of(key)
        if place is None:
            return None
        due = self[DUE_NO]
        before = np.count_nonzero(due < due[place])
        return int(before + np.count_nonzero(due[:place] == due[place]))

    def table(self, places: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Give a few of them as a table with their texts, in the order of the places."""
        wanted = np.arange(len(self)) if places is None else np.asarray(places, dtype=np.int64)
        rows = wanted if self.rows is None else self.rows[wanted]
        numbers, words = self.columns.numbers, self.columns.words
        codes = self.columns.codes.take(pa.array(rows)).to_pylist()
        said = {
            name: [words[name].texts[n] if n != ABSENT else None for n in numbers[name][rows]]
            for name in WORDS
        }
        area = numbers[c.AREA_HA][rows]
        values = {
            "id": numbers["id"][rows],
            KEY: [f"{batch}/{code}" for batch, code in zip(said[c.BATCH], codes, strict=True)],
            c.PATCH_CODE: codes,
            c.STAGE: [_STAGES[number].value for number in numbers[STAGE_NO][rows]],
            c.VERSION: numbers[c.VERSION][rows],
            c.AREA_HA: area,
            c.AREA_MU: (area * MU_PER_HA).round(2),
            c.DUE: [day_of(number) for number in numbers[DUE_NO][rows]],
        }
        texts = (KEY, c.PATCH_CODE, c.STAGE, c.DUE)
        frame = pd.DataFrame(values | said)
        return frame.astype(dict.fromkeys([*texts, *WORDS], object))

    def _place(self, row: int) -> int:
        return int(row if self.rows is None else self.rows[row])


class Outlines:
    """The shapes of patches in EPSG:4490, read from the store when they are drawn."""

    def __init__(self, store: Store, actor: Actor, patches: Patches) -> None:
        self._store, self._actor, self._patches = store, actor, patches

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """Give the shapes of some rows; None for what has left the actor's territory."""
        if self._patches.outline is not None:
            return np.array([self._patches.outline] * len(rows), dtype=object)
        ids = self._patches["id"][rows].tolist()
        with self._store.reading(self._actor) as session:
            found = patch_columns.outlines(session, ids)
        shapes = shapely.from_wkb(np.array([found.get(number) for number in ids], dtype=object))
        return np.asarray(shapes, dtype=object)


def redrawn(patches: Patches, outline: shapely.Geometry, *, stage: Stage, code: str) -> Patches:
    """Give one patch as if it had another outline (EPSG:4490), stage and number."""
    own = patches.columns.only(np.arange(len(patches)) if patches.rows is None else patches.rows)
    changed = {BOXES: shapely.bounds(outline), STAGE_NO: _STAGES.index(stage)}
    numbers = {
        name: np.full_like(column, changed[name]) if name in changed else column
        for name, column in own.numbers.items()
    }
    codes = pa.array([code] * len(patches), pa.string())
    columns = replace(own, numbers=MappingProxyType(numbers), codes=codes)
    return Patches(columns, outline=outline)
