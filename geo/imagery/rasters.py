"""Opening rasters: GeoTIFF and nothing else, from the file itself and nothing beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rasterio
from rasterio.enums import ColorInterp

# Formats of which a raster may be; no other driver of GDAL is asked.
DRIVERS = ("GTiff", "COG")
# No file beside the raster is looked at, and no server.
SETTINGS: dict[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "PROJ_NETWORK": "OFF",
    "GDAL_CACHEMAX": 256,
    "GDAL_NUM_THREADS": 1,
}
_COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


@contextmanager
def settings() -> Iterator[None]:
    """Hold GDAL to `SETTINGS` within the block, in this thread."""
    with rasterio.Env(**SETTINGS):
        yield


def open_raster(path: Path) -> Any:
    """Open a GeoTIFF, within `settings`.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If it is none, or broken.
    """
    return rasterio.open(path.resolve(), driver="GTiff")


def shown_bands(raster: Any) -> tuple[int, ...]:
    """Choose which bands are red, green and blue: as the file says, else the first three.

    Returns
    -------
    tuple of int
        Three numbers of bands, or one for a picture in grey or with a palette.
    """
    told = list(raster.colorinterp)
    if all(colour in told for colour in _COLOURS):
        return tuple(told.index(colour) + 1 for colour in _COLOURS)
    colours = [i for i, colour in enumerate(told, 1) if colour is not ColorInterp.alpha]
    return tuple(colours[:3]) if len(colours) >= len(_COLOURS) else tuple(colours[:1])
