"""Asking the reading process: what touches the bytes of a delivered file never runs in this one.

The process is started once and kept: it holds the libraries in memory and has confined itself
(`geo.files.confine`). For every request it divides, and the part that reads has bounds of its own;
whatever happens to that part, a sentence comes back.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.errors import FileRefused
from geo.files.limits import limit_refused
from geo.settings import ReadingLimits

ROOT = Path(__file__).resolve().parents[2]
# Formats read by GDAL; every other driver of it is taken out before it loads.
GDAL_DRIVERS = frozenset({"ESRI Shapefile", "GPKG", "GeoJSON", "OpenFileGDB"})
REPLY = "reply.json"

# All that GDAL 3.9 (fiona) and 3.12 (pyogrio) bring in their wheels and may do with vectors; the
# reading process refuses to work where another one is left.
_OTHER_DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CAD,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,"
    "Elasticsearch,FlatGeobuf,GDALG,Geoconcept,GML,GMLAS,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,"
    "Interlis 1,Interlis 2,JML,JP2OpenJPEG,JSONFG,KML,KMLSUPEROVERLAY,LIBKML,LVBAG,MBTiles,MEM,"
    "MVT,MapInfo File,MapML,Memory,MiraMonVector,NAS,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,"
    "OSM,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,SQLite,SVG,SXF,Selafin,TIGER,TopoJSON,UK .NTF,"
    "VDV,VFK,VICAR,VRT,WAsP,WFS,XLSX,netCDF"
)
_ENVIRONMENT = {
    "GDAL_SKIP": _OTHER_DRIVERS,
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    "SHAPE_RESTORE_SHX": "YES",  # into our own copy, where the file beside it is missing
    # One thread: a process that divides must not have others running.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
}
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
# What a limit is called in the sentence that names it.
_OF_SIGNAL = {signal.SIGXCPU: "cpu_seconds", signal.SIGXFSZ: "output_mb"}
_CODES = {
    "cpu_seconds": "read_too_long",
    "seconds": "read_too_long",
    "memory_mb": "read_too_much_memory",
    "output_mb": "read_too_large",
}


def ask(
    operation: str,
    folder: Path,
    *,
    path: Path,
    limits: ReadingLimits | None = None,
    **request: Any,
) -> dict[str, Any]:
    """Let the reading process do one thing.

    Parameters
    ----------
    operation
        A name of `geo.files.reading_process`.
    folder
        The only one it may write to.
    path
        The file; it is read only, and errors name it.

    Returns
    -------
    dict
        What the operation answered; larger things lie in the folder.

    Raises
    ------
    FileRefused
        What the operation refused, ``read_too_long``, ``read_too_much_memory``, ``read_too_large``,
        or ``file_unreadable`` if it broke down.
    """
    bounds = limits or ReadingLimits.from_environment()
    message = request | {
        "operation": operation,
        "folder": str(folder),
        "path": str(path.resolve()),
        "limits": asdict(bounds),
    }
    end = _READER.send(message)
    reply = folder / REPLY
    if end["status"] == 0 and reply.is_file():
        answer: dict[str, Any] = json.loads(reply.read_text(encoding="utf-8"))
        if "refused" not in answer:
            return answer
        raise FileRefused(answer["refused"], **_values(answer["values"], path))
    raise _broken_down(end, bounds, path)


def _values(said: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Put the file as its sender knows it where the reading process has named it."""
    return dict(said) | ({"path": path} if "path" in said else {})


def _broken_down(end: Mapping[str, Any], limits: ReadingLimits, path: Path) -> FileRefused:
    name = "seconds" if end["timed_out"] else _OF_SIGNAL.get(-end["status"], "")
    if end["status"] == MEMORY_STATUS:
        name = "memory_mb"
    if name:
        return limit_refused(_CODES[name], name, limits, path=path)
    return FileRefused("reader_broke_down", path=path)


# How the reading part ends where memory ran out.
MEMORY_STATUS = 71


class _Reader:
    """The process and the way to it. It ends with this one, and is started anew where it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._owner = 0

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        # Once more where the process had died before it took the question.
        said = self._say(message) or self._say(message)
        if not said:
            return {"status": 1, "timed_out": False}
        end: dict[str, Any] = json.loads(said)
        return end

    def _say(self, message: Mapping[str, Any]) -> bytes:
        with socket.socket(socket.AF_UNIX) as line, suppress(ConnectionError, FileNotFoundError):
            line.connect(self._ready())
            line.sendall(json.dumps(message).encode())
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65_536), b""))
        return b""

    def stop(self) -> None:
        with self._lock:
            if self._process is not None and self._owner == os.getpid():
                self._process.kill()
                self._process.wait()
                if self._process.stdin is not None:
                    self._process.stdin.close()
            self._process = None
            if self._home is not None and self._owner == os.getpid():
                self._home.cleanup()
            self._home = None

    def _ready(self) -> str:
        with self._lock:
            is_ours = self._owner == os.getpid()
            if not is_ours or self._process is None or self._process.poll() is not None:
                self._start()
            return self._address

    def _start(self) -> None:
        if self._home is not None and self._owner == os.getpid():
            self._home.cleanup()
        self._owner = os.getpid()
        self._home = tempfile.TemporaryDirectory(prefix="skyground-reader-")
        self._address = str(Path(self._home.name) / "line")
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self._address)
            listening.listen(16)
            # Its standard input is held by us alone: when we end, it reads the end and stops.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "geo.files.reading_process", str(listening.fileno())],
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("SKYGROUND_READER_LOG") else subprocess.DEVNULL,
                env=environment | _ENVIRONMENT,
                cwd=self._home.name,
            )


_READER = _Reader()
atexit.register(_READER.stop)
