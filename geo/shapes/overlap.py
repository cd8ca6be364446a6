"""How much ground two polygons share, for very many pairs at once.

Only the area is wanted, not its shape, so nothing is intersected. A polygon is the sum of the
columns under its edges, counted with the edge's direction; two polygons then share the sum, over
all pairs of edges, of what their columns share. Whatever does not depend on both edges cancels
along closed rings, and what remains is

    area = -1/2 · sum over pairs of edges of (direction · direction · ∫ |height - height|)

over the stretch that both edges span. The sum is continuous in every coordinate: edges that
coincide, touch, or run through each other's vertices need no special case and no tolerance.

Of 62,000 pairs with grids of 65 vertices the areas differ from those of `shapely.intersection` by
at most 1.3e-6 m² (there the corners of an intersection are rounded to 7e-9 m), in a quarter of the
time.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.shapes.outlines import Floats, Outlines, Rows, edges_across, runs_across

# About how many edges are worked on at once: their arrays fit the processor's cache.
_BLOCK: Final = 200_000
_TINY: Final = float(np.finfo(np.float64).tiny)


class _Lines(NamedTuple):
    """Edges as straight lines over one axis."""

    low: Floats  # where they begin and end on the axis
    high: Floats
    height: Floats  # across the axis, at `low`
    slope: Floats
    direction: Floats  # +1 walked towards higher numbers, -1 towards lower

    def pick(self, rows: Rows | slice) -> "_Lines":
        return _Lines(*(values[rows] for values in self))


def overlap_areas(left: Outlines, left_rows: Rows, right: Outlines, right_rows: Rows) -> Floats:
    """Measure the ground that pairs of polygons share.

    Parameters
    ----------
    left, right
        Polygons in one plane. It is faster to have the smaller ones on the left.
    left_rows, right_rows
        Which polygon of the left and which of the right make each pair.

    Returns
    -------
    numpy.ndarray
        Areas in the plane's square units; 0 within rounding where polygons only touch.
    """
    areas = np.zeros(len(left_rows))
    if len(areas) == 0:
        return areas
    low = np.minimum.reduceat(left.low, left.first_edge[:-1], axis=1)[:, left_rows]
    high = np.maximum.reduceat(left.high, left.first_edge[:-1], axis=1)[:, left_rows]
    is_by_row = _is_shorter_by_row(right, right_rows, low, high)
    for axis, is_chosen in ((0, ~is_by_row), (1, is_by_row)):
        chosen = np.flatnonzero(is_chosen)
        left_lines = _lines(left.begin, left.end, axis)
        for block in _blocks(right.edges_of(right_rows[chosen])):
            some = chosen[block]
            found = _lines_across(right, right_rows[some], axis, low[:, some], high[:, some])
            areas[some] = _sums(left, left_lines, left_rows[some], (axis, *found))
    return areas


def _lines_across(
    right: Outlines, rows: Rows, axis: int, low: Floats, high: Floats
) -> tuple[Rows, _Lines]:
    """Find the lines of polygons that lie over boxes: for which box, and the lines.

    Edges that follow one another beyond the same side of the box are replaced by one line from
    their first vertex to their last. Over each edge of what is in the box such a line adds the
    same whatever its height, so that all in between cancels; it leaves half of the work.
    """
    box, edge = edges_across(right, rows, axis, low[axis], high[axis])
    across = 1 - axis
    is_above = right.low[across, edge] > high[across, box]
    is_below = right.high[across, edge] < low[across, box]
    side = is_above.astype(np.int8) - is_below
    follows = (np.diff(box) == 0) & (np.diff(edge) == 1) & (np.diff(side) == 0) & (side[1:] != 0)
    is_first, is_last = np.ones((2, len(edge)), dtype=bool)
    is_first[1:] = is_last[:-1] = ~follows
    begin, end = right.begin[:, edge[is_first]], right.end[:, edge[is_last]]
    is_line = begin[axis] != end[axis]
    return box[is_first][is_line], _lines(begin[:, is_line], end[:, is_line], axis)


def _sums(
    left: Outlines, left_lines: _Lines, left_rows: Rows, found: tuple[int, Rows, _Lines]
) -> Floats:
    """Add up what the columns of pairs share.

    `found` are lines of the right polygons over an axis, and to which pair each of them belongs.
    """
    axis, pair, right_lines = found
    areas = np.zeros(len(left_rows))
    # A pair is never cut in two: its sum is added in one order, the same to the last bit whatever
    # other pairs there are.
    work = np.bincount(pair, minlength=len(left_rows)) * left.edges_of(left_rows)
    for block in _blocks(work):
        some = slice(*np.searchsorted(pair, [block.start, block.stop]))
        lines, some_pairs = right_lines.pick(some), pair[some]
        place, edge = edges_across(left, left_rows[some_pairs], axis, lines.low, lines.high)
        shared = _shared_columns(left_lines.pick(edge), lines.pick(place))
        areas += np.bincount(some_pairs[place], shared, len(areas))
    return -areas / 2


def _shared_columns(first: _Lines, second: _Lines) -> Floats:
    """Integrate direction · direction · |height - height| over what both lines span."""
    start = np.maximum(first.low, second.low)
    width = np.minimum(first.high, second.high) - start
    gap_at_start = (
        first.height
        - second.height
        + first.slope * (start - first.low)
        - second.slope * (start - second.low)
    )
    gap_at_end = gap_at_start + (first.slope - second.slope) * width
    total = np.abs(gap_at_start) + np.abs(gap_at_end)
    # The mean of |gap| is half of `total`, less where the lines cross.
    crossing = np.minimum(gap_at_start * gap_at_end, 0.0) / np.maximum(total, _TINY)
    shared: Floats = first.direction * second.direction * width * (total / 2 + crossing)
    return shared


def _is_shorter_by_row(
    right: Outlines, rows: Rows, low: Floats, high: Floats
) -> npt.NDArray[np.bool_]:
    """Tell for which boxes fewer edges lie in the row through the box than in the column over it.

    Beside a border that runs north the column holds much of the border, the row little.
    """
    in_column, in_row = (
        np.bincount(runs_across(right, rows, axis, low[axis], high[axis])[0], minlength=len(rows))
        for axis in (0, 1)
    )
    is_shorter: npt.NDArray[np.bool_] = in_row < in_column
    return is_shorter


def _lines(begin: Floats, end: Floats, axis: int) -> _Lines:
    is_ahead = end[axis] > begin[axis]
    step = end - begin
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = step[1 - axis] / step[axis]  # of edges straight across the axis: never picked
    return _Lines(
        low=np.minimum(begin[axis], end[axis]),
        high=np.maximum(begin[axis], end[axis]),
        height=np.where(is_ahead, begin[1 - axis], end[1 - axis]),
        slope=slope,
        direction=np.where(is_ahead, 1.0, -1.0),
    )


def _blocks(sizes: Rows) -> Iterator[slice]:
    """Cut rows into blocks whose sizes add up to about `_BLOCK`; a larger row is one alone."""
    total = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        done = total[first - 1] if first else 0
        last = max(int(np.searchsorted(total, done + _BLOCK, side="right")), first + 1)
        yield slice(first, last)
        first = last
