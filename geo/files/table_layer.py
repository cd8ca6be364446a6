"""The records of a table become a layer: its heading is found, every cell stays text."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.layer_rows import check_size, distinct_names, text_frame
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.table_shapes import shapes_of

MAX_CELL_CHARS = 4_000_000  # a shape of a hundred thousand points, written out
# A title, a unit and a date may stand above the heading.
_TITLE_ROWS = 10


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
        The cells of each row; empty rows are passed over.
    has_all_cells
        Whether a row shorter than the heading lacks something, and is not merely empty at its end.

    Returns
    -------
    RawLayer or None
        None if there are no rows below the heading. Cells beyond the heading are kept in fields of
        their own. A column that holds the shapes is left out of the attributes.

    Raises
    ------
    FileRefused
        ``table_too_long``, ``table_too_wide``, ``table_too_large`` or ``cell_too_long``.
    """
    heading, rest = _heading(record for record in records if any(map(str.strip, record)))
    rows: list[list[str]] = []
    troubles: list[RowTrouble] = []
    width = len(heading)
    for record in rest:
        cells = _trimmed(record, source)
        width = max(width, len(cells))
        rows.append(cells)
        check_size(len(rows), width, source)
        if len(cells) > len(heading) or (has_all_cells and len(record) < len(heading)):
            values = {"found": max(len(cells), len(record)), "expected": len(heading)}
            troubles.append(RowTrouble(len(rows), "row_ragged", "", values))
    if not rows:
        return None
    for row in rows:
        row.extend([""] * (width - len(row)))
    columns = distinct_names([*heading, *[""] * (width - len(heading))])
    frame = text_frame(columns, rows)
    shapes = shapes_of(frame)
    return RawLayer(
        name=name,
        driver=driver,
        attributes=frame.drop(columns=shapes.column) if shapes.column else frame,
        geometries=shapes.geometries,
        crs=shapes.crs,
        encoding=encoding.encoding,
        is_encoding_guessed=encoding.is_guessed,
        troubles=tuple(sorted([*troubles, *shapes.troubles], key=lambda trouble: trouble.row)),
    )


def _heading(
    records: Iterator[Sequence[str]],
) -> tuple[list[str], Iterator[Sequence[str]]]:
    """Take the heading: the first row that names more than one column, or else the first row."""
    first = list(islice(records, _TITLE_ROWS))
    if not first:
        return [], iter(())
    place = next((n for n, record in enumerate(first) if _filled(record) > 1), 0)
    heading = list(first[place])
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
