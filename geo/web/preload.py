"""Tells a browser with each page which files its map will need, before the page asks for them.

The map's modules name each other, so a browser finds them level by level, and only once the screen
has run: 0.15 s of the second in which a map opens. Named in the head of the page's answer they come
while the screens' own scripts are still being read.
"""

from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.maps.addresses import front_address
from geo.maps.vendored import LEAFLET_ADDRESS, PBF_ADDRESS
from geo.web.visitor import visitor_of


def map_files(front: Path, *, prefix: str = "") -> str:
    """Write the header that names the map's files."""
    start = f"{prefix}{front_address(front)}"
    modules = [f"{start}/{file.name}" for file in sorted(front.glob("*.js"))]
    modules.append(f"{prefix}{PBF_ADDRESS}/index.js")
    links = [f"<{address}>; rel=modulepreload" for address in modules]
    links.append(f"<{prefix}{LEAFLET_ADDRESS}/leaflet.js>; rel=preload; as=script")
    return ", ".join(links)


@dataclass
class Preload:
    """ASGI middleware behind the gate that adds the header to pages of whoever was let in.

    Parameters
    ----------
    links
        From `map_files`.
    """

    app: ASGIApp
    links: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through; a page that comes back gets the header."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page and _is_let_in(scope):
                    headers.append("Link", self.links)
            await send(message)

        await self.app(scope, receive, told)


def _is_let_in(scope: Scope) -> bool:
    visitor = visitor_of(scope)
    return visitor.is_demo or visitor.signed_in is not None
