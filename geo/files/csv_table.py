"""CSV: a table as text, in whichever encoding and with whichever sign between its cells."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TextIO

from geo.errors import FileRefused
from geo.files.raw_layer import RawLayer
from geo.files.table_layer import MAX_CELL_CHARS, table_layer
from geo.files.text_encoding import find_encoding, open_text, opener_of

DRIVER = "CSV"
# A full-width comma is punctuation within a cell.
DELIMITERS = "\t;,"

MAX_LINE_CHARS = 16 * MAX_CELL_CHARS
_HEAD_CHARS = 64 * 1024
_QUOTE, _LINE_ENDS = '"', "\r\n"
_SAYS_DELIMITER = "sep="


def read_csv_table(path: Path, *, source: str, encoding: str | None = None) -> list[RawLayer]:
    """Read a .csv, .tsv or plain text table.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        To override what the bytes show.

    Returns
    -------
    list of RawLayer
        One layer; all cells are text. Shapes as `geo.files.table_shapes` finds them.

    Raises
    ------
    FileRefused
        ``table_empty``, ``table_not_text``, ``cell_too_long``, ``table_too_long``,
        ``table_too_wide``, ``table_too_large``, or as `geo.files.text_encoding.find_encoding`.
    """
    opened = opener_of(path)
    guess = find_encoding(opened, source, chosen=encoding)
    with open_text(opened, guess.encoding) as text:
        delimiter = _delimiter(text.read(_HEAD_CHARS))
    with open_text(opened, guess.encoding) as text, _long_cells(source):
        layer = table_layer(
            _records(text, delimiter, source),
            name=PurePosixPath(source).stem,
            driver=DRIVER,
            source=source,
            encoding=guess,
            has_all_cells=True,
        )
    if layer is None:
        raise FileRefused("table_empty", path=source)
    return [layer]


def _delimiter(head: str) -> str:
    """Find the sign between cells in the first line that has one; quoted text does not count."""
    times = Counter[str]()
    is_quoted = False
    for sign in head:
        if sign == _QUOTE:
            is_quoted = not is_quoted
        elif not is_quoted and sign in DELIMITERS:
            times[sign] += 1
        elif not is_quoted and sign in _LINE_ENDS and times:
            break
    return max(DELIMITERS, key=lambda sign: times[sign]) if times else ","


def _records(text: TextIO, delimiter: str, source: str) -> Iterator[list[str]]:
    records = csv.reader(_lines(text, source), delimiter=delimiter)
    for number, record in enumerate(records):
        if number == 0 and record and record[0].lower().startswith(_SAYS_DELIMITER):
            continue
        yield record


def _lines(text: TextIO, source: str) -> Iterator[str]:
    for line in iter(lambda: text.readline(MAX_LINE_CHARS), ""):
        if "\0" in line:
            raise FileRefused("table_not_text", path=source)
        if len(line) == MAX_LINE_CHARS:
            raise FileRefused("cell_too_long", path=source, limit=MAX_CELL_CHARS)
        yield line


@contextmanager
def _long_cells(source: str) -> Iterator[None]:
    """Let cells be as long as a shape is; Python keeps one limit for the whole process."""
    before = csv.field_size_limit(MAX_CELL_CHARS)
    try:
        yield
    except csv.Error as error:
        raise FileRefused("cell_too_long", path=source, limit=MAX_CELL_CHARS) from error
    finally:
        csv.field_size_limit(before)
