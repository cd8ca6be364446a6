"""Tiles of imagery, behind the gate: who may see an image is asked again for every tile."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from geo.errors import FileRefused, NotFound
from geo.imagery.tiles import BLANK, Tile
from geo.maps.images import IMAGERY
from geo.model.imagery import Image
from geo.model.things import Actor
from geo.text import LANGS, say
from geo.web.map_service import MapServices
from geo.web.visitor import Visitor, visitor_of
from geo.workflow.imagery import image_for, tile_of
from geo.workflow.set_up import OpenStore
from geo.workflow.sign_in import roles_of

# An image never changes under its number. Another cookie, so another person in the same browser,
# is not shown what the browser has kept.
KEPT = {"Cache-Control": "private, max-age=3600", "Vary": "Cookie"}
NOT_KEPT = {"Cache-Control": "no-store"}
_PLACE = re.compile(r"(\d{1,9})/(\d{1,2})/(\d{1,8})/(\d{1,8})\.(png|webp)")


class ImageryRoutes:
    """Answers requests for tiles.

    Parameters
    ----------
    store
        Opens the workspace, once.
    now
        Tells the time.
    """

    def __init__(self, store: Callable[[], OpenStore], now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._services = MapServices()

    async def answer(self, request: Request) -> Response:
        """Answer with a tile: a picture, transparent where the image has nothing."""
        asked = _PLACE.fullmatch(request.path_params["rest"])
        if asked is None:
            return _not_there("-")
        number, z, x, y = (int(part) for part in asked.groups()[:4])
        form = asked.group(5)
        visitor = visitor_of(request.scope)
        mark = f'"{number}-{z}-{x}-{y}-{form}"'
        known = request.headers.get("if-none-match", "")
        try:
            image, tile = await run_in_threadpool(
                lambda: self._find(visitor, number, (z, x, y), form, is_known=mark in known)
            )
        except NotFound:
            return _not_there(number)
        except FileRefused:
            return Response(BLANK.content, media_type=BLANK.media_type, headers=NOT_KEPT)
        if not image.kind.is_file:
            served = await self._services.tile(image, z, x, y)
            kept = NOT_KEPT if served is None else KEPT
            return _picture(served or BLANK, kept)
        headers = KEPT | {"ETag": mark}
        if tile is None:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return _picture(tile, headers)

    def _find(
        self,
        visitor: Visitor,
        number: int,
        place: tuple[int, int, int],
        form: str,
        *,
        is_known: bool,
    ) -> tuple[Image, Tile | None]:
        """Find an image that the visitor may see, and cut the tile unless they have it."""
        image = image_for(self._store(), self._roles(visitor), number)
        if is_known or not image.kind.is_file:
            return image, None
        z, x, y = place
        return image, tile_of(self._store(), image, z, x, y, form=form)

    def _roles(self, visitor: Visitor) -> Sequence[Actor] | None:
        if visitor.is_demo:
            return None
        if visitor.signed_in is None:
            return []
        people = roles_of(self._store(), visitor.signed_in.person, at=self._now())
        return [Actor(person) for person in people]


def imagery_routes(
    store: Callable[[], OpenStore], now: Callable[[], datetime], *, prefix: str = ""
) -> list[BaseRoute]:
    """List the routes of imagery: ``/imagery/NUMBER/z/x/y.webp`` or ``.png``.

    Parameters
    ----------
    prefix
        Path under which the whole application is served, if not at the root.
    """
    routes = ImageryRoutes(store, now)
    return [Route(f"{prefix}{IMAGERY}/{{rest:path}}", routes.answer, methods=["GET", "HEAD"])]


def _picture(tile: Tile, headers: dict[str, str]) -> Response:
    return Response(tile.content, media_type=tile.media_type, headers=headers)


def _not_there(number: object) -> Response:
    said = "\n".join(say("error.image_unknown", lang, image=number) for lang in LANGS)
    return PlainTextResponse(said, status_code=HTTPStatus.NOT_FOUND, headers=NOT_KEPT)
