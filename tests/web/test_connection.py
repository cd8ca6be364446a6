"""How a request came in, and what is refused because of it."""

from typing import Any

import pytest

from geo.web.connection import Connection, connection_of
from geo.web.gate import wrong_wire
from geo.web.visitor import cookie_of, without_cookies

HERE = ("127.0.0.1", 8501)


def came(
    server: Any = HERE, *, client: Any = ("127.0.0.1", 5), proxy: bool = False, **headers: str
) -> Connection:
    scope = {
        "type": "http",
        "scheme": headers.pop("scheme", "http"),
        "server": server,
        "client": client,
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    return connection_of(scope, is_behind_proxy=proxy)


@pytest.mark.parametrize(
    ("connection", "wrong"),
    [
        (came(host="127.0.0.1:8501"), None),
        (came(host="localhost"), None),
        (came(("::1", 8501), host="[::1]:8501"), None),
        (came(("::ffff:127.0.0.1", 8501), host="127.0.0.1"), None),
        (came(None, client=None, host="localhost"), None),
        (came(("10.0.0.5", 8501), client=("10.0.0.9", 5), host="10.0.0.5"), "gate.https_needed"),
        (came(("10.0.0.5", 8501), client=("10.0.0.9", 5), host="localhost"), "gate.https_needed"),
        (came(("10.0.0.5", 443), scheme="https", host="office.example"), None),
        (came(("10.0.0.5", 443), scheme="https", host=""), "gate.host_refused"),
        (came(host="office.example"), "gate.host_refused"),
        (came(host=""), "gate.host_refused"),
        (came(host="127.0.0.1@evil.example"), "gate.host_refused"),
        (came(host="evil.example@127.0.0.1"), "gate.host_refused"),
        (came(host="127.0.0.1.evil.example"), "gate.host_refused"),
        (came(host="localhost", x_forwarded_proto="https"), "gate.host_refused"),
    ],
)
def test_how_a_workspace_with_people_is_reached(connection: Connection, wrong: str) -> None:
    assert wrong_wire(connection, is_demo=False) == wrong


@pytest.mark.parametrize(
    "connection",
    [
        came(("10.0.0.5", 8501), client=("10.0.0.5", 5), host="10.0.0.5"),
        came(client=("10.0.0.9", 5), host="localhost"),
        came(host="office.example"),
        came(scheme="https", host="office.example"),
        came(host="localhost", x_forwarded_for="127.0.0.1"),
        came(host="localhost", proxy=True, x_forwarded_for="127.0.0.1", x_forwarded_proto="https"),
    ],
)
def test_a_demonstration_is_reached_from_this_machine_alone(connection: Connection) -> None:
    assert wrong_wire(came(host="localhost"), is_demo=True) is None
    assert wrong_wire(connection, is_demo=True) == "gate.demo_local_only"


def test_a_proxy_is_believed_only_here_and_only_its_own_word() -> None:
    said = {
        "host": "a.example",
        "x_forwarded_proto": "https",
        "x_forwarded_for": "6.6.6.6, 10.0.0.7",
    }
    believed = came(proxy=True, **said)
    assert (believed.is_https, believed.client) == (True, "10.0.0.7")
    far = came(("10.0.0.5", 8501), client=("10.0.0.9", 5), proxy=True, **said)
    assert (far.is_https, far.client) == (False, "10.0.0.9")
    unasked = came(proxy=False, **said)
    assert not unasked.is_https


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://127.0.0.1:8501", True),
        ("HTTP://127.0.0.1:8501", True),
        ("https://127.0.0.1:8501", False),
        ("http://127.0.0.1", False),
        ("http://localhost:8501", False),
        ("null", False),
        ("", False),
    ],
)
def test_whose_page_asks(origin: str, is_own: bool) -> None:
    assert came(host="127.0.0.1:8501").is_own(origin) is is_own


def test_the_usual_port_need_not_be_said() -> None:
    assert came(scheme="https", host="office.example:443").is_own("https://office.example")
    assert came(scheme="https", host="office.example").is_own("https://office.example:443")


@pytest.mark.parametrize(
    "sent",
    ["skyground=abc", 'other={"a": 1}; skyground=abc', "a b; skyground=abc", "v=中; skyground=abc"],
)
def test_odd_cookies_of_others_do_not_hide_the_sessions(sent: str) -> None:
    assert cookie_of(sent, "skyground", came(host="localhost")) == "abc"
    assert cookie_of(sent, "sky", came(host="localhost")) == ""


def test_the_sessions_cookie_goes_no_further() -> None:
    sent = "a=1; skyground=secret; __Host-skyground=secret;  b=2; skygroundx=3"
    assert without_cookies(sent, "skyground") == "a=1; b=2; skygroundx=3"
