"""Pick the patches that somebody drew a line around."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.workflow.patch_rows import Mask, Outlines, Patches

MOST_CORNERS = 2_000
_SHAPES_AT_ONCE = 5_000
_CELLS = 64


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
    is_on_earth = (np.abs(at) <= (180.0, 90.0)).all()  # which no NaN is
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

    The area is cut into cells: a box that only meets cells inside it (or outside) is so too. What
    is left at the border is compared box by box, and a shape is read only where its box is neither
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
    is_inside, is_outside = _by_cells(area, patches.boxes[rows])
    mask: Mask = np.zeros(len(patches), dtype=bool)
    mask[rows[is_inside]] = True
    rows = rows[~is_inside & ~is_outside]
    boxes = shapely.box(west[rows], south[rows], east[rows], north[rows])
    is_within = shapely.contains_properly(area, boxes)
    mask[rows[is_within]] = True
    rows = rows[~is_within & shapely.intersects(area, boxes)]
    for start in range(0, len(rows), _SHAPES_AT_ONCE):
        some = rows[start : start + _SHAPES_AT_ONCE]
        mask[some] = shapely.intersects(area, outlines[some])
    return mask


def _by_cells(area: shapely.Geometry, boxes: npt.NDArray[np.float64]) -> tuple[Mask, Mask]:
    """Tell which boxes are surely inside and which surely outside, by the cells they meet."""
    left, bottom, right, top = shapely.bounds(area)
    size = np.array([right - left, top - bottom]) / _CELLS
    column, row = np.meshgrid(np.arange(_CELLS), np.arange(_CELLS))
    x, y = left + column * size[0], bottom + row * size[1]
    cells = shapely.box(x, y, x + size[0], y + size[1])
    # A rim of cells around that are outside.
    inside = np.pad(shapely.contains_properly(area, cells), 1)
    outside = np.pad(~shapely.intersects(area, cells), 1, constant_values=True)
    at = np.floor((boxes - [left, bottom, left, bottom]) / np.tile(size, 2)) + 1
    first_x, first_y, last_x, last_y = np.clip(at, 0, _CELLS + 1).astype(np.int32).T
    # A box no larger than a cell meets none but those of its corners.
    is_small = (last_x - first_x <= 1) & (last_y - first_y <= 1)
    corners = [(y, x) for y in (first_y, last_y) for x in (first_x, last_x)]
    is_inside, is_outside = is_small.copy(), is_small.copy()
    for corner in corners:
        is_inside &= inside[corner]
        is_outside &= outside[corner]
    return is_inside, is_outside
