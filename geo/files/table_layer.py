"""The records of a table become a layer: its heading is found, every cell stays text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.layer_rows import check_size, distinct_names, text_frame
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.table_shapes import shapes_of

MAX_CELL_CHARS = 4_000_000  # a shape of a hundred thousand points, written out
# A title, a unit and a date may stand above the heading.
_TITLE_ROWS = 10
# How many steps of the way from a row to its line are told.
_STEPS_TOLD = 8


def table_layer(
    records: Iterator[Sequence[str]],
    *,
    name: str,
    driver: str,
    source: str,
    encoding: EncodingGuess,
    has_all_cells: bool,
) -> RawLayer | None:
    """Make a layer of records.

    Parameters
    ----------
    records
        The cells of each row; empty rows are passed over, but count as lines.
    has_all_cells
        Whether a row shorter than the heading lacks something, and is not merely empty at its end.

    Returns
    -------
    RawLayer or None
        None if there are no rows below the heading. Cells beyond the heading are kept in fields of
        their own. A column that holds the shapes is left out of the attributes.

        Rows are numbered without titles and empty rows. Where those make a row's number differ
        from what a spreadsheet shows, a trouble of row 0 says which row is in which line, and
        what is told of a row's cells names its line.

    Raises
    ------
    FileRefused
        ``table_too_long``, ``table_too_wide``, ``table_too_large`` or ``cell_too_long``.
    """
    heading, rest = _heading(
        (line, record)
        for line, record in enumerate(records, start=1)
        if any(map(str.strip, record))
    )
    rows, troubles = _rows(rest, len(heading), source, has_all_cells=has_all_cells)
    if not rows:
        return None
    width = len(rows[0])
    columns = distinct_names([*heading, *[""] * (width - len(heading))])
    frame = text_frame(columns, rows)
    shapes = shapes_of(frame)
    troubles += shapes.troubles
    return RawLayer(
        name=name,
        driver=driver,
        attributes=frame.drop(columns=shapes.column) if shapes.column else frame,
        geometries=shapes.geometries,
        crs=shapes.crs,
        encoding=encoding.encoding,
        is_encoding_guessed=encoding.is_guessed,
        troubles=tuple(sorted(troubles, key=lambda trouble: trouble.row)),
    )


def _rows(
    records: Iterable[tuple[int, Sequence[str]]], expected: int, source: str, *, has_all_cells: bool
) -> tuple[list[list[str]], list[RowTrouble]]:
    """Gather the rows below a heading of so many cells, all as wide as the widest."""
    rows: list[list[str]] = []
    lines: list[int] = []
    troubles: list[RowTrouble] = []
    width = expected
    for line, record in records:
        cells = _trimmed(record, source)
        width = max(width, len(cells))
        rows.append(cells)
        lines.append(line)
        check_size(len(rows), width, source)
        if len(cells) > expected or (has_all_cells and len(record) < expected):
            found = max(len(cells), len(record))
            values = {"found": found, "expected": expected, "line": line}
            troubles.append(RowTrouble(len(rows), "row_ragged", "", values))
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows, [*troubles, *_other_lines(lines)]


def _other_lines(lines: Sequence[int]) -> list[RowTrouble]:
    """Say in which lines the rows stand, where that is not one below the other under line 1."""
    steps = [
        f"{row} → {line}"
        for row, (line, above) in enumerate(zip(lines, (1, *lines), strict=False), start=1)
        if line != above + 1
    ]
    if not steps:
        return []
    told = ", ".join(steps[:_STEPS_TOLD]) + (" …" if len(steps) > _STEPS_TOLD else "")
    return [RowTrouble(0, "lines_passed_over", "", {"lines": told})]


def _heading(
    records: Iterator[tuple[int, Sequence[str]]],
) -> tuple[list[str], Iterator[tuple[int, Sequence[str]]]]:
    """Take the heading: the first row that names more than one column, or else the first row."""
    first = list(islice(records, _TITLE_ROWS))
    if not first:
        return [], iter(())
    place = next((n for n, (_, record) in enumerate(first) if _filled(record) > 1), 0)
    heading = list(first[place][1])
    while heading and not heading[-1].strip():
        heading.pop()
    return heading, chain(first[place + 1 :], records)


def _filled(record: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _trimmed(record: Sequence[str], source: str) -> list[str]:
    """Take empty cells off a row's end."""
    cells = list(record)
    while cells and not cells[-1].strip():
        cells.pop()
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        raise FileRefused("cell_too_long", path=source, limit=MAX_CELL_CHARS)
    return cells
