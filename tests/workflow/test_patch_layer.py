"""Patches in memory: always what the store would say, for whoever asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Actor, Person
from geo.store import patches
from geo.store.door import Store
from geo.workflow import look, patch_layer
from geo.workflow.assign import assign_patches
from geo.workflow.close import close
from geo.workflow.patch_layer import KEY, PatchLayers, fits
from geo.workflow.today import waiting, waiting_in
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, RANGER_2, actor
from tests.office import LATER, LAWFUL, bring_to, deliver_patches, patch_of

COUNTY = Actor(replace(INSPECTOR, prefixes=("159901",)))
NOBODY = Actor(replace(MANAGER, prefixes=("1402",)))
PEOPLE = [actor(p) for p in (INSPECTOR, MANAGER, RANGER, RANGER_2, CHIEF)]
PARTNER = actor(Person("p", Role.PARTNER))


def assert_as_stored(layers: PatchLayers, store: Store, who: Actor) -> None:
    """What is in memory is what a reading of the whole gives."""
    _, layer = layers.of(who)
    with store.reading(who) as session:
        stored = patches.patch_table(session, PatchFilter())
    shown = layer[list(stored.columns)].reset_index(drop=True)
    for name in stored.columns:
        assert _plain(shown[name]) == _plain(stored[name]), name
    assert layer[patch_layer.BOX].to_numpy().tolist() == [
        list(shapely.bounds(shape)) for shape in shapely.from_wkb(stored["wkb"].to_numpy())
    ]
    assert layer[KEY].tolist() == (stored[c.BATCH] + "/" + stored[c.PATCH_CODE]).tolist()


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
    real: Callable[..., object] = patches.patch_table

    def watched(*args: object, ids: object = None) -> object:
        asked.append(ids)
        return real(*args, ids=ids)

    monkeypatch.setattr(patch_layer.patches, "patch_table", watched)
    changed = patch_of(store, "2")
    due = changed.due and changed.due + timedelta(days=1)
    assign_patches(store, actor(MANAGER), [changed], at=NOON, to="ranger-2", due=due)
    after_seq, after = layers.of(actor())
    assert asked == [[changed.id]]
    assert after_seq > seq
    assert before.loc[changed.id, c.ASSIGNEE] == changed.assignee
    assert after.loc[changed.id, c.ASSIGNEE] == "ranger-2"
    assert layers.of(actor())[1] is after, "nothing is read while nothing has changed"


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
    PatchFilter(has_alert=True),
]


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_filter_holds_for_the_same_patches_as_in_the_store(
    store: Store, tmp_path: Path, wanted: PatchFilter
) -> None:
    bring_to(store, tmp_path, Stage.CLOSED_LAWFUL, answer=LAWFUL)
    _, layer = PatchLayers(store).of(actor())
    found = {p.key for p in look.find(store, actor(), wanted)}
    assert set(layer[KEY][fits(layer, wanted)]) == found


@pytest.mark.parametrize("who", [*PEOPLE, COUNTY])
def test_what_waits_is_the_same_from_memory(store: Store, tmp_path: Path, who: Actor) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    today = date(2026, 12, 1)
    _, layer = PatchLayers(store).of(who)
    assert waiting_in(layer, who, store.rules(), today=today) == waiting(store, who, today=today)
