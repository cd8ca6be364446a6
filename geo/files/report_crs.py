"""In which coordinate system a coordinate report says it is, in EPSG numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

# EPSG: Gauss-Kruger zones of 3 degrees are numbered 25 to 45 in China, those of 6 degrees 13 to 23,
# so a number alone tells which they are.
ZONES_3, ZONES_6 = range(25, 46), range(13, 24)
# An easting with its zone's number in front has eight digits before the point.
ZONE_UNIT = 1_000_000
LEAST_PREFIXED = ZONES_6.start * ZONE_UNIT
# Numbers as small as these are degrees.
MAX_DEGREES = 360.0

_WORDS_OF_SYSTEM = ("坐标系", "坐标系统", "大地坐标系")
_WORDS_OF_ZONE = ("带号", "投影带号")
_WORDS_OF_WIDTH = ("几度分带", "分带", "度带")
_WORDS_OF_PROJECTION = ("投影类型", "投影")
_WORDS_OF_UNIT = ("计量单位", "单位")
_GAUSS = ("高斯", "GAUSS")
# A town's own system has a plane of its own, whatever year stands in its name.
_LOCAL = ("独立", "地方", "城市", "城建")
_METRES = frozenset({"", "米", "M", "METER", "METRE"})


@dataclass(frozen=True, slots=True)
class _Datum:
    """The first EPSG number of each series of a datum, and of its degrees.

    Prefixed series carry the zone's number in the easting; central ones are named by meridian.
    """

    words: tuple[str, ...]
    degrees: int
    prefixed_3: int
    central_3: int
    prefixed_6: int
    central_6: int


_DATUMS = (
    _Datum(("CGCS2000", "2000"), 4490, 4513, 4534, 4491, 4502),
    _Datum(("西安", "1980", "80"), 4610, 2349, 2370, 2327, 2338),
    _Datum(("北京", "1954", "54"), 4214, 2401, 2422, 21413, 21453),
)


def zone_of(easting: float) -> int | None:
    """Read the zone's number in front of an easting; None where there is none."""
    zone = int(easting // ZONE_UNIT)
    return zone if zone in ZONES_3 or zone in ZONES_6 else None


def report_crs(header: Mapping[str, str], *, zone: int | None, is_degrees: bool) -> str | None:
    """Find the coordinate system of a report.

    Parameters
    ----------
    header
        Its keys and values.
    zone
        What its eastings begin with; None where they are bare.
    is_degrees
        Whether its coordinates are latitudes and longitudes.

    Returns
    -------
    str or None
        For instance ``EPSG:4528``; None where the header leaves it open or contradicts itself.
    """
    said = {key.replace(" ", ""): value.strip().upper() for key, value in header.items()}
    datum = _datum(_first(said, _WORDS_OF_SYSTEM))
    if datum is None:
        return None
    if is_degrees:
        return f"EPSG:{datum.degrees}"
    number = _agreed_zone(said, zone)
    if number is None or not _is_gauss_in_metres(said):
        return None
    if number in ZONES_3:
        first = datum.central_3 if zone is None else datum.prefixed_3
        return f"EPSG:{first + number - ZONES_3.start}"
    first = datum.central_6 if zone is None else datum.prefixed_6
    return f"EPSG:{first + number - ZONES_6.start}"


def _agreed_zone(said: Mapping[str, str], zone: int | None) -> int | None:
    """Give the zone's number if header and eastings do not contradict each other."""
    zone_said, width_said = _first(said, _WORDS_OF_ZONE), _first(said, _WORDS_OF_WIDTH)
    number = _number(zone_said) if zone is None else zone
    if number not in ZONES_3 and number not in ZONES_6:
        return None
    width = 3 if number in ZONES_3 else 6
    is_agreed = (not zone_said or _number(zone_said) == number) and (
        not width_said or _number(width_said) == width
    )
    return number if is_agreed else None


def _is_gauss_in_metres(said: Mapping[str, str]) -> bool:
    projection = _first(said, _WORDS_OF_PROJECTION)
    is_gauss = not projection or any(word in projection for word in _GAUSS)
    return is_gauss and _first(said, _WORDS_OF_UNIT) in _METRES


def _first(said: Mapping[str, str], words: tuple[str, ...]) -> str:
    return next((said[w] for w in words if said.get(w)), "")


def _datum(system: str) -> _Datum | None:
    if any(word in system for word in _LOCAL):
        return None
    return next((d for d in _DATUMS if any(word in system for word in d.words)), None)


def _number(text: str) -> int | None:
    digits = "".join(sign for sign in text if sign.isdecimal())[:3]
    words = {"三": 3, "六": 6}
    return int(digits) if digits else next((n for w, n in words.items() if w in text), None)
