"""Coordinate systems by their EPSG codes, in words a surveyor uses."""

from pages.parts.words import word

DEGREES = {4490: "crs.degrees", 4326: "crs.wgs84"}
# First code, how many, text, the first zone or meridian, the step between two: CGCS2000 in the
# EPSG registry.
_SERIES = (
    (4513, 21, "crs.zone3", 25, 1),
    (4534, 21, "crs.meridian3", 75, 3),
    (4491, 11, "crs.zone6", 13, 1),
    (4502, 11, "crs.meridian6", 75, 6),
)
LONGEST = 60


def crs_choices() -> list[str]:
    """List the systems that a delivery may be in, the usual ones first."""
    codes = [*DEGREES, *(first + n for first, count, *_ in _SERIES for n in range(count))]
    return [f"EPSG:{code}" for code in codes]


def crs_word(name: str) -> str:
    """Say which system ``EPSG:4528`` is; a name without a code stays as it is."""
    code = name.removeprefix("EPSG:")
    if not code.isdigit():
        return name[:LONGEST]
    if int(code) in DEGREES:
        return word(DEGREES[int(code)], epsg=name)
    for first, count, key, start, step in _SERIES:
        number = int(code) - first
        if 0 <= number < count:
            return word(key, epsg=name, number=start + number * step)
    return name
