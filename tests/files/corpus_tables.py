"""Tables with shapes in a column, tables of points, tables of people: CSV and spreadsheets."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any
from xml.sax.saxutils import escape

from geo.model.layer_kinds import LayerKind
from tests.deliveries import zip_members
from tests.files.corpus_case import (
    ACCEPT,
    GB,
    MISMATCH,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_drawing import CODES, FIRST, GPS, REMARK, REMARKS, moved_shapes, squares

Rows = Sequence[Sequence[object]]
WKT_HEAD = ("PAN_NO_TB", "BEIZHU", "MIAN_JI", "WKT")
WKT_ROWS: Rows = [
    WKT_HEAD,
    *((c, r, 1.0, s.wkt) for c, r, s in zip(CODES, REMARKS, squares(), strict=True)),
]
DEGREE_ROWS: Rows = [
    WKT_HEAD,
    *((c, r, 1.0, s.wkt) for c, r, s in zip(CODES, REMARKS, moved_shapes(squares()), strict=True)),
]
POINT_ROWS: Rows = [
    ("编号", "名称", "经度", "纬度"),
    *((f"00{n + 1}", f"卡口{n + 1}", 119.137 + n / 1000, 43.332) for n in range(3)),
]
PEOPLE_ROWS: Rows = [
    ("code", "role", "label", "level", "admin_code"),
    ("manager-1", "grid_manager", "网格长一号", "", "159901"),
    ("ranger-1", "ranger", "护林员一号", "", "159901001"),
    ("inspector-1", "inspector", "督查员一号", "county", ""),
]
WHOLE = {"first_code": FIRST, "texts": (REMARK,)}
IN_40 = {"crs": "EPSG:4528", "proposals": frozenset({"crs"})} | WHOLE

# ---- CSV ----------------------------------------------------------------------------------------


def csv_file(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Callable[[Path], None]:
    """Make a table as text."""

    def make(path: Path) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        path.write_bytes(text.getvalue().encode(encoding))

    return make


# ---- Spreadsheets -------------------------------------------------------------------------------

_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def xlsx_parts(
    sheets: Mapping[str, Rows], doctype: str = "", more_relations: str = ""
) -> dict[str, bytes]:
    """The members of a workbook, in as few words as spreadsheet programs accept."""
    count = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in count
    )
    named_sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in count
    )
    texts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{_XML}{doctype}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{named_sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}{more_relations}</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), start=1):
        texts[f"xl/worksheets/sheet{n}.xml"] = _sheet_text(rows, doctype)
    return {name: text.encode() for name, text in texts.items()}


def _sheet_text(rows: Rows, doctype: str) -> str:
    lines = "".join(
        f'<row r="{n}">{"".join(_cell(v, n, at) for at, v in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1)
    )
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    return f"{_XML}{doctype}{sheet}"


def _cell(value: object, row: int, column: int) -> str:
    place = f"{ascii_uppercase[column]}{row}"
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def xlsx(rows: Rows, **more: Any) -> Callable[[Path], None]:
    """Make a workbook of one sheet."""
    return workbook({"Sheet1": rows}, **more)


def workbook(sheets: Mapping[str, Rows], **more: Any) -> Callable[[Path], None]:
    """Make a workbook."""
    return lambda path: zip_members(path, xlsx_parts(sheets, **more)) and None


TITLED: Rows = [("2026年图斑台账",), (), *WKT_ROWS]
BLANK_LINES: Rows = [*WKT_ROWS[:2], ("", "", "", ""), *WKT_ROWS[2:], ()]
BAD_WKT: Rows = [*WKT_ROWS[:2], (CODES[1], "", 1.0, "POLYGON ((1 2, 3"), WKT_ROWS[3]]
BAD_POINTS: Rows = [*POINT_ROWS[:3], ("003", "卡口3", "东经119度", "")]
POINTS = LayerKind.REFERENCE
OFFERED = frozenset({"春季", "秋季"})

CASES: tuple[Case, ...] = (
    patch_case("csv-wkt", "图斑.csv", csv_file(WKT_ROWS), taken(**IN_40)),
    patch_case(
        "csv-wkt-degrees",
        "图斑.csv",
        csv_file(DEGREE_ROWS, "utf-8-sig"),
        taken(crs=any_of("EPSG:4490", GPS), proposals=frozenset({"crs"}), **WHOLE),
    ),
    patch_case(
        "csv-gbk",
        "图斑.csv",
        csv_file(WKT_ROWS, "gbk"),
        taken(encoding=GB, crs="EPSG:4528", proposals=frozenset({"crs", "encoding"}), **WHOLE),
    ),
    patch_case("csv-utf16-tabs", "图斑.csv", csv_file(WKT_ROWS, "utf-16", "\t"), taken(**WHOLE)),
    patch_case("csv-semicolons", "图斑.csv", csv_file(WKT_ROWS, delimiter=";"), taken(**WHOLE)),
    patch_case("csv-blank-lines", "图斑.csv", csv_file(BLANK_LINES), taken(**WHOLE)),
    patch_case(
        "csv-wkt-bad",
        "图斑.csv",
        csv_file(BAD_WKT),
        Expect("refused_rows", rows_read=3, quarantined=1, crs="EPSG:4528"),
    ),
    patch_case(
        "csv-no-shapes",
        "台账.csv",
        csv_file([row[:3] for row in WKT_ROWS]),
        refused("layer_without_shapes"),
    ),
    Case(
        "csv-lon-lat",
        "卡口.csv",
        POINTS,
        csv_file(POINT_ROWS),
        taken(first_code="001", texts=("卡口2",), crs=any_of("EPSG:4490", GPS)),
    ),
    Case(
        "csv-lon-lat-gbk",
        "卡口.csv",
        POINTS,
        csv_file(POINT_ROWS, "gbk"),
        taken(encoding=GB, first_code="001", texts=("卡口2",)),
    ),
    Case(
        "csv-lon-lat-bad",
        "卡口.csv",
        POINTS,
        csv_file(BAD_POINTS),
        Expect("refused_rows", rows_read=3, quarantined=1),
    ),
    patch_case(
        "csv-points-as-patches", "卡口.csv", csv_file(POINT_ROWS), refused("layer_not_polygons")
    ),
    patch_case("xlsx-wkt", "图斑.xlsx", xlsx(WKT_ROWS), taken(**IN_40)),
    patch_case(
        "xlsx-title-above",
        "台账.xlsx",
        xlsx(TITLED),
        Expect(
            frozenset({"imported", "refused_file"}),
            error=any_of("layer_without_shapes", "field_needed"),
        ),
    ),
    patch_case(
        "xlsx-two-sheets",
        "图斑.xlsx",
        workbook({"春季": WKT_ROWS, "秋季": WKT_ROWS[:3]}),
        refused("layer_needed", layers=OFFERED),
    ),
    patch_case(
        "xlsx-one-of-two",
        "图斑.xlsx",
        workbook({"春季": WKT_ROWS, "秋季": WKT_ROWS[:3]}),
        taken(2, **WHOLE),
        options=ACCEPT | {"layer": "秋季"},
    ),
    Case(
        "xlsx-lon-lat",
        "卡口.xlsx",
        POINTS,
        xlsx(POINT_ROWS),
        taken(first_code="001", texts=("卡口2",), crs=any_of("EPSG:4490", GPS)),
    ),
    patch_case(
        "xlsx-no-shapes",
        "台账.xlsx",
        xlsx([r[:3] for r in WKT_ROWS]),
        refused("layer_without_shapes"),
    ),
    patch_case(
        "xlsx-old-kind",
        "台账.xls",
        lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)),
        refused("format_unknown", MISMATCH),
    ),
    Case("people-bom", "人员.csv", "people", csv_file(PEOPLE_ROWS, "utf-8-sig"), taken()),
    Case("people-gbk", "人员.csv", "people", csv_file(PEOPLE_ROWS, "gbk"), taken(encoding=GB)),
    Case("people-xlsx", "人员.xlsx", "people", xlsx(PEOPLE_ROWS), taken()),
    Case(
        "people-columns-missing",
        "人员.csv",
        "people",
        csv_file([row[:1] for row in PEOPLE_ROWS]),
        refused("people_columns_missing"),
    ),
)
