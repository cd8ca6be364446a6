"""The head of a dBASE table, the one beside every shapefile: its fields, and where records lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

# A fixed part, then one entry per field up to a mark, then the records.
_FIXED_BYTES, _ENTRY_BYTES = 32, 32
_NAME_BYTES, _KIND_AT, _WIDTH_AT = 11, 11, 16
_END_OF_ENTRIES = b"\r"
# A name ends with a zero byte, so ten are left.
MAX_NAME_BYTES = 10
TEXT_KIND = b"C"


@dataclass(frozen=True, slots=True)
class DbfField:
    """One field: its name as bytes, its kind (``C`` is text), its width, and where its entry is."""

    name: bytes
    kind: bytes
    width: int
    entry_at: int


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
                name = next(n for n in _numbered(name) if n not in names | seen)
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
        yield DbfField(entry[:_NAME_BYTES].partition(b"\0")[0], kind, width, _FIXED_BYTES + at)


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
