"""What flows through the gate: the talk of a tab with the server, and uploads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.web.owners import Owners, may_offer_files

_PROTOCOL = "sec-websocket-protocol"


@dataclass(frozen=True, slots=True)
class Screens:
    """How to read what the screens' server and a browser say to each other.

    Attributes
    ----------
    screen_in
        Finds the identifier of the tab in a message to the browser; None: it tells none.
    files_in
        Lists what a message to the browser says in the fields that offer files.
    promised_file
        Finds the name of a file that a message of the browser asks to be made; None: it asks none.
    is_for_all
        Tells whether a message of the browser asks for what concerns everybody.
    draw_again
        A message that asks for nothing but that the screen be drawn again.
    """

    screen_in: Callable[[bytes], str | None]
    files_in: Callable[[bytes], list[str]]
    promised_file: Callable[[bytes], str | None]
    is_for_all: Callable[[bytes], bool]
    draw_again: bytes


def bound_protocols(scope: Scope, owners: Owners, owner: str) -> Scope:
    """Take the identifier of a tab that is somebody else's, or unknown, out of a request.

    A browser names the tab that it wants to go on with as the third of the protocols it proposes.
    """
    proposed = [p.strip() for p in Headers(scope=scope).get(_PROTOCOL, "").split(",")]
    if len(proposed) <= 2:
        return scope
    kept = proposed[:2]
    if owners.owns_screen(proposed[2], owner):
        kept.append(proposed[2])
    headers = [(n, v) for n, v in scope["headers"] if n.lower() != _PROTOCOL.encode()]
    headers.append((_PROTOCOL.encode(), ", ".join(kept).encode("latin-1")))
    return dict(scope) | {"headers": headers, "subprotocols": [p for p in kept if p]}


def watched(
    receive: Receive,
    send: Send,
    *,
    screens: Screens,
    owners: Owners,
    owner: str,
    stands: Callable[[], Awaitable[bool]],
) -> tuple[Receive, Send]:
    """Note what a tab is told of, and ask before each of its messages whether its session stands.

    A file is made only for whom it was promised. After the end of a session whatever the browser
    asks for is answered with the screen drawn again, which then says that nobody is signed in.
    """
    knows_screen = False

    async def said(message: Message) -> None:
        nonlocal knows_screen
        content = message.get("bytes") if message["type"] == "websocket.send" else None
        if content:
            if not knows_screen and (screen := screens.screen_in(content)):
                owners.give_screen(screen, owner)
                knows_screen = True
            if may_offer_files(content):
                owners.give_files(screens.files_in(content), owner)
        await send(message)

    async def heard() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        content = message.get("bytes") or b""
        wanted = screens.promised_file(content)
        is_own = wanted is None or owners.owns_file(wanted, owner)
        is_own = is_own and not screens.is_for_all(content)
        if is_own and await stands():
            return message
        return {"type": "websocket.receive", "bytes": screens.draw_again}

    return heard, said


async def counted(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, add: Callable[[int], bool]
) -> bool:
    """Let an upload through while `add` agrees to each piece; False: it was cut off unanswered."""
    is_over = has_answered = False

    async def heard() -> Message:
        nonlocal is_over
        message = await receive()
        if message["type"] == "http.request" and not add(len(message.get("body", b""))):
            is_over = True
            return {"type": "http.disconnect"}
        return message

    async def said(message: Message) -> None:
        nonlocal has_answered
        if is_over and not has_answered:
            return
        has_answered = True
        await send(message)

    try:
        await app(scope, heard, said)
    except Exception:
        if not is_over:
            raise
    return has_answered or not is_over
