"""The second wall: plain SQL in a county's session, without any condition, touches nothing else.

Each statement is what an attacker would send who has got past the program's own conditions.
"""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.errors import WorkspaceError
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage, Verb
from geo.model.things import Actor, Person
from geo.store import batches, grids, history, imagery, patches, people, schema
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Store
from geo.store.scope import patch_scope
from tests.builders import NOON, RANGER, RANGER_2, STAFF, make_batch, make_patch_row
from tests.postgres_server import Server
from tests.store.rights_world import IMAGE_ROW

HERE, THERE = "159901", "159902"
COUNTY = Actor(Person("m1", Role.GRID_MANAGER, prefixes=(HERE,)))
GRID_ONLY = Actor(Person("m2", Role.GRID_MANAGER, prefixes=(), grids=("G2",)))
NOWHERE = Actor(Person("m3", Role.GRID_MANAGER, prefixes=()))
PARTNER = Actor(Person("p1", Role.PARTNER, prefixes=(HERE,)))
ODD = Actor(Person("o'%_\\{},\"", Role.GRID_MANAGER, prefixes=("15%", '1"},{', "_")))
EVERYONE = [
    *(COUNTY, GRID_ONLY, NOWHERE, PARTNER, ODD, people.PROGRAM),
    *(Actor(RANGER), Actor(RANGER_2)),
]
GUARDED = ("patch", "event", "finding", "former_outline", "review_lock", "grid")
IMAGES = {"here": HERE, "there": THERE, "city": "1599", "village": f"{HERE}001", "all": None}


@pytest.fixture
def team(postgres: Server) -> Iterator[Store]:
    """Two counties with two patches each, with rows in every guarded table."""
    with postgres.store_url() as url, Store.open(url) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    with store.writing(people.PROGRAM) as session:
        people.insert_people(session, STAFF, at=NOON)
        cells = [
            {"code": code, "name": "", "admin_code": place, "area_ha": 1.0, "attributes": {},
             "geom": make_patch_row("1")["geom"]}
            for code, place in (("G1", HERE), ("G2", THERE))
        ]  # fmt: skip
        came = {"digest": "g", "source_name": "g", "source_crs": "EPSG:4528"}
        grids.insert_layer(session, cells, **came, report={}, at=NOON)
        batches.insert_batch(session, make_batch(count=4))
        rows = [
            make_patch_row(str(n), admin_code=place, grid_code=cell, assignee=f"ranger-{1 + n % 2}")
            for n, (place, cell) in enumerate(
                [(HERE, "G1"), (HERE, "G1"), (THERE, "G2"), ("", "G2")]
            )
        ]
        insert_patches(session, rows, at=NOON, detail={})
        session.connection.execute(text("UPDATE patch SET stage = 'case_open' WHERE code = '1'"))
        for number in (1, 2, 3, 4):
            session.connection.execute(
                schema.review_lock.insert().values(patch_id=number, person="admin", until=NOON)
            )
            session.connection.execute(
                schema.former_outline.insert().values(
                    patch_id=number, version=1, attributes={}, geom=make_patch_row("1")["geom"]
                )
            )
            session.connection.execute(
                schema.finding.insert().values(
                    **dict.fromkeys(EMPTY, ""),
                    patch_id=number,
                    patch_version=1,
                    unlawful=False,
                    photos=[],
                )
            )


def test_plain_sql_sees_the_imagery_that_overlaps_the_territory(team: Store) -> None:
    with team.writing(people.PROGRAM) as session:
        rows = [
            IMAGE_ROW | {"digest": "", "title": title, "admin_code": place}
            for title, place in IMAGES.items()
        ]
        session.connection.execute(schema.imagery.insert(), rows)
    for who, seen in {
        COUNTY: ["here", "city", "village", "all"],
        GRID_ONLY: ["there", "city", "all"],
        NOWHERE: ["all"],
        people.PROGRAM: list(IMAGES),
    }.items():
        assert raw(team, who, "SELECT title FROM imagery ORDER BY id") == seen
        with team.reading(who) as session:
            assert {image.title for image in imagery.list_images(session)} == set(seen)


EMPTY = (
    *("digest", "cause", "land_before", "land_after", "note", "surveyor", "surveyed_at"),
    "source_name",
)


def raw(store: Store, who: Actor, statement: str) -> list[object]:
    """Run plain SQL as somebody, in a transaction that is kept."""
    with store.writing(who) as session:
        result = session.connection.exec_driver_sql(statement)
        return list(result.scalars()) if result.returns_rows else [result.rowcount]


@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.code)
def test_plain_sql_sees_exactly_what_the_program_would_show(team: Store, who: Actor) -> None:
    with team.reading(people.PROGRAM) as session:
        shown = session.connection.execute(
            schema.patch.select().where(patch_scope(who)).order_by(schema.patch.c.id)
        ).all()
    ids = [row.id for row in shown]
    assert raw(team, who, "SELECT id FROM patch ORDER BY id") == ids
    for table in GUARDED[1:-1]:
        question = f"SELECT patch_id FROM {table} ORDER BY patch_id"
        assert raw(team, who, question) == ids, table


@pytest.mark.parametrize(
    ("who", "seen"),
    [(COUNTY, ["G1"]), (GRID_ONLY, ["G2"]), (NOWHERE, []), (people.PROGRAM, ["G1", "G2"])],
    ids=lambda who: getattr(who, "code", ""),
)
def test_plain_sql_sees_the_grids_of_the_territory(
    team: Store, who: Actor, seen: list[str]
) -> None:
    assert raw(team, who, "SELECT code FROM grid ORDER BY code") == seen


def test_a_change_without_any_condition_touches_the_own_county_only(team: Store) -> None:
    assert raw(team, COUNTY, "UPDATE patch SET remark = 'x'") == [2]
    assert raw(team, people.PROGRAM, "SELECT remark FROM patch ORDER BY id") == ["x", "x", "", ""]
    assert raw(team, COUNTY, "DELETE FROM review_lock") == [2]
    assert raw(team, people.PROGRAM, "SELECT count(*) FROM review_lock") == [2]


def test_nobody_moves_another_countys_patch_into_their_own(team: Store) -> None:
    taken = f"UPDATE patch SET admin_code = '{HERE}' WHERE id = 3"
    assert raw(team, COUNTY, taken) == [0]


def test_without_being_told_who_works_nothing_is_seen_and_nothing_written(team: Store) -> None:
    with team._engine.connect() as connection, connection.begin():
        for table in GUARDED:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
        assert connection.execute(text("UPDATE patch SET remark = 'x'")).rowcount == 0
        new = "INSERT INTO grid (layer_id, code, name, admin_code, area_ha, attributes, geom) "
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(
                text(
                    f"{new} SELECT 1, 'G9', '', '', 1, '{{}}', ST_GeomFromText('POINT(1 1)', 4490)"
                )
            )


def test_what_one_was_told_ends_with_the_transaction(team: Store) -> None:
    """The next one to use the connection starts from nothing."""
    assert raw(team, people.PROGRAM, "SELECT count(*) FROM patch") == [4]
    for _ in range(3):
        with team._engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM patch")).scalar() == 0


FORBIDDEN = [
    "ALTER TABLE patch DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE patch NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY patch_seen ON patch",
    "CREATE POLICY mine ON patch USING (true)",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_no_update ON event",
    "SET session_replication_role = replica",
    "TRUNCATE event",
    "TRUNCATE patch CASCADE",
    "DROP TABLE event",
    "DROP SCHEMA skyground CASCADE",
    "UPDATE event SET reason = 'x'",
    "DELETE FROM event",
    "DELETE FROM patch",
    "UPDATE sealed_day SET digest = 'x'",
    "UPDATE former_outline SET version = 9",
    "DELETE FROM finding",
    "DELETE FROM delivery",
    "UPDATE alembic_version SET version_num = '9'",
    "SELECT setval('event_seq_seq', 1)",
    "CREATE FUNCTION skyground.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE skyground.x (i int)",
    "ALTER ROLE skyground_app BYPASSRLS",
    "COPY patch TO PROGRAM 'cat'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_programs_role_has_no_right_to_it(team: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)permission denied|must be (owner|superuser)"):
        raw(team, people.PROGRAM, statement)


@pytest.mark.parametrize("statement", ["UPDATE event SET reason = 'x'", "TRUNCATE event CASCADE"])
def test_whoever_owns_the_tables_meets_the_trigger(
    team: Store, postgres: Server, statement: str
) -> None:
    with (
        psycopg.connect(str(team.place)) as owner,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        owner.execute(f"SET search_path = skyground; {statement}")


def test_the_owner_is_held_by_the_policies_too(team: Store) -> None:
    with psycopg.connect(str(team.place)) as owner:
        assert owner.execute("SELECT count(*) FROM skyground.patch").fetchone() == (0,)


@pytest.mark.parametrize("strength", ["BYPASSRLS", "SUPERUSER"])
def test_a_role_that_goes_around_policies_is_not_worked_with(
    team: Store, postgres: Server, strength: str
) -> None:
    postgres.run(f"ALTER ROLE skyground_app {strength}")
    try:
        with pytest.raises(WorkspaceError) as refusal:
            Store.open(team.place)
    finally:
        postgres.run(f"ALTER ROLE skyground_app NO{strength}")
    assert refusal.value.code == "store_role_too_strong"


def test_a_guard_that_was_taken_down_is_missed(team: Store, postgres: Server) -> None:
    assert team.check_integrity() == []
    name = str(team.place).partition("@/")[2].partition("?")[0]
    postgres.run(
        "ALTER TABLE skyground.patch DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE skyground.event DISABLE TRIGGER event_no_update",
        "DROP TRIGGER finding_no_delete ON skyground.finding",
        "DROP POLICY event_seen ON skyground.event",
        "CREATE POLICY everybody ON skyground.grid USING (true)",
        database=name,
    )
    assert team.check_integrity() == [
        "row security: patch",
        "policy: event_seen",
        "policy: everybody",
        "trigger: event_no_update",
        "trigger: finding_no_delete",
    ]


def test_locating_may_take_a_patch_out_of_the_territory_and_says_so_in_its_history(
    team: Store,
) -> None:
    """A patch seen through a grid is counted to the county where it really lies."""
    new = {"grid_code": "G1", "admin_code": HERE, "share": 1.0}
    change = Change(4, 1, Verb.LOCATED, Stage.ISSUED, new)
    with team.writing(GRID_ONLY) as session:
        change_patches(session, [change], at=NOON + timedelta(days=1))
    with team.reading(GRID_ONLY) as session:
        assert [p.id for p in patches.find_patches(session, PatchFilter())] == [3]
    with team.reading(people.PROGRAM) as session:
        assert [e.verb for e in history.events_of(session, 4)] == [Verb.IMPORTED, Verb.LOCATED]


def test_a_grid_code_of_another_county_counts_as_taken(team: Store) -> None:
    with team.writing(COUNTY) as session:
        assert grids.known_codes(session, ["G2", "G9"]) == {"G2"}
        seen = session.connection.execute(text("SELECT code FROM grid")).scalars().all()
    assert seen == ["G1"]
