"""The disk of the database's server is full: said plainly, nothing half written, on again after."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc

from geo.settings import MIN_FREE_VARIABLE
from geo.store.disk import disk_error
from geo.store.door import Store
from geo.workflow.backup import back_up, restore
from geo.workflow.review import let_go
from tests.builders import NOON, actor, fill_store
from tests.postgres_server import OWNER, TEMPLATE, Server
from tests.refusals import refused_as
from tests.store.full_disk import Deliveries, mounted, take_the_rest

# An empty store takes seventeen.
DISK_MB = 40
FILLER_MB = 8
DELIVERIES = Deliveries(1000, 1000, frozenset({"server_disk_full"}))
deliver, fill, assert_whole = DELIVERIES.deliver, DELIVERIES.fill, DELIVERIES.assert_whole


@pytest.fixture
def small_disk(postgres: Server) -> Iterator[Path]:
    """A small disk that the server may use for a database; only root may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="skyground-disk-"))
    try:
        with mounted(folder, size_mb=DISK_MB):
            folder.chmod(0o755)
            (folder / "space").mkdir()
            shutil.chown(folder / "space", "postgres", "postgres")
            postgres.run(f"CREATE TABLESPACE small LOCATION '{folder / 'space'}'")
            yield folder
            postgres.run("DROP TABLESPACE small")
    finally:
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
    assert restore(made.path, tmp_path / "place").patches == 3 + taken * DELIVERIES.rows
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
