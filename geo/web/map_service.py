"""Map services that were registered: this server asks them, no browser does, and no key leaves it.

The host is the one of the registered address and no other: nothing in a request names one, and no
service leads on to another.
"""

import asyncio
import logging
import os
from contextlib import suppress

import httpx

from geo.imagery.mbtiles import LARGEST_TILE, picture_type
from geo.imagery.tile_address import filled_address
from geo.imagery.tiles import Tile
from geo.model.imagery import Image

WAIT_SECONDS = 10.0
MOST_AT_ONCE = 16
LONGEST_SECONDS = 20.0
_HEADERS = {"User-Agent": "SkyGround", "Accept": "image/*", "Accept-Encoding": "identity"}
# It writes each address it asks for, and keys stand in them.
logging.getLogger("httpx").setLevel(logging.WARNING)


class MapServices:
    """Asks registered services for tiles."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def tile(self, image: Image, z: int, x: int, y: int) -> Tile | None:
        """Ask for one tile; None if the service gave no picture, whatever it gave instead."""
        if not (image.min_zoom <= z <= image.max_zoom and 0 <= x < 2**z and 0 <= y < 2**z):
            return None
        key = os.environ.get(image.key_variable, "") if image.key_variable else ""
        address = filled_address(image.place, z, x, y, key=key)
        content = b""
        # What goes wrong would name the address, and in it the key: it is said to nobody.
        with suppress(httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                content = await self._fetched(address)
        kind = picture_type(content)
        return None if kind is None else Tile(content, kind)

    async def _fetched(self, address: str) -> bytes:
        content = bytearray()
        async with self._opened().stream("GET", address) as answer:
            if answer.status_code != httpx.codes.OK:
                return b""
            # As it came: what was packed could unpack to anything.
            async for part in answer.aiter_raw():
                content += part
                if len(content) > LARGEST_TILE:
                    return b""
        return bytes(content)

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=WAIT_SECONDS,
                limits=httpx.Limits(max_connections=MOST_AT_ONCE),
                follow_redirects=False,
                trust_env=False,
                headers=_HEADERS,
            )
        return self._client
