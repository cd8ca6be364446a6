"""A patch under review is kept from others for a while: they see by whom, and it ends by itself."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from geo.model.stages import Level, Stage
from geo.model.things import Actor, ReviewLock
from geo.settings import Rules
from geo.store import people
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.review import held_by_others, hold, let_go, review
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, actor
from tests.office import LATER, bring_to, everything_in, patch_of
from tests.refusals import refused_as

MINUTE = timedelta(minutes=1)
LASTS = Rules().lock_minutes * MINUTE
END = LATER + LASTS
MINE = actor(replace(INSPECTOR, code="i-1"))
THEIRS = actor(replace(INSPECTOR, code="i-2"))
ABROAD = actor(replace(INSPECTOR, code="i-3", prefixes=("999999",)))


@pytest.fixture
def held(store: Store, tmp_path: Path) -> int:
    """A verified patch at which somebody looks; gives its number."""
    with store.writing(people.PROGRAM) as session:
        people.insert_people(session, [who.person for who in (MINE, THEIRS, ABROAD)], at=NOON)
    number = bring_to(store, tmp_path, Stage.VERIFIED).id
    assert hold(store, MINE, number, at=LATER) == ReviewLock(number, "i-1", END)
    return number


def seen_by(store: Store, who: Actor, number: int, minutes: int = 0) -> str | None:
    found = held_by_others(store, who, [number], at=LATER + minutes * MINUTE)
    return found[number].person if found else None


def test_others_see_who_holds_it_and_get_theirs_only_when_it_has_ended(
    store: Store, held: int
) -> None:
    assert seen_by(store, THEIRS, held) == "i-1"
    assert seen_by(store, MINE, held) is None
    before = everything_in(store)
    assert hold(store, THEIRS, held, at=END - MINUTE) == ReviewLock(held, "i-1", END)
    assert everything_in(store) == before
    # At its time it is over, with nobody doing anything.
    assert held_by_others(store, THEIRS, [held], at=END - timedelta(seconds=1)) != {}
    assert held_by_others(store, THEIRS, [held], at=END) == {}
    assert hold(store, THEIRS, held, at=END) == ReviewLock(held, "i-2", END + LASTS)
    assert hold(store, MINE, held, at=END).person == "i-2"


def test_whoever_goes_on_looking_keeps_it_longer(store: Store, held: int) -> None:
    before = everything_in(store)
    assert hold(store, MINE, held, at=LATER + MINUTE).until == END  # soon after: nothing is written
    assert everything_in(store) == before
    late = END - MINUTE
    assert hold(store, MINE, held, at=late) == ReviewLock(held, "i-1", late + LASTS)
    assert hold(store, THEIRS, held, at=END).person == "i-1"


def test_opening_another_patch_gives_the_one_before_back(store: Store, held: int) -> None:
    other = patch_of(store, "2").id
    hold(store, THEIRS, other, at=LATER)
    assert hold(store, MINE, other, at=LATER).person == "i-2"
    assert seen_by(store, THEIRS, held) == "i-1", "nothing new, nothing given back"
    third = patch_of(store, "3").id
    assert hold(store, MINE, third, at=LATER).person == "i-1"
    assert seen_by(store, THEIRS, held) is None
    assert seen_by(store, MINE, other) == "i-2", "others' locks stay"


def test_letting_go_gives_back_ones_own_alone(store: Store, held: int) -> None:
    let_go(store, THEIRS)
    assert seen_by(store, THEIRS, held) == "i-1"
    let_go(store, MINE)
    assert seen_by(store, THEIRS, held) is None
    assert hold(store, THEIRS, held, at=LATER).person == "i-2"


def test_what_others_hold_is_not_judged_until_it_is_free(store: Store, held: int) -> None:
    patch = patch_of(store)
    before = everything_in(store)
    for is_passed in (True, False):
        with refused_as("patch_locked", patch=patch.key, person="i-1"):
            review(store, THEIRS, patch, is_passed=is_passed, reason="请补拍", at=END - MINUTE)
    assert everything_in(store) == before
    assert review(store, THEIRS, patch, is_passed=True, at=END).reviewer == "i-2"


def test_whoever_holds_it_judges_it(store: Store, held: int) -> None:
    assert review(store, MINE, patch_of(store), is_passed=True, at=LATER).level is Level.COUNTY


def test_a_lock_keeps_nobody_from_anything_else(store: Store, held: int) -> None:
    other = patch_of(store, "2")
    hold(store, MINE, other.id, at=LATER)
    assign_patches(store, actor(MANAGER), [other], at=LATER, to="ranger-2")
    assert patch_of(store, "2").assignee == "ranger-2"


@pytest.mark.parametrize("person", [MANAGER, RANGER, CHIEF])
def test_only_whoever_reviews_may_hold(store: Store, tmp_path: Path, person: object) -> None:
    patch = bring_to(store, tmp_path, Stage.VERIFIED)
    who = Actor(person)  # type: ignore[arg-type]
    with refused_as("role_not_allowed"):
        hold(store, who, patch.id, at=LATER)


def test_beyond_ones_territory_nothing_is_held_nor_seen_nor_given_back(
    store: Store, held: int
) -> None:
    with refused_as("patch_gone"):
        hold(store, ABROAD, held, at=LATER)
    assert seen_by(store, ABROAD, held) is None
    let_go(store, ABROAD)
    assert seen_by(store, THEIRS, held) == "i-1"
