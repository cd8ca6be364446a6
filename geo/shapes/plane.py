"""The plane in which overlaps are measured. See docs/decisions/0002-working-plane.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertCylindricalEqualAreaConversion

from geo.model.columns import STORED_CRS
from geo.shapes.crs import from_stored, known_crs

# The middle of the country: shapes are true at this parallel, areas everywhere.
_TRUE_LAT_DEG: Final = 40.0
_CENTRE_LON_DEG: Final = 105.0


@dataclass(frozen=True, slots=True)
class WorkingPlane:
    """A plane in metres to which stored geometries are brought to be compared.

    Attributes
    ----------
    crs
        Its coordinate system.
    is_delivered
        Whether the grid layer was delivered in it. Otherwise it is the equal-area plane.
    """

    crs: pyproj.CRS
    is_delivered: bool

    def project(self, geometries: Iterable[object]) -> npt.NDArray[np.object_]:
        """Bring stored geometries into the plane.

        Parameters
        ----------
        geometries
            In EPSG:4490, longitude and latitude in degrees.

        Returns
        -------
        numpy.ndarray
            The same geometries in metres, without heights.
        """
        return from_stored(geometries, self.crs)


def working_plane(source_crs: str | pyproj.CRS | None) -> WorkingPlane:
    """Choose the plane for overlaps with a grid layer.

    Parameters
    ----------
    source_crs
        The system in which the grid layer was delivered; None if that is not known.

    Returns
    -------
    WorkingPlane
        That system, if it is projected and counts in metres: the edges of the grids are straight
        there, and what touched or halved a patch on delivery does so again. Otherwise a
        cylindrical equal-area plane on the CGCS2000 ellipsoid.

    Raises
    ------
    FileRefused
        ``crs_unknown``.
    """
    if source_crs is not None:
        source = known_crs(source_crs)
        if source.is_projected and source.axis_info[0].unit_conversion_factor == 1.0:
            return WorkingPlane(source, is_delivered=True)
    return WorkingPlane(_equal_area_crs(), is_delivered=False)


@lru_cache(maxsize=1)
def _equal_area_crs() -> pyproj.CRS:
    conversion = LambertCylindricalEqualAreaConversion(
        latitude_first_parallel=_TRUE_LAT_DEG, longitude_natural_origin=_CENTRE_LON_DEG
    )
    return ProjectedCRS(conversion, name="Equal area, China", geodetic_crs=STORED_CRS)
