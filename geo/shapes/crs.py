"""Coordinate systems: names, guesses, and the way to and from the stored one.

Everything is stored in EPSG:4490 (CGCS2000) as longitude, latitude in degrees. Nothing is ever
measured there: see `geo.shapes.plane` and `geo.shapes.measure`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError

from geo.errors import FileRefused
from geo.model.columns import STORED_CRS
from geo.shapes.crs_text import harmless_crs
from geo.shapes.ellipsoid import SEMI_MAJOR_M

# A straight edge in a Gauss-Krueger plane is a curve in degrees. Converted by its two ends alone,
# an east-west edge of 5 km sags 0.46 m beside the true line at 43 N, and 0.62 m at 52 N. The sag
# grows with the square of the length: pieces of 500 m leave 4.6 mm, and 6.2 mm at 52 N.
MAX_EDGE_M = 500.0

# 3-degree zones of CGCS2000 whose eastings begin with the number of the zone.
_FIRST_ZONE, _LAST_ZONE = 25, 45
_FIRST_ZONE_EPSG = 4513
# A zone reaches at most 167 km to either side of its meridian; a layer may reach into the next.
_FALSE_EASTING_M, _ZONE_REACH_M = 500_000.0, 450_000.0
# China with its seas, a little generous.
_CHINA_DEG = (70.0, 0.0, 140.0, 56.0)
_CHINA_NORTHING_M = (0.0, 6_200_000.0)
# How far beyond its area of use a system is still believed: layers on the border of two zones are
# delivered in one of them.
_AREA_MARGIN_DEG = 6.0
# Twice around the earth in metres, and more than any system counts to.
_FARTHEST = 1e8
# WGS 84 and CGCS2000 agree to a few centimetres; their ellipsoids differ by 0.1 mm. Older Chinese
# datums sit on other ellipsoids, up to 150 m away, and their true shifts are not public.
_GPS_CRS = "EPSG:4326"
_FULL_CIRCLE_DEG = 360.0

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """What the numbers of a layer look like.

    Attributes
    ----------
    crs
        For instance ``EPSG:4528``.
    reason
        ``zone_prefix`` (the eastings begin with the number of a 3-degree zone) or ``degrees``
        (longitudes and latitudes in China).
    """

    crs: str
    reason: str


def known_crs(text: str | pyproj.CRS) -> pyproj.CRS:
    """Read the name of a coordinate system.

    Parameters
    ----------
    text
        ``EPSG:4528``, the well-known text of a .prj file, or anything else that PROJ reads.

    Raises
    ------
    FileRefused
        ``crs_unknown``.
    """
    shown = " ".join(str(text).split())[:80]
    try:
        crs = pyproj.CRS.from_user_input(harmless_crs(text) if isinstance(text, str) else text)
    except CRSError as error:
        raise FileRefused("crs_unknown", crs=shown) from error
    # A building site's own axes, or metres from the centre of the earth: nothing leads to a map.
    if not (crs.is_geographic or crs.is_projected):
        raise FileRefused("crs_unknown", crs=shown)
    return crs


def to_stored(
    geometries: Iterable[object],
    crs: str | pyproj.CRS,
    *,
    max_edge_m: float = MAX_EDGE_M,
) -> npt.NDArray[np.object_]:
    """Bring geometries from their own coordinate system into the stored one.

    Heights and measures are dropped. Long straight edges of a projected system get vertices in
    between first, the same ones whichever way an edge is walked, so that neighbours still share
    every vertex.

    Parameters
    ----------
    geometries
        Any geometries with finite coordinates; None stays None.
    crs
        The system of their numbers.
    max_edge_m
        Longest piece of an edge, in metres of the projected system.

    Returns
    -------
    numpy.ndarray
        Geometries in EPSG:4490, longitude before latitude, in degrees.

    Raises
    ------
    FileRefused
        ``crs_unknown``, or ``crs_no_way`` if no public way leads from its datum to CGCS2000.
    """
    source = known_crs(crs)
    transformer = _transformer(source.to_wkt())
    shapes = flat(geometries)
    if source.is_projected:
        unit_m = source.axis_info[0].unit_conversion_factor
        shapes = _with_short_edges(shapes, max_edge_m / unit_m)
    return _moved(shapes, transformer, pyproj.enums.TransformDirection.FORWARD)


def from_stored(geometries: Iterable[object], crs: str | pyproj.CRS) -> npt.NDArray[np.object_]:
    """Bring stored geometries (EPSG:4490, degrees) into another coordinate system.

    Vertices that `to_stored` added stay; they lie on the straight edges again. There and back a
    coordinate moves by less than 1e-7 m.

    Raises
    ------
    FileRefused
        ``crs_unknown`` or ``crs_no_way``.
    """
    transformer = _transformer(known_crs(crs).to_wkt())
    return _moved(flat(geometries), transformer, pyproj.enums.TransformDirection.INVERSE)


def guess_crs(bounds: Sequence[float]) -> CrsGuess | None:
    """Guess the coordinate system of a layer from its numbers alone.

    A guess is a proposal for a person to confirm, never a decision.

    Parameters
    ----------
    bounds
        ``min x, min y, max x, max y``, x being east.

    Returns
    -------
    CrsGuess or None
        None where the numbers fit no system, or fit several (eastings without a zone's number).
    """
    west, south, east, north = bounds
    if not np.isfinite(bounds).all():
        return None
    if _lies_within((west, south, east, north), _CHINA_DEG):
        return CrsGuess(STORED_CRS, "degrees")
    zone = int(west // 1_000_000)
    centre = zone * 1_000_000 + _FALSE_EASTING_M
    box = (
        centre - _ZONE_REACH_M,
        _CHINA_NORTHING_M[0],
        centre + _ZONE_REACH_M,
        _CHINA_NORTHING_M[1],
    )
    if _FIRST_ZONE <= zone <= _LAST_ZONE and _lies_within((west, south, east, north), box):
        return CrsGuess(f"EPSG:{_FIRST_ZONE_EPSG + zone - _FIRST_ZONE}", "zone_prefix")
    return None


def has_plausible_bounds(bounds: Sequence[float], crs: str | pyproj.CRS) -> bool:
    """Tell whether the numbers of a layer can be coordinates of a system.

    They can if they fall into the system's area of use or within 6 degrees of it.

    Parameters
    ----------
    bounds
        ``min x, min y, max x, max y`` in the system, x being east.
    crs
        The system they are said to be in.

    Raises
    ------
    FileRefused
        ``crs_unknown``.
    """
    system = known_crs(crs)
    if not np.isfinite(bounds).all():
        return False
    # Degrees in a plane's units are a few hundred metres beside its origin: nobody maps there.
    if system.is_projected and np.abs(bounds).max() <= _FULL_CIRCLE_DEG:
        return False
    if np.abs(bounds).max() > _FARTHEST:
        return False
    west, south, east, north = bounds
    to_degrees = pyproj.Transformer.from_crs(system, system.geodetic_crs or system, always_xy=True)
    lon, lat = to_degrees.transform([west, west, east, east], [south, north, south, north])
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return False
    # Northings beyond a quarter of a meridian come out somewhere all the same: there and back.
    x, y = to_degrees.transform(lon, lat, direction=pyproj.enums.TransformDirection.INVERSE)
    if not np.allclose([x, y], [[west, west, east, east], [south, north, south, north]], atol=1.0):
        return False
    return _lies_within((min(lon), min(lat), max(lon), max(lat)), _believable_area(system))


def _believable_area(system: pyproj.CRS) -> Bounds:
    if system.area_of_use is None:
        return (-180.0, -90.0, 180.0, 90.0)
    west, south, east, north = system.area_of_use.bounds
    margin = _AREA_MARGIN_DEG
    return (west - margin, max(south - margin, -90.0), east + margin, min(north + margin, 90.0))


def _lies_within(inner: Bounds, outer: Bounds) -> bool:
    west, south, east, north = outer
    return west <= inner[0] and south <= inner[1] and inner[2] <= east and inner[3] <= north


@lru_cache(maxsize=32)
def _transformer(wkt: str) -> pyproj.Transformer:
    """Make the way from a system to the stored one, or refuse to guess a shift of datums."""
    source = pyproj.CRS.from_wkt(wkt)
    # A bound system (towgs84) brings its own shift, which PROJ applies only on the way to WGS 84.
    target = _GPS_CRS if source.is_bound else STORED_CRS
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
    # PROJ answers with "ballpark" (no shift at all, accuracy unknown: -1) where it knows no way.
    is_ballpark = transformer.accuracy < 0 and not source.is_bound
    is_same_ellipsoid = source.ellipsoid is not None and (
        abs(source.ellipsoid.semi_major_metre - SEMI_MAJOR_M) < 1.0
    )
    if is_ballpark and not is_same_ellipsoid:
        raise FileRefused("crs_no_way", crs=source.name)
    return transformer


def _moved(
    geometries: npt.NDArray[np.object_],
    transformer: pyproj.Transformer,
    direction: pyproj.enums.TransformDirection,
) -> npt.NDArray[np.object_]:
    def move(x: object, y: object) -> object:
        return transformer.transform(x, y, direction=direction)

    return np.asarray(shapely.transform(geometries, move, interleaved=False), dtype=object)


def _with_short_edges(
    geometries: npt.NDArray[np.object_], max_edge: float
) -> npt.NDArray[np.object_]:
    """Add vertices to edges longer than a length in the plane's units."""
    west, south, east, north = shapely.bounds(geometries).T
    # No edge is longer than its geometry's box: almost every patch is done with this.
    may_have_long = np.hypot(east - west, north - south) > max_edge
    if not may_have_long.any():
        return geometries
    walked = geometries[may_have_long]
    there = shapely.segmentize(walked, max_edge)
    back = shapely.reverse(shapely.segmentize(shapely.reverse(walked), max_edge))
    # Vertices put on an edge from its one end differ in the last digits from those put on it from
    # the other end. Two neighbours walk their shared edge in opposite ways; the mean of both ways
    # is the same number for both, so no slivers appear between them.
    mean = (shapely.get_coordinates(there) + shapely.get_coordinates(back)) / 2
    result = geometries.copy()
    result[may_have_long] = shapely.set_coordinates(there, mean)
    return result


def flat(geometries: Iterable[object]) -> npt.NDArray[np.object_]:
    """Drop heights and measures; geometries without any are not made anew."""
    shapes = np.asarray(geometries, dtype=object)
    # Making 100,000 outlines anew takes 0.1 s; asking whether one has heights, a hundredth of it.
    has_more = shapely.has_z(shapes) | shapely.has_m(shapes)
    return np.asarray(shapely.force_2d(shapes), dtype=object) if has_more.any() else shapes
