"""Areas on the CGCS2000 ellipsoid, in hectares and mu (亩).

An area that is printed names its method: these are geodesic, of the surface between geodesic
lines, not areas on a map plane (at the edge of a 3-degree zone at 43 N those are 0.037 % larger).
"""

from collections.abc import Iterable
from typing import overload

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo.shapes.ellipsoid import (
    INVERSE_FLATTENING,
    SEMI_MAJOR_M,
    Floats,
    area_to_equator_m2,
    parallel_radius2_m2,
)
from geo.shapes.rings import Rings, rings_of

MU_PER_HA = 15.0
M2_PER_HA = 10_000.0
HA_DECIMALS, MU_DECIMALS = 4, 2

# The series below is cut after the third power of an edge's length. Against PROJ's GeographicLib,
# between 18 and 56 N, whole polygons differ by at most 2e-4 m² with the edges of patches (30 to
# 600 m across; that is GeographicLib's own rounding: 80-bit arithmetic agrees with the series to
# 3e-6 m²) and 2e-3 m² with edges up to this length (5.5 km). Longer edges are computed exactly.
MAX_SERIES_EDGE_DEG = 0.05

# Blocks of this many polygons fit the processor's cache: 100,000 patches of 30 vertices take 0.2 s,
# in one block 0.3 to 0.6 s, one by one through pyproj.Geod 3.3 s.
_BLOCK = 20_000


@overload
def ha_to_mu(area_ha: float) -> float: ...
@overload
def ha_to_mu(area_ha: Floats) -> Floats: ...
def ha_to_mu(area_ha: float | Floats) -> float | Floats:
    """Convert hectares to mu (亩): 1 ha = 15 mu."""
    return area_ha * MU_PER_HA


@overload
def round_ha(area_ha: float) -> float: ...
@overload
def round_ha(area_ha: Floats) -> Floats: ...
def round_ha(area_ha: float | Floats) -> float | Floats:
    """Round hectares as the field writes them: 4 decimals, 1 m²."""
    return _rounded(area_ha, HA_DECIMALS)


@overload
def round_mu(area_mu: float) -> float: ...
@overload
def round_mu(area_mu: Floats) -> Floats: ...
def round_mu(area_mu: float | Floats) -> float | Floats:
    """Round mu (亩) as the field writes them: 2 decimals."""
    return _rounded(area_mu, MU_DECIMALS)


def _rounded(value: float | Floats, decimals: int) -> float | Floats:
    return value.round(decimals) if isinstance(value, np.ndarray) else round(value, decimals)


def geodesic_area_ha(geometries: Iterable[object]) -> Floats:
    """Measure the areas of polygons on the ellipsoid, between geodesic lines.

    Holes are subtracted, parts are added up, the direction of a ring does not matter.

    Parameters
    ----------
    geometries
        Valid polygons or multipolygons in EPSG:4490: longitude, latitude in degrees, none of them
        across the 180th meridian or around a pole.

    Returns
    -------
    numpy.ndarray
        Hectares; 0 for an empty polygon, NaN where there is no geometry.

    Raises
    ------
    ValueError
        If a geometry is not a polygon.
    """
    polygons = np.asarray(geometries, dtype=object)
    areas_ha = np.empty(len(polygons))
    for first in range(0, len(polygons), _BLOCK):
        block = slice(first, first + _BLOCK)
        areas_ha[block] = _block_areas_m2(polygons[block]) / M2_PER_HA
    areas_ha[shapely.is_missing(polygons)] = np.nan
    return areas_ha


def _block_areas_m2(polygons: npt.NDArray[np.object_]) -> Floats:
    rings = rings_of(polygons)
    area_m2, longest_deg = _series_areas_m2(rings)
    is_long = longest_deg > MAX_SERIES_EDGE_DEG
    if is_long.any():
        area_m2[is_long] = _exact_areas_m2(rings, np.flatnonzero(is_long))
    signed_m2 = np.where(rings.is_hole, -area_m2, area_m2)
    areas_m2: Floats = np.bincount(rings.polygon, signed_m2, len(polygons)).astype(np.float64)
    return areas_m2


def _series_areas_m2(rings: Rings) -> tuple[Floats, Floats]:
    """Measure all rings at once, and the longest step of each in degrees.

    In the plane of longitude λ and q, the area per radian of longitude between the equator and a
    latitude, areas are true and a ring's area is the sum over its edges of dλ · (mean q). There
    an edge drawn straight is not quite a geodesic. With P, the square of the radius of the
    parallel, the metric of that plane is P dλ² + dq² / P, and dP/dq = -2 sin φ. So the geodesic
    curvature of the straight edge is known, and the area between edge and geodesic is curvature ·
    length³ / 12, which comes out as dλ · sin φ / 12 · (P dλ² + 3 dq² / P).
    """
    if len(rings.polygon) == 0:
        return np.empty(0), np.empty(0)
    sin_lat = np.sin(np.radians(rings.y))
    q = area_to_equator_m2(sin_lat)
    parallel = parallel_radius2_m2(sin_lat)
    step_lon, step_lat = np.diff(rings.x), np.diff(rings.y)
    # From the last vertex of a ring to the first of the next is no edge.
    no_edge = rings.start[1:-1] - 1
    step_lon[no_edge] = step_lat[no_edge] = 0.0
    d_lon, d_q = np.radians(step_lon), np.diff(q)
    mean_sin, mean_parallel = _means(sin_lat), _means(parallel)
    bulge = mean_sin / 12 * (mean_parallel * d_lon**2 + 3 * d_q**2 / mean_parallel)
    first_edge = rings.start[:-1]
    area_m2 = np.abs(np.add.reduceat(d_lon * (_means(q) + bulge), first_edge))
    longest = np.maximum.reduceat(np.maximum(np.abs(step_lon), np.abs(step_lat)), first_edge)
    return area_m2, longest


def _means(values: Floats) -> Floats:
    return (values[1:] + values[:-1]) / 2


def _exact_areas_m2(rings: Rings, chosen: npt.NDArray[np.intp]) -> Floats:
    geod = pyproj.Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
    areas = np.empty(len(chosen))
    for place, ring in enumerate(chosen):
        vertices = slice(rings.start[ring], rings.start[ring + 1])
        areas[place] = abs(geod.polygon_area_perimeter(rings.x[vertices], rings.y[vertices])[0])
    return areas
