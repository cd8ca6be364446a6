"""What the numbers of a layer look like: degrees, or metres of which kind of plane."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from geo.shapes.crs import Bounds
from geo.shapes.crs_series import FALSE_EASTING_M, ZONE_STEP_M, Datum, Zone, zones

# China, a little generous.
CHINA_DEG: Bounds = (70.0, 3.0, 140.0, 56.0)
_FULL_CIRCLE_DEG = 360.0
# What lies farther from the middle of most shapes is a stray: no layer is that wide.
_REACH_DEG, _REACH_M = 15.0, 1_500_000.0
# Of the rest, one in twenty on each side may still be a stray.
_STRAY_PERCENT = 5.0
# A zone reaches at most 167 km (3 degrees) or 334 km to either side; layers reach into the next.
_ZONE_REACH_M = 450_000.0
# From Hainan to the Heilong Jiang the equator is 2,000 to 5,930 km away; zone numbers are proof
# enough for islands farther south.
_NORTHING_M, _PREFIXED_NORTHING_M = (1_900_000.0, 6_200_000.0), (300_000.0, 6_200_000.0)
# Web Mercator, whose metres grow with the latitude.
_MERCATOR_M: Bounds = (7_792_000.0, 334_000.0, 15_585_000.0, 7_558_000.0)


class NumberKind(StrEnum):
    """What the numbers are, x being east unless said otherwise."""

    DEGREES = "degrees"
    ZONE_PREFIX = "zone_prefix"
    ZONE6_PREFIX = "zone6_prefix"
    BARE_EASTING = "bare_easting"
    WEB_MERCATOR = "web_mercator"


# Zones of 3 degrees are numbered 25 to 45 in China, those of 6 degrees 13 to 23.
_KIND_BY_NUMBER = {
    zone.number: NumberKind.ZONE_PREFIX if zone.width_deg == 3 else NumberKind.ZONE6_PREFIX
    for zone in zones().values()
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the numbers.

    Attributes
    ----------
    kind
        What they are.
    swaps_axes
        Whether they make sense only with x for north and y for east.
    zone_number
        The number in front of the eastings, if there is one.
    """

    kind: NumberKind
    swaps_axes: bool
    zone_number: int | None = None


def core_box(boxes: npt.ArrayLike) -> Bounds | None:
    """Bound the bulk of a layer, without its strays.

    Parameters
    ----------
    boxes
        ``min x, min y, max x, max y`` of each shape (n, 4); rows with NaN have no shape.

    Returns
    -------
    tuple or None
        The same four numbers for shapes near the middle of most, one in twenty left out on each
        side; None if no shape has numbers.
    """
    rows = np.asarray(boxes, dtype=float).reshape(-1, 4)
    rows = rows[np.isfinite(rows).all(axis=1)]
    if not len(rows):
        return None
    centres = (rows[:, :2] + rows[:, 2:]) / 2
    middle = np.median(centres, axis=0)
    reach = _REACH_DEG if np.abs(middle).max() <= _FULL_CIRCLE_DEG else _REACH_M
    is_near = (np.abs(centres - middle) <= reach).all(axis=1)
    # Two zones put together have nothing between them: the bulk is in one of them.
    for axis in (0, 1):
        numbers = centres[:, axis] // ZONE_STEP_M
        number = middle[axis] // ZONE_STEP_M
        is_near &= (numbers == number) | (number not in _KIND_BY_NUMBER)
    # The middle of two shapes far apart is near neither.
    near = rows[is_near] if is_near.any() else rows
    low = np.percentile(near[:, :2], _STRAY_PERCENT, axis=0, method="higher")
    high = np.percentile(near[:, 2:], 100 - _STRAY_PERCENT, axis=0, method="lower")
    west, south = np.minimum(low, high)
    east, north = np.maximum(low, high)
    return float(west), float(south), float(east), float(north)


def swapped(box: Bounds) -> Bounds:
    """Exchange x and y."""
    return box[1], box[0], box[3], box[2]


def middle_of(box: Bounds) -> tuple[float, float]:
    """Find the middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def is_within(x: float, y: float, box: Bounds) -> bool:
    """Tell whether a point lies in a box or on its border."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def are_degrees(box: Bounds) -> bool:
    """Tell whether numbers are too small for metres, in China or elsewhere."""
    return max(abs(number) for number in middle_of(box)) <= _FULL_CIRCLE_DEG


def readings_of(box: Bounds) -> list[Reading]:
    """List the ways in which the numbers of a layer make sense in China.

    Parameters
    ----------
    box
        The layer's `core_box`.

    Returns
    -------
    list of Reading
        Empty if there is none; several for instance where Web Mercator and a 6-degree zone use the
        same numbers.
    """
    x, y = middle_of(box)
    straight = [
        Reading(kind, swaps_axes=False, zone_number=number) for kind, number in _kinds(x, y)
    ]
    return straight + [
        Reading(kind, swaps_axes=True, zone_number=number) for kind, number in _kinds(y, x)
    ]


def _kinds(east: float, north: float) -> list[tuple[NumberKind, int | None]]:
    found: list[tuple[NumberKind, int | None]] = []
    if is_within(east, north, CHINA_DEG):
        found.append((NumberKind.DEGREES, None))
    number = zone_number(east)
    if number in _KIND_BY_NUMBER and _is_north(north, _PREFIXED_NORTHING_M):
        found.append((_KIND_BY_NUMBER[number], number))
    if number == 0 and _is_north(north, _NORTHING_M):
        found.append((NumberKind.BARE_EASTING, None))
    if is_within(east, north, _MERCATOR_M):
        found.append((NumberKind.WEB_MERCATOR, None))
    return found


def zone_number(east: float) -> int | None:
    """Read the number in front of an easting: 0 for none, None for eastings between two zones."""
    number, offset = divmod(east, ZONE_STEP_M)
    is_in_reach = abs(offset - FALSE_EASTING_M) <= _ZONE_REACH_M
    return int(number) if is_in_reach else None


def has_other_zones(boxes: npt.ArrayLike, reading: Reading) -> bool:
    """Tell whether more than a few stray shapes carry another zone's number than most."""
    if reading.zone_number is None:
        return False
    rows = np.asarray(boxes, dtype=float).reshape(-1, 4)
    rows = rows[np.isfinite(rows).all(axis=1)]
    column = 1 if reading.swaps_axes else 0
    numbers = ((rows[:, column] + rows[:, column + 2]) / 2) // ZONE_STEP_M
    is_other = np.isin(numbers, list(_KIND_BY_NUMBER)) & (numbers != reading.zone_number)
    return bool(is_other.mean() > _STRAY_PERCENT / 100)


def systems_for(reading: Reading) -> list[str]:
    """List the CGCS2000 systems (and their like) that a way of reading the numbers allows.

    Returns
    -------
    list of str
        The likelier first where two compute the same: narrow zones before wide ones.
    """
    if reading.kind is NumberKind.DEGREES:
        return ["EPSG:4490", "EPSG:4326"]
    if reading.kind is NumberKind.WEB_MERCATOR:
        return ["EPSG:3857"]
    return [zone.crs for zone in zones().values() if _allows(reading, zone)]


def _allows(reading: Reading, zone: Zone) -> bool:
    if zone.datum is not Datum.CGCS2000:
        return False
    if reading.zone_number is None:
        return not zone.has_prefix
    return zone.has_prefix and zone.number == reading.zone_number


def _is_north(north: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= north <= limits[1]
