"""What lies beside a layer in an archive stops nobody; what could do harm stops all of it."""

import io
from pathlib import Path

import openpyxl
import pytest

from geo.files.read import Delivery, look_into, read_delivery
from geo.text import LANGS, say
from tests.deliveries import patches_frame, shapefile_parts, zip_members
from tests.files.corpus_shp_bytes import named
from tests.refusals import refused_as

NO_PLACEMARKS = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
ENTITIES = b'<!DOCTYPE kml [<!ENTITY a "x">]><kml/>'
ANY_ARCHIVE = b"PK\x05\x06" + bytes(18)


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    return named(shapefile_parts(patches_frame(), tmp_path / "parts"), "图斑")


def left_out(delivery: Delivery) -> list[str]:
    troubles = [t for t in delivery.troubles if t.code == "member_left_out"]
    assert all(t.row == 0 and t.column == "" for t in troubles)
    for trouble in troubles:
        for key in ("problem", "fix"):
            assert all(say(f"{key}.{trouble.code}", lang, **trouble.values) for lang in LANGS)
    return [str(t.values["member"]) for t in troubles]


def workbook() -> bytes:
    book, raw = openpyxl.Workbook(), io.BytesIO()
    for line in (["TBBH", "经度", "纬度"], ["1", 120.5, 43.2]):
        book.worksheets[0].append(line)
    book.save(raw)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("metadata.json", b'{"title": "x"}'),
        ("说明.geojson", b"[]"),
        ("空.geojson", b""),
        ("标注.kml", b"<kml"),
        ("标注.kml", NO_PLACEMARKS),
        ("坏.shp", b"\0\5\26\7"),
        ("坏.shp", b"\0\0\x27\x0a"),
        ("照片.zip", ANY_ARCHIVE),
        ("照片.rar", b"Rar!"),
    ],
)
def test_a_member_that_cannot_be_read_is_left_out_and_told(
    tmp_path: Path, parts: dict[str, bytes], name: str, raw: bytes
) -> None:
    path = zip_members(tmp_path / "d.zip", {name: raw} | parts)
    delivery = read_delivery(path)
    assert delivery.attributes["PAN_NO_TB"].tolist() == ["1", "2", "3"]
    assert left_out(delivery) == [name]
    assert left_out(read_delivery(path, layer="图斑")) == [name]


@pytest.mark.parametrize(
    "name", ["._图斑.shp", "下发/._图斑.dbf", "~$图斑.xlsx", "下发/~$图斑.kml", "._照片.zip"]
)
def test_noise_is_passed_over_and_not_worth_a_word(
    tmp_path: Path, parts: dict[str, bytes], name: str
) -> None:
    delivery = read_delivery(zip_members(tmp_path / "d.zip", {name: b"\0\5\26\7"} | parts))
    assert (len(delivery.attributes), left_out(delivery)) == (3, [])


def test_a_table_is_read_where_nothing_else_can_be(tmp_path: Path) -> None:
    members = {"metadata.json": b"{}", "~$图斑.xlsx": b"\x04user", "图斑.xlsx": workbook()}
    delivery = read_delivery(zip_members(tmp_path / "d.zip", members))
    assert delivery.attributes["TBBH"].tolist() == ["1"]
    assert left_out(delivery) == ["metadata.json"]


@pytest.mark.parametrize("name", ["图斑.shp", "图斑.geojson", "图斑.kml"])
def test_a_table_beside_a_broken_layer_is_not_taken_for_it(tmp_path: Path, name: str) -> None:
    path = zip_members(tmp_path / "d.zip", {name: b"\0", "照片.xlsx": workbook()})
    with refused_as("format_mismatch", path=path):
        read_delivery(path)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"metadata.json": b"{}"}, "format_mismatch"),
        ({"标注.kml": b"<kml", "metadata.json": b"{}"}, "file_unreadable"),
        ({"内层.zip": ANY_ARCHIVE}, "archive_nested"),
        ({"内层.zip": ANY_ARCHIVE, "说明.docx": b"PK"}, "archive_nested"),
        ({"内层.zip": ANY_ARCHIVE, "metadata.json": b"{}"}, "format_mismatch"),
    ],
)
def test_where_nothing_can_be_read_the_first_reason_is_given(
    tmp_path: Path, members: dict[str, bytes], code: str
) -> None:
    path = zip_members(tmp_path / "d.zip", members)
    with refused_as(code, path=path):
        look_into(path)


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("标注.kml", ENTITIES, "xml_entities"),
        ("深.geojson", b'{"type":"Feature","a":' + b"[" * 300 + b"]" * 300 + b"}", "too_deep"),
        ("../照片.zip", ANY_ARCHIVE, "archive_unsafe_name"),
    ],
)
def test_what_could_do_harm_stops_the_others_as_well(
    tmp_path: Path, parts: dict[str, bytes], name: str, raw: bytes, code: str
) -> None:
    path = zip_members(tmp_path / "d.zip", parts | {name: raw})
    with refused_as(code, path=path):
        read_delivery(path)


@pytest.mark.parametrize("order", [".shp .dbf .shx .prj", ".prj .shx .dbf .shp"])
@pytest.mark.parametrize("is_mixed", [False, True])
@pytest.mark.parametrize("stems", [("T", "t"), ("东/T", "东/t")])
def test_two_shapefiles_that_differ_in_capital_letters_are_two_layers(
    tmp_path: Path, order: str, is_mixed: bool, stems: tuple[str, str]
) -> None:
    both = {
        stem: shapefile_parts(patches_frame(codes), tmp_path / f"parts-{len(codes)}")
        for stem, codes in zip(stems, (("1",), ("2", "3")), strict=True)
    }
    pairs = [(stem, suffix) for stem in stems for suffix in order.split()]
    if is_mixed:
        pairs = [(stem, suffix) for suffix in order.split() for stem in stems]
    members = {f"{stem}{suffix}": both[stem][suffix] for stem, suffix in pairs}
    path = zip_members(tmp_path / "d.zip", members)
    assert {f.name: f.count for f in look_into(path)} == {"T": 1, "t": 2}
    assert read_delivery(path, layer="T").attributes["PAN_NO_TB"].tolist() == ["1"]
    assert read_delivery(path, layer="t").attributes["PAN_NO_TB"].tolist() == ["2", "3"]
    assert read_delivery(path, layer="t").attributes["BEIZHU"].tolist() == ["新增道路"] * 2
