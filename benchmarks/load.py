"""Many people at once: sessions through the real WebSocket, each acting every few seconds.

    python benchmarks/load.py --patches 100000 --sessions 50 --minutes 10

Starts the real application on a workspace that it makes, opens the sessions, and lets each of them
search, open patches, judge findings and look at its day. Prints how long reruns took, what the
server's memory was, and whether anything went wrong.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.office import make_office, sign_in  # noqa: E402

HOME = "127.0.0.1"
COOKIE = "skyground"
READY_SECONDS = 120
ANSWER_SECONDS = 60
WATCH_SECONDS = 5
MB = 1024


# ---- The server ---------------------------------------------------------------------------------


@contextmanager
def served(workspace: Path) -> Iterator[tuple[int, int]]:
    """Run the application; gives its port and its process."""
    port = free_port()
    environment = os.environ | {"SKYGROUND_WORKSPACE": str(workspace)}
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", HOME, "--port", str(port)]
    quiet = ["--log-level", "warning", "--no-access-log"]
    with subprocess.Popen([*command, *quiet], cwd=ROOT, env=environment) as process:
        try:
            wait_for(port, process)
            yield port, process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """Find a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOME, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://{HOME}:{port}/_stcore/health", timeout=2).close()
            return
        time.sleep(0.2)
    raise SystemExit("the application did not start")


def memory_mb(pid: int) -> tuple[float, float]:
    """Say how much of the machine's memory a process holds, and how much its children hold."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return _held_mb(str(pid)), sum(map(_held_mb, children))


def _held_mb(pid: str) -> float:
    with contextlib.suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line) / MB
    return 0.0


# ---- A person -----------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was seen over all sessions."""

    seconds: list[float] = field(default_factory=list)
    first_seconds: list[float] = field(default_factory=list)
    sent_bytes: list[int] = field(default_factory=list)
    passes: int = 0
    failures: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # itself, its children


@dataclass
class Shown:
    """What the last run drew: the widgets that can be used."""

    pages: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    size: int = 0
    is_good: bool = False
    errors: list[str] = field(default_factory=list)


class Person:
    """One session: a browser without a screen."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookie = cookie
        self.query = "lang=en"
        self.pages: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.page = ""

    async def connect(self) -> Shown:
        """Open the application."""
        url = f"ws://{HOME}:{self.port}/_stcore/stream"
        self.socket = await websockets.connect(
            url,
            subprotocols=["streamlit"],
            max_size=None,
            origin=f"http://{HOME}:{self.port}",
            additional_headers={"Cookie": f"{COOKIE}={self.cookie}"},
        )
        return await self.run()

    async def run(self, *, button: str = "", page: str | None = None) -> Shown:
        """Ask for a run of the screen, and take what it draws."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        if page is not None:
            self.page, self.values = self.pages.get(page, ""), {}
        message.rerun_script.page_script_hash = self.page
        for key, text in self.values.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = key, text
        if button:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = button, True
        await self.socket.send(message.SerializeToString())
        shown = await asyncio.wait_for(self._take(), ANSWER_SECONDS)
        self.pages = shown.pages or self.pages
        return shown

    async def _take(self) -> Shown:
        shown = Shown()
        while True:
            data = await self.socket.recv()
            shown.size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                shown.pages = {
                    p.url_pathname: p.page_script_hash for p in message.navigation.app_pages
                }
            if kind == "delta":
                self._note(message.delta.new_element, shown)
            if kind == "script_finished":
                # An early end for a rerun is followed by another run.
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    shown.is_good = True
                    return shown
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    return shown

    @staticmethod
    def _note(element: object, shown: Shown) -> None:
        kind = element.WhichOneof("type")  # type: ignore[attr-defined]
        one = getattr(element, kind) if kind else None
        if kind == "button" and not one.disabled:
            shown.buttons[one.label] = one.id
        elif kind == "text_input":
            shown.fields[one.label] = one.id
        elif kind == "exception" or (kind == "alert" and one.format == one.ERROR):
            shown.errors.append(getattr(one, "message", "") or getattr(one, "body", ""))


async def work(person: Person, tally: Tally, *, until: float, every: float, seed: int) -> None:
    """Act every few seconds until the time is over."""
    rng = random.Random(seed)
    await asyncio.sleep(rng.uniform(0, every))
    start = time.perf_counter()
    shown = await person.connect()
    tally.first_seconds.append(time.perf_counter() - start)
    while time.monotonic() < until:
        began = time.monotonic()
        kind = rng.choice(["search", "search", "review", "review", "today"])
        button, page = "", None
        if kind == "search":
            page = "patches" if person.page != person.pages.get("patches") else None
            if page is None and "Search" in shown.fields:
                person.values[shown.fields["Search"]] = f"{rng.randrange(10**4):04d}"
        elif kind == "review":
            page = "review" if person.page != person.pages.get("review") else None
            button = shown.buttons.get("Pass", "") if page is None else ""
        else:
            page = ""
        start = time.perf_counter()
        shown = await person.run(button=button, page=page)
        tally.seconds.append(time.perf_counter() - start)
        tally.sent_bytes.append(shown.size)
        tally.passes += bool(button)
        # Whoever comes second at a patch is told so, which is no failure.
        if not shown.is_good or any("is being reviewed by" not in e for e in shown.errors):
            tally.failures.append(f"{kind}: {shown.errors[:1]}")
        await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))


async def watch(pid: int, tally: Tally, *, until: float) -> None:
    """Note the server's memory as time goes on."""
    while time.monotonic() < until:
        tally.memory.append(memory_mb(pid))
        await asyncio.sleep(WATCH_SECONDS)


async def press(port: int, pid: int, *, cookies: list[str], seconds: float, every: float) -> Tally:
    """Let all sessions work at once."""
    tally = Tally()
    until = time.monotonic() + seconds
    people = [Person(port, cookie) for cookie in cookies]
    jobs = [work(p, tally, until=until, every=every, seed=n) for n, p in enumerate(people)]
    await asyncio.gather(watch(pid, tally, until=until), *jobs)
    return tally


# ---- The report ---------------------------------------------------------------------------------


def summary(tally: Tally, *, patches: int, sessions: int) -> dict[str, object]:
    """Put the figures together; times in seconds, memory in MB."""
    took = np.array(tally.seconds or [np.nan])
    memory = np.array([own for own, _ in tally.memory])
    third = max(len(memory) // 3, 1)
    return {
        "patches": patches,
        "sessions": sessions,
        "reruns": len(tally.seconds),
        "passes": tally.passes,
        "failures": len(tally.failures),
        "median_s": round(float(np.median(took)), 3),
        "p95_s": round(float(np.percentile(took, 95)), 3),
        "worst_s": round(float(took.max()), 3),
        "first_page_p95_s": round(float(np.percentile(tally.first_seconds, 95)), 3),
        "median_kb_sent": round(float(np.median(tally.sent_bytes)) / 1024, 1),
        "memory_mb_second_third": round(float(np.median(memory[third : 2 * third])), 1),
        "memory_mb_last_third": round(float(np.median(memory[-third:])), 1),
        "memory_mb_by_minute": [round(float(mb)) for mb in memory[:: 60 // WATCH_SECONDS]],
        "memory_mb_peak": round(float(memory.max()), 1),
        "reading_process_mb": round(max(children for _, children in tally.memory), 1),
        "examples_of_failures": tally.failures[:3],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two acts")
    parser.add_argument("--workspace", type=Path, help="one that was made before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = options.workspace or Path(folder) / "workspace"
        if not workspace.exists():
            make_office(workspace.parent, options.patches, verified=options.patches // 25)
        cookies = sign_in(workspace, options.sessions)
        with served(workspace) as (port, pid):
            seconds = options.minutes * 60
            job = press(port, pid, cookies=cookies, seconds=seconds, every=options.every)
            tally = asyncio.run(job)
        found = summary(tally, patches=options.patches, sessions=options.sessions)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
