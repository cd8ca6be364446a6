"""Where a coordinate system would put a layer, and whether that can be."""

from functools import lru_cache

import numpy as np
import pyproj
import shapely

from geo.errors import FileRefused
from geo.shapes.crs import Bounds, has_plausible_bounds, known_crs, to_stored
from geo.shapes.crs_numbers import CHINA_DEG, is_within, middle_of, zone_number
from geo.shapes.crs_series import zone_of
from geo.shapes.ellipsoid import INVERSE_FLATTENING, SEMI_MAJOR_M

_GEOD = pyproj.Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)


def fits(box: Bounds, crs: str) -> bool:
    """Tell whether the numbers can be coordinates of a system that a file names.

    Parameters
    ----------
    box
        ``min x, min y, max x, max y`` in the system, x being east.
    crs
        The system.

    Raises
    ------
    FileRefused
        ``crs_unknown``.
    """
    zone = zone_of(crs)
    if zone is not None and zone.has_prefix and zone_number(middle_of(box)[0]) != zone.number:
        return False
    return has_plausible_bounds(box, crs)


def is_home(box: Bounds, crs: str) -> bool:
    """Tell whether a system puts the middle of a box into China."""
    bounds = on_map(box, crs)
    return bounds is not None and is_within(*middle_of(bounds), CHINA_DEG)


def on_map(box: Bounds, crs: str) -> Bounds | None:
    """Bring a box to the degrees of its own datum: west, south, east, north.

    Returns
    -------
    tuple or None
        None where the system has no degrees for these numbers.
    """
    west, south, east, north = _way_to_degrees(crs).transform_bounds(*box, errcheck=False)
    bounds = (float(west), float(south), float(east), float(north))
    return bounds if np.isfinite(bounds).all() else None


@lru_cache(maxsize=256)
def _way_to_degrees(crs: str) -> pyproj.Transformer:
    system = known_crs(crs)
    return pyproj.Transformer.from_crs(system, system.geodetic_crs or system, always_xy=True)


@lru_cache(maxsize=256)
def has_no_shift(crs: str) -> bool:
    """Tell whether no public way leads from a system's datum to CGCS2000."""
    try:
        to_stored([shapely.Point()], crs)
    except FileRefused:
        return True
    return False


def distance_to_km(bounds: Bounds, territory: Bounds) -> float:
    """Measure from the middle of a box to the nearest latitude and longitude of a territory.

    Both are west, south, east, north in degrees; the way is a geodesic of CGCS2000, in kilometres.
    """
    lon, lat = middle_of(bounds)
    west, south, east, north = territory
    return geodesic_km(lon, lat, min(max(lon, west), east), min(max(lat, south), north))


def geodesic_km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Measure between two points in degrees, in kilometres."""
    # To 100 m: the last digits of a distance must not decide which system comes first.
    return round(float(_GEOD.inv(lon, lat, to_lon, to_lat)[2]) / 1000, 1)
