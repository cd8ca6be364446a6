"""How much of a patch an image shows: what of its outline it covers, and how clearly."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from rasterio.errors import RasterioError
from rasterio.features import geometry_mask
from rasterio.transform import from_bounds

from geo.errors import FileRefused
from geo.imagery.mbtiles import TILE_PX, clear_pixels, tile_at, tile_in
from geo.imagery.open_images import OPEN_IMAGES
from geo.imagery.rasters import (
    DEGREES_CRS,
    clouds_beside,
    fitting_overview,
    read_frame,
    settings,
)
from geo.model.imagery import Bounds, Image, ImageKind
from geo.shapes.crs import to_stored

# A patch is looked at in about so many pixels a side, out of the overviews.
LOOK_PX = 192
_METRES_A_DEGREE = 111_195.0
# So many ready-made tiles a side are enough to see a patch in.
_TILES_A_SIDE, _MOST_TILES_A_SIDE = 2, 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image shows of an outline.

    Attributes
    ----------
    covered
        Share of the outline's area that lies within the image, 0 to 1.
    clear
        Share of the outline's pixels that hold something, of those within the image; None: the
        image does not tell.
    """

    covered: float
    clear: float | None


def look_at(image: Image, path: Path | None, outline: shapely.Geometry) -> Seen:
    """Look through the overviews of an image at a patch.

    Parameters
    ----------
    path
        The image's file; None for one that is asked of a server, whose bounds alone are known.
    outline
        Degrees, EPSG:4490.

    Raises
    ------
    FileRefused
        ``image_unreadable``.
    """
    if path is None or not image.kind.is_file:
        return Seen(_share(shapely.box(*image.bounds), outline), None)
    try:
        with settings():
            if image.kind is ImageKind.GEOTIFF:
                return _in_raster(image, path, outline)
            with OPEN_IMAGES.borrowed(path, image.kind) as opened:
                return _in_tiles(opened, image, outline)
    except (RasterioError, OSError) as error:
        detail = str(error).partition("\n")[0].replace(str(path.resolve()), path.name)[:200]
        raise FileRefused("image_unreadable", path=path.name, detail=detail) from error


def _share(inside: shapely.Geometry, outline: shapely.Geometry) -> float:
    whole = outline.area
    if not whole:
        return float(inside.covers(outline))
    return float(min(1.0, shapely.intersection(inside, outline).area / whole))


def _in_raster(image: Image, path: Path, outline: shapely.Geometry) -> Seen:
    bounds = _square(outline.bounds)
    facts: Any = image.facts
    wanted_m = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) * _METRES_A_DEGREE / LOOK_PX
    factors, pixel_m = facts.get("overviews") or (), image.resolution_m or wanted_m
    overview = fitting_overview(factors, pixel_m, wanted_m)
    with OPEN_IMAGES.borrowed(path, image.kind, overview) as raster:
        width, height = raster.width, raster.height
        corners = [(0, 0), (width, 0), (width, height), (0, height)]
        frame = shapely.Polygon([raster.transform @ corner for corner in corners])
        (inside,) = to_stored([frame], raster.crs.to_wkt())
        covered = _share(inside, outline)
        if not covered:
            return Seen(0.0, None)
        _, seen = read_frame(raster, DEGREES_CRS, bounds, LOOK_PX, (1,))
    if facts.get("has_clouds"):
        with OPEN_IMAGES.borrowed(clouds_beside(path), image.kind) as mask:
            hidden, is_told = read_frame(mask, DEGREES_CRS, bounds, LOOK_PX, (1,))
            seen &= ~(is_told & (hidden[0] != 0))
    return Seen(covered, _clear(seen, shapely.intersection(inside, outline), bounds))


def _square(box: Bounds) -> Bounds:
    """Widen a box a little: a patch that is a line has none."""
    west, south, east, north = box
    margin = max(east - west, north - south, 1e-6) * 0.02
    return west - margin, south - margin, east + margin, north + margin


def _clear(
    seen: np.ndarray[Any, np.dtype[np.bool_]], outline: shapely.Geometry, bounds: Bounds
) -> float | None:
    height, width = seen.shape
    grid = from_bounds(*bounds, width, height)
    inside = geometry_mask([outline], (height, width), grid, all_touched=True, invert=True)
    return float(seen[inside].mean()) if inside.any() else None


def _in_tiles(opened: Any, image: Image, outline: shapely.Geometry) -> Seen:
    """Put the few tiles together that show the outline at a level where they are few."""
    covered = _share(shapely.box(*image.bounds), outline)
    if not covered:
        return Seen(0.0, None)
    west, south, east, north = outline.bounds
    for z in range(image.max_zoom, image.min_zoom - 1, -1):
        x0, y0 = (math.floor(n) for n in tile_at(west, north, z))
        x1, y1 = (math.floor(n) for n in tile_at(east, south, z))
        if x1 - x0 < _TILES_A_SIDE and y1 - y0 < _TILES_A_SIDE:
            break
    columns, rows = x1 - x0 + 1, y1 - y0 + 1
    if max(columns, rows) > _MOST_TILES_A_SIDE:
        return Seen(covered, None)
    seen = np.zeros((rows * TILE_PX, columns * TILE_PX), dtype=bool)
    for row in range(rows):
        for column in range(columns):
            content = tile_in(opened, z, x0 + column, y0 + row)
            if content is not None:
                place = slice(row * TILE_PX, (row + 1) * TILE_PX)
                across = slice(column * TILE_PX, (column + 1) * TILE_PX)
                seen[place, across] = _as_tile(clear_pixels(content))
    # In the plane of the tiles, where rows are evenly spaced.
    plane = shapely.transform(
        shapely.intersection(shapely.box(*image.bounds), outline),
        lambda points: np.array([tile_at(lon, lat, z) for lon, lat in points]) * (1, -1),
    )
    bounds = (float(x0), float(-y1 - 1), float(x1 + 1), float(-y0))
    return Seen(covered, _clear(seen, plane, bounds))


def _as_tile(clear: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Bring a tile of another size to the usual one."""
    if clear.shape == (TILE_PX, TILE_PX):
        return clear
    rows, columns = (np.arange(TILE_PX) * side // TILE_PX for side in clear.shape)
    return np.asarray(clear[np.ix_(rows, columns)])
