"""Whether two files say the same, each in the way of its format.

An empty text for nothing, 1.50 for 1.5, 2024/01/01 for 2024-01-01, a name cut to ten bytes. A
correction that comes as a shapefile after a GeoJSON is no other delivery for that.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from geo.model import columns as c
from geo.model.columns import SHAPEFILE_NAME_BYTES

# Drivers write numbers with 15 digits and more; the last ones are rounding.
SAME_DIGITS: Final = 12
# With a leading zero it is a code and no number.
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?")
_DATE: Final = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ]00:00(:00(\.0+)?)?(Z|[+-]00(:?00)?)?)?"
)


def changed_fields(
    both: tuple[Mapping[str, object], Mapping[str, object]],
    mapping: Mapping[str, str],
    columns: Sequence[str],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    """List original fields that differ and that no changed column, nor the number, stands for.

    Fields that the file does not carry do not differ.

    Parameters
    ----------
    both
        The original attributes of one patch, and what the file says.
    mapping
        Column of the product to field of the file.
    columns
        The columns that differ.
    names
        What `known_names` has found.
    """
    was, becomes = both
    if was == becomes:
        return ()
    told = {mapping.get(name) for name in (*columns, c.CODE)}
    changed = []
    for given, value in becomes.items():
        known = names.get(given, given)
        # Another name for what a column holds is nothing new.
        is_new_name = known not in was and given in mapping.values()
        if given not in told and not is_new_name and not say_the_same(was.get(known), value):
            changed.append(known)
    return tuple(sorted(changed))


def known_names(fields: Iterable[str], standing: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Find fields that a batch has under a name which one of both formats has cut.

    Capitals may differ. What fits two names fits none.

    Parameters
    ----------
    fields
        Of the file.
    standing
        The original attributes of each patch.

    Returns
    -------
    dict
        Field of the file to the batch's name for it.
    """
    given, known = set(fields), set[str]().union(*standing)
    free = known - given
    pairs = [(name, other) for name in given - known for other in free if _is_cut_name(name, other)]
    names, others = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    return {name: other for name, other in pairs if names[name] == others[other] == 1}


def _is_cut_name(one: str, other: str) -> bool:
    short, long = sorted((one.upper(), other.upper()), key=len)
    cuts = {
        long.encode(encoding, errors="replace")[:SHAPEFILE_NAME_BYTES].decode(encoding, "ignore")
        for encoding in ("gbk", "utf-8")
    }
    return short == long or short in cuts


def say_the_same(one: object, other: object) -> bool:
    """Tell whether two cells say the same, in whatever way their formats write it.

    Nothing is an empty text; numbers count by their value, to twelve digits where they are not
    whole; dates by their day. A leading zero makes a code: 007 is not 7.
    """
    return one == other or _normal(one) == _normal(other)


def _normal(value: object) -> object:
    if isinstance(value, str):
        return _normal_text(value)
    if isinstance(value, float):
        return _normal_text(repr(value))
    if isinstance(value, bool | int):
        return Decimal(int(value))
    if isinstance(value, list):
        return [_normal(entry) for entry in value]
    return "" if value is None else value


@lru_cache(maxsize=100_000)
def _normal_text(text: str) -> object:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = Decimal(text)
        is_whole = number == number.to_integral_value()
        return number if is_whole else Decimal(f"{number:.{SAME_DIGITS}g}")
    if date := _DATE.fullmatch(text):
        return tuple(int(part) for part in date.groups()[:3])
    return text
