"""Routes for the map's tiles and what has changed in them, within the asker's territory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from geo.errors import NotAllowed, SkyGroundError
from geo.maps.addresses import TILES
from geo.maps.tile_cut import MAX_ZOOM, TileAt
from geo.model.things import Actor
from geo.web.answers import refusal
from geo.web.visitor import visitor_of
from geo.workflow.at_hand import tiles_of
from geo.workflow.clock import local_day
from geo.workflow.look import actor_of
from geo.workflow.map_layer import MapLayer
from geo.workflow.set_up import OpenStore

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MOST_ID = 2**31 - 1
# The address of a tile says in which state it is wanted: what stands under it may be kept, but not
# for whoever signs in next in the same browser.
KEPT = {"Cache-Control": "private, max-age=86400", "Vary": "Cookie"}


@dataclass(frozen=True, slots=True)
class TileServer:
    """Answers for the tiles of a workspace.

    Parameters
    ----------
    store
        Opens the workspace, once.
    now
        Tells the time.
    """

    store: Callable[[], OpenStore]
    now: Callable[[], datetime]

    def tile(self, request: Request) -> Response:
        """Answer with a tile; 204 if there is nothing in it."""
        path = request.path_params
        at = TileAt(path["z"], path["x"], path["y"])
        if at.z > MAX_ZOOM or at.x >= 1 << at.z or at.y >= 1 << at.z:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        try:
            layer, actor = self._asked(request)
            content = tiles_of(self.store()).tile(layer, actor, at, since=_number(request, "v"))
        except SkyGroundError as error:
            return _refused(error)
        tag = f'"{hashlib.blake2b(content, digest_size=8).hexdigest()}"'
        headers = KEPT | {"ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if not content:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    def changes(self, request: Request) -> Response:
        """Answer with what has changed since the event that the map knows of."""
        try:
            layer, actor = self._asked(request)
            found = tiles_of(self.store()).changes(layer, actor, since=_number(request, "since"))
        except SkyGroundError as error:
            return _refused(error)
        changed = [[one.id, one.number, *one.box] for one in found.changed]
        answer = {"seq": found.seq, "all": found.is_all, "changed": changed}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def label(self, request: Request) -> Response:
        """Answer with what a patch is called."""
        try:
            _, actor = self._asked(request)
        except SkyGroundError as error:
            return _refused(error)
        number = request.path_params["id"]
        is_one = number <= MOST_ID
        label = tiles_of(self.store()).label(actor, number) if is_one else None
        if label is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return JSONResponse({"label": label}, headers={"Cache-Control": "no-store"})

    def _asked(self, request: Request) -> tuple[MapLayer, Actor]:
        """Find out for whom a tile is asked, and how far their role reaches today.

        Raises
        ------
        NotFound, NotAllowed
            If the address is none of ours, or somebody else's, or the role has ended.
        """
        layer = MapLayer.of_token(request.path_params["token"])
        visitor = visitor_of(request.scope)
        signed_in = visitor.signed_in
        if not visitor.is_demo and (signed_in is None or signed_in.person != layer.person):
            raise NotAllowed("tile_of_another")
        store = self.store()
        today = local_day(store, self.now())
        return layer, actor_of(store, layer.person, role=layer.role, on=today)


def tile_routes(server: TileServer, *, prefix: str = "") -> list[BaseRoute]:
    """List the routes of the tiles."""
    start = f"{prefix}{TILES}/{{token:str}}"
    return [
        Route(f"{start}/changes", server.changes),
        Route(f"{start}/{{id:int}}/label", server.label),
        Route(f"{start}/{{z:int}}/{{x:int}}/{{y:int}}.mvt", server.tile),
    ]


def _number(request: Request, name: str) -> int:
    """Read a number in the address; the smallest one if there is none."""
    said = request.query_params.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 19 else 0  # fits 64 bits


def _refused(error: SkyGroundError) -> Response:
    is_right = isinstance(error, NotAllowed)
    status = HTTPStatus.FORBIDDEN if is_right else HTTPStatus.NOT_FOUND
    return refusal(status, f"error.{error.code}", error.values, as_page=False)
