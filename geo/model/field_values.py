"""What sample values say about a field: codes, causes, dates, areas, numbers of things.

Values never prove what a field is. They speak against a name that says otherwise, and they make
weak proposals where names say nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from geo.model import columns as c
from geo.model.codes import CAUSE_LISTS
from geo.model.columns import Column, Kind

# How many values of a field are looked at for their form.
LOOKED_AT = 200
# Fewer values look alike by chance.
FEWEST_VALUES = 3

# GB/T 2260 by its first two digits, and the provinces of their own that forestry data has (81-85).
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-5]")
_LEAGUE_DIGITS = 4
_ADMIN_CODE = re.compile(r"(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})(?:\.0+)?", re.ASCII)
_LOCAL_CODE = re.compile(r"\d{6}|\d{9}|\d{12}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?日?(?:[ T].*)?", re.ASCII)
_CODE_LIKE = re.compile(r"(?=.*\d)[0-9A-Za-z_-]{1,40}", re.ASCII)
# Hectares have four decimals at most; geographic coordinates have more.
_AREA = re.compile(r"\d{1,5}(?:\.\d{1,4})?", re.ASCII)
_LARGEST_AREA_HA = 20_000

# Numbers that a program gives to rows; the next export gives others.
_ROW_NUMBER = re.compile(r"(?:O?FID|OBJECTID|OID|GID|ROWID)_?\d*", re.IGNORECASE)
# Lengths and places, and areas in another unit than hectares.
_NO_HECTARES = re.compile(
    r"shape_|perimeter|length|(?:^|_)(?:[xyz]|lon|lat|mu|m2|km2|sqm)$|经度|纬度|坐标|周长|长度"
    r"|亩|平方|米|蓄积|比例",
    re.IGNORECASE,
)
_AREA_COLUMNS = frozenset({c.AREA_DELIVERED_HA, c.APPROVED_HA})

Samples = Mapping[str, Sequence[str]]


def is_contradicted(column: Column, values: Sequence[str]) -> bool:
    """Tell whether a field's values cannot belong to the column that its name fits."""
    if column.name == c.ADMIN_CODE:
        form = _ADMIN_CODE
    elif column.kind is Kind.NUMBER:
        form = _NUMBER
    else:
        return False
    filled = _filled(values)
    fitting = sum(form.fullmatch(value) is not None for value in filled)
    if column.kind is Kind.NUMBER:
        # A column of numbers with words in some cells is one all the same; each is told by itself.
        return bool(filled) and fitting == 0
    return 2 * fitting < len(filled)


def are_admin_codes(values: Sequence[str]) -> bool:
    """Tell whether values are there and all are administrative codes of one league or city."""
    codes = [_whole(value) for value in _filled(values)]
    return (
        bool(codes)
        and all(_LOCAL_CODE.fullmatch(code) for code in codes)
        and len({len(code) for code in codes}) == 1
        and len({code[:_LEAGUE_DIGITS] for code in codes}) == 1
        and _PROVINCES.match(codes[0]) is not None
    )


def fields_by_values(samples: Samples, columns: Iterable[Column]) -> dict[str, str]:
    """Find columns that exactly one field could fill, judged by values alone.

    Returns
    -------
    dict
        Column to field. What two fields could be is nothing.
    """
    found: dict[str, str] = {}
    names = {column.name for column in columns}
    if c.ADMIN_CODE in names:
        found |= _one(c.ADMIN_CODE, _admin_fields(samples))
    if c.CAUSE in names:
        found |= _one(c.CAUSE, [f for f, values in samples.items() if _are_causes(values)])
    if {c.IMAGE_BEFORE, c.IMAGE_AFTER} <= names:
        found |= _images(samples)
    for name in sorted(names & _AREA_COLUMNS):
        found |= _one(name, [f for f, values in samples.items() if _are_areas(f, values)])
    return found


def number_field(samples: Samples) -> str | None:
    """Find the only field whose values are all there, all different, and look like numbers."""
    found = [field for field, values in samples.items() if _are_numbers(field, values)]
    return found[0] if len(found) == 1 else None


def _one(column: str, fields: list[str]) -> dict[str, str]:
    return {column: fields[0]} if len(fields) == 1 else {}


def _filled(values: Sequence[str]) -> list[str]:
    return [value.strip() for value in values[:LOOKED_AT] if value.strip()]


def _whole(value: str) -> str:
    """Take the end off a code that a program kept as a decimal number."""
    match = _WHOLE.fullmatch(value)
    return match.group(1) if match else value


def _admin_fields(samples: Samples) -> list[str]:
    """List fields with the longest codes, if each contains the codes of the shorter ones."""
    codes = {
        field: {_whole(value) for value in _filled(values)}
        for field, values in samples.items()
        if are_admin_codes(values)
        # As many codes as rows: rather numbers of patches that begin with a code.
        and not (len(_filled(values)) > FEWEST_VALUES and _are_different(values))
    }
    by_length: dict[int, list[str]] = {}
    for field, held in codes.items():
        by_length.setdefault(len(next(iter(held))), []).append(field)
    lengths = sorted(by_length)
    for short, long in pairwise(lengths):
        heads = set[str]().union(*(codes[field] for field in by_length[short]))
        if any(code[:short] not in heads for field in by_length[long] for code in codes[field]):
            return []
    return by_length[lengths[-1]] if lengths else []


def _are_different(values: Sequence[str]) -> bool:
    filled = [value.strip() for value in values if value.strip()]
    return len(set(filled)) == len(filled)


def _are_causes(values: Sequence[str]) -> bool:
    codes = [_whole(value) for value in _filled(values)]
    return (
        len(codes) >= FEWEST_VALUES
        and len(set(codes)) > 1
        and any(all(code in known.entries for code in codes) for known in CAUSE_LISTS.values())
    )


def _images(samples: Samples) -> dict[str, str]:
    """Find the only two fields with dates of which one is earlier in every row."""
    dates = {
        field: found
        for field, values in samples.items()
        if len(values) >= FEWEST_VALUES and None not in (found := [_date(v) for v in values])
    }
    if len(dates) != len((c.IMAGE_BEFORE, c.IMAGE_AFTER)):
        return {}
    first, second = sorted(dates, key=lambda field: [str(day) for day in dates[field]])
    rows = list(zip(dates[first], dates[second], strict=False))
    is_ordered = all(a is not None and b is not None and a < b for a, b in rows)
    return {c.IMAGE_BEFORE: first, c.IMAGE_AFTER: second} if is_ordered else {}


def _date(value: str) -> date | None:
    match = _DATE.fullmatch(value.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    # No satellite looked down before.
    return found if found.year >= 1972 else None


def _are_areas(field: str, values: Sequence[str]) -> bool:
    filled = _filled(values)
    return (
        len(filled) >= FEWEST_VALUES
        and not _NO_HECTARES.search(field)
        and all(_AREA.fullmatch(value) for value in filled)
        and all(0 < float(value) <= _LARGEST_AREA_HA for value in filled)
        # Whole numbers are counts or codes.
        and sum(not float(value).is_integer() for value in filled) * 2 > len(filled)
    )


def _are_numbers(field: str, values: Sequence[str]) -> bool:
    return (
        len(values) >= FEWEST_VALUES
        and not _ROW_NUMBER.fullmatch(field)
        and all(_CODE_LIKE.fullmatch(_whole(value.strip())) for value in values)
        and _are_different(values)
        and not all(_date(value) for value in values[:LOOKED_AT])
    )
