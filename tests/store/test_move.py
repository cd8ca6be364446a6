"""A store is carried to the other engine and back, and nobody can tell it from the first."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from geo.errors import WorkspaceError
from geo.model.layer_kinds import LayerKind
from geo.model.stages import Stage, Verb
from geo.settings import STORE_FILE, Rules
from geo.store import grids, history, people, redelivered, references, schema
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Session, Store
from geo.workflow import move as moving
from geo.workflow.move import move
from tests.builders import NOON, actor, fill_store, make_patch_row
from tests.office import everything_in
from tests.postgres_server import Server
from tests.refusals import refused_as
from tests.store.rights_world import IMAGE_ROW

LONG = "核" * 70_000 + '"\\\n\t%s %'


def fill_with_everything(store: Store) -> None:
    """At least one row in every table, with what is hard to carry in it."""
    fill_store(store, patches=3, remark=LONG, attributes={"名": None, "数": 1e-7, "表": [1, {}]})
    change = Change(2, 1, Verb.ASSIGNED, Stage.ASSIGNED, {"due": date(2026, 10, 1)}, reason="'急'")
    grid = make_patch_row("1")
    kept = {name: grid[name] for name in ("code", "area_ha", "admin_code", "attributes", "geom")}
    came = {"source_name": "a", "source_crs": "EPSG:4528", "digest": "d"}
    with store.writing(actor()) as session:
        change_patches(session, [change], at=NOON)
        rows = [kept | {"name": "", "ranger": None}]
        grids.insert_layer(session, rows, **came, report={}, at=NOON)
        new = {"geom": make_patch_row("9")["geom"], "attributes": {"TBBH": "9"}}
        redelivered.rewrite_patches(
            session, [redelivered.Rewrite(1, 1, new, {"code_before": "1"})], at=NOON
        )
        references.insert_reference_layer(
            session,
            [{"code": "R1", "geom": grid["geom"], "facts": {"文号": "〔2026〕1"}}],
            kind=LayerKind.PERMITS,
            name="审批",
            encoding="",
            mapping={},
            report={},
            at=NOON,
            **came,
        )
        for table, values in _OTHERS.items():
            session.connection.execute(insert(schema.metadata.tables[table]).values(values))


_OTHERS: dict[str, dict[str, object]] = {
    "account": {"person": "admin", "password_hash": "$argon2id$", "changed_at": NOON},
    "web_session": {"token_hash": "x", "person": "admin", "began_at": NOON, "seen_at": NOON,
                    "ends_at": NOON},
    "review_lock": {"patch_id": 1, "person": "admin", "until": NOON},
    "sealed_day": {"day": date(2026, 9, 1), "sealed_at": NOON, "last_seq": 3, "patches": 3,
                   "events": 3, "digest": "d", "public_key": "k", "signature": "s"},
    "finding": {"patch_id": 3, "patch_version": 2, "digest": "d", "cause": "421",
                "unlawful": True, "land_before": "", "land_after": "", "note": LONG,
                "surveyor": "ranger-1", "surveyed_at": "", "photos": [], "source_name": "f"},
    "package": {"id": "p", "assignee": "ranger-1", "made_at": NOON, "made_by": "admin",
                "patches": [[1, 1]]},
    "imagery": IMAGE_ROW | {"digest": "d", "clear_share": 0.875, "facts": {"bands": [3, 2, 1]}},
    "mapping_template": {"name": "林", "kind": "patches", "fields": {}, "made_at": NOON,
                         "made_by": "admin"},
}  # fmt: skip


def carried(store: Store) -> dict[str, list[tuple[object, ...]]]:
    rows = everything_in(store)
    return {name: sorted(rows[name]) for name in rows.keys() - {"web_session", "review_lock"}}


def digest(store: Store) -> str:
    with store.reading(people.PROGRAM) as session:
        return history.verify(session).digest


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with Store.create(tmp_path / "old", rules=Rules(due_days=7)) as store:
        fill_with_everything(store)
        assert [name for name, rows in everything_in(store).items() if not rows] == []
    return tmp_path / "old"


def test_all_is_the_same_in_a_database_and_back_in_a_file(
    old: Path, tmp_path: Path, postgres: Server
) -> None:
    with postgres.database() as name:
        url = postgres.url(name)
        there, back = move(old, url), move(url, tmp_path / "new")
        assert there.digest == back.digest
        assert there.rows == back.rows
        new = tmp_path / "new"
        with Store.open(old) as first, Store.open(url) as team, Store.open(new) as last:
            assert carried(first) == carried(team) == carried(last)
            assert digest(first) == digest(team) == digest(last)
            assert team.rules() == last.rules() == Rules(due_days=7)
            assert everything_in(team)["web_session"] == everything_in(last)["review_lock"] == []
            assert last.check_integrity() == team.check_integrity() == []


def test_work_goes_on_with_the_next_numbers(old: Path, postgres: Server) -> None:
    with postgres.database() as name:
        move(old, postgres.url(name))
        with Store.open(postgres.url(name)) as store:
            with store.writing(actor()) as session:
                insert_patches(session, [make_patch_row("77")], at=NOON, detail={})
            with store.reading(actor()) as session:
                numbers = (func.max(schema.patch.c.id), func.max(schema.event.c.seq))
                newest = [session.connection.execute(select(n)).scalar() for n in numbers]
            assert newest == [4, 6]


def test_a_place_that_holds_data_is_left_as_it_is(old: Path, store: Store) -> None:
    fill_store(store, patches=1)
    before = everything_in(store)
    with refused_as("move_target_not_empty", table="batch"):
        move(old, store.place)
    assert everything_in(store) == before


def test_a_place_that_is_made_but_empty_is_filled(old: Path, store: Store) -> None:
    move(old, store.place)
    with Store.open(old) as first:
        assert carried(first) == carried(store)


def test_what_arrives_altered_leaves_nothing_behind(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = moving.copy_store.__globals__["_copy_table"]

    def lose_a_finding(out: object, into: object, table: object) -> int:
        if table is schema.finding:
            return 1
        count: int = copy(out, into, table)
        return count

    monkeypatch.setitem(moving.copy_store.__globals__, "_copy_table", lose_a_finding)
    with refused_as("move_differs", table="finding"):
        move(old, tmp_path / "new")
    assert not (tmp_path / "new" / STORE_FILE).exists()


def test_what_arrives_with_another_digest_leaves_nothing_behind(
    old: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = moving.copy_store.__globals__["_write"]

    def forge(into: Session, table: object, rows: object) -> None:
        write(into, table, rows)
        if table is schema.patch:
            into.connection.execute(update(schema.patch).values(head_hash="x"))

    monkeypatch.setitem(moving.copy_store.__globals__, "_write", forge)
    with postgres.database() as name:
        with refused_as("move_differs", table="digest"):
            move(old, postgres.url(name))
        left = "SELECT count(*) FROM pg_namespace WHERE nspname = 'skyground'"
        assert postgres.ask(left, name) == [(0,)]


def test_a_broken_history_is_not_carried(old: Path, tmp_path: Path) -> None:
    with Store.open(old) as store, store.writing(actor()) as session:
        session.connection.exec_driver_sql("DROP TRIGGER event_no_delete")
        session.connection.execute(delete(schema.event).where(schema.event.c.patch_id == 2))
    with refused_as("move_source_broken", count=1):
        move(old, tmp_path / "new")
    assert not (tmp_path / "new" / STORE_FILE).exists()


def test_a_place_is_not_moved_onto_itself(old: Path) -> None:
    with pytest.raises(WorkspaceError) as refusal:
        move(old, old / ".." / old.name)
    assert refusal.value.code == "move_same_place"
