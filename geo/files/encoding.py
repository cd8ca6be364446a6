"""The encoding of a shapefile's table: what the file says, held against what its bytes show."""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer
import numpy as np
import numpy.typing as npt

from geo.errors import FileRefused
from geo.files.dbf import TEXT_KIND, language_byte, read_head

SAMPLE_BYTES = 4 * 1024 * 1024

_CHINESE_WINDOWS = {"936": "GBK", "ansi 936": "GBK", "54936": "GB18030", "950": "BIG5"}
# The language byte of dBASE tables, as ESRI's programs write it; the others say nothing of Chinese.
_LANGUAGES = {0x4D: "GBK", 0x7A: "GBK", 0x4F: "BIG5", 0x78: "BIG5"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# Programs write these where nobody chose anything, and any bytes can be read as them.
_CLAIMED_BY_DEFAULT = frozenset({"iso8859-1", "cp1252"})
# Python's own ways to write text as something else; a table's bytes are never in them.
_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
# GB18030 holds all of GBK and GB 2312. Where both fit, the first is as likely as offices are.
_CHINESE = ("GB18030", "BIG5")
# The 3,755 characters that GB 2312 calls common begin with these bytes.
_COMMON_ROWS = range(0xB0, 0xD8)
# How much better another reading has to be before a file's own word is not believed.
_CLEARLY = 0.2
# A few values that cannot be read are told one by one; with more, it is another encoding.
FEW_UNREADABLE = 0.05


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding, and where it is known from.

    Attributes
    ----------
    is_guessed
        Whether the bytes had to be judged; if not, the file names it and the bytes agree.
    claimed
        What the file says where its bytes say otherwise; empty where they agree.
    """

    encoding: str
    is_guessed: bool
    claimed: str = ""


def dbf_encoding(shapefile: Path) -> EncodingGuess:
    """Find the encoding of the table beside a .shp file.

    The .cpg is believed, and without one the table's language byte, as long as the bytes do not
    contradict it: text in UTF-8 hardly ever happens by chance, and text read in the wrong Chinese
    encoding comes out in characters that nobody uses.
    """
    table = _beside(shapefile, ".dbf")
    if table is None:
        return EncodingGuess("UTF-8", is_guessed=False)
    texts = [text for text in _texts(table) if not text.isascii()]
    said = _said(shapefile, table)
    if not texts:
        # With nothing but ASCII there is nothing to judge, and nothing to confirm.
        return EncodingGuess(said or "UTF-8", is_guessed=False)
    best = _judged(texts)
    is_claim = bool(said) and codecs.lookup(said).name not in _CLAIMED_BY_DEFAULT
    if not is_claim:
        return EncodingGuess(best, is_guessed=True)
    is_better = _readability(texts, best) > _readability(texts, said) + _CLEARLY
    if is_better and not _is_same_family(best, said):
        return EncodingGuess(best, is_guessed=True, claimed=said)
    return EncodingGuess(said, is_guessed=False)


def judge_encoding(raw: bytes) -> EncodingGuess:
    """Find the encoding of a plain text: byte order mark, UTF-8, or what its characters show."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return EncodingGuess(name, is_guessed=False)
    if raw.isascii():
        return EncodingGuess("UTF-8", is_guessed=False)
    encoding = _judged([raw])
    return EncodingGuess(encoding, is_guessed=encoding != "UTF-8")


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


def _judged(texts: Sequence[bytes]) -> str:
    if _readable_share(texts, "utf-8") == 1.0:
        return "UTF-8"
    fitting = {name: _readability(texts, name) for name in _CHINESE}
    best = max(fitting, key=fitting.__getitem__)
    if fitting[best] > 0:
        return best
    found = charset_normalizer.from_bytes(b"\n".join(texts)[:SAMPLE_BYTES]).best()
    return found.encoding.upper() if found is not None else "GB18030"


def _readability(texts: Sequence[bytes], encoding: str) -> float:
    """Judge a reading from 0 to 1 by whether it decodes, and into characters people use."""
    if _readable_share(texts, encoding) < 1 - FEW_UNREADABLE:
        return 0.0
    signs = "".join(_decoded(text, encoding) for text in texts)
    strange = [sign for sign in signs if not sign.isascii()]
    if not strange:
        return 1.0
    return sum(_is_common(sign) for sign in strange) / len(strange)


def _is_common(sign: str) -> bool:
    try:
        first = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    # Below the characters lie punctuation, wide letters and numerals: signs of the same page.
    return first in _COMMON_ROWS or first <= 0xA3


def _is_same_family(one: str, other: str) -> bool:
    gb = {"gbk", "gb2312", "gb18030"}
    names = {codecs.lookup(one).name, codecs.lookup(other).name}
    return len(names) == 1 or names <= gb


def _readable_share(texts: Sequence[bytes], encoding: str) -> float:
    return sum(_can_decode(text, encoding) for text in texts) / len(texts)


def _can_decode(text: bytes, encoding: str) -> bool:
    try:
        decode_cut(text, encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _decoded(text: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(text)


def _beside(shapefile: Path, suffix: str) -> Path | None:
    """Find a part of a shapefile, whichever way its suffix is written."""
    for part in sorted(shapefile.parent.iterdir()):
        if part.stem == shapefile.stem and part.suffix.lower() == suffix:
            return part
    return None


def _said(shapefile: Path, table: Path) -> str:
    """Read what the .cpg or else the language byte names; what Python does not know is nothing."""
    cpg = _beside(shapefile, ".cpg")
    if cpg is not None:
        with cpg.open("rb") as stream:
            name = stream.read(80).decode("ascii", errors="ignore").strip()
        name = _CHINESE_WINDOWS.get(name.lower(), name)
        if name and _is_known(name):
            return name
    return _LANGUAGES.get(language_byte(table), "")


def _is_known(name: str) -> bool:
    try:
        b" ".decode(name)  # Python does not look at the name where there is nothing to read
        codecs.getincrementaldecoder(name)
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return False
    return known.replace("_", "-") not in _NO_ENCODINGS


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
            texts += distinct(records[:, start : start + field.width])
        start += field.width
    return texts


def distinct(column: npt.NDArray[np.uint8]) -> list[bytes]:
    """List the distinct values of a column of fixed width, without the blanks behind them."""
    width = column.shape[1]
    if width == 0:
        return []
    values: Iterable[bytes] = np.unique(np.ascontiguousarray(column).view(f"S{width}"))
    return [bytes(value).rstrip() for value in values]
