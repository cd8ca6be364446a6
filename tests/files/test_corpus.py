"""The corpus: every file is whole, and comes out as its case says, with nobody called or told."""

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from geo.model.layer_kinds import LayerKind
from geo.settings import limit_variable
from geo.store.door import Store
from geo.workflow.import_grids import import_grids
from geo.workflow.import_reference import import_reference
from geo.workflow.importing import Outcome
from geo.workflow.intake import ImportOptions
from geo.workflow.set_up import set_up
from tests.builders import NOON, STAFF, actor
from tests.files import make_corpus as corpus_command
from tests.files.corpus_case import Case
from tests.files.corpus_outcome import Seen, see, wrong_with
from tests.files.make_corpus import CASES, main, make_corpus

MAX_BYTES = 30_000_000
OUTCOMES = {"imported", "confirm", "refused_rows", "refused_file"}
# Enough for every file that means well; those that never end are stopped by them.
LIMITS = {"cpu_seconds": 4, "seconds": 20}
JUDGE_SECONDS = 1
# What no file may bring to light: it lies beside all of them, others on every machine.
SECRET = "this is the office's own"
SECRETS = (SECRET, "root:x:0:0", "/bin/sh")
SAMPLE = CASES[::8]
LISTENER = """
import http.server, sys
class Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open(sys.argv[1], "a").write(self.path + "\\n")
        self.send_response(404)
        self.end_headers()
    do_HEAD = do_POST = do_PUT = do_GET
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Canary:
    """An address that nothing may call, listened to by another process."""

    address: str
    log: Path

    @property
    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").split()


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    log = tmp_path_factory.mktemp("canary") / "calls.txt"
    log.touch()
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER, str(log)], stdout=subprocess.PIPE, text=True
    ) as listener:
        assert listener.stdout is not None
        port = int(listener.stdout.readline())
        yield Canary(f"http://127.0.0.1:{port}/", log)
        listener.terminate()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("corpus")
    (root / "secret.txt").write_text(f"<a> +title={SECRET} <>\n", encoding="utf-8")
    return make_corpus(root, canary.address)


class Offices:
    """An empty office, and one for each layer that has to be there first."""

    def __init__(self, place: Path, corpus: dict[str, Path], stack: ExitStack) -> None:
        self._place, self._corpus, self._stack = place, corpus, stack
        self._stores: dict[str, Store] = {}

    def after(self, name: str) -> Store:
        """Give the store in which this case was imported; an empty one for no name."""
        if name not in self._stores:
            workspace = self._place / f"office-{len(self._stores)}"
            store = self._stack.enter_context(set_up(workspace, staff=STAFF, at=NOON))
            if name:
                bring(store, next(c for c in CASES if c.name == name), self._corpus[name])
            self._stores[name] = store
        return self._stores[name]


def bring(store: Store, case: Case, path: Path) -> None:
    options = ImportOptions(**dict(case.options))
    kind = LayerKind(case.kind)
    if kind is LayerKind.GRIDS:
        report = import_grids(store, actor(), path, at=NOON, options=options)
    else:
        report = import_reference(store, actor(), path, kind, at=NOON, options=options)
    assert report.outcome is Outcome.IMPORTED


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory, corpus: dict[str, Path]) -> Iterator[Offices]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for name, value in LIMITS.items():
            patch.setenv(limit_variable(name), str(value))
        patch.setattr("geo.files.read.JUDGE_SECONDS", JUDGE_SECONDS)
        yield Offices(tmp_path_factory.mktemp("offices"), corpus, stack)


def told(seen: Seen) -> str:
    """Everything of a file that a person would get to see."""
    if seen.intake is None:
        return " ".join(seen.people)
    intake = seen.intake
    parts = [intake.attribute_columns, intake.rows.to_dict("list"), intake.facts, intake.problems]
    return " ".join(map(repr, parts))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_of_a_file_is_what_its_case_says(
    case: Case, corpus: dict[str, Path], offices: Offices, canary: Canary
) -> None:
    seen = see(offices.after(case.after), case, corpus[case.name])
    assert wrong_with(seen, case.expect) == []
    assert [secret for secret in SECRETS if secret in told(seen)] == []
    assert canary.calls == []


def test_whoever_had_been_called_would_know(canary: Canary) -> None:
    with pytest.raises(OSError, match="404"), urlopen(f"{canary.address}x"):
        pass
    assert canary.calls == ["/x"]


# ---- The corpus itself --------------------------------------------------------------------------


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


def test_the_corpus_is_the_same_each_time(
    corpus: dict[str, Path], canary: Canary, tmp_path: Path
) -> None:
    # File geodatabases carry identifiers that their writer draws by lot.
    for case in SAMPLE:
        if not case.name.startswith("gdb-"):
            again = case.write(tmp_path, canary.address).parent
            assert digests(again) == digests(corpus[case.name].parent), case.name


def test_a_file_that_calls_somewhere_calls_where_it_is_told(tmp_path: Path) -> None:
    case = next(c for c in CASES if c.name == "vrt-as-geojson")
    written = case.write(tmp_path, canary="http://127.0.0.1:8/").read_text(encoding="utf-8")
    assert "127.0.0.1:8/" in written


def test_the_command_says_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_command, "CASES", SAMPLE)
    assert main([]) == 2
    assert main([str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert all(case.name in said for case in SAMPLE)
    assert f"{len(SAMPLE)} files" in said
