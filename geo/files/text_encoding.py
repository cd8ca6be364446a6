"""The encoding of a plain text: what its first bytes say, what it declares, what its bytes show."""

import codecs
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess, judge_encoding

# Opens the same bytes anew, from their beginning: a file, or one member of an archive.
Opener = Callable[[], IO[bytes]]

BLOCK = 1024 * 1024
SAMPLE_BYTES = 4 * BLOCK
_HEAD_BYTES = 4096
# The longer mark first: the mark of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# GB18030 holds all of GBK and GB 2312, and files that declare these use characters of the larger.
_GB_CODECS = frozenset({"gb2312", "gbk", "gb18030"})
# Python knows codecs that are no encodings of text, and some that take long over hostile bytes.
_TEXT_CODECS = _GB_CODECS | {
    *("ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
    *("big5", "big5hkscs", "cp950", "cp936", "latin-1", "iso8859-1", "iso8859-15"),
    *(f"cp125{n}" for n in range(9)),
}


def opener_of(path: Path) -> Opener:
    """Make what opens a file anew."""
    return lambda: path.open("rb")


def find_encoding(
    opened: Opener, source: str, *, chosen: str | None = None, declared: str = ""
) -> EncodingGuess:
    """Find an encoding in which all of a text can be read.

    Parameters
    ----------
    opened
        Opens the text.
    source
        The file's name, for messages.
    chosen
        What a person says; it has to fit.
    declared
        What the text itself says of its encoding; believed if it fits.

    Raises
    ------
    FileRefused
        ``encoding_wrong`` if the chosen one is unknown or does not fit, ``text_unreadable`` if
        none does.
    """
    if chosen is not None:
        codec = text_codec(chosen)
        if codec is None or not _can_read(opened, codec):
            raise FileRefused("encoding_wrong", path=source, encoding=chosen)
        return EncodingGuess(chosen, is_guessed=False)
    with opened() as stream:
        sample = stream.read(SAMPLE_BYTES)
    said = _marked(sample) or declared
    codec = text_codec(said) if said else None
    if codec is not None and _can_read(opened, codec):
        return EncodingGuess(said, is_guessed=False)
    for name in (_unmarked_utf16(sample[:_HEAD_BYTES]), "UTF-8", _judged(sample), "GB18030"):
        if name and _can_read(opened, name):
            # With nothing but ASCII there is nothing to judge, and nothing to confirm.
            return EncodingGuess(name.upper(), is_guessed=name != "UTF-8" or not sample.isascii())
    raise FileRefused("text_unreadable", path=source)


def text_codec(name: str) -> str | None:
    """Give Python's name of an encoding of text; None where it is not one."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    if codec not in _TEXT_CODECS:
        return None
    if codec in _GB_CODECS:
        return "gb18030"
    # This one also reads a text without a mark.
    return "utf-8-sig" if codec == "utf-8" else codec


def open_text(opened: Opener, encoding: str) -> io.TextIOWrapper:
    """Open a text in an encoding that `find_encoding` found; line ends stay as they are."""
    stream = opened()
    return io.TextIOWrapper(stream, text_codec(encoding) or encoding, newline="")


def _marked(sample: bytes) -> str:
    return next((name for mark, name in _MARKS if sample.startswith(mark)), "")


def _judged(sample: bytes) -> str:
    return text_codec(judge_encoding(sample).encoding) or ""


def _unmarked_utf16(head: bytes) -> str:
    """Recognise UTF-16 without a mark: every second byte of a plain letter is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even == odd or min(even, odd) > 0:
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _can_read(opened: Opener, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(text_codec(encoding) or encoding)()
    try:
        with opened() as stream:
            while block := stream.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
