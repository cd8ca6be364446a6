"""The gate before everything that is served: who may ask, and what belongs to whom.

What is not named here as open is closed to whoever has not signed in. Behind the gate nobody sees
the session's cookie: the screens are told whose session it is in a header that only the gate sets.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.errors import SkyGroundError
from geo.maps.addresses import FRONT, TILES, VENDOR
from geo.maps.images import IMAGERY
from geo.model.accounts import SignedIn
from geo.model.machine import is_loopback
from geo.settings import (
    HEADER_SPACE,
    PASSWORD,
    SESSION_HEADER,
    SIGN_IN,
    SIGN_OUT,
    SignInRules,
    is_behind_proxy,
)
from geo.web.answers import (
    guarded_send,
    header_pairs,
    local_path,
    once_more,
    refusal,
    to_page,
)
from geo.web.connection import Connection, connection_of
from geo.web.owners import Owners
from geo.web.streams import Screens, bound_protocols, counted, watched
from geo.web.visitor import (
    COOKIE,
    Visitor,
    cookie_of,
    remember_visitor,
    without_cookies,
)
from geo.web.volume import MB, Volume
from geo.workflow.set_up import OpenStore
from geo.workflow.sign_in import is_demo, is_due, note_use, standing, who_is

HEALTH = "/_stcore/health"
UPLOADS, MEDIA = "/_stcore/upload_file/", "/media/"
# Open to everybody: the way in, and released front-end files that tell nothing of the office.
OPEN = frozenset({SIGN_IN, f"{SIGN_IN}/office", f"{SIGN_IN}/office/back"})
# What a browser may keep: files whose address changes with their content.
KEPT = (f"{VENDOR}/", f"{FRONT}/", "/static/")
# What says itself how long a browser may keep it for the one person it was given to.
KEPT_FOR_ONE = (f"{IMAGERY}/", f"{TILES}/")
# Addresses at which no person reads a page.
DATA = (*KEPT, *KEPT_FOR_ONE, "/_stcore/", MEDIA, "/component/", "/app/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CAN_DENY = "websocket.http.response"  # a server that can answer a WebSocket with a status
POLICY_VIOLATION = 1008


@dataclass
class Gate:
    """ASGI middleware before the whole application.

    Parameters
    ----------
    store
        Opens the workspace, once.
    now
        Tells the time.
    screens
        How to read what the screens' server and the browser say to each other.
    prefix
        Path under which the whole application is served.
    """

    app: ASGIApp
    store: Callable[[], OpenStore]
    now: Callable[[], datetime]
    screens: Screens
    prefix: str = ""
    owners: Owners = field(default_factory=Owners)
    volume: Volume = field(default_factory=Volume)
    _noting: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _one_note: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), init=False)
    _made_for_show: bool | None = field(default=None, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope = dict(scope) | {"headers": header_pairs(scope["headers"], HEADER_SPACE)}
        path = _path(scope, self.prefix)
        if scope["type"] == "http":
            is_kept = path.startswith((*KEPT, *KEPT_FOR_ONE)) and scope["method"] in SAFE
            send = guarded_send(send, is_kept=is_kept)
            if path == HEALTH and scope["method"] in SAFE:
                await self.app(scope, receive, send)
                return
        connection = connection_of(scope, is_behind_proxy=is_behind_proxy())
        try:
            is_open = await self._is_demo()
        except SkyGroundError as error:
            code = f"error.{error.code}"
            await self._refuse(
                scope, receive, send, HTTPStatus.SERVICE_UNAVAILABLE, code, **error.values
            )
            return
        wrong = wrong_wire(connection, is_demo=is_open) or _wrong_origin(scope, connection)
        if wrong:
            await self._refuse(scope, receive, send, HTTPStatus.FORBIDDEN, wrong)
            return
        visitor = await self._visitor(scope, connection, is_demo=is_open)
        await self._admit(scope, receive, send, path, visitor)

    async def _is_demo(self) -> bool:
        """Ask the workspace once: what it was made as never changes."""
        if self._made_for_show is None:
            self._made_for_show = await run_in_threadpool(lambda: is_demo(self.store()))
        return self._made_for_show

    async def _visitor(self, scope: Scope, connection: Connection, *, is_demo: bool) -> Visitor:
        """Find out whose cookie came along, and take it out of what goes on."""
        sent = Headers(scope=scope).get("cookie", "")
        token = cookie_of(sent, COOKIE, connection)
        found = None
        if token and not is_demo:
            found = await run_in_threadpool(lambda: who_is(self.store(), token, at=self.now()))
            self._note_use(found)
        visitor = Visitor(connection, token=token, signed_in=found, is_demo=is_demo)
        headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if kept := without_cookies(sent, COOKIE):
            headers.append((b"cookie", kept.encode("latin-1")))
        if found is not None:
            headers.append((SESSION_HEADER.encode(), found.token_hash.encode()))
        scope["headers"] = headers
        remember_visitor(scope, visitor)
        return visitor

    def _note_use(self, signed_in: SignedIn | None) -> None:
        """Note now and then that a session is in use, without keeping anybody waiting for it."""
        if signed_in is None or not is_due(signed_in, at=self.now()):
            return
        key = signed_in.token_hash
        if key not in self._noting:
            self._noting[key] = asyncio.create_task(self._write_use(signed_in))
            self._noting[key].add_done_callback(lambda _: self._noting.pop(key, None))

    async def _write_use(self, signed_in: SignedIn) -> None:
        # One at a time: while somebody imports they wait here and take no thread from others.
        async with self._one_note:
            await run_in_threadpool(lambda: note_use(self.store(), signed_in, at=self.now()))

    async def _admit(
        self, scope: Scope, receive: Receive, send: Send, path: str, visitor: Visitor
    ) -> None:
        if path in OPEN or path.startswith(f"{VENDOR}/"):
            await self.app(scope, receive, send)
        elif visitor.signed_in is None and not visitor.is_demo:
            await self._to_sign_in(scope, receive, send, path)
        elif path not in {PASSWORD, SIGN_OUT} and _must_change(visitor):
            if _is_page(scope, path):
                onward = _onward(scope, path)
                await to_page(self.prefix, PASSWORD, onward=onward)(scope, receive, send)
                return
            await self._refuse(scope, receive, send, HTTPStatus.FORBIDDEN, "gate.password_needed")
        elif not self._is_own(path, visitor):
            await self._refuse(scope, receive, send, HTTPStatus.FORBIDDEN, "gate.not_yours")
        elif scope["type"] == "websocket":
            await self._stream(scope, receive, send, visitor)
        elif path.startswith(UPLOADS) and scope["method"] not in SAFE:
            await self._upload(scope, receive, send, visitor)
        else:
            await self.app(scope, receive, send)

    async def _to_sign_in(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        if scope["type"] == "http" and path in {PASSWORD, SIGN_OUT}:
            # A form of somebody whose session has ended meanwhile.
            await to_page(self.prefix, SIGN_IN)(scope, receive, send)
            return
        if not _is_page(scope, path):
            await self._refuse(scope, receive, send, HTTPStatus.UNAUTHORIZED, "gate.sign_in_needed")
            return
        onward = _onward(scope, path)
        if Headers(scope=scope).get("sec-fetch-site") == "cross-site":
            await once_more(self.prefix, onward)(scope, receive, send)
            return
        await to_page(self.prefix, SIGN_IN, onward=onward)(scope, receive, send)

    def _is_own(self, path: str, visitor: Visitor) -> bool:
        """Tell whether an upload's tab or a file of a screen is this visitor's, if it is one."""
        if path.startswith(UPLOADS):
            screen = path.removeprefix(UPLOADS).partition("/")[0]
            return self.owners.owns_screen(screen, visitor.owner)
        if path.startswith(MEDIA):
            return self.owners.owns_file(path.removeprefix(MEDIA), visitor.owner)
        return True

    async def _stream(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Let a tab in: it goes on with its own alone, and only while its session stands."""
        signed_in = visitor.signed_in

        async def stands() -> bool:
            if signed_in is None:
                return True
            key = signed_in.token_hash
            found = await run_in_threadpool(lambda: standing(self.store(), key, at=self.now()))
            self._note_use(found)
            return found is not None and not found.must_change

        bound = bound_protocols(scope, self.owners, visitor.owner)
        heard, said = watched(
            receive,
            send,
            screens=self.screens,
            owners=self.owners,
            owner=visitor.owner,
            stands=stands,
        )
        await self.app(bound, heard, said)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Let an upload in as far as the person's volume of this hour goes."""
        person = visitor.signed_in.person if visitor.signed_in else visitor.owner
        most = SignInRules.from_environment().upload_mb_per_hour
        setting = SignInRules.variable("upload_mb_per_hour")
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdigit() else 0
        used = self.volume.used(person, at=self.now())
        too_much = {"limit": most, "setting": setting}
        if used + size > most * MB:
            status = HTTPStatus.TOO_MANY_REQUESTS
            await self._refuse(scope, receive, send, status, "gate.too_much", **too_much)
            return

        def add(count: int) -> bool:
            return self.volume.add(person, count, at=self.now()) <= most * MB

        if not await counted(self.app, scope, receive, send, add):
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await self._refuse(scope, receive, send, status, "gate.too_much", **too_much)

    async def _refuse(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        status: HTTPStatus,
        key: str,
        **values: object,
    ) -> None:
        if scope["type"] == "websocket" and _CAN_DENY not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        as_page = _is_page(scope, _path(scope, self.prefix))
        await refusal(status, key, values, as_page=as_page)(scope, receive, send)


def wrong_wire(connection: Connection, *, is_demo: bool) -> str | None:
    """Name what is wrong with how a request came in; None: nothing.

    However the server was started: a demonstration is for this machine alone, passwords do not
    travel over an open wire, and no other site's name leads to a server without TLS.
    """
    if is_demo:
        is_here = connection.is_local and not connection.is_forwarded
        is_me = not connection.client or is_loopback(connection.client)
        return None if is_here and is_me and connection.has_local_name else "gate.demo_local_only"
    if connection.is_forwarded and not is_behind_proxy():
        return "gate.host_refused"
    if connection.is_https:
        return None if connection.host else "gate.host_refused"
    if not connection.is_local or connection.is_forwarded:
        return "gate.https_needed"
    return None if connection.has_local_name else "gate.host_refused"


def _wrong_origin(scope: Scope, connection: Connection) -> str | None:
    """Refuse what a page of another site asks for, other than to look at a page."""
    if scope["type"] == "http" and scope["method"] in SAFE:
        return None
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:  # no browser; or one that tells in another way
        is_own = headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    else:
        is_own = connection.is_own(origin)
    return None if is_own else "gate.wrong_origin"


def _must_change(visitor: Visitor) -> bool:
    return visitor.signed_in is not None and visitor.signed_in.must_change


def _path(scope: Scope, prefix: str) -> str:
    """Give the path below everything that the application as a whole stands under."""
    path = str(scope["path"])
    for before in (str(scope.get("root_path", "")), prefix):
        if before and (path == before or path.startswith(f"{before}/")):
            path = path.removeprefix(before) or "/"
    return path


def _is_page(scope: Scope, path: str) -> bool:
    """Tell whether a person's browser asks for a page to read."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    return not path.startswith(DATA) and "text/html" in Headers(scope=scope).get("accept", "")


def _onward(scope: Scope, path: str) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return local_path(f"{path}?{query}" if query else path)
