"""The real application as a server process, and visitors that speak HTTP and WebSocket to it."""

import ipaddress
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete
from streamlit.proto.BackMsg_pb2 import (
    BackendOperationRequest,
    BackMsg,
    DeferredFileRequestPayload,
)
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from geo.model.things import Actor
from geo.store import accounts
from geo.store.door import Store
from geo.store.schema import meta
from geo.workflow.accounts import add_account
from geo.workflow.set_up import set_up, set_up_demo
from tests.builders import ADMIN, NOON, STAFF, actor

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample_grids"
HOME = "127.0.0.1"
PASSWORD = "a stone in the river"
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOME, 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server that runs, and its workspace."""

    port: int
    workspace: Path
    scheme: str = "http"
    certificate: Path | None = None
    visitors: list["Visitor"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOME}:{self.port}"

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.workspace) as store:
            yield store

    def visitor(self) -> "Visitor":
        self.visitors.append(Visitor(self))
        return self.visitors[-1]

    def close(self) -> None:
        for visitor in self.visitors:
            visitor.http.close()


@dataclass
class Visitor:
    """A browser without a screen: it keeps cookies and says where it comes from."""

    server: Server
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        verify = self.trust() if self.server.certificate else True
        self.http = httpx.Client(
            base_url=self.server.url,
            headers={"Origin": self.server.url, "Accept": "text/html"},
            verify=verify,
            timeout=20,
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=dashed(headers))

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self.http.post(path, data=form, headers=dashed(headers))

    def form_of(self, path: str) -> str:
        found = re.search(r'name="form" value="([0-9a-f]{64})"', self.get(path).text)
        assert found is not None
        return found.group(1)

    def sign_in(
        self, person: str = "admin", password: str = PASSWORD, path: str = "/sign-in"
    ) -> httpx.Response:
        form = {"form": self.form_of(path), "person": person, "password": password}
        return self.post(path, form)

    def sign_out(self) -> httpx.Response:
        return self.post("/sign-out", {"form": self.form_of("/password")})

    def change_password(self, old: str, new: str, again: str = "") -> httpx.Response:
        form = {"form": self.form_of("/password"), "old": old, "new": new, "again": again or new}
        return self.post("/password", form)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.server.certificate))

    @property
    def cookie(self) -> str:
        return "; ".join(f"{c.name}={c.value}" for c in self.http.cookies.jar)

    @contextmanager
    def tab(self, *, resumes: str = "", **headers: str) -> Iterator["Tab"]:
        """Open a tab, as the screens' script does."""
        self.get("/_stcore/health")
        xsrf = self.http.cookies.get("_streamlit_xsrf") or "none"
        names = ["streamlit", xsrf, *([resumes] if resumes else [])]
        sent = {"Cookie": self.cookie, "Origin": self.server.url} | dashed(headers)
        address = (HOME, self.server.port)
        name = sent.pop("Host", f"{HOME}:{self.server.port}")
        secure = self.trust() if self.server.scheme == "https" else None
        with (
            socket.create_connection(address) as open_socket,
            connect(
                f"{'wss' if secure else 'ws'}://{name}/_stcore/stream",
                sock=open_socket,
                ssl=secure,
                additional_headers={k: v for k, v in sent.items() if v and k != "Origin"},
                origin=sent["Origin"] or None,
                subprotocols=names,
                max_size=None,
                close_timeout=2,
            ) as wire,
        ):
            yield Tab(wire)


@dataclass
class Tab:
    """A tab of the screens, seen from the browser's end."""

    wire: ClientConnection
    screen: str = ""

    def run(self, page: str = "", *, query: str = "lang=en") -> str:
        """Have a screen drawn and give everything that was sent, as text."""
        state = ClientState(query_string=query, page_name=page)
        message = BackMsg(rerun_script=state)
        self.wire.send(message.SerializeToString())
        return self.read()

    def file(self, seen: str, name: str) -> str:
        """Press the download that a screen offers; gives the file's address."""
        self.ask_for(promised_in(seen))
        for _ in range(20):
            found = re.search(rf"/media/[0-9a-f]+\.{name}", str(self.receive()))
            if found:
                return found.group()
        raise AssertionError("no file was made")

    def ask_for(self, file: str) -> None:
        """Ask for a file that is made only when somebody wants it."""
        wish = BackendOperationRequest(
            request_id="1",
            session_id=self.screen,
            deferred_file=DeferredFileRequestPayload(file_id=file),
        )
        self.wire.send(BackMsg(backend_operation_request=wish).SerializeToString())

    def receive(self) -> ForwardMsg:
        sent = self.wire.recv(timeout=30)
        assert isinstance(sent, bytes)
        return ForwardMsg.FromString(sent)

    def read(self) -> str:
        seen, end = [], time.monotonic() + 30
        while time.monotonic() < end:
            message = self.receive()
            seen.append(str(message))
            if message.new_session.initialize.session_id:
                self.screen = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(seen)
        raise AssertionError("the screen was not drawn")


def promised_in(seen: str) -> str:
    """Find the name of the file that a screen offers."""
    offered = re.search(r'deferred_file_id: "([^"]+)"', seen)
    assert offered is not None
    return offered.group(1)


def dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def served(workspace: Path, log: Path, *options: str, **settings: str) -> Iterator[Server]:
    """Run the application on a workspace until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", HOME, "--port", str(port)]
    own = {k: v for k, v in os.environ.items() if not k.startswith("SKYGROUND_")}
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=own | {"SKYGROUND_WORKSPACE": str(workspace)} | settings,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        is_tls = "--ssl-certfile" in options
        certificate = Path(options[options.index("--ssl-certfile") + 1]) if is_tls else None
        server = Server(port, workspace, "https" if is_tls else "http", certificate)
        try:
            wait_until_it_answers(port, process, log)
            yield server
        finally:
            server.close()
            process.terminate()
            process.wait(20)


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOME, port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the application did not start:\n{log.read_text(errors='replace')[-3000:]}")


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that nobody but a test trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "office.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("office.example"), x509.IPAddress(ipaddress.ip_address(HOME))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(form))
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(form, kind, plain))
    return folder / "cert.pem", folder / "key.pem"


def make_office(folder: Path, *, signs_in: tuple[str, ...] = ("admin", "inspector-1")) -> Path:
    """An office whose people can sign in, having changed their first password."""
    with set_up(folder, staff=STAFF, at=NOON) as store:
        for person in signs_in:
            give_account(store, actor(ADMIN), person)
    return folder


def give_account(store: Store, administrator: Actor, person: str) -> None:
    at = datetime.now(UTC)
    add_account(store, administrator, person, at=at, password=PASSWORD)
    with store.writing(administrator) as session:
        accounts.update_account(session, person, version=1, must_change=False)


def make_season(
    folder: Path,
    *,
    signs_in: tuple[str, ...] = ("M01", "R01"),
    first_time: tuple[str, ...] = (),
) -> Path:
    """The sample's season as if it were real: people have to sign in."""
    with set_up_demo(folder, SAMPLE, at=datetime.now(UTC)) as store:
        with store.writing(actor(ADMIN)) as session:
            session.connection.execute(delete(meta).where(meta.c.key == "demo"))
        for person in signs_in:
            give_account(store, actor(ADMIN), person)
        for person in first_time:
            add_account(store, actor(ADMIN), person, at=datetime.now(UTC), password=PASSWORD)
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("office")
    with served(make_office(folder / "workspace"), folder / "log") as server:
        yield server
