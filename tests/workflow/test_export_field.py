"""One package per person leaves, each patch with the version it left with."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from geo.model.stages import Stage, Verb
from geo.model.things import Person
from geo.store import people
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.export_field import export_field
from geo.workflow.locate import locate
from geo.workflow.look import story
from tests.builders import CHIEF, MANAGER, NOON, RANGER, RANGER_2, actor
from tests.office import (
    ANSWER,
    BATCH,
    bring_back,
    deliver_grids,
    deliver_patches,
    everything_in,
    patch_of,
)
from tests.refusals import refused_as

MANAGER_ACTOR = actor(MANAGER)


@pytest.fixture
def assigned(store: Store, tmp_path: Path) -> Store:
    """Patches 1 and 2 are the first ranger's, 3 the second's."""
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path)
    locate(store, MANAGER_ACTOR, at=NOON)
    for person, codes in ((RANGER, "12"), (RANGER_2, "3")):
        chosen = [patch_of(store, code) for code in codes]
        assign_patches(store, MANAGER_ACTOR, chosen, at=NOON, to=person.code)
    return store


def features(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return rows


def test_everybody_gets_their_own_patches(assigned: Store, tmp_path: Path) -> None:
    packages = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)
    assert [(p.assignee, p.patches, p.is_new) for p in packages] == [
        ("ranger-1", 2, True),
        ("ranger-2", 1, True),
    ]
    sent = [[f["properties"]["patch_code"] for f in features(p.path)] for p in packages]
    assert sent == [["1", "2"], ["3"]]
    assert {patch_of(assigned, code).stage for code in "123"} == {Stage.IN_FIELD}


def test_a_patch_leaves_with_all_that_a_ranger_has_to_know(assigned: Store, tmp_path: Path) -> None:
    package = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)[0]
    known = features(package.path)[0]["properties"]
    assert {name: known[name] for name in ("batch", "patch_code", "grid_code", "due")} == {
        "batch": BATCH,
        "patch_code": "1",
        "grid_code": "G1",
        "due": "2026-10-01",
    }
    assert (known["area_ha"], known["area_mu"]) == (1.0, 15.0)
    assert known["cause_words"] == "421 建设永久使用林地（未审批）"
    assert known["base_version"] == patch_of(assigned).version
    assert known["package"] == package.id
    assert known["surveyor"] == "ranger-1"


def test_the_same_package_twice_is_the_same_file_and_changes_nothing(
    assigned: Store, tmp_path: Path
) -> None:
    first = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)
    files = {p.path: p.path.read_bytes() for p in first}
    before = everything_in(assigned)
    later = NOON + timedelta(days=1)
    again = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=later)
    assert [p.is_new for p in again] == [False, False]
    assert {p.path: p.path.read_bytes() for p in again} == files
    assert sorted((tmp_path / "out").iterdir()) == sorted(files)
    assert everything_in(assigned) == before


def test_a_changed_patch_makes_a_new_package(assigned: Store, tmp_path: Path) -> None:
    first = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)[0]
    due = date(2026, 12, 1)
    assign_patches(assigned, MANAGER_ACTOR, [patch_of(assigned)], at=NOON, due=due)
    again = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)[0]
    assert again.is_new
    assert again.path != first.path
    assert features(again.path)[0]["properties"]["due"] == "2026-12-01"


def test_only_some_people_or_grids_may_be_chosen(assigned: Store, tmp_path: Path) -> None:
    packages = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON, people=["ranger-2"])
    assert [p.assignee for p in packages] == ["ranger-2"]
    assert patch_of(assigned, "1").stage is Stage.ASSIGNED
    with refused_as("nothing_to_export"):
        export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON, grids=["G9"])


def test_a_ranger_takes_only_their_own(assigned: Store, tmp_path: Path) -> None:
    packages = export_field(assigned, actor(RANGER_2), tmp_path / "out", at=NOON)
    assert [(p.assignee, p.patches) for p in packages] == [("ranger-2", 1)]


def test_a_chief_takes_nothing_to_the_field(assigned: Store, tmp_path: Path) -> None:
    before = everything_in(assigned)
    with refused_as("role_not_allowed", role=CHIEF.role):
        export_field(assigned, actor(CHIEF), tmp_path / "out", at=NOON)
    assert everything_in(assigned) == before
    assert not (tmp_path / "out").exists()


def test_without_assigned_patches_there_is_nothing_to_export(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    with refused_as("nothing_to_export"):
        export_field(store, MANAGER_ACTOR, tmp_path / "out", at=NOON)


def test_what_has_come_back_does_not_leave_again(assigned: Store, tmp_path: Path) -> None:
    package = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)[0]
    bring_back(assigned, package.path, {"1": ANSWER})
    again = export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)[0]
    assert [f["properties"]["patch_code"] for f in features(again.path)] == ["2"]


def test_a_file_where_the_folder_should_be_is_refused(assigned: Store, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    before = everything_in(assigned)
    with refused_as("out_exists", path=tmp_path / "out"):
        export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)
    with refused_as("cannot_write"):
        export_field(assigned, MANAGER_ACTOR, tmp_path / "out" / "under", at=NOON)
    assert everything_in(assigned) == before, "nothing has left if it could not be written"


def test_a_code_that_is_no_file_name_is_written_as_one(store: Store, tmp_path: Path) -> None:
    odd = [Person("../甲 1", RANGER.role), Person("../乙 1", RANGER.role)]
    with store.writing(actor()) as session:
        people.insert_people(session, odd, at=NOON)
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path)
    locate(store, MANAGER_ACTOR, at=NOON)
    for person, code in zip(odd, "12", strict=True):
        assign_patches(store, MANAGER_ACTOR, [patch_of(store, code)], at=NOON, to=person.code)
    packages = export_field(store, MANAGER_ACTOR, tmp_path / "out", at=NOON)
    assert {p.path.parent for p in packages} == {tmp_path / "out"}
    assert len({p.path for p in packages}) == 2


def test_the_history_tells_that_it_left(assigned: Store, tmp_path: Path) -> None:
    export_field(assigned, MANAGER_ACTOR, tmp_path / "out", at=NOON)
    event = story(assigned, actor(), "1").events[-1]
    assert (event.verb, event.stage_to) == (Verb.EXPORTED, Stage.IN_FIELD)
