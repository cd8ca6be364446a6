"""Tables of other programs: every cell stays text, shapes are found where they are written."""

import csv
import datetime as dt
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import openpyxl.xml
import pytest
import shapely

from geo.files import csv_table, layer_rows, table_layer, xlsx_tables
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.tables import read_csv_table, read_table, read_xlsx_tables
from geo.text import LANGS, say
from tests.refusals import refused_as

SECONDS_OF_A_LINEAR_READER = 20.0
TABLE, BOOK = "图斑.csv", "图斑.xlsx"


def read(tmp_path: Path, content: str | bytes, encoding: str | None = None) -> RawLayer:
    path = tmp_path / "0000.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (layer,) = read_csv_table(path, source=TABLE, encoding=encoding)
    return layer


def rows(layer: RawLayer) -> list[dict[str, str]]:
    records: list[dict[str, str]] = layer.attributes.to_dict("records")
    return records


def codes(layer: RawLayer) -> list[tuple[int, str]]:
    for trouble in layer.troubles:
        assert all(say(f"problem.{trouble.code}", lang, **trouble.values) for lang in LANGS)
    return [(trouble.row, trouble.code) for trouble in layer.troubles]


# ---- CSV ----------------------------------------------------------------------------------------


def test_every_cell_stays_the_text_it_is(tmp_path: Path) -> None:
    layer = read(tmp_path, "TBBH,MJ,日期,备注\n0012,1.50,2026/5/1, a \n12345678901234567890,,,NA\n")
    assert rows(layer) == [
        {"TBBH": "0012", "MJ": "1.50", "日期": "2026/5/1", "备注": " a "},
        {"TBBH": "12345678901234567890", "MJ": "", "日期": "", "备注": "NA"},
    ]
    assert set(map(str, layer.attributes.dtypes)) == {"object"}
    assert layer.geometries.tolist() == [None, None]
    assert (layer.name, layer.driver, layer.crs, layer.troubles) == ("图斑", "CSV", None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", {"a": "1", "b": "2"}),
        ("a\tb\n1\t2,3\n", {"a": "1", "b": "2,3"}),
        ("a;b\n1;2,3\n", {"a": "1", "b": "2,3"}),
        ("sep=;\na;b\n1;2\n", {"a": "1", "b": "2"}),
        ("a，乙,b\n1,2\n", {"a，乙": "1", "b": "2"}),
        ('"a;x;y",b\n1,2\n', {"a;x;y": "1", "b": "2"}),
        ('a,b\n1,"2\n3"\n', {"a": "1", "b": "2\n3"}),
        ('a,b\n1,"say ""yes"""\n', {"a": "1", "b": 'say "yes"'}),
        ("a,b\r\n1,2\r\n", {"a": "1", "b": "2"}),
        ("a,b\r1,2\r", {"a": "1", "b": "2"}),
        ("\n,,\na,b\n\n,\n1,2\n,,,\n", {"a": "1", "b": "2"}),
        ("变化图斑一览表\n2026年,\na,b\n1,2\n", {"a": "1", "b": "2"}),
        ("a\n1\n", {"a": "1"}),
        ("a,a,,b,\n1,2,3,4\n", {"a": "1", "a_2": "2", "field_3": "3", "b": "4"}),
        ("a,a_2,a\n1,2,3\n", {"a": "1", "a_2": "2", "a_3": "3"}),
        ("field_2,,x\n1,2,3\n", {"field_2": "1", "field_2_2": "2", "x": "3"}),
    ],
)
def test_a_table_is_read_however_it_is_written(
    tmp_path: Path, text: str, expected: Mapping[str, str]
) -> None:
    layer = read(tmp_path, text)
    assert rows(layer) == [expected]
    assert [code for _, code in codes(layer)] in ([], ["lines_passed_over"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\n1,2\n3,4\n\n", None),
        ('a,b\n"1\n",2\n3,4\n', None),  # a spreadsheet shows a record as one line
        ("sep=,\na,b\n1,2\n", None),
        ("一览表\na,b\n1,2\n3,4\n", "1 → 3"),
        ("\na,b\n1,2\n\n,\n3,4\n5,6\n", "1 → 3, 2 → 6"),
        ("a,b\n" + "1,2\n\n" * 10, "2 → 4, 3 → 6, 4 → 8, 5 → 10, 6 → 12, 7 → 14, 8 → 16, 9 → 18 …"),
    ],
)
def test_rows_below_titles_and_empty_lines_are_told_by_their_lines(
    tmp_path: Path, text: str, lines: str | None
) -> None:
    layer = read(tmp_path, text)
    told = [(t.row, t.code, dict(t.values)) for t in layer.troubles]
    assert told == ([(0, "lines_passed_over", {"lines": lines})] if lines else [])
    codes(layer)


@pytest.mark.parametrize(
    ("text", "written_in", "found", "is_guessed"),
    [
        ("编号,嘎查", "utf-8", "UTF-8", True),
        ("编号,嘎查", "utf-8-sig", "UTF-8", False),
        ("code,name", "ascii", "UTF-8", False),
        ("编号,嘎查", "gbk", "GB18030", True),
        ("编号,嘎查", "utf-16", "UTF-16", False),
        ("编号,嘎查", "utf-16-le", "UTF-16-LE", True),
        ("编号,嘎查", "utf-16-be", "UTF-16-BE", True),
        ("圖斑編號,林地變化原因", "big5", "BIG5", True),
    ],
)
def test_every_usual_encoding_is_found(
    tmp_path: Path, text: str, written_in: str, found: str, is_guessed: bool
) -> None:
    layer = read(tmp_path, f"{text}\n1,2\n".encode(written_in))
    assert list(layer.attributes) == text.split(",")
    assert (layer.encoding, layer.is_encoding_guessed) == (found, is_guessed)


def test_a_person_can_choose_the_encoding(tmp_path: Path) -> None:
    layer = read(tmp_path, "编号,名称\n1,2\n".encode("gbk"), "GBK")
    assert (list(layer.attributes), layer.encoding) == (["编号", "名称"], "GBK")
    with refused_as("encoding_wrong", path=TABLE, encoding="UTF-8"):
        read(tmp_path, "编号,名称\n1,2\n".encode("gbk"), "UTF-8")


def test_a_row_of_another_length_is_told_and_nothing_of_it_lost(tmp_path: Path) -> None:
    layer = read(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n")
    assert [list(row.values()) for row in rows(layer)] == [
        ["1", "2", "", ""],
        ["1", "2", "3", ""],
        ["1", "2", "3", "4"],
        ["1", "2", "3", ""],
    ]
    assert list(layer.attributes) == ["a", "b", "c", "field_4"]
    assert layer.troubles == (
        RowTrouble(1, "row_ragged", "", {"found": 2, "expected": 3, "line": 2}),
        RowTrouble(3, "row_ragged", "", {"found": 4, "expected": 3, "line": 4}),
    )
    assert codes(layer) == [(1, "row_ragged"), (3, "row_ragged")]


@pytest.mark.parametrize("content", ["", "\n\n", "a,b\n", "a,b\n,,\n"])
def test_a_table_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    with refused_as("table_empty", path=TABLE):
        read(tmp_path, content)


@pytest.mark.parametrize("content", ["a,b\n1,\0\n", "a,b\n1,2\n\0\0\0\0"])
def test_a_file_with_zero_bytes_is_no_text(tmp_path: Path, content: str) -> None:
    with refused_as("table_not_text", path=TABLE):
        read(tmp_path, content.encode() + "图".encode() + b"\0" * 2)


def test_a_quote_that_is_never_closed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (csv_table, table_layer):
        monkeypatch.setattr(module, "MAX_CELL_CHARS", 1_000)
    before = csv.field_size_limit()
    with refused_as("cell_too_long", path=TABLE, limit=1_000):
        read(tmp_path, 'a,b\n1,"2\n' + "1,2\n" * 1_000)
    assert csv.field_size_limit() == before
    monkeypatch.setattr(csv_table, "MAX_LINE_CHARS", 2_000)
    with refused_as("cell_too_long", path=TABLE, limit=1_000):
        read(tmp_path, "a,b\n" + ",2" * 1_000)


def test_a_long_shape_is_no_long_cell(tmp_path: Path) -> None:
    line = shapely.LineString([(n, n) for n in range(20_000)])
    layer = read(tmp_path, f'a,wkt\n1,"{line.wkt}"\n')
    assert len(line.wkt) > 131_072  # where Python's own limit lies
    assert layer.geometries[0] == line


def test_tables_beyond_any_office_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, code in (("MAX_ROWS", "long"), ("MAX_COLUMNS", "wide"), ("MAX_CELLS", "large")):
        with monkeypatch.context() as patch:
            patch.setattr(layer_rows, limit, 3)
            with refused_as(f"table_too_{code}", path=TABLE, limit=3):
                read(tmp_path, "a,b,c,d\n" + "1,2,3,4\n" * 4)


# ---- Shapes -------------------------------------------------------------------------------------

TRIANGLE = "POLYGON ((0 0, 4 0, 4 4, 0 0))"


@pytest.mark.parametrize(
    "name", ["WKT", "wkt", "geometry", "the_geom", "图形", "SHAPE", "whatever"]
)
def test_shapes_are_read_from_wkt(tmp_path: Path, name: str) -> None:
    layer = read(tmp_path, f"a;{name}\n1;{TRIANGLE}\n2;\n3;polygon z((0 0 1,4 0 1,4 4 1,0 0 1))\n")
    assert layer.geometries[[0, 2]].tolist() == [shapely.from_wkt(TRIANGLE)] * 2
    assert layer.geometries[1] is None
    assert (list(layer.attributes), layer.crs, layer.troubles) == (["a"], None, ())


def test_the_system_of_extended_wkt_is_taken_over(tmp_path: Path) -> None:
    layer = read(tmp_path, f"a\tg\n1\tSRID=4490;{TRIANGLE}\n2\tSRID=4490;{TRIANGLE}\n")
    assert (layer.crs, layer.geometries[0]) == ("EPSG:4490", shapely.from_wkt(TRIANGLE))
    mixed = read(tmp_path, f"a\tg\n1\tSRID=4490;{TRIANGLE}\n2\t{TRIANGLE}\n")
    assert mixed.crs is None


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((0 0, 4 0",
        "POLYGON ((0 0, 4 0, 4 4))",
        "Polygon",
        "CIRCULARSTRING (0 0, 1 1, 2 0)",
        "GEOMETRYCOLLECTION (" * 50_000 + "POINT (1 1)" + ")" * 50_000,
        "POLYGON " + "(" * 500_000,
        "GEOMETRYCOLLECTION (CIRCULARSTRING (0 0, 1 1, 2 0))",
        *(
            f"GEOMETRYCOLLECTION ({f'{kind} (' * 50_000}"
            for kind in ("CompoundCurve", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE")
        ),
    ],
    ids=["cut", "open", "word", "curve", "deep", "brackets", "arc", "1", "2", "3", "4"],
)
def test_wkt_that_cannot_be_read_is_told_with_its_row(tmp_path: Path, text: str) -> None:
    layer = read(tmp_path, f"a;wkt\n1;{TRIANGLE}\n2;{text}\n")
    assert layer.geometries[1] is None
    assert codes(layer) == [(2, "coordinates_unreadable")]
    assert len(str(layer.troubles[0].values["value"])) < 80


def test_words_in_a_column_called_shape_are_no_shapes(tmp_path: Path) -> None:
    layer = read(tmp_path, "a;Shape\n1;Polygon\n2;Polygon\n")
    assert list(layer.attributes) == ["a", "Shape"]
    assert layer.geometries.tolist() == [None, None]
    assert layer.troubles == ()


@pytest.mark.parametrize(
    ("east", "north"),
    [
        ("lon", "lat"),
        ("LNG", "Latitude"),
        ("经度", "纬度"),
        ("东经（°）", "北纬（°）"),
        ("GPS_X", "GPS_Y"),
        ("x", "y"),
    ],
)
def test_points_are_read_from_two_columns_that_stay(tmp_path: Path, east: str, north: str) -> None:
    layer = read(tmp_path, f"{north},a,{east}\n40.25,1,112.5\n")
    assert layer.geometries[0] == shapely.Point(112.5, 40.25)
    assert list(layer.attributes) == [north, "a", east]
    assert layer.crs is None


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("112.504306", 112.504306),
        ("112°30′15.5″", 112 + 30 / 60 + 15.5 / 3600),
        ("112°30'15.5\"", 112 + 30 / 60 + 15.5 / 3600),
        ("112°30'15.5''", 112 + 30 / 60 + 15.5 / 3600),
        ("112度30分15.5秒", 112 + 30 / 60 + 15.5 / 3600),
        ("东经112°30′", 112.5),
        ("E 112°30′", 112.5),
        ("112 30 15.5", 112 + 30 / 60 + 15.5 / 3600),
        ("112:30:15.5", 112 + 30 / 60 + 15.5 / 3600),
        ("112.5°", 112.5),
        ("12°30′W", -12.5),
        ("-12°30′", -12.5),
        ("112°60′", None),
        ("112°30′75″", None),
        ("1_12", None),
        ("inf", None),
        ("1" * 99, None),
        ("无", None),
    ],
)
def test_degrees_are_read_in_every_usual_form(
    tmp_path: Path, text: str, degrees: float | None
) -> None:
    cell = text.replace('"', '""')
    layer = read(tmp_path, f'经度,纬度\n1,2\n"{cell}",40\n')
    if degrees is None:
        assert layer.geometries[1] is None
        assert codes(layer) == [(2, "coordinates_unreadable")]
    else:
        assert shapely.get_x(layer.geometries[1]) == pytest.approx(degrees, abs=1e-12)
        assert layer.troubles == ()


def test_a_row_without_coordinates_has_no_shape_and_half_of_them_is_told(tmp_path: Path) -> None:
    layer = read(tmp_path, "a,x,y\n1,,\n2,5,\n3,5,6\n")
    assert layer.geometries.tolist() == [None, None, shapely.Point(5, 6)]
    assert codes(layer) == [(2, "coordinates_unreadable")]


def test_columns_without_numbers_are_no_coordinates(tmp_path: Path) -> None:
    layer = read(tmp_path, "x,y\n好,坏\n好,1\n")
    assert (layer.geometries.tolist(), layer.troubles) == ([None, None], ())


def test_a_surveyors_x_is_the_northing_where_the_numbers_show_it(tmp_path: Path) -> None:
    layer = read(tmp_path, "x,y\n4800000,40500000\n40500000,4800000\n")
    assert layer.geometries.tolist() == [shapely.Point(40_500_000, 4_800_000)] * 2
    assert codes(layer) == [(1, "axes_swapped")]


# ---- XLSX ---------------------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(tmp_path: Path, sheets: Mapping[str, list[list[object]]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(line)
    path = tmp_path / "0000.xlsx"
    workbook.save(path)
    return path


def forged(tmp_path: Path, sheet: str, *, head: str = "", **parts: bytes) -> Path:
    """Put a sheet's XML as it is into a workbook."""
    honest = book(tmp_path, {"图斑": [["a"], ["1"]]})
    path = tmp_path / "forged.xlsx"
    text = f'<?xml version="1.0"?>{head}<worksheet xmlns="{_MAIN}">{sheet}</worksheet>'
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            out.writestr(name, text if is_sheet else source.read(name))
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def cell(value: str, *, kind: str = "n", formula: str = "", ref: str = "") -> str:
    inside = f"<f>{escape(formula)}</f>" if formula else ""
    place = f' r="{ref}"' if ref else ""
    return f'<c t="{kind}"{place}>{inside}<v>{escape(value)}</v></c>'


def row(*cells: str, number: str = "") -> str:
    place = f' r="{number}"' if number else ""
    return f"<row{place}>{''.join(cells)}</row>"


def read_book(path: Path) -> list[RawLayer]:
    return read_xlsx_tables(path, source=BOOK)


HEADING = row(cell("TBBH", kind="str"), cell("MJ", kind="str"))


def test_each_sheet_with_rows_is_a_layer(tmp_path: Path) -> None:
    layers = read_book(
        book(
            tmp_path,
            {
                "图斑": [["变化图斑一览表"], ["TBBH", "WKT"], ["0012", TRIANGLE]],
                "空": [],
                "表头": [["a", "b"]],
                "人员": [["code", "role"], ["p-1", "ranger"], [None, None], ["p-2", None]],
            },
        )
    )
    assert [(layer.name, layer.driver, layer.crs) for layer in layers] == [
        ("图斑", "XLSX", None),
        ("人员", "XLSX", None),
    ]
    assert rows(layers[0]) == [{"TBBH": "0012"}]
    assert layers[0].geometries[0] == shapely.from_wkt(TRIANGLE)
    assert rows(layers[1]) == [{"code": "p-1", "role": "ranger"}, {"code": "p-2", "role": ""}]
    assert layers[1].troubles == (RowTrouble(0, "lines_passed_over", "", {"lines": "2 → 4"}),)


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (15042, "000000000000", "000000015042"),
        (15042.0, "000000", "015042"),
        (-7, "0000", "-0007"),
        (7, "0000_ ", "0007"),
        (7, "000;-000;0", "007"),
        (1504, "000", "1504"),
        (15042, "0", "15042"),
        (15042, "000.00", "15042"),
        (15042, "000,000", "15042"),
        (1.5, "0000", "1.5"),
        (True, "0000", "TRUE"),
        ("7", "0000", "7"),
    ],
)
def test_a_number_has_the_zeros_that_its_format_shows(
    tmp_path: Path, value: object, shown_as: str, text: str
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for line in (["TBBH", "MJ"], [value, 1]):
        sheet.append(line)
    sheet["A2"].number_format = shown_as
    workbook.save(tmp_path / "0000.xlsx")
    (layer,) = read_book(tmp_path / "0000.xlsx")
    assert rows(layer) == [{"TBBH": text, "MJ": "1"}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (-3.0, "-3"),
        (True, "TRUE"),
        (dt.date(2026, 5, 1), "2026-05-01"),
        (dt.datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001 - a spreadsheet knows no zones
        (dt.datetime(2026, 5, 1, 8, 30), "2026-05-01T08:30:00"),  # noqa: DTZ001
        (dt.time(8, 30), "08:30:00"),
    ],
)
def test_cells_become_the_text_that_people_mean(tmp_path: Path, value: object, text: str) -> None:
    (layer,) = read_book(book(tmp_path, {"a": [["x", "b"], [value, "1"]]}))
    found = rows(layer)[0]["x"]
    assert found == text
    assert set(map(str, layer.attributes.dtypes)) == {"object"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("12.0", "12"),
        ("9007199254740991.0", "9007199254740991"),
        ("9007199254740992.0", "9007199254740992.0"),
        ("1e3", "1000"),
        ("0.1", "0.1"),
        ("1e999", ""),
    ],
)
def test_a_number_loses_its_point_only_where_it_is_exact(
    tmp_path: Path, written: str, text: str
) -> None:
    sheet = f"<sheetData>{HEADING}{row(cell(written), cell('1'))}</sheetData>"
    (layer,) = read_book(forged(tmp_path, sheet))
    assert rows(layer)[0]["TBBH"] == text


def test_digits_beyond_what_a_number_holds_stay(tmp_path: Path) -> None:
    sheet = f"<sheetData>{HEADING}{row(cell('12345678901234567890'), cell('1'))}</sheetData>"
    (layer,) = read_book(forged(tmp_path, sheet))
    assert rows(layer) == [{"TBBH": "12345678901234567890", "MJ": "1"}]


def test_a_formula_is_read_as_it_was_last_calculated_and_never_run(tmp_path: Path) -> None:
    formulas = [
        cell("7", formula='WEBSERVICE("http://example.invalid")'),
        cell("=1+1", kind="str", formula="cmd|'/c calc'!A1"),
    ]
    (layer,) = read_book(forged(tmp_path, f"<sheetData>{HEADING}{row(*formulas)}</sheetData>"))
    assert rows(layer) == [{"TBBH": "7", "MJ": "=1+1"}]


def test_cells_beyond_the_heading_are_told(tmp_path: Path) -> None:
    (layer,) = read_book(book(tmp_path, {"a": [["x", "y"], [1, 2, 3]]}))
    assert rows(layer) == [{"x": "1", "y": "2", "field_3": "3"}]
    assert codes(layer) == [(1, "row_ragged")]


def test_what_a_sheet_says_of_its_size_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_tables, "MAX_PLACES", 4)
    claim = '<dimension ref="A1:XFD1048576"/>'
    data = f"<sheetData>{HEADING}{row(cell('1'), cell('2'))}</sheetData>"
    started = time.monotonic()
    (layer,) = read_book(forged(tmp_path, claim + data))
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER / 10
    assert len(layer.attributes) == 1
    with refused_as("table_empty", path=BOOK):
        read_book(forged(tmp_path, f"{claim}<sheetData/>"))


def test_a_row_far_below_and_rows_far_to_the_right_are_refused_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.monotonic()
    far = row(cell("1"), number="4000000000")
    with refused_as("table_too_long", path=BOOK):
        read_book(forged(tmp_path, f"<sheetData>{HEADING}{far}</sheetData>"))
    with refused_as("table_too_wide", path=BOOK):
        wide = row(cell("1", ref="XFD2"), number="2")
        read_book(forged(tmp_path, f"<sheetData>{HEADING}{wide}</sheetData>"))
    monkeypatch.setattr(xlsx_tables, "MAX_PLACES", 1_000_000)
    empty = "".join(row(f'<c r="XFD{n}"/>', number=str(n)) for n in range(2, 200))
    with refused_as("table_too_large", path=BOOK):
        read_book(forged(tmp_path, f"<sheetData>{HEADING}{empty}</sheetData>"))
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE worksheet>",
        '<!DOCTYPE w [<!ENTITY a "ha">]>',
        '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_a_document_type_in_a_sheet_is_refused(tmp_path: Path, head: str) -> None:
    data = f"<sheetData>{HEADING}{row(cell('1'), cell('2'))}</sheetData>"
    with refused_as("xml_entities", path=BOOK):
        read_book(forged(tmp_path, data, head=head))


def test_a_document_type_is_found_in_whichever_part(tmp_path: Path) -> None:
    data = f"<sheetData>{HEADING}{row(cell('1'), cell('2'))}</sheetData>"
    for name in ("xl/extra.rels", "xl/picture.png", "xl/none"):
        with refused_as("xml_entities", path=BOOK):
            read_book(forged(tmp_path, data, **{name: b"\n <!DOCTYPE x><x/>"}))
    # Pictures, and drawings of old comments that are no proper XML, are let be.
    harmless = {"xl/picture.png": b"\x89PNG", "xl/drawing1.vml": b"<xml><br></xml>"}
    assert len(read_book(forged(tmp_path, data, **harmless))) == 1


def test_the_library_below_forbids_entities_too() -> None:
    assert openpyxl.xml.DEFUSEDXML
    assert not openpyxl.xml.LXML


def test_deep_sheets_are_refused(tmp_path: Path) -> None:
    with refused_as("xml_too_deep", path=BOOK):
        read_book(forged(tmp_path, "<a>" * 300 + "</a>" * 300))


def test_a_workbook_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = forged(tmp_path, "<sheetData/>", **{"xl/media/a.bin": b"\0" * 3 * 1024**2})
    monkeypatch.setattr(xlsx_tables, "MAX_UNPACKED_MB", 2)
    with refused_as("workbook_too_large", path=BOOK, limit=2):
        read_book(path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_unreadable"),
        (b"PK\x03\x04 and no more", "file_unreadable"),
        ("图斑".encode(), "file_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_old"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "0000.xlsx"
    path.write_bytes(content)
    with refused_as(code, path=BOOK):
        read_book(path)


@pytest.mark.parametrize(
    "sheet",
    [
        f"<sheetData>{row(cell('99', kind='s'))}</sheetData>",
        f"<sheetData>{row(cell('x'))}</sheetData>",
        f"<sheetData>{row(cell('9' * 9999))}</sheetData>",
        f"<sheetData>{row(cell('1', ref='??'))}</sheetData>",
        "<sheetData><row r='x'/></sheetData>",
        "<sheetData>",
    ],
    ids=["string", "number", "digits", "place", "row", "cut"],
)
def test_a_broken_sheet_is_refused(tmp_path: Path, sheet: str) -> None:
    with refused_as("file_unreadable", path=BOOK):
        read_book(forged(tmp_path, sheet))


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": [["x", "y"], *([n, n] for n in range(500))]})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 200 : start + 260] = bytes(60)
    path.write_bytes(content)
    with refused_as("file_unreadable", path=BOOK):
        read_book(path)


# ---- By suffix ----------------------------------------------------------------------------------


def test_a_table_is_opened_as_what_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "0000"
    path.write_text("code\trole\np-1\tranger\n", encoding="utf-8")
    for source in ("人员.csv", "人员.TSV", "人员.txt"):
        (layer,) = read_table(path, source=source)
        assert rows(layer) == [{"code": "p-1", "role": "ranger"}]
    with refused_as("file_unreadable", path="人员.xlsx"):
        read_table(path, source="人员.xlsx")
    with refused_as("format_unknown", path="人员.doc", known="csv, tsv, txt, xlsx"):
        read_table(path, source="人员.doc")


def test_a_large_table_takes_time_by_its_length(tmp_path: Path) -> None:
    started = time.monotonic()
    layer = read(tmp_path, "a,lon,lat\n" + "0012,112.5,40.25\n" * 100_000)
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER
    assert len(layer.geometries) == 100_000
