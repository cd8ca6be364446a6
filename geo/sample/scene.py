"""The land as two images see it: what covers each pixel before, what covers it after.

Covers are rows of `COLOURS`; the cover of a patch after the change follows its true cause, not
what the interpreter took it for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize

from geo.sample.fields import Field, soften, wander
from geo.sample.partition import Shapes
from geo.sample.territory import Territory

Bytes = NDArray[np.uint8]


class Cover(IntEnum):
    """What lies on the ground."""

    STEPPE = 0
    FOREST = 1
    CROP = 2
    RIPE = 3
    PLOUGHED = 4
    SAND = 5
    WATER = 6
    ROAD = 7
    BUILT = 8
    STUMPS = 9
    BURNT = 10
    DEAD_WOOD = 11
    YOUNG_TREES = 12
    DIGGING = 13


# Red, green, blue, near infrared of a clear day, from 1 to 255; invented, but in the order that
# plants, soils and water have.
COLOURS: Mapping[Cover, tuple[int, int, int, int]] = MappingProxyType(
    {
        Cover.STEPPE: (112, 114, 80, 166),
        Cover.FOREST: (50, 68, 46, 150),
        Cover.CROP: (70, 98, 56, 184),
        Cover.RIPE: (152, 136, 88, 168),
        Cover.PLOUGHED: (118, 96, 76, 130),
        Cover.SAND: (182, 164, 128, 192),
        Cover.WATER: (50, 64, 68, 26),
        Cover.ROAD: (146, 138, 124, 148),
        Cover.BUILT: (176, 172, 168, 172),
        Cover.STUMPS: (122, 108, 82, 146),
        Cover.BURNT: (52, 46, 44, 62),
        Cover.DEAD_WOOD: (98, 90, 66, 122),
        Cover.YOUNG_TREES: (84, 94, 62, 150),
        Cover.DIGGING: (160, 148, 128, 160),
    }
)

# What each cause leaves on the ground and how much of the patch's look it takes over. Thinning and
# natural change hardly show; planting greens the land.
LEFT_BEHIND: Mapping[str, tuple[Cover, float]] = MappingProxyType(
    {
        "11": (Cover.YOUNG_TREES, 0.6),
        "12": (Cover.STUMPS, 0.8),
        "21": (Cover.STUMPS, 0.9),
        "22": (Cover.STUMPS, 0.85),
        "51": (Cover.PLOUGHED, 0.9),
        "52": (Cover.DIGGING, 0.85),
        "60": (Cover.STUMPS, 0.25),
        "71": (Cover.BURNT, 0.85),
        "72": (Cover.SAND, 0.85),
        "73": (Cover.DEAD_WOOD, 0.6),
        "82": (Cover.DEAD_WOOD, 0.25),
        "99": (Cover.PLOUGHED, 0.9),
        "411": (Cover.BUILT, 0.9),
        "412": (Cover.DIGGING, 0.9),
        "413": (Cover.ROAD, 0.9),
        "421": (Cover.BUILT, 0.9),
        "422": (Cover.DIGGING, 0.9),
        "423": (Cover.ROAD, 0.9),
    }
)
_PLANTED, _TILLED = "11", "51"
# Of the fields that were broken up, some carry a crop by the day of the second image.
_SHARE_SOWN = 0.35

_EDGE_M = 600.0
_RIVER_M = (46.0, 22.0)
_TRUNK_M, _ROAD_M = 16.0, 9.0
_CROP_REACH_M = 2_000.0
_PLOT_M = (310.0, 170.0)
# Of a hundred plots: green and ripe on the first day; green on the second. The rest is ploughed.
_GREEN_BEFORE, _RIPE_BEFORE, _GREEN_AFTER = 45, 45, 94


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the pixels lie.

    Attributes
    ----------
    transform
        Pixels to metres of the sample's plane.
    shape
        Rows and columns.
    """

    transform: Affine
    shape: tuple[int, int]

    @property
    def pixel_m(self) -> float:
        """Edge of a pixel, in metres."""
        return float(self.transform.a)

    def burn(self, shapes: Sequence[shapely.Geometry], values: Sequence[int]) -> NDArray[np.int32]:
        """Write values onto the pixels whose middles lie in shapes, later ones over earlier."""
        return np.asarray(
            rasterize(
                list(zip(shapes, values, strict=True)),
                out_shape=self.shape,
                transform=self.transform,
                dtype="int32",
            )
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """What covers each pixel.

    Attributes
    ----------
    before, after
        Rows of `Cover` on the two days.
    changed
        How much of the look after a change is taken over, 0 to 1; 0 where nothing was changed.
    relief
        Light of a sun in the south-east, around 0.
    is_land
        Pixels that an image of the banner holds.
    """

    before: Bytes
    after: Bytes
    changed: Field
    relief: Field
    is_land: NDArray[np.bool_]


def cover_land(
    land: Territory,
    shapes: Shapes,
    causes: Sequence[str],
    frame: Frame,
    rng: np.random.Generator,
) -> Scene:
    """Cover the banner with forest, steppe and fields, then let the patches change.

    Parameters
    ----------
    land
        The banner.
    shapes
        Outlines of the patches, valid.
    causes
        What truly happened in each.
    frame
        The pixels.
    rng
        Source of chance.
    """
    rows = frame.burn(list(shapes), range(1, len(shapes) + 1)) - 1
    height = wander(rng, frame.shape, cell_px=9_000 / frame.pixel_m, octaves=7)
    before = _wooded(rows, frame, height, rng)
    _fields_before(before, land, frame, rng)
    before[rows >= 0] = Cover.FOREST
    before[np.append(np.array(causes) == _PLANTED, False)[rows]] = Cover.STEPPE
    _waters_and_roads(before, land, frame)
    after = before.copy()
    after[before == Cover.RIPE] = Cover.CROP
    plots, chance = _plots(frame, rng)
    is_field = np.isin(before, (Cover.CROP, Cover.RIPE, Cover.PLOUGHED))
    after[is_field] = np.where(chance[plots] < _GREEN_AFTER, Cover.CROP, Cover.PLOUGHED)[is_field]
    changed = np.zeros(frame.shape, dtype=np.float32)
    left, strength = _left_behind(causes, rng)
    inside = rows >= 0
    after[inside], changed[inside] = left[rows[inside]], strength[rows[inside]]
    _bare_spots(after, changed, before, frame, rng)
    return Scene(before, after, changed, _light(height), _is_land(land, frame))


def _wooded(
    rows: NDArray[np.int32], frame: Frame, height: Field, rng: np.random.Generator
) -> Bytes:
    """Lay steppe, forest on the heights and around patches, and some sand."""
    cover = np.full(frame.shape, Cover.STEPPE, dtype=np.uint8)
    # Patches are found where forest is: around them there is more of it.
    near = soften((rows >= 0).astype(np.float32), max(int(260 / frame.pixel_m), 1), times=3)
    woods = wander(rng, frame.shape, cell_px=2_500 / frame.pixel_m, octaves=6)
    edge = wander(rng, frame.shape, cell_px=640 / frame.pixel_m, octaves=5)
    woods = woods + 0.55 * height + 0.3 * edge
    cover[woods + np.minimum(9.0 * near, 0.45) > 0.26] = Cover.FOREST
    sand = wander(rng, frame.shape, cell_px=4_000 / frame.pixel_m, octaves=6)
    cover[(sand > 0.52) & (cover == Cover.STEPPE)] = Cover.SAND
    return cover


def _fields_before(cover: Bytes, land: Territory, frame: Frame, rng: np.random.Generator) -> None:
    river = frame.burn(shapely.buffer(land.rivers, _CROP_REACH_M).tolist(), [1] * len(land.rivers))
    sown = wander(rng, frame.shape, cell_px=3_000 / frame.pixel_m, octaves=3)
    plots, chance = _plots(frame, rng)
    # A plot is tilled as a whole.
    count = np.bincount(plots.ravel(), minlength=len(chance))
    share = np.bincount(plots.ravel(), (sown * river).ravel(), minlength=len(chance))
    is_tilled = (share / np.maximum(count, 1) > 0.1)[plots] & (cover != Cover.FOREST)
    kinds = np.select(
        [chance < _GREEN_BEFORE, chance < _GREEN_BEFORE + _RIPE_BEFORE],
        [Cover.CROP, Cover.RIPE],
        Cover.PLOUGHED,
    )
    cover[is_tilled] = kinds[plots][is_tilled]


def _plots(frame: Frame, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the plot of each pixel, and draw a number below a hundred for each plot."""
    down, right = (np.arange(n, dtype=np.int64) * int(frame.pixel_m) for n in frame.shape)
    # Turned by about a sixth of a right angle: 4 to 15.
    along = (15 * right[None, :] + 4 * down[:, None]) // int(_PLOT_M[0] * 15.5)
    across = (15 * down[:, None] - 4 * right[None, :]) // int(_PLOT_M[1] * 15.5)
    across -= across.min()
    plots = along * (across.max() + 1) + across
    return plots, rng.integers(0, 100, int(plots.max()) + 1)


def _waters_and_roads(cover: Bytes, land: Territory, frame: Frame) -> None:
    roads = [*shapely.buffer(land.roads, _ROAD_M).tolist(), land.roads[0].buffer(_TRUNK_M)]
    lines = [
        *((road, Cover.ROAD) for road in roads),
        *((r.buffer(_RIVER_M[min(k, 1)]), Cover.WATER) for k, r in enumerate(land.rivers.tolist())),
    ]
    burnt = frame.burn([shape for shape, _ in lines], [int(kind) for _, kind in lines])
    cover[burnt > 0] = burnt[burnt > 0]


def _left_behind(causes: Sequence[str], rng: np.random.Generator) -> tuple[Bytes, Field]:
    left = np.array([LEFT_BEHIND[cause][0] for cause in causes], dtype=np.uint8)
    strength = np.array([LEFT_BEHIND[cause][1] for cause in causes])
    is_sown = (np.array(causes) == _TILLED) & (rng.random(len(causes)) < _SHARE_SOWN)
    left[is_sown] = Cover.CROP
    strength = np.minimum(strength * rng.uniform(0.8, 1.1, len(causes)), 1.0)
    return left, strength.round(3).astype(np.float32)


def _bare_spots(
    after: Bytes, changed: Field, before: Bytes, frame: Frame, rng: np.random.Generator
) -> None:
    """Trample a few places on the steppe bare, as herds do: a change that is no patch."""
    herd = wander(rng, frame.shape, cell_px=900 / frame.pixel_m, octaves=4)
    is_bare = (herd > 0.82) & (before == Cover.STEPPE) & (changed == 0)
    after[is_bare], changed[is_bare] = Cover.SAND, np.float32(0.6)


def _light(height: Field) -> Field:
    """Slopes that look to the south-east are light, the others dark."""
    slope = np.zeros_like(height)
    slope[1:, 1:] = height[1:, 1:] - height[:-1, :-1]
    return -slope


def _is_land(land: Territory, frame: Frame) -> NDArray[np.bool_]:
    return np.asarray(frame.burn([land.outline.buffer(_EDGE_M)], [1]) == 1)
