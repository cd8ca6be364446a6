"""The delivered nginx before two processes on one PostGIS: what people get through it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from geo.model.stages import Level, Role
from geo.model.things import Grant
from geo.settings import SESSION_HEADER
from geo.store import people
from geo.store.door import Store
from geo.web.volume import MB
from geo.workflow.accounts import list_sessions
from geo.workflow.grants import give_role
from geo.workflow.locate import locate
from geo.workflow.sign_in import hash_token
from pages.parts.navigation import SCREENS
from tests.builders import ADMIN, MANAGER, NOON, STAFF, actor
from tests.deliveries import square
from tests.office import (
    BATCH,
    LAWFUL,
    assign_all,
    bring_back,
    deliver_grids,
    deliver_patches,
    send_out,
)
from tests.postgres_server import Server as Postgres
from tests.web.conftest import HOME, Tab, Visitor, give_account
from tests.web.proxied import Installation, button_in, find_nginx, installation

# Two banners, each with an inspector and a patch.
BANNERS = {"159901": ("I1", "77101"), "159902": ("I2", "88202")}
(ONE, ONES_PATCH), (OTHER, OTHERS_PATCH) = BANNERS.values()


def make_two_banners(store: Store, folder: Path) -> None:
    """One office's store, where a patch of each banner waits for its own inspector."""
    with store.writing(people.PROGRAM) as session:
        people.insert_people(session, STAFF, at=NOON)
    codes = [patch for _, patch in BANNERS.values()]
    villages = [f"{banner}001001" for banner in BANNERS]
    shapes = {"G1": square(-1, -1, side_m=200), "G2": square(1, -1, side_m=1_000)}
    deliver_grids(store, folder, shapes, CUN=villages)
    deliver_patches(store, folder, codes, CUN=villages)
    locate(store, actor(MANAGER), at=NOON)
    assign_all(store)
    bring_back(store, send_out(store, folder), dict.fromkeys(codes, LAWFUL))
    for banner, (person, _) in BANNERS.items():
        grant = Grant(person, Role.INSPECTOR, Level.COUNTY, admin_code=banner)
        give_role(store, actor(ADMIN), grant, at=NOON)
    for person in (ADMIN.code, ONE, OTHER):
        give_account(store, actor(ADMIN), person)


@pytest.fixture(scope="module")
def site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    find_nginx()
    folder = tmp_path_factory.mktemp("site")
    with postgres.store_url() as url:
        with Store.open(url) as store:
            make_two_banners(store, folder)
        with installation(folder, url) as made:
            yield made


def signed_in(site: Installation, person: str, *, away_from: str = "") -> Visitor:
    """Somebody who has signed in through the proxy, if wanted on another process than that one."""
    for _ in range(20):
        visitor = site.visitor()
        assert visitor.sign_in(person).status_code == 303
        if site.process_of(visitor) != away_from:
            return visitor
    raise AssertionError("everybody is led to the same process")


def press(tab: Tab, button: str, page: str) -> str:
    message = BackMsg()
    message.rerun_script.query_string = "lang=en"
    message.rerun_script.page_name = page
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.trigger_value = button, True
    tab.wire.send(message.SerializeToString())
    return tab.read()


def upload(visitor: Visitor, screen: str, size: int) -> int:
    """Send a file as the screens' script does; gives the answer's status."""
    answer = visitor.http.put(
        f"/_stcore/upload_file/{screen}/1",
        files={"file": ("图斑.csv", b"x" * size)},
        headers={"X-Xsrftoken": visitor.http.cookies.get("_streamlit_xsrf") or ""},
    )
    return answer.status_code


# ---- The wire -----------------------------------------------------------------------------------


def test_http_leads_to_https(site: Installation) -> None:
    answer = httpx.get(f"http://{HOME}:{site.plain_port}/patches?patch=1")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://{HOME}/patches?patch=1"


def test_the_health_of_the_processes_can_be_asked_without_sign_in(site: Installation) -> None:
    answer = site.visitor().get("/_stcore/health")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_signing_in_gives_a_cookie_for_this_host_alone(site: Installation) -> None:
    visitor = site.visitor()
    answer = visitor.sign_in(ONE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-skyground=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict"):
        assert f"; {part}" in cookie
    home = visitor.get("/")
    assert home.status_code == 200
    assert home.headers["strict-transport-security"] == "max-age=31536000"
    assert home.headers["cache-control"] == "no-store"
    assert home.headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in home.headers
    assert home.headers["server"] in {"nginx", "uvicorn"}


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Host": "elsewhere.example"},
        {"Forwarded": "proto=http;host=elsewhere.example"},
        {"X-Real-IP": "203.0.113.9", "X-Forwarded-For": "203.0.113.9"},
    ],
)
def test_what_a_client_says_of_the_wire_is_not_believed(
    site: Installation, forged: dict[str, str]
) -> None:
    visitor = site.visitor()
    visitor.http.headers.update(forged)
    answer = visitor.sign_in(ONE)
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-skyground=")
    with site.store() as store:
        sessions = list_sessions(store, actor(ADMIN), ONE, at=datetime.now(UTC))
    assert {session.client for session in sessions} == {HOME}


def test_nobody_signs_in_by_a_header_of_the_gate(site: Installation) -> None:
    known = signed_in(site, ONE)
    forged = {SESSION_HEADER: hash_token(known.http.cookies["__Host-skyground"])}
    stranger = site.visitor()
    assert stranger.http.get("/media/x.csv", headers=forged).status_code == 401
    with pytest.raises(InvalidStatus) as refused, stranger.tab(**forged):
        pass
    assert refused.value.response.status_code == 401


# ---- Processes ----------------------------------------------------------------------------------


def test_everything_of_one_person_is_led_to_one_process(site: Installation) -> None:
    visitor = signed_in(site, ONE)
    home = site.process_of(visitor)
    before = len(site.led_to("/_stcore/stream", 0))
    for n in range(10):
        path = f"/front/{n}-{home}"
        visitor.get(path)
        assert site.led_to(path) == [home]
        if n % 3 == 0:
            with visitor.tab() as tab:
                tab.run()
                assert upload(visitor, tab.screen, 3 * MB) == 204
    assert site.led_to("/_stcore/stream", before + 4)[before:] == [home] * 4
    other = signed_in(site, OTHER, away_from=home)
    with other.tab() as tab:
        assert f"<b>{OTHER}</b>" in tab.run()


def test_what_is_done_in_one_process_is_seen_in_the_other(site: Installation) -> None:
    inspector = signed_in(site, ONE)
    administrator = signed_in(site, ADMIN.code, away_from=site.process_of(inspector))
    key = f"{BATCH}/{ONES_PATCH}"
    with inspector.tab() as here, administrator.tab() as there:
        query = f"lang=en&patch={key}"
        assert "Passed by county" not in there.run("patches", query=query)
        seen = here.run("review")
        assert ONES_PATCH in seen
        press(here, button_in(seen, "Pass"), "review")
        assert "Passed by county" in there.run("patches", query=query)


def test_nobody_sees_the_other_banner(site: Installation) -> None:
    key = f"{BATCH}/{ONES_PATCH}"
    seen: dict[str, str] = {}
    for person in (ONE, OTHER):
        with signed_in(site, person).tab() as tab:
            names = ["" if s.name == "today" else s.name for s in SCREENS]
            seen[person] = "\n".join(tab.run(name) for name in names)
            # A link to a patch, which somebody has sent on.
            seen[person] += tab.run("patches", query=f"lang=en&patch={key}").replace(key, "")
    assert ONES_PATCH in seen[ONE]
    assert OTHERS_PATCH in seen[OTHER]
    assert OTHERS_PATCH not in seen[ONE]
    assert ONES_PATCH not in seen[OTHER]


def test_when_a_process_ends_its_people_go_on_in_the_other(site: Installation) -> None:
    """The last test: it leaves one process only."""
    visitor = signed_in(site, ONE)
    home = site.process_of(visitor)
    (gone,) = (p for p in site.processes if str(p.port) == home)
    gone.running.kill()
    gone.running.wait(10)
    assert visitor.get("/").status_code == 200
    with visitor.tab() as tab:
        assert f"<b>{ONE}</b>" in tab.run()
    assert site.process_of(visitor) != home
    assert site.visitor().sign_in(OTHER).status_code == 303
