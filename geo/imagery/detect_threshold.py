"""Where to part a heap of values in two: Otsu's threshold.

Otsu, N. (1979): A threshold selection method from gray-level histograms. IEEE Transactions on
Systems, Man, and Cybernetics 9 (1), 62-66.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 512


def otsu(values: NDArray[np.floating[Any]]) -> float:
    """Part values in two heaps whose middles lie furthest apart, weighed by their sizes.

    Parameters
    ----------
    values
        At least one, all finite.

    Returns
    -------
    float
        The value from which on the upper heap begins; the value itself if all are equal.
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low
    counts, edges = np.histogram(values, bins=BINS, range=(low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    total = sums[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (sums[:-1] / below - (total - sums[:-1]) / above) ** 2
        between = np.where((below > 0) & (above > 0), below * above.astype(float) * apart, 0)
    # Of equals the middle one: between two heaps far apart every cut is as good.
    best = np.flatnonzero(between == between.max())
    return float(edges[1 + best[len(best) // 2]])
