"""The same verbs as real processes, as a shell starts them."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text

from geo.store.people import PROGRAM
from geo.workflow.set_up import open_workspace
from tests.cli.conftest import ROOT, geo_in
from tests.deliveries import grids_frame, square, write_file

GEO = [sys.executable, "-m", "geo"]


def environment(**values: str) -> dict[str, str]:
    ours = {"SKYGROUND_WORKSPACE", "SKYGROUND_LANG"}
    return {k: v for k, v in os.environ.items() if k not in ours} | {"LANG": "C.UTF-8"} | values


def run(*words: object, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GEO, *map(str, words)],
        cwd=ROOT,
        env=environment(**values),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("processes") / "workspace"
    assert geo_in(path)("init").exit_code == 0
    assert geo_in(path)("account", "add", "admin").exit_code == 0
    return path


def test_a_script_gets_one_json_object_and_nothing_on_standard_error(workspace: Path) -> None:
    done = run("list", "--json", SKYGROUND_WORKSPACE=str(workspace))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"count": 0, "patches": []}


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "没有符合条件的图斑"),
        ({"LANG": "C.UTF-8", "SKYGROUND_LANG": "zh"}, "没有符合条件的图斑"),
        ({"LANG": "zh_CN.UTF-8", "SKYGROUND_LANG": "en"}, "No patch fits"),
    ],
)
def test_the_machines_language_counts_unless_another_is_set(
    workspace: Path, values: Mapping[str, str], word: str
) -> None:
    done = run("list", "--workspace", workspace, **values)
    assert (done.returncode, done.stdout.strip().rstrip("。.")) == (0, word)


def test_a_refusal_ends_with_one(workspace: Path) -> None:
    done = run("show", "99", "--json", "-w", workspace)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "patch_unknown"
    assert json.loads(done.stdout)["message"] == done.stderr.strip()


def test_wrong_use_ends_with_two(workspace: Path) -> None:
    done = run("fly", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fly" in done.stderr


def answered_at_a_terminal(answer: str, *words: object) -> tuple[int, str]:
    """Run a verb at a terminal of its own, and answer its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*GEO, *map(str, words)],
        cwd=ROOT,
        env=environment(TERM="dumb", COLUMNS="200"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = ""
    try:
        while "[y/N]" not in shown:
            shown += os.read(ours, 4096).decode(errors="replace")
        os.write(ours, answer.encode() + b"\n")
        while piece := _read_on(ours):
            shown += piece
        return process.wait(60), shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read_on(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # the other end is closed: the program has ended
        return ""


@pytest.mark.parametrize(("answer", "code", "count"), [("n", 1, 0), ("y", 0, 1)])
def test_a_person_at_a_terminal_is_asked(
    workspace: Path, tmp_path: Path, answer: str, code: int, count: int
) -> None:
    path = write_file(grids_frame({f"T{answer}": square()}), tmp_path / "x.gpkg")
    words = ("import", "grids", path, "-w", workspace, "--lang", "zh")
    exit_code, shown = answered_at_a_terminal(answer, *words)
    assert exit_code == code
    assert "编号取自字段 WGBH" in shown
    assert "接受以上建议吗" in shown
    assert (f"导入 {count} 个" in shown) is (count == 1)


def test_the_screens_are_served_and_their_address_is_told(workspace: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--port", str(port), "--json", "-w", str(workspace)]
    with subprocess.Popen(
        [*GEO, *words], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert told == {"url": f"http://127.0.0.1:{port}"}
            asked = Request(told["url"], headers={"Accept": "text/html"})
            with urlopen(asked, timeout=60) as page:
                assert page.status == 200
                assert page.url.endswith("/sign-in")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def test_a_port_that_is_taken_is_refused(workspace: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", taken.getsockname()[1], "--json", "-w", workspace)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "port_taken"


@pytest.mark.parametrize("start", ["geo serve", "uvicorn"])
def test_a_workspace_that_was_altered_is_not_served(tmp_path: Path, start: str) -> None:
    workspace = tmp_path / "workspace"
    geo = geo_in(workspace)
    assert geo("init").exit_code == 0
    assert geo("seal", "--now").exit_code == 0
    with open_workspace(str(workspace)) as store, store.writing(PROGRAM) as session:
        session.connection.execute(text("DROP TRIGGER sealed_day_no_update"))
        session.connection.execute(text("UPDATE sealed_day SET digest = 'x'"))
    commands = {
        "geo serve": [*GEO, "serve", "--port", "8599"],
        "uvicorn": [sys.executable, "-m", "uvicorn", "app:app", "--port", "8599"],
    }
    done = subprocess.run(
        commands[start],
        cwd=ROOT,
        env=environment(SKYGROUND_WORKSPACE=str(workspace)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode != 0
    assert "The workspace may have been altered" in done.stdout + done.stderr
