"""Geometries put together from positions and parts, as formats of field programs deliver them."""

from collections.abc import Sequence

import numpy as np
import shapely

Position = tuple[float, float]
# A line needs two points; a ring three, the closing one not counted.
LEAST_OF_LINE, LEAST_OF_RING = 2, 3

_MULTI = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString}
_MULTI |= {"Polygon": shapely.MultiPolygon}


class TooFewPoints(ValueError):
    """A line or ring has fewer points than it needs."""

    def __init__(self, count: int, needed: int) -> None:
        self.count, self.needed = count, needed
        super().__init__(f"{count} < {needed}")


def line(positions: Sequence[Position]) -> shapely.LineString:
    """Draw a line.

    Raises
    ------
    TooFewPoints
    """
    if len(positions) < LEAST_OF_LINE:
        raise TooFewPoints(len(positions), LEAST_OF_LINE)
    return shapely.LineString(positions)


def ring(positions: Sequence[Position]) -> list[Position]:
    """Close a ring, whether its first point was repeated or not.

    Raises
    ------
    TooFewPoints
    """
    corners = list(positions)
    while len(corners) > 1 and corners[-1] == corners[0]:
        corners.pop()
    if len(corners) < LEAST_OF_RING:
        raise TooFewPoints(len(corners), LEAST_OF_RING)
    return [*corners, corners[0]]


def together(parts: Sequence[shapely.Geometry]) -> shapely.Geometry | None:
    """Make one geometry of several parts: of one kind a multi-part one, of several a collection."""
    if len(parts) <= 1:
        return parts[0] if parts else None
    kinds = {part.geom_type for part in parts}
    multi = _MULTI.get(kinds.pop()) if len(kinds) == 1 else None
    return shapely.GeometryCollection(parts) if multi is None else multi(parts)


def polygons_of(rings: Sequence[Sequence[Position]]) -> tuple[list[shapely.Polygon], bool]:
    """Make polygons of closed rings that do not say what they are: islands, holes, islands in them.

    Returns
    -------
    tuple
        The polygons in the order of their outlines; and whether the first ring is an outline.

    Notes
    -----
    A point within each ring is looked for in all larger rings at once. Each may lie in all the
    others, so whoever calls this limits their number.
    """
    shapes = [shapely.Polygon(corners) for corners in rings]
    if len(shapes) == 1:
        return shapes, True
    areas = shapely.area(shapes)
    points = shapely.point_on_surface(shapes)
    outer, inner = shapely.STRtree(points).query(shapes, predicate="contains")
    # The point within an outline may lie in its hole, which does not make it part of that.
    is_within = areas[outer] > areas[inner]
    outer, inner = outer[is_within], inner[is_within]
    depths = np.bincount(inner, minlength=len(shapes))
    around = dict[int, int]()
    for place in np.argsort(-areas[outer], kind="stable"):
        around[int(inner[place])] = int(outer[place])  # the smallest one comes last and stays
    holes: dict[int, list[Sequence[Position]]] = {}
    for place in np.flatnonzero(depths % 2 == 1).tolist():
        holes.setdefault(around[place], []).append(rings[place])
    outlines = np.flatnonzero(depths % 2 == 0).tolist()
    polygons = [shapely.Polygon(rings[place], holes.get(place, [])) for place in outlines]
    return polygons, bool(depths[0] % 2 == 0)
