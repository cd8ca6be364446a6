"""Roles given and taken back: by whom, where, from when until when."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from geo.errors import NotAllowed
from geo.model.stages import Level, Role, Stage
from geo.model.things import Actor, Grant, Person
from geo.store.door import Store
from geo.workflow import look
from geo.workflow.assign import assign_patches
from geo.workflow.grants import give_role, grants, roles_of, take_back
from tests.builders import ADMIN, INSPECTOR, NOON, actor
from tests.office import bring_to, everything_in, patch_of
from tests.refusals import refused_as

TODAY = NOON.date()
HERE = actor(Person("a2", Role.ADMINISTRATOR, prefixes=("159901",)))


def test_a_role_holds_from_its_first_to_its_last_day(store: Store) -> None:
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    wanted = Grant("new", Role.CHIEF, valid_from=first, valid_until=last)
    given = give_role(store, actor(), wanted, at=NOON, label="乙")
    assert given.id is not None
    for day, holds in ((first - timedelta(1), False), (first, True), (last, True)):
        assert given.holds_on(day) is holds
    assert not given.holds_on(last + timedelta(days=1))
    assert look.actor_of(store, "new", on=last).person.label == "乙"
    for day in (TODAY, last + timedelta(days=1)):
        with refused_as("no_role", person="new"):
            look.actor_of(store, "new", on=day)


def test_whoever_holds_two_roles_works_in_one_at_a_time(store: Store) -> None:
    give_role(store, actor(), Grant(INSPECTOR.code, Role.CHIEF, admin_code="1504"), at=NOON)
    assert [p.role for p in roles_of(store, actor(), INSPECTOR.code)] == [
        Role.INSPECTOR,
        Role.CHIEF,
    ]
    chief = look.actor_of(store, INSPECTOR.code, role=Role.CHIEF)
    assert (chief.role, chief.prefixes) == (Role.CHIEF, ("1504",))
    assert look.actor_of(store, INSPECTOR.code).role is Role.INSPECTOR


def test_a_role_in_several_places_is_one_role(store: Store) -> None:
    for code in ("150421", "150422"):
        give_role(store, actor(), Grant("new", Role.GRID_MANAGER, admin_code=code), at=NOON)
    (person,) = roles_of(store, actor(), "new")
    assert person.prefixes == ("150421", "150422")
    assert not person.is_everywhere


def test_a_grid_is_a_place_too(store: Store, tmp_path: Path) -> None:
    patch = bring_to(store, tmp_path, Stage.ASSIGNED)
    grid = str(patch.grid_code)
    wanted = Grant("new", Role.GRID_MANAGER, admin_code=None, grid_code=grid)
    give_role(store, actor(), wanted, at=NOON)
    who = look.actor_of(store, "new")
    assert (who.prefixes, who.grids) == ((), (grid,))
    assert look.one(store, who, patch.key).id == patch.id
    elsewhere = Actor(replace(who.person, grids=("other",)))
    assert look.find(store, elsewhere) == []
    with refused_as("grid_unknown", grid="none"):
        give_role(store, actor(), replace(wanted, grid_code="none"), at=NOON)


def test_taking_back_ends_it_at_once_and_once(store: Store) -> None:
    given = give_role(store, actor(), Grant("new", Role.CHIEF), at=NOON)
    number = int(given.id or 0)
    taken = take_back(store, actor(), number, at=NOON)
    assert (taken.revoked_at, taken.revoked_by) == (NOON, ADMIN.code)
    with refused_as("no_role"):
        look.actor_of(store, "new", on=TODAY)
    with refused_as("grant_revoked", grant=number):
        take_back(store, actor(), number, at=NOON)
    with refused_as("grant_unknown", grant=99_999):
        take_back(store, actor(), 99_999, at=NOON)
    assert [g.standing_on(TODAY) for g in grants(store, actor(), person="new")] == ["revoked"]


def test_the_last_administrator_stays(store: Store) -> None:
    (mine,) = grants(store, actor(), person=ADMIN.code)
    before = everything_in(store)
    with refused_as("administrator_last"):
        take_back(store, actor(), int(mine.id or 0), at=NOON)
    assert everything_in(store) == before


def test_nobody_gives_more_than_they_hold(store: Store) -> None:
    give_role(store, actor(), Grant("a2", Role.ADMINISTRATOR, admin_code="159901"), at=NOON)
    before = everything_in(store)
    for code in ("", "15", "159902"):
        with refused_as("grant_beyond_territory"):
            give_role(store, HERE, Grant("x", Role.INSPECTOR, admin_code=code), at=NOON)
    (everywhere,) = grants(store, actor(), person=ADMIN.code)
    with pytest.raises(NotAllowed):
        take_back(store, HERE, int(everywhere.id or 0), at=NOON)
    assert everything_in(store) == before
    given = give_role(store, HERE, Grant("x", Role.INSPECTOR, admin_code="159901001"), at=NOON)
    assert given.given_by == "a2"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_gives_and_takes(store: Store, role: Role) -> None:
    who = actor(Person("someone", role))
    with refused_as("role_not_allowed"):
        give_role(store, who, Grant("x", Role.ADMINISTRATOR), at=NOON)
    with refused_as("role_not_allowed"):
        take_back(store, who, 1, at=NOON)
    with refused_as("role_not_allowed"):
        grants(store, who)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Grant(" ", Role.RANGER), "person_code_missing"),
        (Grant("program", Role.RANGER), "person_code_reserved"),
        (Grant("x", Role.RANGER, admin_code="15042"), "admin_code_bad"),
        (Grant("x", Role.RANGER, admin_code="内蒙古"), "admin_code_bad"),
        (
            Grant("x", Role.RANGER, valid_from=date(2026, 9, 2), valid_until=date(2026, 9, 1)),
            "grant_ends_first",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, wanted: Grant, code: str) -> None:
    before = everything_in(store)
    with refused_as(code):
        give_role(store, actor(), wanted, at=NOON)
    assert everything_in(store) == before


def test_whose_role_has_ended_is_given_no_patches(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    ended = Grant("gone", Role.RANGER, valid_until=TODAY - timedelta(days=1))
    give_role(store, actor(), ended, at=NOON)
    with refused_as("person_not_fitting", person="gone"):
        assign_patches(store, actor(), [patch_of(store)], at=NOON, to="gone")


def test_the_level_goes_with_the_role(store: Store) -> None:
    give_role(store, actor(), Grant("x", Role.INSPECTOR, Level.CITY, admin_code="1504"), at=NOON)
    assert look.actor_of(store, "x").person.level is Level.CITY
