"""Coordinate systems by their EPSG codes, in words a surveyor uses."""

from geo.shapes.crs_series import Datum, Zone, zone_of, zones
from pages.parts.words import word

DEGREES = {"EPSG:4490": "crs.degrees", "EPSG:4326": "crs.wgs84"}
LONGEST = 60


def crs_choices() -> list[str]:
    """List the systems that a delivery may be in, the usual ones first."""
    known = [zone for zone in zones().values() if zone.datum is Datum.CGCS2000]
    known.sort(key=lambda zone: (zone.width_deg, not zone.has_prefix, zone.number))
    return [*DEGREES, *(zone.crs for zone in known)]


def crs_word(name: str) -> str:
    """Say which system ``EPSG:4528`` is; a name without a code stays as it is."""
    if name in DEGREES:
        return word(DEGREES[name], epsg=name)
    zone = zone_of(name)
    return name[:LONGEST] if zone is None else _zone_word(zone)


def _zone_word(zone: Zone) -> str:
    is_current = zone.datum is Datum.CGCS2000
    datum = "CGCS2000" if is_current else word(f"datum.{zone.datum}")
    kind = "zone" if zone.has_prefix else "meridian"
    number = zone.number if zone.has_prefix else zone.meridian_deg
    return word(f"crs.{kind}{zone.width_deg}", epsg=zone.crs, number=number, datum=datum)
