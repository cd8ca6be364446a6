"""The encoding of a shapefile's table: what the .cpg says, else what the bytes show."""

from dataclasses import dataclass
from pathlib import Path

SAMPLE_BYTES = 4 * 1024 * 1024


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
    table = shapefile.with_suffix(".dbf")
    if not table.exists():
        return EncodingGuess("UTF-8", is_guessed=False)
    raw = _texts(table)
    named = _named(shapefile.with_suffix(".cpg"))
    if named and _decodes(raw, named):
        return EncodingGuess(named, is_guessed=False)
    judged = "UTF-8" if _decodes(raw, "utf-8") else "GB18030"
    # With nothing but ASCII there is nothing to judge, and nothing to confirm.
    return EncodingGuess(judged, is_guessed=not raw.isascii())


def _named(cpg: Path) -> str:
    """Read the name in a .cpg; a name Python does not know counts as none."""
    if not cpg.exists():
        return ""
    name = cpg.read_text(encoding="ascii", errors="ignore").strip()
    name = {"936": "GBK", "ansi 936": "GBK", "54936": "GB18030"}.get(name.lower(), name)
    try:
        b"".decode(name)
    except LookupError:
        return ""
    return name


def _texts(table: Path) -> bytes:
    """Take the records of a dBASE table without its header, and without a cut-off last record."""
    with table.open("rb") as stream:
        header = stream.read(32)
        if len(header) < 32:  # noqa: PLR2004 - the fixed part of a dBASE header
            return b""
        header_size = int.from_bytes(header[8:10], "little")
        record_size = max(int.from_bytes(header[10:12], "little"), 1)
        stream.seek(header_size)
        return stream.read(SAMPLE_BYTES // record_size * record_size or record_size)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
