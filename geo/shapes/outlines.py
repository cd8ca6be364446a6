"""The edges of many polygons in flat arrays, and how to find those near a place."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.shapes.rings import Rings, rings_of

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

# Consecutive edges share a box, so that a long outline is searched by its runs first. Runs of 8
# search a grid of 65 vertices in half the time of runs of 4 or 16.
_RUN: Final = 8


@dataclass(frozen=True, slots=True)
class Outlines:
    """The edges of polygons in the order of a walk, shells to the left and holes to the right.

    Attributes
    ----------
    begin, end
        Where each edge begins and ends: x in the first row, y in the second.
    low, high
        Corners of each edge's box, likewise.
    first_edge
        Where the edges of each polygon begin; one more at the end.
    run_low, run_high
        Corners of the box of each run of edges.
    run_edge
        Where each run begins; one more at the end. A run lies within one polygon.
    first_run
        Where the runs of each polygon begin; one more at the end.
    """

    begin: Floats
    end: Floats
    low: Floats
    high: Floats
    first_edge: Rows
    run_low: Floats
    run_high: Floats
    run_edge: Rows
    first_run: Rows

    def edges_of(self, rows: Rows) -> Rows:
        """Count the edges of some polygons."""
        return self.first_edge[rows + 1] - self.first_edge[rows]


def outlines_of(polygons: npt.NDArray[np.object_]) -> Outlines:
    """Lay out the edges of polygons.

    Parameters
    ----------
    polygons
        Valid, non-empty polygons or multipolygons in a plane.
    """
    rings = rings_of(polygons)
    x, y = _walked_left(rings)
    begin = np.stack([x, y])
    end = np.roll(begin, -1, axis=1)
    # The last vertex of a ring repeats its first: an edge without length, which counts for nothing.
    closing = rings.start[1:] - 1
    end[:, closing] = begin[:, closing]
    first_ring = np.searchsorted(rings.polygon, np.arange(len(polygons) + 1))
    first_edge = rings.start[first_ring]
    runs = -(-np.diff(first_edge) // _RUN)
    owner, place = spread(np.zeros(len(runs), dtype=np.intp), runs)
    run_edge = np.append(first_edge[owner] + place * _RUN, first_edge[-1])
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    return Outlines(
        begin=begin,
        end=end,
        low=low,
        high=high,
        first_edge=first_edge,
        run_low=np.minimum.reduceat(low, run_edge[:-1], axis=1),
        run_high=np.maximum.reduceat(high, run_edge[:-1], axis=1),
        run_edge=run_edge,
        first_run=np.concatenate([[0], np.cumsum(runs)]),
    )


def _walked_left(rings: Rings) -> tuple[Floats, Floats]:
    """Turn rings round where a shell runs clockwise or a hole does not; give all vertices."""
    x, y = rings.x, rings.y
    strips = np.append(np.diff(x) * (y[1:] + y[:-1]), 0.0)
    strips[rings.start[1:] - 1] = 0.0  # from one ring to the next is no edge
    is_wrong = (np.add.reduceat(strips, rings.start[:-1]) > 0) != rings.is_hole
    if not is_wrong.any():
        return x, y
    vertices = np.arange(len(x))
    mirror = np.repeat(rings.start[1:] + rings.start[:-1] - 1, np.diff(rings.start)) - vertices
    order = np.where(np.repeat(is_wrong, np.diff(rings.start)), mirror, vertices)
    return x[order], y[order]


def is_clear_of_edges(
    outlines: Outlines, rows: Rows, low: Floats, high: Floats
) -> npt.NDArray[np.bool_]:
    """Tell for each box whether no edge of a polygon comes near it.

    Such a box lies wholly inside the polygon or wholly outside it. A box that is only touched by
    the box of an edge does not count as clear.

    Parameters
    ----------
    outlines
        The polygons.
    rows
        Which of them to look at, one for each box.
    low, high
        Lower left and upper right corners of the boxes: x in the first row, y in the second.
    """
    which, run = runs_across(outlines, rows, 0, low[0], high[0])
    is_near = (outlines.run_low[1, run] <= high[1, which]) & (
        outlines.run_high[1, run] >= low[1, which]
    )
    which, edge = _edges_in_runs(outlines, which[is_near], run[is_near])
    is_near = (outlines.low[0, edge] <= high[0, which]) & (outlines.high[0, edge] >= low[0, which])
    which, edge = which[is_near], edge[is_near]
    is_near = (outlines.low[1, edge] <= high[1, which]) & (outlines.high[1, edge] >= low[1, which])
    is_clear = np.ones(len(rows), dtype=bool)
    is_clear[which[is_near]] = False
    return is_clear


def are_inside(outlines: Outlines, rows: Rows, x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    """Tell for each point whether it lies inside a polygon.

    Parameters
    ----------
    outlines
        The polygons.
    rows
        Which of them to look at, one for each point.
    x, y
        The points. For one on an edge the answer may be either.
    """
    which, edge = _edges_in_runs(outlines, *runs_across(outlines, rows, 0, x, x))
    # A vertex straight above the point belongs to one of its two edges only.
    is_over = (outlines.low[0, edge] <= x[which]) & (outlines.high[0, edge] > x[which])
    which, edge = which[is_over], edge[is_over]
    begin, end = outlines.begin[:, edge], outlines.end[:, edge]
    step = end - begin
    height = begin[1] + (x[which] - begin[0]) * step[1] / step[0]
    edges_above = np.bincount(which[height > y[which]], minlength=len(rows))
    is_odd: npt.NDArray[np.bool_] = edges_above % 2 == 1
    return is_odd


def runs_across(
    outlines: Outlines, rows: Rows, axis: int, low: Floats, high: Floats
) -> tuple[Rows, Rows]:
    """Find the runs of edges that lie over a stretch of an axis, as `edges_across` does."""
    first = outlines.first_run[rows]
    which, run = spread(first, outlines.first_run[rows + 1] - first)
    is_over = (outlines.run_low[axis, run] <= high[which]) & (
        outlines.run_high[axis, run] >= low[which]
    )
    return which[is_over], run[is_over]


def edges_across(
    outlines: Outlines, rows: Rows, axis: int, low: Floats, high: Floats
) -> tuple[Rows, Rows]:
    """Find the edges of polygons that span some of a stretch of an axis.

    Parameters
    ----------
    outlines
        The polygons.
    rows
        Which of them to look at, one for each stretch.
    axis
        0 for stretches of x, 1 for stretches of y.
    low, high
        Where the stretches begin and end.

    Returns
    -------
    tuple of numpy.ndarray
        For each find, which of the stretches and which edge.
    """
    which, edge = _edges_in_runs(outlines, *runs_across(outlines, rows, axis, low, high))
    edge_low, edge_high = outlines.low[axis, edge], outlines.high[axis, edge]
    # An edge straight across the axis spans nothing of it.
    is_over = (edge_low < high[which]) & (edge_high > low[which]) & (edge_low < edge_high)
    return which[is_over], edge[is_over]


def _edges_in_runs(outlines: Outlines, which: Rows, run: Rows) -> tuple[Rows, Rows]:
    first = outlines.run_edge[run]
    place, edge = spread(first, outlines.run_edge[run + 1] - first)
    return which[place], edge


def spread(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """List, for each start, as many numbers from there on as it counts.

    Returns
    -------
    tuple of numpy.ndarray
        For each number, which of the starts it came from, and the number.
    """
    which = np.repeat(np.arange(len(starts)), counts)
    offset = starts - (np.cumsum(counts) - counts)
    return which, np.arange(len(which)) + offset[which]
