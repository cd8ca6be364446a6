"""Lines as land draws them: winding rivers, bending roads, uneven borders.

Coordinates are metres in a plane. Everything lies on a grid of one centimetre, so that what two
shapes share is equal to the last digit.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PLACE_DIGITS = 2
PLACE_M = 0.01


def bend(stations: Floats, rng: np.random.Generator, *, levels: int, roughness: float) -> Floats:
    """Put ever smaller bends between the stations of a line.

    Parameters
    ----------
    stations
        Points of the line, shape (n, 2), or of many lines alike, shape (lines, n, 2).
    rng
        Source of chance.
    levels
        How often every piece is halved.
    roughness
        Sidestep of a new middle point as a share of its piece's length, one standard deviation.

    Returns
    -------
    ndarray
        The line with ``(n - 1) * 2**levels + 1`` points; the stations stay where they were.
    """
    points = np.asarray(stations, dtype=float)
    for _ in range(levels):
        along = np.diff(points, axis=-2)
        across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        # Beyond a quarter of the length a piece would turn back on its neighbours.
        side = np.clip(rng.normal(0.0, roughness, along.shape[:-1]), -0.25, 0.25)
        middles = points[..., :-1, :] + along / 2 + across * side[..., None]
        finer = np.empty((*points.shape[:-2], 2 * points.shape[-2] - 1, 2))
        finer[..., 0::2, :] = points
        finer[..., 1::2, :] = middles
        points = finer
    return points


def meander(stations: Floats, rng: np.random.Generator, *, wave_m: float, swing_m: float) -> Floats:
    """Draw a river along stations: loops of uneven length swinging to both sides.

    Parameters
    ----------
    stations
        Where the valley goes, shape (n, 2), in metres.
    rng
        Source of chance.
    wave_m
        Length of one loop along the valley, on average.
    swing_m
        How far a loop leaves the valley's middle, on average.
    """
    valley = shapely.LineString(smooth(stations, 4))
    steps = np.arange(0.0, valley.length, wave_m / 14)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(valley, steps))
    along = np.gradient(middle, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    pace = np.cumsum(2 * np.pi / 14 * _wander(len(steps), rng, low=0.55, high=1.6))
    swing = swing_m * np.sin(pace) * _wander(len(steps), rng, low=0.3, high=1.5)
    # Water turns in wide bows: along the valley it hurries through a bow and lingers between two.
    lean = -0.35 * swing_m * np.sin(2 * pace)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return np.asarray(middle + across * swing[:, None] + along * lean[:, None])


def smooth(points: Floats, times: int) -> Floats:
    """Round the corners of a line by cutting each at a quarter, keeping its ends."""
    for _ in range(times):
        near = points[:-1] * 0.75 + points[1:] * 0.25
        far = points[:-1] * 0.25 + points[1:] * 0.75
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut[1:-1], points[-1:]])
    return points


def uneven_ring(
    rng: np.random.Generator, *, radius_m: float, squeeze: float, corners: int, levels: int
) -> Floats:
    """Draw a closed border around the origin: lobes, then ever smaller bends.

    Returns
    -------
    ndarray
        Shape (n, 2), closed, counter-clockwise.
    """
    turn = np.linspace(0.0, 2 * np.pi, corners, endpoint=False)
    turn = turn + rng.uniform(-0.3, 0.3, corners) * (2 * np.pi / corners)
    reach = radius_m * rng.uniform(0.72, 1.2, corners)
    ring = np.stack([reach * np.cos(turn), squeeze * reach * np.sin(turn)], axis=1)
    rounded = smooth(np.vstack([ring, ring[:1]]), 1)
    return bend(rounded, rng, levels=levels, roughness=0.15)


def place(points: Floats, centre: tuple[float, float]) -> Floats:
    """Move points from around the origin to a centre, onto the grid of one centimetre."""
    return np.asarray(np.round(points + np.asarray(centre), PLACE_DIGITS))


def _wander(count: int, rng: np.random.Generator, *, low: float, high: float) -> Floats:
    """A number that drifts between two limits, for lengths that are never quite alike."""
    knots = rng.uniform(low, high, max(count // 10, 2) + 1)
    return np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)
