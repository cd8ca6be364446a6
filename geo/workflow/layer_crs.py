"""In which coordinate system a delivered layer is, and which of its rows cannot be."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import FileRefused
from geo.model.columns import STORED_CRS
from geo.shapes.crs import Bounds, CrsGuess, guess_crs, has_plausible_bounds, known_crs

Boxes = npt.NDArray[np.float64]


def boxes_of(geometries: npt.NDArray[np.object_]) -> Boxes:
    """Give min x, min y, max x, max y of each shape; NaN where there is none or no finite one."""
    boxes: Boxes = shapely.bounds(geometries).reshape(-1, 4)
    boxes[~np.isfinite(boxes).all(axis=1)] = np.nan
    return boxes


def find_crs(boxes: Boxes, said: str | None, *, source: Path) -> tuple[str, CrsGuess | None]:
    """Find the coordinate system of a layer.

    Parameters
    ----------
    boxes
        Of its shapes, in its own numbers.
    said
        What a person or else the file says; None if neither does.

    Returns
    -------
    tuple
        Its name, for instance ``EPSG:4528``; and the guess that a person has to confirm, if it is
        one.

    Raises
    ------
    FileRefused
        ``crs_missing``, ``crs_unknown`` or ``crs_implausible``.
    """
    placed = boxes[~np.isnan(boxes).any(axis=1)]
    if said is None:
        return _guessed(placed, source)
    crs = known_crs(said)
    name = crs.to_string() if (epsg := crs.to_epsg()) is None else f"EPSG:{epsg}"
    # A single shape on the equator is that shape's fault, and not the system's.
    if len(placed) and not has_plausible_bounds(_middle(placed), name):
        raise FileRefused("crs_implausible", path=source, crs=name, bounds=_shown(placed))
    return name, None


def far_rows(boxes: Boxes, crs: str) -> list[int]:
    """List the shapes, counted from 0, whose numbers cannot be coordinates of the system."""
    placed = np.flatnonzero(~np.isnan(boxes).any(axis=1))
    return sorted(_far_among(placed, boxes, crs))


def _far_among(rows: npt.NDArray[np.intp], boxes: Boxes, crs: str) -> list[int]:
    """Look at all shapes at once, and at ever smaller halves only where one is wrong."""
    if len(rows) == 0 or has_plausible_bounds(_whole(boxes[rows]), crs):
        return []
    if len(rows) == 1:
        return [int(rows[0])]
    half = len(rows) // 2
    return _far_among(rows[:half], boxes, crs) + _far_among(rows[half:], boxes, crs)


def _guessed(placed: Boxes, source: Path) -> tuple[str, CrsGuess | None]:
    if len(placed) == 0:
        # Without a single shape no system is needed: every row is refused for having none.
        return STORED_CRS, None
    guess = guess_crs(_whole(placed)) or guess_crs(_middle(placed))
    if guess is None:
        raise FileRefused("crs_missing", path=source, bounds=_shown(placed))
    return guess.crs, guess


def _whole(boxes: Boxes) -> Bounds:
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _middle(boxes: Boxes) -> Bounds:
    west, south, east, north = np.median(boxes, axis=0).tolist()
    return west, south, east, north


def _shown(boxes: Boxes) -> str:
    return ", ".join(f"{bound:.1f}" for bound in _whole(boxes))
