"""The command line on a team's database: the same verbs, and no password in any answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli.app import app
from tests.cli.conftest import INSPECTOR, PLAIN, SAMPLE, Said, geo_in
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.postgres_server import PASSWORD, Server

SECRETS = (PASSWORD, "p%40ss", "w%25rd")


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    """An empty database, with a password in its address."""
    with postgres.database() as name:
        yield postgres.tcp_url(name)


def call(*words: object, **environment: str | None) -> Said:
    done = CliRunner(env=PLAIN | environment).invoke(app, [*map(str, words), "--lang", "zh"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    for secret in SECRETS:
        assert secret not in done.output
    return Said(done.exit_code, done.stdout, done.stderr)


def test_a_patch_goes_its_way_in_a_database(address: str, tmp_path: Path) -> None:
    grids = write_file(grids_frame({"G1": square(-1, -1, side_m=2_000)}), tmp_path / "grids.gpkg")
    delivery = write_file(patches_frame(), tmp_path / "p.zip")
    at = ("--workspace", tmp_path / "beside", "--json", "--yes", "--store", address)
    assert call("init", *at).data["workspace"].startswith("postgresql://office@127.0.0.1:")
    for words in (
        ("import", "grids", grids),
        ("import", "patches", delivery, "--batch", "B1"),
        ("locate",),
        ("assign", "--all", "--to", "ranger-1"),
        ("export", "field", "--out", tmp_path / "field"),
    ):
        assert call(*words, *at).exit_code == 0
    assert call("list", "--stage", "in_field", *at).data["count"] == 3
    assert call("verify", *at).data["integrity"] == []
    assert call("init", *at).data["error"] == "store_exists"
    assert list(tmp_path.rglob("*.sqlite")) == []
    # The address may come from the environment, and what is said names the database.
    moved = call("move", "--from", address, "--to", tmp_path / "file", "--json")
    assert moved.data["from"].startswith("postgresql://office@127.0.0.1:")
    told = call("move", "--from", tmp_path / "file", "--to", address)
    assert (told.exit_code, "已经有数据" in told.err + told.out) == (1, True)
    seen = call("list", "--json", SKYGROUND_STORE=address)
    assert seen.data == geo_in(tmp_path / "file")("list").data


@pytest.mark.parametrize("address", ["postgresql://office@127.0.0.1:1/x", "mysql://h/d"])
def test_what_is_no_database_is_told(address: str, tmp_path: Path) -> None:
    said = call("list", "--store", address, "--json")
    assert said.exit_code == 1
    assert said.data["error"] in {"store_unreachable", "store_address_bad"}


def test_the_demonstration_can_be_made_in_a_database(address: str, tmp_path: Path) -> None:
    made = call("init", "--demo", "--store", address, "-w", tmp_path / "w", "--json")
    assert made.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == ["field"]
    found = call("verify", "--store", address, "--json", *INSPECTOR)
    assert (found.exit_code, found.data["patches"]) == (0, 300)
    assert SAMPLE.is_dir()
