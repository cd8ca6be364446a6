"""Fields of chance over a grid of pixels, drawn so that every machine draws the same.

Only sums and products: no sine, no exponential, whose last digit differs between machines.
"""

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

_PARTS = 4096


def wander(
    rng: np.random.Generator, shape: tuple[int, int], *, cell_px: float, octaves: int
) -> Field:
    """Draw a field that wanders around zero, in large waves with smaller ones upon them.

    Parameters
    ----------
    rng
        Source of chance.
    shape
        Rows and columns.
    cell_px
        Length of the largest waves, in pixels.
    octaves
        How many sizes of waves, each half as long and half as high as the one before.

    Returns
    -------
    ndarray
        From -1 to 1.
    """
    total = np.zeros(shape, dtype=np.float32)
    height = 1.0
    for level in range(octaves):
        step = max(cell_px / 2**level, 1.0)
        knots = rng.integers(-1000, 1001, [int(n / step) + 2 for n in shape])
        total += np.float32(height / 1000) * _between(knots.astype(np.float32), shape, step)
        height /= 2
    return total / np.float32(2 - 2 * height)


def soften(field: Field, reach_px: int, *, times: int = 1) -> Field:
    """Let each pixel be the mean of the square of pixels around it.

    Parameters
    ----------
    field
        Values; beyond the edge its outermost ones go on.
    reach_px
        How many pixels to each side.
    times
        How often; three times come close to a bell.
    """
    width = 2 * reach_px + 1
    # Whole numbers add up exactly in any order.
    counts = np.round(field * _PARTS).astype(np.int32)
    for _ in range(times):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (reach_px, reach_px)
            wide = np.moveaxis(np.pad(counts, pad, mode="edge"), axis, 0)
            total = np.zeros_like(np.moveaxis(counts, axis, 0))
            for k in range(width):
                total += wide[k : k + len(total)]
            counts = np.moveaxis(total // width, 0, axis)
    return np.asarray(counts / _PARTS, dtype=np.float32)


def speckle(rng: np.random.Generator, shape: tuple[int, int], *, throws: int = 4) -> Field:
    """Draw a field without any connection between pixels, bell-like, spread of about one."""
    total = np.zeros(shape, dtype=np.int32)
    for _ in range(throws):
        total += rng.integers(-8, 9, shape, dtype=np.int16)
    return total.astype(np.float32) / np.float32(4.9 * throws**0.5)


def _between(knots: Field, shape: tuple[int, int], step: float) -> Field:
    """Fill the pixels between knots, smoothly."""
    rows, down = _weights(shape[0], step)
    columns, right = _weights(shape[1], step)
    lines = knots[:, columns] * (1 - right) + knots[:, columns + 1] * right
    return np.asarray(lines[rows] * (1 - down[:, None]) + lines[rows + 1] * down[:, None])


def _weights(count: int, step: float) -> tuple[NDArray[np.int64], Field]:
    places = np.arange(count) / step
    first = places.astype(np.int64)
    part = (places - first).astype(np.float32)
    return first, part * part * (3 - 2 * part)
