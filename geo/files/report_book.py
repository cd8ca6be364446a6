"""A report as a workbook (XLSX) that an office can send on: a sheet for each table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from geo.files.atomic import whole_file

Rows = Sequence[Mapping[str, object]]
MOST_ROWS = 1_000_000  # a sheet takes 1,048,576
# A cell takes 32,767 characters.
LONGEST_CELL = 32_000
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 8
_HEAD_FILL = PatternFill("solid", fgColor="DCE6F1")
_LAST_LATIN = 0x2FF


def write_book(sheets: Mapping[str, Rows], path: Path) -> None:
    """Write tables as sheets of one workbook; no cell is ever a formula.

    Parameters
    ----------
    sheets
        Title to rows; all rows of a sheet have the same columns.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        _fill(book.create_sheet(title[:31]), rows[:MOST_ROWS])
    with whole_file(path, suffix=".xlsx") as draft:
        book.save(draft)


def check_place(path: Path) -> None:
    """Make sure that a workbook could be written.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    with whole_file(path.with_name(f".{path.name}.try")) as draft:
        draft.touch()
    path.with_name(f".{path.name}.try").unlink()


def _fill(sheet: Worksheet, rows: Rows) -> None:
    heads = list(rows[0]) if rows else []
    widths = [_width(head) for head in heads]
    for place, head in enumerate(heads, start=1):
        cell = sheet.cell(row=1, column=place)
        _write(cell, head)
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row.values(), start=1):
            cell = sheet.cell(row=number, column=place)
            _write(cell, value)
            cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
            widths[place - 1] = max(widths[place - 1], _width(value))
    for place, width in enumerate(widths, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(max(width, NARROWEST_COLUMN), WIDEST_COLUMN)
    sheet.freeze_panes = "A2"
    # On paper: all columns on a page, the head on each.
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _write(cell: Cell, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))[:LONGEST_CELL]
        cell.value = text
        cell.data_type = "s"  # also what begins like a formula
    else:
        cell.value = value


def _width(value: object) -> int:
    """Count letters; a Chinese sign is as wide as two."""
    lines = str(value).splitlines() or [""]
    return 2 + max(sum(2 if ord(sign) > _LAST_LATIN else 1 for sign in line) for line in lines)
