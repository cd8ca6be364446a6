"""The disk: a stop before it is full, and plain words where it was full all the same."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from geo.errors import WorkspaceError
from geo.settings import min_free_mb

_MB = 1_000_000
# The engine's own numbers: file full, input or output failed, cannot be opened.
_FULL, _IO, _CANNOT_OPEN = 13, 10, 14
# The same of a server's disk, as PostgreSQL numbers what it says.
_SERVER_SAYS = {"53100": "server_disk_full", "58030": "server_disk_failed"}
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
# With less than this an engine cannot even open a file beside its own.
_NOTHING_FREE = 1 * _MB


def check_space(folder: Path, *, needed: int = 0) -> None:
    """Refuse to begin writing while the disk has less free space than the office wants to keep.

    Parameters
    ----------
    needed
        What will be written, in bytes, where that is known.

    Raises
    ------
    WorkspaceError
        ``disk_nearly_full``.
    """
    least = min_free_mb()
    if least and (free := free_bytes(folder)) - needed < least * _MB:
        raise WorkspaceError("disk_nearly_full", path=folder, free=free // _MB, least=least)


def free_bytes(folder: Path) -> int:
    """Tell how much space is left for this process on the disk that holds a folder, in bytes."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


@contextmanager
def engine_told(folder: Path) -> Iterator[None]:
    """Say plainly that the disk was full, or failed, where the engine in the block met with that.

    Raises
    ------
    WorkspaceError
        ``disk_full``, ``disk_failed``; of a server's disk ``server_disk_full``,
        ``server_disk_failed``.
    """
    try:
        yield
    except exc.DBAPIError as error:
        if (told := disk_error(error, folder)) is None:
            raise
        raise told from error


@contextmanager
def disk_told(folder: Path) -> Iterator[None]:
    """Do the same for files that are written without an engine.

    Raises
    ------
    WorkspaceError
        As `engine_told` says; ``cannot_write`` for other errors of the file system.
    """
    try:
        with engine_told(folder):
            yield
    except OSError as error:
        path = Path(error.filename) if isinstance(error.filename, str) else folder
        if error.errno in _NO_SPACE:
            raise WorkspaceError("disk_full", path=folder) from error
        detail = error.strerror or error
        raise WorkspaceError("cannot_write", path=path, detail=detail) from error


def disk_error(error: exc.DBAPIError, folder: Path) -> WorkspaceError | None:
    """Tell what an engine's error says about a disk, its own or its server's; None: nothing."""
    if (key := _SERVER_SAYS.get(str(getattr(error.orig, "sqlstate", "")))) is not None:
        return WorkspaceError(key, detail=str(error.orig).strip().partition("\n")[0])
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code == _FULL:
        return WorkspaceError("disk_full", path=folder)
    if code in {_IO, _CANNOT_OPEN}:
        if _is_full(folder):
            return WorkspaceError("disk_full", path=folder)
        if code == _IO:
            return WorkspaceError("disk_failed", path=folder, detail=error.orig)
    return None


def _is_full(folder: Path) -> bool:
    try:
        return free_bytes(folder) < _NOTHING_FREE
    except OSError:
        return False
