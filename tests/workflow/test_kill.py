"""``kill -9`` at random moments: all of an import or none of it, and no half copy taken for one.

Each victim is forked off this process, which has everything imported, and is killed without warning
after a time that is drawn from as long as the work really takes.
"""

import os
import random
import shutil
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from geo.errors import SkyGroundError
from geo.model.stages import Stage
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

KILLS = 25
SEED = 20260901
PATCHES = 1000
LATER = NOON + timedelta(days=2)

Work = Callable[[Store], object]


@dataclass(frozen=True)
class Office:
    """A workspace to be copied for each victim, and the files that it is to import."""

    workspace: Path
    delivery: Path
    intake: Intake
    answers: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """All patches of a first batch in the field; a second batch and the answers lie ready."""
    folder = tmp_path_factory.mktemp("office")
    with set_up(folder / "workspace", staff=STAFF, at=NOON) as store:
        deliver_grids(store, folder)
        first, second = (delivery(folder, name) for name in ("first", "second"))
        import_patches(store, actor(), first, at=NOON, batch=BATCH, options=ACCEPT)
        locate(store, actor(MANAGER), at=NOON)
        assign_all(store)
        package = send_out(store, folder)
        intake = inspect_patches(store, actor(), second, ACCEPT)
    answers = fill_in(package, {str(n): ANSWER for n in range(PATCHES)})
    return Office(folder / "workspace", second, intake, answers)


def delivery(folder: Path, name: str) -> Path:
    codes = [str(n) for n in range(PATCHES)]
    shapes = [square(2 * (n % 40), 2 * (n // 40)) for n in range(PATCHES)]
    frame = patches_frame(codes, geometry=shapes, BEIZHU=[name] * PATCHES)
    return write_file(frame, folder / f"{name}.gpkg")


@pytest.fixture
def moments() -> random.Random:
    return random.Random(SEED)


def run_and_kill(workspace: Path, work: Work, after_seconds: float | None) -> float:
    """Let a child work in a workspace and kill it; gives how long it took if it was let finish."""
    begin_read, begin_write = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn of threads; the child touches nothing that one of them could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:  # pragma: no cover - another process
        try:
            with Store.open(workspace) as store:
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
    assert after_seconds is not None or status == 0, "let alone, the child does its work"
    return took


def kill_often(
    office: Office, tmp_path: Path, moments: random.Random, work: Work
) -> Iterator[tuple[int, Path]]:
    """Kill in fresh copies, over as long as the work takes and a little more."""
    took = max(
        run_and_kill(shutil.copytree(office.workspace, tmp_path / f"m{n}"), work, None)
        for n in range(2)
    )
    for number in range(KILLS):
        workspace = shutil.copytree(office.workspace, tmp_path / f"killed-{number}")
        # One in each part of the time, so that no part is left out by chance.
        run_and_kill(workspace, work, (number + moments.random()) / KILLS * took * 1.15)
        yield number, workspace
        shutil.rmtree(workspace)


def assert_sound(store: Store) -> None:
    assert store.check_integrity() == []
    assert verify(store, actor()).broken == ()


def test_an_import_of_patches_is_there_whole_or_not_at_all(
    office: Office, tmp_path: Path, moments: random.Random
) -> None:
    def bring(store: Store) -> object:
        options = {"batch": "second", "options": ACCEPT, "intake": office.intake}
        return import_patches(store, actor(INSPECTOR), office.delivery, at=LATER, **options)

    seen = set()
    for _, workspace in kill_often(office, tmp_path, moments, bring):
        with Store.open(workspace) as store:
            assert_sound(store)
            seen.add(count(store, actor()))
            bring(store)  # and it can be imported now, or is known
            assert count(store, actor()) == 2 * PATCHES
    # How many came to their end depends on how busy the machine is; none may lie between.
    assert PATCHES in seen
    assert seen <= {PATCHES, 2 * PATCHES}


def test_findings_are_there_whole_or_not_at_all(
    office: Office, tmp_path: Path, moments: random.Random
) -> None:
    def bring(store: Store) -> object:
        return import_findings(store, actor(MANAGER), office.answers, at=LATER)

    seen = set()
    for _, workspace in kill_often(office, tmp_path, moments, bring):
        with Store.open(workspace) as store:
            assert_sound(store)
            stages = [patch.stage for patch in find(store, actor())]
            seen.add(stages.count(Stage.VERIFIED))
            assert len(set(stages)) == 1
    assert 0 in seen
    assert seen <= {0, PATCHES}


def test_a_copy_is_whole_or_is_no_copy(
    office: Office, tmp_path: Path, moments: random.Random
) -> None:
    def copy(store: Store) -> object:
        return back_up(store, actor(), at=NOON)

    whole = broken = 0
    for number, workspace in kill_often(office, tmp_path, moments, copy):
        folder = workspace / "backups"
        for left in [*folder.glob("*.sqlite"), *folder.glob(".*.part")]:
            try:
                read_manifest(left)
            except SkyGroundError as error:
                if error.code != "no_backup":
                    raise
                broken += 1
                continue
            restore(left, tmp_path / f"restored-{number}")
            whole += 1
        with Store.open(workspace) as store:
            assert_sound(store)
            made = back_up(store, actor(), at=NOON)  # what the killed one has left is swept away
            assert list(folder.glob(".*.part")) == []
            assert made.manifest.patches == PATCHES
    assert broken, f"none of {KILLS} was killed halfway, {whole} copies were whole"
