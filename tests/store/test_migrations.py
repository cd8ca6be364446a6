"""From every earlier version, on both engines, to this one: with all data, all guards, once."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DatabaseError

from geo.errors import WorkspaceError
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage, Verb
from geo.settings import Place, Rules
from geo.store import batches, history, patches, people, schema, upgrade
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Store
from tests.builders import NOON, actor, make_patch_row
from tests.postgres_server import Server
from tests.store.earlier import VERSIONS, make_earlier

ROOT = Path(__file__).resolve().parents[2]
OPENED = "import sys; from geo.settings import place_of; from geo.store.door import Store; "
OPENED += "Store.open(place_of(sys.argv[1])).close()"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place without a store."""
    if request.param == "sqlite":
        yield tmp_path / "old"
    else:
        server: Server = request.getfixturevalue("postgres")
        with server.database() as name:
            yield server.url(name)


@pytest.mark.parametrize("version", VERSIONS)
def test_all_data_are_there_and_work_goes_on(empty: Place, version: int) -> None:
    make_earlier(empty, version, asdict(Rules(due_days=9)))
    with Store.open(empty) as store:
        assert store.rules() == Rules(due_days=9)
        assert store.check_integrity() == []
        with store.reading(people.PROGRAM) as session:
            checked = history.verify(session)
            found = patches.find_patches(session, PatchFilter(bounds=(119, 42, 121, 44)))
            held = people.list_people(session)
            (first,) = batches.deliveries_of(session, "B1")
        assert (checked.patches, checked.events, checked.broken) == (2, 3, ())
        assert [(p.code, p.stage, p.due, p.alert) for p in found] == [
            ("2", Stage.ASSIGNED, date(2026, 10, 1), None),
            ("1", Stage.ISSUED, None, None),
        ]
        assert [(p.code, p.role, p.prefixes) for p in held] == [
            ("inspector-1", Role.INSPECTOR, ("1599",)),
            ("ranger-1", Role.RANGER, ("1599",)),
        ]
        assert (first.counts, first.mapping) == ({"new": 2}, {"code": "TBBH"})
        change = Change(1, 1, Verb.ASSIGNED, Stage.ASSIGNED, {"assignee": "ranger-1"})
        with store.writing(actor()) as session:
            change_patches(session, [change], at=NOON)
            insert_patches(session, [make_patch_row("9")], at=NOON, detail={})
            session.connection.execute(
                batches.update(schema.batch).values(count=3)  # the patch that came by hand
            )
        with store.reading(people.PROGRAM) as session:
            assert history.verify(session).broken == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_proof_is_guarded_afterwards(empty: Place, version: int) -> None:
    make_earlier(empty, version, asdict(Rules()))
    day = {"day": NOON.date(), "sealed_at": NOON, "last_seq": 1, "patches": 1, "events": 1}
    day |= dict.fromkeys(("digest", "public_key", "signature"), "")
    outline = {"patch_id": 2, "version": 1, "attributes": {}, "geom": make_patch_row()["geom"]}
    with Store.open(empty) as store:
        with store.writing(people.PROGRAM) as session:
            session.connection.execute(insert(schema.sealed_day).values(day))
            session.connection.execute(insert(schema.former_outline).values(outline))
        for table in schema.APPEND_ONLY:
            kept = next(column.name for column in table.columns if not column.primary_key)
            for action in (f"DELETE FROM {table}", f"UPDATE {table} SET {kept} = NULL"):
                with (
                    pytest.raises(DatabaseError, match=r"append-only|permission denied"),
                    store.writing(people.PROGRAM) as session,
                ):
                    session.connection.exec_driver_sql(action)


def shape(place: Place) -> dict[str, object]:
    """Everything that stands, whatever the order in which it was made."""
    with Store.open(place) as store, store._engine.connect() as connection:
        found = inspect(connection)
        made: dict[str, object] = {}
        for table in sorted(found.get_table_names()):
            columns = {
                (c["name"], str(c["type"]), c["nullable"], str(c.get("default")))
                for c in found.get_columns(table)
            }
            keys = (
                found.get_pk_constraint(table)["constrained_columns"],
                sorted(str(k["column_names"]) for k in found.get_unique_constraints(table)),
                sorted(str(k["constrained_columns"]) for k in found.get_foreign_keys(table)),
                sorted(str(k["sqltext"]) for k in found.get_check_constraints(table)),
            )
            indexes = {(i["name"], str(i["column_names"])) for i in found.get_indexes(table)}
            made[table] = (columns, keys, indexes)
        questions = _IN_FILE if connection.dialect.name == "sqlite" else _IN_DATABASE
        for question in questions:
            rows = connection.execute(text(question)).all()
            made[question] = sorted(str(tuple(row)) for row in rows)
            assert rows
    return made


_IN_FILE = ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",)
_SKYGROUND = "CAST('skyground' AS regnamespace)"
_IN_DATABASE = (
    "SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies "
    "WHERE schemaname = 'skyground'",
    f"SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
    f"WHERE relnamespace = {_SKYGROUND} AND relkind = 'r'",
    "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
    f"WHERE NOT tgisinternal AND relnamespace = {_SKYGROUND}",
    "SELECT table_name, privilege_type FROM information_schema.table_privileges "
    "WHERE grantee = 'skyground_app'",
    "SELECT object_name, privilege_type FROM information_schema.usage_privileges "
    "WHERE grantee = 'skyground_app'",
    "SELECT table_name, column_name, collation_name FROM information_schema.columns "
    "WHERE table_schema = 'skyground'",
)


@pytest.mark.filterwarnings("ignore:Did not recognize type")
def test_what_has_come_all_the_way_is_just_like_what_is_made_new(
    empty: Place, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    make_earlier(empty, 1, asdict(Rules()))
    if isinstance(empty, Path):
        Store.create(tmp_path / "new").close()
        assert shape(empty) == shape(tmp_path / "new")
    else:
        server: Server = request.getfixturevalue("postgres")
        with server.store_url() as new:
            assert shape(empty) == shape(new)


def test_the_newest_migration_is_the_version_of_the_tables() -> None:
    script = ScriptDirectory(str(upgrade.MIGRATIONS))
    assert script.get_heads() == [f"{schema.HEAD:04d}"]
    assert len(list(script.walk_revisions())) == schema.HEAD


def test_processes_that_open_at_once_upgrade_once(empty: Place) -> None:
    make_earlier(empty, 1, asdict(Rules()))
    call = [sys.executable, "-c", OPENED, str(empty)]
    opened = [subprocess.Popen(call, cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=60) for process in opened] == [0, 0, 0]
    with Store.open(empty) as store, store.reading(people.PROGRAM) as session:
        assert len(batches.deliveries_of(session, "B1")) == 1
        assert len(people.list_grants(session)) == 2


def test_a_step_that_fails_leaves_the_version_before(
    empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_earlier(empty, 1, asdict(Rules()))
    show = upgrade.run_migrations

    def fail(connection: object, revision: str) -> None:
        show(connection, revision)  # type: ignore[arg-type]
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "run_migrations", fail)
        with pytest.raises(ZeroDivisionError):
            Store.open(empty)
    assert version_of(empty) == 1
    Store.open(empty).close()
    assert version_of(empty) == schema.HEAD


def version_of(place: Place) -> int | None:
    engine = upgrade.engines.way_to(place).owner_engine(place)
    with engine.connect() as connection:
        version = upgrade.schema_version(connection)
        assert inspect(connection).has_table("delivery") == (version != 1)
    engine.dispose()
    return version


def test_a_newer_store_is_left_alone(place: Place) -> None:
    engine = upgrade.engines.way_to(place).owner_engine(place)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    engine.dispose()
    with pytest.raises(WorkspaceError) as refusal:
        Store.open(place)
    assert (refusal.value.code, refusal.value.values["version"]) == ("workspace_newer", 99)


def test_opening_a_store_that_is_new_enough_loads_neither_alembic_nor_the_other_driver(
    tmp_path: Path,
) -> None:
    Store.create(tmp_path / "w").close()
    asked = f"{OPENED}; print([m for m in ('alembic', 'psycopg') if m in sys.modules])"
    call = [sys.executable, "-c", asked, str(tmp_path / "w")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
