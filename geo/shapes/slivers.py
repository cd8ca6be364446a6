"""Polygons that nobody has drawn: remains of cutting and of joining, told by area and width."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.shapes.ellipsoid import SEMI_MAJOR_M, parallel_radius2_m2
from geo.shapes.measure import M2_PER_HA
from geo.shapes.outlines import Floats
from geo.shapes.rings import rings_of

Geometries = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

# Roads and firebreaks are long and narrow by nature, so that narrowness in proportion says nothing.
# A metre is less than imagery of this work resolves: nobody has drawn that.
MIN_WIDTH_M: Final = 1.0
MIN_AREA_M2: Final = 10.0


def find_slivers(
    geometries_lonlat: Iterable[object],
    areas_ha: Floats,
    *,
    min_area_m2: float = MIN_AREA_M2,
    min_width_m: float = MIN_WIDTH_M,
    min_roundness: float = 0.0,
) -> Flags:
    """Find polygons that nobody has drawn: remains of cutting and of joining.

    Parameters
    ----------
    geometries_lonlat
        Valid polygons or multipolygons in EPSG:4490, longitude and latitude in degrees.
    areas_ha
        Their geodesic areas, as `geo.shapes.measure.geodesic_area_ha` gives them.
    min_area_m2
        Smaller ones are slivers.
    min_width_m
        Narrower ones are slivers, by `mean_widths_m`.
    min_roundness
        Those of less 4·π·area/perimeter² are slivers (1: a circle; 0.03: a strip 100 times as long
        as wide). By default none is: roads are long and narrow by nature.

    Returns
    -------
    numpy.ndarray
        Whether each is one; False where there is none.
    """
    polygons = np.asarray(geometries_lonlat, dtype=object)
    area_m2 = np.asarray(areas_ha) * M2_PER_HA

    def is_thin(perimeter_m: Floats, area_m2: Floats) -> Flags:
        thin: Flags = (
            (area_m2 < min_area_m2)
            | (2 * area_m2 < min_width_m * perimeter_m)
            | (4 * np.pi * area_m2 < min_roundness * perimeter_m**2)
        )
        return thin

    # Few polygons could be slivers even with the longest outline their box and their number of
    # vertices allow; measuring only those takes 0.05 s for 100,000 patches, measuring all 0.4 s.
    rows = np.flatnonzero(is_thin(_longest_perimeters_m(polygons), area_m2))
    perimeter_m = _perimeters_m(polygons[rows])
    is_sliver: Flags = np.zeros(len(polygons), dtype=bool)
    is_sliver[rows] = (perimeter_m > 0) & is_thin(perimeter_m, area_m2[rows])
    return is_sliver


def mean_widths_m(geometries_lonlat: Iterable[object], areas_ha: Floats) -> Floats:
    """Tell how wide polygons are on average: twice the area by the perimeter.

    Of a long strip that is its width, of a square half of its side.

    Parameters
    ----------
    geometries_lonlat, areas_ha
        As for `find_slivers`.

    Returns
    -------
    numpy.ndarray
        Metres, right to 1 %; NaN where there is no polygon.
    """
    perimeter_m = _perimeters_m(np.asarray(geometries_lonlat, dtype=object))
    perimeter_m[perimeter_m == 0] = np.nan
    return 2 * np.asarray(areas_ha) * M2_PER_HA / perimeter_m


def _longest_perimeters_m(polygons: Geometries) -> Floats:
    """Bound perimeters from above: each edge at most the diagonal of the box."""
    west, south, east, north = np.radians(shapely.bounds(polygons)).reshape(-1, 4).T
    diagonal_m = np.hypot(east - west, north - south) * SEMI_MAJOR_M
    longest_m: Floats = shapely.get_num_coordinates(polygons) * diagonal_m
    return longest_m


def _perimeters_m(polygons: Geometries) -> Floats:
    rings = rings_of(polygons)
    if len(rings.polygon) == 0:
        return np.zeros(len(polygons))
    # Degrees of longitude shrink with the parallel; those of latitude vary by less than 1 %.
    parallel_m = np.sqrt(parallel_radius2_m2(np.sin(np.radians(rings.y[:-1]))))
    east_m = np.radians(np.diff(rings.x)) * parallel_m
    length_m = np.append(np.hypot(east_m, np.radians(np.diff(rings.y)) * SEMI_MAJOR_M), 0.0)
    length_m[rings.start[1:] - 1] = 0.0  # from one ring to the next is no edge
    ring_m = np.add.reduceat(length_m, rings.start[:-1])
    return np.bincount(rings.polygon, ring_m, len(polygons)).astype(np.float64)
