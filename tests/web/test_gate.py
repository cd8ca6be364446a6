"""The gate, asked over HTTP and WebSocket as a stranger, a neighbour and a colleague would."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from geo.model.stages import Level, Role
from geo.model.things import Grant
from geo.settings import SESSION_HEADER
from geo.store.people import list_grants, revoke_grant
from geo.store.schema import account, web_session
from geo.text import say
from geo.workflow.accounts import disable_account, reset_account, sign_out_everywhere
from geo.workflow.grants import give_role
from geo.workflow.set_up import set_up
from geo.workflow.sign_in import hash_token
from tests.builders import NOON, STAFF, actor
from tests.web.conftest import (
    PASSWORD,
    Server,
    Visitor,
    make_office,
    make_season,
    promised_in,
    served,
)

TABLE = "/media/0123456789abcdef0123456789abcdef0123456789abcdef01234567.csv"
UPLOAD = "/_stcore/upload_file"


@pytest.fixture
def admin(office: Server) -> Visitor:
    visitor = office.visitor()
    assert visitor.sign_in("admin").status_code == 303
    return visitor


@pytest.fixture
def neighbour(office: Server) -> Visitor:
    visitor = office.visitor()
    assert visitor.sign_in("inspector-1").status_code == 303
    return visitor


def refused_socket(visitor: Visitor, **options: str) -> int:
    with pytest.raises(InvalidStatus) as refused, visitor.tab(**options):
        pass
    return refused.value.response.status_code


def upload(visitor: Visitor, screen: str, size: int = 10, **headers: str) -> httpx.Response:
    """Send a file as the screens' script does."""
    xsrf = visitor.http.cookies.get("_streamlit_xsrf") or ""
    return visitor.http.put(
        f"{UPLOAD}/{screen}/1",
        files={"file": ("图斑.csv", b"x" * size)},
        headers={"X-Xsrftoken": xsrf} | {k.replace("_", "-"): v for k, v in headers.items()},
    )


# ---- Nobody -------------------------------------------------------------------------------------

CLOSED = [
    TABLE,
    f"{UPLOAD}/some-screen/1",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/_stcore/bidi-components/skyground_map/main.js",
    "/_stcore/script-health-check",
    "/component/streamlit_folium.st_folium/index.html",
    "/static/js/index.js",
    "/front/0123456789ab/main.js",
    "/app/static/evidence.jpg",
    "/evidence/1/photo.jpg",
    "//media/x",
    "/anything",
]


@pytest.mark.parametrize("path", CLOSED)
def test_nobody_is_given_data(office: Server, path: str) -> None:
    answer = office.visitor().get(path, Accept="*/*")
    assert answer.status_code == 401
    assert answer.text.splitlines() == ["请先登录。", "Sign in first."]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [f"{UPLOAD}/some-screen/1", "/", "/evidence/1"])
def test_nobody_can_send_anything(office: Server, method: str, path: str) -> None:
    assert office.visitor().http.request(method, path).status_code == 401


def test_nobody_is_let_into_the_stream(office: Server) -> None:
    assert refused_socket(office.visitor()) == 401


@pytest.mark.parametrize("path", ["/", "/patches?patch=2026-1%2F12", "/review"])
def test_nobody_who_opens_a_page_is_asked_to_sign_in(office: Server, path: str) -> None:
    answer = office.visitor().get(path)
    assert answer.status_code == 303
    onward = httpx.URL(answer.headers["location"])
    assert onward.path == "/sign-in"
    assert onward.params.get("next", "/") == path
    assert answer.headers["cache-control"] == "no-store"


def test_a_step_from_another_site_is_taken_again_from_here(office: Server, admin: Visitor) -> None:
    """A strict cookie does not come along when a mail or another site leads here."""
    answer = office.visitor().get("/patches?patch=1", Sec_Fetch_Site="cross-site")
    assert answer.status_code == 200
    assert 'content="0;url=/patches?patch=1"' in answer.text


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/vendor/leaflet-1.9.4/leaflet.js", "/sign-in"]
)
def test_what_is_open_is_open(office: Server, path: str) -> None:
    answer = office.visitor().get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "same-origin"


# ---- Forged, stolen, ended ----------------------------------------------------------------------


def test_a_header_of_the_gate_is_dropped_when_a_client_sends_it(
    office: Server, admin: Visitor, neighbour: Visitor
) -> None:
    forged = {SESSION_HEADER: hash_token(admin.http.cookies["skyground"])}
    stranger = office.visitor()
    assert stranger.get(TABLE, Accept="*/*", **forged).status_code == 401
    assert refused_socket(stranger, **forged) == 401
    with neighbour.tab(**forged) as tab:
        seen = tab.run()
    assert "inspector-1" in seen
    assert "<b>admin</b>" not in seen


def test_a_made_up_cookie_is_nobodys(office: Server) -> None:
    visitor = office.visitor()
    for value in ("x", "A" * 43, hash_token("x"), '"', "' OR 1=1 --"):
        assert visitor.get(TABLE, Accept="*/*", Cookie=f"skyground={value}").status_code == 401


def test_the_hash_that_is_kept_opens_nothing(office: Server, admin: Visitor) -> None:
    kept = hash_token(admin.http.cookies["skyground"])
    answer = office.visitor().get("/", Cookie=f"skyground={kept}")
    assert answer.status_code == 303


def test_somebody_elses_screen_is_not_gone_on_with(
    office: Server, admin: Visitor, neighbour: Visitor
) -> None:
    with admin.tab() as tab:
        tab.run()
        leaked = tab.screen
        assert refused_socket(office.visitor(), resumes=leaked) == 401
        with neighbour.tab(resumes=leaked) as stolen:
            seen = stolen.run()
            assert stolen.screen != leaked
            assert "<b>inspector-1</b>" in seen
        assert "<b>admin</b>" in tab.run(), "and the owner's tab is not disturbed"
    with neighbour.tab(resumes=leaked) as late:
        late.run()
        assert late.screen != leaked
    with admin.tab(resumes=leaked) as own:
        own.run()
        assert own.screen == leaked


def test_a_screen_of_an_earlier_session_is_not_gone_on_with(office: Server, admin: Visitor) -> None:
    with admin.tab() as tab:
        tab.run()
        former = tab.screen
    admin.sign_out()
    admin.sign_in("inspector-1")
    with admin.tab(resumes=former) as tab:
        assert "<b>inspector-1</b>" in tab.run()
        assert tab.screen != former


def test_uploads_go_to_ones_own_screens_alone(
    office: Server, admin: Visitor, neighbour: Visitor
) -> None:
    with admin.tab() as tab:
        tab.run()
        assert upload(neighbour, tab.screen).status_code == 403
        assert upload(office.visitor(), tab.screen).status_code == 401
        assert neighbour.http.delete(f"{UPLOAD}/{tab.screen}/1").status_code == 403
        assert upload(admin, "made-up").status_code == 403
        assert upload(admin, tab.screen).status_code == 204


def test_files_of_a_screen_are_given_to_whom_they_were_shown(
    season: Server,
) -> None:
    manager, other = season.visitor(), season.visitor()
    manager.sign_in("M01")
    other.sign_in("R01")
    manager.get("/")
    with manager.tab() as tab:
        address = tab.file(tab.run("patches"), "csv")
        mine = manager.get(address, Accept="*/*")
        assert mine.status_code == 200
        assert mine.headers["cache-control"] == "no-store"
        assert other.get(address, Accept="*/*").status_code == 403
        assert season.visitor().get(address, Accept="*/*").status_code == 401


def test_a_file_is_made_only_for_whom_it_was_promised(season: Server) -> None:
    manager, other = season.visitor(), season.visitor()
    manager.sign_in("M01")
    other.sign_in("R01")
    with manager.tab() as tab, other.tab() as others:
        promised = promised_in(tab.run("patches"))
        others.run()
        others.ask_for(promised)
        assert "/media/" not in others.read()


def test_nothing_is_written_for_a_role_that_was_taken_back(season: Server) -> None:
    manager = season.visitor()
    manager.sign_in("M01")
    with manager.tab() as tab:
        promised = promised_in(tab.run("patches"))
        with season.store() as store, store.writing(actor()) as session:
            taken = [g for g in list_grants(session, code="M01") if g.revoked_at is None]
            for grant in taken:
                revoke_grant(session, int(grant.id or 0), at=NOON)
        try:
            tab.ask_for(promised)
            answer = next(m for m in iter(tab.receive, None) if "operation_response" in str(m))
            assert "/media/" not in str(answer)
        finally:
            with season.store() as store:
                for grant in taken:
                    give_role(store, actor(), grant, at=NOON)


def test_whoever_names_a_file_was_not_told_of_it(season: Server) -> None:
    manager, other = season.visitor(), season.visitor()
    manager.sign_in("M01")
    other.sign_in("R01")
    with manager.tab() as tab, other.tab() as first, other.tab() as second:
        seen = tab.run("patches")
        promised, made = promised_in(seen), tab.file(seen, "csv")
        # The screen repeats what stands in the address.
        assert promised in first.run("patches", query=f"patch={promised}")
        assert made in second.run("patches", query=f"patch={made}")
        assert other.get(made, Accept="*/*").status_code == 403
        first.ask_for(promised)
        assert "/media/" not in first.read()


def test_nobody_empties_what_is_kept_for_everybody(season: Server) -> None:
    manager = season.visitor()
    manager.sign_in("M01")
    with manager.tab() as tab:
        tab.run("patches")
        tab.wire.send(BackMsg(clear_cache=True).SerializeToString())
        # It is answered like any other message: by the screen, drawn again.
        assert "script_finished" in tab.read()


def test_a_part_of_a_screen_is_not_served_after_the_end_either(season: Server) -> None:
    """Parts that run alone never pass the question that the whole screen asks."""
    manager = season.visitor()
    manager.sign_in("M01")
    with manager.tab() as tab:
        promised = promised_in(tab.run("patches"))
        with season.store() as store:
            sign_out_everywhere(store, actor(), "M01", at=datetime.now(UTC))
        tab.ask_for(promised)
        seen = tab.read()
        assert "You are no longer signed in" in seen or "登录已失效" in seen
        assert "/media/" not in seen


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An office with patches, whose screens offer files."""
    folder = tmp_path_factory.mktemp("season")
    make_season(folder / "workspace")
    with served(folder / "workspace", folder / "log") as server:
        yield server


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": NOON},
        {"seen_at": datetime.now(UTC) - timedelta(minutes=61)},
        {"revoked_at": NOON},
    ],
    ids=["ended", "silent", "revoked"],
)
def test_a_session_that_has_ended_opens_nothing(
    office: Server, admin: Visitor, values: dict[str, datetime]
) -> None:
    assert admin.get("/").status_code == 200
    key = hash_token(admin.http.cookies["skyground"])
    with office.store() as store, store.writing(actor()) as session:
        session.connection.execute(
            update(web_session).where(web_session.c.token_hash == key).values(**values)
        )
    assert admin.get("/").status_code == 303
    assert admin.get(TABLE, Accept="*/*").status_code == 401
    assert refused_socket(admin) == 401


def test_an_open_tab_shows_nothing_once_its_session_is_revoked(
    office: Server, neighbour: Visitor
) -> None:
    with neighbour.tab() as tab:
        assert "<b>inspector-1</b>" in tab.run()
        with office.store() as store:
            now = datetime.now(UTC)
            assert sign_out_everywhere(store, actor(), "inspector-1", at=now) >= 1
        seen = tab.run()
        assert "You are no longer signed in" in seen
        assert "inspector-1" not in seen
        assert upload(neighbour, tab.screen).status_code == 401


def test_a_disabled_account_is_out_at_once(tmp_path: Path, office: Server) -> None:
    visitor = office.visitor()
    with office.store() as store:
        reset_account(store, actor(), "inspector-1", at=datetime.now(UTC), password=PASSWORD)
    assert visitor.sign_in("inspector-1").headers["location"] == "/password"
    with office.store() as store:
        disable_account(store, actor(), "inspector-1", at=datetime.now(UTC))
    assert visitor.get("/").headers["location"].startswith("/sign-in")
    assert visitor.sign_in("inspector-1").status_code == 401
    with office.store() as store, store.writing(actor()) as session:
        free = {"is_disabled": False, "must_change": False}
        session.connection.execute(
            update(account).where(account.c.person == "inspector-1").values(**free)
        )


def test_a_session_in_use_does_not_fall_silent(office: Server, admin: Visitor) -> None:
    key = hash_token(admin.http.cookies["skyground"])
    before = datetime.now(UTC) - timedelta(minutes=50)
    this = web_session.c.token_hash == key
    with office.store() as store, store.writing(actor()) as session:
        session.connection.execute(update(web_session).where(this).values(seen_at=before))
    with office.store() as store, store.writing(actor()):  # somebody imports
        assert admin.get("/", Accept="text/html").status_code == 200, "nobody waits for it"
    end = time.monotonic() + 10
    seen = before
    while seen == before and time.monotonic() < end:
        time.sleep(0.1)
        with office.store() as store, store.reading(actor()) as session:
            seen = session.connection.execute(
                select(web_session.c.seen_at).where(this)
            ).scalar_one()
    assert seen > before


# ---- In the screens -----------------------------------------------------------------------------


def test_whoever_holds_two_roles_chooses_and_who_holds_none_is_told(
    office: Server, neighbour: Visitor
) -> None:
    with neighbour.tab() as tab:
        assert "Working as" not in tab.run()
        with office.store() as store:
            chief = Grant("inspector-1", Role.CHIEF)
            given = give_role(store, actor(), chief, at=datetime.now(UTC))
        seen = tab.run()
        assert "Working as" in seen
        for role in (Role.INSPECTOR, Role.CHIEF):
            assert f'options: "{say(f"role.{role}", "en")}"' in seen
        with office.store() as store, store.writing(actor()) as session:
            held = list_grants(session, code="inspector-1")
            for one in held:
                revoke_grant(session, one.id or 0, at=datetime.now(UTC))
        seen = tab.run()
        assert "holds no role now" in seen
        with office.store() as store:
            back = Grant("inspector-1", Role.INSPECTOR, Level.COUNTY)
            give_role(store, actor(), back, at=datetime.now(UTC))
        assert given.id is not None
        assert "holds no role" not in tab.run()


def test_an_address_names_nobody_else_once_somebody_signs_in(neighbour: Visitor) -> None:
    """The switch of the demonstration stands in the address; it counts for nothing here."""
    with neighbour.tab() as tab:
        seen = tab.run(query="lang=en&person=admin&role=administrator")
        assert "<b>inspector-1</b>" in seen
        assert f'"{say("role.administrator", "en")}"' not in seen


# ---- Other sites, other names -------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_what_another_site_asks_for_is_refused(office: Server, admin: Visitor, origin: str) -> None:
    assert refused_socket(admin, Origin=origin) == 403
    form = {"form": admin.form_of("/password"), "old": "1", "new": "2", "again": "2"}
    assert admin.post("/password", form, Origin=origin).status_code == 403
    assert admin.post("/sign-out", form, Origin=origin).status_code == 403
    assert office.visitor().post("/sign-in", {}, Origin=origin).status_code == 403
    assert upload(admin, "x", Origin=origin).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "192.168.1.5"])
def test_another_name_does_not_lead_to_this_machine(
    office: Server, admin: Visitor, host: str
) -> None:
    answer = admin.get("/", Host=host)
    assert answer.status_code == 403
    assert "--behind-proxy" in answer.text
    assert refused_socket(admin, Host=host, Origin=f"http://{host}") == 403


def test_a_proxy_that_nobody_spoke_of_is_refused(admin: Visitor) -> None:
    assert admin.get("/", X_Forwarded_Proto="https").status_code == 403
    assert admin.get("/", X_Forwarded_For="10.0.0.7").status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil",
    ],
)
def test_signing_in_leads_nowhere_else(office: Server, wanted: str) -> None:
    visitor = office.visitor()
    address = str(httpx.URL("/sign-in", params={"next": wanted}))
    form = {"form": visitor.form_of(address), "person": "admin", "password": PASSWORD}
    assert visitor.post(address, form).headers["location"] == "/"
    assert "evil" not in visitor.get(address).headers["location"]


# ---- Volume -------------------------------------------------------------------------------------


def test_one_person_uploads_only_so_much_in_an_hour(tmp_path: Path) -> None:
    workspace = make_office(tmp_path / "workspace")
    limit = {"SKYGROUND_SIGN_IN_UPLOAD_MB_PER_HOUR": "1"}
    with served(workspace, tmp_path / "log", **limit) as server:
        visitor, other = server.visitor(), server.visitor()
        visitor.sign_in("admin")
        other.sign_in("inspector-1")
        with visitor.tab() as tab, other.tab() as others:
            tab.run()
            others.run()
            assert upload(visitor, tab.screen, 600_000).status_code == 204
            answer = upload(visitor, tab.screen, 600_000)
            assert answer.status_code == 429
            assert "1 MB" in answer.text
            assert upload(visitor, tab.screen, 300_000).status_code == 204
            assert upload(other, others.screen, 600_000).status_code == 204
            assert streamed(other, others.screen, 600_000).status_code == 413


def streamed(visitor: Visitor, screen: str, size: int) -> httpx.Response:
    """Send a file without saying beforehand how large it is."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    pieces = [head, *[b"x" * 10_000] * (size // 10_000), b"\r\n--b--\r\n"]
    return visitor.http.put(
        f"{UPLOAD}/{screen}/2",
        content=iter(pieces),
        headers={
            "Content-Type": "multipart/form-data; boundary=b",
            "X-Xsrftoken": visitor.http.cookies.get("_streamlit_xsrf") or "",
        },
    )


def test_without_a_workspace_the_reason_is_told(tmp_path: Path) -> None:
    with served(tmp_path / "none", tmp_path / "log") as server:
        answer = server.visitor().get("/")
        assert answer.status_code == 503
        assert str(tmp_path / "none") in answer.text
        assert server.visitor().get("/_stcore/health").status_code == 200


# ---- The demonstration --------------------------------------------------------------------------


def test_a_demonstration_is_for_this_machine_alone(tmp_path: Path) -> None:
    set_up(tmp_path / "workspace", staff=STAFF, at=NOON, is_demo=True).close()
    with served(tmp_path / "workspace", tmp_path / "log") as server:
        visitor = server.visitor()
        assert visitor.get("/").status_code == 200
        assert visitor.get("/", Host=f"localhost:{server.port}").status_code == 200
        with visitor.tab() as tab:
            assert "Working as (demo)" in tab.run()
        for name, value in {
            "Host": "evil.example",
            "X-Forwarded-For": "127.0.0.1",
            "Forwarded": "for=127.0.0.1",
            "X-Real-IP": "127.0.0.1",
        }.items():
            answer = visitor.get("/", **{name: value})
            assert (answer.status_code, "演示工作区" in answer.text) == (403, True), name
            assert visitor.get("/_stcore/host-config", **{name: value}).status_code == 403
        assert refused_socket(visitor, Origin="http://evil.example") == 403
        assert refused_socket(visitor, Host="evil.example", Origin="http://evil.example") == 403
