"""Asking the reading process: what touches the bytes of a delivered file never runs in this one.

The process is started once and kept: it holds the libraries in memory and has confined itself
(`geo.files.confine`). For every request it divides, and the part that reads has bounds of its own;
whatever happens to that part, a sentence comes back.
"""

import atexit
import json
import os
import shutil
import signal
import socket
import stat
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
# Of the answer, and of rows of a table; layers travel otherwise.
MAX_JSON_BYTES = 256 * 1024**2

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
_FOR_VECTORS = {
    "GDAL_SKIP": _OTHER_DRIVERS,
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    "SHAPE_RESTORE_SHX": "YES",  # into our own copy, where the file beside it is missing
}
_FOR_ALL = {
    # One thread: a process that divides must not have others running.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
}
READING_PROCESS = ("-m", "geo.files.reading_process")
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
    if end["status"] != 0:
        raise _broken_down(end, bounds, path)
    answer = left_json(folder, REPLY, path=path)
    if not isinstance(answer, dict):
        raise FileRefused("reader_broke_down", path=path)
    if "refused" in answer:
        raise FileRefused(str(answer["refused"]), **_values(answer["values"], path))
    return answer


def bare_environment() -> dict[str, str]:
    """Give what a confined process is told of this one's environment: no secret, no proxy."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | _FOR_ALL


def said_to() -> int | None:
    """Say where a confined process may complain: nowhere, unless somebody looks for a fault."""
    return None if os.environ.get("SKYGROUND_READER_LOG") else subprocess.DEVNULL


def left_file(folder: Path, name: str, *, path: Path) -> Path:
    """Find what the reading process has left: a file of its own, and no way to another one.

    Raises
    ------
    FileRefused
        ``reader_broke_down``.
    """
    left = folder / name
    try:
        is_file = stat.S_ISREG(left.lstat().st_mode)
    except OSError:
        is_file = False
    if not is_file:
        raise FileRefused("reader_broke_down", path=path)
    return left


def left_json(folder: Path, name: str, *, path: Path) -> Any:
    """Read what the reading process has left as JSON, as long as it is of a size to be read.

    Raises
    ------
    FileRefused
        ``reader_broke_down``.
    """
    left = left_file(folder, name, path=path)
    if left.stat().st_size > MAX_JSON_BYTES:
        raise FileRefused("reader_broke_down", path=path)
    try:
        return json.loads(left.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise FileRefused("reader_broke_down", path=path) from error


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
        self._home = ""

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        # Once more where the process had died before it took the question.
        for _ in range(2):
            process, address = self.ready()
            if said := _say(address, message):
                end: dict[str, Any] = json.loads(said)
                return end
            self.stop(process)
        return {"status": 1, "timed_out": False}

    def stop(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """End the process; if one is named, only if it is still that one."""
        with self._lock:
            if process is None or process is self._process:
                self._stop()

    def forget(self) -> None:
        """After this process has divided: the other half keeps the reader, this one has none."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.returncode = 0  # nobody here may wait for it
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process, self._home = None, ""

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            shutil.rmtree(self._home, ignore_errors=True)
        self._process, self._home = None, ""

    def ready(self) -> tuple[subprocess.Popen[bytes], str]:
        """Give the process, started if it does not run, and the way to it."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._stop()
                self._start()
            assert self._process is not None
            return self._process, _address(self._home)

    def _start(self) -> None:
        self._home = tempfile.mkdtemp(prefix="skyground-reader-")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(_address(self._home))
            listening.listen(16)
            # Its standard input is held by us alone: when we end, it reads the end and stops.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, *READING_PROCESS, str(listening.fileno())],
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said_to(),
                env=bare_environment() | _FOR_VECTORS,
                cwd=self._home,
            )


def _address(home: str) -> str:
    return str(Path(home) / "line")


def _say(address: str, message: Mapping[str, Any]) -> bytes:
    with socket.socket(socket.AF_UNIX) as line, suppress(ConnectionError, FileNotFoundError):
        line.connect(address)
        line.sendall(json.dumps(message).encode())
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))
    return b""


_READER = _Reader()


def start_reader() -> None:
    """Start the reading process ahead of the first file, which then waits a second less."""
    _READER.ready()


def _stop() -> None:
    _READER.stop()


def _forget() -> None:
    _READER.forget()


atexit.register(_stop)
os.register_at_fork(after_in_child=_forget)
