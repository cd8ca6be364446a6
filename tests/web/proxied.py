"""The delivered proxy before two processes of the application, which share one database."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from geo.store.door import Store
from tests.web.conftest import (
    HOME,
    ROOT,
    Server,
    Visitor,
    free_port,
    make_certificate,
    wait_until_it_answers,
)

DELIVERED = ROOT / "deploy" / "nginx" / "skyground.conf"
# What Debian's own nginx.conf says around the delivered file, in places of the test's own; who was
# led where is written down beside it.
AROUND = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    log_format led '$upstream_addr $status $request_uri';
    access_log {folder}/led.log led;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/skyground.conf;
}}
"""


@dataclass
class Installation(Server):
    """What stands before and behind the proxy."""

    plain_port: int = 0
    folder: Path = Path()
    address: str = ""
    processes: tuple["Process", ...] = ()

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.address) as store:
            yield store

    def led_to(self, path: str, count: int = 1) -> list[str]:
        """Tell where requests for an address were led, in their order: ports of processes.

        The proxy writes it down once it has answered, so they are waited for.
        """
        found: list[str] = []
        until = time.monotonic() + 10
        while time.monotonic() < until:
            lines = (self.folder / "led.log").read_text(encoding="utf-8").splitlines()
            rows = [line.rsplit(" ", 2) for line in lines]
            found = [row[0].rpartition(":")[2] for row in rows if row[2] == path]
            if len(found) >= count:
                break
            time.sleep(0.02)
        return found

    def process_of(self, visitor: Visitor) -> str:
        """Ask for an address of a visitor's own and tell which process answered."""
        path = f"/today?asked={time.monotonic_ns()}"
        visitor.get(path)
        (port,) = self.led_to(path)
        return port


@dataclass(frozen=True)
class Process:
    """One process of the application."""

    port: int
    running: subprocess.Popen[bytes]


def find_nginx() -> str:
    """Find Debian's nginx; without it the test is left out, or fails where all has to run."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("nginx is not here")
        pytest.skip("nginx is not here")
    return found


def rendered(replaced: dict[str, str]) -> str:
    """Put a test's own places into the delivered file; each of them has to stand in it."""
    text = DELIVERED.read_text(encoding="utf-8")
    for placeholder, value in replaced.items():
        assert placeholder in text, placeholder
        text = text.replace(placeholder, value)
    return text


@contextmanager
def installation(folder: Path, store: str) -> Iterator[Installation]:
    """Run two processes on a database, and nginx before them."""
    nginx = find_nginx()
    certificate, key = make_certificate(folder)
    plain, secure = free_port(), free_port()
    with ExitStack() as stack:
        # Not below the test's folder: workers of nginx may not enter it.
        own = Path(stack.enter_context(TemporaryDirectory(prefix="skyground-nginx-")))
        own.chmod(0o755)
        processes = (start(stack, folder, store), start(stack, folder, store))
        for process in processes:
            wait_until_it_answers(process.port, process.running, folder / f"log-{process.port}")
        text = rendered(
            {
                "listen 80;": f"listen {HOME}:{plain};",
                "listen 443 ssl": f"listen {HOME}:{secure} ssl",
                "skyground.example": HOME,
                "/etc/skyground/tls/certificate.pem": str(certificate),
                "/etc/skyground/tls/key.pem": str(key),
                "127.0.0.1:8501": f"{HOME}:{processes[0].port}",
                "127.0.0.1:8502": f"{HOME}:{processes[1].port}",
            }
        )
        (own / "skyground.conf").write_text(text, encoding="utf-8")
        (own / "nginx.conf").write_text(AROUND.format(folder=own), encoding="utf-8")
        command = [nginx, "-p", str(own), "-c", str(own / "nginx.conf"), "-e", str(own / "error")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr
        proxy = subprocess.Popen(command)
        stack.callback(end, proxy)
        wait_until_it_answers(secure, proxy, own / "error")
        made = Installation(secure, folder, "https", certificate)
        made.plain_port, made.folder = plain, own
        made.address, made.processes = store, processes
        stack.callback(made.close)
        yield made


def start(stack: ExitStack, folder: Path, store: str) -> Process:
    """Start a process as the delivered unit does."""
    port = free_port()
    command = [sys.executable, "-m", "geo", "serve", "--behind-proxy", "--port", str(port)]
    own = {k: v for k, v in os.environ.items() if not k.startswith("SKYGROUND_")}
    own |= {"SKYGROUND_STORE": store, "SKYGROUND_WORKSPACE": str(folder / "workspace")}
    log = stack.enter_context((folder / f"log-{port}").open("wb"))
    running = subprocess.Popen(command, cwd=ROOT, env=own, stdout=log, stderr=subprocess.STDOUT)
    stack.callback(end, running)
    return Process(port, running)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def button_in(seen: str, label: str) -> str:
    """Find a button that a screen shows; gives its identifier."""
    found = re.search(rf'button \{{\s+id: "([^"]+)"\s+label: "{label}"', seen)
    assert found is not None, f"no button {label}"
    return found.group(1)
