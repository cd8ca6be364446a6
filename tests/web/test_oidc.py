"""Signing in through the office's own server, which is a real one on this machine."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from geo.web.oidc import Office
from geo.workflow.accounts import add_account, disable_account
from tests.builders import actor
from tests.web.conftest import Server, Visitor, free_port, make_office, served
from tests.web.provider import CLIENT, SECRET, Provider, curve_key, other_key, provided

NOW = int(time.time())


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provided(free_port()) as running:
        yield running


@pytest.fixture(autouse=True)
def in_order(provider: Provider) -> Iterator[None]:
    key = provider.key
    yield
    provider.put_right()
    provider.key = key


@pytest.fixture(scope="module")
def office(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("oidc")
    workspace = make_office(folder / "workspace")
    (folder / "secret").write_text(SECRET + "\n")
    settings = {
        "SKYGROUND_OIDC_ISSUER": provider.issuer,
        "SKYGROUND_OIDC_CLIENT_ID": CLIENT,
        "SKYGROUND_OIDC_CLIENT_SECRET_FILE": str(folder / "secret"),
    }
    with served(workspace, folder / "log", **settings) as server:
        with server.store() as store:
            for person, subject in (("manager-1", "u-1001"), ("chief-1", "u-2002")):
                add_account(store, actor(), person, at=datetime.now(UTC), subject=subject)
        yield server


def go(visitor: Visitor, path: str = "/sign-in/office") -> tuple[httpx.Response, str]:
    """Go to the office's server and come back; gives the answer and the address of the way back."""
    there = visitor.get(path)
    assert there.status_code == 303
    with httpx.Client() as outside:
        back = outside.get(there.headers["location"]).headers["location"]
    return visitor.get(back, Sec_Fetch_Site="cross-site"), back


def test_somebody_signs_in_with_the_office_account(office: Server) -> None:
    visitor = office.visitor()
    assert "Sign in with the office account" in visitor.get("/sign-in?lang=en").text
    answer, _ = go(visitor, "/sign-in/office?next=%2Freview%3Fpatch%3D1")
    assert answer.status_code == 200
    assert 'content="0;url=/review?patch=1"' in answer.text
    assert "skyground-office" not in visitor.http.cookies
    with visitor.tab() as tab:
        assert "<b>manager-1</b>" in tab.run()


def test_a_key_on_a_curve_will_do(office: Server, provider: Provider) -> None:
    provider.key, provider.algorithm = curve_key(), "ES256"
    visitor = office.visitor()
    go(visitor)
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-program"}, "aud"),
        ({"aud": [CLIENT, "another-program"]}, "azp"),
        ({"aud": None}, "aud"),
        ({"exp": NOW - 3600}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": NOW + 3600}, "iat"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"sub": None}, "sub"),
    ],
    ids=[
        *("another nonce", "no nonce", "another audience", "two audiences", "no audience"),
        *("ended", "without an end", "not yet", "another issuer", "nobody"),
    ],
)
def test_what_the_server_says_must_be_meant_for_this_sign_in(
    office: Server, provider: Provider, claims: dict[str, Any], told: str
) -> None:
    provider.claims = claims
    visitor = office.visitor()
    answer, _ = go(visitor)
    assert answer.status_code == 401
    assert f"（{told}）" in answer.text
    assert "skyground" not in visitor.http.cookies
    assert visitor.get("/").status_code == 303


def test_another_key_signs_in_vain(office: Server, provider: Provider) -> None:
    provider.signs_with = other_key()
    answer, _ = go(office.visitor())
    assert answer.status_code == 401
    assert "BadSignature" in answer.text


def test_a_shared_secret_is_no_signature(office: Server, provider: Provider) -> None:
    """The public key taken for the secret of another algorithm."""
    provider.algorithm = "HS256"
    answer, _ = go(office.visitor())
    assert answer.status_code == 401
    assert "UnsupportedAlgorithm" in answer.text


def test_a_way_back_counts_once_and_only_in_its_own_browser(office: Server) -> None:
    visitor = office.visitor()
    there = visitor.get("/sign-in/office")
    cookie = visitor.http.cookies["skyground-office"]
    with httpx.Client() as outside:
        back = outside.get(there.headers["location"]).headers["location"]
    stranger = office.visitor()
    assert stranger.get(back).status_code == 401, "without the cookie of who began"
    assert visitor.get(back).status_code == 200
    visitor.http.cookies.clear()
    again = visitor.get(back, Cookie=f"skyground-office={cookie}")
    assert again.status_code == 401
    assert "state" in again.text


def test_whoever_is_bound_to_no_account_is_told_what_to_do(
    office: Server, provider: Provider
) -> None:
    provider.subject = "u-<b>9"
    answer, _ = go(office.visitor())
    assert answer.status_code == 401
    assert "--subject u-&lt;b&gt;9" in answer.text


def test_a_disabled_account_stays_out(office: Server, provider: Provider) -> None:
    with office.store() as store:
        disable_account(store, actor(), "chief-1", at=datetime.now(UTC))
    provider.subject = "u-2002"
    answer, _ = go(office.visitor())
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://another.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_server_that_describes_another_is_not_asked_further(
    office: Server, provider: Provider, wrong: dict[str, str]
) -> None:
    provider.discovered = wrong
    answer = office.visitor().get("/sign-in/office")
    assert answer.status_code == 401
    assert next(iter(wrong)) in answer.text


def test_nothing_is_asked_when_nothing_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKYGROUND_OIDC_ISSUER", raising=False)
    assert Office.from_environment() is None


@pytest.mark.parametrize("issuer", ["http://id.example", "id.example", "ftp://id.example"])
def test_a_server_over_an_open_wire_is_refused(
    issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYGROUND_OIDC_ISSUER", issuer)
    monkeypatch.setenv("SKYGROUND_OIDC_CLIENT_ID", CLIENT)
    with pytest.raises(ValueError, match="https"):
        Office.from_environment()


def test_the_secret_is_not_shown(tmp_path: Path) -> None:
    assert SECRET not in repr(Office("https://id.example", CLIENT, SECRET))
