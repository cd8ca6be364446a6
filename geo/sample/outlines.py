"""Outlines of change as they are drawn from images: clearings, road cuts, pits, parcels.

All shapes are drawn around the origin, in metres, many at a time.
"""

from enum import StrEnum

import numpy as np
import shapely

from geo.sample.linework import PLACE_DIGITS, Floats
from geo.sample.partition import Ints, Shapes


class Kind(StrEnum):
    """What a patch looks like from the sky."""

    CLEARING = "clearing"
    ROAD = "road"
    PIT = "pit"
    PARCEL = "parcel"
    SCATTERED = "scattered"  # several parts under one number


KINDS: tuple[Kind, ...] = tuple(Kind)
KIND_SHARES = np.array([0.38, 0.20, 0.12, 0.28, 0.02])

# Middle and spread of the log-normal sizes, in hectares.
_SIZES = {
    Kind.CLEARING: (1.3, 1.0),
    Kind.ROAD: (1.5, 0.7),
    Kind.PIT: (5.0, 0.9),
    Kind.PARCEL: (2.0, 0.9),
    Kind.SCATTERED: (3.0, 0.7),
}
SMALLEST_HA, LARGEST_HA = 0.05, 60.0
_M2_PER_HA = 10_000.0


def draw_sizes(kinds: Ints, rng: np.random.Generator) -> Floats:
    """Draw an area in hectares for each patch, between 0.05 and 60."""
    middle = np.array([_SIZES[kind][0] for kind in KINDS])[kinds]
    spread = np.array([_SIZES[kind][1] for kind in KINDS])[kinds]
    size = middle * np.exp(spread * rng.standard_normal(len(kinds)))
    # Folded back at both ends, so that nothing piles up exactly on a limit.
    size = np.where(size > LARGEST_HA, LARGEST_HA**2 / size, size)
    size = np.where(size < SMALLEST_HA, SMALLEST_HA**2 / size, size)
    return np.asarray(np.clip(size, SMALLEST_HA, LARGEST_HA))


def draw_outlines(kinds: Ints, sizes_ha: Floats, rng: np.random.Generator) -> Shapes:
    """Draw an outline around the origin for each patch.

    Parameters
    ----------
    kinds
        Positions in `KINDS`.
    sizes_ha
        Areas to come close to, in hectares.
    rng
        Source of chance.

    Returns
    -------
    ndarray of Polygon and MultiPolygon
        In metres.
    """
    draw = {
        Kind.CLEARING: _clearings,
        Kind.ROAD: _road_cuts,
        Kind.PIT: _pits,
        Kind.PARCEL: _parcels,
        Kind.SCATTERED: _scattered,
    }
    shapes = np.empty(len(kinds), dtype=object)
    for position, kind in enumerate(KINDS):
        rows = np.flatnonzero(kinds == position)
        if len(rows):
            drawn = draw[kind](sizes_ha[rows] * _M2_PER_HA, rng)
            shapes[rows] = _turned(drawn, rng.uniform(0, 2 * np.pi, len(rows)))
    return shapes


def move_to(shapes: Shapes, centres: Floats) -> Shapes:
    """Move shapes from the origin to their places, onto the grid of one centimetre."""
    points, row = shapely.get_coordinates(shapes, return_index=True)
    return _redrawn(shapes, np.round(points + centres[row], PLACE_DIGITS))


def symmetric_outline(size_ha: float, rng: np.random.Generator) -> Floats:
    """Draw a ring that looks the same turned by half a turn: any line through its middle halves it.

    Returns
    -------
    ndarray
        Corners around the origin, the second half being the first with its signs changed.
    """
    half = np.linspace(0.0, np.pi, 9, endpoint=False) + rng.uniform(-0.1, 0.1, 9)
    reach = np.exp(0.22 * np.cos(2 * half + 1.1) + 0.1 * np.cos(4 * half + 0.4))
    corners = np.stack([reach * np.cos(half), reach * np.sin(half)], axis=1)
    corners *= np.sqrt(size_ha * _M2_PER_HA / np.pi)
    corners = np.round(corners, PLACE_DIGITS)
    return np.vstack([corners, -corners])


def _blobs(
    areas_m2: Floats, rng: np.random.Generator, *, corners: int, unrest: float, stretch: float
) -> Floats:
    """Rings whose radius swings with the angle, shape (n, corners, 2), of the areas given."""
    count = len(areas_m2)
    step = 2 * np.pi / corners
    angle = np.arange(corners) * step + rng.uniform(-0.35, 0.35, (count, corners)) * step
    log_reach = np.zeros((count, corners))
    for wave in range(1, 7):
        swing = rng.normal(0.0, unrest / wave**0.8, (count, 1))
        log_reach += swing * np.cos(wave * angle + rng.uniform(0, 2 * np.pi, (count, 1)))
    reach = np.exp(np.clip(log_reach, -0.9, 0.9))
    rings = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=-1)
    rings[..., 0] *= rng.uniform(1.0, stretch, (count, 1))
    return _sized(rings, areas_m2)


def _sized(rings: Floats, areas_m2: Floats) -> Floats:
    x, y = rings[..., 0], rings[..., 1]
    area = np.abs((x * np.roll(y, -1, 1) - np.roll(x, -1, 1) * y).sum(axis=1)) / 2
    return np.asarray(rings * np.sqrt(areas_m2 / area)[:, None, None])


def _clearings(areas_m2: Floats, rng: np.random.Generator) -> Shapes:
    """Compact, uneven, with few or many corners as the person at the screen was patient."""
    shapes = np.empty(len(areas_m2), dtype=object)
    patience = rng.integers(0, 3, len(areas_m2))
    for k, corners in enumerate((13, 21, 34)):
        rows = np.flatnonzero(patience == k)
        rings = _blobs(areas_m2[rows], rng, corners=corners, unrest=0.2, stretch=2.0)
        shapes[rows] = shapely.polygons(rings)
    return shapes


def _pits(areas_m2: Floats, rng: np.random.Generator) -> Shapes:
    """Rounder; a quarter keep an untouched island or a spoil heap in the middle."""
    rings = _blobs(areas_m2, rng, corners=44, unrest=0.07, stretch=1.35)
    shapes = shapely.polygons(rings)
    with_island = np.flatnonzero(rng.random(len(areas_m2)) < 0.25)
    islands = _blobs(areas_m2[with_island] * 0.06, rng, corners=16, unrest=0.1, stretch=1.5)
    shift = np.sqrt(areas_m2[with_island])[:, None, None] * rng.uniform(
        -0.1, 0.1, (len(with_island), 1, 2)
    )
    shapes[with_island] = shapely.difference(shapes[with_island], shapely.polygons(islands + shift))
    return np.asarray(shapes)


# Fields as rectangles of one by one, some with a corner that belongs to somebody else.
_FIELDS: tuple[list[tuple[float, float]], ...] = (
    [(0, 0), (1, 0), (1, 1), (0, 1)],
    [(0, 0), (0.5, 0.03), (1, 0), (1.04, 0.6), (1, 1), (0, 1)],
    [(0, 0), (1, 0), (1, 0.55), (0.6, 0.55), (0.6, 1), (0, 1)],
    [(0, 0), (1, 0), (1, 0.7), (0.75, 1), (0, 1)],
    [(0, 0), (0.7, 0), (0.7, 0.3), (1, 0.3), (1, 1), (0.25, 1), (0.25, 0.8), (0, 0.8)],
)


def _parcels(areas_m2: Floats, rng: np.random.Generator) -> Shapes:
    """Blocky, as fields and building sites are, never quite at right angles."""
    shapes = np.empty(len(areas_m2), dtype=object)
    form = rng.integers(0, len(_FIELDS), len(areas_m2))
    for k, field in enumerate(_FIELDS):
        rows = np.flatnonzero(form == k)
        corners = np.array(field) - 0.5
        rings = corners + rng.normal(0.0, 0.018, (len(rows), *corners.shape))
        rings[..., 0] *= rng.uniform(1.0, 3.0, (len(rows), 1))
        shapes[rows] = shapely.polygons(_sized(rings, areas_m2[rows]))
    return shapes


def _road_cuts(areas_m2: Floats, rng: np.random.Generator) -> Shapes:
    """Long and narrow along a track that turns now and then, with many corners."""
    width = rng.uniform(8.0, 26.0, len(areas_m2))
    length = np.clip(areas_m2 / width, 120.0, 2600.0)
    width = areas_m2 / length
    points = np.clip(length / 35.0, 6, 70).astype(np.int64)
    turns = rng.normal(0.0, 0.07, (len(areas_m2), 70))
    # Turning that itself drifts gives bends instead of a tremble.
    heading = np.cumsum(np.cumsum(turns, axis=1) * 0.45, axis=1)
    heading = 1.3 * np.sin(heading)
    step = (length / (points - 1))[:, None] * rng.uniform(0.8, 1.2, (len(areas_m2), 70))
    track = np.cumsum(np.stack([np.cos(heading) * step, np.sin(heading) * step], -1), axis=1)
    is_used = np.arange(70) < points[:, None]
    row = np.repeat(np.arange(len(areas_m2)), points)
    lines = shapely.linestrings(track[is_used], indices=row)
    cuts = shapely.buffer(lines, width / 2, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    middle = shapely.get_coordinates(shapely.centroid(cuts))
    return _shifted(cuts, -middle)


def _scattered(areas_m2: Floats, rng: np.random.Generator) -> Shapes:
    """Two or three pieces that one fire or one felling left apart from each other."""
    shares = np.array([0.5, 0.3, 0.2])
    pieces = [
        _blobs(areas_m2 * share, rng, corners=19, unrest=0.18, stretch=1.8) for share in shares
    ]
    reach = [np.hypot(p[..., 0], p[..., 1]).max(axis=1) for p in pieces]
    angle = rng.uniform(0, 2 * np.pi, len(areas_m2))
    for k, turn in ((1, 0.0), (2, 2.2)):
        away = (reach[0] + reach[k]) * rng.uniform(1.05, 1.3, len(areas_m2))
        to = np.stack([np.cos(angle + turn), np.sin(angle + turn)], axis=1) * away[:, None]
        pieces[k] = pieces[k] + to[:, None, :]
    parts = np.stack([shapely.polygons(p) for p in pieces], axis=1)
    counts = rng.integers(2, 4, len(areas_m2))
    return np.array(
        [shapely.MultiPolygon(list(row[:n])) for row, n in zip(parts, counts, strict=True)],
        dtype=object,
    )


def _turned(shapes: Shapes, angles: Floats) -> Shapes:
    points, row = shapely.get_coordinates(shapes, return_index=True)
    cos, sin = np.cos(angles)[row], np.sin(angles)[row]
    x, y = points[:, 0], points[:, 1]
    return _redrawn(shapes, np.stack([x * cos - y * sin, x * sin + y * cos], axis=1))


def _shifted(shapes: Shapes, by: Floats) -> Shapes:
    points, row = shapely.get_coordinates(shapes, return_index=True)
    return _redrawn(shapes, points + by[row])


def _redrawn(shapes: Shapes, points: Floats) -> Shapes:
    # set_coordinates writes into the array that it is given.
    return np.asarray(shapely.set_coordinates(shapes.copy(), points))
