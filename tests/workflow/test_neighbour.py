"""From patch to patch in the order of the list: the earliest deadline first, and round again."""

from datetime import date
from pathlib import Path

from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.locate import locate
from geo.workflow.neighbour import next_key
from geo.workflow.patch_layer import PatchLayers
from geo.workflow.patch_rows import KEY, Patches
from tests.builders import MANAGER, NOON, actor
from tests.office import deliver_grids, deliver_patches, patch_of


def listed(store: Store, folder: Path) -> Patches:
    deliver_grids(store, folder)
    deliver_patches(store, folder, ["1", "2", "3", "4", "5"])
    locate(store, actor(), at=NOON)
    for code, day in (("4", 10), ("2", 10), ("3", 5)):
        assign_patches(
            store, actor(MANAGER), [patch_of(store, code)], at=NOON, due=date(2026, 10, day)
        )
    return PatchLayers(store).of(actor())[1]


def test_j_and_k_walk_the_whole_list_in_its_order(store: Store, tmp_path: Path) -> None:
    patches = listed(store, tmp_path)
    in_order = patches.first_due(99)[KEY].tolist()
    assert [key.partition("/")[2] for key in in_order] == ["3", "2", "4", "1", "5"]
    for by, wanted in ((1, in_order), (-1, in_order[::-1])):
        walked = [next_key(patches, None, by)]
        for _ in range(5):
            walked.append(next_key(patches, walked[-1], by))
        assert walked == [*wanted, wanted[0]]


def test_among_some_patches_only_those_are_walked(store: Store, tmp_path: Path) -> None:
    patches = listed(store, tmp_path)
    some = patches.of_keys(["2026-1/1", "2026-1/4"])
    assert next_key(some, "2026-1/4", 1) == "2026-1/1"
    assert next_key(some, "2026-1/1", 1) == "2026-1/4"
    assert next_key(some, "2026-1/3", 1) == "2026-1/4"
    assert next_key(some, "2026-1/3", -1) == "2026-1/1"
    assert next_key(patches.of_keys([]), "2026-1/3", 1) is None
