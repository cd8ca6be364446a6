"""The encoding of a shapefile's table: what the .cpg says, else what the bytes show."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.errors import FileRefused
from geo.files.dbf import TEXT_KIND, read_head

SAMPLE_BYTES = 4 * 1024 * 1024

_CHINESE_WINDOWS = {"936": "GBK", "ansi 936": "GBK", "54936": "GB18030"}
# Programs write these where nobody chose anything, and any bytes can be read as them.
_CLAIMED_BY_DEFAULT = frozenset({"iso8859-1", "cp1252"})


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding, and whether the file named it or its bytes were judged."""

    encoding: str
    is_guessed: bool


def dbf_encoding(shapefile: Path) -> EncodingGuess:
    """Find the encoding of the table beside a .shp file.

    A .cpg is believed as long as the bytes do not contradict it. Without one: plain ASCII and
    valid UTF-8 are UTF-8, everything else is taken for GB18030, which contains GBK and GB 2312.
    """
    table = _beside(shapefile, ".dbf")
    if table is None:
        return EncodingGuess("UTF-8", is_guessed=False)
    texts = _texts(table)
    is_ascii = all(text.isascii() for text in texts)
    named = _named(_beside(shapefile, ".cpg"))
    says_something = is_ascii or codecs.lookup(named or "utf-8").name not in _CLAIMED_BY_DEFAULT
    if named and says_something and _decode(texts, named):
        return EncodingGuess(named, is_guessed=False)
    judged = "UTF-8" if _decode(texts, "utf-8") else "GB18030"
    # With nothing but ASCII there is nothing to judge, and nothing to confirm.
    return EncodingGuess(judged, is_guessed=not is_ascii)


def check_encoding(name: str, *, source: Path) -> None:
    """Refuse a name that is no encoding of text.

    Raises
    ------
    FileRefused
        ``encoding_wrong``.
    """
    if not _is_known(name):
        raise FileRefused("encoding_wrong", path=source, encoding=name)


def decode_cut(text: bytes, encoding: str) -> str:
    """Decode a text that may end within a character, as fields of a fixed width do.

    Raises
    ------
    UnicodeDecodeError
        If it is not in this encoding.
    """
    return codecs.getincrementaldecoder(encoding)().decode(text)


def _beside(shapefile: Path, suffix: str) -> Path | None:
    """Find a part of a shapefile, whichever way its suffix is written."""
    for part in sorted(shapefile.parent.iterdir()):
        if part.stem == shapefile.stem and part.suffix.lower() == suffix:
            return part
    return None


def _named(cpg: Path | None) -> str:
    """Read the name in a .cpg; a name Python does not know counts as none."""
    if cpg is None:
        return ""
    name = cpg.read_text(encoding="ascii", errors="ignore").strip()
    name = _CHINESE_WINDOWS.get(name.lower(), name)
    return name if _is_known(name) else ""


def _is_known(name: str) -> bool:
    try:
        b" ".decode(name)  # Python does not look at the name where there is nothing to read
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        return False
    return True


def _texts(table: Path) -> list[bytes]:
    """Take what is text in a dBASE table: the names of its fields, and the distinct values."""
    with table.open("rb") as stream:
        head = read_head(stream)
        raw = stream.read(SAMPLE_BYTES // head.record_size * head.record_size or head.record_size)
    records = np.frombuffer(raw, np.uint8, len(raw) // head.record_size * head.record_size)
    records = records.reshape(-1, head.record_size)
    texts, start = [], 1  # each record begins with the mark of deletion
    for field in head.fields:
        texts.append(field.name)
        if field.kind == TEXT_KIND:
            texts += _distinct(records[:, start : start + field.width])
        start += field.width
    return texts


def _distinct(column: npt.NDArray[np.uint8]) -> list[bytes]:
    width = column.shape[1]
    if width == 0:
        return []
    values = np.unique(np.ascontiguousarray(column).view(f"S{width}"))
    return [bytes(value).rstrip() for value in values]


def _decode(texts: Iterable[bytes], encoding: str) -> bool:
    """Tell whether all texts can be read in an encoding."""
    try:
        for text in texts:
            decode_cut(text, encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
