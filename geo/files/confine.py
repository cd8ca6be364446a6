"""Walls around the process that opens other people's files: no network, no files but its own.

Linux only, without privileges: seccomp (since 3.5) takes sockets and other programs away, Landlock
(since 5.13) the file system, resource limits the rest. What a library that reads formats can be
talked into, by whatever a file holds, ends at these walls.
"""

import ctypes
import errno
import os
import platform
import resource
from collections.abc import Iterable, Sequence
from pathlib import Path

from geo.settings import ReadingLimits

MB = 1024**2
OPEN_FILES = 512

# linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000 | errno.EACCES
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4

# The calls that reach beyond the process: socket, connect, bind, listen, io_uring_setup, ptrace,
# execve, execveat, process_vm_writev; by architecture, as in the kernel's tables.
_FORBIDDEN_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 425, 101, 59, 322, 311)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 425, 117, 221, 281, 271)),
}

# linux/landlock.h
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FIRST_ABI_RIGHTS = (1 << 13) - 1  # all that the first version of Landlock can take away
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


_libc = ctypes.CDLL(None, use_errno=True)


def limit_resources(limits: ReadingLimits) -> None:
    """Bound memory, processor time, what is written and how many files are open."""
    bounds = {
        resource.RLIMIT_AS: limits.memory_mb * MB,
        resource.RLIMIT_FSIZE: limits.output_mb * MB,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for what, bound in bounds.items():
        resource.setrlimit(what, (bound, bound))
    # A second between the signal that can be told apart and the one that cannot.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def forbid_network_and_programs() -> None:
    """Take sockets, other programs and other processes' memory away, for good.

    Raises
    ------
    OSError
        If the kernel does not let this process confine itself.
    """
    architecture, numbers = _FORBIDDEN_CALLS[platform.machine()]
    count = len(numbers)
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _FAIL),  # another architecture's table of calls would slip past
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_JUMP_IF_EQUAL, count - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL),
    ]
    instructions = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
    filters = _Program(len(program), instructions)
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filters), 0, 0))


def forbid_other_files(
    *, readable: Iterable[Path], writable: Sequence[Path], listed: Sequence[Path] = ()
) -> bool:
    """Leave only these files and folders, where the kernel can.

    Parameters
    ----------
    readable
        Files, and folders with all below them; what is not there is passed over.
    writable
        Folders in which files may be made, read and removed.
    listed
        Folders of which the names may be read, and nothing else.

    Returns
    -------
    bool
        False if the kernel has no Landlock; then the other walls stand alone.
    """
    version = _libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION)
    if version < 1:
        return False
    ruleset = _Ruleset(_FIRST_ABI_RIGHTS)
    ruled = _checked(
        _libc.syscall(_LANDLOCK_CREATE, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    )
    try:
        for path in readable:
            _allow(ruled, path, _READ)
        for path in listed:
            _allow(ruled, path, _READ_DIR)
        for path in writable:
            _allow(ruled, path, _FIRST_ABI_RIGHTS)
        _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(_libc.syscall(_LANDLOCK_RESTRICT, ruled, 0))
    finally:
        os.close(ruled)
    return True


def _allow(ruled: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        allowed = rights if path.is_dir() else rights & _ON_FILES
        rule = _Beneath(allowed, opened)
        _checked(_libc.syscall(_LANDLOCK_ADD, ruled, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(opened)


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
