"""Patches read in columns, some at a time: on both engines the same as all at once."""

from datetime import date

import numpy as np
import pytest
import shapely

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.store import batches, patch_columns, patches
from geo.store.changes import change_patches, insert_patches
from geo.store.door import Store
from geo.store.patch_columns import BOXES, DUE_NO, WORDS, PatchColumns, day_of
from tests.builders import NOON, actor, fill_store, make_batch, make_patch_row
from tests.store.test_contract import assign

# Codes whose order is that of their bytes and not that of numbers or of a language.
CODES = ["10", "9", "Ä", "a", "B", "图", "é/1"]


@pytest.fixture
def filled(store: Store) -> Store:
    """Two batches, delivered in another order than that of their names and codes."""
    fill_store(store, patches=3)
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch("A9", count=len(CODES)))
        rows = [
            make_patch_row(code, batch="A9", cause=str(n % 2), area_ha=n / 7)
            for n, code in enumerate(CODES)
        ]
        insert_patches(session, rows, at=NOON, detail={})
        change_patches(session, [assign(2, 1)], at=NOON)
    return store


def told(columns: PatchColumns) -> dict[str, list[object]]:
    """Say what stands in the columns, with their texts."""
    said: dict[str, list[object]] = {n: v.tolist() for n, v in columns.numbers.items()}
    for name in WORDS:
        texts = [*columns.words[name].texts, None]
        said[name] = [texts[number] for number in columns.numbers[name]]
    return said | {c.PATCH_CODE: columns.codes.to_pylist()}


@pytest.mark.parametrize("at_once", [1, 3, 10, 1_000])
def test_some_at_a_time_give_what_all_at_once_give(
    filled: Store, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(patch_columns, "AT_ONCE", at_once)
    monkeypatch.setattr(patch_columns, "IDS_AT_ONCE", at_once)
    monkeypatch.setattr(patches, "CHUNK", at_once)
    with filled.reading(actor()) as session:
        whole = patches.patch_table(session, PatchFilter())
        read = patch_columns.read_patch_columns(session)
        by_ids = patch_columns.read_patch_columns(session, ids=whole["id"][::-1].tolist())
        parts = list(patches.patch_tables(session, [PatchFilter()]))
        found = patch_columns.outlines(session, whole["id"].tolist())
        seen = patches.visible_ids(session)
    said = told(read)
    assert told(by_ids) == said
    stored = whole.astype(object).where(whole.notna(), None)
    for name in ("id", c.VERSION, c.AREA_HA, c.PATCH_CODE, *WORDS):
        assert said[name] == stored[name].tolist(), name
    assert [day_of(number) for number in read.numbers[DUE_NO]] == stored[c.DUE].tolist()
    assert date(2026, 10, 1) in stored[c.DUE].tolist()
    assert said[BOXES] == shapely.bounds(shapely.from_wkb(whole["wkb"].to_numpy())).tolist()
    assert found == dict(zip(whole["id"], whole["wkb"], strict=True))
    assert sorted(seen) == sorted(whole["id"])
    rows = [row for part in parts for row in part[c.PATCH_CODE]]
    assert rows == said[c.PATCH_CODE] == [*sorted(CODES), "1", "2", "3"]
    assert [len(part) for part in parts] == [
        len(rows[n : n + at_once]) for n in range(0, len(rows), at_once)
    ]


def test_a_change_leaves_the_columns_before_it_as_they_were(filled: Store) -> None:
    with filled.reading(actor()) as session:
        before = patch_columns.read_patch_columns(session)
    kept = told(before)
    with filled.writing(actor()) as session:
        change_patches(session, [assign(1, 1, "ranger-2")], at=NOON)
    with filled.reading(actor()) as session:
        rows = patch_columns.read_patch_columns(session, words=before.words, ids=[1])
        after = before.exchanged(rows)
        again = patch_columns.read_patch_columns(session)
    assert told(before) == kept
    assert after is not None
    assert told(after) == told(again) != kept
    assert after.numbers[BOXES] is before.numbers[BOXES]


def test_columns_know_which_rows_they_cannot_take(filled: Store) -> None:
    with filled.reading(actor()) as session:
        columns = patch_columns.read_patch_columns(session)
    some = columns.only([0, 2])
    assert told(some)[c.PATCH_CODE] == [told(columns)[c.PATCH_CODE][n] for n in (0, 2)]
    assert some.exchanged(columns) is None, "some of them are new"
    assert columns.places_of([*columns.numbers["id"][::-1], 99]).tolist() == [
        *reversed(range(len(columns))),
        -1,
    ]
    (first,) = [columns.only([0])]
    renumbered = patch_columns.PatchColumns(
        first.numbers, first.words, columns.codes[1:2], np.array([0]), first.numbers["id"]
    )
    assert columns.exchanged(renumbered) is None, "one has another number"
