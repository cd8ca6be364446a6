"""``kill -9`` at random moments: all of an import or none of it, and no half copy taken for one.

Each victim is forked off this process, which has everything imported, and is killed without warning
after a time that is drawn from as long as the work really takes. How many die before their work is
done depends on how busy the machine is, so one more dies by itself at the last moment before.
"""

import os
import random
import shutil
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from geo.errors import SkyGroundError
from geo.model.stages import Stage
from geo.settings import Place
from geo.store import backup
from geo.store.backup import read_manifest
from geo.store.door import Store
from geo.workflow.backup import back_up, restore
from geo.workflow.import_findings import import_findings
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.intake import Intake
from geo.workflow.locate import locate
from geo.workflow.look import count, find, verify
from geo.workflow.set_up import set_up
from tests.builders import INSPECTOR, MANAGER, NOON, STAFF, actor
from tests.deliveries import patches_frame, square, write_file
from tests.office import ACCEPT, ANSWER, BATCH, assign_all, deliver_grids, fill_in, send_out
from tests.postgres_server import Server

KILLS = 25
SEED = 20260901
PATCHES = 500
LATER = NOON + timedelta(days=2)
# Only a server that hangs reaches it.
LONG_SECONDS = 120

Work = Callable[[Store], object]
_CONNECTIONS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_LOCKS = (
    "SELECT locktype FROM pg_locks WHERE pid <> pg_backend_pid() "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True)
class Copied:
    """A copy of the office for one victim, and what waits until a dead one is forgotten."""

    place: Place
    folder: Path
    settle: Callable[[], None]

    def open(self) -> Store:
        return Store.open(self.place, folder=self.folder)


@dataclass(frozen=True)
class Office:
    """A workspace to be copied for each victim, and the files that it is to import."""

    workspace: Path
    database: str | None
    server: Server | None
    delivery: Path
    intake: Intake
    answers: Path

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Copied]:
        if self.server is None or self.database is None:
            shutil.copytree(self.workspace, folder)
            yield Copied(folder, folder, lambda: None)
        else:
            folder.mkdir()
            server = self.server
            with server.database(template=self.database) as name:
                yield Copied(server.url(name), folder, lambda: wait_for_end(server, name))
        shutil.rmtree(folder)


def wait_for_end(server: Server, database: str) -> None:
    """Wait until the server has noticed that the victim is dead; nothing is locked then."""
    end = time.monotonic() + LONG_SECONDS
    while server.ask(_CONNECTIONS, database):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert server.ask(_LOCKS, database) == []


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """All patches of a first batch in the field; a second batch and the answers lie ready."""
    folder = tmp_path_factory.mktemp("office")
    if request.param == "sqlite":
        yield make_office(folder, folder / "workspace")
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        yield make_office(folder, server.url(name), server=server, database=name)


def make_office(
    folder: Path, place: Place, *, server: Server | None = None, database: str | None = None
) -> Office:
    with set_up(place, staff=STAFF, at=NOON) as store:
        deliver_grids(store, folder)
        first, second = (delivery(folder, name) for name in ("first", "second"))
        import_patches(store, actor(), first, at=NOON, batch=BATCH, options=ACCEPT)
        locate(store, actor(MANAGER), at=NOON)
        assign_all(store)
        package = send_out(store, folder)
        intake = inspect_patches(store, actor(), second, ACCEPT)
    answers = fill_in(package, {str(n): ANSWER for n in range(PATCHES)})
    return Office(folder / "workspace", database, server, second, intake, answers)


def delivery(folder: Path, name: str) -> Path:
    codes = [str(n) for n in range(PATCHES)]
    shapes = [square(2 * (n % 40), 2 * (n // 40)) for n in range(PATCHES)]
    frame = patches_frame(codes, geometry=shapes, BEIZHU=[name] * PATCHES)
    return write_file(frame, folder / f"{name}.gpkg")


@pytest.fixture
def moments() -> random.Random:
    return random.Random(SEED)


def run_and_kill(copied: Copied, work: Work, after_seconds: float | None) -> float:
    """Let a child work and kill it; gives how long it took if it was let finish."""
    begin_read, begin_write = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn of threads; the child touches nothing that one of them could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:  # pragma: no cover - another process
        try:
            with copied.open() as store:
                os.write(begin_write, b"!")
                work(store)
            os._exit(0)
        finally:
            os._exit(1)
    os.read(begin_read, 1)
    start = time.perf_counter()
    if after_seconds is not None:
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    took = time.perf_counter() - start
    os.close(begin_read)
    os.close(begin_write)
    copied.settle()
    finished, killed = status == 0, os.WIFSIGNALED(status)
    assert finished or killed, "let alone, the child does its work"
    return took


def kill_often(
    office: Office, tmp_path: Path, moments: random.Random, work: Work, last: Work
) -> Iterator[tuple[int, Copied]]:
    """Kill in fresh copies, over as long as the work takes and a little more.

    The last one does ``last``, which does not come to its end.
    """
    took = 0.0
    for number in range(2):
        with office.copied(tmp_path / f"measured-{number}") as copied:
            took = max(took, run_and_kill(copied, work, None))
    for number in range(KILLS):
        with office.copied(tmp_path / f"killed-{number}") as copied:
            # One in each part of the time, so that no part is left out by chance.
            run_and_kill(copied, work, (number + moments.random()) / KILLS * took * 1.15)
            yield number, copied
    with office.copied(tmp_path / "last") as copied:
        run_and_kill(copied, last, None)
        yield KILLS, copied


def die(*_: object, **__: object) -> None:  # pragma: no cover - another process
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at_commit(work: Work) -> Work:
    """Do all of a work but the commit of what it has written."""

    def die_as_writer(connection: Connection) -> None:  # pragma: no cover - another process
        if connection.get_execution_options().get("is_writer"):
            die()

    def do(store: Store) -> object:  # pragma: no cover - another process
        event.listen(store.engine, "commit", die_as_writer)
        return work(store)

    return do


def assert_sound(store: Store) -> None:
    assert store.check_integrity() == []
    assert verify(store, actor()).broken == ()


def test_an_import_of_patches_is_there_whole_or_not_at_all(
    office: Office, tmp_path: Path, moments: random.Random
) -> None:
    def bring(store: Store) -> object:
        options = {"batch": "second", "options": ACCEPT, "intake": office.intake}
        return import_patches(store, actor(INSPECTOR), office.delivery, at=LATER, **options)

    last = dying_at_commit(bring)
    for number, copied in kill_often(office, tmp_path, moments, bring, last):
        with copied.open() as store:
            assert_sound(store)
            there = count(store, actor())
            assert there in ({PATCHES} if number == KILLS else {PATCHES, 2 * PATCHES})
            bring(store)  # and it can be imported now, or is known
            assert count(store, actor()) == 2 * PATCHES


def test_findings_are_there_whole_or_not_at_all(
    office: Office, tmp_path: Path, moments: random.Random
) -> None:
    def bring(store: Store) -> object:
        return import_findings(store, actor(MANAGER), office.answers, at=LATER)

    last = dying_at_commit(bring)
    for number, copied in kill_often(office, tmp_path, moments, bring, last):
        with copied.open() as store:
            assert_sound(store)
            stages = [patch.stage for patch in find(store, actor())]
            verified = stages.count(Stage.VERIFIED)
            assert verified in ({0} if number == KILLS else {0, PATCHES})
            assert len(set(stages)) == 1


def test_a_copy_is_whole_or_is_no_copy(
    office: Office, tmp_path: Path, moments: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(store: Store) -> object:
        return back_up(store, actor(), at=NOON)

    def copy_without_manifest(store: Store) -> object:  # pragma: no cover - another process
        monkeypatch.setattr(backup, "_write_manifest", die)
        return copy(store)

    for number, copied in kill_often(office, tmp_path, moments, copy, copy_without_manifest):
        folder = copied.folder / "backups"
        left = [*folder.glob("*.sqlite"), *folder.glob(".*.part")]
        whole = [path for path in left if is_whole(path)]
        for path in whole:
            restore(path, tmp_path / f"restored-{number}")
        assert left or number < KILLS
        assert whole == [] or number < KILLS
        with copied.open() as store:
            assert_sound(store)
            if number % 5:
                continue
            made = back_up(store, actor(), at=NOON)  # what the killed one has left is swept away
            assert list(folder.glob(".*.part")) == []
            assert made.manifest.patches == PATCHES


def is_whole(path: Path) -> bool:
    try:
        read_manifest(path)
    except SkyGroundError as error:
        # A draft is a folder.
        if error.code not in {"no_backup", "file_missing"}:
            raise
        return False
    return True
