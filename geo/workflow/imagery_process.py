"""The process that opens delivered images: started by `geo.workflow.sealed_imagery` for each one.

It confines itself first and loads the libraries then: no network, no files but the image and its
own folder, bounded memory and time. What it leaves is written anew, from pixels.
"""

import json
import os
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.errors import FileRefused
from geo.files.confine import (
    forbid_harm,
    forbid_network_and_programs,
    forbid_other_files,
    limit_resources,
)
from geo.files.reading_process import program_files
from geo.files.sealed import MEMORY_STATUS, REPLY
from geo.imagery.facts import ImageFacts
from geo.settings import ReadingLimits

IMAGE_FILE = "image"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_SQLITE = b"SQLite format 3\0"


def main() -> None:
    """Answer the one request on standard input."""
    request = json.load(sys.stdin)
    path, folder = Path(request["path"]), Path(request["folder"])
    forbid_network_and_programs()
    from geo.imagery import geotiff, mbtiles  # noqa: F401, PLC0415 - before their files are out of reach

    tempfile.tempdir = os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = str(folder)
    os.chdir(folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    limit_resources(ReadingLimits(**request["limits"]))
    forbid_other_files(readable=[*program_files(), path], writable=[folder])
    forbid_harm()
    answer: dict[str, Any]
    try:
        answer = asdict(_bring(path, folder / IMAGE_FILE, request))
    except FileRefused as refused:
        values = {k: v if isinstance(v, int | float) else str(v) for k, v in refused.values.items()}
        answer = {"refused": refused.code, "values": values}
    except MemoryError:
        os._exit(MEMORY_STATUS)
    text = json.dumps(answer, ensure_ascii=False)
    (folder / REPLY).write_text(text, encoding="utf-8", errors="replace")


def _bring(path: Path, target: Path, request: dict[str, Any]) -> ImageFacts:
    """Let what reads its format bring the image."""
    from geo.imagery.geotiff import bring_geotiff  # noqa: PLC0415
    from geo.imagery.mbtiles import bring_mbtiles  # noqa: PLC0415

    with path.open("rb") as stream:
        start = stream.read(len(_SQLITE))
    if start.startswith(_TIFF):
        bounds = {"megapixels": request["megapixels"], "room_mb": request["room_mb"]}
        return bring_geotiff(path, target, bands=request["bands"], **bounds)
    if start == _SQLITE:
        return bring_mbtiles(path, target, room_mb=request["room_mb"])
    raise FileRefused("image_no_picture", path=path)


if __name__ == "__main__":
    main()
