"""How a request came in: over which wire, from where, under which name."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from geo.model.machine import is_local_name, is_loopback

# What a proxy adds: their presence alone tells that one stands between.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
HTTPS = frozenset({"https", "wss"})
_PORTS = {"http": ":80", "https": ":443"}
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Connection:
    """What is known of how a request came in.

    Attributes
    ----------
    is_local
        The server's end of the connection lies on this machine's own interface, so the other end
        does too: a browser here, or a proxy.
    is_https
        The browser spoke TLS, to the program or to the proxy before it.
    host
        The name and port in the browser's address line; empty if it makes no sense.
    client
        The browser's address.
    is_forwarded
        A proxy stands between.
    """

    is_local: bool
    is_https: bool
    host: str
    client: str
    is_forwarded: bool

    @property
    def origin(self) -> str:
        """What a page of this program calls itself."""
        return _plain_origin(f"{'https' if self.is_https else 'http'}://{self.host}")

    @property
    def has_local_name(self) -> bool:
        """Whether the address line names this machine itself, so that no other site leads here."""
        name = urlsplit(f"//{self.host}").hostname or ""
        return is_local_name(name)

    def is_own(self, origin: str) -> bool:
        """Tell whether an ``Origin`` is a page of this program."""
        return bool(self.host) and _plain_origin(origin) == self.origin


def connection_of(scope: Scope, *, is_behind_proxy: bool) -> Connection:
    """Find out how a request came in.

    Parameters
    ----------
    is_behind_proxy
        Believe what the proxy says of the browser, if the proxy is on this machine; else what is
        said so is only noticed.
    """
    headers = Headers(scope=scope)
    server = scope.get("server")
    # A socket in the file system has no address, and only this machine reaches it.
    is_local = server is None or server[1] is None or is_loopback(str(server[0]))
    client = scope.get("client")
    is_forwarded = any(name in headers for name in FORWARDED)
    host, scheme = headers.get("host", ""), scope.get("scheme", "http")
    address = str(client[0]) if client else ""
    if is_behind_proxy and is_local and is_forwarded:
        scheme = _last(headers.get("x-forwarded-proto", "http"))
        host = _last(headers.get("x-forwarded-host", host))
        address = _last(headers.get("x-forwarded-for", address))
    return Connection(
        is_local=is_local,
        is_https=scheme in HTTPS,
        host=host if _HOST.fullmatch(host) else "",
        client=address,
        is_forwarded=is_forwarded,
    )


def _last(value: str) -> str:
    # The proxy on this machine wrote the last one; what stands before it anybody may have sent.
    return value.rpartition(",")[2].strip()


def _plain_origin(origin: str) -> str:
    scheme, _, rest = origin.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(_PORTS.get(scheme, '-'))}"
