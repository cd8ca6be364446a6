"""What the corpus draws: squares of a hectare, by hand, in 3-degree zone 40.

They lie about 70 km west of the meridian 120 E, at 119.1 E and 43.3 N.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from tests.deliveries import ZONE_40, patches_frame

EAST, NORTH = 40_430_000.0, 4_800_000.0
SIDE_M = 100.0
DEGREES = "EPSG:4490"
GPS = "EPSG:4326"
# Twenty digits: a village's twelve, a year, a number.
CODES = ("15990100100120260001", "15990100100120260002", "15990100100120260003")
FIRST = CODES[0]
REMARK = "疑似采伐"
REMARKS = (REMARK, "疑似开垦", "新增道路")
# In degrees, to a tenth of a millimetre.
DECIMALS: Final = 9


def square(column: float = 0, row: float = 0, *, side_m: float = SIDE_M) -> shapely.Polygon:
    """A square, so many hectares east and north of the first one; clockwise, as shapefiles ask."""
    west, south = EAST + column * SIDE_M, NORTH + row * SIDE_M
    return shapely.box(west, south, west + side_m, south + side_m, ccw=False)


def squares(count: int = 3) -> list[shapely.Polygon]:
    """Squares in a row from west to east, one side between each two."""
    return [square(2 * n) for n in range(count)]


def patches(codes: Sequence[object] = CODES, **columns: Any) -> gpd.GeoDataFrame:
    """Patches in the names of 2019; a column given replaces or joins them."""
    count = len(codes)
    own = {"geometry": squares(count), "BEIZHU": [REMARKS[n % 3] for n in range(count)]}
    return patches_frame(codes, **(own | columns))


def in_system(frame: gpd.GeoDataFrame, crs: str = DEGREES) -> gpd.GeoDataFrame:
    """The same in another coordinate system, its numbers rounded so that they stay the same."""
    decimals = DECIMALS if pyproj.CRS(crs).is_geographic else 3
    moved = moved_shapes(frame.geometry, crs, decimals)
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=crs))


def moved_shapes(
    shapes: Iterable[shapely.Geometry], crs: str = DEGREES, decimals: int = DECIMALS
) -> list[shapely.Geometry]:
    """Shapes of zone 40 in another coordinate system."""
    there = pyproj.Transformer.from_crs(ZONE_40, crs, always_xy=True)

    def move(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(xy[:, 0], xy[:, 1])).round(decimals)

    return [shapely.transform(shape, move) for shape in shapes]


def shifted(shapes: Iterable[shapely.Geometry], east: float, north: float) -> list[Any]:
    """Shapes with a number added to every x and every y."""
    return [shapely.transform(shape, lambda xy: xy + np.array([east, north])) for shape in shapes]
