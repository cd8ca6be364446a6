"""XML from strangers: looked through once for what attacks its reader, before anything is built.

A document type can define entities that grow without end or fetch other files. No format read here
needs one, so every document type is refused.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.text_encoding import Opener, find_encoding, open_text, opener_of, text_codec

MAX_DEPTH = 200
MAX_ELEMENTS = 5_000_000
# One tag, comment or instruction. The parser begins each anew with every block that it gets, so an
# endless one would take time by the square of its length.
MAX_MARK_BYTES = 1024 * 1024
_BLOCK = 64 * 1024
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([\w.-]{1,40})[\"']")
_WIDE = ("utf-16", "utf-32")


def refuse_hostile_xml(
    path: Path,
    source: str,
    *,
    encoding: str | None = None,
    max_depth: int = MAX_DEPTH,
    max_elements: int = MAX_ELEMENTS,
) -> EncodingGuess:
    """Refuse XML that would harm its reader, or is none.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        What a person says; None to find it out.

    Returns
    -------
    EncodingGuess
        In which `open_xml` reads it.

    Raises
    ------
    FileRefused
        ``xml_entities``, ``xml_too_deep``, ``xml_too_many``, ``xml_mark_too_long``,
        ``file_unreadable``, or as `geo.files.text_encoding.find_encoding`.
    """
    opened = opener_of(path)
    guess = xml_encoding(opened, source, chosen=encoding)
    refuse_hostile_stream(
        opened, source, guess.encoding, max_depth=max_depth, max_elements=max_elements
    )
    return guess


def refuse_hostile_stream(
    opened: Opener,
    source: str,
    encoding: str,
    *,
    max_depth: int = MAX_DEPTH,
    max_elements: int = MAX_ELEMENTS,
) -> None:
    """Refuse hostile XML wherever it comes from; see `refuse_hostile_xml`."""
    parser = DefusedXMLParser(target=_Nothing(), encoding="utf-8", forbid_dtd=True)
    expat = parser.parser
    expat.DefaultHandlerExpand = None  # texts are of no interest here
    depth = elements = fed = 0

    def count_start(_tag: str, _attributes: list[str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > max_depth:
            raise FileRefused("xml_too_deep", path=source, limit=max_depth)
        if elements > max_elements:
            raise FileRefused("xml_too_many", path=source, limit=max_elements)

    def count_end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    expat.StartElementHandler = count_start
    expat.EndElementHandler = count_end
    with open_xml(opened, encoding) as stream, _refusals(source):
        while block := stream.read(_BLOCK):
            parser.feed(block)
            fed += len(block)
            if fed - max(expat.CurrentByteIndex, 0) > MAX_MARK_BYTES:
                limit = MAX_MARK_BYTES // 1024**2
                raise FileRefused("xml_mark_too_long", path=source, limit=limit)
        parser.close()


def xml_events(
    path: Path, source: str, encoding: str, events: tuple[str, ...]
) -> Iterator[tuple[str, Element]]:
    """Read XML that was found harmless, event by event.

    Raises
    ------
    FileRefused
        ``file_unreadable``.
    """
    parser = DefusedXMLParser(target=TreeBuilder(), encoding="utf-8", forbid_dtd=True)
    with open_xml(opener_of(path), encoding) as stream, _refusals(source):
        yield from iterparse(stream, events, parser)


def xml_encoding(opened: Opener, source: str, *, chosen: str | None = None) -> EncodingGuess:
    """Find the encoding of an XML text: its mark, its declaration, or what fits.

    Raises
    ------
    FileRefused
        As `geo.files.text_encoding.find_encoding`.
    """
    with opened() as stream:
        match = _DECLARED.match(stream.read(1024).removeprefix(b"\xef\xbb\xbf"))
    declared = match[1].decode() if match else "UTF-8"
    # A declaration that can be read byte by byte is not in wide characters, whatever it says.
    if (text_codec(declared) or "").startswith(_WIDE):
        declared = "UTF-8"
    return find_encoding(opened, source, chosen=chosen, declared=declared)


@contextmanager
def open_xml(opened: Opener, encoding: str) -> Iterator["Utf8Stream"]:
    """Read a text in any encoding as UTF-8, the one that the parser is told to expect."""
    with open_text(opened, encoding) as text:
        yield Utf8Stream(text)


class Utf8Stream:
    """The bytes in UTF-8 of a text in any encoding."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        """Read so many characters."""
        return self._text.read(size).encode()


class _Nothing:
    """What is built of XML that is only looked through."""

    def close(self) -> None:
        """Be done."""


@contextmanager
def _refusals(source: str) -> Iterator[None]:
    """Turn what the parser raises into refusals that name the file."""
    try:
        yield
    except DefusedXmlException as error:
        raise FileRefused("xml_entities", path=source) from error
    except (ParseError, ValueError) as error:
        raise FileRefused("file_unreadable", path=source, detail=str(error)) from error
