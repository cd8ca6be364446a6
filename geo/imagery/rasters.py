"""Opening rasters: GeoTIFF and nothing else, from the file itself and nothing beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from pyproj.crs import ProjectedCRS
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT

from geo.model.imagery import Bounds

# No file beside the raster is looked at, and no server.
SETTINGS: dict[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "PROJ_NETWORK": "OFF",
    "GDAL_CACHEMAX": 256_000_000,  # in bytes, as rasterio takes it
    "GDAL_NUM_THREADS": 1,
}
_CGCS2000, _WGS84 = 4490, 4326
MAP_CRS = CRS.from_epsg(3857)
DEGREES_CRS = CRS.from_epsg(_WGS84)
# An overview that is coarser than what is wanted by less than this is fine enough.
_MARGIN = 1.2
COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


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


class MapRaster(DatasetReader):  # type: ignore[misc]
    """A GeoTIFF that is drawn on a web map.

    CGCS2000 counts as WGS 84, as it does on the map itself: they differ by centimetres. To ask PROJ
    each time which way leads from one to the other takes 20 to 40 ms, several times a tile.
    """

    _map_crs: CRS | None = None

    @property
    def crs(self) -> CRS:
        """The system of the coordinates, on the datum of the web map."""
        if self._map_crs is None:
            self._map_crs = _on_map_datum(super().crs)
        return self._map_crs


def open_for_map(path: Path, overview: int | None = None) -> MapRaster:
    """Open a GeoTIFF to draw it on a web map, within `settings`.

    Parameters
    ----------
    overview
        Which of its overviews stands for it, the finest being 0; None: itself.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If it is none, or broken.
    """
    options = {} if overview is None else {"OVERVIEW_LEVEL": str(overview)}
    return MapRaster(path.resolve(), driver="GTiff", sharing=False, **options)


def _on_map_datum(crs: CRS) -> CRS:
    system = pyproj.CRS.from_wkt(crs.to_wkt())
    geodetic = system.geodetic_crs
    if geodetic is None or geodetic.to_epsg() != _CGCS2000:
        return crs
    if system.is_geographic:
        return DEGREES_CRS
    moved = ProjectedCRS(system.coordinate_operation, geodetic_crs=pyproj.CRS(_WGS84))
    return CRS.from_wkt(moved.to_wkt())


def read_frame(
    raster: Any, crs: CRS, bounds: Bounds, size_px: int, bands: Sequence[int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, np.dtype[np.bool_]]]:
    """Read a square of a raster in another system: its values, and where there are any.

    All bands and what is seen come in one pass, pixel by pixel: overviews have been averaged
    before.

    Parameters
    ----------
    bounds
        In units of the other system.
    size_px
        Pixels a side.
    """
    alpha = next((n for n, c in enumerate(raster.colorinterp, 1) if c is ColorInterp.alpha), None)
    frame = {"transform": from_bounds(*bounds, size_px, size_px), "crs": crs}
    frame |= {"width": size_px, "height": size_px, "add_alpha": alpha is None}
    if alpha is None and raster.nodata is not None:
        frame["src_nodata"] = raster.nodata
    with WarpedVRT(raster, **frame) as warped:
        read = warped.read(indexes=(*bands, alpha or warped.count))
    values, seen = read[:-1], read[-1] > 0
    if values.dtype.kind == "f":
        seen &= np.isfinite(values).all(axis=0)
    return values, seen


def fitting_overview(factors: Sequence[int], pixel_m: float, wanted_m: float) -> int | None:
    """Choose the overview to read from: the coarsest that is fine enough; None: none of them.

    Parameters
    ----------
    factors
        How many times coarser each one is than the raster.
    pixel_m, wanted_m
        Size of a pixel of the raster, and of what it is read for, in metres.
    """
    coarser = wanted_m / pixel_m * _MARGIN
    return max((n for n, factor in enumerate(factors) if factor <= coarser), default=None)


def clouds_beside(path: Path) -> Path:
    """Name the mask of clouds of an image."""
    return path.with_suffix(".clouds.tif")


def shown_bands(raster: Any) -> tuple[int, ...]:
    """Choose which bands are red, green and blue: as the file says, else the first three.

    Returns
    -------
    tuple of int
        Three numbers of bands, or one for a picture in grey or with a palette.
    """
    told = list(raster.colorinterp)
    if all(colour in told for colour in COLOURS):
        return tuple(told.index(colour) + 1 for colour in COLOURS)
    colours = [i for i, colour in enumerate(told, 1) if colour is not ColorInterp.alpha]
    return tuple(colours[:3]) if len(colours) >= len(COLOURS) else tuple(colours[:1])
