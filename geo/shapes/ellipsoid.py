"""The ellipsoid of CGCS2000: its size, and how much ground lies under a latitude."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# As EPSG:1024 describes it.
SEMI_MAJOR_M: Final = 6_378_137.0
INVERSE_FLATTENING: Final = 298.257222101
_E2: Final = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING
_E: Final = float(np.sqrt(_E2))


def area_to_equator_m2(sin_lat: Floats) -> Floats:
    """Measure the ground between the equator and a latitude, per radian of longitude.

    Parameters
    ----------
    sin_lat
        Sines of geodetic latitudes.

    Returns
    -------
    numpy.ndarray
        Square metres per radian, negative in the south. The closed form is that of the authalic
        latitude (for instance Snyder 1987, equation 3-12).
    """
    shrink = 1 - _E2 * sin_lat**2
    belt = sin_lat / shrink + np.arctanh(_E * sin_lat) / _E
    area: Floats = SEMI_MAJOR_M**2 * (1 - _E2) / 2 * belt
    return area


def parallel_radius2_m2(sin_lat: Floats) -> Floats:
    """Give the square of the radius of the parallel at a latitude, from its sine."""
    radius2: Floats = SEMI_MAJOR_M**2 * (1 - sin_lat**2) / (1 - _E2 * sin_lat**2)
    return radius2
