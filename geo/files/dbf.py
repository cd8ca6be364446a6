"""The head of a dBASE table, the one beside every shapefile: its fields, and where records lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

# A fixed part, then one entry per field up to a mark, then the records.
_FIXED_BYTES, _ENTRY_BYTES = 32, 32
_NAME_BYTES, _KIND_AT, _WIDTH_AT, _DECIMALS_AT = 11, 11, 16, 17
_LANGUAGE_AT = 29
_END_OF_ENTRIES = b"\r"
# A name ends with a zero byte, so ten are left.
MAX_NAME_BYTES = 10
TEXT_KIND, NUMBER_KIND = b"C", b"N"
_NUMBER_KINDS = frozenset({NUMBER_KIND, b"F"})
DELETED = ord("*")
# GDAL reads whole numbers up to this width exactly, and wider ones as decimal numbers.
EXACT_DIGITS = 18


@dataclass(frozen=True, slots=True)
class DbfField:
    """One field: its name as bytes, its kind (``C`` is text), its width, and where its entry is."""

    name: bytes
    kind: bytes
    width: int
    entry_at: int
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class DbfHead:
    """What the head of a table says; no fields if it was cut off."""

    fields: tuple[DbfField, ...]
    size: int
    record_size: int


def read_head(stream: BinaryIO) -> DbfHead:
    """Read the head of a table, from its first byte."""
    fixed = stream.read(_FIXED_BYTES)
    size = int.from_bytes(fixed[8:10], "little")
    record_size = max(int.from_bytes(fixed[10:12], "little"), 1)
    entries = stream.read(max(size - _FIXED_BYTES, 0))
    return DbfHead(tuple(_fields(entries)), size, record_size)


def language_byte(table: Path) -> int:
    """Read the byte that names the language of the texts; 0 says nothing."""
    with table.open("rb") as stream:
        fixed = stream.read(_FIXED_BYTES)
    return fixed[_LANGUAGE_AT] if len(fixed) > _LANGUAGE_AT else 0


def codes_as_written(table: Path) -> dict[int, list[str]]:
    """Read codes that are kept as numbers, as the digits that stand there.

    They are whole numbers too wide to be exact, and those of fields where a zero leads another
    digit in any row: no number is written so.

    Returns
    -------
    dict
        Place of the field to the text of each record that is not marked as deleted.
    """
    with table.open("rb") as stream:
        head = read_head(stream)
        whole = [
            (place, field)
            for place, field in enumerate(head.fields)
            if field.kind in _NUMBER_KINDS and field.width and not field.decimals
        ]
        if not whole:
            return {}
        raw = stream.read()
    records = np.frombuffer(raw, np.uint8, len(raw) // head.record_size * head.record_size)
    records = records.reshape(-1, head.record_size)
    records = records[records[:, 0] != DELETED]
    starts = np.cumsum([1, *(field.width for field in head.fields)])
    codes = {}
    for place, field in whole:
        cells = records[:, starts[place] : starts[place] + field.width]
        is_wide = field.kind == NUMBER_KIND and field.width > EXACT_DIGITS
        if is_wide or _has_leading_zeros(cells):
            codes[place] = [
                bytes(cell).decode("ascii", errors="replace").strip(" *\0") for cell in cells
            ]
    return codes


def _has_leading_zeros(cells: npt.NDArray[np.uint8]) -> bool:
    is_blank = cells == ord(" ")
    if cells.shape[1] < 2 or not len(cells):
        return False
    first = np.minimum(np.argmin(is_blank, axis=1), cells.shape[1] - 2)[:, None]
    lead = np.take_along_axis(cells, first, axis=1)
    after = np.take_along_axis(cells, first + 1, axis=1)
    return bool(((lead == ord("0")) & (after >= ord("0")) & (after <= ord("9"))).any())


def count_records(table: Path) -> int:
    """Count the records that the head names and that are there, also those marked as deleted."""
    with table.open("rb") as stream:
        said = int.from_bytes(stream.read(_FIXED_BYTES)[4:8], "little")
        stream.seek(0)
        head = read_head(stream)
    return min(said, max(table.stat().st_size - head.size, 0) // head.record_size)


def count_deleted(table: Path) -> int:
    """Count the records that are marked as deleted."""
    with table.open("rb") as stream:
        head = read_head(stream)
        raw = stream.read()
    marks = np.frombuffer(raw, np.uint8)[:: head.record_size]
    return int((marks == DELETED).sum())


def has_doubled_names(table: Path) -> bool:
    """Tell whether two fields have the same name: two long ones may have been cut to one."""
    with table.open("rb") as stream:
        names = [field.name for field in read_head(stream).fields]
    return len(set(names)) < len(names)


def tell_fields_apart(table: Path) -> None:
    """Give fields whose name occurs again a number, in the file itself; readers skip such fields.

    Parameters
    ----------
    table
        A copy of our own, never the file of the person who delivered it.
    """
    with table.open("r+b") as stream:
        fields = read_head(stream).fields
        names = {field.name for field in fields}
        seen = set[bytes]()
        for field in fields:
            name = field.name
            if name in seen:
                name = next(n for n in _numbered(name) if n not in names and n not in seen)
                stream.seek(field.entry_at)
                stream.write(name.ljust(_NAME_BYTES, b"\0"))
            seen.add(name)


def _fields(entries: bytes) -> Iterator[DbfField]:
    for at in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        entry = entries[at : at + _ENTRY_BYTES]
        if entry.startswith(_END_OF_ENTRIES):
            return
        kind = entry[_KIND_AT : _KIND_AT + 1]
        # Texts have no decimals: the byte for them makes room for widths beyond 255.
        width = int.from_bytes(
            entry[_WIDTH_AT : _WIDTH_AT + (2 if kind == TEXT_KIND else 1)], "little"
        )
        decimals = 0 if kind == TEXT_KIND else entry[_DECIMALS_AT]
        name = entry[:_NAME_BYTES].partition(b"\0")[0]
        yield DbfField(name, kind, width, _FIXED_BYTES + at, decimals)


def _numbered(name: bytes) -> Iterator[bytes]:
    encoding = "utf-8" if _is_utf8(name) else "gb18030"
    text = name.decode(encoding, errors="ignore")
    for number in count(2):
        room = MAX_NAME_BYTES - len(f"_{number}")
        # A character is cut off whole, never within its bytes.
        kept = next(
            t for n in range(len(text), -1, -1) if len(t := text[:n].encode(encoding)) <= room
        )
        yield kept + f"_{number}".encode()


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
