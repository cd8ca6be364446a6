"""A patch as it was known on a day: outline, values, findings and seal of then, not of today."""

from datetime import date, timedelta
from pathlib import Path

import shapely
from sqlalchemy import text

from geo.model.stages import Level, Stage
from geo.model.things import Actor, Patch
from geo.store.door import Store
from geo.workflow.as_known import as_known, life_of
from geo.workflow.look import story, verify
from geo.workflow.seal import seal_day
from tests.builders import NOON, RANGER_2, actor
from tests.corrections import correct, outline_of, stored
from tests.deliveries import patches_frame, square
from tests.office import ANSWER, bring_to, pass_on
from tests.refusals import refused_as

# Imported, assigned and exported on the first, found on the third, reviewed on the sixth.
IMPORTED, FOUND, REVIEWED = date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 6)
DAY = timedelta(days=1)
WIDE = [square(0, side_m=110), square(2), square(4)]


def is_same(outline: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(outline.normalize().equals_exact(other.normalize(), 1e-9))


def test_what_came_later_is_not_known_yet(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    pass_on(store, Level.COUNTY)
    stages = {}
    for day in (IMPORTED, FOUND - DAY, FOUND, REVIEWED, REVIEWED + DAY):
        known = as_known(store, actor(), "1", day)
        stages[day] = (known.then.stage, len(known.findings), known.then.values["verdict"])
    assert stages == {
        IMPORTED: (Stage.IN_FIELD, 0, None),
        FOUND - DAY: (Stage.IN_FIELD, 0, None),
        FOUND: (Stage.VERIFIED, 1, "unlawful"),
        REVIEWED: (Stage.COUNTY_PASSED, 1, "unlawful"),
        REVIEWED + DAY: (Stage.COUNTY_PASSED, 1, "unlawful"),
    }
    assert as_known(store, actor(), "1", FOUND).findings[0].cause == ANSWER["found_cause"]


def test_today_it_is_what_the_patch_is(store: Store, tmp_path: Path) -> None:
    now = bring_to(store, tmp_path, Stage.CASE_OPEN)
    then = as_known(store, actor(), "1", REVIEWED).then
    for name in ("stage", "version", "assignee", "grid_code", "verdict", "area_ha", "cause"):
        value = then.version if name == "version" else then.values[name]
        assert value == getattr(now, name)
    assert then.values["due"] == now.due.isoformat()
    assert then.attributes == now.attributes
    assert then.outline.equals(outline_of(store, "1"))
    assert then.events == story(store, actor(), "1").events
    assert then.is_proven


def test_before_a_corrected_delivery_the_patch_had_its_former_outline_and_number(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ASSIGNED)
    before = as_known(store, actor(), "1", REVIEWED - DAY).then
    # The first square is wider, and all numbers have moved on by seven.
    again = patches_frame(("8", "9", "10"), geometry=WIDE, BEIZHU=["改"] * 3)
    correct(store, tmp_path, again)
    then = as_known(store, actor(), "8", REVIEWED - DAY).then
    assert (then.key, then.version, then.stage) == ("2026-1/1", before.version, Stage.ASSIGNED)
    assert is_same(then.outline, stored(square(0)))
    assert then.attributes == before.attributes
    assert then.attributes["BEIZHU"] == "新增道路"
    assert then.is_proven
    now = as_known(store, actor(), "8", REVIEWED).then
    assert now.key == "2026-1/8"
    assert is_same(now.outline, stored(WIDE[0]))
    assert now.attributes["BEIZHU"] == "改"
    assert now.is_proven


def test_a_corrected_delivery_twice_leaves_three_outlines_to_choose_from(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ASSIGNED)
    for side_m in (110, 120):
        shapes = [square(0, side_m=side_m), square(2), square(4)]
        correct(store, tmp_path, patches_frame(geometry=shapes))
    widths = [as_known(store, actor(), "1", day).then.outline for day in (REVIEWED - DAY, REVIEWED)]
    assert is_same(widths[0], stored(square(0)))
    assert is_same(widths[1], stored(square(0, side_m=120)))


def test_an_outline_changed_behind_the_back_is_not_proven(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    with store.writing(actor()) as session:
        other = "UPDATE patch SET geom = (SELECT geom FROM patch WHERE code = '2')"
        session.connection.execute(text(other))
    assert not as_known(store, actor(), "1", IMPORTED).then.is_proven


def test_a_number_changed_behind_the_back_is_found(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    with store.writing(actor()) as session:
        session.connection.execute(text("UPDATE patch SET code = '77' WHERE code = '2'"))
    broken = verify(store, actor()).broken
    assert [(b.patch_key, b.what) for b in broken] == [("2026-1/77", "patch_altered")]


def test_after_new_numbers_too(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    correct(store, tmp_path, patches_frame(("8", "9", "10")))
    assert verify(store, actor()).broken == ()
    with store.writing(actor()) as session:
        session.connection.execute(text("UPDATE patch SET code = '1' WHERE code = '8'"))
    assert [b.what for b in verify(store, actor()).broken] == ["patch_altered"]


def test_the_seal_that_covers_it_is_named(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.VERIFIED)
    assert as_known(store, actor(), "1", IMPORTED).sealed is None
    seal_day(store, actor(), at=NOON + DAY)
    pass_on(store, Level.COUNTY)
    known = as_known(store, actor(), "1", IMPORTED)
    assert known.sealed is not None
    assert (known.sealed.day, known.is_day_sealed) == (IMPORTED, True)
    assert as_known(store, actor(), "1", REVIEWED).sealed is None
    seal_day(store, actor(), at=NOON + 9 * DAY)
    late = as_known(store, actor(), "1", REVIEWED)
    assert late.sealed is not None
    assert (late.sealed.day, late.is_day_sealed) == (IMPORTED + 8 * DAY, False)
    days = [day and day.day for day in life_of(store, actor(), "1").sealed]
    assert days == [IMPORTED] * 4 + [IMPORTED + 8 * DAY] * 2


def test_before_it_was_delivered_nothing_was_known(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    with refused_as("patch_not_yet", patch="1", day=IMPORTED - DAY, first=IMPORTED):
        as_known(store, actor(), "1", IMPORTED - DAY)


def test_a_patch_beyond_ones_territory_is_unknown_on_every_day(
    store: Store, tmp_path: Path
) -> None:
    seen: Patch = bring_to(store, tmp_path, Stage.ASSIGNED)
    stranger: Actor = actor(RANGER_2)
    assert seen.assignee != stranger.code
    for read in (as_known, lambda *args: life_of(*args[:3])):
        with refused_as("patch_unknown"):
            read(store, stranger, "1", IMPORTED)
