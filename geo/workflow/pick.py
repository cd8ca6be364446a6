"""Pick the patches that somebody drew a line around."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.workflow.patch_rows import Mask, Outlines, Patches

MOST_CORNERS = 2_000
_SHAPES_AT_ONCE = 5_000


def corners_drawn(told: object, *, least: int = 2) -> npt.NDArray[np.float64] | None:
    """Read the corners of a drawn line.

    Parameters
    ----------
    told
        Longitude and latitude of each in degrees, as the browser tells it; never trusted.
    least
        Fewest corners.

    Returns
    -------
    numpy.ndarray or None
        (n, 2); None for anything else.
    """
    try:
        at = np.array(told, dtype=float)
    except (TypeError, ValueError):
        return None
    if at.ndim != 2 or at.shape[1] != 2 or not least <= len(at) <= MOST_CORNERS:
        return None
    is_on_earth = np.isfinite(at).all() and (np.abs(at) <= (180.0, 90.0)).all()
    return at if is_on_earth else None


def area_drawn(told: object) -> shapely.Geometry | None:
    """Make the area that a person drew, from what the browser tells.

    Parameters
    ----------
    told
        The corners, as for `corners_drawn`.

    Returns
    -------
    shapely.Polygon or shapely.MultiPolygon or None
        A line that crosses itself gives the areas that it goes around; None if there is no area.
    """
    at = corners_drawn(told, least=3)
    if at is None:
        return None
    area = shapely.make_valid(shapely.Polygon(at))
    parts = [part for part in shapely.get_parts(area) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(parts) if parts else None


def patches_in(patches: Patches, outlines: Outlines, area: shapely.Geometry) -> Mask:
    """Tell which patches have any part in an area.

    The boxes of all patches are compared at once; a shape is read only where its box is neither
    outside nor wholly inside.

    Parameters
    ----------
    patches
        Among which to pick.
    outlines
        Their shapes.
    area
        Polygon in EPSG:4490.

    Returns
    -------
    numpy.ndarray
        True for each patch that meets the area.
    """
    west, south, east, north = patches.boxes.T
    left, bottom, right, top = shapely.bounds(area)
    rows = np.flatnonzero((west <= right) & (east >= left) & (south <= top) & (north >= bottom))
    shapely.prepare(area)
    boxes = shapely.box(west[rows], south[rows], east[rows], north[rows])
    is_inside = shapely.contains_properly(area, boxes)
    is_open = np.flatnonzero(~is_inside & shapely.intersects(area, boxes))
    for start in range(0, len(is_open), _SHAPES_AT_ONCE):
        some = is_open[start : start + _SHAPES_AT_ONCE]
        is_inside[some] = shapely.intersects(area, outlines[rows[some]])
    mask: Mask = np.zeros(len(patches), dtype=bool)
    mask[rows] = is_inside
    return mask
