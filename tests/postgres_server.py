"""A PostgreSQL of the tests' own: a private folder and port, its own user, gone afterwards.

One server for all workers of a run, each test in a database of its own, which is copied from one
that has the tables.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from geo.store.door import Store

BINARIES = Path("/usr/lib/postgresql/15/bin")
OWNER, PASSWORD = "office", "p@ss/w%rd"
TEMPLATE = "with_tables"
# Nothing here outlives the tests, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Server:
    """A running server: reached through a socket without a password, or over TCP with one."""

    folder: Path
    port: int

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder))}&port={self.port}"

    def tcp_url(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql://{OWNER}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres", user: str = "postgres") -> None:
        """Run statements as the server's administrator, or as somebody else."""
        with psycopg.connect(self.url(database, user), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, question: str, database: str, user: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database, user), autocommit=True) as connection:
            return connection.execute(question).fetchall()

    @contextmanager
    def database(self, *, template: str = "template1", postgis: bool = True) -> Iterator[str]:
        """A database that belongs to the office; gives its name."""
        name = f"t{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY")
        if postgis and template == "template1":
            self.run("CREATE EXTENSION postgis", LEAKPROOF, database=name)
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def store_url(self) -> Iterator[str]:
        """The address of an empty store with all tables."""
        with self.database(template=TEMPLATE) as name:
            yield self.url(name)


LEAKPROOF = "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF"


def require_postgres() -> None:
    if not (BINARIES / "initdb").exists():
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL 15 is not here")
        pytest.skip("PostgreSQL 15 is not here")


@contextmanager
def running_server(settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """Make and start a server with these settings; stop and remove it afterwards."""
    # Not below the tests' folder, which the server's user cannot enter.
    folder = Path(tempfile.mkdtemp(prefix="skyground-pg-"))
    as_whom: dict[str, str] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        as_whom = {"user": "postgres", "group": "postgres"}
        shutil.chown(folder, **as_whom)
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(BINARIES / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            timeout=120,
            **as_whom,
        )

    # The server sorts as a dictionary does, which may not matter to the program.
    call("initdb", "-D", str(data), "-U", "postgres", "--auth-local=trust", "-E", "UTF8",
         "--auth-host=scram-sha-256", "--locale=C.UTF-8", "--locale-provider=icu",
         "--icu-locale=zh", "--no-sync")  # fmt: skip
    settings = dict(settings) | {
        "port": str(port),
        "unix_socket_directories": str(folder),
        "listen_addresses": "127.0.0.1",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    server = Server(folder, port)
    try:
        _furnish(server)
        yield server
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(server: Server) -> None:
    """What an administrator prepares once, and a store for the tests to copy."""
    server.run(
        f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'",
        "CREATE ROLE skyground_app NOLOGIN",
        f"GRANT skyground_app TO {OWNER}",
        f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}",
    )
    server.run("CREATE EXTENSION postgis", LEAKPROOF, database=TEMPLATE)
    Store.create(server.url(TEMPLATE)).close()
