"""The walls of the reading process: each is proved from inside, by trying to walk through it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.files import sealed
from geo.files.confine import forbid_other_files
from geo.files.sealed import ROOT, ask
from tests.files import reading_attacked

DELIVERED = "图斑.txt"
SECRET = "the office's own"


@pytest.fixture(scope="module", autouse=True)
def attacked() -> Iterator[None]:
    """A reading process that can be asked to do harm."""
    with pytest.MonkeyPatch.context() as patch:
        reader = sealed._Reader()
        patch.setattr(sealed, "READING_PROCESS", ("-m", reading_attacked.__name__))
        patch.setattr(sealed, "_READER", reader)
        yield
        reader.stop()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A delivered file, another one beside it, and a folder to work in."""
    (tmp_path / DELIVERED).write_text("delivered", encoding="utf-8")
    (tmp_path / "beside.txt").write_text(SECRET, encoding="utf-8")
    (tmp_path / "own").mkdir()
    return tmp_path


def attempted(place: Path, what: str, target: object = "") -> str:
    said = ask(
        "try_to", place / "own", path=place / DELIVERED, what=what, target=str(target), limits=None
    )
    return str(said["ended"])


def kept(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_mode, found.st_uid


def test_what_is_needed_is_left(place: Path) -> None:
    said = ask("answer", place / "own", path=place / DELIVERED, say="好")
    assert said == {"said": "好", "read": "delivered", "own": True}


@pytest.mark.parametrize(
    "what", ["socket-4", "socket-6", "socket-unix", "socket-pair", "second-table"]
)
def test_no_way_leads_to_the_network(place: Path, what: str) -> None:
    assert attempted(place, what) == "EACCES"


@pytest.mark.parametrize("what", ["program", "fork", "limit"])
def test_no_other_program_is_started_and_no_limit_is_raised(place: Path, what: str) -> None:
    assert attempted(place, what) == "EACCES"


@pytest.mark.parametrize("what", ["signal", "memory"])
def test_no_other_process_is_touched(place: Path, what: str) -> None:
    assert attempted(place, what, os.getpid()) == "EACCES"


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "/proc/self/environ", ROOT / "README.md", ROOT / "tests/refusals.py"]
)
def test_no_file_of_the_machine_or_the_office_is_read(place: Path, target: object) -> None:
    assert attempted(place, "read", target) == "EACCES"


@pytest.mark.parametrize("target", ["/", "/etc", ROOT])
def test_no_folder_is_listed(place: Path, target: object) -> None:
    assert attempted(place, "list", target) == "EACCES"


@pytest.mark.parametrize(
    "what",
    [
        *("read", "write", "append", "empty", "empty-by-reading", "remove", "lock-out"),
        *("give-away", "back-date", "mark", "take"),
    ],
)
def test_no_file_beside_the_delivered_one_is_read_or_changed(place: Path, what: str) -> None:
    beside = place / "beside.txt"
    before = kept(beside)
    assert attempted(place, what, beside) in {"EACCES", "EXDEV"}
    assert beside.read_text(encoding="utf-8") == SECRET
    assert kept(beside) == before


@pytest.mark.parametrize(
    "what", ["write", "append", "empty", "empty-by-reading", "remove", "lock-out"]
)
def test_the_delivered_file_is_read_and_never_changed(place: Path, what: str) -> None:
    assert attempted(place, what, place / DELIVERED) == "EACCES"
    assert (place / DELIVERED).read_text(encoding="utf-8") == "delivered"


def test_the_program_itself_cannot_be_changed(place: Path) -> None:
    module = ROOT / "geo" / "files" / "confine.py"
    for what in ("append", "empty-by-reading", "remove"):
        assert attempted(place, what, module) == "EACCES"


def test_its_folder_holds_nothing_but_files(place: Path) -> None:
    assert attempted(place, "make-pipe") == "EACCES"
    assert attempted(place, "link", place / "beside.txt") in {"EACCES", "EXDEV"}
    assert attempted(place, "write", place / "own" / "x") == "worked"
    assert attempted(place, "write", place / "x") == "EACCES"


def test_a_kernel_without_landlock_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    class Older:
        def syscall(self, *_: object) -> int:
            return -1

    monkeypatch.setattr("geo.files.confine._libc", Older())
    assert not forbid_other_files(readable=[], writable=[])
