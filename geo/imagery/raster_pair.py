"""Two images of one land, laid over each other: read block by block on the grid of the first.

Only GeoTIFF is opened, from the file itself: nothing beside it is looked at and no network.
"""

import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import CRSError, NodataShadowWarning, RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from geo.errors import FileRefused
from geo.imagery.rasters import COLOURS, open_raster, settings

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

# Pixels along the edge of a block: what is worked on at once.
BLOCK_PX = 1_024
# 31,000 by 31,000: more than any one delivered scene.
MOST_PIXELS = 1_000_000_000
_RED_NAMES = frozenset({"red", "r", "红", "红波段", "红光"})
_NEAR_NAMES = frozenset({"nir", "near infrared", "nearinfrared", "near-infrared", "近红外"})
# Two grids whose corners lie so near to each other are one.
_CLOSE_PX = 1e-3
_DAYS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_:.]?(\d\d)[-_:.]?(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class BandPlaces:
    """Where an image holds what is needed; numbers of bands begin with 1.

    Attributes
    ----------
    red, near
        Red and near infrared; None if the image does not say.
    visible
        Bands whose mean is the brightness.
    """

    red: int | None
    near: int | None
    visible: tuple[int, ...]

    @property
    def has_vegetation(self) -> bool:
        """Whether the vegetation index can be made."""
        return self.red is not None and self.near is not None


@dataclass(frozen=True, slots=True)
class Read:
    """One block of one image.

    Attributes
    ----------
    bands
        Shape (bands, rows, columns).
    is_seen
        Pixels that hold a value in every band.
    """

    bands: Floats
    is_seen: Bools


class RasterPair:
    """Both images on the grid of the first, over the land that both show.

    Attributes
    ----------
    transform
        Pixels to the system of the first image.
    shape
        Rows and columns of the common land.
    crs
        The system, as WKT.
    """

    def __init__(
        self,
        before: Any,
        after: Any,
        window: Window,
        *,
        after_at: tuple[int, int] = (0, 0),
        clouds: Sequence[Any] = (),
    ) -> None:
        self._before, self._after, self._clouds, self._window = before, after, clouds, window
        self._after_at = after_at
        self.transform: Affine = _corner(before, window)
        self.shape = (int(window.height), int(window.width))
        self.crs: str = before.crs.to_wkt()

    @property
    def pixel_units2(self) -> float:
        """Area of a pixel in the square of the system's unit."""
        return float(abs(self.transform.determinant))

    def blocks(self) -> Iterator[Window]:
        """Cut the common land into blocks, row by row."""
        rows, columns = self.shape
        for top in range(0, rows, BLOCK_PX):
            for left in range(0, columns, BLOCK_PX):
                width, height = min(BLOCK_PX, columns - left), min(BLOCK_PX, rows - top)
                yield Window(left, top, width, height)

    def read(
        self, block: Window, before_bands: Sequence[int], after_bands: Sequence[int]
    ) -> tuple[Read, Read]:
        """Read a block of both images; what a mask of clouds hides is not seen.

        Raises
        ------
        FileRefused
            ``detect_unreadable`` if a file breaks off.
        """
        place = (self._window.col_off, self._window.row_off)
        try:
            before = _read(self._before, before_bands, _shifted(block, place))
            after = _read(self._after, after_bands, _shifted(block, self._after_at))
            for mask in self._clouds:
                after.is_seen[mask.read(1, window=block) > 0] = False
        except RasterioError as error:
            raise _unreadable(self._before.name, error) from error
        return before, after


@contextmanager
def open_pair(before: Path, after: Path, *, clouds: Sequence[Path] = ()) -> Iterator[RasterPair]:
    """Open two images and lay the second onto the grid of the first.

    Parameters
    ----------
    before, after
        GeoTIFF files, each with its own system, extent and size of pixels.
    clouds
        Masks, GeoTIFF: where their first band is not 0, the land is hidden in one of the images.

    Raises
    ------
    FileRefused
        ``detect_unreadable``, ``detect_no_place``, ``detect_too_large``, ``detect_apart``.
    """
    with settings(), ExitStack() as open_files:
        first, second, *masks = (
            open_files.enter_context(_open(path)) for path in (before, after, *clouds)
        )
        window = _common(first, second, before, after)
        grid = {
            "crs": first.crs,
            "transform": _corner(first, window),
            "width": window.width,
            "height": window.height,
        }
        hidden = [
            open_files.enter_context(WarpedVRT(mask, resampling=Resampling.nearest, **grid))
            for mask in masks
        ]
        # On one grid already: nothing has to be warped, which takes most of the time.
        place = _same_grid(second, first, grid["transform"])
        if place is not None:
            yield RasterPair(first, second, window, after_at=place, clouds=hidden)
            return
        laid = WarpedVRT(
            second,
            resampling=_resampling(first, second),
            add_alpha=_needs_alpha(second),
            **grid,
        )
        yield RasterPair(first, open_files.enter_context(laid), window, clouds=hidden)


def band_places(raster: Path, *, red: int | None = None, near: int | None = None) -> BandPlaces:
    """Tell which bands of an image are which: as somebody says, as it describes them, by colour.

    Raises
    ------
    FileRefused
        ``detect_unreadable``; ``detect_no_band`` for a number beyond its bands.
    """
    with settings(), _open(raster) as image:
        for wanted in (red, near):
            if wanted is not None and not 1 <= wanted <= image.count:
                raise FileRefused("detect_no_band", path=raster, band=wanted, count=image.count)
        told = [(text or "").strip().lower() for text in image.descriptions]
        colours = list(image.colorinterp)
        red = red or _place(told, _RED_NAMES) or _place(colours, {ColorInterp.red})
        near = near or _place(told, _NEAR_NAMES)
        shown = [k for k, colour in enumerate(colours, 1) if colour in COLOURS]
        others = [k for k, c in enumerate(colours, 1) if c != ColorInterp.alpha and k != near]
        return BandPlaces(red, near, tuple(shown or others[:3]) or (1,))


def _place(told: Sequence[object], names: frozenset[str] | set[Any]) -> int | None:
    return next((k for k, name in enumerate(told, 1) if name in names), None)


def _open(path: Path) -> Any:
    try:
        image = open_raster(path)
    except RasterioError as error:
        raise _unreadable(path, error) from error
    if image.crs is None or image.transform.is_identity or image.transform.determinant == 0:
        image.close()
        raise FileRefused("detect_no_place", path=path)
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width:,} × {image.height:,}"
        image.close()
        raise FileRefused("detect_too_large", path=path, size=size)
    return image


def _unreadable(path: object, error: Exception) -> FileRefused:
    detail = str(error).partition("\n")[0][:200]
    return FileRefused("detect_unreadable", path=path, detail=detail)


def _common(first: Any, second: Any, before: Path, after: Path) -> Window:
    """Give the part of the first image's grid that the second one covers too."""
    try:
        other = transform_bounds(second.crs, first.crs, *second.bounds, densify_pts=41)
    except (CRSError, RasterioError) as error:
        raise _unreadable(after, error) from error
    corners = [~first.transform @ (x, y) for x in other[::2] for y in other[1::2]]
    right, down = zip(*corners, strict=True)
    if not np.isfinite([*right, *down]).all():
        raise FileRefused("detect_apart", before=before, after=after)
    left, top = (max(int(np.floor(min(side) + _CLOSE_PX)), 0) for side in (right, down))
    width = min(int(np.ceil(max(right) - _CLOSE_PX)), first.width) - left
    height = min(int(np.ceil(max(down) - _CLOSE_PX)), first.height) - top
    if width < 1 or height < 1:
        raise FileRefused("detect_apart", before=before, after=after)
    return Window(left, top, width, height)


def _same_grid(image: Any, first: Any, transform: Affine) -> tuple[int, int] | None:
    """Tell at which column and row of an image a grid begins that is its own; None if it is not."""
    if image.crs != first.crs:
        return None
    of = image.transform
    sides = zip(
        (of.a, of.b, of.d, of.e), (transform.a, transform.b, transform.d, transform.e), strict=True
    )
    is_alike = all(math.isclose(one, other, rel_tol=1e-9) for one, other in sides)
    column, row = ~image.transform @ (transform.c, transform.f)
    is_whole = max(abs(column - round(column)), abs(row - round(row))) < _CLOSE_PX
    return (round(column), round(row)) if is_alike and is_whole else None


def _shifted(block: Window, by: tuple[int, int]) -> Window:
    return Window(block.col_off + by[0], block.row_off + by[1], block.width, block.height)


def _corner(image: Any, window: Window) -> Affine:
    """Give the transform of a part of an image."""
    return image.transform @ Affine.translation(window.col_off, window.row_off)


def _resampling(first: Any, second: Any) -> Resampling:
    """Mean of finer pixels; between coarser ones a smooth way; equal grids stay as they are."""
    if first.crs == second.crs:
        ratio = abs(first.transform.determinant / second.transform.determinant)
        return Resampling.average if ratio > 2 else Resampling.bilinear
    west, _, east, _ = transform_bounds(second.crs, first.crs, *second.bounds)
    width = (east - west) / second.width
    return Resampling.average if abs(first.transform.a) > 1.5 * width else Resampling.bilinear


def _needs_alpha(image: Any) -> bool:
    """Beyond the edge of an image there is nothing; without "no data" only alpha says so."""
    return image.nodata is None and ColorInterp.alpha not in image.colorinterp


def _read(image: Any, bands: Sequence[int], window: Window) -> Read:
    values = image.read(list(bands), window=window, out_dtype="float32")
    with warnings.catch_warnings():
        # A fourth band is often called alpha though it is near infrared; "no data" goes before.
        warnings.simplefilter("ignore", NodataShadowWarning)
        is_seen = (image.read_masks(list(bands), window=window) > 0).all(axis=0)
    # GDAL takes alpha for a mask only beside one band or three.
    for k, colour in enumerate(image.colorinterp, 1):
        if colour == ColorInterp.alpha and k not in bands:
            is_seen &= image.read(k, window=window) > 0
    return Read(values, is_seen & np.isfinite(values).all(axis=0))


def taken_on(raster: Path) -> str:
    """Tell the day of an image: as the file says it, else as its name does.

    Returns
    -------
    str
        ``YYYY-MM-DD``; empty if neither says.

    Raises
    ------
    FileRefused
        ``detect_unreadable``.
    """
    with settings(), _open(raster) as image:
        told = str(image.tags().get("TIFFTAG_DATETIME", ""))
    return _day(told.partition(" ")[0]) or _day(raster.stem)


def _day(text: str) -> str:
    for year, month, day in _DAYS.findall(text):
        with suppress(ValueError):
            return date(int(year), int(month), int(day)).isoformat()
    return ""
