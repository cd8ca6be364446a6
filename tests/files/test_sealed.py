"""Whatever happens in the reading process, a sentence comes back, and the next file is read."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo.errors import FileRefused
from geo.files import sealed
from geo.files.arrow_layer import read_shapes
from geo.files.read import judge_apart, look_into, read_delivery
from geo.files.sealed import ROOT, ask
from geo.settings import ReadingLimits, limit_variable
from tests.deliveries import patches_frame, write_file
from tests.files import reading_attacked
from tests.refusals import refused_as

PATIENT = ReadingLimits(memory_mb=1_200, cpu_seconds=20, seconds=40, output_mb=2_000)
SECRET = '{"layers": "the office\'s own"}'
SOON_SECONDS = 10


@pytest.fixture(scope="module", autouse=True)
def reader() -> Iterator[sealed._Reader]:
    """A reading process that can be asked to do harm."""
    with pytest.MonkeyPatch.context() as patch:
        reader = sealed._Reader()
        patch.setattr(sealed, "READING_PROCESS", ("-m", reading_attacked.__name__))
        patch.setattr(sealed, "_READER", reader)
        yield reader
        reader.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "图斑.txt"
    path.write_text("delivered", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def next_file_is_read(tmp_path: Path) -> Iterator[None]:
    """After whatever a test does, the next file is read as if nothing had happened."""
    yield
    path = tmp_path / "next.txt"
    path.write_text("next", encoding="utf-8")
    assert asked("answer", path)["read"] == "next"


def asked(
    operation: str, path: Path, limits: ReadingLimits = PATIENT, **request: Any
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        return ask(operation, Path(folder), path=path, limits=limits, **request)


def pid_of(reader: sealed._Reader) -> int:
    assert reader._process is not None
    return reader._process.pid


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def soon(holds: Callable[[], bool]) -> bool:
    """Wait a little for something to become true."""
    end = time.monotonic() + SOON_SECONDS
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


# ---- Limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "limit", "value", "code"),
    [
        ("eat", "memory_mb", 1_200, "read_too_much_memory"),
        ("burn", "cpu_seconds", 1, "read_too_long"),
        ("sleep", "seconds", 1, "read_too_long"),
        ("fill", "output_mb", 2, "read_too_large"),
    ],
)
def test_each_limit_ends_in_a_sentence_that_names_it_and_the_setting_that_raises_it(
    path: Path, operation: str, limit: str, value: int, code: str
) -> None:
    shown = f"{value:,}"
    setting = limit_variable(limit)
    start = time.monotonic()
    with refused_as(code, path=path, limit=shown, setting=setting) as texts:
        asked(operation, path, replace(PATIENT, **{limit: value}))
    if operation == "sleep":
        assert 1 <= time.monotonic() - start < 3, "it is stopped when it says so"
    assert all(shown in text and setting in text for text in texts.values())


def test_an_administrator_sets_the_limits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limit_variable("seconds"), "1")
    with refused_as("read_too_long", limit="1"), tempfile.TemporaryDirectory() as folder:
        ask("sleep", Path(folder), path=path)


# ---- Breakdowns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["crash", "abort", "overflow", "stumble"])
def test_a_reader_that_breaks_down_is_told_of(path: Path, operation: str) -> None:
    with refused_as("reader_broke_down", path=path):
        asked(operation, path)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, ""),
        (3, ""),
        (0, "no JSON"),
        (0, "\xff\xfe\x00"),
        (0, "[1]"),
        (0, "[" * 100_000),
        (3, '{"layers": []}'),
        (sealed.MEMORY_STATUS + 1, ""),
    ],
)
def test_silence_and_nonsense_are_told_of(path: Path, code: int, text: str) -> None:
    with refused_as("reader_broke_down", path=path):
        asked("leave", path, code=code, text=text)


def test_an_answer_of_a_gigabyte_is_not_read(path: Path) -> None:
    with refused_as("reader_broke_down", path=path):
        asked("leave_much", path)


def test_an_answer_too_large_to_be_read_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked("answer", path)
    monkeypatch.setattr(sealed, "MAX_JSON_BYTES", 10)
    with refused_as("reader_broke_down", path=path):
        asked("answer", path)
    monkeypatch.undo()


def test_an_answer_that_is_a_way_to_another_file_is_not_followed(path: Path) -> None:
    secret = path.with_name("secret.json")
    secret.write_text(SECRET, encoding="utf-8")
    with refused_as("reader_broke_down", path=path):
        asked("leave_link", path, name="reply.json", target=str(secret))
    with tempfile.TemporaryDirectory() as folder:
        ask("leave_link", Path(folder), path=path, name="rows.json", target=str(secret))
        for read in (sealed.left_json, sealed.left_file):
            with refused_as("reader_broke_down", path=path):
                read(Path(folder), "rows.json", path=path)


# ---- The life of the process --------------------------------------------------------------------


def test_the_process_is_started_once_and_kept(path: Path, reader: sealed._Reader) -> None:
    asked("answer", path)
    before = pid_of(reader)
    with pytest.raises(FileRefused):
        asked("crash", path)
    asked("answer", path)
    assert pid_of(reader) == before


def test_a_process_that_was_killed_is_started_anew(path: Path, reader: sealed._Reader) -> None:
    asked("answer", path)
    before = pid_of(reader)
    os.kill(before, signal.SIGKILL)
    assert asked("answer", path, say="anew")["said"] == "anew"
    assert pid_of(reader) != before


def test_a_process_whose_place_was_cleaned_away_is_started_anew(
    path: Path, reader: sealed._Reader
) -> None:
    asked("answer", path)
    (Path(reader._home) / "line").unlink()
    assert asked("answer", path, say="anew")["said"] == "anew"


def test_many_read_at_once_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.txt" for n in range(8)]
    for path in paths:
        path.write_text(path.stem, encoding="utf-8")

    def own(path: Path) -> bool:
        said = [asked("answer", path, say=path.name) for _ in range(5)]
        return said == [{"said": path.name, "read": path.stem, "own": True}] * 5

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(own, paths))


def test_one_that_breaks_down_does_not_disturb_the_others(tmp_path: Path, path: Path) -> None:
    def ended(operation: str) -> str:
        try:
            return str(asked(operation, path)["read"])
        except FileRefused as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ended, ["answer", "crash", "answer", "abort"] * 4))
    assert found == ["delivered", "reader_broke_down"] * 8


def _in_a_fork(path: Path, line: Any) -> None:
    line.send((asked("answer", path, say="fork")["said"], pid_of(sealed._READER)))
    sealed._READER.stop()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_that_divides_has_a_reader_of_its_own(path: Path, reader: sealed._Reader) -> None:
    asked("answer", path)
    before = pid_of(reader)
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork").Process(target=_in_a_fork, args=(path, theirs))
    fork.start()
    said, pid = ours.recv()
    fork.join()
    assert (said, fork.exitcode) == ("fork", 0)
    assert pid != before
    assert asked("answer", path)["read"] == "delivered"
    assert pid_of(reader) == before, "the fork has left ours alone"


def test_a_process_that_nobody_asks_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = sealed._Reader()
    code = "from geo.files import reading_process as r; r.IDLE_SECONDS = 0.3; r.main()"
    monkeypatch.setattr(sealed, "READING_PROCESS", ("-c", code))
    monkeypatch.setattr(sealed, "_READER", reader)
    delivered = write_file(patches_frame(), path.with_name("x.gpkg"))
    for _ in range(2):
        assert look_into(delivered)[0].count == 3
        process = reader._process
        assert process is not None
        process.wait(SOON_SECONDS)
        assert process.returncode == 0
    reader.stop()
    monkeypatch.undo()


ORPHAN = """
import sys, threading, time
from pathlib import Path
from geo.files import sealed
sealed.READING_PROCESS = ("-m", "tests.files.reading_attacked")
folder, path = Path(sys.argv[1]), Path(sys.argv[2])
threading.Thread(target=sealed.ask, args=("sleep", folder), kwargs={"path": path}).start()
while not (folder / "pid").exists() or not (folder / "pid").read_text():
    time.sleep(0.02)
print(sealed._READER._process.pid, (folder / "pid").read_text(), flush=True)
time.sleep(600)
"""


def test_no_orphan_is_left_when_whoever_asked_is_killed(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(folder), str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        process, reading = map(int, parent.stdout.readline().split())
        assert is_alive(process)
        assert is_alive(reading)
        parent.kill()
    assert soon(lambda: not is_alive(process))
    assert soon(lambda: not is_alive(reading))


def test_nothing_is_left_open_or_lying_about(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked("answer", path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    before = sorted(tmp_path.iterdir())
    for _ in range(100):
        asked("answer", path)
        with pytest.raises(FileRefused):
            asked("leave", path)
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors + 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("read", [look_into, read_delivery])
def test_the_folder_of_a_file_that_was_refused_is_gone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object]
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    broken = path.with_suffix(".gpkg")
    broken.write_bytes(b"SQLite format 3\0" + bytes(200))
    with refused_as("file_unreadable", path=broken):
        read(broken)
    read(write_file(patches_frame(), tmp_path / "x.gpkg"))
    assert list(place.iterdir()) == []


def test_a_file_that_cannot_be_reached_by_its_own_name_is_read(tmp_path: Path) -> None:
    delivered = write_file(patches_frame(), tmp_path / "x.gpkg")
    link = tmp_path / "y.gpkg"
    link.symlink_to(delivered)
    assert read_delivery(link).facts.count == 3


# ---- Large shapes -------------------------------------------------------------------------------


def test_large_shapes_are_judged_apart() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    judged = judge_apart(np.array([shapely.box(0, 0, 1, 1), bow_tie]))
    assert [j.is_valid for j in judged] == [True, False]
    assert judged[1].fault
    assert judged[1].mended is not None
    assert judged[1].mended.area == pytest.approx(0.5)


def test_shapes_that_cannot_be_judged_are_unusable_and_the_others_are_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = sealed.ask

    def refuse_two(operation: str, folder: Path, *, path: Path, **more: Any) -> dict[str, Any]:
        if len(read_shapes(path)) > 1:
            raise FileRefused("read_too_long", path=path)
        return real(operation, folder, path=path, **more)

    monkeypatch.setattr("geo.files.read.ask", refuse_two)
    judged = judge_apart(np.array([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]))
    assert [j.is_valid for j in judged] == [True, True]
