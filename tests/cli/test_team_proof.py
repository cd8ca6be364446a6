"""What proves and keeps a team's database, called in a row as an administrator does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.settings import STORE_FILE
from tests.cli.test_team_store import call
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.postgres_server import Server


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    with postgres.database() as name:
        yield postgres.tcp_url(name)


def test_a_database_is_sealed_shown_as_it_was_copied_and_made_anew(
    address: str, postgres: Server, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    here = ("--workspace", beside, "--json", "--yes", "--store", address)

    def do(*words: object) -> dict[str, object]:
        said = call(*words, *here)
        assert said.exit_code == 0, said
        return said.data

    do("init")
    grids = grids_frame({"G1": square(-1, -1, side_m=2_000)})
    do("import", "grids", write_file(grids, tmp_path / "grids.gpkg"))
    do("import", "patches", write_file(patches_frame(), tmp_path / "p.zip"), "--batch", "B1")
    do("locate")
    sealed = do("seal", "--now")
    assert (sealed["patches"], sealed["is_new"]) == (3, True)
    # The key lies in the folder beside, and so do copies.
    assert do("seal", "--public-key")["public_key"] == sealed["public_key"]
    assert [p.name for p in (beside / "keys").iterdir()] == ["seal.ed25519"]
    do("assign", "--patch", "1", "--to", "ranger-1")
    assert do("undo", "1", "--reason", "点错了")["stage"] == "issued"
    checked = do("verify")
    assert (checked["broken"], checked["integrity"]) == ([], [])
    assert checked["seals"]["broken"] is None  # type: ignore[index]
    assert checked["seals"]["not_sealed"] == 2  # type: ignore[index]
    known = do("show", "1", "--on", sealed["day"])
    assert (known["is_proven"], known["version"]) == (True, 4)
    made = do("backup")
    assert Path(str(made["file"])).parent == beside / "backups"
    assert made["digest"] == checked["digest"]
    assert not (beside / STORE_FILE).exists()
    # A copy is a workspace of one file; from there it goes into another database.
    again = tmp_path / "again"
    restored = call("restore", made["file"], "--workspace", again, "--json")
    assert (restored.exit_code, restored.data["digest"]) == (0, checked["digest"])
    with postgres.database() as other:
        new = postgres.tcp_url(other)
        moved = call("move", "--from", again, "--to", new, "--json")
        assert (moved.exit_code, moved.data["digest"]) == (0, checked["digest"])
        there = call("verify", "--store", new, "--workspace", again, "--json").data
        assert there == checked


def test_an_altered_database_is_told_and_not_copied(
    address: str, postgres: Server, tmp_path: Path
) -> None:
    here = ("--workspace", tmp_path / "beside", "--yes", "--json", "--store", address)
    delivery = write_file(patches_frame(), tmp_path / "p.zip")
    for words in (("init",), ("import", "patches", delivery, "--batch", "B1"), ("seal", "--now")):
        assert call(*words, *here).exit_code == 0
    name = address.rpartition("/")[2]
    postgres.run("UPDATE skyground.patch SET remark = '改' WHERE code = '2'", database=name)
    said = call("verify", *here)
    assert said.exit_code == 1
    assert [one["patch_key"] for one in said.data["broken"]] == ["B1/2"]
    refused = call("backup", *here)
    assert (refused.exit_code, refused.data["error"]) == (1, "backup_unsound")
    assert "B1/2" in refused.data["message"]
    assert list((tmp_path / "beside").rglob("*.sqlite")) == []
