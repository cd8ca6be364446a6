"""Each patch goes to the grid that holds the largest part of it."""

from pathlib import Path

import pytest
import shapely

from geo.model.stages import Role, Stage, Verb
from geo.model.things import Person
from geo.store.door import Store
from geo.workflow.locate import LocateReport, Tie, locate
from geo.workflow.look import story, verify
from tests.builders import CHIEF, MANAGER, NOON, RANGER, actor
from tests.deliveries import square
from tests.office import (
    BATCH,
    assign_all,
    deliver_grids,
    deliver_patches,
    everything_in,
    patch_of,
)
from tests.refusals import refused_as

# Two grids of 400 m by 400 m, side by side; their common edge is 400 m east of the first square.
WEST, EAST = square(0, -1, side_m=400), square(4, -1, side_m=400)
# Squares of 100 m: within the west; a quarter over the edge; halved by it; outside; touching.
PLACES = {
    "inside": square(1),
    "over": square(3.25),
    "halved": square(3.5),
    "outside": square(20),
    "touching": square(8),
}


@pytest.fixture
def placed(store: Store, tmp_path: Path) -> Store:
    deliver_grids(store, tmp_path, {"W": WEST, "E": EAST})
    deliver_patches(store, tmp_path, tuple(PLACES), geometry=list(PLACES.values()))
    return store


def located(store: Store) -> LocateReport:
    return locate(store, actor(MANAGER), at=NOON)


def test_the_counts_and_the_ties_are_told(placed: Store) -> None:
    report = located(placed)
    assert (report.patches, report.located, report.outside) == (5, 3, 2)
    assert (report.straddling, report.changed) == (2, 3)
    assert report.ties == (Tie(f"{BATCH}/halved", "E", ("W",)),)
    assert report.outside_codes == (f"{BATCH}/outside", f"{BATCH}/touching")
    assert report.seconds >= 0


@pytest.mark.parametrize(
    ("code", "grid", "share"),
    [
        ("inside", "W", 1.0),
        ("over", "W", 0.75),
        ("halved", "E", 0.5),
        ("outside", None, None),
        ("touching", None, None),
    ],
)
def test_the_largest_share_wins_and_is_kept(
    placed: Store, code: str, grid: str | None, share: float | None
) -> None:
    located(placed)
    patch = patch_of(placed, code)
    assert (patch.grid_code, patch.share) == (grid, share)
    assert patch.stage is Stage.ISSUED


def test_a_tie_stands_in_the_history_with_the_grids_that_lost(placed: Store) -> None:
    located(placed)
    event = story(placed, actor(), "halved").events[-1]
    assert (event.verb, event.detail) == (Verb.LOCATED, {"tied_with": ["W"]})


def test_locating_again_changes_nothing(placed: Store) -> None:
    first = located(placed)
    before = everything_in(placed)
    again = located(placed)
    assert again.changed == 0
    assert everything_in(placed) == before
    assert (again.located, again.ties) == (first.located, first.ties)


def test_only_patches_nobody_answers_for_are_located_again(placed: Store) -> None:
    located(placed)
    assign_all(placed)
    assert located(placed).patches == 2


def test_a_patch_that_lies_in_no_grid_gets_one_when_grids_are_added(
    placed: Store, tmp_path: Path
) -> None:
    located(placed)
    deliver_grids(placed, tmp_path / "more", {"far": square(19, -1, side_m=400)})
    report = located(placed)
    assert (report.changed, report.outside) == (1, 1)
    assert patch_of(placed, "outside").grid_code == "far"


def test_a_delivery_without_codes_of_places_takes_them_from_the_grids(
    store: Store, tmp_path: Path
) -> None:
    deliver_grids(store, tmp_path, {"W": WEST, "E": EAST})
    deliver_patches(
        store, tmp_path, tuple(PLACES), geometry=list(PLACES.values()), CUN=[""] * len(PLACES)
    )
    located_by_all = locate(store, actor(), at=NOON)
    assert located_by_all.located == 3
    assert patch_of(store, "inside").admin_code == "159901001001"
    assert patch_of(store, "outside").admin_code == ""


def test_somebody_with_a_territory_locates_only_their_own(placed: Store) -> None:
    elsewhere = actor(Person("m", Role.GRID_MANAGER, prefixes=("159902",)))
    with refused_as("no_grids"):
        locate(placed, elsewhere, at=NOON)
    here = actor(Person("m", Role.GRID_MANAGER, prefixes=("159901",)))
    assert locate(placed, here, at=NOON).patches == 5


def test_without_grids_nothing_can_be_located(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    with refused_as("no_grids"):
        located(store)


def test_without_patches_there_is_nothing_to_locate(store: Store, tmp_path: Path) -> None:
    deliver_grids(store, tmp_path)
    report = located(store)
    assert (report.patches, report.located, report.outside, report.changed) == (0, 0, 0, 0)


@pytest.mark.parametrize("person", [RANGER, CHIEF], ids=["ranger", "chief"])
def test_whoever_does_not_dispatch_does_not_locate(placed: Store, person: Person) -> None:
    with refused_as("role_not_allowed", role=person.role):
        locate(placed, actor(person), at=NOON)


def test_the_history_agrees_after_locating(placed: Store) -> None:
    located(placed)
    found = verify(placed, actor())
    assert (found.patches, found.events, found.broken) == (5, 8, ())


def test_a_grid_in_parts_counts_with_all_of_them(store: Store, tmp_path: Path) -> None:
    both = shapely.MultiPolygon([square(0, 0, side_m=40), square(0.6, 0, side_m=40)])
    rest = square(0.4, 0, side_m=20)
    deliver_grids(store, tmp_path, {"A": rest, "B": both})
    deliver_patches(store, tmp_path, ("1",), geometry=[square(0, 0)])
    located(store)
    # 100 m by 100 m: twice 40 by 40 against 20 by 20, so B holds 0.32 of it and A 0.04.
    assert (patch_of(store).grid_code, patch_of(store).share) == ("B", 0.32)
