"""A file appears whole or not at all."""

import errno
from pathlib import Path

import pytest

from geo.files.atomic import whole_file
from tests.refusals import refused_as


def test_a_complete_file_gets_its_name_and_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "外业" / "今天" / "x.csv"
    with whole_file(path) as draft:
        draft.write_text("1")
        assert not path.exists()
        assert draft.suffix == ".csv"
    assert path.read_text() == "1"
    assert list(path.parent.iterdir()) == [path]


def test_a_draft_may_carry_the_suffix_its_writer_wants(tmp_path: Path) -> None:
    with whole_file(tmp_path / "x.part", suffix=".gpkg") as draft:
        assert draft.suffix == ".gpkg"
        draft.write_text("1")
    assert [p.name for p in tmp_path.iterdir()] == ["x.part"]


def test_a_failure_half_way_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(TypeError), whole_file(path) as draft:
        draft.write_bytes("half of it")  # type: ignore[arg-type]
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with refused_as("cannot_write", path=path), whole_file(path) as draft:
        draft.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    path = tmp_path / "x" / "y.csv"
    with refused_as("cannot_write", path=path), whole_file(path) as draft:
        draft.write_text("1")
    assert (tmp_path / "x").read_text() == "a file"


def test_a_file_that_is_a_folder_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.mkdir()
    with refused_as("cannot_write", path=path), whole_file(path) as draft:
        draft.write_text("1")
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_too_long_for_the_disk_is_told(tmp_path: Path) -> None:
    path = tmp_path / f"{'长' * 200}.csv"
    with refused_as("cannot_write", path=path), whole_file(path) as draft:
        draft.write_text("1")
    assert list(tmp_path.iterdir()) == []
