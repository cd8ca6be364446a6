"""Small rasters for tests: flat land of one colour, in which a change can be planted."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine

Image = NDArray[np.uint8]
CRS = "EPSG:4528"
LEFT, TOP = 40_427_000.0, 4_786_000.0
PIXEL_M = 10.0
BANDS = ("red", "green", "blue", "nir")
FOREST = (50, 68, 46, 150)
BARE = (160, 148, 128, 160)


def land(rows: int = 120, columns: int = 100, *, seed: int = 1, noise: int = 3) -> Image:
    """Forest with a little noise, shape (4, rows, columns)."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(-noise, noise + 1, (4, rows, columns))
    return (drawn + np.array(FOREST)[:, None, None]).astype(np.uint8)


def planted(image: Image, *boxes: tuple[int, int, int, int], colour: Any = BARE) -> Image:
    """Lay bare rectangles: top, left, rows, columns."""
    changed = image.copy()
    for top, left, rows, columns in boxes:
        changed[:, top : top + rows, left : left + columns] = np.array(colour)[:, None, None]
    return changed


def write(
    path: Path,
    image: NDArray[Any],
    *,
    pixel_m: float = PIXEL_M,
    left: float = LEFT,
    top: float = TOP,
    names: tuple[str, ...] = BANDS,
    **profile: Any,
) -> Path:
    """Write an image as GeoTIFF, its bands described by `names`."""
    given = {
        "crs": CRS,
        "transform": Affine(pixel_m, 0, left, 0, -pixel_m, top),
        "dtype": image.dtype,
    } | profile
    count, height, width = image.shape
    with rasterio.open(
        path, "w", driver="GTiff", count=count, height=height, width=width, **given
    ) as file:
        file.write(image)
        for k, name in enumerate(names, 1):
            file.set_band_description(k, name)
    return path
