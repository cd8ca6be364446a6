"""What is not served, and what may sign in, as the command line says it."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.cli.prepare import ROOT, SAMPLE
from geo.settings import SIGN_IN_PREFIX, SignInRules
from geo.store import accounts
from geo.store.door import Store
from geo.store.people import PROGRAM
from geo.text import LANGS, Lang
from geo.workflow.passwords import _HASH
from geo.workflow.set_up import set_up, set_up_demo
from tests.builders import NOON, STAFF, actor
from tests.cli.conftest import Geo, geo_in


def test_what_can_be_set_is_told() -> None:
    told = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    rules = SignInRules()
    for name in SignInRules.__dataclass_fields__:
        row = next(r for r in told.splitlines() if f"`{SIGN_IN_PREFIX}{name.upper()}`" in r)
        assert row.endswith(f": {getattr(rules, name)} |")


def refused(geo: Geo, *words: object, code: str) -> str:
    said = geo("serve", *words)
    assert said.exit_code == 1
    assert said.data["error"] == code
    for lang in LANGS:
        shown = geo("serve", *words, is_json=False, lang=lang)
        assert shown.exit_code == 1
        assert shown.out.strip()
    return str(said.data["message"])


def test_without_an_administrator_who_can_sign_in_nothing_is_served(geo: Geo) -> None:
    message = refused(geo, code="no_administrator_account")
    command = message.splitlines()[-1].split(" -m geo ")[1].split()
    assert command[:3] == ["account", "add", "admin"]
    assert geo("account", "add", "inspector-1").exit_code == 0
    refused(geo, code="no_administrator_account")
    assert geo(*command[:3]).exit_code == 0
    refused(geo, "--host", "0.0.0.0", code="plain_http")


def test_an_administrator_whose_role_has_ended_does_not_count(tmp_path: Path) -> None:
    geo = geo_in(tmp_path / "workspace")
    geo("init")
    geo("account", "add", "admin")
    geo("grant", "add", "manager-1", "administrator", "--until", "2020-01-01")
    geo("account", "add", "manager-1")
    listed = geo("grant", "list", "--person", "admin").data
    number = listed["grants"][0]["id"]
    geo("grant", "add", "inspector-1", "administrator")
    assert geo("grant", "revoke", str(number)).exit_code == 0
    refused(geo, code="no_administrator_account")


def test_who_signs_in_at_an_office_server_counts_only_if_there_is_one(
    geo: Geo, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert geo("account", "add", "admin", "--subject", "u-1").exit_code == 0
    refused(geo, code="no_administrator_account")
    monkeypatch.setenv("SKYGROUND_OIDC_ISSUER", "https://id.example")
    refused(geo, "--host", "10.0.0.1", code="plain_http")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "office.example"])
def test_over_an_open_wire_only_this_machine_is_served(geo: Geo, host: str) -> None:
    geo("account", "add", "admin")
    assert host in refused(geo, "--host", host, code="plain_http")


def test_a_demonstration_is_served_on_this_machine_alone(tmp_path: Path) -> None:
    set_up(tmp_path / "workspace", staff=STAFF, at=NOON, is_demo=True).close()
    geo = geo_in(tmp_path / "workspace")
    refused(geo, "--host", "0.0.0.0", code="demo_not_local")
    refused(geo, "--behind-proxy", code="demo_not_local")


def test_what_init_makes_for_show_is_a_demonstration(tmp_path: Path) -> None:
    for folder, wanted in (("demo", True), ("own", False)):
        path = tmp_path / folder
        if wanted:
            set_up_demo(path, SAMPLE, at=datetime.now(UTC)).close()
        else:
            geo_in(path)("init")
        with Store.open(path) as store, store.reading(PROGRAM) as session:
            assert accounts.is_demo(session) is wanted


def test_a_password_that_everybody_knows_is_refused(geo: Geo, tmp_path: Path) -> None:
    geo("account", "add", "admin")
    with Store.open(tmp_path / "workspace") as store, store.writing(actor()) as session:
        known = _HASH.hash("skyground123")
        accounts.update_account(session, "admin", version=1, password_hash=known)
    assert "admin" in refused(geo, code="default_password")


def test_certificate_and_key_go_together(geo: Geo, tmp_path: Path) -> None:
    geo("account", "add", "admin")
    (tmp_path / "cert.pem").touch()
    refused(geo, "--tls-cert", tmp_path / "cert.pem", code="tls_incomplete")
    missing = ("--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "none.pem")
    refused(geo, *missing, code="tls_incomplete")


def test_an_administrator_keeps_the_accounts(geo: Geo) -> None:
    made = geo("account", "add", "ranger-1").data
    assert len(made["password"]) == 19
    assert geo("account", "add", "ranger-1").data["error"] == "account_exists"
    assert geo("account", "add", "nobody").data["error"] == "person_unknown"
    assert geo("account", "reset", "manager-1").data["error"] == "account_unknown"
    for verb in ("add", "reset", "disable", "sessions", "sign-out"):
        said = geo("account", verb, "ranger-1", "--as", "manager-1")
        assert said.data["error"] == "role_not_allowed", verb
    assert geo("account", "list", "--as", "manager-1").data["error"] == "role_not_allowed"
    own = geo("account", "reset", "ranger-1", "--password", stdin="a stone in the river\n").data
    assert own == {"person": "ranger-1", "password": None}
    weak = geo("account", "reset", "ranger-1", "--password", stdin="ranger-1\n").data
    assert weak["error"] == "password_short"
    states = {a["person"]: a["state"] for a in geo("account", "list").data["accounts"]}
    assert states == {"ranger-1": "must_change"}
    geo("account", "add", "admin")
    assert geo("account", "disable", "admin").data["error"] == "last_administrator"
    assert geo("account", "disable", "ranger-1").data == {"person": "ranger-1", "sessions": 0}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_password_is_told_once(geo: Geo, lang: Lang) -> None:
    shown = geo("account", "add", "ranger-1", is_json=False, lang=lang).out
    password = shown.split()[-1].rpartition("：")[2]
    assert password not in geo("account", "list", is_json=False, lang=lang).out
    assert json.dumps(password) not in json.dumps(geo("account", "list").data)


def test_a_subject_belongs_to_one_account(geo: Geo) -> None:
    assert geo("account", "add", "ranger-1").exit_code == 0
    assert geo("account", "add", "ranger-1", "--subject", "u-1").exit_code == 0
    said = geo("account", "add", "manager-1", "--subject", "u-1")
    assert said.data["error"] == "subject_taken"


def test_somebody_above_is_not_kept_by_an_administrator_below(geo: Geo) -> None:
    geo("grant", "add", "ranger-1", "administrator", "--admin", "159901")
    geo("grant", "add", "chief-2", "chief", "--admin", "15")
    below = ("--as", "ranger-1/administrator")
    geo("account", "add", "chief-2")
    geo("account", "add", "admin")
    for person in ("chief-2", "admin"):
        said = geo("account", "reset", person, *below)
        assert said.data["error"] == "account_beyond_territory"
    assert geo("account", "list", *below).data["accounts"] == []


def test_a_port_is_still_looked_at_where_it_listens(geo: Geo) -> None:
    geo("account", "add", "admin")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = geo("serve", "--port", taken.getsockname()[1])
    assert said.data["error"] == "port_taken"
