"""What a person drew on the map: an outline, or a line that cuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyproj
import shapely

from geo.shapes.ellipsoid import INVERSE_FLATTENING, SEMI_MAJOR_M
from geo.workflow.pick import area_drawn, corners_drawn


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing.

    Attributes
    ----------
    id
        The map's own number of it.
    shape
        In EPSG:4490: a polygon, several where the line crossed itself, or a line.
    corners
        How many were drawn.
    """

    id: int
    shape: shapely.Geometry
    corners: int

    @property
    def is_area(self) -> bool:
        """Tell an outline from a line that cuts."""
        return bool(self.shape.geom_type.endswith("Polygon"))

    @property
    def length_m(self) -> float:
        """Measure the line, or around the outline, on the ellipsoid."""
        geod = pyproj.Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
        return float(geod.geometry_length(self.shape))


def drawn_from(told: Mapping[str, Any]) -> Drawn | None:
    """Make a drawing of what the browser tells; None if it is none.

    Parameters
    ----------
    told
        ``kind`` (``area`` or ``line``), ``points`` (longitude and latitude of each corner) and
        ``id``; never trusted.
    """
    points, number = told.get("points"), told.get("id")
    at = corners_drawn(points)
    if at is None or not isinstance(number, int):
        return None
    if told.get("kind") == "line":
        line = shapely.LineString(at)
        return Drawn(number, line, len(at)) if line.length > 0 else None
    area = area_drawn(points)
    return None if area is None else Drawn(number, area, len(at))


def geojson_of(drawn: Drawn) -> dict[str, Any]:
    """Write a drawing as GeoJSON, in degrees of CGCS2000."""
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": shapely.geometry.mapping(drawn.shape),
    }
    return {"type": "FeatureCollection", "features": [feature]}
