"""JSON of which equal values are equal text: what is hashed is what is stored.

Single values are written by `canonical_json`. Whole tables are written column by column, which
gives the same text in a third of the time; the tests hold that as a law.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from math import isfinite
from types import NoneType
from typing import Any

# Built once: `json.dumps` would make a new one for every call.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical_json(value: object) -> str:
    """Write one value.

    Raises
    ------
    ValueError
        If a number in it is not finite.
    TypeError
        If JSON has no form for it.
    """
    return _ENCODER.encode(value)


def json_texts(values: Sequence[Any]) -> list[str]:
    """Write each value of a column as `canonical_json` does."""
    # Most columns hold values of one type, and then no value needs to be asked for it.
    kinds = set(map(type, values))
    if kinds == {float} and all(map(isfinite, values)):
        return list(map(repr, values))
    if len(kinds) == 1 and (write := _WRITERS.get(kinds.pop())):
        return list(map(write, values))
    return [_WRITERS.get(type(value), canonical_json)(value) for value in values]


def json_objects(columns: Mapping[str, list[str] | str], count: int) -> list[str]:
    """Write one object for every row, from values that are written already.

    Parameters
    ----------
    columns
        Name to the texts of its values, one a row; a single text stands in every row.
    count
        How many rows there are.

    Raises
    ------
    ValueError
        If a column has more or fewer.
    """
    members = []
    varying: list[Sequence[object]] = [range(count)]
    for name, texts in sorted(columns.items()):
        if isinstance(texts, str):
            value = _literal(texts)
        else:
            value = "%s"
            varying.append(texts)
        members.append(f"{_literal(canonical_json(name))}:{value}")
    # The row's number keeps the count where all is the same; ``%.0s`` leaves it out of the text.
    template = "%.0s{" + ",".join(members) + "}"
    return [template % row for row in zip(*varying, strict=True)]


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _finite(value: float) -> str:
    return repr(value) if isfinite(value) else canonical_json(value)


_WRITERS: dict[type, Callable[..., str]] = {
    str: encode_basestring,
    int: repr,
    float: _finite,
    NoneType: lambda _: "null",
}
