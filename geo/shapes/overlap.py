"""How much ground two polygons share, for very many pairs at once.

Only the area is wanted, not its shape, so nothing is intersected. A polygon is the sum of the
columns under its edges, counted with the edge's direction; two polygons then share the sum, over
all pairs of edges, of what their columns share. Everything that does not depend on both edges
cancels along closed rings, and what remains is

    area = -1/2 · sum over pairs of edges of (direction · direction · ∫ |height - height|)

over the stretch that both edges span. The sum is continuous in every coordinate: edges that
coincide, touch or run through each other's vertices need no special case and no tolerance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.shapes.rings import Rings, rings_of

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

# Consecutive edges that share a box: a long outline is searched by its runs first. With 65 vertices
# a grid runs of 8 to 32 take the same time; none at all takes three times as long.
_RUN: Final = 16
# Elements of an array worked on at once: small enough for the processor's cache.
_BLOCK: Final = 400_000
_TINY: Final = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class Outlines:
    """The edges of many polygons, shells walked to the left and holes to the right.

    Attributes
    ----------
    begin, end
        Where each edge begins and ends: x in the first row, y in the second.
    first_edge
        Where the edges of each polygon begin; one more at the end.
    run_edge
        Where each run of edges begins; one more at the end. A run lies within one polygon.
    run_low, run_high
        The boxes of the runs, x in the first row, y in the second.
    first_run
        Where the runs of each polygon begin; one more at the end.
    row_low, row_high
        The boxes of the polygons, x in the first row, y in the second.
    """

    begin: Floats
    end: Floats
    first_edge: Rows
    run_edge: Rows
    run_low: Floats
    run_high: Floats
    first_run: Rows
    row_low: Floats
    row_high: Floats

    def edges_of(self, rows: Rows) -> Rows:
        """Count the edges of some polygons."""
        return self.first_edge[rows + 1] - self.first_edge[rows]

    def runs_of(self, rows: Rows) -> Rows:
        """Count the runs of some polygons."""
        return self.first_run[rows + 1] - self.first_run[rows]


def outlines_of(polygons: npt.NDArray[np.object_]) -> Outlines:
    """Lay out the edges of polygons for `overlap_areas` and `is_clear_of_edges`.

    Parameters
    ----------
    polygons
        Valid, non-empty polygons or multipolygons in a plane.
    """
    rings = rings_of(polygons)
    begin = np.stack([rings.x, rings.y])
    end = np.empty_like(begin)
    end[:, :-1] = begin[:, 1:]
    # The last vertex of a ring repeats its first: an edge without length, which counts for nothing.
    closing = rings.start[1:] - 1
    end[:, closing] = begin[:, closing]
    _walk_shells_left(begin, end, rings)
    first_vertex = np.searchsorted(rings.polygon, np.arange(len(polygons) + 1))
    first_edge = rings.start[first_vertex]
    edges = np.diff(first_edge)
    runs = -(-edges // _RUN)
    first_run = np.concatenate([[0], np.cumsum(runs)])
    owner, place = _spread(np.zeros(len(runs), dtype=np.intp), runs)
    run_edge = np.append(first_edge[owner] + place * _RUN, first_edge[-1])
    starts = run_edge[:-1]
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    return Outlines(
        begin=begin,
        end=end,
        first_edge=first_edge,
        run_edge=run_edge,
        run_low=np.minimum.reduceat(low, starts, axis=1),
        run_high=np.maximum.reduceat(high, starts, axis=1),
        first_run=first_run,
        row_low=np.minimum.reduceat(low, first_edge[:-1], axis=1),
        row_high=np.maximum.reduceat(high, first_edge[:-1], axis=1),
    )


def _walk_shells_left(begin: Floats, end: Floats, rings: Rings) -> None:
    """Turn edges round, in place, where a shell runs clockwise or a hole does not."""
    firsts = rings.start[:-1]
    # From each ring's first vertex, so that large coordinates do not drown a small area.
    corner = np.repeat(begin[:, firsts], np.diff(rings.start), axis=1)
    ahead, behind = end - corner, begin - corner
    twice_area = np.add.reduceat(behind[0] * ahead[1] - behind[1] * ahead[0], firsts)
    is_wrong = (twice_area < 0) != rings.is_hole
    wrong = np.repeat(is_wrong, np.diff(rings.start))
    begin[:, wrong], end[:, wrong] = end[:, wrong], begin[:, wrong]


def is_clear_of_edges(
    outlines: Outlines, rows: Rows, low: Floats, high: Floats
) -> npt.NDArray[np.bool_]:
    """Tell for each box whether no edge of a polygon comes near it.

    Such a box lies wholly inside the polygon or wholly outside it. A box that an edge's own box
    touches does not count as clear.

    Parameters
    ----------
    outlines
        The polygons.
    rows
        Which of them to look at, one for each box.
    low, high
        Lower left and upper right corners of the boxes: x in the first row, y in the second.
    """
    is_clear = np.ones(len(rows), dtype=bool)
    which, run = _spread(outlines.first_run[rows], outlines.runs_of(rows))
    is_near = _boxes_meet(
        outlines.run_low[:, run], outlines.run_high[:, run], low[:, which], high[:, which]
    )
    which, run = which[is_near], run[is_near]
    place, edge = _spread(outlines.run_edge[run], np.diff(outlines.run_edge)[run])
    which = which[place]
    begin, end = outlines.begin[:, edge], outlines.end[:, edge]
    is_near = _boxes_meet(
        np.minimum(begin, end), np.maximum(begin, end), low[:, which], high[:, which]
    )
    is_clear[which[is_near]] = False
    return is_clear


def overlap_areas(
    left: Outlines, left_rows: Rows, right: Outlines, right_rows: Rows
) -> Floats:
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
    for block in _blocks(right.edges_of(right_rows)):
        areas[block] = _block_areas(left, left_rows[block], right, right_rows[block])
    return areas


class _Lines(NamedTuple):
    """Edges as straight lines over one axis."""

    low: Floats  # where they begin and end on the axis
    high: Floats
    height: Floats  # across the axis, at `low`
    slope: Floats
    direction: Floats  # +1 walked towards higher numbers, -1 towards lower, 0 across the axis


def _block_areas(left: Outlines, left_rows: Rows, right: Outlines, right_rows: Rows) -> Floats:
    areas = np.zeros(len(left_rows))
    low, high = left.row_low[:, left_rows], left.row_high[:, left_rows]
    axis = _shorter_search(right, right_rows, low, high)
    pair = np.arange(len(left_rows))
    pair, edge = _edges_across(right, right_rows, axis, low[axis, pair], high[axis, pair])
    right_lines = _lines(right, axis[pair], edge)
    for block in _blocks(left.edges_of(left_rows[pair])):
        lines = _Lines(*(values[block] for values in right_lines))
        block_pair = pair[block]
        rows, along = left_rows[block_pair], axis[block_pair]
        place, edge = _edges_across(left, rows, along, lines.low, lines.high)
        shared = _shared_columns(
            _lines(left, along[place], edge), _Lines(*(values[place] for values in lines))
        )
        areas += np.bincount(block_pair[place], shared, len(areas))
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


def _shorter_search(outlines: Outlines, rows: Rows, low: Floats, high: Floats) -> Rows:
    """Choose for each box the axis along which fewer edges of its polygon lie over it.

    Beside a border that runs north, the column over the box holds much of the border, the row
    through it little.
    """
    which, run = _spread(outlines.first_run[rows], outlines.runs_of(rows))
    over = (outlines.run_low[:, run] < high[:, which]) & (
        outlines.run_high[:, run] > low[:, which]
    )
    in_column, in_row = (np.bincount(which[lies], minlength=len(rows)) for lies in over)
    return (in_row < in_column).astype(np.intp)


def _edges_across(
    outlines: Outlines, rows: Rows, axis: Rows, low: Floats, high: Floats
) -> tuple[Rows, Rows]:
    """Find the edges of polygons that span some of a stretch of an axis.

    Returns
    -------
    tuple of numpy.ndarray
        Which of the stretches, and which edge.
    """
    which, run = _spread(outlines.first_run[rows], outlines.runs_of(rows))
    along = axis[which]
    is_over = (outlines.run_low[along, run] < high[which]) & (
        outlines.run_high[along, run] > low[which]
    )
    which, run = which[is_over], run[is_over]
    place, edge = _spread(outlines.run_edge[run], np.diff(outlines.run_edge)[run])
    which = which[place]
    along = axis[which]
    begin, end = outlines.begin[along, edge], outlines.end[along, edge]
    is_over = (np.minimum(begin, end) < high[which]) & (np.maximum(begin, end) > low[which])
    # An edge straight across the axis has no column under it.
    is_over &= begin != end
    return which[is_over], edge[is_over]


def _lines(outlines: Outlines, axis: Rows, edge: Rows) -> _Lines:
    begin, end = outlines.begin[axis, edge], outlines.end[axis, edge]
    begin_height, end_height = outlines.begin[1 - axis, edge], outlines.end[1 - axis, edge]
    is_ahead = end > begin
    return _Lines(
        low=np.minimum(begin, end),
        high=np.maximum(begin, end),
        height=np.where(is_ahead, begin_height, end_height),
        slope=(end_height - begin_height) / (end - begin),
        direction=np.where(is_ahead, 1.0, -1.0),
    )


def _boxes_meet(
    low: Floats, high: Floats, other_low: Floats, other_high: Floats
) -> npt.NDArray[np.bool_]:
    meets: npt.NDArray[np.bool_] = ((low <= other_high) & (high >= other_low)).all(axis=0)
    return meets


def _spread(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """List the numbers from each start on: which start, and which number."""
    which = np.repeat(np.arange(len(starts)), counts)
    before = np.cumsum(counts) - counts
    return which, np.arange(len(which)) + (starts - before)[which]


def _blocks(sizes: Rows) -> Iterator[slice]:
    """Cut rows into blocks whose sizes add up to about `_BLOCK`; a larger row is one alone."""
    total = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        done = total[first - 1] if first else 0
        last = max(int(np.searchsorted(total, done + _BLOCK, side="right")), first + 1)
        yield slice(first, last)
        first = last
