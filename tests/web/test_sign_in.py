"""Signing in, out and anew over real HTTP, with and without TLS."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from geo.store.schema import account
from geo.text import say
from geo.workflow.accounts import add_account, list_sessions, reset_account
from tests.builders import actor
from tests.web.conftest import PASSWORD, Server, make_certificate, make_office, served

NEW = "three herons by the lake"


def test_the_page_says_the_same_of_everything_that_is_wrong(office: Server) -> None:
    """A name that nobody has, one without an account, and a wrong password look alike."""
    told = set()
    for person in ("nobody", "ranger-1", "admin", "", "' OR 1=1 --"):
        answer = office.visitor().sign_in(person, "wrong")
        assert answer.status_code == 401
        told.add(answer.text.partition('role="alert"')[2].partition("</p>")[0])
    assert len(told) == 1
    assert "skyground=" not in answer.headers["set-cookie"]


def test_five_wrong_passwords_lock_an_account_for_a_while(office: Server) -> None:
    with office.store() as store:
        add_account(store, actor(), "chief-1", at=datetime.now(UTC), password=PASSWORD)
    visitor = office.visitor()
    for _ in range(5):
        assert visitor.sign_in("chief-1", "wrong").status_code == 401
    assert visitor.sign_in("chief-1", PASSWORD).status_code == 401, "the right one too"
    assert visitor.sign_in("admin").status_code == 303, "and nobody else is locked"
    with office.store() as store, store.writing(actor()) as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.connection.execute(
            update(account).where(account.c.person == "chief-1").values(locked_until=past)
        )
    assert office.visitor().sign_in("chief-1", "wrong").status_code == 401
    assert office.visitor().sign_in("chief-1", PASSWORD).status_code == 303


def test_a_password_for_one_use_opens_one_page(office: Server) -> None:
    with office.store() as store:
        given = add_account(store, actor(), "manager-1", at=datetime.now(UTC)).password
    assert given is not None
    visitor = office.visitor()
    answer = visitor.sign_in("manager-1", given, path="/sign-in?next=%2Freview")
    assert answer.headers["location"] == "/password?next=%2Freview"
    for path in ("/", "/review", "/patches?x=1"):
        assert visitor.get(path).headers["location"].startswith("/password")
    for path in ("/media/0123456789abcdef.csv", "/_stcore/host-config", "/_stcore/metrics"):
        assert visitor.get(path, Accept="*/*").status_code == 403
    with pytest.raises(Exception, match="403"), visitor.tab():
        pass
    for old, new, again, code in (
        ("wrong", NEW, NEW, "password_wrong"),
        (given, "short", "short", "password_short"),
        (given, "manager-1123", "manager-1123", "password_common"),
        (given, "1234567890", "1234567890", "password_common"),
        (given, NEW, NEW + "!", "password_differs"),
        (given, given, given, "password_same"),
    ):
        refused = visitor.change_password(old, new, again)
        assert refused.status_code == 400
        beginning = say(f"error.{code}", "zh").partition("{")[0].partition("。")[0]
        assert beginning in refused.text
    first = visitor.http.cookies["skyground"]
    other = office.visitor()
    other.sign_in("manager-1", given)
    done = visitor.change_password(given, NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert visitor.http.cookies["skyground"] != first
    assert visitor.get("/").status_code == 200
    assert other.get("/").headers["location"].startswith("/sign-in"), "their other browsers are out"
    assert office.visitor().sign_in("manager-1", given).status_code == 401
    assert office.visitor().sign_in("manager-1", NEW).status_code == 303


def test_a_password_that_was_reset_meanwhile_is_not_overwritten(office: Server) -> None:
    visitor = office.visitor()
    visitor.sign_in("inspector-1")
    form = {"form": visitor.form_of("/password"), "old": PASSWORD, "new": NEW, "again": NEW}
    with office.store() as store:
        reset_account(store, actor(), "inspector-1", at=datetime.now(UTC), password=PASSWORD)
    assert visitor.post("/password", form).headers["location"].startswith("/sign-in")
    assert office.visitor().sign_in("inspector-1", NEW).status_code == 401


def test_signing_out_ends_the_session_and_not_only_the_cookie(office: Server) -> None:
    visitor = office.visitor()
    visitor.sign_in("admin")
    cookie = visitor.cookie
    answer = visitor.sign_out()
    assert answer.headers["location"].startswith("/sign-in?out=1")
    assert 'skyground=""' in answer.headers["set-cookie"] or "Max-Age=0" in str(answer.headers)
    assert office.visitor().get("/", Cookie=cookie).status_code == 303
    assert visitor.get("/sign-in?out=1").status_code == 200


def test_signing_in_again_ends_what_the_browser_had(office: Server) -> None:
    visitor = office.visitor()
    visitor.sign_in("admin")
    former = visitor.cookie
    visitor.sign_out()
    visitor.sign_in("admin")
    assert visitor.cookie != former
    assert office.visitor().get("/", Cookie=former).status_code == 303


@pytest.mark.parametrize("sent", ["", "0" * 64])
def test_a_form_that_was_not_shown_is_not_taken(office: Server, sent: str) -> None:
    visitor = office.visitor()
    visitor.get("/sign-in")
    form = {"form": sent, "person": "admin", "password": PASSWORD}
    assert visitor.post("/sign-in", form).status_code == 401
    assert "skyground" not in visitor.http.cookies
    visitor.sign_in("admin")
    assert visitor.post("/sign-out", {"form": sent}).headers["location"] == "/"
    assert visitor.get("/").status_code == 200
    wish = {"form": sent, "old": PASSWORD, "new": NEW, "again": NEW}
    assert visitor.post("/password", wish).status_code == 400


def test_what_people_send_is_only_text_in_the_page(office: Server) -> None:
    answer = office.visitor().sign_in('"><script>alert(1)</script>', "x")
    assert "<script>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "登录"), ("en", "Sign in")])
def test_the_page_speaks_the_browsers_language(office: Server, lang: str, word: str) -> None:
    answer = office.visitor().get("/sign-in", Accept_Language=f"{lang}-XX,x;q=0.5")
    assert f"<h1>{word}</h1>" in answer.text


def cookies_set(text: str) -> dict[str, str]:
    return {c.partition("=")[0].strip(): c for c in text.split(", ") if "=" in c.partition(";")[0]}


def test_the_cookie_over_plain_http_on_this_machine(office: Server) -> None:
    cookie = office.visitor().sign_in("admin").headers["set-cookie"]
    assert cookie.startswith("skyground=")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert f"; {part}" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that nobody but this test trusts."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure(certificate: tuple[Path, Path], tmp_path: Path) -> Iterator[Server]:
    cert, key = certificate
    options = ("--ssl-certfile", str(cert), "--ssl-keyfile", str(key))
    with served(make_office(tmp_path / "workspace"), tmp_path / "log", *options) as server:
        yield server


def test_over_tls_the_cookie_belongs_to_this_host_alone(secure: Server) -> None:
    visitor = secure.visitor()
    cookie = visitor.sign_in("admin").headers["set-cookie"]
    assert cookie.startswith("__Host-skyground=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert f"; {part}" in cookie
    assert visitor.get("/").status_code == 200
    with visitor.tab() as tab:
        assert "<b>admin</b>" in tab.run()
    plain = visitor.cookie.replace("__Host-", "")
    assert secure.visitor().get("/", Cookie=plain).status_code == 303


def test_behind_a_proxy_what_it_says_counts(tmp_path: Path) -> None:
    workspace = make_office(tmp_path / "workspace")
    setting = {"SKYGROUND_BEHIND_PROXY": "1"}
    with served(workspace, tmp_path / "log", "--no-proxy-headers", **setting) as server:
        visitor = server.visitor()
        said = {
            "Host": "office.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "6.6.6.6, 10.0.0.7",
            "Origin": "https://office.example",
        }
        visitor.http.headers.update(said)
        page = visitor.get("/sign-in")
        assert page.headers["set-cookie"].startswith("__Host-skyground-form=")
        assert visitor.get("/", X_Forwarded_Proto="http").status_code == 403
        visitor.http.headers["Cookie"] = page.headers["set-cookie"].partition(";")[0]
        answer = visitor.sign_in("admin")
        assert answer.headers["set-cookie"].startswith("__Host-skyground=")
        with server.store() as store:
            found = list_sessions(store, actor(), "admin", at=datetime.now(UTC))
        assert [one.client for one in found] == ["10.0.0.7"]
