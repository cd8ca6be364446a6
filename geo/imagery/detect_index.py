"""What is measured in each pixel of a pair, and what counts as change in this pair.

The vegetation index is (near infrared - red) / (near infrared + red), from -1 to 1; a change is
its drop. Without these bands it is brightness, and a change goes either way.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rasterio.windows import Window

from geo.imagery.detect_threshold import otsu
from geo.imagery.raster_pair import BandPlaces, Bools, Floats, RasterPair

# What is looked at to find the scales: more does not change them.
SAMPLE_PIXELS = 4_000_000
# Change lies at least so many spreads from the rest of the land: below it is noise.
LEAST_SPREADS = 3.0
# And at least so far in the index itself, be an image ever so calm: an eighth of what felling
# takes; of brightness, a tenth of the spread of the land.
_LEAST_DROP = {"ndvi": 0.05, "brightness": 0.5}
_MAD_TO_SPREAD = 1.4826
_QUARTERS_TO_SPREAD = 1.349


class Index(StrEnum):
    """What is compared."""

    NDVI = "ndvi"
    BRIGHTNESS = "brightness"


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns a block of two images into change.

    Attributes
    ----------
    index
        What is compared.
    gain, offset
        Bring the brightness of the second image to that of the first.
    unit
        Spread of brightness over the land; 1 for the vegetation index.
    middle
        The change that the season brings everywhere; taken out.
    spread
        How far unchanged pixels lie from it, one standard deviation.
    threshold
        From here on it is change.
    """

    index: Index
    gain: float
    offset: float
    unit: float
    middle: float
    spread: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Measure:
    """Which bands are read of each image, and what is made of them."""

    index: Index
    before: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, index: Index, before: BandPlaces, after: BandPlaces) -> "Measure":
        """Choose the bands."""
        if index is Index.NDVI:
            return cls(index, *((p.red or 1, p.near or 1) for p in (before, after)))
        return cls(index, before.visible, after.visible)

    def values(self, pair: RasterPair, block: Window) -> tuple[Floats, Floats, Bools]:
        """Measure a block of both images; gives both and which pixels are seen in both."""
        one, other = pair.read(block, self.before, self.after)
        return self._made(one.bands), self._made(other.bands), one.is_seen & other.is_seen

    def _made(self, bands: Floats) -> Floats:
        if self.index is Index.BRIGHTNESS:
            return np.asarray(bands.mean(axis=0), dtype=np.float32)
        red, near = bands
        total = near + red
        with np.errstate(divide="ignore", invalid="ignore"):
            index = np.where(total > 0, (near - red) / total, np.float32(0))
        return np.asarray(np.clip(index, -1, 1), dtype=np.float32)


def find_scale(pair: RasterPair, measure: Measure) -> tuple[Scale, float]:
    """Look over the whole pair once and find what counts as change.

    Returns
    -------
    tuple of Scale and float
        And the share of the common land that is seen in both images.
    """
    before, after, share = _sample(pair, measure)
    gain, offset, unit = 1.0, 0.0, 1.0
    if measure.index is Index.BRIGHTNESS:
        gain, offset, unit = _match(before, after)
    drop = _drop(before, after, gain, offset, unit)
    middle = float(np.median(drop)) if len(drop) else 0.0
    spread = float(np.median(np.abs(drop - middle))) * _MAD_TO_SPREAD if len(drop) else 0.0
    change = strength(measure.index, drop - np.float32(middle))
    least = max(LEAST_SPREADS * spread, _LEAST_DROP[measure.index])
    threshold = max(otsu(change), least) if len(change) else least
    scale = Scale(measure.index, gain, offset, unit, middle, spread, threshold)
    return scale, share


def change_in(pair: RasterPair, measure: Measure, scale: Scale, block: Window) -> Floats:
    """Measure the change in a block: 0 where one of the images shows nothing."""
    before, after, is_seen = measure.values(pair, block)
    drop = _drop(before, after, scale.gain, scale.offset, scale.unit)
    change = strength(scale.index, drop - np.float32(scale.middle))
    change[~is_seen] = 0
    return change


def _drop(before: Floats, after: Floats, gain: float, offset: float, unit: float) -> Floats:
    matched = after * np.float32(gain) + np.float32(offset)
    return np.asarray((before - matched) / np.float32(unit), dtype=np.float32)


def strength(index: Index, drop: Floats) -> Floats:
    """Give how strong a change is: of vegetation its loss alone, of brightness either way."""
    found = np.abs(drop) if index is Index.BRIGHTNESS else np.maximum(drop, 0)
    return np.asarray(found, dtype=np.float32)


def _sample(pair: RasterPair, measure: Measure) -> tuple[Floats, Floats, float]:
    step = max(int(np.ceil((pair.shape[0] * pair.shape[1] / SAMPLE_PIXELS) ** 0.5)), 1)
    ones: list[Floats] = []
    others: list[Floats] = []
    seen = 0
    for block in pair.blocks():
        before, after, is_seen = measure.values(pair, block)
        seen += int(is_seen.sum())
        some = is_seen[::step, ::step]
        ones.append(before[::step, ::step][some])
        others.append(after[::step, ::step][some])
    share = seen / (pair.shape[0] * pair.shape[1])
    return np.concatenate(ones), np.concatenate(others), share


def _match(before: Floats, after: Floats) -> tuple[float, float, float]:
    """Bring one brightness to another by their middles and quarters, which few changes move."""
    if not len(before):
        return 1.0, 0.0, 1.0
    low, middle, high = _quarters(before)
    other_low, other_middle, other_high = _quarters(after)
    width, other_width = high - low, other_high - other_low
    gain = width / other_width if width > 0 and other_width > 0 else 1.0
    return gain, middle - gain * other_middle, max(width / _QUARTERS_TO_SPREAD, 1.0)


def _quarters(values: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    return low, middle, high
