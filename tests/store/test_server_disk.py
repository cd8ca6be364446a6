"""The disk of the database's server is full: said plainly, nothing half written, on again after."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc

from geo.errors import WorkspaceError
from geo.settings import MIN_FREE_VARIABLE
from geo.store import batches
from geo.store.changes import insert_patches
from geo.store.disk import disk_error, free_bytes
from geo.store.door import Store
from geo.workflow.backup import back_up, restore
from geo.workflow.look import count, verify
from geo.workflow.review import let_go
from tests.builders import NOON, actor, fill_store, make_batch, make_patch_row
from tests.postgres_server import OWNER, TEMPLATE, Server
from tests.refusals import refused_as

# An empty store takes seventeen.
DISK_MB = 40
FILLER_MB = 8
ROWS = 1000


@pytest.fixture
def small_disk(postgres: Server) -> Iterator[Path]:
    """A small disk that the server may use for a database; only root may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="skyground-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        folder.rmdir()
        reason = f"no small disk can be mounted: {mounted.stderr.strip()}"
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    folder.chmod(0o755)
    (folder / "space").mkdir()
    shutil.chown(folder / "space", "postgres", "postgres")
    postgres.run(f"CREATE TABLESPACE small LOCATION '{folder / 'space'}'")
    yield folder
    postgres.run("DROP TABLESPACE small")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def store(
    small_disk: Path, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    monkeypatch.setenv(MIN_FREE_VARIABLE, "0")
    postgres.run(
        f"CREATE DATABASE on_small OWNER {OWNER} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY "
        "TABLESPACE small"
    )
    (small_disk / "filler").write_bytes(b"x" * FILLER_MB * 1_000_000)
    with Store.open(postgres.url("on_small"), folder=tmp_path) as made:
        fill_store(made, patches=3)
        yield made
    postgres.run("DROP DATABASE on_small WITH (FORCE)")


def deliver(store: Store, number: int) -> None:
    rows = [make_patch_row(str(n), batch=f"D{number}", remark="x" * 1000) for n in range(ROWS)]
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(f"D{number}", count=ROWS))
        insert_patches(session, rows, at=NOON, detail={})


def fill(store: Store) -> int:
    """Write deliveries until one is refused; tell how many were taken."""
    for number in range(100):
        try:
            deliver(store, number)
        except WorkspaceError as error:
            if error.code != "server_disk_full":
                raise
            return number
    pytest.fail("the disk never became full")


def take_the_rest(disk: Path) -> None:
    with pytest.raises(OSError, match="No space"), (disk / "rest").open("wb") as rest:
        while True:
            rest.write(b"x" * 4096)
            rest.flush()
    assert free_bytes(disk) == 0


def assert_whole(store: Store, deliveries: int) -> None:
    found = verify(store, actor())
    assert (found.broken, found.patches) == ((), 3 + deliveries * ROWS)
    assert count(store, actor()) == 3 + deliveries * ROWS
    assert store.check_integrity() == []


def test_nothing_is_half_written_all_is_read_and_it_goes_on_when_there_is_room(
    store: Store, small_disk: Path, tmp_path: Path
) -> None:
    taken = fill(store)
    assert taken > 0
    assert_whole(store, taken)
    with refused_as("server_disk_full") as told:
        deliver(store, taken)
    assert "No space left" in told["en"]
    take_the_rest(small_disk)
    assert_whole(store, taken)
    let_go(store, actor())  # no lock stays behind, and what takes no room is written
    # What is needed most just then goes: a copy, on another disk.
    made = back_up(store, actor(), tmp_path / "copies", at=NOON)
    assert restore(made.path, tmp_path / "place").patches == 3 + taken * ROWS
    (small_disk / "filler").unlink()
    (small_disk / "rest").unlink()
    deliver(store, taken)
    assert_whole(store, taken + 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull, "server_disk_full"),
        (psycopg.errors.IoError, "server_disk_failed"),
        (psycopg.errors.UniqueViolation, None),
    ],
)
def test_what_the_server_says_of_its_disk_is_told(
    error: type[psycopg.Error], code: str | None
) -> None:
    said = exc.OperationalError("INSERT", {}, error("could not write\nHINT: room"))
    told = disk_error(said, Path("/"))
    assert (told and (told.code, told.values)) == (code and (code, {"detail": "could not write"}))
