"""The application: the screens and the program's own routes, in one process on one port.

Start with ``streamlit run app.py`` or ``uvicorn app:app``.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parent
# The screens import `geo` and `pages` from here, wherever the server was started.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from geo.errors import SkyGroundError  # noqa: E402
from geo.settings import READY_VARIABLE, store_place, workspace_path  # noqa: E402
from geo.text import LANGS, say  # noqa: E402
from geo.web.assets import asset_routes  # noqa: E402
from geo.web.gate import Gate  # noqa: E402
from geo.web.imagery import imagery_routes  # noqa: E402
from geo.web.memory import share_heaps, tidy_up  # noqa: E402
from geo.web.oidc import Office  # noqa: E402
from geo.web.preload import Preload, map_files  # noqa: E402
from geo.web.sign_in import Door, sign_in_routes  # noqa: E402
from geo.web.sockets import send_without_delay  # noqa: E402
from geo.web.streams import Screens  # noqa: E402
from geo.web.tiles import TileServer, tile_routes  # noqa: E402
from geo.workflow.at_hand import get_at_hand  # noqa: E402
from geo.workflow.look_into import get_ready_to_read  # noqa: E402
from geo.workflow.set_up import OpenStore, open_workspace  # noqa: E402
from geo.workflow.start_check import check_at_start  # noqa: E402
from pages.parts.map_view import FRONT_FOLDER, base_path  # noqa: E402


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare the process before the first request."""
    if READY_VARIABLE not in os.environ:  # else whoever started this has just checked it
        refuse_broken_workspace()
    share_heaps()
    send_without_delay()
    get_ready_to_read()
    ready = os.environ.pop(READY_VARIABLE, None)
    telling = asyncio.create_task(tell_when_served(**json.loads(ready))) if ready else None
    tidying = asyncio.create_task(tidy_up())
    reading = asyncio.create_task(asyncio.to_thread(read_ahead))
    yield
    for task in filter(None, (telling, tidying, reading)):
        task.cancel()


async def tell_when_served(said: str, host: str, port: int) -> None:
    """Say the address to whoever started this, once somebody is let in there."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            break
    print(said, flush=True)  # noqa: T201


def read_ahead() -> None:
    """Read what every map shows before the first person asks: a million take half a minute."""
    with suppress(SkyGroundError):  # without a workspace there is nothing; the screens say so
        get_at_hand(open_store())


def refuse_broken_workspace() -> None:
    """End the process with a plain sentence if the workspace cannot be worked in."""
    try:
        check_at_start(open_store())
    except SkyGroundError as error:
        if error.code == "workspace_missing":
            return  # the screens say so
        texts = [say(f"error.{error.code}", lang, **error.values) for lang in LANGS]
        raise SystemExit("\n".join(texts)) from error


def show_defect(_error: Exception) -> bool:
    """Say that a screen failed, in the reader's language; the server has logged how."""
    # Not before a screen runs: the caches it leads to would warn that no server is there yet.
    from pages.parts.words import word  # noqa: PLC0415

    st.error(word("error.defect"))
    return True


def to_first_screen(request: Request) -> RedirectResponse:
    """Lead ``/today`` to the first screen, which Streamlit serves under ``/`` alone."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base_path()}/{query}")


@cache
def open_store() -> OpenStore:
    """Open the workspace for whatever is asked beside the screens, once."""
    return open_workspace(str(store_place(workspace=workspace_path().resolve())))


def now() -> datetime:
    """Tell the time at which a request came in."""
    return datetime.now(UTC)


def screen_in(sent: bytes) -> str | None:
    """Find the identifier of a tab in a message to its browser."""
    return ForwardMsg.FromString(sent).new_session.initialize.session_id or None


# The fields in which a browser is told of a file; others may hold what anybody has typed.
FILE_FIELDS = frozenset({"url", "image", "icon_image", "deferred_file_id"})


def files_in(sent: bytes) -> list[str]:
    """List what a message to a browser says in the fields that offer files."""
    found, rest = [], [ForwardMsg.FromString(sent)]
    while rest:
        for kind, value in rest.pop().ListFields():
            if kind.message_type is not None and not kind.message_type.GetOptions().map_entry:
                rest += value if kind.is_repeated else [value]
            elif kind.name in FILE_FIELDS and isinstance(value, str):
                found.append(value)
    return found


def promised_file(heard: bytes) -> str | None:
    """Find the name of a file that a message of a browser asks to be made."""
    try:
        message = BackMsg.FromString(heard)
    except Exception:  # noqa: BLE001 - what is no message is refused behind the gate
        return None
    return message.backend_operation_request.deferred_file.file_id or None


# What a browser may ask of its own tab. Not among them: to empty what is kept for everybody.
ITS_OWN = (
    "rerun_script",
    "stop_script",
    "app_heartbeat",
    "file_urls_request",
    "backend_operation_request",
)


def is_for_all(heard: bytes) -> bool:
    """Tell whether a message of a browser asks for what concerns everybody: emptied caches."""
    try:
        return BackMsg.FromString(heard).WhichOneof("type") not in ITS_OWN
    except Exception:  # noqa: BLE001 - what is no message is refused behind the gate
        return False


SCREENS = Screens(
    screen_in,
    files_in,
    promised_file,
    is_for_all,
    BackMsg(rerun_script=ClientState()).SerializeToString(),
)
DOOR = Door(open_store, now, prefix=base_path(), office=Office.from_environment())

app = st.App(
    ROOT / "pages" / "frame.py",
    routes=[
        *asset_routes(FRONT_FOLDER, prefix=base_path()),
        *sign_in_routes(DOOR),
        *tile_routes(TileServer(open_store, now), prefix=base_path()),
        *imagery_routes(open_store, now, prefix=base_path()),
        Route("/today", to_first_screen),
    ],
    middleware=[
        Middleware(Gate, store=open_store, now=now, screens=SCREENS, prefix=base_path()),
        Middleware(Preload, links=map_files(FRONT_FOLDER, prefix=base_path())),
    ],
    lifespan=lifespan,
    on_script_error=show_defect,
)
