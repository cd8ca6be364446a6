"""Who a request comes from, as the gate has found out; routes behind it read it here."""

from dataclasses import dataclass

from starlette.types import Scope

from geo.model.accounts import SignedIn
from geo.web.connection import Connection

COOKIE = "skyground"
_KEY = "skyground.visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from.

    Attributes
    ----------
    token
        The session's cookie; it is handed to nobody behind the gate.
    signed_in
        None: nobody, or a demonstration, where nobody signs in.
    """

    connection: Connection
    token: str = ""
    signed_in: SignedIn | None = None
    is_demo: bool = False

    @property
    def owner(self) -> str:
        """Whom tabs, uploads and files belong to."""
        return self.signed_in.token_hash if self.signed_in else "demo"


def remember_visitor(scope: Scope, visitor: Visitor) -> None:
    """Note who a request comes from."""
    scope[_KEY] = visitor


def visitor_of(scope: Scope) -> Visitor:
    """Tell who a request comes from.

    Raises
    ------
    KeyError
        If no gate stands before the route: a defect of the program.
    """
    visitor = scope[_KEY]
    if not isinstance(visitor, Visitor):
        raise KeyError(_KEY)
    return visitor


def cookie_name(name: str, connection: Connection) -> str:
    """Name a cookie; over TLS so that no other host and no open wire can set it."""
    return f"__Host-{name}" if connection.is_https else name


def cookie_header(
    name: str, value: str, connection: Connection, *, seconds: int, same_site: str = "Strict"
) -> str:
    """Write a cookie that scripts cannot read; no seconds: it is to be forgotten."""
    secure = "; Secure" if connection.is_https else ""
    return (
        f"{cookie_name(name, connection)}={value}; Path=/; HttpOnly; SameSite={same_site}"
        f"; Max-Age={seconds}{secure}"
    )


def cookie_of(header: str, name: str, connection: Connection) -> str:
    """Read a cookie from a request's header; empty: it has none."""
    # Pair by pair: whatever else the same machine has set is not ours to read, and may look odd.
    wanted = cookie_name(name, connection)
    pairs = (pair.partition("=") for pair in header.split(";"))
    found = [value.strip() for key, _, value in pairs if key.strip() == wanted]
    return found[-1].strip('"') if found else ""


def without_cookies(header: str, *names: str) -> str:
    """Take cookies out of a request's header, whatever prefix they carry."""
    kept = []
    for pair in header.split(";"):
        name = pair.partition("=")[0].strip().removeprefix("__Host-")
        if name not in names and pair.strip():
            kept.append(pair.strip())
    return "; ".join(kept)
