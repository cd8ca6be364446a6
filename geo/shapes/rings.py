"""Many polygons as a few flat arrays: what lets area and overlap be computed without loops."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings of an array of polygons, one after the other.

    Attributes
    ----------
    x, y
        Coordinates of all vertices; each ring ends with the vertex it began with.
    start
        Where each ring begins in `x` and `y`; one more at the end.
    polygon
        Row of the polygon that each ring belongs to.
    is_hole
        Whether the ring bounds a hole.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    start: npt.NDArray[np.int64]
    polygon: npt.NDArray[np.int64]
    is_hole: npt.NDArray[np.bool_]


def rings_of(polygons: npt.NDArray[np.object_]) -> Rings:
    """Lay out polygons and multipolygons as flat arrays of rings.

    Parameters
    ----------
    polygons
        Polygons or multipolygons; missing and empty ones have no rings.

    Raises
    ------
    ValueError
        If a geometry is of another type.
    """
    if shapely.is_missing(polygons).all():  # also an array of no rows
        none = np.empty(0)
        rows = np.empty(0, dtype=np.int64)
        return Rings(none, none, np.zeros(1, dtype=np.int64), rows, rows.astype(bool))
    kind, coordinates, offsets = shapely.to_ragged_array(polygons, include_z=False)
    if kind is shapely.GeometryType.POLYGON:
        ring_start, first_ring = offsets
        ring_row = np.repeat(np.arange(len(polygons)), np.diff(first_ring))
    elif kind is shapely.GeometryType.MULTIPOLYGON:
        ring_start, first_ring, first_part = offsets
        part_row = np.repeat(np.arange(len(polygons)), np.diff(first_part))
        ring_row = np.repeat(part_row, np.diff(first_ring))
    else:
        raise ValueError(f"polygons are expected, not {kind.name.lower()}")
    # An empty part begins no ring: its place in `first_ring` is that of the next part.
    begins_part = np.zeros(len(ring_row), dtype=bool)
    begins_part[first_ring[:-1][np.diff(first_ring) > 0]] = True
    return Rings(
        x=np.ascontiguousarray(coordinates[:, 0]),
        y=np.ascontiguousarray(coordinates[:, 1]),
        start=ring_start.astype(np.int64),
        polygon=ring_row,
        is_hole=~begins_part,
    )
