"""The offset of Chinese web maps: GCJ-02 and BD-09, to and from CGCS2000 degrees.

A map service in China moves every position by 100 to 700 m, along a smooth field that repeats over
degrees; Baidu's maps move it once more, by about a kilometre. What was drawn or recorded on such a
map lies off by as much. The field is given in metres and turned into degrees on the ellipsoid of
Krasovsky 1940, as it was published when the surveyors' algorithm became known (2010); Baidu's own
step is the one of its developers' pages. Neither is a standard with a document behind it.

CGCS2000 and WGS 84 differ by centimetres and count as one here.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]


class Shifted(StrEnum):
    """A system of web maps; ``offset.VALUE`` are the words for it."""

    GCJ02 = "gcj02"  # AutoNavi, Tencent, Google in China
    BD09 = "bd09"  # Baidu


# Krasovsky 1940.
_SEMI_MAJOR_M: Final = 6_378_245.0
_E2: Final = 0.006_693_421_622_965_943_23

# The field starts from here, and is only laid within this box: west, south, east, north.
_ORIGIN: Final = np.array([105.0, 35.0])
_LOW, _HIGH = np.array([72.004, 0.8293]), np.array([137.8347, 55.8271])

# Polynomial of the field in degrees from the origin: metres east, metres north for each of
# 1, x, y, x², xy, y², sqrt|x|.
_POLYNOMIAL: Final = np.array(
    [[300, -100], [1, 2], [2, 3], [0.1, 0], [0.1, 0.1], [0, 0.2], [0.1, 0.2]]
)
# Waves on top of it: metres, half waves per degree. Those of x are added to both components.
_SHORT_WAVES: Final = ((20, 6), (20, 2))
_LONG_WAVES_EAST: Final = ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
_LONG_WAVES_NORTH: Final = ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))

# Baidu stretches and turns the plane of degrees in waves, then adds a constant step.
_BD_WAVE: Final = np.pi * 3_000 / 180
_BD_STRETCH, _BD_TURN = 0.000_02, 0.000_003
_BD_STEP: Final = np.array([0.0065, 0.006])

# Over a step the fields vary by less than 1 % of it: each round gains more than two digits.
_ROUNDS: Final = 6


def to_shifted(geometries: Iterable[object], system: Shifted) -> npt.NDArray[np.object_]:
    """Move shapes to where a web map shows them.

    Parameters
    ----------
    geometries
        In EPSG:4490 or WGS 84, longitude and latitude in degrees; None where there is none.
    system
        The system of the map.

    Returns
    -------
    numpy.ndarray
        New geometries without heights; only their vertices are moved. Outside the box around China
        (72.004 to 137.8347 E, 0.8293 to 55.8271 N) nothing is.
    """
    shapes = np.asarray(geometries, dtype=object)
    return np.asarray(shapely.transform(shapes, lambda c: shift_lonlat(c, system)), dtype=object)


def from_shifted(geometries: Iterable[object], system: Shifted) -> npt.NDArray[np.object_]:
    """Bring shapes from a web map back to where they are on the ground, as `to_shifted` reversed.

    Parameters
    ----------
    geometries
        Longitude and latitude in degrees of that system; None where there is none.
    system
        The system of the map.

    Returns
    -------
    numpy.ndarray
        New geometries in EPSG:4490, without heights, to within 1e-9 degrees (0.1 mm).
    """
    shapes = np.asarray(geometries, dtype=object)
    return np.asarray(shapely.transform(shapes, lambda c: unshift_lonlat(c, system)), dtype=object)


def shift_lonlat(lonlat: Floats, system: Shifted) -> Floats:
    """Move positions to where a web map shows them.

    Parameters
    ----------
    lonlat
        Rows of longitude and latitude in degrees, EPSG:4490 or WGS 84.
    system
        The system of the map.

    Returns
    -------
    numpy.ndarray
        Rows of longitude and latitude; unchanged outside the box around China.
    """
    shifted: Floats = np.where(_is_in_china(lonlat), _shift(lonlat, system), lonlat)
    return shifted


def unshift_lonlat(lonlat: Floats, system: Shifted) -> Floats:
    """Bring positions of a web map back, as `shift_lonlat` reversed.

    Whether a position is in China is told from where the map shows it. Within a kilometre of the
    box's edge, all of it abroad or at sea, this can be wrong.
    """
    found: Floats = lonlat
    for _ in range(_ROUNDS):
        found = lonlat - (_shift(found, system) - found)
    unshifted: Floats = np.where(_is_in_china(lonlat), found, lonlat)
    return unshifted


def _is_in_china(lonlat: Floats) -> npt.NDArray[np.bool_]:
    is_between = (lonlat >= _LOW) & (lonlat <= _HIGH)
    return np.asarray(is_between.all(axis=1, keepdims=True))


def _shift(lonlat: Floats, system: Shifted) -> Floats:
    gcj = lonlat + _gcj_offset_deg(lonlat)
    return gcj if system is Shifted.GCJ02 else _gcj_to_bd(gcj)


def _gcj_offset_deg(lonlat: Floats) -> Floats:
    x, y = (lonlat - _ORIGIN).T
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, np.sqrt(np.abs(x))], axis=1)
    offset_m = terms @ _POLYNOMIAL
    offset_m += _waves(x, _SHORT_WAVES)[:, None]
    offset_m[:, 0] += _waves(x, _LONG_WAVES_EAST)
    offset_m[:, 1] += _waves(y, _LONG_WAVES_NORTH)
    lat = np.radians(lonlat[:, 1])
    shrink = 1 - _E2 * np.sin(lat) ** 2
    parallel_m = _SEMI_MAJOR_M / np.sqrt(shrink) * np.cos(lat)
    meridian_m = _SEMI_MAJOR_M * (1 - _E2) / shrink**1.5
    offset_deg: Floats = np.degrees(offset_m / np.stack([parallel_m, meridian_m], axis=1))
    return offset_deg


def _waves(degrees: Floats, waves: Iterable[tuple[float, float]]) -> Floats:
    total = np.zeros(len(degrees))
    for height_m, half_waves in waves:
        total += height_m * np.sin(np.pi * half_waves * degrees)
    scaled: Floats = total * 2 / 3
    return scaled


def _gcj_to_bd(lonlat: Floats) -> Floats:
    lon, lat = lonlat.T
    radius = np.hypot(lon, lat) + _BD_STRETCH * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + _BD_TURN * np.cos(lon * _BD_WAVE)
    shifted: Floats = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) + _BD_STEP
    return shifted
