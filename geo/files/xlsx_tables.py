"""XLSX: the sheets of a workbook as tables of texts. Nothing is calculated, no macro is run."""

import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.layer_rows import MAX_ROWS
from geo.files.raw_layer import RawLayer
from geo.files.table_layer import table_layer
from geo.files.xml_guard import refuse_hostile_stream, xml_encoding

DRIVER = "XLSX"
MAX_PARTS = 5_000
MAX_UNPACKED_MB = 2_048
# A sheet of a million rows and ten columns.
MAX_ELEMENTS = 25_000_000
# A row is filled up to its last cell: rows of one cell at the far right would cost a lot.
MAX_PLACES = 200_000_000
# From here on not every whole number is one that was written.
EXACT_BELOW = 2.0**53

# Codes shown with all their zeros: of positive numbers, with room for a bracket behind them.
_ZEROS = re.compile(r"(0{2,40})(?:_.)?(?:;.*)?", re.DOTALL)
_OLD_MAGIC = b"\xd0\xcf\x11\xe0"
_STARTS_OF_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
# Drawings of old comments: no program reads them here, and many are not well formed.
_NOT_READ = frozenset({".vml"})
# What openpyxl raises over a broken workbook depends on where it is broken.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError),
    *(InvalidFileException, SyntaxError, LookupError, ValueError, TypeError, AttributeError),
    *(ArithmeticError, AssertionError),
)


def read_xlsx_tables(path: Path, *, source: str, encoding: str | None = None) -> list[RawLayer]:
    """Read the sheets of a .xlsx.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        Of no effect: a workbook knows its own.

    Returns
    -------
    list of RawLayer
        One for each sheet with a heading and rows; all cells are text: whole numbers without a
        point and with the zeros that a number format of nothing but zeros shows, dates in ISO 8601,
        formulas as the value that was last calculated for them.

    Raises
    ------
    FileRefused
        ``workbook_old``, ``workbook_too_large``, ``table_empty``, ``cell_too_long``,
        ``table_too_long``, ``table_too_wide``, ``table_too_large``, ``file_unreadable``, or as
        `geo.files.xml_guard.refuse_hostile_stream`.
    """
    del encoding
    with path.open("rb") as stream:
        if stream.read(len(_OLD_MAGIC)) == _OLD_MAGIC:
            raise FileRefused("workbook_old", path=source)
    with _refusals(source):
        _refuse_hostile_parts(path, source)
        layers = _layers(path, source)
    if not layers:
        raise FileRefused("table_empty", path=source)
    return layers


def _refuse_hostile_parts(path: Path, source: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        size_mb = sum(part.file_size for part in parts) // 1024**2
        if len(parts) > MAX_PARTS or size_mb >= MAX_UNPACKED_MB:
            raise FileRefused("workbook_too_large", path=source, limit=MAX_UNPACKED_MB)
        for part in parts:
            if _is_xml(archive, part):
                opened = partial(archive.open, part)
                encoding = xml_encoding(opened, source).encoding
                refuse_hostile_stream(opened, source, encoding, max_elements=MAX_ELEMENTS)


def _is_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if PurePosixPath(part.filename).suffix.lower() in _NOT_READ:
        return False
    with archive.open(part) as stream:
        return stream.read(64).lstrip().startswith(_STARTS_OF_XML)


def _layers(path: Path, source: str) -> list[RawLayer]:
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            formats = book._number_formats  # noqa: SLF001 - no other list of them
            shows_zeros = any(map(_ZEROS.fullmatch, formats))
            layers = [
                table_layer(
                    _records(sheet, source, shows_zeros=shows_zeros),
                    name=sheet.title,
                    driver=DRIVER,
                    source=source,
                    encoding=EncodingGuess("UTF-8", is_guessed=False),
                    has_all_cells=False,
                )
                for sheet in book.worksheets
            ]
    return [layer for layer in layers if layer is not None]


def _records(sheet: Any, source: str, *, shows_zeros: bool) -> Iterator[list[str]]:
    # What a sheet says of its size may be anything; its rows say it themselves.
    sheet.reset_dimensions()
    places = 0
    # Only cells know their formats, and values alone are there in half the time.
    read = _cell_text if shows_zeros else _text
    for number, row in enumerate(sheet.iter_rows(values_only=not shows_zeros), start=1):
        places += len(row)
        if number > MAX_ROWS:
            raise FileRefused("table_too_long", path=source, limit=MAX_ROWS)
        if places > MAX_PLACES:
            raise FileRefused("table_too_large", path=source, limit=MAX_PLACES)
        yield [read(value) for value in row]


def _cell_text(cell: Any) -> str:
    text = _text(cell.value)
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return text
    try:
        zeros = _ZEROS.fullmatch(cell.number_format)
    except LookupError:  # a format that is not there
        return text
    digits = text.removeprefix("-")
    if zeros is None or not digits.isdecimal():
        return text
    return text.removesuffix(digits) + digits.zfill(len(zeros[1]))


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    is_exact = value.is_integer() and abs(value) < EXACT_BELOW
    return str(int(value)) if is_exact else str(value)


@contextmanager
def _refusals(source: str) -> Iterator[None]:
    """Turn what a broken workbook raises into a refusal; openpyxl's advice is nobody's concern."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _BROKEN as error:
        raise FileRefused("file_unreadable", path=source, detail=str(error)) from error
