"""Find what has changed between two images: candidates for patches, each with a confidence.

Index, threshold (Otsu), sieve, outlines. Two passes over the images, a block at a time: a scene of
20,000 by 20,000 pixels needs no more memory than one of 2,000 by 2,000, but for its candidates.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
from numpy.typing import NDArray

from geo.errors import FileRefused
from geo.imagery.detect_index import Index, Measure, Scale, change_in, find_scale
from geo.imagery.detect_outlines import (
    Pieces,
    Shapes,
    join_pieces,
    pieces_in,
    placed,
    smooth_outlines,
)
from geo.imagery.raster_pair import BLOCK_PX, RasterPair, band_places, open_pair
from geo.shapes.crs import known_crs

_M2_PER_HA = 10_000.0
_METRES_A_DEGREE = 111_195.0
MOST_CANDIDATES = 200_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """How two images are compared.

    Attributes
    ----------
    min_area_ha
        Smaller changes are left out.
    index
        What is compared; None: the vegetation index where both images have the bands.
    red, near
        Numbers of the bands, where an image does not describe them itself.
    clouds
        Masks whose values other than 0 hide the land.
    """

    min_area_ha: float
    index: Index | None = None
    red: int | None = None
    near: int | None = None
    clouds: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What has changed.

    Attributes
    ----------
    shapes
        Valid or not, as pixels and smoothing gave them, in `crs`.
    crs
        The system of the first image, as WKT.
    change
        Mean change over each outline, in the index.
    confidence
        0 to 1: how far the mean lies beyond the threshold, in spreads of the unchanged land. 0 at
        the threshold, 0.5 one spread beyond, 0.75 two.
    pixels
        How many pixels each outline holds.
    scale
        What counted as change.
    seen_share
        Share of the common land that both images show.
    pixel_ha
        Area of a pixel, about.
    """

    shapes: Shapes
    crs: str
    change: NDArray[np.float64]
    confidence: NDArray[np.float64]
    pixels: NDArray[np.int64]
    scale: Scale
    seen_share: float
    pixel_ha: float


def find_candidates(before: Path, after: Path, wanted: Wanted) -> Candidates:
    """Find what has changed between two images.

    Raises
    ------
    FileRefused
        ``detect_unreadable``, ``detect_no_place``, ``detect_too_large``, ``detect_apart``,
        ``detect_no_band``; ``detect_no_index`` if the vegetation index is wanted and cannot be
        made; ``detect_nothing_seen``; ``detect_too_many``.
    """
    measure = _measure(before, after, wanted)
    with open_pair(before, after, clouds=wanted.clouds) as pair:
        scale, seen = find_scale(pair, measure)
        if seen == 0:
            raise FileRefused("detect_nothing_seen", before=before, after=after)
        pixel_ha = _pixel_ha(pair)
        least_px = max(int(np.ceil(wanted.min_area_ha / pixel_ha)), 1)
        pieces = _all_pieces(pair, measure, scale, least_px)
        shapes = smooth_outlines(pieces.shapes, least_hole_px=least_px)
        mean = pieces.total / np.maximum(pieces.pixels, 1)
        return Candidates(
            shapes=placed(shapes, pair.transform),
            crs=pair.crs,
            change=mean,
            confidence=confidence(mean, scale),
            pixels=pieces.pixels,
            scale=scale,
            seen_share=seen,
            pixel_ha=pixel_ha,
        )


def confidence(mean: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Say how sure a change is: 1 - 2^-d, d spreads of unchanged land beyond the threshold."""
    beyond = np.maximum(mean - scale.threshold, 0) / max(scale.spread, 1e-6)
    return np.asarray(np.round(1 - 2 ** -np.minimum(beyond, 60), 3))


def _measure(before: Path, after: Path, wanted: Wanted) -> Measure:
    one, other = (band_places(path, red=wanted.red, near=wanted.near) for path in (before, after))
    can_see = one.has_vegetation and other.has_vegetation
    if wanted.index is Index.NDVI and not can_see:
        path = before if not one.has_vegetation else after
        raise FileRefused("detect_no_index", path=path)
    return Measure.of(wanted.index or (Index.NDVI if can_see else Index.BRIGHTNESS), one, other)


def _all_pieces(pair: RasterPair, measure: Measure, scale: Scale, least_px: int) -> Pieces:
    blocks: list[Pieces] = []
    count = 0
    for block in pair.blocks():
        change = change_in(pair, measure, scale, block)
        pieces = pieces_in(change, scale.threshold, block, least_px=least_px)
        count += len(pieces.shapes)
        if count > MOST_CANDIDATES:
            raise FileRefused("detect_too_many", limit=f"{MOST_CANDIDATES:,}")
        blocks.append(pieces)
    return _large(join_pieces(blocks, BLOCK_PX), least_px)


def _large(pieces: Pieces, least_px: int) -> Pieces:
    rows = pieces.pixels >= least_px
    return Pieces(pieces.shapes[rows], pieces.pixels[rows], pieces.total[rows])


def _pixel_ha(pair: RasterPair) -> float:
    """Give the area of a pixel; of degrees at the middle of the pair, roughly."""
    system: pyproj.CRS = known_crs(pair.crs)
    if system.is_projected:
        side_m = float(system.axis_info[0].unit_conversion_factor)
        return pair.pixel_units2 * side_m**2 / _M2_PER_HA
    rows, columns = pair.shape
    _, lat = pair.transform @ (columns / 2, rows / 2)
    return float(pair.pixel_units2 * _METRES_A_DEGREE**2 * np.cos(np.radians(lat)) / _M2_PER_HA)
