"""What the gate answers itself: refusals in both languages, ways to the sign-in page."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Message, Send

from geo.text import LANGS, say
from geo.web.sign_in_page import POLICY, Place, message_page, onward_page

# Strict about others, but a form of our own still tells where it comes from: with ``no-referrer`` a
# browser would write ``Origin: null``, and the gate could not tell it from a stranger's.
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
FRAMES = "frame-ancestors 'self'"


def page(content: str, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    """Answer with one of the program's own small pages."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(content, status_code=status, headers=headers)


def refusal(
    status: HTTPStatus, key: str, values: Mapping[str, object], *, as_page: bool
) -> Response:
    """Say in both languages why something is refused."""
    if as_page:
        return page(message_page([(key, dict(values))]), status)
    said = "\n".join(say(key, lang, **values) for lang in LANGS)
    return PlainTextResponse(said, status_code=status, headers={"Cache-Control": "no-store"})


def to_page(prefix: str, path: str, *, onward: str = "/") -> Response:
    """Lead to a page before the screens, and from there on to where somebody was going."""
    query = f"?next={quote(onward, safe='')}" if onward != "/" else ""
    headers = {"Cache-Control": "no-store"}
    return RedirectResponse(f"{prefix}{path}{query}", HTTPStatus.SEE_OTHER, headers)


def once_more(prefix: str, onward: str) -> Response:
    """Let a browser that another site has led here take the last step itself, with its cookie."""
    return page(onward_page(Place("zh", prefix, onward)))


def local_path(wanted: str) -> str:
    """Take a path of this program out of what an address says; anything else is the start."""
    has_odd_signs = "\\" in wanted or any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in wanted)
    if has_odd_signs or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted


def guarded_send(send: Send, *, is_kept: bool) -> Send:
    """Add what every answer carries; data of people are not kept by browsers."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", FRAMES)
            if not is_kept:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return guarded


def header_pairs(headers: Iterable[tuple[bytes, bytes]], space: str) -> list[tuple[bytes, bytes]]:
    """List headers without those of a space that only the gate may set."""
    begins = space.encode()
    return [(name, value) for name, value in headers if not name.lower().startswith(begins)]
