"""The process that opens delivered files: started by `geo.files.sealed`, never imported by it.

It confines itself first and loads the libraries then. Each request is answered by a divided copy of
it: a watcher, which keeps the time and tells how the reader ended, and the reader, which works in
one folder, within its bounds, and leaves its answer there.
"""

import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from geo.errors import FileRefused
from geo.files.confine import (
    forbid_harm,
    forbid_network_and_programs,
    forbid_other_files,
    limit_resources,
)
from geo.files.sealed import GDAL_DRIVERS, MEMORY_STATUS, REPLY, ROOT
from geo.files.shapefile_parts import parts_of
from geo.settings import ReadingLimits

IDLE_SECONDS = 600
_SYSTEM_FILES = ("/etc/ld.so.cache", "/dev/urandom", "/dev/null")


def main() -> None:
    """Answer requests until whoever started this process is gone, or nobody has asked for long."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    forbid_network_and_programs()
    operations = _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the watchers
    while True:
        ready, _, _ = select.select([listening, sys.stdin], [], [], IDLE_SECONDS)
        if listening not in ready:
            return
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(line, operations)
            os._exit(0)
        line.close()


def _load() -> dict[str, Callable[..., dict[str, Any]]]:
    """Load the libraries within the walls, and make sure that no other driver came with them."""
    import fiona  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    from geo.files.operations import OPERATIONS  # noqa: PLC0415

    strangers = set(pyogrio.list_drivers()) - GDAL_DRIVERS
    with fiona.Env() as env:
        strangers |= set(env.drivers()) - GDAL_DRIVERS
    if strangers:
        raise SystemExit(f"drivers that nobody asked for: {sorted(strangers)}")
    return OPERATIONS


def _watch(line: socket.socket, operations: dict[str, Callable[..., dict[str, Any]]]) -> None:
    request = json.loads(b"".join(iter(lambda: line.recv(65_536), b"")))
    limits = ReadingLimits(**request.pop("limits"))
    reader = os.fork()
    if reader == 0:
        line.close()
        os._exit(_read(request, limits, operations))
    ended = os.pidfd_open(reader)
    events = select.poll()
    events.register(ended, select.POLLIN)
    events.register(line, 0)  # its end only: whoever asked is gone
    happened = [descriptor for descriptor, _ in events.poll(limits.seconds * 1000)]
    if ended not in happened:
        os.kill(reader, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1])
    with suppress(ConnectionError):
        line.sendall(json.dumps({"status": status, "timed_out": not happened}).encode())


def _read(
    request: dict[str, Any],
    limits: ReadingLimits,
    operations: dict[str, Callable[..., dict[str, Any]]],
) -> int:
    folder, path = Path(request.pop("folder")), Path(request.pop("path"))
    operation = operations[request.pop("operation")]
    tempfile.tempdir = os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = str(folder)
    os.chdir(folder)
    # Python lets too large a file pass as an error that a library may take for anything.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    limit_resources(limits)
    forbid_other_files(
        readable=[*program_files(), *_with_sisters(path)],
        listed=[path.parent] if path.suffix.lower() == ".shp" else [],
        writable=[folder],
    )
    forbid_harm()
    try:
        answer = operation(path, folder, limits=limits, **request)
    except FileRefused as refused:
        values = {k: v if isinstance(v, int | float) else str(v) for k, v in refused.values.items()}
        answer = {"refused": refused.code, "values": values}
    except MemoryError:
        return MEMORY_STATUS
    text = json.dumps(answer, ensure_ascii=False)
    (folder / REPLY).write_text(text, encoding="utf-8", errors="replace")
    return 0


def program_files() -> list[Path]:
    """List where the program itself and its libraries lie: modules are loaded when needed.

    Beside the program may lie the office's own data, so of its folder only the modules.
    """
    places = {sys.prefix, sys.base_prefix, *map(str, sys.path)} - {str(ROOT), ""}
    return [ROOT / "geo", *map(Path, (*sorted(places), *_SYSTEM_FILES))]


def _with_sisters(path: Path) -> list[Path]:
    """List a file and, of a bare shapefile, the files beside it that belong to it."""
    if path.suffix.lower() != ".shp":
        return [path]
    return parts_of(path)


if __name__ == "__main__":
    main()
