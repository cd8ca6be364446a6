"""Routes for the front-end files: scripts, styles and pictures that a browser may keep for ever."""

from http import HTTPStatus
from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from geo.maps.addresses import FRONT, VENDOR, fingerprint

VENDOR_FOLDER = Path(__file__).parent / "vendor"
# A year: their address changes with their content.
KEEP = "public, max-age=31536000, immutable"


class KeptFiles(StaticFiles):
    """Files of one folder, told to be kept; what is not there is answered with 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at this path below the folder."""
        response = await super().get_response(path, scope)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            response.headers["Cache-Control"] = KEEP
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class PrintedFiles(KeptFiles):
    """Files whose address begins with the fingerprint of their folder; another print is 404."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self.folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at this path below the folder's present fingerprint."""
        printed, _, rest = path.partition("/")
        if printed != fingerprint(self.folder):
            return PlainTextResponse("404", status_code=HTTPStatus.NOT_FOUND)
        return await super().get_response(rest, scope)


def asset_routes(front: Path, *, prefix: str = "") -> list[BaseRoute]:
    """List the routes of the front-end files.

    Parameters
    ----------
    front
        Folder of the program's own front-end files; served below its fingerprint
        (`geo.maps.addresses.front_address`), so that a new version has a new address.
    prefix
        Path under which the whole application is served, if not at the root.

    Returns
    -------
    list of BaseRoute
        An unknown path below them answers 404, as does an address of an older version.
    """
    return [
        Mount(f"{prefix}{VENDOR}", KeptFiles(directory=VENDOR_FOLDER)),
        Mount(f"{prefix}{FRONT}", PrintedFiles(front)),
    ]
