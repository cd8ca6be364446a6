"""Tiles of a web map (EPSG:3857, rows from the north), cut out of images."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from rasterio.errors import RasterioError

from geo.errors import FileRefused
from geo.imagery.mbtiles import DEEPEST, METRES_AT_0, TILE_PX, picture_type, tile_at, tile_in
from geo.imagery.open_images import OPEN_IMAGES
from geo.imagery.rasters import MAP_CRS, fitting_overview, read_frame, settings
from geo.model.imagery import Bounds, Image, ImageKind

FORMS = {"png": "image/png", "webp": "image/webp"}
_WEBP_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture and its media type."""

    content: bytes
    media_type: str


def _blank() -> Tile:
    drawn = io.BytesIO()
    Picture.new("LA", (TILE_PX, TILE_PX), (0, 0)).save(drawn, "PNG", optimize=True)
    return Tile(drawn.getvalue(), FORMS["png"])


# What is seen where an image has nothing.
BLANK = _blank()


def cut_tile(image: Image, path: Path, z: int, x: int, y: int, *, form: str = "webp") -> Tile:
    """Cut one tile out of an image; transparent where it has nothing.

    Parameters
    ----------
    path
        The image's file.
    z, x, y
        Place of the tile; one that no web map has is blank.
    form
        ``png`` or ``webp``. Ready-made tiles are given as they are.

    Raises
    ------
    FileRefused
        ``image_unreadable``.
    """
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        return BLANK
    try:
        with settings(), OPEN_IMAGES.borrowed(path, image.kind, _level(image, z)) as opened:
            if image.kind is ImageKind.MBTILES:
                return _ready_made(tile_in(opened, z, x, y))
            return _cut(opened, image, (z, x, y), form=form)
    except (RasterioError, OSError) as error:
        detail = str(error).partition("\n")[0].replace(str(path.resolve()), path.name)[:200]
        raise FileRefused("image_unreadable", path=path.name, detail=detail) from error


def _ready_made(content: bytes | None) -> Tile:
    kind = picture_type(content) if content else None
    return BLANK if content is None or kind is None else Tile(content, kind)


def _level(image: Image, z: int) -> int | None:
    """Choose the overview to read a tile from."""
    facts: Any = image.facts
    lat = math.radians((image.bounds[1] + image.bounds[3]) / 2)
    wanted_m = METRES_AT_0 * math.cos(lat) / 2**z
    return fitting_overview(facts.get("overviews") or (), image.resolution_m or wanted_m, wanted_m)


def _cut(raster: Any, image: Image, place: tuple[int, int, int], *, form: str) -> Tile:
    facts: Any = image.facts
    bands, stretch = tuple(facts["bands"]), facts.get("stretch") or ()
    z, x, y = place
    side = METRES_AT_0 * TILE_PX / 2**z
    left, top = (x - 2**z / 2) * side, (2**z / 2 - y) * side
    box = (left, top - side, left + side, top)
    west, south, east, north = _box_in_metres(image.bounds)
    if left > east or left + side < west or top - side > north or top < south:
        return BLANK
    palette = _palette(raster) if len(bands) == 1 else None
    values, seen = read_frame(raster, MAP_CRS, box, TILE_PX, bands)
    if not seen.any():
        return BLANK
    if palette is not None:
        pixels = palette[values[0].clip(0, len(palette) - 1).astype(np.intp)].copy()
        pixels[:, :, 3] = np.where(seen, pixels[:, :, 3], 0)
    else:
        shown = _bytes(values, stretch)
        colours = shown if len(shown) == len("RGB") else np.repeat(shown, len("RGB"), axis=0)
        pixels = np.dstack([*colours, np.where(seen, np.uint8(255), np.uint8(0))])
    return _drawn(pixels, form, is_whole=bool(seen.all()))


def _box_in_metres(bounds: Bounds) -> Bounds:
    """Give a box in degrees in the metres of a web map, a little wider."""
    (west, south), (east, north) = (_metres(lon, lat) for lon, lat in (bounds[:2], bounds[2:]))
    margin = max(east - west, north - south) * 0.01
    return west - margin, south - margin, east + margin, north + margin


def _metres(lon: float, lat: float) -> tuple[float, float]:
    x, y = tile_at(lon, lat, 0)
    side = METRES_AT_0 * TILE_PX
    return (x - 0.5) * side, (0.5 - y) * side


def _palette(raster: Any) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
    try:
        colours = raster.colormap(1)
    except ValueError:
        return None
    palette = np.zeros((max(colours) + 1, 4), dtype=np.uint8)
    for value, colour in colours.items():
        palette[value] = colour
    return palette


def _bytes(
    values: np.ndarray[Any, Any], stretch: Sequence[Sequence[float]]
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    if not stretch:
        return values.astype(np.uint8, copy=False)
    low, high = np.array(stretch, dtype=np.float32).T[:, :, None, None]
    with np.errstate(invalid="ignore"):
        scaled = (np.nan_to_num(values.astype(np.float32)) - low) / (high - low) * 255
    return np.asarray(scaled.clip(0, 255).astype(np.uint8))


def _drawn(pixels: np.ndarray[Any, Any], form: str, *, is_whole: bool) -> Tile:
    picture = Picture.fromarray(np.ascontiguousarray(pixels[:, :, :3] if is_whole else pixels))
    drawn = io.BytesIO()
    if form == "webp":
        picture.save(drawn, "WEBP", quality=_WEBP_QUALITY, method=0)
    else:
        picture.save(drawn, "PNG", compress_level=1)
    return Tile(drawn.getvalue(), FORMS[form])
