"""Patches in memory: always what the store would say, for whoever asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Actor, Person
from geo.store import patch_columns, patches
from geo.store.door import Store
from geo.store.patch_columns import DUE_NO, NO_DUE
from geo.workflow import look
from geo.workflow.assign import assign_patches
from geo.workflow.close import close
from geo.workflow.patch_layer import PatchLayers, fits
from geo.workflow.patch_rows import KEY, Outlines, Patches
from geo.workflow.today import waiting_in
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, RANGER_2, actor
from tests.office import LATER, LAWFUL, bring_to, deliver_patches, patch_of
from tests.stored import waiting

COUNTY = Actor(replace(INSPECTOR, prefixes=("159901",)))
NOBODY = Actor(replace(MANAGER, prefixes=("1402",)))
PEOPLE = [actor(p) for p in (INSPECTOR, MANAGER, RANGER, RANGER_2, CHIEF)]
PARTNER = actor(Person("p", Role.PARTNER))


def assert_as_stored(layers: PatchLayers, store: Store, who: Actor) -> None:
    """What is in memory is what a reading of the whole gives."""
    _, layer = layers.of(who)
    with store.reading(who) as session:
        stored = patches.patch_table(session, PatchFilter())
    shown = layer.table()
    for name in shown.columns.drop(KEY):
        assert _plain(shown[name]) == _plain(stored[name]), name
    shapes = shapely.from_wkb(stored["wkb"].to_numpy())
    assert layer.boxes.tolist() == [list(shapely.bounds(shape)) for shape in shapes]
    assert Outlines(store, who, layer)[np.arange(len(layer))].tolist() == shapes.tolist()
    keys = (stored[c.BATCH] + "/" + stored[c.PATCH_CODE]).tolist()
    assert shown[KEY].tolist() == list(layer.keys) == keys
    assert [layer.place_of(key) for key in keys] == list(range(len(keys)))
    everybodys = layers.of(actor())[1].keys
    assert [key in layer for key in everybodys] == [key in keys for key in everybodys]


def _plain(values: pd.Series) -> list[object]:
    return values.astype(object).where(values.notna(), None).tolist()


@pytest.mark.parametrize("who", [*PEOPLE, PARTNER, COUNTY, NOBODY])
def test_each_person_has_their_part_before_and_after_each_step(
    store: Store, tmp_path: Path, who: Actor
) -> None:
    layers = PatchLayers(store)
    assert_as_stored(layers, store, who)
    bring_to(store, tmp_path, Stage.COUNTY_PASSED, answer=LAWFUL)
    assert_as_stored(layers, store, who)
    close(store, actor(INSPECTOR), patch_of(store), reason="齐全", at=LATER)
    assert_as_stored(layers, store, who)
    assign_patches(store, actor(MANAGER), [patch_of(store, "2")], at=NOON, to="ranger-2")
    assert_as_stored(layers, store, who)


def test_a_change_is_read_alone_and_the_layer_before_stays(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_to(store, tmp_path, Stage.ASSIGNED)
    layers = PatchLayers(store)
    seq, before = layers.of(actor())
    asked: list[object] = []
    real: Callable[..., object] = patch_columns.read_patch_columns

    def watched(*args: object, ids: object = None, **more: object) -> object:
        asked.append(ids)
        return real(*args, ids=ids, **more)

    monkeypatch.setattr(patch_columns, "read_patch_columns", watched)
    changed = patch_of(store, "2")
    due = changed.due and changed.due + timedelta(days=1)
    assign_patches(store, actor(MANAGER), [changed], at=NOON, to="ranger-2", due=due)
    after_seq, after = layers.of(actor())
    assert asked == [[changed.id]]
    assert after_seq > seq
    (row,) = before.columns.places_of([changed.id])
    assert _whose(before, row) == (changed.assignee, changed.due, changed.version)
    assert _whose(after, row) == ("ranger-2", due, changed.version + 1)
    shared = {n for n, v in before.columns.numbers.items() if after.columns.numbers[n] is v}
    assert set(before.columns.numbers) - shared == {c.ASSIGNEE, DUE_NO, c.VERSION}
    assert layers.of(actor())[1] is after, "nothing is read while nothing has changed"


def _whose(layer: Patches, row: int) -> tuple[object, ...]:
    return tuple(layer.table([row]).loc[0, [c.ASSIGNEE, c.DUE, c.VERSION]])


def test_after_a_change_a_part_is_asked_for_what_changed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_to(store, tmp_path, Stage.ASSIGNED)
    layers = PatchLayers(store)
    them = [actor(person) for person in (RANGER, RANGER_2)]
    before = [len(layers.of(who)[1]) for who in them]
    asked: list[object] = []
    real: Callable[..., object] = patches.visible_ids

    def watched(session: object, ids: object) -> object:
        asked.append(ids)
        return real(session, ids=ids)

    monkeypatch.setattr(patches, "visible_ids", watched)
    changed = patch_of(store, "2")
    assign_patches(store, actor(MANAGER), [changed], at=NOON, to="ranger-2")
    after = [layers.of(who)[1] for who in them]
    assert [len(layer) for layer in after] == [before[0] - 1, before[1] + 1]
    assert [changed.key in layer for layer in after] == [False, True]
    assert asked == [[changed.id]] * 2


def test_what_has_left_a_territory_is_not_drawn(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ASSIGNED)
    _, layer = PatchLayers(store).of(actor(RANGER))
    changed = patch_of(store, "2")
    assign_patches(store, actor(MANAGER), [changed], at=NOON, to="ranger-2")
    place = layer.place_of(changed.key)
    shapes = Outlines(store, actor(RANGER), layer)[np.arange(len(layer))]
    assert [row for row, shape in enumerate(shapes) if shape is None] == [place]


def test_the_first_due_are_those_of_the_whole_order(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path, tuple("123456789"))
    _, layer = PatchLayers(store).of(actor())
    days = [5, NO_DUE, 3, 5, 3, 3, NO_DUE, 9, 5]
    numbers = dict(layer.columns.numbers) | {DUE_NO: np.array(days, dtype=np.int32)}
    layer = Patches(replace(layer.columns, numbers=numbers))
    ordered = [layer.keys[n] for n in sorted(range(9), key=days.__getitem__)]
    for most in range(1, 11):
        assert layer.first_due(most)[KEY].tolist() == ordered[:most]
    evens = layer.some([0, 2, 4, 6, 8])
    assert evens.first_due(3)[KEY].tolist() == [layer.keys[n] for n in (2, 4, 0)]
    assert (evens.place_of(layer.keys[4]), evens.place_of(layer.keys[5])) == (2, None)


def test_new_patches_take_their_place(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    layers = PatchLayers(store)
    assert len(layers.of(actor())[1]) == len(look.find(store, actor()))


FILTERS = [
    PatchFilter(),
    PatchFilter(stages=(Stage.ASSIGNED, Stage.CLOSED_LAWFUL)),
    PatchFilter(batches=("2026-1",), people=("ranger-1",)),
    PatchFilter(grids=("G1",), causes=("421",)),
    PatchFilter(overdue_on=date(2026, 12, 1)),
    PatchFilter(due_from=date(2026, 9, 1), due_until=date(2026, 10, 1)),
    PatchFilter(due_from=date(2026, 10, 2)),
    PatchFilter(located=False),
    PatchFilter(located=True),
    PatchFilter(search="2"),
    PatchFilter(search="x"),
    PatchFilter(batches=("2026-1", "nowhere"), grids=("nowhere",)),
    PatchFilter(stages=(Stage.ASSIGNED,), people=("ranger-1", "ranger-2")),
    PatchFilter(has_alert=True),
]


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_filter_holds_for_the_same_patches_as_in_the_store(
    store: Store, tmp_path: Path, wanted: PatchFilter
) -> None:
    bring_to(store, tmp_path, Stage.CLOSED_LAWFUL, answer=LAWFUL)
    _, layer = PatchLayers(store).of(actor())
    found = {p.key for p in look.find(store, actor(), wanted)}
    fitting = layer.some(fits(layer, wanted))
    assert set(fitting.keys) == found
    # The same among some of them, where rows are not places any more.
    half = layer.some(np.arange(len(layer)) % 2 == 0)
    assert set(half.some(fits(half, wanted)).keys) == found & set(half.keys)


@pytest.mark.parametrize("who", [*PEOPLE, COUNTY])
def test_what_waits_is_the_same_from_memory(store: Store, tmp_path: Path, who: Actor) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    today = date(2026, 12, 1)
    _, layer = PatchLayers(store).of(who)
    assert waiting_in(layer, who, store.rules(), today=today) == waiting(store, who, today=today)
