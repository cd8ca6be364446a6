"""Makes a server answer at once.

The server that ``streamlit run`` starts binds its socket without the protocol number from which
asyncio recognises TCP, so TCP_NODELAY is never set on its connections and each small answer waits
for the other side's delayed acknowledgement, about 44 ms. Connections inherit the option from the
listening socket.
"""

import os
import socket
import stat
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")


def send_without_delay() -> int:
    """Set TCP_NODELAY on every TCP socket on which this process listens.

    Returns
    -------
    int
        How many; none where the system does not list a process's open files.
    """
    if not OPEN_FILES.is_dir():
        return 0
    numbers = [int(entry.name) for entry in OPEN_FILES.iterdir()]
    return sum(_set_no_delay(number) for number in numbers)


def _set_no_delay(number: int) -> bool:
    try:
        # Nothing else may be touched: to close any copy of a file gives back all locks on it, and
        # another process would then throw away what SQLite has not yet put in its place.
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
        copy = os.dup(number)
    except OSError:  # closed meanwhile
        return False
    try:
        found = socket.socket(fileno=copy)
    except OSError:  # no socket
        os.close(copy)
        return False
    with found:
        is_tcp = found.family in {socket.AF_INET, socket.AF_INET6} and (
            found.type == socket.SOCK_STREAM
        )
        if not (is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)):
            return False
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return True
