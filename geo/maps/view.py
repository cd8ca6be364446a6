"""What the map shows now, and how places on the ground become places on the screen.

Coordinates are longitude and latitude in degrees, EPSG:4490; `zoom` is the web map's (256 pixels
around the equator at zoom 0, doubled with each step).
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely

from geo.maps.layers import Geometries, Numbers

Bounds = tuple[float, float, float, float]

TILE_PX = 256
MIN_ZOOM = 3
MAX_ZOOM = 19
# Fitting to something small keeps its surroundings in sight.
FIT_MAX_ZOOM = 16
FIT_MARGIN_PX = 20
FIT_ZOOM_STEP = 0.5
MAX_LATITUDE = 85.05112878

# Drawn beyond each edge, in shares of the view: a short move then shows no blank margin, and the
# map asks for nothing as long as it stays inside (the component is told this number).
PAD = 0.5


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows now.

    Parameters
    ----------
    west, south, east, north
        Its edges in degrees.
    zoom
        Of the web map; whole numbers, and halves after a fit.
    """

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @classmethod
    def covering(cls, bounds: Bounds, *, width_px: float = 900, height_px: float = 520) -> Self:
        """Guess the view of a map of this size that has just been fitted to these bounds.

        Used before the map has reported its real view, so that the first picture already holds
        what will be seen.

        Parameters
        ----------
        bounds
            West, south, east, north in degrees; may be a single point.
        width_px, height_px
            Size of the map on the screen.
        """
        west, south, east, north = bounds
        x, y = world_pixels(np.array([west, east]), np.array([south, north]), 0.0)
        span_x, span_y = max(abs(x[1] - x[0]), 1e-9), max(abs(y[1] - y[0]), 1e-9)
        room_x, room_y = (max(px - 2 * FIT_MARGIN_PX, 1) for px in (width_px, height_px))
        scale = min(room_x / span_x, room_y / span_y)
        steps = math.floor(math.log2(scale) / FIT_ZOOM_STEP)
        zoom = min(max(steps * FIT_ZOOM_STEP, float(MIN_ZOOM)), float(FIT_MAX_ZOOM))
        half_x, half_y = width_px / 2 / 2**zoom, height_px / 2 / 2**zoom
        mid_x, mid_y = float(x.mean()), float(y.mean())
        lon, lat = degrees(
            np.array([mid_x - half_x, mid_x + half_x]), np.array([mid_y + half_y, mid_y - half_y])
        )
        return cls(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]), zoom)

    def padded(self, share: float = PAD) -> Bounds:
        """Widen the view by a share of its size on each side; west, south, east, north."""
        dx, dy = (self.east - self.west) * share, (self.north - self.south) * share
        return self.west - dx, self.south - dy, self.east + dx, self.north + dy


def world_pixels(lon_deg: Numbers, lat_deg: Numbers, zoom: float) -> tuple[Numbers, Numbers]:
    """Place longitudes and latitudes on the web map's plane of pixels, y growing southward."""
    size = TILE_PX * 2.0**zoom
    lat = np.radians(np.clip(lat_deg, -MAX_LATITUDE, MAX_LATITUDE))
    x = (np.asarray(lon_deg) + 180.0) / 360.0 * size
    y = (1.0 - np.arcsinh(np.tan(lat)) / math.pi) / 2.0 * size
    return x, y


def degrees(x: Numbers, y: Numbers, zoom: float = 0.0) -> tuple[Numbers, Numbers]:
    """Turn pixels of the web map's plane back into longitude and latitude in degrees."""
    size = TILE_PX * 2.0**zoom
    lon = x / size * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * y / size))))
    return lon, lat


def bounds_of(geometries: Geometries) -> Bounds | None:
    """Give the bounds around all shapes as west, south, east, north; None if there are none."""
    if len(geometries) == 0:
        return None
    west, south, east, north = (float(v) for v in shapely.total_bounds(geometries))
    return None if math.isnan(west) else (west, south, east, north)


def screen_size(boxes: Numbers, zoom: float) -> tuple[Numbers, Numbers]:
    """Say how many pixels wide and high boxes (west, south, east, north) are on the screen."""
    west, south = world_pixels(boxes[:, 0], boxes[:, 1], zoom)
    east, north = world_pixels(boxes[:, 2], boxes[:, 3], zoom)
    return east - west, south - north
