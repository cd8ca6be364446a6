"""A database that cannot be worked with says why, in one sentence, and never says a password."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.model.filters import PatchFilter
from geo.settings import place_name, place_of, store_place
from geo.store import patches
from geo.store import postgres as postgres_module
from geo.store.door import Store
from tests.builders import actor, fill_store
from tests.postgres_server import OWNER, PASSWORD, Server
from tests.refusals import refused_as


@pytest.fixture
def made(postgres: Server) -> Iterator[str]:
    """The name of a database with an empty store."""
    with postgres.store_url() as url:
        yield url.partition("@/")[2].partition("?")[0]


def test_a_server_that_is_not_there(postgres: Server) -> None:
    with socket.socket() as taken:  # bound and never listening
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://{OWNER}:geheim@127.0.0.1:{taken.getsockname()[1]}/x"
        with refused_as("store_unreachable") as said:
            Store.open(url)
    assert "geheim" not in str(said)


def test_a_wrong_password_is_told_and_not_shown(postgres: Server, made: str) -> None:
    with refused_as("store_sign_in") as said:
        Store.open(postgres.tcp_url(made, "gehe/im@"))
    assert "gehe" not in str(said)
    assert f"{OWNER}@127.0.0.1" in said["en"]
    with refused_as("store_sign_in"):
        Store.open(postgres.url(made, "nobody"))


def test_the_right_password_opens_and_stands_nowhere(
    postgres: Server, made: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Store.open(postgres.tcp_url(made)) as store:
        fill_store(store)
        with pytest.raises(DBAPIError) as failed, store.reading(actor()) as session:
            session.connection.execute(text("SELECT nothing FROM nowhere"))
        shown = [store.name, repr(store), repr(store._engine), str(failed.value), caplog.text]
    for secret in (PASSWORD, "p%40ss", "w%25rd"):
        assert all(secret not in one for one in shown)


@pytest.mark.parametrize("way", ["variable", "file"])
def test_the_password_may_come_from_outside_the_address(
    postgres: Server, made: str, way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"postgresql://{OWNER}@127.0.0.1:{postgres.port}/{made}"
    with refused_as("store_sign_in"):
        Store.open(url)
    if way == "variable":
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
    else:
        kept = tmp_path / "pgpass"
        kept.write_text(f"127.0.0.1:{postgres.port}:*:{OWNER}:{PASSWORD}\n")
        kept.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(kept))
    Store.open(url).close()


def test_a_database_that_is_not_there(postgres: Server) -> None:
    with refused_as("store_database_missing"):
        Store.open(postgres.url("nowhere"))


def test_a_database_that_holds_something_else(postgres: Server) -> None:
    with postgres.database() as name:
        with refused_as("store_missing"):
            Store.open(postgres.url(name))
        postgres.run("CREATE SCHEMA skyground", "CREATE TABLE skyground.x (i int)", database=name)
        with refused_as("store_missing"):
            Store.open(postgres.url(name))
        with refused_as("store_rights", user=OWNER):
            Store.create(postgres.url(name))
        assert postgres.ask("SELECT count(*) FROM skyground.x", name) == [(0,)]


def test_a_database_without_postgis(postgres: Server) -> None:
    with postgres.database(postgis=False) as name:
        with refused_as("postgis_missing"):
            Store.create(postgres.url(name))
        assert postgres.ask(
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'skyground'", name
        ) == [(0,)]


def test_a_sign_in_that_may_not_make_tables(postgres: Server) -> None:
    with postgres.database() as name:
        postgres.run(f"ALTER DATABASE {name} OWNER TO postgres")
        with refused_as("store_rights", user=OWNER, role="skyground_app"):
            Store.create(postgres.url(name))


def test_an_administrator_makes_all_that_is_needed(postgres: Server) -> None:
    with postgres.database(postgis=False) as name:
        postgres.run(f"ALTER DATABASE {name} OWNER TO postgres")
        url = postgres.url(name, "postgres")
        with Store.create(url) as store:
            fill_store(store, patches=1)
            with store.reading(actor()) as session:
                who = session.connection.execute(text("SELECT current_user")).scalar()
        assert who == "skyground_app"
        # Whoever belongs to the role through another database of the server stays outside.
        with refused_as("store_unreachable"):
            Store.open(postgres.url(name))


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:geh%eim@h/d", "postgres://u@h/d?nothing=geheim"],
)
def test_an_address_that_is_none(address: str) -> None:
    with refused_as("store_address_bad") as said:
        Store.open(address)
    assert "geh" not in str(said)


def test_a_turn_that_does_not_come_is_told(
    postgres: Server, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = postgres_module._ON_CONNECT.replace("30s", "200ms")
    monkeypatch.setattr(postgres_module, "_ON_CONNECT", short)
    with (
        psycopg.connect(postgres.url(made)) as other,
        Store.open(postgres.url(made)) as store,
    ):
        other.execute(f"SELECT pg_advisory_xact_lock({postgres_module._WRITER_LOCK})")
        with refused_as("store_busy", seconds=30), store.writing(actor()):
            pass
        with store.reading(actor()) as session:
            assert patches.count_patches(session, PatchFilter()) == 0
        other.rollback()
        fill_store(store)


def test_a_server_that_goes_away_in_the_middle_is_told_and_the_next_call_works(
    postgres: Server, made: str
) -> None:
    with Store.open(postgres.url(made)) as store:
        fill_store(store)
        with refused_as("store_unreachable"), store.writing(actor()) as session:
            postgres.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{made}' AND pid <> pg_backend_pid()"
            )
            patches.count_patches(session, PatchFilter())
        with store.reading(actor()) as session:
            assert patches.count_patches(session, PatchFilter()) == 3


@pytest.mark.parametrize("patches", [1, 2], ids=["one row", "rows"])
def test_what_the_database_cannot_keep_is_told_and_nothing_is_kept(
    postgres: Server, made: str, patches: int
) -> None:
    with Store.open(postgres.url(made)) as store:
        with refused_as("store_holds_bad_sign"):
            fill_store(store, patches=patches, remark="a\0b")
        fill_store(store, patches=patches, remark="b", attributes={"a": "\0"})


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:secret@h:5432/d?sslmode=require", "postgresql://u@h:5432/d"),
        ("postgresql://h/d?password=secret", "postgresql://h/d"),
        ("postgresql://u:se@cret@h/d", "postgresql://u@h/d"),
        ("postgresql://[broken:secret", "postgresql://…"),
        ("folder", "folder"),
    ],
)
def test_a_place_is_named_without_its_password(address: str, shown: str) -> None:
    assert place_name(place_of(address)) == shown


def test_a_place_is_what_was_given_else_the_environments_else_the_workspace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SKYGROUND_STORE", raising=False)
    assert store_place(workspace=Path("w")) == Path("w")
    monkeypatch.setenv("SKYGROUND_STORE", "postgresql://h/d")
    assert store_place(workspace=Path("w")) == "postgresql://h/d"
    assert store_place("postgresql://h/e", workspace=Path("w")) == "postgresql://h/e"
