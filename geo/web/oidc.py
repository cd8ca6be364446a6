"""The office's own sign-in server (OpenID Connect): the one place that asks another machine.

Authorization code with PKCE. Nothing is asked unless somebody has configured it, and then nobody
but that server. What it says of a person is believed only if its own key has signed it, for this
program, for this very sign-in.
"""

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from geo.errors import NotAllowed
from geo.model.machine import is_local_name
from geo.settings import OFFICE_PREFIX

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "ES256")
PATIENCE_SECONDS = 10
# Clocks of two machines differ a little.
LEEWAY_SECONDS = 60
MOST_BYTES = 1_000_000
MOST_USED = 10_000


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in under way; the browser keeps it in a cookie while it is at the office's server.

    Attributes
    ----------
    state
        Ties the way back to the way there.
    nonce
        Ties what the server signs to this sign-in.
    verifier
        Shows the server that who fetches the result is who asked for it.
    onward
        Where the person was going.
    """

    state: str
    nonce: str
    verifier: str
    onward: str
    lang: str

    def packed(self) -> str:
        """Write it as the value of a cookie."""
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")

    @classmethod
    def unpacked(cls, value: str) -> Self | None:
        """Read it from a cookie; None if it is none."""
        try:
            found = json.loads(urlsafe_b64decode(value + "=" * (-len(value) % 4)))
            return cls(**{name: str(found[name]) for name in cls.__dataclass_fields__})
        except (ValueError, KeyError, TypeError):
            return None


@dataclass
class Office:
    """The office's server, as the environment names it."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    _used: OrderedDict[str, None] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def from_environment(cls) -> Self | None:
        """Take what is configured; None if nothing is.

        Raises
        ------
        ValueError
            If it is not an address over TLS, or names no client.
        """
        given = {
            name: os.environ.get(f"{OFFICE_PREFIX}{name}", "").strip()
            for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE")
        }
        if not given["ISSUER"]:
            return None
        if not given["CLIENT_ID"]:
            raise ValueError(f"{OFFICE_PREFIX}CLIENT_ID is missing")
        _require_safe(given["ISSUER"])
        secret = given["CLIENT_SECRET"]
        if given["CLIENT_SECRET_FILE"]:
            secret = Path(given["CLIENT_SECRET_FILE"]).read_text(encoding="utf-8").strip()
        return cls(given["ISSUER"], given["CLIENT_ID"], secret)

    async def begin(self, back: str, *, onward: str, lang: str) -> tuple[str, Pending]:
        """Give the address at the server to which a browser is led, and what it keeps meanwhile.

        Parameters
        ----------
        back
            The address of this program to which the server leads back.

        Raises
        ------
        NotAllowed
            ``office_silent``.
        """
        found = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, onward, lang)
        address = prepare_grant_uri(
            found["authorization_endpoint"],
            client_id=self.client_id,
            response_type="code",
            redirect_uri=back,
            scope="openid",
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return str(address), pending

    async def finish(
        self, pending: Pending | None, answer: Mapping[str, str], back: str, *, at: datetime
    ) -> str:
        """Find out who has come back from the server; gives their identifier there.

        Raises
        ------
        NotAllowed
            ``office_refused``, ``office_silent``.
        """
        state = answer.get("state", "")
        if pending is None or not secrets.compare_digest(state.encode(), pending.state.encode()):
            raise NotAllowed("office_refused", detail="state")
        if state in self._used:
            raise NotAllowed("office_refused", detail="state")
        self._used[state] = None
        while len(self._used) > MOST_USED:
            self._used.popitem(last=False)
        if "code" not in answer:
            raise NotAllowed("office_refused", detail=answer.get("error", "code")[:60])
        found = await self._discover()
        token = await self._redeem(found["token_endpoint"], answer["code"], back, pending)
        keys = await self._ask("GET", found["jwks_uri"])
        return self._subject(token, keys, pending, at)

    async def _discover(self) -> dict[str, Any]:
        found = await self._ask("GET", self.issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != self.issuer:
            raise NotAllowed("office_silent", issuer=self.issuer, detail="issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            try:
                _require_safe(str(found.get(name)))
            except ValueError as error:
                raise NotAllowed("office_silent", issuer=self.issuer, detail=name) from error
        return found

    async def _redeem(self, endpoint: str, code: str, back: str, pending: Pending) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": pending.verifier,
            "client_id": self.client_id,
        }
        auth = None
        if self.client_secret:
            auth = (quote(self.client_id, safe=""), quote(self.client_secret, safe=""))
        given = await self._ask("POST", endpoint, data=form, auth=auth)
        return str(given.get("id_token", ""))

    def _subject(self, token: str, keys: dict[str, Any], pending: Pending, at: datetime) -> str:
        rules = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        )
        try:
            signing = [k for k in keys.get("keys", []) if k.get("use", "sig") == "sig"]
            known = KeySet.import_key_set({"keys": signing})
            read = jwt.decode(token, known, algorithms=list(ALGORITHMS))
            rules.validate(read.claims)
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            detail = getattr(error, "claim", None) or type(error).__name__
            raise NotAllowed("office_refused", detail=detail) from error
        others = [one for one in _listed(read.claims["aud"]) if one != self.client_id]
        if others and read.claims.get("azp") != self.client_id:
            raise NotAllowed("office_refused", detail="azp")
        return str(read.claims["sub"])

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """Ask the server; it leads nowhere else, and no setting of the machine does either."""
        try:
            return await _read(method, address, **more)
        except (httpx.HTTPError, ValueError) as error:
            detail = str(error)[:80] or type(error).__name__
            raise NotAllowed("office_silent", issuer=self.issuer, detail=detail) from error


async def _read(method: str, address: str, **more: Any) -> dict[str, Any]:
    headers, content = {"Accept": "application/json"}, b""
    async with (
        httpx.AsyncClient(
            timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False
        ) as client,
        client.stream(method, address, headers=headers, **more) as answer,
    ):
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > MOST_BYTES:
                raise ValueError("too long")
    if answer.status_code != HTTPStatus.OK:
        raise ValueError(f"HTTP {answer.status_code}")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - wrong content, like text that is no JSON
    return found


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _require_safe(address: str) -> None:
    """Refuse an address over an open wire, but to this machine itself."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and is_local_name(parts.hostname or "")
    if not (parts.hostname and (parts.scheme == "https" or is_here)):
        raise ValueError(f"{address} is no https:// address")
