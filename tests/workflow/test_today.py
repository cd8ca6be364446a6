"""What waits for whom, today."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from geo.model.stages import Level, Role, Stage
from geo.model.things import Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.close import CaseStep, advance_case, close
from geo.workflow.export_field import export_field
from geo.workflow.locate import locate
from geo.workflow.look import count, find
from geo.workflow.today import Duty, duty_filters
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, RANGER_2, actor
from tests.deliveries import square
from tests.office import (
    ANSWER,
    LATER,
    LAWFUL,
    bring_back,
    deliver_grids,
    deliver_patches,
    pass_on,
    patch_of,
)
from tests.stored import waiting

TODAY = date(2026, 9, 10)
SOON, LATE, FAR = TODAY + timedelta(days=3), TODAY - timedelta(days=1), date(2026, 12, 1)


@pytest.fixture
def busy(store: Store, tmp_path: Path) -> Iterator[Store]:
    """One patch of every kind of work.

    The first ranger has a late one (1, assigned), one due soon (2, in the field), one verified (3),
    one passed and lawful (4), one in a case (5) and one closed though it had become late (6); the
    second has one that is far off (7). 8 is nobody's yet, 9 lies in no grid.
    """
    codes = tuple("123456789")
    shapes = [square(2 * n) for n in range(8)] + [square(500)]
    deliver_grids(store, tmp_path, {"G1": square(-1, -1, side_m=2_000)})
    deliver_patches(store, tmp_path, codes, geometry=shapes)
    locate(store, actor(MANAGER), at=NOON)
    for code, to, due in [
        *(("1", RANGER, LATE), ("2", RANGER, SOON), ("3", RANGER, FAR), ("4", RANGER, FAR)),
        *(("5", RANGER, FAR), ("6", RANGER, LATE), ("7", RANGER_2, FAR)),
    ]:
        chosen = [patch_of(store, code)]
        assign_patches(store, actor(MANAGER), chosen, at=NOON, to=to.code, due=due)
    (package,) = export_field(
        store, actor(MANAGER), tmp_path / "out", at=NOON, people=[RANGER.code]
    )
    bring_back(store, package.path, {"3": ANSWER, "4": LAWFUL, "5": ANSWER, "6": LAWFUL})
    for code in "456":
        pass_on(store, Level.COUNTY, code)
    inspector = actor(INSPECTOR)
    advance_case(store, inspector, patch_of(store, "5"), CaseStep.OPEN, reason="立案", at=LATER)
    close(store, inspector, patch_of(store, "6"), reason="手续齐全", at=LATER)
    # Nobody has taken the first one's late patch to the field after all.
    chosen = [patch_of(store, "1")]
    assign_patches(store, actor(MANAGER), chosen, at=NOON, to=RANGER.code, due=LATE)
    return store


def duties(store: Store, person: Person) -> dict[Duty, list[str]]:
    who = actor(person)
    return {
        w.duty: sorted(p.code for p in find(store, who, w.wanted))
        for w in waiting(store, who, today=TODAY)
    }


def test_an_inspector_sees_everything_that_the_office_does(busy: Store) -> None:
    assert duties(busy, INSPECTOR) == {
        Duty.OVERDUE: ["1"],
        Duty.DUE_SOON: ["2"],
        Duty.TO_REVIEW: ["3"],
        Duty.TO_ASSIGN: ["8"],
        Duty.NOT_LOCATED: ["9"],
        Duty.TO_EXPORT: ["1", "7"],
        Duty.IN_FIELD: ["2"],
        Duty.TO_CLOSE: ["4"],
        Duty.CASES: ["5"],
    }


def test_a_grid_manager_dispatches_and_neither_reviews_nor_closes(busy: Store) -> None:
    assert duties(busy, MANAGER).keys() == {
        Duty.OVERDUE,
        Duty.DUE_SOON,
        Duty.TO_ASSIGN,
        Duty.NOT_LOCATED,
        Duty.TO_EXPORT,
        Duty.IN_FIELD,
    }


def test_a_ranger_sees_only_their_own(busy: Store) -> None:
    assert duties(busy, RANGER) == {
        Duty.OVERDUE: ["1"],
        Duty.DUE_SOON: ["2"],
        Duty.TO_EXPORT: ["1"],
        Duty.IN_FIELD: ["2"],
    }
    assert duties(busy, RANGER_2) == {Duty.TO_EXPORT: ["7"]}


def test_a_chief_sees_what_is_late_and_what_is_to_be_closed(busy: Store) -> None:
    assert duties(busy, CHIEF) == {
        Duty.OVERDUE: ["1"],
        Duty.DUE_SOON: ["2"],
        Duty.TO_CLOSE: ["4"],
        Duty.CASES: ["5"],
    }


def test_an_inspector_of_another_level_has_nothing_to_review(busy: Store) -> None:
    city = Person("inspector-2", Role.INSPECTOR, level=Level.CITY)
    assert Duty.TO_REVIEW not in duties(busy, city)


def test_somebody_elsewhere_has_nothing_to_do(busy: Store) -> None:
    assert duties(busy, Person("m", Role.GRID_MANAGER, prefixes=("159902",))) == {}


def test_the_most_urgent_comes_first_and_the_counts_are_those_of_the_lists(busy: Store) -> None:
    found = waiting(busy, actor(INSPECTOR), today=TODAY)
    assert [w.duty for w in found] == [d for d in Duty if d in {w.duty for w in found}]
    assert [w.count for w in found] == [count(busy, actor(INSPECTOR), w.wanted) for w in found]


def test_a_deadline_today_is_soon_and_not_late(busy: Store) -> None:
    on_the_day = waiting(busy, actor(RANGER), today=LATE)
    assert {w.duty for w in on_the_day} == {Duty.DUE_SOON, Duty.TO_EXPORT, Duty.IN_FIELD}


@pytest.mark.parametrize(
    ("levels", "stage"),
    [(1, Stage.COUNTY_PASSED), (2, Stage.CITY_PASSED), (3, Stage.AUDITED)],
)
def test_what_the_last_level_passed_waits_to_be_closed(levels: int, stage: Stage) -> None:
    filters = duty_filters(actor(CHIEF), Rules(review_levels=levels), today=TODAY)
    assert filters[Duty.TO_CLOSE].stages == (stage,)
