"""Archives as offices send them: whatever the members are called, the shapefile inside is read."""

import io
import zipfile
from pathlib import Path

import pytest

from geo.files import unpack
from geo.files.read import look_into, read_delivery
from geo.settings import ReadingLimits, limit_variable
from tests.deliveries import patches_frame, shapefile_parts, zip_members
from tests.refusals import refused_as

NAME = "二〇二六年图斑"


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    return shapefile_parts(patches_frame(), tmp_path / "parts")


def named(parts: dict[str, bytes], stem: str) -> dict[str, bytes]:
    return {f"{stem}{suffix}": raw for suffix, raw in parts.items()}


def codes_in(path: Path) -> list[str]:
    return read_delivery(path).attributes["PAN_NO_TB"].tolist()


@pytest.mark.parametrize("names_in", ["gbk", "gb18030", "utf-8", None])
def test_the_layer_is_called_as_it_was_packed(
    tmp_path: Path, parts: dict[str, bytes], names_in: str | None
) -> None:
    path = zip_members(tmp_path / "d.zip", named(parts, NAME), names_in=names_in)
    flags = {m.flag_bits & unpack.UTF8_FLAG for m in zipfile.ZipFile(path).infolist()}
    assert flags == ({unpack.UTF8_FLAG} if names_in is None else {0})
    assert [layer.name for layer in look_into(path)] == [NAME]
    assert codes_in(path) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "stem",
    [
        "下发/旗县/图斑",
        "下发\\旗县\\图斑",  # packed by a program that writes Windows paths
        "乗\\图斑",  # in GBK the second byte of the first character is itself a backslash
    ],
)
def test_a_shapefile_in_folders_is_found(
    tmp_path: Path, parts: dict[str, bytes], stem: str
) -> None:
    path = zip_members(tmp_path / "d.zip", named(parts, stem), names_in="gbk")
    assert [layer.name for layer in look_into(path)] == ["图斑"]
    assert codes_in(path) == ["1", "2", "3"]


def test_capital_letters_in_suffixes_and_stems_make_no_difference(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    members = {f"TB{suffix.upper()}": raw for suffix, raw in parts.items()}
    members["tb.dbf"] = members.pop("TB.DBF")
    path = zip_members(tmp_path / "d.zip", members)
    assert codes_in(path) == ["1", "2", "3"]
    assert read_delivery(path).attributes["BEIZHU"].tolist() == ["新增道路"] * 3


def test_what_a_mac_and_a_windows_leave_behind_is_passed_over(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    noise = {
        "__MACOSX/._图斑.shp": b"\0\5\26\7",
        "__MACOSX/下发/._图斑.dbf": b"\0\5\26\7",
        ".DS_Store": b"\0\0\0\1Bud1",
        "下发/Thumbs.db": b"\xd0\xcf\x11\xe0",
        "说明.txt": "请查收".encode("gbk"),
    }
    path = zip_members(tmp_path / "d.zip", noise | named(parts, "下发/图斑"))
    assert [layer.name for layer in look_into(path)] == ["图斑"]


def test_no_member_decides_where_it_is_written(tmp_path: Path, parts: dict[str, bytes]) -> None:
    outside = tmp_path / "outside.shp"
    members = named(parts, "../../outside") | {str(outside): b"mine"}
    path = zip_members(tmp_path / "d.zip", members)
    assert_refused(path, "archive_unsafe_name")
    # Even one that is not told by its name gets a name of ours.
    folder = tmp_path / "ours"
    folder.mkdir()
    path = zip_members(tmp_path / "e.zip", named(parts, "下发/图斑"))
    files = unpack.unpack(path, folder, ReadingLimits())
    assert {file.path.parent for file in files} == {folder}
    assert [file.path.name for file in files][:2] == ["0000.cpg", "0000.dbf"]
    assert not outside.exists()


def assert_refused(path: Path, code: str) -> None:
    with refused_as(code, path=path):
        read_delivery(path)


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    """Set limits as an administrator does."""
    for name, value in limits.items():
        monkeypatch.setenv(limit_variable(name), str(value))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert_refused(tmp_path / "没有.zip", "file_missing")
    assert_refused(tmp_path, "file_missing")  # a folder is no file either


def test_an_archive_that_was_cut_off_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = zip_members(tmp_path / "d.zip", named(parts, NAME))
    path.write_bytes(path.read_bytes()[:-200])
    assert_refused(path, "file_unreadable")


@pytest.mark.parametrize("place", ["data", "directory"])
def test_an_archive_with_wrong_bytes_is_refused(
    tmp_path: Path, parts: dict[str, bytes], place: str
) -> None:
    path = zip_members(tmp_path / "d.zip", named(parts, NAME))
    raw = bytearray(path.read_bytes())
    start = raw.index(b"PK\x01\x02" if place == "directory" else b".dbf") + 5
    for at in range(start, start + 40):
        raw[at] ^= 0xFF
    path.write_bytes(raw)
    assert_refused(path, "file_unreadable")


def test_an_archive_with_nothing_useful_in_it_says_so(tmp_path: Path) -> None:
    assert_refused(zip_members(tmp_path / "a.zip", {}), "file_empty")
    letter = zip_members(tmp_path / "b.zip", {"来函.docx": b"PK"})
    assert_refused(letter, "file_empty")


def test_text_called_zip_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    path.write_text("请查收附件", encoding="utf-8")
    assert_refused(path, "file_unreadable")


def test_an_archive_with_a_password_says_that_it_has_one(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    path = zip_members(tmp_path / "d.zip", named(parts, "x"))
    raw = bytearray(path.read_bytes())
    for mark, flag_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + flag_at] |= unpack.LOCKED_FLAG
    path.write_bytes(raw)
    assert_refused(path, "archive_locked")


@pytest.mark.parametrize(
    ("limit", "code"),
    [("archive_members", "archive_too_many"), ("archive_mb", "archive_too_large")],
)
def test_an_archive_beyond_the_limits_is_refused_with_the_setting_that_raises_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, code: str
) -> None:
    path = zip_members(tmp_path / "d.zip", {f"{n}.shp": bytes(500_000) for n in range(5)})
    limited(monkeypatch, **{limit: 2})
    with refused_as(code, path=path, limit="2", setting=limit_variable(limit)) as texts:
        read_delivery(path)
    assert all(limit_variable(limit) in text for text in texts.values())


def test_an_archive_beyond_the_limits_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    path = zip_members(tmp_path / "d.zip", {f"{n}.shp": bytes(500_000) for n in range(5)})
    folder = tmp_path / "ours"
    folder.mkdir()
    with refused_as("archive_too_large", path=path):
        unpack.unpack(path, folder, ReadingLimits(archive_mb=2))
    assert list(folder.iterdir()) == []


def test_a_member_that_grows_beyond_what_the_archive_says_is_stopped(tmp_path: Path) -> None:
    written = io.BytesIO()
    assert unpack._copy(io.BytesIO(bytes(5 * unpack.MB)), written, unpack.MB) > unpack.MB
    assert len(written.getvalue()) <= 2 * unpack.MB
