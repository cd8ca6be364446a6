"""Starts the real application and a real Chromium, and watches every request that it makes.

A test that uses `open_screen` fails if its page asked any other host, or if a script of the page
broke.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, WebSocket, expect, sync_playwright

from geo.workflow.set_up import set_up_demo

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample_grids"
START_SECONDS = 60
PATIENCE_MS = 30_000
HOME = "127.0.0.1"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
expect.set_options(timeout=PATIENCE_MS)
LOCAL_SCHEMES = {"blob", "data", "about"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as one that drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Screen:
    """A page of the browser with what was seen of its traffic."""

    page: Page
    requests: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    received_bytes: list[int] = field(default_factory=list)

    def watch(self) -> None:
        """Note every request, every broken script, every message from the server."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("websocket", self._watch_socket)

    def _watch_socket(self, web_socket: WebSocket) -> None:
        self.requests.append(web_socket.url)
        web_socket.on("framereceived", lambda frame: self.received_bytes.append(len(frame)))

    def foreign(self) -> list[str]:
        """List the requests to any other host."""
        return [url for url in self.requests if not is_local(url)]


def is_local(url: str) -> bool:
    """Tell whether an address leads to this machine's application or nowhere outside."""
    parts = urlsplit(url)
    return parts.scheme in LOCAL_SCHEMES or parts.hostname == HOME


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOME, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, workspace: Path, log: Path) -> Iterator[str]:
    """Run a server until the block ends; gives its address."""
    environment = {**os.environ, "SKYGROUND_WORKSPACE": str(workspace)}
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            wait_for_health(port, process, log)
            yield f"http://{HOME}:{port}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for_health(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the application answers; fail with its log if it ends or stays silent."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOME}:{port}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the application did not start:\n{log.read_text(errors='replace')[-3000:]}")


def uvicorn_command(module: str, port: int) -> list[str]:
    """Say how an application is started with uvicorn."""
    return [sys.executable, "-m", "uvicorn", module, "--host", HOME, "--port", str(port)]


def streamlit_command(script: str, port: int) -> list[str]:
    """Say how an application is started with Streamlit's own command."""
    options = [f"--server.port={port}", f"--server.address={HOME}", "--server.headless=true"]
    return [sys.executable, "-m", "streamlit", "run", script, *options]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a season under way, of this module's own, for the application to open."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    return folder


@pytest.fixture(scope="module")
def application(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the real application; gives its address."""
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "application.log"
    with served(uvicorn_command("app:app", port), port, workspace, log) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium; without one skip, but fail in CI."""
    program = shutil.which("chromium")
    if program is None:
        reason = "no program called chromium is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        yield from _browser(playwright, program)


def _browser(playwright: Playwright, program: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


OpenScreen = Callable[..., Screen]


@pytest.fixture
def open_screen(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[OpenScreen]:
    """Open pages at 1366 x 768; at the end none may have asked another host or be broken."""
    screens: list[Screen] = []

    def open_one(url: str, *, locale: str = "zh-CN", color_scheme: str = "light") -> Screen:
        context = chromium.new_context(
            viewport={"width": 1366, "height": 768},
            locale=locale,
            color_scheme=color_scheme,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        screen = Screen(context.new_page())
        screen.watch()
        screens.append(screen)
        screen.page.goto(url)
        return screen

    yield open_one
    keep_picture(request, screens)
    for screen in screens:
        screen.page.context.close()
    assert [url for screen in screens for url in screen.foreign()] == []
    assert [error for screen in screens for error in screen.broken] == []


def keep_picture(request: pytest.FixtureRequest, screens: list[Screen]) -> None:
    """After a failure save what was on the screens, where ``SKYGROUND_PICTURES`` says."""
    folder = os.environ.get("SKYGROUND_PICTURES")
    if folder and request.session.testsfailed:
        for number, screen in enumerate(screens):
            path = Path(folder) / f"failed-{request.node.name}-{number}.png"
            screen.page.screenshot(path=str(path))
