"""The borders of a partition, each once: what neighbours share is cut out of their outlines.

Grids and townships join each other, so that drawing outline by outline draws every border twice,
and thinning out outline by outline thins a shared border in two ways.
"""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Whole = NDArray[np.int64]

# Vertices closer than a centimetre are one.
UNITS_PER_DEGREE = 10_000_000


def arcs_of(areas: Geometries) -> Geometries:
    """Cut the outlines of areas into pieces between the places where borders meet.

    Parameters
    ----------
    areas
        Polygons and multipolygons in degrees; None and empty ones are passed over.

    Returns
    -------
    Geometries
        Lines in degrees. A piece that two areas share comes once, if both have its vertices.
    """
    rings = shapely.get_rings(shapely.get_parts(areas[~shapely.is_missing(areas)]))
    places = shapely.get_coordinates(rings)
    if len(places) == 0:
        return np.empty(0, dtype=object)
    vertex = _numbered(places)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    starts = np.concatenate([[0], ends[:-1]])
    is_closing = np.zeros(len(vertex), dtype=bool)
    is_closing[ends - 1] = True
    tail = np.flatnonzero(~is_closing)  # each edge by the place where it begins
    edge = np.full(len(vertex), -1)
    pairs = np.sort(np.stack([vertex[tail], vertex[tail + 1]], axis=1), axis=1)
    edge[tail], distinct = pd.factorize(pairs[:, 0] << 32 | pairs[:, 1])
    # Along a border each vertex has two edges; where borders meet, it has more.
    degree = np.bincount(np.concatenate([distinct >> 32, distinct & 0xFFFFFFFF]))
    is_node = degree != 2
    is_node[vertex[starts]] = True
    firsts = tail[is_node[vertex[tail]]]
    nexts = np.append(firsts[1:], len(vertex))
    # The last piece of a ring ends where the ring does.
    lasts = np.minimum(nexts, ends[np.searchsorted(ends, firsts, side="right")] - 1)
    begins, closes = edge[firsts], edge[lasts - 1]
    _, once = np.unique(
        np.minimum(begins, closes) << 32 | np.maximum(begins, closes), return_index=True
    )
    once.sort()  # pieces of one outline stay beside each other
    return _lines(places, firsts[once], lasts[once])


def _numbered(places: NDArray[np.float64]) -> Whole:
    whole = np.round(places * UNITS_PER_DEGREE).astype(np.int64)
    numbers, _ = pd.factorize(whole[:, 0] << 32 ^ (whole[:, 1] & 0xFFFFFFFF))
    return np.asarray(numbers, dtype=np.int64)


def _lines(places: NDArray[np.float64], firsts: Whole, lasts: Whole) -> Geometries:
    lengths = lasts - firsts + 1
    line = np.repeat(np.arange(len(firsts)), lengths)
    within = np.arange(len(line)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(shapely.linestrings(places[firsts[line] + within], indices=line))
