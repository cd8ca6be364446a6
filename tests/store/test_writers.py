"""Eight processes at the same fifty patches: with the version check no update is lost."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from geo.model.filters import PatchFilter
from geo.store import history, patches
from geo.store.door import Store
from geo.store.schema import event
from tests.builders import actor, fill_store

WRITERS, UPDATES, ROWS = 8, 200, 50


def run_writers(store: Store, way: str, *, rows: int) -> None:
    root = Path(__file__).resolve().parents[2]
    counts = [str(n) for n in (WRITERS, UPDATES, rows)]
    call = [sys.executable, "-m", "tests.store.writers", str(store.place), way, *counts]
    assert subprocess.run(call, cwd=root, timeout=300, check=False).returncode == 0


def total(store: Store) -> int:
    with store.reading(actor()) as session:
        return sum(int(p.remark) for p in patches.find_patches(session, PatchFilter()))


@pytest.mark.parametrize("rows", [ROWS, 1])
def test_no_update_is_lost_and_every_commit_has_its_event(store: Store, rows: int) -> None:
    fill_store(store, patches=ROWS, remark="0")
    run_writers(store, "checked", rows=rows)
    assert total(store) == WRITERS * UPDATES
    versions: dict[int, list[int]] = {}
    with store.reading(actor()) as session:
        numbered = select(event.c.patch_id, event.c.version).order_by(event.c.seq)
        for patch_id, version in session.connection.execute(numbered):
            versions.setdefault(patch_id, []).append(version)
        events = session.connection.execute(select(func.count()).select_from(event)).scalar_one()
        found = history.verify(session)
    assert events == ROWS + WRITERS * UPDATES
    assert len(versions) == ROWS
    assert all(given == list(range(1, len(given) + 1)) for given in versions.values())
    assert found.broken == ()
    assert store.check_integrity() == []


def test_without_the_version_check_updates_are_lost(store: Store) -> None:
    fill_store(store, patches=ROWS, remark="0")
    run_writers(store, "unchecked", rows=1)
    assert total(store) < WRITERS * UPDATES
