"""The reading process as it is, with operations beside its own that try to walk through its walls.

Started by tests in place of ``geo.files.reading_process``; what a library that has been taken over
by a file could do, they do on purpose.
"""

import ctypes
import errno
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.files import reading_process
from geo.settings import ReadingLimits

MB = 1024**2
SECOND_TABLE = 0x40000000
SOCKET_CALL = 41


def attempt(what: str, target: str) -> None:
    """Do one thing that has to be impossible."""
    ATTEMPTS[what](target)


def _second_table(_: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(SECOND_TABLE + SOCKET_CALL, socket.AF_INET, socket.SOCK_STREAM, 0) < 0:
        raise OSError(ctypes.get_errno(), "")


def _fork(_: str) -> None:
    if os.fork() == 0:
        os._exit(0)


def _copied_memory(pid: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.process_vm_readv(int(pid), None, 0, None, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "")


def _more_time(_: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


def _emptied_by_reading(target: str) -> None:
    os.close(os.open(target, os.O_RDONLY | os.O_TRUNC))


ATTEMPTS: dict[str, Callable[[str], object]] = {
    "socket-4": lambda _: socket.socket(socket.AF_INET),
    "socket-6": lambda _: socket.socket(socket.AF_INET6),
    "socket-unix": lambda _: socket.socket(socket.AF_UNIX),
    "socket-pair": lambda _: socket.socketpair(),
    "second-table": _second_table,
    "program": lambda _: os.execv("/bin/true", ["true"]),
    "fork": _fork,
    "signal": lambda pid: os.kill(int(pid), 0),
    "memory": _copied_memory,
    "limit": _more_time,
    "read": lambda target: Path(target).read_bytes(),
    "list": os.listdir,
    "write": lambda target: Path(target).write_bytes(b"x"),
    "append": lambda target: os.open(target, os.O_WRONLY | os.O_APPEND),
    "empty": lambda target: os.truncate(target, 0),
    "empty-by-reading": _emptied_by_reading,
    "remove": os.remove,
    "lock-out": lambda target: Path(target).chmod(0),
    "give-away": lambda target: os.chown(target, 0, 0),
    "back-date": lambda target: os.utime(target, (0, 0)),
    "mark": lambda target: os.setxattr(target, "user.x", b"x"),
    "take": lambda target: Path(target).rename("mine"),
    "make-pipe": lambda _: os.mkfifo("pipe"),
    "link": lambda target: os.link(target, "mine"),
}


def try_to(
    path: Path, folder: Path, *, limits: ReadingLimits, what: str, target: str = ""
) -> dict[str, Any]:
    """Tell how an attempt ended: the error's name, or that it worked."""
    try:
        attempt(what, target)
    except OSError as error:
        return {"ended": errno.errorcode.get(error.errno or 0, "?")}
    return {"ended": "worked"}


def answer(path: Path, folder: Path, *, limits: ReadingLimits, say: str = "") -> dict[str, Any]:
    """Do what is allowed: threads, files of its own, reading the file delivered."""
    thread = threading.Thread(target=(folder / "own").write_text, args=("x",))
    thread.start()
    thread.join()
    return {"said": say, "read": path.read_text(encoding="utf-8"), "own": (folder / "own").exists()}


def eat(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Ask for more memory than there may be."""
    return {"size": len(bytearray(limits.memory_mb * MB))}


def burn(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Calculate without end."""
    while True:
        pass


def sleep(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Wait without end, after telling who waits."""
    (folder / "pid").write_text(str(os.getpid()), encoding="utf-8")
    while True:
        time.sleep(1)


def fill(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Write more than there may be."""
    with (folder / "large").open("wb") as sink:
        for _ in range(limits.output_mb + 1):
            sink.write(bytes(MB))
    return {}


def crash(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Read where there is no memory."""
    return {"at": ctypes.string_at(0)}


def abort(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Give up as C++ libraries do."""
    os.abort()


def overflow(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Take a library down a shape within shapes within shapes."""
    import shapely  # noqa: PLC0415

    level = b"\1\7\0\0\0\1\0\0\0"
    return {"shape": str(shapely.from_wkb(level * 1_000_000 + b"\1\7\0\0\0\0\0\0\0"))}


def stumble(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Fail in a way nobody has thought of."""
    raise RuntimeError("nobody has thought of this")


def leave(
    path: Path, folder: Path, *, limits: ReadingLimits, code: int = 0, text: str = ""
) -> dict[str, Any]:
    """Go without a word, or with one that is no answer."""
    if text:
        (folder / "reply.json").write_bytes(text.encode("latin-1"))
    os._exit(code)


def leave_much(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Leave an answer of a gigabyte."""
    with (folder / "reply.json").open("wb") as sink:
        sink.truncate(1024 * MB)
    os._exit(0)


def leave_link(
    path: Path, folder: Path, *, limits: ReadingLimits, name: str, target: str
) -> dict[str, Any]:
    """Leave a way to another file where the answer should be."""
    (folder / name).symlink_to(target)
    if name == "reply.json":
        os._exit(0)
    return {"facts": {}, "troubles": [], "is_alone": True}


ATTACKS = (answer, eat, burn, sleep, fill, crash, abort, overflow, stumble)
ATTACKS += (try_to, leave, leave_much, leave_link)


def main() -> None:
    """Run the reading process with more to ask it for."""
    load = reading_process._load
    reading_process._load = lambda: load() | {attack.__name__: attack for attack in ATTACKS}
    # Core files and the interpreter's last words are of no use here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reading_process.main()


if __name__ == "__main__":
    main()
