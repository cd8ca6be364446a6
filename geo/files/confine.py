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
from dataclasses import dataclass
from pathlib import Path

from geo.settings import ReadingLimits

MB = 1024**2
OPEN_FILES = 512

# linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _RETURN = 0x20, 0x06
_JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY_BIT = 0x15, 0x35, 0x45
_ALLOW = 0x7FFF0000
_FAIL, _UNKNOWN = 0x00050000 | errno.EACCES, 0x00050000 | errno.ENOSYS
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT, _THIRD_ARGUMENT_AT = 0, 4, 16, 32
# From here on another table of the same calls begins.
_SECOND_TABLE = 0x40000000
_CLONE_THREAD = 0x00010000


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of calls in the kernel's table of one architecture.

    Attributes
    ----------
    beyond
        Those that reach beyond the process: socket, socketpair, connect, bind, listen,
        io_uring_setup, execve, execveat, ptrace, process_vm_readv, process_vm_writev, pidfd_getfd,
        shmget, shmat, add_key, request_key, keyctl, bpf, userfaultfd, mount, umount2, unshare,
        setns.
    harming
        Those that change other processes, or files without opening them: kill, tkill, tgkill,
        rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal, setrlimit, and all kinds of
        truncate, chmod, chown, setxattr, removexattr and utime by name; fork and vfork, where
        there are such.
    clone, clone3, prlimit
        Those of which one use is needed: threads, and asking for a limit.
    """

    architecture: int
    beyond: tuple[int, ...]
    harming: tuple[int, ...]
    clone: int
    clone3: int
    prlimit: int


_CALLS = {
    "x86_64": _Calls(
        0xC000003E,
        (
            *(41, 53, 42, 49, 50, 425, 59, 322, 101, 310, 311, 438),
            *(29, 30, 248, 249, 250, 321, 323, 165, 166, 272, 308),
        ),
        (
            *(62, 200, 234, 129, 297, 424, 160, 76, 90, 91, 268, 452, 92, 93, 94, 260),
            *(188, 189, 190, 197, 198, 199, 132, 235, 261, 280, 57, 58),
        ),
        clone=56,
        clone3=435,
        prlimit=302,
    ),
    "aarch64": _Calls(
        0xC00000B7,
        (
            *(198, 199, 203, 200, 201, 425, 221, 281, 117, 270, 271, 438),
            *(194, 196, 217, 218, 219, 280, 282, 40, 39, 97, 268),
        ),
        (
            *(129, 130, 131, 138, 240, 424, 164, 45, 52, 53, 452, 55, 54),
            *(5, 6, 7, 14, 15, 16, 88),
        ),
        clone=220,
        clone3=435,
        prlimit=261,
    ),
}

# linux/landlock.h
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FIRST_ABI_RIGHTS = (1 << 13) - 1  # all that the first version of Landlock can take away
_TRUNCATE, _WITH_TRUNCATE = 1 << 14, 3  # and the version that can take it away
# Devices, sockets and pipes: nobody may find one where a file was to be.
_MAKE_NO_FILE = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11
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
    calls = _CALLS[platform.machine()]
    _filter(_forbidding(calls.beyond))


def forbid_harm() -> None:
    """Take away what may change other processes, or files that nobody opened, for good.

    Threads can still be started; a process that divides would outlive whoever watches it.

    Raises
    ------
    OSError
        If the kernel does not let this process confine itself.
    """
    calls = _CALLS[platform.machine()]
    _filter(
        [
            (_JUMP_IF_EQUAL, 0, 1, calls.clone3),
            (_RETURN, 0, 0, _UNKNOWN),  # so that threads are asked for by the older call
            (_JUMP_IF_EQUAL, 0, 4, calls.clone),
            (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
            (_JUMP_IF_ANY_BIT, 1, 0, _CLONE_THREAD),
            (_RETURN, 0, 0, _FAIL),
            (_RETURN, 0, 0, _ALLOW),
            (_JUMP_IF_EQUAL, 0, 6, calls.prlimit),
            (_LOAD, 0, 0, _THIRD_ARGUMENT_AT),
            (_JUMP_IF_EQUAL, 0, 2, 0),
            (_LOAD, 0, 0, _THIRD_ARGUMENT_AT + 4),
            (_JUMP_IF_EQUAL, 1, 0, 0),
            (_RETURN, 0, 0, _FAIL),  # a limit would be set
            (_RETURN, 0, 0, _ALLOW),
            *_forbidding(calls.harming),
        ]
    )


_Line = tuple[int, int, int, int]


def _forbidding(numbers: Sequence[int]) -> list[_Line]:
    count = len(numbers)
    return [
        *((_JUMP_IF_EQUAL, count - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL),
    ]


def _filter(lines: Sequence[_Line]) -> None:
    """Let the kernel ask these lines about the number of every call from now on."""
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, _CALLS[platform.machine()].architecture),
        (_RETURN, 0, 0, _FAIL),  # another architecture's table of calls would slip past
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_IF_AT_LEAST, 0, 1, _SECOND_TABLE),
        (_RETURN, 0, 0, _FAIL),
        *lines,
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
    all_rights = _FIRST_ABI_RIGHTS | (_TRUNCATE if version >= _WITH_TRUNCATE else 0)
    ruleset = _Ruleset(all_rights)
    ruled = _checked(
        _libc.syscall(_LANDLOCK_CREATE, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    )
    try:
        for path in readable:
            _allow(ruled, path, _READ)
        for path in listed:
            _allow(ruled, path, _READ_DIR)
        for path in writable:
            _allow(ruled, path, all_rights & ~_MAKE_NO_FILE & ~_EXECUTE)
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
