"""Two images of the banner, one before the season's changes and one after.

Four bands (red, green, blue, near infrared) of a byte each; 0 is "no data". The second image has
clouds, and a strip that the satellite did not see; a third file says where clouds and their
shadows lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.enums import ColorInterp, Resampling

from geo.sample.fields import Field, soften, speckle, wander
from geo.sample.partition import Shapes
from geo.sample.scene import COLOURS, Cover, Frame, Scene, cover_land
from geo.sample.territory import SAMPLE_CRS, Territory

DAY_BEFORE, DAY_AFTER = "2025-09-03", "2026-07-09"
BEFORE_FILE = "before_20250903.tif"
AFTER_FILE = "after_20260709.tif"
CLOUDS_FILE = "after_20260709_clouds.tif"

_PIXEL_M = 20
# Benchmarks make land that is far larger; its images get coarser pixels, not more of them.
_MOST_PIXELS = 2_400
_MARGIN_M = 700.0
_BANDS = ("red", "green", "blue", "nir")
_TILE = 256
_OVERVIEWS = (4, 8)

# Values lie this far apart: without it noise would fill the file.
_STEP = 6
_NOISE = np.array([1.4, 1.3, 1.2, 2.0], dtype=np.float32)
# The first image is of early September, when grass turns yellow; the second of July, and hazier.
_SEASON = {
    DAY_BEFORE: ((1.04, 1.0, 1.0, 0.97), (0, 0, 0, 0)),
    DAY_AFTER: ((0.93, 0.98, 0.97, 1.06), (4, 4, 7, 2)),
}
_RELIEF, _MOTTLE = 900.0, 0.14
_CLOUDS, _CLOUD_M = 7, (700.0, 1_900.0)
_SHADOW_M = (-640, 420)  # to the west and the north of its cloud
_CLOUD_COLOUR = np.array([236, 236, 240, 228], dtype=np.float32)
_IS_CLOUD = 0.15


@dataclass(frozen=True, slots=True)
class _Sky:
    cloud: Field
    shadow: Field
    is_seen: NDArray[np.bool_]


def write_images(
    out: Path,
    land: Territory,
    shapes: Shapes,
    causes: Sequence[str],
    rng: np.random.Generator,
) -> tuple[Path, Path, Path]:
    """Draw both images and the mask of clouds, and write them as tiled GeoTIFF with overviews.

    Parameters
    ----------
    out
        Folder.
    land
        The banner.
    shapes
        Outlines of the patches, valid, in EPSG:4528.
    causes
        What truly happened in each.
    rng
        Source of chance.

    Returns
    -------
    tuple of Path
        Before, after, clouds of the image after.
    """
    frame = _frame(land)
    scene = cover_land(land, shapes, causes, frame, rng)
    mottle = wander(rng, frame.shape, cell_px=480 / frame.pixel_m, octaves=4)
    sky = _sky(frame, rng)
    before = _look(scene, scene.before, mottle)
    after = _look(scene, scene.after, mottle)
    # A patch is seldom bare to the last blade; elsewhere nothing of the first look is left.
    share = np.where(scene.changed > 0, scene.changed, np.float32(1))
    after = before * (1 - share) + after * share
    paths = (out / BEFORE_FILE, out / AFTER_FILE, out / CLOUDS_FILE)
    _write(paths[0], _taken(before, DAY_BEFORE, rng) * scene.is_land, frame, DAY_BEFORE)
    after = _through_clouds(_seasonal(after, DAY_AFTER), sky)
    is_seen = scene.is_land & sky.is_seen
    _write(paths[1], _counted(after, rng) * is_seen, frame, DAY_AFTER)
    is_hidden = ((sky.cloud > _IS_CLOUD) | (sky.shadow > _IS_CLOUD)) & is_seen
    _write(paths[2], is_hidden.astype(np.uint8)[None], frame, DAY_AFTER)
    return paths


def _frame(land: Territory) -> Frame:
    west, south, east, north = land.outline.bounds
    longest_m = max(east - west, north - south) + 2 * _MARGIN_M
    pixel_m = _PIXEL_M * max(int(-(-longest_m // (_PIXEL_M * _MOST_PIXELS))), 1)
    left = (west - _MARGIN_M) // pixel_m * pixel_m
    top = -((-north - _MARGIN_M) // pixel_m) * pixel_m
    columns = int((east + _MARGIN_M - left) // pixel_m) + 1
    rows = int((top - south + _MARGIN_M) // pixel_m) + 1
    return Frame(Affine(pixel_m, 0.0, left, 0.0, -pixel_m, top), (rows, columns))


def _look(scene: Scene, cover: NDArray[np.uint8], mottle: Field) -> Field:
    """Give each pixel the colour of its cover, lit by the slope, uneven as land is."""
    colours = np.array([COLOURS[kind] for kind in Cover], dtype=np.float32)
    calm = np.ones(len(Cover), dtype=np.float32)
    calm[[Cover.WATER, Cover.ROAD, Cover.BUILT]] = 0.25
    light = 1 + calm[cover] * (_RELIEF / 1000 * scene.relief * 12 + _MOTTLE * mottle)
    look = np.stack([colours[:, k][cover] * light for k in range(len(_BANDS))])
    return np.stack([soften(band, 1) * 0.6 + band * 0.4 for band in look])


def _seasonal(look: Field, day: str) -> Field:
    gain, haze = (np.array(v, dtype=np.float32)[:, None, None] for v in _SEASON[day])
    return np.asarray(look * gain + haze)


def _taken(look: Field, day: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    return _counted(_seasonal(look, day), rng)


def _counted(look: Field, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Add the noise of the sensor and count in whole steps; 0 stays free for "no data"."""
    grain = speckle(rng, look.shape[1:])
    noisy = np.round(look + _NOISE[:, None, None] * grain, 2)
    steps = np.floor(noisy / _STEP + 0.5)
    return np.asarray(np.clip(steps * _STEP, _STEP, 252), dtype=np.uint8)


def _sky(frame: Frame, rng: np.random.Generator) -> _Sky:
    """Lay a few clouds with their shadows, and cut off a strip in the north-east."""
    rows, columns = frame.shape
    down, right = np.ogrid[0:rows, 0:columns]
    billow = wander(rng, frame.shape, cell_px=800 / frame.pixel_m, octaves=5)
    cloud = np.zeros(frame.shape, dtype=np.float32)
    for _ in range(_CLOUDS):
        y, x = rng.uniform(0.15, 0.85, 2) * frame.shape
        reach = rng.uniform(*_CLOUD_M) * rows * frame.pixel_m / 40_000 / frame.pixel_m
        off = ((down - y) ** 2 + (right - x) ** 2 / 2.2) / reach**2
        cloud = np.maximum(cloud, (1.0 - off + 0.8 * billow).astype(np.float32))
    cloud = np.clip(cloud * 1.6, 0, 1)
    shift = (round(_SHADOW_M[1] / -frame.pixel_m), round(_SHADOW_M[0] / frame.pixel_m))
    shadow = np.roll(cloud, shift, axis=(0, 1))
    # A swath ends in a slanting line.
    is_seen = np.asarray(3 * (columns - right) + down > 0.22 * 3 * columns)
    return _Sky(cloud.round(4), shadow.round(4), is_seen)


def _through_clouds(look: Field, sky: _Sky) -> Field:
    shaded = look * (1 - 0.45 * sky.shadow)
    return np.asarray(
        shaded * (1 - sky.cloud) + _CLOUD_COLOUR[:, None, None] * sky.cloud, dtype=np.float32
    )


def _write(path: Path, bands: NDArray[np.uint8], frame: Frame, day: str) -> None:
    path.unlink(missing_ok=True)
    is_image = len(bands) > 1
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(bands),
        height=frame.shape[0],
        width=frame.shape[1],
        dtype="uint8",
        crs=SAMPLE_CRS,
        transform=frame.transform,
        nodata=0 if is_image else None,
        tiled=True,
        blockxsize=_TILE,
        blockysize=_TILE,
        interleave="band",
        compress="deflate",
        zlevel=6,
        predictor=2 if is_image else 1,
        photometric="rgb" if is_image else "minisblack",
        alpha="unspecified",
    ) as image:
        if is_image:
            image.colorinterp = (
                ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined,
            )  # fmt: skip
            for k, name in enumerate(_BANDS, 1):
                image.set_band_description(k, name)
        image.update_tags(TIFFTAG_DATETIME=f"{day.replace('-', ':')} 11:00:00")
        image.write(bands)
        image.build_overviews(_OVERVIEWS, Resampling.nearest)
