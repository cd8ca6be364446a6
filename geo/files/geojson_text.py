"""GeoJSON as it really arrives: other encodings, one feature a line, references to elsewhere."""

import json
import re
from pathlib import Path

import numpy as np

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess, check_encoding, judge_encoding

MAX_DEPTH = 200
# What GeoJSON knows: a collection of features, one feature, a bare geometry.
_TYPES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection"}
    | {f"{many}{kind}" for many in ("", "Multi") for kind in ("Point", "LineString", "Polygon")}
)
_LINK = re.compile(r'"crs"\s*:\s*\{[^{}]*"type"\s*:\s*"(?:link|url)"|"href"\s*:\s*"[a-z]+:', re.I)
_CRS = re.compile(r'"crs"\s*:\s*\{')
_TYPE = re.compile(r'"type"\s*:\s*"(\w+)"')
# A text ends with the file at the latest, or the search would begin anew within it.
_QUOTED = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# Readers round longer whole numbers, or turn them into decimal ones among others of their field.
_LONG = r"-?\d{16,}+(?![.eE])"
_WHOLE_LONG = re.compile(_LONG)
_NUMBER = r"-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?"
_ID = '"id"'
_NEEDS_QUOTES = re.compile(rf":\s*{_LONG}|{_ID}\s*:\s*{_NUMBER}")
# Braces, and texts with the number that follows where they are the name of one.
_MEMBERS = re.compile(rf"[{{}}]|({_QUOTED.pattern})(?:\s*:\s*({_NUMBER}))?", re.DOTALL)
# A coordinate system stands before or behind the features, never among thousands of them.
_EDGE = 4096
_BLOCK = 1_000_000
_OPENING, _CLOSING = (ord("["), ord("{")), (ord("]"), ord("}"))


def plain_geojson(
    path: Path, folder: Path, *, source: str, encoding: str | None = None
) -> tuple[Path, EncodingGuess]:
    """Give GeoJSON as UTF-8 without a mark and as one collection; the file itself where it is so.

    Whole numbers of 16 digits and more, and the numbers of features, are written as texts.

    Raises
    ------
    FileRefused
        ``crs_link``: it names a coordinate system by an address; ``too_deep``;
        ``format_mismatch``: JSON, but not GeoJSON; ``encoding_wrong``.
    """
    raw = path.read_bytes()
    guess = judge_encoding(raw)
    if encoding is not None:
        check_encoding(encoding, source=Path(source))
        guess = EncodingGuess(encoding, guess.is_guessed)
    try:
        text = raw.decode(guess.encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("encoding_wrong", path=source, encoding=guess.encoding) from error
    del raw
    _refuse_depth(text, source)
    _refuse_links(text, source)
    collected = _collected(text)
    if not set(_TYPE.findall(collected[:_EDGE])) & _TYPES:
        raise FileRefused("format_mismatch", path=source, suffix=path.suffix.lower())
    collected = _with_quoted_codes(collected)
    if collected is text and guess.encoding.upper() == "UTF-8":
        return path, guess
    plain = folder / f"{path.stem}-plain.geojson"
    plain.write_text(collected, encoding="utf-8")
    shown = "UTF-8" if guess.encoding.lower() == "utf-8-sig" else guess.encoding
    return plain, EncodingGuess(shown, guess.is_guessed)


def _collected(text: str) -> str:
    """Make one collection of features that stand one a line."""
    first, _, rest = text.lstrip("\x1e \r\n").partition("\n")
    if not rest.strip() or not first.startswith("{"):
        return text
    try:
        is_feature = json.loads(first.rstrip(" ,\r")).get("type") == "Feature"
    except (ValueError, AttributeError, RecursionError):
        return text
    if not is_feature:
        return text
    lines = [line.strip("\x1e \r,") for line in text.split("\n")]
    features = ",\n".join(line for line in lines if line)
    return f'{{"type":"FeatureCollection","features":[\n{features}\n]}}'


def _with_quoted_codes(text: str) -> str:
    """Write codes as texts: whole numbers that a reader would round, and the id of a feature.

    An ``id`` that is a number is no field to a reader, one that is a text is.
    """
    if _NEEDS_QUOTES.search(text) is None:
        return text
    # Of a collection features are the second level of braces; one alone is the first.
    feature_depth = 2 if '"FeatureCollection"' in text else 1
    pieces, depth, done = [], 0, 0
    for found in _MEMBERS.finditer(text):
        name, number = found.groups()
        if name is None:
            depth += 1 if found[0] == "{" else -1
        elif number is not None:
            is_id = name == _ID and depth == feature_depth
            if is_id or _WHOLE_LONG.fullmatch(number):
                pieces += [text[done : found.start(2)], f'"{number}"']
                done = found.end(2)
    return "".join([*pieces, text[done:]]) if pieces else text


def _refuse_links(text: str, source: str) -> None:
    for found in _CRS.finditer(text):
        if _LINK.match(text, found.start()):
            raise FileRefused("crs_link", path=source)


def _refuse_depth(text: str, source: str) -> None:
    """Refuse brackets in brackets: a reader that calls itself for each would break down."""
    if _deepest(text) <= MAX_DEPTH:
        return
    # Only where brackets in texts may have been counted as well: without them, and slowly.
    if _deepest(_QUOTED.sub('""', text)) > MAX_DEPTH:
        raise FileRefused("too_deep", path=source, limit=MAX_DEPTH)


def _deepest(text: str) -> int:
    depth = deepest = 0
    for start in range(0, len(text), _BLOCK):
        signs = np.frombuffer(text[start : start + _BLOCK].encode("utf-8"), np.uint8)
        step = np.isin(signs, _OPENING).astype(np.int32) - np.isin(signs, _CLOSING)
        if len(step):
            heights = np.cumsum(step) + depth
            deepest, depth = max(deepest, int(heights.max())), int(heights[-1])
    return deepest
