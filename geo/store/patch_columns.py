"""Patches read column by column into typed arrays: what a memory needs that holds a million.

A patch takes some ninety bytes like this. Outlines are not among the columns: `outlines` reads
those that are drawn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from sqlalchemy import Row, select

from geo.model import columns as c
from geo.model.stages import Stage
from geo.store.door import Session
from geo.store.schema import patch
from geo.store.scope import patch_scope

Column = npt.NDArray[Any]
Places = npt.NDArray[np.int32]

# Columns that are made of those of the table.
STAGE_NO = "stage_no"  # place in the list of stages
DUE_NO = "due_no"  # days since 1970-01-01; NO_DUE if there is no deadline
BOXES = "boxes"  # west, south, east, north in degrees

NO_DUE = np.iinfo(np.int32).max
ABSENT = -1  # the number of a text that is not there
AT_ONCE = 10_000
# SQLite takes at most 32,766 bound values in one statement.
IDS_AT_ONCE = 10_000
_STAGE_NO = {stage.value: number for number, stage in enumerate(Stage)}
_DAY_0 = date(1970, 1, 1).toordinal()

# Texts that many patches share are kept as numbers.
WORDS = (c.BATCH, c.GRID_CODE, c.ASSIGNEE, c.CAUSE)
_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "id": np.int32,
        c.VERSION: np.int32,
        STAGE_NO: np.int8,
        DUE_NO: np.int32,
        c.AREA_HA: np.float64,
        c.ALERT: np.bool_,
        **dict.fromkeys(WORDS, np.int32),
    }
)
_READ = (
    patch.c.id,
    patch.c.version,
    patch.c.stage,
    patch.c.due,
    patch.c.area_ha,
    patch.c.alert.is_not(None).label("has_alert"),
    patch.c.batch,
    patch.c.grid_code,
    patch.c.assignee,
    patch.c.cause,
    patch.c.code,
    patch.c.geom,
)


class Words:
    """The texts that a column repeats, each with its number.

    It only grows: whoever looks at an older state of the column finds its numbers unchanged.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str | None, int] = {None: ABSENT}

    def coded(self, values: Sequence[str | None]) -> npt.NDArray[np.int32]:
        """Give the number of each text; new ones get theirs in their order."""
        new = {text for text in set(values) - self._numbers.keys() if text is not None}
        for text in sorted(new):
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return np.array([self._numbers[text] for text in values], dtype=np.int32)

    def number(self, text: str) -> int | None:
        """Find the number of a text; None if no patch has had it."""
        return self._numbers.get(text)


@dataclass(frozen=True, slots=True, eq=False)
class PatchColumns:
    """Patches as they stand at one moment, ordered by batch and code; never changed.

    Attributes
    ----------
    numbers
        One array a column: ``id``, ``version``, ``area_ha``, `STAGE_NO`, `DUE_NO`, whether there is
        an ``alert``, `BOXES` (EPSG:4490; not a
        number where there is no outline), and the `WORDS` as numbers.
    words
        What the numbers of each of the `WORDS` stand for.
    codes
        The patches' own numbers.
    """

    numbers: Mapping[str, Column]
    words: Mapping[str, Words]
    codes: pa.Array
    _by_id: Places
    _ids: Column

    def __len__(self) -> int:
        """Count the patches."""
        return len(self.codes)

    def places_of(self, ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Find the rows of patches by their ids; -1 for those that are not there."""
        wanted = np.asarray(ids, dtype=np.int32)
        if not len(self):
            return np.full(len(wanted), -1)
        nearest = np.searchsorted(self._ids, wanted).clip(max=len(self) - 1)
        return np.where(self._ids[nearest] == wanted, self._by_id[nearest], -1)

    def only(self, places: npt.ArrayLike) -> "PatchColumns":
        """Keep to some rows, ascending, in arrays of their own."""
        rows = np.asarray(places, dtype=np.int64)
        numbers = {name: column[rows] for name, column in self.numbers.items()}
        return _put_together(numbers, self.words, self.codes.take(pa.array(rows)))

    def exchanged(self, rows: "PatchColumns") -> "PatchColumns | None":
        """Give the columns with other values in some rows; what stays the same is shared.

        Parameters
        ----------
        rows
            Patches that were read with the same `words`.

        Returns
        -------
        PatchColumns or None
            None if one of them is not here or has another batch or code: all has to be read.
        """
        places = self.places_of(rows.numbers["id"])
        if (places < 0).any() or not self.codes.take(pa.array(places)).equals(rows.codes):
            return None
        if (self.numbers[c.BATCH][places] != rows.numbers[c.BATCH]).any():
            return None
        numbers = dict(self.numbers)
        for name, column in self.numbers.items():
            new = rows.numbers[name]
            if not np.array_equal(column[places], new, equal_nan=column.dtype.kind == "f"):
                numbers[name] = column.copy()
                numbers[name][places] = new
        return replace(self, numbers=MappingProxyType(numbers))


def read_patch_columns(
    session: Session,
    *,
    words: Mapping[str, Words] | None = None,
    ids: Sequence[int] | None = None,
) -> PatchColumns:
    """Read patches within the actor's territory, some thousands at a time.

    Parameters
    ----------
    words
        The texts of the columns that these rows will be put into; None: new ones.
    ids
        Only these; None: all.
    """
    words = {name: Words() for name in WORDS} if words is None else words
    chunks: dict[str, list[Column]] = {name: [column] for name, column in _no_numbers().items()}
    codes = [pa.array([], pa.string())]
    for rows in _chunks(session, ids):
        for name, column in _columns(rows, words):
            chunks[name].append(column)
        codes.append(pa.array([row.code for row in rows], pa.string()))
    # One after the other, so that no more than one of them is there twice.
    numbers = {name: np.concatenate(chunks.pop(name)) for name in list(chunks)}
    # Side by side: a view of the map looks for one side of all of them at a time.
    numbers[BOXES] = np.asfortranarray(numbers[BOXES])
    return _put_together(numbers, words, pa.concat_arrays(codes))


def _put_together(
    numbers: Mapping[str, Column], words: Mapping[str, Words], codes: pa.Array
) -> PatchColumns:
    by_id: Places = np.argsort(numbers["id"], kind="stable").astype(np.int32)
    return PatchColumns(MappingProxyType(dict(numbers)), words, codes, by_id, numbers["id"][by_id])


def no_patches() -> PatchColumns:
    """Give the columns of no patch."""
    return _put_together(
        _no_numbers(), {name: Words() for name in WORDS}, pa.array([], pa.string())
    )


def _no_numbers() -> dict[str, Column]:
    none: dict[str, Column] = {name: np.empty(0, dtype=kind) for name, kind in _TYPES.items()}
    return none | {BOXES: np.empty((0, 4))}


def outlines(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    """Read the outlines of patches within the actor's territory, as well-known binary.

    Returns
    -------
    dict
        By id; those outside the territory are left out.
    """
    query = select(patch.c.id, patch.c.geom).where(patch_scope(session.actor))
    found: dict[int, bytes] = {}
    for some in _parts_of(ids):
        rows = session.connection.execute(query.where(patch.c.id.in_(some)))
        found |= {row.id: row.geom for row in rows}
    return found


def day_number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return day.toordinal() - _DAY_0


def day_of(number: int) -> date | None:
    """Give the day of a number; None for `NO_DUE`."""
    return None if number == NO_DUE else date.fromordinal(int(number) + _DAY_0)


def _chunks(session: Session, ids: Sequence[int] | None) -> Iterator[Sequence[Row[Any]]]:
    query = select(*_READ).where(patch_scope(session.actor)).order_by(patch.c.batch, patch.c.code)
    if ids is None:
        found = session.connection.execute(query.execution_options(yield_per=AT_ONCE))
        yield from found.partitions()
        return
    # Of several parts each is ordered, but not all of them together.
    rows = [
        row
        for some in _parts_of(ids)
        for row in session.connection.execute(query.where(patch.c.id.in_(some)))
    ]
    if rows:
        yield sorted(rows, key=lambda row: (row.batch, row.code))


def _parts_of(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield [int(number) for number in ids[start : start + IDS_AT_ONCE]]


def _columns(
    rows: Sequence[Row[Any]], words: Mapping[str, Words]
) -> Iterable[tuple[str, npt.NDArray[Any]]]:
    ids, versions, stages, due, areas, alerts, *texts, _, shapes = zip(*rows, strict=True)
    yield "id", np.array(ids, dtype=np.int32)
    yield c.VERSION, np.array(versions, dtype=np.int32)
    yield STAGE_NO, np.array([_STAGE_NO[stage] for stage in stages], dtype=np.int8)
    days = [NO_DUE if day is None else day.toordinal() - _DAY_0 for day in due]
    yield DUE_NO, np.array(days, dtype=np.int32)
    yield c.AREA_HA, np.array(areas, dtype=np.float64)
    yield c.ALERT, np.array(alerts, dtype=np.bool_)
    for name, values in zip(WORDS, texts, strict=True):
        yield name, words[name].coded(values)
    yield BOXES, shapely.bounds(shapely.from_wkb(np.array(shapes, dtype=object)))
