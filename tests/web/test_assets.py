"""The front-end files are served, kept, complete, and nothing else is."""

import asyncio
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from geo.maps.addresses import FRONT, fingerprint, front_address
from geo.maps.vendored import NOT_SHIPPED, SHIPPED
from geo.web.assets import KEEP, VENDOR_FOLDER, asset_routes

LISTED = re.compile(r"^\| ([\w./-]+) \| (\d+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


@dataclass
class Answer:
    """What an application answered to one request."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self):
        return self.body.decode()


@dataclass
class Client:
    """Asks an application without a server in between."""

    application: Starlette

    def get(self, path, headers=None):
        answer = Answer()
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "root_path": "",
            "query_string": b"",
            "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
        }

        async def receive():
            await asyncio.Event().wait()  # nothing more comes, and nobody hangs up

        async def send(message):
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        asyncio.run(self.application(scope, receive, send))
        return answer


@pytest.fixture
def front(tmp_path):
    (tmp_path / "main.js").write_text("export default 1;")
    return tmp_path


@pytest.fixture
def client(front):
    # As Streamlit does it: what no route knows is answered with the start page.
    anything = Route("/{rest:path}", lambda _: PlainTextResponse("start page"))
    return Client(Starlette(routes=[*asset_routes(front), anything]))


@pytest.mark.parametrize("address", sorted(SHIPPED.values()))
def test_shipped_files_are_served_and_may_be_kept_for_ever(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == KEEP
    assert answer.headers["content-type"].split(";")[0] in {
        "text/javascript",
        "application/javascript",
        "text/css",
    }


def test_an_unchanged_file_is_not_sent_twice(client):
    address = SHIPPED["leaflet"]
    etag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/vendor/",
        "/vendor/nothing.js",
        "/vendor/leaflet-1.9.4",
        "/vendor/leaflet-1.9.4/../../assets.py",
        "/vendor/../assets.py",
        f"{NOT_SHIPPED}/jquery",
        f"{FRONT}/main.js",
        f"{FRONT}/000000000000/main.js",
        FRONT + "/",
    ],
)
def test_anything_else_is_404_and_not_the_start_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "start page" not in answer.text


def test_the_programs_own_files_are_served_under_their_fingerprint(client, front):
    first = f"{front_address(front)}/main.js"
    assert client.get(first).text == "export default 1;"
    (front / "main.js").write_text("export default 2;")
    assert client.get(first).status_code == 404
    assert client.get(f"{front_address(front)}/main.js").text == "export default 2;"


def test_the_fingerprint_tells_names_and_contents(tmp_path):
    for folder, name, text in (("a", "x", "1"), ("b", "x", "2"), ("c", "y", "1"), ("d", "x", "1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    a, b, c, d = (fingerprint(tmp_path / folder) for folder in "abcd")
    assert len({a, b, c}) == 3
    assert a == d


def test_routes_can_stand_under_a_path(front):
    client = Client(Starlette(routes=asset_routes(front, prefix="/sky")))
    assert client.get("/sky" + SHIPPED["leaflet"]).status_code == 200
    assert client.get(SHIPPED["leaflet"]).status_code == 404


def test_every_vendored_file_is_listed_with_its_checksum():
    listed = {
        name: (int(size), checksum)
        for name, size, checksum in LISTED.findall((VENDOR_FOLDER / "VENDORED.md").read_text())
    }
    there = {
        file.relative_to(VENDOR_FOLDER).as_posix(): (
            file.stat().st_size,
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for file in VENDOR_FOLDER.rglob("*")
        if file.is_file() and file.name != "VENDORED.md"
    }
    assert listed == there


def test_every_vendored_package_keeps_its_licence():
    packages = [entry for entry in VENDOR_FOLDER.iterdir() if entry.is_dir()]
    assert packages
    assert [p.name for p in packages if not (p / "LICENSE").is_file()] == []


def test_no_file_of_the_front_end_names_another_host():
    folder = Path(__file__).parents[2] / "pages" / "parts" / "map_component"
    names = re.compile(r"(?:https?|wss?)://(?!www\.w3\.org/2000/svg)")
    scripts = [f for f in folder.rglob("*") if f.is_file()]
    assert scripts
    assert [f.name for f in scripts if names.search(f.read_text())] == []
