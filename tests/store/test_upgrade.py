"""A workspace of version 1 becomes one of this version: whole, once, or not at all."""

import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy.exc import DatabaseError

from geo.errors import WorkspaceError
from geo.model.filters import PatchFilter
from geo.model.stages import Stage, Verb
from geo.settings import Rules
from geo.store import history, patches, schema
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Store
from tests.builders import NOON, actor, make_patch_row
from tests.store.version_1 import PATCHES, make_version_1

ROOT = Path(__file__).resolve().parents[2]
OPENERS = 4
KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from geo.store import upgrade
from geo.store.door import Store

def step_and_die(connection, revision):
    whole(connection, "0002")
    os.kill(os.getpid(), signal.SIGKILL)

whole, upgrade.run_migrations = upgrade.run_migrations, step_and_die
Store.open(Path(sys.argv[1]))
"""
OPENED_AT_A_SIGN = """
import os, sys
from pathlib import Path
from geo.store.door import Store

ready, gate = map(int, sys.argv[2:])
os.write(ready, b"r")
os.read(gate, 1)
Store.open(Path(sys.argv[1])).close()
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    make_version_1(folder, asdict(Rules()))
    return folder


def ask(workspace: Path, question: str) -> list[tuple[object, ...]]:
    raw = dbapi2.connect(str(workspace / "skyground.sqlite"))
    try:
        return [tuple(row) for row in raw.execute(question)]
    finally:
        raw.close()


def version_of(workspace: Path) -> int:
    """As Alembic's own table says, or as workspaces said before it."""
    old = ask(workspace, "SELECT value FROM meta WHERE key = 'schema_version'")
    if old:
        return int(str(old[0][0]))
    return int(str(ask(workspace, "SELECT version_num FROM alembic_version")[0][0]))


def shape_of(workspace: Path) -> set[tuple[object, ...]]:
    """Tables, columns, indexes and triggers, whatever the order they were made in."""
    columns = (
        'SELECT m.name, c.name, upper(c.type), c."notnull", c.pk FROM sqlite_master m, '
        "pragma_table_info(m.name) c WHERE m.type = 'table'"
    )
    keys = (
        'SELECT m.name, f."table", f."from", f."to" FROM sqlite_master m, '
        "pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
    )
    rest = "SELECT type, name, tbl_name FROM sqlite_master"
    return {row for question in (columns, keys, rest) for row in ask(workspace, question)}


def test_an_old_workspace_keeps_its_patches_and_its_history(workspace: Path) -> None:
    with Store.open(workspace) as store:
        with store.reading(actor()) as session:
            found = patches.find_patches(session, PatchFilter())
            checked = history.verify(session)
        assert store.check_integrity() == []
    assert [(p.code, p.stage, p.alert) for p in found] == [
        ("2", Stage.ASSIGNED, None),
        ("1", Stage.ISSUED, None),
        ("3", Stage.ISSUED, None),
    ]
    assert (checked.patches, checked.events, checked.broken) == (PATCHES, PATCHES + 1, ())
    assert version_of(workspace) == schema.HEAD


def test_an_old_workspace_becomes_just_like_a_new_one(workspace: Path, tmp_path: Path) -> None:
    Store.open(workspace).close()
    Store.create(tmp_path / "new").close()
    assert shape_of(workspace) == shape_of(tmp_path / "new")


def test_every_batch_has_the_file_it_came_in_as_its_first_delivery(workspace: Path) -> None:
    Store.open(workspace).close()
    rows = ask(
        workspace,
        "SELECT batch, digest, source_name, encoding, mapping, counts, imported_at FROM delivery",
    )
    same = ("GBK", '{"code":"TBBH"}')
    at = "2026-09-01T04:00:00.000000+00:00"
    assert rows == [
        ("B1", "digest of B1", "B1.zip", *same, '{"new":3}', at),
        ("空", "digest of 空", "空.zip", *same, '{"new":0}', at),
    ]


def test_work_goes_on_where_it_stood(workspace: Path) -> None:
    with Store.open(workspace) as store:
        change = Change(1, 1, Verb.ASSIGNED, Stage.ASSIGNED, {"assignee": "ranger-1"})
        with store.writing(actor()) as session:
            change_patches(session, [change], at=NOON)
            insert_patches(session, [make_patch_row("9", batch="空")], at=NOON, detail={})
        with store.reading(actor()) as session:
            assert [b.patch_key for b in history.verify(session).broken] == ["空/?"]  # count is 0
            assert patches.count_patches(session, PatchFilter(bounds=(120, 42, 121, 44))) == 4


@pytest.mark.parametrize("table", ["event", "finding", "package", "delivery", "former_outline"])
def test_proof_is_guarded_in_an_old_workspace_as_well(workspace: Path, table: str) -> None:
    with Store.open(workspace) as store:
        guards = ask(workspace, f"SELECT name FROM sqlite_master WHERE tbl_name = '{table}'")
        assert {(f"{table}_no_update",), (f"{table}_no_delete",)} <= set(guards)
        if table in {"event", "delivery"}:
            with pytest.raises(DatabaseError, match="append-only"), store.writing(actor()) as s:
                s.connection.exec_driver_sql(f"DELETE FROM {table}")


def test_opening_again_changes_nothing(workspace: Path) -> None:
    Store.open(workspace).close()
    before = shape_of(workspace)
    Store.open(workspace).close()
    assert shape_of(workspace) == before
    assert ask(workspace, "SELECT count(*) FROM delivery") == [(2,)]


def test_processes_that_open_at_once_upgrade_once(workspace: Path) -> None:
    pipes = [os.pipe(), os.pipe()]
    (all_ready, ready), (gate, start) = pipes
    call = [sys.executable, "-c", OPENED_AT_A_SIGN, str(workspace), str(ready), str(gate)]
    started = [subprocess.Popen(call, cwd=ROOT, pass_fds=[ready, gate]) for _ in range(OPENERS)]
    for _ in range(OPENERS):
        os.read(all_ready, 1)
    os.write(start, b"x" * OPENERS)
    assert [process.wait(timeout=60) for process in started] == [0] * OPENERS
    for end in (end for pipe in pipes for end in pipe):
        os.close(end)
    assert version_of(workspace) == schema.HEAD
    assert ask(workspace, "SELECT count(*) FROM delivery") == [(2,)]


def test_a_kill_in_the_middle_leaves_version_1_and_the_next_start_goes_on(workspace: Path) -> None:
    before = shape_of(workspace)
    call = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(workspace)]
    assert subprocess.run(call, cwd=ROOT, timeout=60, check=False).returncode == -signal.SIGKILL
    assert version_of(workspace) == 1
    assert shape_of(workspace) == before
    with Store.open(workspace) as store, store.reading(actor()) as session:
        assert history.verify(session).broken == ()
    assert version_of(workspace) == schema.HEAD


def test_a_file_that_cannot_be_written_says_so(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.store.sqlite.PRAGMAS", ("PRAGMA query_only=ON",))
    with pytest.raises(WorkspaceError) as refusal:
        Store.open(workspace)
    assert refusal.value.code == "cannot_write"
    assert version_of(workspace) == 1
