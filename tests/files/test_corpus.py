"""The corpus is whole: every file is written, the same each time, and says what must come of it."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from tests.files.make_corpus import CASES, main, make_corpus

MAX_BYTES = 30_000_000
OUTCOMES = {"imported", "confirm", "refused_rows", "refused_file"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_file_is_written(corpus: dict[str, Path]) -> None:
    assert [name for name, path in corpus.items() if not path.exists()] == []
    assert set(corpus) == {case.name for case in CASES}


def test_no_two_cases_have_the_same_name() -> None:
    times = Counter(case.name for case in CASES)
    assert [name for name, count in times.items() if count > 1] == []
    assert len(times) >= 60


def test_every_case_says_what_must_come_of_it() -> None:
    for case in CASES:
        assert case.expect.outcomes, case.name
        assert case.expect.outcomes <= OUTCOMES, case.name
        # A refusal without a code would let any refusal pass, also one for a wrong reason.
        is_refused = "refused_file" in case.expect.outcomes
        assert is_refused == bool(case.expect.errors), case.name


def test_a_case_that_follows_another_follows_one_that_is_there() -> None:
    names = {case.name for case in CASES}
    assert {case.after for case in CASES} - {""} <= names


def test_the_corpus_is_small(corpus: dict[str, Path]) -> None:
    root = next(iter(corpus.values())).parents[1]
    sizes = {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < MAX_BYTES


def test_the_corpus_is_the_same_each_time(corpus: dict[str, Path], tmp_path: Path) -> None:
    root = next(iter(corpus.values())).parents[1]
    again = digests(next(iter(make_corpus(tmp_path).values())).parents[1])
    before = digests(root)
    # File geodatabases carry identifiers that their writer draws by lot.
    changed = {name for name in before if before[name] != again.get(name)}
    assert {name for name in changed if not name.startswith("gdb-")} == set()
    assert set(before) == set(again)


def test_a_file_that_calls_somewhere_calls_where_it_is_told(tmp_path: Path) -> None:
    case = next(c for c in CASES if c.name == "vrt-as-geojson")
    told = case.write(tmp_path, canary="http://127.0.0.1:8/").read_text(encoding="utf-8")
    assert "127.0.0.1:8/" in told


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert all(case.name in told for case in CASES)
    assert f"{len(CASES)} files" in told
