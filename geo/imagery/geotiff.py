"""A delivered GeoTIFF: examined, and written anew as a cloud-optimised one of our own."""

import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.shutil
import shapely
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform_bounds
from rio_tiler.io import Reader

from geo.errors import FileRefused
from geo.imagery.facts import ImageFacts
from geo.imagery.rasters import open_raster, settings, shown_bands
from geo.model.columns import STORED_CRS
from geo.model.imagery import ImageKind
from geo.settings import imagery_variable
from geo.shapes.crs import known_crs, to_stored

MEGA = 1_000_000
# Figures are taken from an overview of about this many pixels a side.
LOOK_PX = 1_024
# What lies beyond these shares of the values is shown as black and as full colour.
STRETCH_PERCENT = (2, 98)
_BLOCK_PX = 256
_METRES_A_DEGREE = 111_195.0


def bring_geotiff(
    path: Path,
    target: Path,
    *,
    bands: Sequence[int] = (),
    megapixels: int,
    room_mb: int,
) -> ImageFacts:
    """Write a GeoTIFF anew, with overviews and tiles inside, and tell what it is.

    Values stay as they are; what was compressed with losses is compressed so again.

    Parameters
    ----------
    bands
        Which are to be shown as red, green and blue, or one in grey; empty: as the file says.
    megapixels
        How large it may be.
    room_mb
        How much space there is for it.

    Raises
    ------
    FileRefused
        ``image_unreadable``, ``image_no_place``, ``image_no_crs``, ``crs_unknown``,
        ``crs_no_way``, ``image_too_large``, ``image_band_absent``, ``image_no_room``,
        ``image_empty``.
    """
    with settings(), warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # refused in words instead
        try:
            with open_raster(path) as raster:
                _check(raster, path, bands=bands, megapixels=megapixels, room_mb=room_mb)
                shown = tuple(bands) or shown_bands(raster)
                _write(raster, target)
            with open_raster(target) as written:
                return _facts(written, shown, path)
        except (RasterioError, CRSError, CPLE_BaseError) as error:
            detail = str(error).partition("\n")[0].replace(str(path.resolve()), path.name)[:200]
            raise FileRefused("image_unreadable", path=path, detail=detail) from error


def _check(raster: Any, path: Path, *, bands: Sequence[int], megapixels: int, room_mb: int) -> None:
    pixels = raster.width * raster.height
    if pixels > megapixels * MEGA:
        size = f"{raster.width} × {raster.height}"
        limit = f"{megapixels:,} MP"
        setting = imagery_variable("megapixels")
        raise FileRefused("image_too_large", path=path, size=size, limit=limit, setting=setting)
    if raster.transform.is_identity or raster.transform.determinant == 0:
        raise FileRefused("image_no_place", path=path)
    if raster.crs is None:
        raise FileRefused("image_no_crs", path=path)
    # Refuses a datum from which no public way leads to the map.
    to_stored([shapely.box(*raster.bounds)], raster.crs.to_wkt())
    absent = [band for band in bands if not 1 <= band <= raster.count]
    if absent or len(bands) not in {0, 1, 3}:
        raise FileRefused(
            "image_band_absent",
            path=path,
            bands=", ".join(map(str, bands)),
            count=raster.count,
        )
    if any(np.dtype(kind).kind == "c" for kind in raster.dtypes):
        raise FileRefused("image_unreadable", path=path, detail=raster.dtypes[0])
    # Not smaller than its own file, whatever it was compressed with; overviews add a third.
    needed = _bytes_of(raster) * 4 // 3
    if _is_lossy(raster):
        needed = path.stat().st_size * 2
    if needed > room_mb * MEGA:
        raise FileRefused("image_no_room", path=path, needed=needed // MEGA, free=room_mb)


def _bytes_of(raster: Any) -> int:
    pixel = sum(np.dtype(kind).itemsize for kind in raster.dtypes)
    return int(raster.width * raster.height * pixel)


def _is_lossy(raster: Any) -> bool:
    compression = raster.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION", "")
    is_jpeg = compression.endswith("JPEG") or "JPEG" in compression
    return is_jpeg and raster.count in {1, 3} and set(raster.dtypes) == {"uint8"}


def _write(raster: Any, target: Path) -> None:
    way: dict[str, Any] = {"compress": "DEFLATE", "predictor": "YES"}
    if _is_lossy(raster):
        way = {"compress": "JPEG", "quality": 90}
    is_palette = ColorInterp.palette in raster.colorinterp
    rasterio.shutil.copy(
        raster,
        target,
        driver="COG",
        blocksize=_BLOCK_PX,
        overviews="IGNORE_EXISTING",
        resampling="NEAREST" if is_palette else "AVERAGE",
        bigtiff="IF_SAFER",
        **way,
    )


def _facts(raster: Any, bands: tuple[int, ...], path: Path) -> ImageFacts:
    west, south, east, north = transform_bounds(raster.crs, STORED_CRS, *raster.bounds)
    if not all(map(math.isfinite, (west, south, east, north))) or abs(south) > 90 or north > 90:
        raise FileRefused("image_no_place", path=path)
    reader = Reader("", dataset=raster)
    clear = _mask(raster)
    if not clear.any():
        raise FileRefused("image_empty", path=path)
    return ImageFacts(
        kind=ImageKind.GEOTIFF,
        bounds=(west, south, east, north),
        min_zoom=int(reader.minzoom),
        max_zoom=int(reader.maxzoom),
        resolution_m=_pixel_m(raster, (south + north) / 2),
        clear_share=float(clear.mean()),
        bands=bands,
        stretch=_stretch(raster, bands),
        overviews=raster.overviews(1),
        crs=known_crs(raster.crs.to_wkt()).name,
    )


def _pixel_m(raster: Any, lat: float) -> float:
    side = math.sqrt(abs(raster.transform.determinant))
    if raster.crs.is_geographic:
        return side * _METRES_A_DEGREE * math.sqrt(math.cos(math.radians(lat)))
    return side * float(raster.crs.linear_units_factor[1])


def _look(raster: Any) -> tuple[int, int]:
    """Give the height and width of a quick look."""
    step = max(1.0, max(raster.height, raster.width) / LOOK_PX)
    return max(1, round(raster.height / step)), max(1, round(raster.width / step))


def _mask(raster: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    seen = raster.dataset_mask(out_shape=_look(raster)) > 0
    if any(np.dtype(kind).kind == "f" for kind in raster.dtypes):
        values = raster.read(1, out_shape=_look(raster), resampling=Resampling.nearest)
        seen &= np.isfinite(values)
    return np.asarray(seen)


def _stretch(raster: Any, bands: Sequence[int]) -> list[list[float]]:
    """Find per band the values between which it is shown; bytes are shown as they are."""
    if {raster.dtypes[band - 1] for band in bands} == {"uint8"}:
        return []
    found = []
    seen = _mask(raster)
    for band in bands:
        values = raster.read(band, out_shape=_look(raster), resampling=Resampling.nearest)
        values = values[seen & np.isfinite(values)].astype(float)
        low, high = np.percentile(values, STRETCH_PERCENT) if values.size else (0.0, 1.0)
        found.append([float(low), float(max(high, low + 1e-6))])
    return found
