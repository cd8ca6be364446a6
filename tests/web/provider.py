"""A sign-in server of an office, on this machine: real HTTP, its own key, and faults on demand."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "skyground", "only for the test: a+b/c"
HOME = "127.0.0.1"


@dataclass
class Provider:
    """What the server is and what it gets wrong.

    `claims` go over those that would be right; None takes one out.
    """

    issuer: str = ""
    subject: str = "u-1001"
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    signs_with: Any = None
    algorithm: str = "RS256"
    discovered: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def put_right(self) -> None:
        self.subject, self.claims, self.signs_with, self.discovered = "u-1001", {}, None, {}
        self.algorithm = "RS256"

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ]

    def discovery(self, request: Request) -> Response:
        self.asked.append("discovery")
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return JSONResponse(found | self.discovered)

    def authorize(self, request: Request) -> Response:
        """Everybody is known here and agrees at once."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", 302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form["code"]), None)
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        sent = request.headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent) == b"skyground:only%20for%20the%20test%3A%20a%2Bb%2Fc"
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        claims = {k: v for k, v in (right | self.claims).items() if v is not None}
        key = self.signs_with or self.key
        header = {"alg": self.algorithm, "kid": "k1"}
        if self.algorithm == "HS256":
            signed = signed_with_secret(claims, self.key.as_pem(private=False))
        else:
            signed = jwt.encode(header, claims, key, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provided(port: int) -> Iterator[Provider]:
    """Run the server in a thread until the block ends."""
    provider = Provider(issuer=f"http://{HOME}:{port}")
    config = uvicorn.Config(
        Starlette(routes=provider.routes()), host=HOME, port=port, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    yield provider
    server.should_exit = True
    thread.join(20)


def signed_with_secret(claims: dict[str, Any], secret: bytes) -> str:
    """Sign as the shared-secret algorithm does, by hand: libraries refuse a public key."""
    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": "k1"}, claims)]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(secret, body, "sha256")).rstrip(b"=")
    return (body + b"." + mac).decode()


def other_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k1"})


def curve_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "k1"})
