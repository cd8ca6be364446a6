"""A place as people write it: degrees, degrees with minutes and seconds, metres of a zone."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import pyproj

from geo.model.columns import STORED_CRS
from geo.shapes.crs_numbers import CHINA_DEG, NumberKind, is_within, readings_of
from geo.shapes.crs_series import Datum, Zone, zone_of, zones

MOST_CHARACTERS = 120
_SIXTY = 60.0
# A wide zone without its number is taken only where the place comes out near the territory.
_NEAR_DEG = 3.0

_NORTH, _EAST, _SOUTH, _WEST = "NESW"
_MARKS = {
    "北纬": _NORTH,
    "东经": _EAST,
    "南纬": _SOUTH,
    "西经": _WEST,
    "北": _NORTH,
    "东": _EAST,
    "南": _SOUTH,
    "西": _WEST,
    "纬度": _NORTH,
    "经度": _EAST,
    "LATITUDE": _NORTH,
    "LONGITUDE": _EAST,
    "LAT": _NORTH,
    "LON": _EAST,
    "LNG": _EAST,
    "N": _NORTH,
    "E": _EAST,
    "S": _SOUTH,
    "W": _WEST,
}
# Every sign that stands for one of the three, as one.
_UNITS = {
    "°": "°º˚度",
    "′": "′'‘’ʹ´`分",
    "″": '″"“”ʺ秒',
}
_TOKEN = re.compile(
    r"(?P<number>[+-]?\d+(?:\.\d+)?)(?:\s*(?P<unit>[°′″]))?"
    r"|(?P<mark>" + "|".join(sorted(_MARKS, key=len, reverse=True)) + r")"
    # Surveyors call north X, programs call east so: the letters tell nothing, the numbers do.
    r"|(?P<gap>[\s,;、/|:=()XY米M]+)"
)


@dataclass(frozen=True, slots=True)
class CoordinateReading:
    """One place that a text may mean.

    Attributes
    ----------
    lon_deg, lat_deg
        In EPSG:4490.
    zone
        Whose metres the text gave; None for degrees.
    is_zone_guessed
        Whether the number of the zone was not in the text, so that the nearest was taken.
    """

    lon_deg: float
    lat_deg: float
    zone: Zone | None = None
    is_zone_guessed: bool = False


@dataclass(slots=True)
class _Part:
    """One of the two numbers: what stands before and after it, its degrees, minutes, seconds."""

    numbers: list[float]
    mark: str = ""
    is_negative: bool = False

    def value(self) -> float | None:
        """Give it as one number; None if minutes or seconds are none."""
        whole, *rest = (abs(number) for number in self.numbers)
        if any(number >= _SIXTY for number in rest) or len(rest) > 2:
            return None
        total = whole + sum(n / _SIXTY**power for power, n in enumerate(rest, start=1))
        is_minus = self.is_negative != (self.mark in {_SOUTH, _WEST})
        return -total if is_minus else total


def read_coordinates(
    text: str, *, near_deg: tuple[float, float] | None = None, meridian_deg: float | None = None
) -> list[CoordinateReading]:
    """Read a text as a place.

    Understood are two numbers in either order, in any of these forms: degrees (``116.123 43.456``,
    ``N43.456 E116.123``, ``北纬43.456 东经116.123``); degrees and minutes, with or without seconds
    (``43°27′22″ 116°7′23″``, ``43度27分22秒``, ``43 27 22 116 7 23``); Gauss-Krueger metres of
    CGCS2000, whose easting may begin with the number of its zone (``4812345.6 39512345.6``).

    Parameters
    ----------
    text
        As somebody typed it.
    near_deg
        Longitude and latitude in the middle of the territory: which zone is meant by metres that do
        not say it. None: such metres are not understood.
    meridian_deg
        Middle of the zone that the office's own layers are drawn in, if known: tried first.

    Returns
    -------
    list of CoordinateReading
        The likeliest first; empty if the text is no place in China.
    """
    parts = _parts(text)
    if parts is None:
        return []
    values = [part.value() for part in parts]
    if None in values:
        return []
    first, second = (float(value or 0.0) for value in values)
    marks = [part.mark for part in parts]
    if _is_swapped(marks):
        first, second = second, first
    elif not any(marks):
        return _unmarked(first, second, near_deg, meridian_deg)
    return _read(second, first, near_deg, meridian_deg)


def _unmarked(
    first: float,
    second: float,
    near_deg: tuple[float, float] | None,
    meridian_deg: float | None,
) -> list[CoordinateReading]:
    return _read(first, second, near_deg, meridian_deg) or _read(
        second, first, near_deg, meridian_deg
    )


def _is_swapped(marks: list[str]) -> bool:
    """Tell whether the marks say that east stands first."""
    first, second = marks
    return first in {_EAST, _WEST} or (not first and second in {_NORTH, _SOUTH})


def _read(
    east: float,
    north: float,
    near_deg: tuple[float, float] | None,
    meridian_deg: float | None,
) -> list[CoordinateReading]:
    for reading in readings_of((east, north, east, north)):
        if reading.swaps_axes:
            continue
        if reading.kind is NumberKind.DEGREES:
            return [CoordinateReading(east, north)]
        if reading.zone_number is not None:
            return _in_zones([_numbered(reading.zone_number)], east, north, is_guessed=False)
        if reading.kind is NumberKind.BARE_EASTING and near_deg is not None:
            found = _in_zones(_nearest(near_deg[0], meridian_deg), east, north, is_guessed=True)
            return [
                one
                for place, one in enumerate(found)
                if place == 0 or abs(one.lon_deg - near_deg[0]) <= _NEAR_DEG
            ]
    return []


def _numbered(number: int) -> Zone:
    return next(
        zone
        for zone in zones().values()
        if zone.datum is Datum.CGCS2000 and zone.has_prefix and zone.number == number
    )


def _nearest(lon_deg: float, meridian_deg: float | None) -> list[Zone]:
    """List the zones without number that a territory's metres may be of, one a meridian."""
    bare = [z for z in zones().values() if z.datum is Datum.CGCS2000 and not z.has_prefix]
    by_distance = sorted(bare, key=lambda z: (abs(z.meridian_deg - lon_deg), z.width_deg))
    first = [z for z in by_distance if z.meridian_deg == meridian_deg][:1]
    wide = [z for z in by_distance if z.width_deg == 6][:1]
    chosen: dict[int, Zone] = {}
    for zone in (*first, by_distance[0], *wide):
        chosen.setdefault(zone.meridian_deg, zone)
    return list(chosen.values())


def _in_zones(
    some: list[Zone], east: float, north: float, *, is_guessed: bool
) -> list[CoordinateReading]:
    found = []
    for zone in some:
        lon_deg, lat_deg = _way(zone.crs).transform(east, north)
        if is_within(lon_deg, lat_deg, CHINA_DEG):
            found.append(CoordinateReading(lon_deg, lat_deg, zone, is_guessed))
    return found


def meridian_of(crs: str | None) -> float | None:
    """Give the middle of the zone that a system is, in degrees east; None for all others."""
    zone = zone_of(crs)
    return None if zone is None else float(zone.meridian_deg)


@cache
def _way(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, STORED_CRS, always_xy=True)


def _parts(text: str) -> list[_Part] | None:
    """Take a text apart into its two numbers; None if it is anything else."""
    plain = _plain(text)
    tokens: list[re.Match[str]] = []
    place = 0
    while place < len(plain):
        token = _TOKEN.match(plain, place)
        if token is None or len(plain) > MOST_CHARACTERS:
            return None
        tokens.append(token)
        place = token.end()
    return _grouped([t for t in tokens if t.lastgroup != "gap"])


def _plain(text: str) -> str:
    for sign, alike in _UNITS.items():
        text = text.translate({ord(one): sign for one in alike})
    # Two strokes are the sign for seconds.
    text = unicodedata.normalize("NFKC", text).replace("′′", "″").replace("−", "-")
    return text.upper().strip()


def _grouped(tokens: list[re.Match[str]]) -> list[_Part] | None:
    numbers = [t for t in tokens if t["number"]]
    if not any(t["unit"] for t in numbers) and len(numbers) in {4, 6}:
        return _in_halves(tokens, len(numbers) // 2)
    parts: list[_Part] = []
    waiting = before = ""
    for place, token in enumerate(tokens):
        if token["mark"]:
            mark = _MARKS[token["mark"]]
            if parts and not parts[-1].mark and not _leads(tokens, place):
                parts[-1].mark = mark
            else:
                waiting = mark
            continue
        number, unit = float(token["number"]), token["unit"] or ""
        if not unit and before == "′" and 0 <= number < _SIXTY:
            unit = "″"  # people leave the last sign out
        if unit in {"", "°"}:
            parts.append(_Part([number], waiting, token["number"][0] == "-"))
            waiting = ""
        elif parts and {"′": "°", "″": "′"}[unit] == before:
            parts[-1].numbers.append(number)
        else:
            return None
        before = unit
    return None if waiting else _sound(parts)


def _leads(tokens: list[re.Match[str]], place: int) -> bool:
    """Tell whether a mark between two numbers stands nearer to the one that follows."""
    if place + 1 == len(tokens):
        return False
    token, following = tokens[place], tokens[place + 1]
    return token.end() == following.start() and tokens[place - 1].end() < token.start()


def _in_halves(tokens: list[re.Match[str]], size: int) -> list[_Part] | None:
    """Read four or six bare numbers as degrees with minutes, or with seconds too."""
    parts: list[_Part] = []
    marks: list[str] = []
    for token in tokens:
        if token["mark"]:
            marks.append(_MARKS[token["mark"]])
        elif parts and len(parts[-1].numbers) < size:
            parts[-1].numbers.append(float(token["number"]))
        else:
            parts.append(_Part([float(token["number"])], "", token["number"][0] == "-"))
    if len(marks) == len(parts):
        for part, mark in zip(parts, marks, strict=True):
            part.mark = mark
    elif marks:
        return None
    return _sound(parts)


def _sound(parts: list[_Part]) -> list[_Part] | None:
    """Refuse what is not two numbers, one of them north and one east as far as it is said."""
    if len(parts) != 2:
        return None
    axes = [("N" if part.mark in {_NORTH, _SOUTH} else "E") for part in parts if part.mark]
    return parts if len(axes) == len(set(axes)) else None
