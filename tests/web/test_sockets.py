"""Answers leave at once: connections inherit the option from the listening socket."""

import fcntl
import socket
import subprocess
import sys

import pytest

from geo.web.sockets import send_without_delay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="lists open files as Linux does")


def has_no_delay(connection):
    return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def accepted(listening):
    with socket.create_connection(listening.getsockname()[:2]):
        connection, _ = listening.accept()
        with connection:
            return has_no_delay(connection)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_new_connections_do_not_wait(family):
    home = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family) as listening:
        try:
            listening.bind((home, 0))
        except OSError:
            pytest.skip("this machine has no such address")
        listening.listen()
        assert not accepted(listening)
        assert send_without_delay() >= 1
        assert accepted(listening)


def test_locks_on_files_are_kept(tmp_path):
    place = tmp_path / "file"
    with place.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        send_without_delay()
        ask = (
            "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        )
        other = subprocess.run(
            [sys.executable, "-c", ask, place], check=False, stderr=subprocess.PIPE, text=True
        )
    assert "BlockingIOError" in other.stderr


def test_other_sockets_are_left_alone():
    with socket.socket() as idle, socket.socket(socket.AF_UNIX) as local:
        before = send_without_delay()
        assert not has_no_delay(idle)
        assert local.fileno() >= 0
        assert send_without_delay() == before
