"""Small pictures from above, made by rasterio and SQLite as others make theirs."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from PIL import Image as Picture
from pyproj import Transformer
from pysqlite3 import dbapi2 as sqlite
from rasterio.enums import ColorInterp
from rasterio.transform import from_origin

# The corner of what the tests look at: where `tests.builders.make_patch_row` puts its squares.
LON, LAT = 120.0, 43.0
GK = "EPSG:4549"  # CGCS2000, zones of three degrees, 120° E in the middle
GREEN, RED = (40, 120, 40), (250, 10, 10)


def make_geotiff(
    path: Path,
    *,
    size: tuple[int, int] = (600, 600),
    pixel_m: float = 2.0,
    crs: str | None = GK,
    corner: tuple[float, float] = (LON - 0.002, LAT + 0.006),
    bands: int = 3,
    dtype: str = "uint8",
    colour: tuple[int, ...] = GREEN,
    marks: dict[tuple[int, int], tuple[int, ...]] | None = None,
    clear_from_column: int = 0,
    nodata: float | None = None,
    alpha: bool = False,
    **options: Any,
) -> Path:
    """A picture in one colour whose north-west corner is a point in degrees.

    Parameters
    ----------
    marks
        Row and column of pixels in other colours.
    clear_from_column
        Columns before it hold nothing: by alpha, or by the nodata value.
    """
    height, width = size
    values = np.zeros((bands + alpha, height, width), dtype=dtype)
    for band in range(bands):
        values[band] = colour[band % len(colour)]
    for (row, column), mark in (marks or {}).items():
        values[:bands, row, column] = [mark[b % len(mark)] for b in range(bands)]
    if alpha:
        values[-1] = 255
    values[:, :, :clear_from_column] = 0 if nodata is None else nodata
    x, y = Transformer.from_crs("EPSG:4490", crs or GK, always_xy=True).transform(*corner)
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=height,
        width=width,
        count=len(values),
        dtype=dtype,
        crs=crs,
        transform=from_origin(x, y, pixel_m, pixel_m),
        nodata=nodata,
        **options,
    ) as made:
        made.write(values)
        if alpha:
            colours = [ColorInterp.red, ColorInterp.green, ColorInterp.blue][:bands]
            made.colorinterp = [*colours, ColorInterp.alpha]
    return path


def png(colour: tuple[int, ...], *, clear_from: int = 0, form: str = "PNG") -> bytes:
    picture = Picture.new("RGBA", (256, 256), (*colour, 255))
    if clear_from:
        picture.paste((0, 0, 0, 0), (0, 0, clear_from, 256))
    drawn = io.BytesIO()
    (picture.convert("RGB") if form == "JPEG" else picture).save(drawn, form)
    return drawn.getvalue()


def tile_place(lon: float, lat: float, z: int) -> tuple[int, int, float, float]:
    """Column and row of a tile and the place in it, in pixels, by the usual formula."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return int(x), int(y), x % 1 * 256, y % 1 * 256


def make_mbtiles(
    path: Path,
    *,
    zooms: tuple[int, ...] = (14, 15),
    form: str = "png",
    content: bytes | None = None,
    around: tuple[float, float] = (LON + 0.002, LAT + 0.0005),
    side: int = 3,
) -> Path:
    """Tiles around a point, in the scheme of MBTiles: rows from the south."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = sqlite.connect(str(path))
    made.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    made.execute(
        "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, "
        "tile_data BLOB)"
    )
    made.execute("INSERT INTO metadata VALUES ('format', ?), ('name', 'x')", (form,))
    for z in zooms:
        x, y, _, _ = tile_place(*around, z)
        for column in range(x - side // 2, x + side // 2 + 1):
            for row in range(y - side // 2, y + side // 2 + 1):
                tile = content or png(GREEN)
                made.execute(
                    "INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, column, 2**z - 1 - row, tile)
                )
    made.commit()
    made.close()
    return path
