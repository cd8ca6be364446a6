"""Asking the process that opens delivered images (`geo.workflow.imagery_process`)."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.errors import FileRefused
from geo.files.limits import limit_refused
from geo.files.sealed import (
    MEMORY_STATUS,
    REPLY,
    bare_environment,
    left_file,
    left_json,
    said_to,
)
from geo.imagery.facts import ImageFacts
from geo.model.imagery import ImageKind
from geo.settings import ImageryLimits, ReadingLimits, imagery_variable
from geo.workflow.imagery_process import CLOUDS_FILE, IMAGE_FILE


def bring(
    path: Path,
    folder: Path,
    *,
    bands: Sequence[int],
    clouds: Path | None,
    room_mb: int,
    limits: ImageryLimits,
) -> tuple[ImageFacts, Path, Path | None]:
    """Have a delivered image written anew.

    Parameters
    ----------
    folder
        An empty one; nothing else is written to.
    bands
        Which are shown as red, green and blue, or one in grey; empty: as the file says.
    clouds
        A mask whose values other than 0 hide the land.
    room_mb
        How much space there is.

    Returns
    -------
    tuple of ImageFacts and two Paths
        What it is, the new file in the folder, and that of its clouds, if there are any.

    Raises
    ------
    FileRefused
        ``image_no_picture``, ``image_clouds_for_tiles``, ``image_too_long``, ``image_no_room``,
        ``read_too_much_memory``, ``reader_broke_down``; what `geo.imagery.geotiff.bring_geotiff`
        and `geo.imagery.mbtiles.bring_mbtiles` refuse.
    """
    bounds = ReadingLimits(
        memory_mb=limits.memory_mb,
        cpu_seconds=limits.seconds,
        seconds=limits.seconds,
        output_mb=room_mb,
    )
    request = {
        "path": str(path.resolve()),
        "folder": str(folder.resolve()),
        "bands": list(bands),
        "clouds": "" if clouds is None else str(clouds.resolve()),
        "megapixels": limits.megapixels,
        "room_mb": room_mb,
        "limits": asdict(bounds),
    }
    status = _run(request, folder, limits, path)
    if status != 0:
        raise _broken_down(status, bounds, room_mb, path)
    answer = left_json(folder, REPLY, path=path)
    if not isinstance(answer, dict):
        raise FileRefused("reader_broke_down", path=path)
    if "refused" in answer:
        values = dict(answer["values"])
        if "path" in values:
            values["path"] = Path(str(values["path"])).name
        raise FileRefused(str(answer["refused"]), **values)
    mask = None if clouds is None else left_file(folder, CLOUDS_FILE, path=path)
    return _facts(answer, path), left_file(folder, IMAGE_FILE, path=path), mask


def _run(request: dict[str, Any], folder: Path, limits: ImageryLimits, path: Path) -> int:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "geo.workflow.imagery_process"],
            input=json.dumps(request).encode(),
            stdout=subprocess.DEVNULL,
            stderr=said_to(),
            env=bare_environment(),
            cwd=folder,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(limits.seconds, path) from error
    return done.returncode


def _too_long(seconds: int, path: Path) -> FileRefused:
    setting = imagery_variable("seconds")
    return FileRefused("image_too_long", path=path.name, limit=f"{seconds:,}", setting=setting)


def _broken_down(status: int, bounds: ReadingLimits, room_mb: int, path: Path) -> FileRefused:
    if status == -signal.SIGXCPU:
        return _too_long(bounds.cpu_seconds, path)
    if status == -signal.SIGXFSZ:
        return FileRefused("image_no_room", path=path.name, needed=f"> {room_mb}", free=room_mb)
    if status == MEMORY_STATUS:
        return limit_refused("read_too_much_memory", "memory_mb", bounds, path=path.name)
    return FileRefused("reader_broke_down", path=path.name)


def _facts(said: dict[str, Any], path: Path) -> ImageFacts:
    try:
        west, south, east, north = map(float, said.pop("bounds"))
        kind = ImageKind(said.pop("kind"))
        return ImageFacts(kind=kind, bounds=(west, south, east, north), **said)
    except (KeyError, TypeError, ValueError) as error:
        raise FileRefused("reader_broke_down", path=path.name) from error
