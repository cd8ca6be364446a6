"""Every call of the store as every role, inside and outside the territory, against one table."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from sqlalchemy import update

import geo.store
from geo.model.filters import PatchFilter
from geo.model.stages import Role
from geo.store import history, patches, schema
from geo.store.door import Store
from tests.builders import actor
from tests.store.rights_world import (
    CALLS,
    HERE,
    ME,
    THERE,
    Place,
    ids_of,
    make_world,
    me,
    reaches,
)

TABLE = Path(__file__).parents[2] / "docs" / "rights.md"
COLUMNS = [
    Role.ADMINISTRATOR,
    Role.INSPECTOR,
    Role.GRID_MANAGER,
    Role.RANGER,
    Role.CHIEF,
    Role.PARTNER,
]
# What else takes a session, and why the table has no line for it.
APART = {
    "door.beyond_territory": "lends the program's eyes to a check of which nothing is shown",
    "changes.write_versions": "the last step of a move or a correction, both of which have lines",
    "history.newest_step": "one's own doings, whatever the role",
    "seals.check_seals": "looks at all on behalf of the program; nothing of a patch is told",
    "seals.let_writers_finish": "waits, and tells nothing",
    "seals.seal": "looks at all on behalf of the program, for an administrator",
    "history.verify": "looks at all on behalf of the program; nothing of a patch is told",
}
# Whether something inside and outside the territory is reached.
MEANING = {
    "here": (True, False),
    "own": (True, False),
    "cases": (True, False),
    "all": (True, True),
    "-": (False, False),
}


def table() -> dict[str, dict[Role, str]]:
    text = TABLE.read_text(encoding="utf-8").partition("## Screens")[0]
    lines = [line for line in text.splitlines() if "| `" in line]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): dict(zip(COLUMNS, row[3:], strict=True)) for row in cells}


RIGHTS = table()


def public_calls() -> set[str]:
    """Every public function of the store that works within somebody's session."""
    found = set()
    for module in pkgutil.iter_modules(geo.store.__path__):
        if module.ispkg:
            continue
        loaded = importlib.import_module(f"geo.store.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if name.startswith("_") or function.__module__ != loaded.__name__:
                continue
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first is not None and first.name == "session":
                found.add(f"{module.name}.{name}")
    return found


def test_every_call_of_the_store_has_a_line() -> None:
    lined = {name.split()[0] for name in RIGHTS}
    assert lined | set(APART) == public_calls()
    assert set(RIGHTS) == set(CALLS)


@pytest.mark.parametrize("role", COLUMNS)
def test_every_call_as_every_role_inside_and_outside(store: Store, role: Role) -> None:
    make_world(store)
    here, there = Place(HERE), Place(THERE)
    wrong = []
    for name, entries in RIGHTS.items():
        wanted = MEANING[entries[role]]
        got = tuple(
            reaches(store, role, name, place, ids_of(store, place)) for place in (here, there)
        )
        if tuple(one == "reached" for one in got) != wanted:
            wrong.append((name, entries[role], got))
    assert wrong == []


def test_a_partner_sees_what_became_a_case_and_nothing_else(store: Store) -> None:
    make_world(store)
    with store.reading(me(Role.PARTNER)) as session:
        found = patches.find_patches(session, PatchFilter())
        ids = ids_of(store, Place(HERE))
        assert {p.code for p in found} == {"7", "8"}
        assert history.events_of(session, ids["4"]) == []
        assert {e.patch_id for _, e in history.recent_events(session, limit=1000)} == {
            ids["7"],
            ids["8"],
        }


def test_a_ranger_sees_what_they_answer_for_wherever_it_lies(store: Store) -> None:
    make_world(store)
    with store.writing(actor()) as session:
        far = schema.patch.c.id == ids_of(store, Place(THERE))["3"]
        session.connection.execute(update(schema.patch).where(far).values(assignee=ME))
    with store.reading(me(Role.RANGER)) as session:
        found = patches.find_patches(session, PatchFilter())
    assert {p.batch for p in found} == {f"B{HERE}", f"B{THERE}"}
    assert {p.assignee for p in found} == {ME}
