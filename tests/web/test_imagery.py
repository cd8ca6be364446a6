"""Tiles of imagery over HTTP: for whoever may see the image, and from no other host."""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image as Picture

from geo.imagery.tiles import BLANK
from geo.model.imagery import ImageKind
from geo.model.stages import Level, Role
from geo.model.things import Actor, Person
from geo.workflow.import_imagery import import_image, register_service, remove_image
from geo.workflow.set_up import set_up
from tests.builders import ADMIN, NOON, actor
from tests.pictures import LAT, LON, RED, make_geotiff, make_mbtiles, png, tile_place
from tests.web.conftest import Server, Visitor, give_account, served

HERE = Person("here", Role.INSPECTOR, level=Level.COUNTY, prefixes=("159901",))
THERE = Person("there", Role.INSPECTOR, level=Level.COUNTY, prefixes=("159902",))
RANGER = Person("ranger", Role.RANGER, prefixes=("159901001",))
STAFF = (ADMIN, HERE, THERE, RANGER)
KEY = "key-that-stays-here"
X, Y, _, _ = tile_place(LON + 0.001, LAT + 0.003, 15)
OWN, TILES, ALL = 1, 2, 3
GOOD, LEADS_ON, TOO_LARGE, NO_PICTURE, NOBODY = 4, 5, 6, 7, 8


class TileServer(BaseHTTPRequestHandler):
    """A map service in the neighbourhood, and what one that means no good would answer."""

    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        kind = self.path.split("/")[1]
        if kind == "leads":
            self.send_response(302)
            self.send_header("Location", "/good/1/1/1")
            self.end_headers()
            return
        content = {
            "good": png(RED),
            "large": png(RED) + b"x" * 5_000_000,
            "page": b"<html><script>alert(1)</script>",
        }[kind]
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def service() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), TileServer) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, service: ThreadingHTTPServer
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("office")
    known = {"taken_on": date(2026, 5, 1), "at": datetime.now(UTC)}
    with set_up(folder / "workspace", staff=STAFF, at=NOON) as store:
        for person in STAFF:
            give_account(store, actor(ADMIN), person.code)
        here = Actor(HERE)
        marked = {(r, c): RED for r in range(0, 600, 3) for c in range(600)}
        import_image(store, here, make_geotiff(folder / "a.tif", marks=marked), **known)
        import_image(store, here, make_mbtiles(folder / "b.mbtiles"), **known)
        import_image(store, actor(ADMIN), make_geotiff(folder / "c.tif"), **known)
        host = f"http://127.0.0.1:{service.server_port}"
        for kind in ("good", "leads", "large", "page"):
            address = f"{host}/{kind}/{{z}}/{{x}}/{{y}}?tk={{key}}"
            variable = {"key_variable": "SKYGROUND_KEY_MAP", "at": NOON}
            register_service(store, actor(ADMIN), address, ImageKind.XYZ, **variable)
        register_service(
            store, actor(ADMIN), "http://127.0.0.1:9/{z}/{x}/{y}", ImageKind.XYZ, at=NOON
        )
    settings = {"SKYGROUND_KEY_MAP": KEY}
    with served(folder / "workspace", folder / "log", **settings) as server:
        yield server


def signed_in(office: Server, person: str) -> Visitor:
    visitor = office.visitor()
    assert visitor.sign_in(person).status_code == 303
    return visitor


def tile(number: int, z: int = 15, form: str = "webp") -> str:
    return f"/imagery/{number}/{z}/{X}/{Y}.{form}"


@pytest.mark.parametrize("path", [tile(OWN), tile(GOOD), tile(99), "/imagery/", "/imagery/x"])
def test_nobody_is_given_a_tile(office: Server, service: ThreadingHTTPServer, path: str) -> None:
    before = list(service.asked)  # type: ignore[attr-defined]
    answer = office.visitor().get(path, Accept="*/*")
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    assert service.asked == before  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("person", "sees"),
    [("here", {OWN, TILES, ALL}), ("there", {ALL}), ("ranger", {OWN, TILES, ALL})],
)
def test_a_tile_is_for_whoevers_territory_it_belongs_to(
    office: Server, person: str, sees: set[int]
) -> None:
    visitor = signed_in(office, person)
    for number in (OWN, TILES, ALL):
        answer = visitor.get(tile(number))
        assert answer.status_code == (200 if number in sees else 404), number
        assert answer.headers["Content-Type"].startswith("image/") is (number in sees)


def test_a_tile_may_be_kept_by_the_one_browser_it_was_given_to(office: Server) -> None:
    visitor = signed_in(office, "here")
    first = visitor.get(tile(OWN, form="png"))
    assert first.headers["Cache-Control"] == "private, max-age=3600"
    assert first.headers["Vary"] == "Cookie"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    picture = Picture.open(io.BytesIO(first.content))
    assert (picture.format, picture.size) == ("PNG", (256, 256))
    again = visitor.get(tile(OWN, form="png"), If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    stranger = signed_in(office, "there")
    taken = stranger.get(tile(OWN, form="png"), If_None_Match=first.headers["ETag"])
    assert taken.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/imagery/1/15/1.webp", "/imagery/1/15/1/1.tif", "/imagery/1/99999/1/1.png", "/imagery/x"],
)
def test_an_address_that_is_no_tile_is_not_there(office: Server, path: str) -> None:
    answer = signed_in(office, "here").get(path, Accept="*/*")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_service_is_asked_by_the_server_which_keeps_the_key(
    office: Server, service: ThreadingHTTPServer
) -> None:
    visitor = signed_in(office, "here")
    answer = visitor.get(tile(GOOD))
    assert (answer.status_code, answer.content) == (200, png(RED))
    assert service.asked[-1] == f"/good/15/{X}/{Y}?tk={KEY}"  # type: ignore[attr-defined]
    assert KEY not in str(answer.headers)
    count = len(service.asked)  # type: ignore[attr-defined]
    assert visitor.get(tile(GOOD, z=22)).content == BLANK.content
    assert len(service.asked) == count  # type: ignore[attr-defined]
    log = office.workspace.parent / "log"
    assert KEY not in log.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("number", [LEADS_ON, TOO_LARGE, NO_PICTURE, NOBODY])
def test_a_service_that_gives_no_picture_gives_nothing(
    office: Server, service: ThreadingHTTPServer, number: int
) -> None:
    answer = signed_in(office, "here").get(tile(number))
    assert (answer.status_code, answer.content) == (200, BLANK.content)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "/good/1/1/1" not in service.asked  # type: ignore[attr-defined]


def test_what_was_taken_out_is_not_there_any_more(office: Server, tmp_path: Path) -> None:
    visitor = signed_in(office, "here")
    with office.store() as store:
        known = {"taken_on": date(2026, 5, 1), "at": datetime.now(UTC)}
        path = make_geotiff(tmp_path / "z.tif", colour=RED)
        number = import_image(store, Actor(HERE), path, **known).image.id
        assert visitor.get(tile(number)).status_code == 200
        remove_image(store, actor(ADMIN), number, at=NOON)
    assert visitor.get(tile(number)).status_code == 404
