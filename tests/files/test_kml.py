"""KML: the placemarks of each folder, with every field they bring."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.files import kml, layer_rows
from geo.files.field_tables import LONGEST_DESCRIPTION, fields_in_description
from geo.files.kml import read_kml
from geo.files.raw_layer import RawLayer
from geo.text import LANGS, say
from tests.refusals import refused_as

SOURCE = "巡护.kml"
SECONDS_OF_A_LINEAR_READER = 10.0


def read(tmp_path: Path, content: str | bytes) -> list[RawLayer]:
    path = tmp_path / "0000.kml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_kml(path, source=SOURCE)


def read_one(tmp_path: Path, *placemarks: str) -> RawLayer:
    inside = "".join(f"<Placemark>{p}</Placemark>" for p in placemarks)
    (layer,) = read(tmp_path, f"<kml><Document>{inside}</Document></kml>")
    return layer


def drawn(tmp_path: Path, shape: str) -> shapely.Geometry | None:
    return read_one(tmp_path, shape).geometries[0]


def coordinates(text: str) -> str:
    return f"<coordinates>{text}</coordinates>"


def ring(text: str) -> str:
    return f"<LinearRing>{coordinates(text)}</LinearRing>"


def polygon(outer: str, *inner: str) -> str:
    holes = "".join(f"<innerBoundaryIs>{ring(i)}</innerBoundaryIs>" for i in inner)
    return f"<Polygon><outerBoundaryIs>{ring(outer)}</outerBoundaryIs>{holes}</Polygon>"


def test_a_placemark_keeps_its_fields_and_its_place(tmp_path: Path) -> None:
    layer = read_one(
        tmp_path,
        "<name> 图斑 12 </name><description>新增道路</description>"
        "<TimeStamp><when>2026-05-01T08:00:00Z</when></TimeStamp>"
        "<ExtendedData><Data name='TBBH'><displayName>号</displayName><value>0012</value></Data>"
        "<SchemaData><SimpleData name='面积'>1.50</SimpleData></SchemaData>"
        "<app:grid xmlns:app='urn:x'>W-7</app:grid></ExtendedData>"
        f"<Point>{coordinates('112.5,40.25,1033')}</Point>",
    )
    assert layer.attributes.to_dict("records") == [
        {
            "name": "图斑 12",
            "description": "新增道路",
            "when": "2026-05-01T08:00:00Z",
            "TBBH": "0012",
            "面积": "1.50",
            "grid": "W-7",
        }
    ]
    assert layer.geometries[0] == shapely.Point(112.5, 40.25)
    assert not layer.geometries[0].has_z
    assert (layer.name, layer.driver, layer.crs) == ("巡护", "KML", "EPSG:4326")


@pytest.mark.parametrize(
    "root",
    [
        "<kml>",
        "<kml xmlns='http://www.opengis.net/kml/2.2'>",
        "<kml xmlns='http://earth.google.com/kml/2.1'>",
        "<k:kml xmlns:k='urn:whatever'>",
    ],
)
def test_any_namespace_or_none_will_do(tmp_path: Path, root: str) -> None:
    prefix = "k:" if root.startswith("<k:") else ""
    inside = (
        "<{0}Placemark><{0}Point><{0}coordinates>1,2</{0}coordinates></{0}Point></{0}Placemark>"
    )
    (layer,) = read(tmp_path, f"{root}{inside.format(prefix)}</{prefix}kml>")
    assert layer.geometries[0] == shapely.Point(1, 2)


def test_each_folder_with_placemarks_is_a_layer_by_the_path_of_its_names(tmp_path: Path) -> None:
    mark = "<Placemark/>"
    layers = read(
        tmp_path,
        f"<kml><Document><name>全旗</name>{mark}<Folder><name>东苏木</name>{mark}{mark}"
        f"<Folder><name>一队</name>{mark}</Folder><Folder><name>空</name></Folder></Folder>"
        f"<Folder>{mark}</Folder><Folder><name>东苏木</name>{mark}</Folder></Document></kml>",
    )
    assert [(layer.name, len(layer.attributes)) for layer in layers] == [
        ("全旗", 1),
        ("东苏木", 2),
        ("东苏木 / 一队", 1),
        ("巡护", 1),
        ("东苏木 (2)", 1),
    ]


def test_more_folders_than_one_can_choose_from_become_one_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kml, "MAX_FOLDERS", 2)
    inside = "".join(f"<Folder><name>{n}</name><Placemark/></Folder>" for n in "甲乙丙")
    (layer,) = read(tmp_path, f"<kml><Document>{inside}</Document></kml>")
    assert layer.attributes["folder"].tolist() == ["甲", "乙", "丙"]


def test_fields_of_one_name_are_told_apart_and_none_is_lost(tmp_path: Path) -> None:
    data = "<Data name='name'><value>{}</value></Data>"
    layer = read_one(
        tmp_path,
        f"<name>甲</name><ExtendedData>{data.format('乙')}{data.format('丙')}</ExtendedData>",
        f"<name>丁</name><ExtendedData>{data.format('丁')}</ExtendedData>",
    )
    assert layer.attributes.to_dict("records") == [
        {"name": "甲", "name_2": "乙", "name_3": "丙"},
        {"name": "丁", "name_2": None, "name_3": None},
    ]


# ---- Tables in descriptions ---------------------------------------------------------------------


def test_a_table_in_the_description_is_read_and_the_description_kept(tmp_path: Path) -> None:
    rows = "<tr><td>TBBH</td><td>0012</td></tr><tr><td>备注</td><td>a&amp;b</td></tr>"
    table = f"<table border=1>{rows}</table>"
    layer = read_one(tmp_path, f"<description><![CDATA[<b>核查</b>{table}]]></description>")
    (row,) = layer.attributes.to_dict("records")
    assert (row["TBBH"], row["备注"]) == ("0012", "a&b")
    assert table in row["description"]


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ("<TABLE><TR><TD>甲<TD>1<TR><TD>乙：<TD> 2 <br>3</TABLE>", {"甲": "1", "乙": "2 3"}),
        ("<table><tr><th>字段</th><th>值</th></tr><tr><td>甲</td><td>1</td></tr>", {"甲": "1"}),
        ("<table><tr><td colspan=2>图斑</td></tr><tr><td>甲</td><td>1</td></tr>", {"甲": "1"}),
        ("<table><tr><td><table><tr><td>甲</td><td>1</td></tr></table></td></tr>", {"甲": "1"}),
        ("<table><tr><td>面积</td><td>1 < 2 and > 0</td></tr>", {"面积": "1 < 2 and > 0"}),
        ("<table><!-- <tr><td>x</td><td>y</td></tr> --><tr><td>甲</td><td></td></tr>", {"甲": ""}),
        ("<table><tr><td>甲</td><td>1</td><td>2</td></tr></table>", {}),
        ("<table><tr><td>甲</td><td>1</td></tr><tr><td>甲</td><td>2</td></tr></table>", {}),
        ("<table><tr><td></td><td>1</td></tr></table>", {}),
        ("<table></table>", {}),
        ("没有表格", {}),
        (f"<table><tr><td>甲</td><td>&#{'1' * 9999};</td></tr>", {"甲": f"&#{'1' * 9999};"}),
    ],
)
def test_only_a_plain_table_of_two_columns_holds_fields(table: str, fields: dict[str, str]) -> None:
    assert fields_in_description(table) == fields


@pytest.mark.parametrize("piece", ["<!--", "<t <", "<td a='", "<table>", "</", "<![", "<td>", "&#"])
def test_a_hostile_description_takes_no_time(piece: str) -> None:
    text = ("<table><tr><td>" + piece * LONGEST_DESCRIPTION)[:LONGEST_DESCRIPTION]
    started = time.monotonic()
    fields_in_description(text)
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER


# ---- Shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (f"<Point>{coordinates(' 1,2 ')}</Point>", "POINT (1 2)"),
        (f"<LineString>{coordinates('0,0 1,1,5')}</LineString>", "LINESTRING (0 0, 1 1)"),
        (ring("0,0 1,0 1,1"), "LINESTRING (0 0, 1 0, 1 1, 0 0)"),
        (polygon("0,0 4,0 4,4 0,4 0,0"), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        (
            polygon("0,0 4,0 4,4 0,4", "1,1 2,1 2,2 1,1"),
            "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        ),
        (
            "<MultiGeometry><MultiGeometry>"
            f"{polygon('0,0 1,0 1,1')}</MultiGeometry>{polygon('5,5 6,5 6,6')}</MultiGeometry>",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        ),
        (
            f"<MultiGeometry><Point>{coordinates('1,2')}</Point>{ring('0,0 1,0 1,1')}"
            "</MultiGeometry>",
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 0, 1 1, 0 0))",
        ),
        ("<Track><coord>1 2 3</coord><coord/><coord>4 5</coord></Track>", "LINESTRING (1 2, 4 5)"),
        ("<Track><coord>1 2 3</coord></Track>", "POINT (1 2)"),
        (
            "<MultiTrack><Track><coord>0 0</coord><coord>1 1</coord></Track>"
            "<Track><coord>2 2</coord><coord>3 3</coord></Track></MultiTrack>",
            "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
        ),
    ],
)
def test_every_kind_of_shape_is_drawn(tmp_path: Path, shape: str, expected: str) -> None:
    assert drawn(tmp_path, shape) == shapely.from_wkt(expected)


@pytest.mark.parametrize(
    "text",
    [
        "0,0,0 1,0,0 1,1,0",
        "\n\t0,0\n\t1,0\r\n1,1\n",
        "0 , 0 1 ,0   1, 1",
        "0，0 1，0 1，1",
        "0, 0, 5 1, 0, 5 1, 1, 5",
        "0,0, 1,0, 1,1,",
        "0,0,, 1,0,, 1,1,,",
    ],
)
def test_odd_blanks_and_missing_altitudes_are_read(tmp_path: Path, text: str) -> None:
    shape = drawn(tmp_path, f"<LineString>{coordinates(text)}</LineString>")
    assert shape == shapely.LineString([(0, 0), (1, 0), (1, 1)])


@pytest.mark.parametrize(
    ("shape", "code", "values"),
    [
        (f"<Point>{coordinates('x,40')}</Point>", "coordinates_unreadable", {"value": "x,40"}),
        (f"<Point>{coordinates('112')}</Point>", "coordinates_unreadable", {"value": "112"}),
        (f"<Point>{coordinates('nan,1')}</Point>", "coordinates_unreadable", {"value": "nan,1"}),
        (f"<Point>{coordinates('1e999,1')}</Point>", "coordinates_unreadable", None),
        (f"<Point>{coordinates('9' * 99 + ',1')}</Point>", "coordinates_unreadable", None),
        (f"<Point>{coordinates('1,2,3,4')}</Point>", "coordinates_unreadable", None),
        ("<Point/>", "coordinates_unreadable", None),
        ("<Polygon/>", "coordinates_unreadable", None),
        ("<Track/>", "coordinates_unreadable", None),
        (
            f"<LineString>{coordinates('1,1')}</LineString>",
            "too_few_points",
            {"count": 1, "needed": 2},
        ),
        (polygon("0,0 1,1 0,0"), "too_few_points", {"count": 2, "needed": 3}),
        (polygon("0,0 4,0 4,4", "1,1 2,2"), "too_few_points", {"count": 2, "needed": 3}),
        (
            f"<MultiGeometry><Point>{coordinates('1,1')}</Point><Point/></MultiGeometry>",
            "coordinates_unreadable",
            None,
        ),
    ],
)
def test_what_cannot_be_drawn_is_reported_with_its_row(
    tmp_path: Path, shape: str, code: str, values: dict[str, object] | None
) -> None:
    layer = read_one(tmp_path, "<name>好</name>", f"<name>坏</name>{shape}")
    assert layer.geometries.tolist() == [None, None]
    (trouble,) = layer.troubles
    assert (trouble.row, trouble.code, trouble.column) == (2, code, "geometry")
    assert values is None or trouble.values == values
    assert all(say(f"problem.{code}", lang, **trouble.values) for lang in LANGS)


# ---- Files --------------------------------------------------------------------------------------


def test_a_file_in_gbk_is_read(tmp_path: Path) -> None:
    text = "<?xml version='1.0' encoding='GBK'?><kml><Placemark><name>嘎查</name></Placemark></kml>"
    (layer,) = read(tmp_path, text.encode("gbk"))
    assert layer.attributes["name"].tolist() == ["嘎查"]
    assert (layer.encoding, layer.is_encoding_guessed) == ("GBK", False)


@pytest.mark.parametrize(
    "content", ["<kml/>", "<kml><Document><Folder/></Document></kml>", "<gpx/>"]
)
def test_a_file_without_placemarks_is_refused(tmp_path: Path, content: str) -> None:
    with refused_as("no_features", path=SOURCE):
        read(tmp_path, content)


def test_nothing_that_a_file_points_to_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.kml"
    secret.write_text("<kml><Placemark><name>secret</name></Placemark></kml>", encoding="utf-8")
    link = f"<NetworkLink><Link><href>{secret.as_uri()}</href></Link></NetworkLink>"
    (layer,) = read(tmp_path, f"<kml><Document>{link}<Placemark/></Document></kml>")
    assert len(layer.attributes) == 1
    assert "secret" not in layer.attributes.to_string()


def test_fields_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        f"<ExtendedData><Data name='f{n}'><value>1</value></Data></ExtendedData>" for n in range(4)
    ]
    for limit, code in (("MAX_ROWS", "long"), ("MAX_COLUMNS", "wide"), ("MAX_CELLS", "large")):
        with monkeypatch.context() as patch:
            patch.setattr(layer_rows, limit, 3)
            with refused_as(f"table_too_{code}", limit=3):
                read_one(tmp_path, *rows)


def test_rows_are_counted_over_all_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_rows, "MAX_ROWS", 3)
    with refused_as("table_too_long", path=SOURCE, limit=3):
        read(tmp_path, f"<kml>{'<Folder><Placemark/></Folder>' * 4}</kml>")


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    with refused_as("xml_too_deep", path=SOURCE):
        read(tmp_path, f"<kml>{'<Folder>' * 200}<Placemark/>{'</Folder>' * 200}</kml>")


def test_a_large_file_takes_time_by_its_length(tmp_path: Path) -> None:
    marks = [f"<name>{n}</name>{polygon('0,0 1,0 1,1 0,1')}" for n in range(20_000)]
    started = time.monotonic()
    layer = read_one(tmp_path, *marks)
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER
    assert np.all(shapely.area(layer.geometries) == 1)
