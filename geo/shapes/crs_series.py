"""The zones that Chinese offices draw in: which system stands on which meridian.

Three datums, each with the same four series of Gauss-Krueger zones: 3 or 6 degrees wide, with the
number of the zone in front of the easting or without it. The numbers of the systems are those of
the EPSG registry.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Datum(StrEnum):
    """What a system's degrees are counted from. Only the first two agree, to a few centimetres."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    XIAN1980 = "xian1980"
    BEIJING1954 = "beijing1954"
    OTHER = "other"


# Between these and CGCS2000 lie tens of metres, and the true shifts are not public.
OLD_DATUMS = frozenset({Datum.XIAN1980, Datum.BEIJING1954})

FALSE_EASTING_M = 500_000.0
ZONE_STEP_M = 1_000_000
_FIRST_MERIDIAN_DEG = 75
_PREFIX = "EPSG:"
_GEOGRAPHIC = {
    Datum.CGCS2000: 4490,
    Datum.WGS84: 4326,
    Datum.XIAN1980: 4610,
    Datum.BEIJING1954: 4214,
}
# Width of a zone in degrees: number of the zone on 75 E, number of zones.
_WIDTHS = {3: (25, 21), 6: (13, 11)}
# First system of each series: zones of 3 degrees with their number in the easting and without,
# then zones of 6 degrees.
_FIRST_CODES = {
    Datum.CGCS2000: {(3, True): 4513, (3, False): 4534, (6, True): 4491, (6, False): 4502},
    Datum.XIAN1980: {(3, True): 2349, (3, False): 2370, (6, True): 2327, (6, False): 2338},
    Datum.BEIJING1954: {(3, True): 2401, (3, False): 2422, (6, True): 21413, (6, False): 21453},
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A system of one of the series.

    Attributes
    ----------
    crs
        For instance ``EPSG:4528``.
    datum
        What it is counted from.
    width_deg
        3 or 6.
    number
        Of the zone: 25 to 45, or 13 to 23. Systems without it in their eastings have one too.
    meridian_deg
        Its middle, degrees east.
    has_prefix
        Whether eastings begin with the number.
    """

    crs: str
    datum: Datum
    width_deg: int
    number: int
    meridian_deg: int
    has_prefix: bool

    @property
    def false_easting_m(self) -> float:
        """Easting of the zone's middle, in metres."""
        return FALSE_EASTING_M + (self.number * ZONE_STEP_M if self.has_prefix else 0)


@cache
def zones() -> dict[str, Zone]:
    """List all zones by the name of their system: datum by datum, wide after narrow."""
    return {
        zone.crs: zone
        for datum, series in _FIRST_CODES.items()
        for (width_deg, has_prefix), first_code in series.items()
        for zone in _series(datum, width_deg, first_code, has_prefix=has_prefix)
    }


def _series(datum: Datum, width_deg: int, first_code: int, *, has_prefix: bool) -> list[Zone]:
    first_number, count = _WIDTHS[width_deg]
    return [
        Zone(
            crs=f"{_PREFIX}{first_code + i}",
            datum=datum,
            width_deg=width_deg,
            number=first_number + i,
            meridian_deg=_FIRST_MERIDIAN_DEG + i * width_deg,
            has_prefix=has_prefix,
        )
        for i in range(count)
    ]


def zone_of(crs: str | None) -> Zone | None:
    """Find the zone that a system is; None for all others."""
    return zones().get(crs or "")


def geographic_crs(datum: Datum) -> str | None:
    """Name the system of longitudes and latitudes of a datum."""
    code = _GEOGRAPHIC.get(datum)
    return None if code is None else f"{_PREFIX}{code}"


def in_datum(crs: str, datum: Datum) -> str | None:
    """Name the same zone, or the same degrees, counted from another datum.

    Returns
    -------
    str or None
        For instance ``EPSG:4528`` for ``EPSG:2364`` and CGCS2000; None where there is none.
    """
    if crs in {f"{_PREFIX}{code}" for code in _GEOGRAPHIC.values()}:
        return geographic_crs(datum)
    zone, series = zone_of(crs), _FIRST_CODES.get(datum)
    if zone is None or series is None:
        return None
    first_number, _ = _WIDTHS[zone.width_deg]
    first_code = series[zone.width_deg, zone.has_prefix]
    return f"{_PREFIX}{first_code + zone.number - first_number}"


def cgcs2000_stand_in(crs: str) -> str | None:
    """Name the CGCS2000 system with the meridian and false easting of an older one.

    Its numbers look the same and mean places tens of metres away: a stand-in is taken by a person
    who knows that, or not at all.

    Parameters
    ----------
    crs
        A system of Xi'an 1980 or Beijing 1954, for instance ``EPSG:2364``.

    Returns
    -------
    str or None
        For instance ``EPSG:4528``; None for any system that is not one of the old series.
    """
    zone = zone_of(crs)
    old_degrees = {geographic_crs(datum) for datum in OLD_DATUMS}
    is_old = crs in old_degrees if zone is None else zone.datum in OLD_DATUMS
    return in_datum(crs, Datum.CGCS2000) if is_old else None
