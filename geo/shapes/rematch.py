"""Which outline of a corrected list is which of the list before, whatever became of the numbers.

Numbers and ground are both evidence, and either may have been corrected. Both together count first;
then an outline that is as good as identical; then a number that still lies on much of its ground;
then a like outline; then the number alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from geo.shapes.outlines import outlines_of
from geo.shapes.overlap import overlap_areas
from geo.shapes.plane import working_plane

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Outlines that share this much of what both cover together are one outline, drawn twice.
ALIKE_IOU: Final = 0.8
# From here on an outline is as good as identical, and goes before any number: numbers shift as
# soon as a row is put into a list.
TWIN_IOU: Final = 0.95
# A number lies on its ground if both outlines share that much of what they cover together, or if
# half of the smaller one lies in the other. Neighbours that overlap don't come near either.
GROUND_IOU: Final = 0.2
GROUND_SHARE: Final = 0.5
# A piece lies in what it was cut from by this share, and all pieces cover that much of it.
PIECE_SHARE: Final = 0.8
# Neighbours that were drawn along one border overlap by slivers: that is no common ground.
SLIVER_SHARE: Final = 0.01
# No vertex of a survey is known better, and formats round coordinates by half of that.
SAME_LINE_M: Final = 0.01
# A millionth, as in locating: beyond it a share is rounding, and must not decide who is who.
_DECIMALS: Final = 6


class Relation(StrEnum):
    """What an outline of the new list is to the old list."""

    SAME = "same"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    SPLIT = "split"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class NumberedOutlines:
    """A list of numbered polygons.

    Attributes
    ----------
    codes
        Their numbers, each once.
    geometries
        Valid, non-empty polygons or multipolygons in EPSG:4490 (lon, lat in degrees).
    """

    codes: Sequence[str]
    geometries: Shapes

    def __post_init__(self) -> None:
        if len(set(self.codes)) != len(self.codes) or len(self.codes) != len(self.geometries):
            raise ValueError("one number for each outline, and each number once")


@dataclass(frozen=True, slots=True)
class Rematch:
    """Who is who in two lists.

    Attributes
    ----------
    relation
        For each new outline, what it is to the old list.
    old
        For each new outline, the row of the old one that it is, or was cut from; -1 for none.
    iou
        For each new outline, the ground it shares with that old one by the ground of both, 0 to 1.
    is_redrawn
        For each new outline that is an old one, whether any of it lies more than a centimetre off.
    is_split, is_gone
        For each old outline without a new one: whether pieces took its place, or nothing did.
    """

    relation: Shapes
    old: Rows
    iou: Floats
    is_redrawn: Bools
    is_split: Bools
    is_gone: Bools


class _Pairs(NamedTuple):
    """Pairs of outlines that share ground, sorted by number: row order decides nothing."""

    new: Rows
    old: Rows
    iou: Floats
    of_new: Floats  # share of the new one that lies in the old one
    of_old: Floats


@dataclass(slots=True)
class _Matching:
    """What has been decided so far."""

    relation: Shapes
    old: Rows
    iou: Floats
    is_taken: Bools  # old ones that have a new one

    def match(self, relation: Relation, new: Rows, old: Rows, iou: Floats | float) -> None:
        self.relation[new] = relation
        self.old[new] = old
        self.iou[new] = iou
        self.is_taken[old] = True

    def open_rows(self) -> Rows:
        return np.flatnonzero(self.old < 0)


def rematch(
    old: NumberedOutlines, new: NumberedOutlines, *, trusts_numbers: bool = True
) -> Rematch:
    """Find out which new outline is which old one.

    In order of trust: the same number with an outline as good as identical; such an outline under
    another number; the same number on much of its ground; a like outline under another number; the
    same number on any common ground; the same number at another place; a piece of an old outline;
    new. Of several outlines the most alike counts. The answer does not depend on the order of the
    rows.

    Parameters
    ----------
    old, new
        Polygons in EPSG:4490; they are compared in an equal-area plane in metres.
    trusts_numbers
        Whether a number says who is who; if not, outlines alone do, and ``same`` and ``renumbered``
        only tell whether the number happens to be the same.
    """
    done = _Matching(
        relation=np.full(len(new.codes), Relation.NEW, dtype=object),
        old=np.full(len(new.codes), -1, dtype=np.intp),
        iou=np.zeros(len(new.codes)),
        is_taken=np.zeros(len(old.codes), dtype=bool),
    )
    old_wkb, new_wkb = shapely.to_wkb(old.geometries), shapely.to_wkb(new.geometries)
    namesake = _namesakes(old.codes, new.codes)
    if not trusts_numbers:
        namesake[:] = -1
    named = np.flatnonzero(namesake >= 0)
    untouched = named[new_wkb[named] == old_wkb[namesake[named]]]
    done.match(Relation.SAME, untouched, namesake[untouched], 1.0)
    rest = done.open_rows()
    is_split = np.zeros(len(old.codes), dtype=bool)
    is_redrawn = np.zeros(len(new.codes), dtype=bool)
    if len(rest) and len(old.codes):
        pairs, old_plane, new_plane = _measure(old, new, rest)
        is_identical = new_wkb[pairs.new] == old_wkb[pairs.old]
        is_named = namesake[pairs.new] == pairs.old
        share = np.maximum(pairs.of_new, pairs.of_old)
        _match_namesakes(done, pairs, is_named & (pairs.iou >= TWIN_IOU))
        _match_alike(done, pairs, is_identical, TWIN_IOU)
        is_on_ground = (pairs.iou >= GROUND_IOU) | (share >= GROUND_SHARE)
        _match_namesakes(done, pairs, is_named & is_on_ground)
        _match_alike(done, pairs, is_identical, ALIKE_IOU)
        _match_namesakes(done, pairs, is_named & (share >= SLIVER_SHARE))
        _match_moved(done, namesake)
        is_split = _find_pieces(done, pairs, old_plane, new_plane)
        is_redrawn[rest] = _are_redrawn(done, rest, old_plane, new_plane)
    if not trusts_numbers:
        _name_by_numbers(done, old.codes, new.codes)
    is_gone = ~done.is_taken & ~is_split
    return Rematch(done.relation, done.old, done.iou, is_redrawn, is_split, is_gone)


def _namesakes(old: Sequence[str], new: Sequence[str]) -> Rows:
    row = {code: place for place, code in enumerate(old)}
    return np.array([row.get(code, -1) for code in new], dtype=np.intp)


def _measure(
    old: NumberedOutlines, new: NumberedOutlines, rest: Rows
) -> tuple[_Pairs, Shapes, Shapes]:
    """Measure what some new outlines share with old ones; give those in the plane as well."""
    place, old_rows = STRtree(old.geometries).query(new.geometries[rest])
    new_rows = rest[place]
    order = np.lexsort((_ranks(old.codes)[old_rows], _ranks(new.codes)[new_rows]))
    new_rows, old_rows = new_rows[order], old_rows[order]
    namesake = _namesakes(old.codes, new.codes)[rest]
    near = np.union1d(old_rows, namesake[namesake >= 0])
    old_plane, new_plane = _in_plane(old.geometries, near), _in_plane(new.geometries, rest)
    if len(new_rows) == 0:
        nothing = np.zeros(0)
        return _Pairs(new_rows, old_rows, nothing, nothing, nothing), old_plane, new_plane
    shared = overlap_areas(
        outlines_of(new_plane[rest]),
        np.searchsorted(rest, new_rows),
        outlines_of(old_plane[near]),
        np.searchsorted(near, old_rows),
    )
    of_new, of_old = shapely.area(new_plane[new_rows]), shapely.area(old_plane[old_rows])
    pairs = _Pairs(
        new_rows,
        old_rows,
        iou=(shared / (of_new + of_old - shared)).round(_DECIMALS).clip(0, 1),
        of_new=(shared / of_new).round(_DECIMALS),
        of_old=(shared / of_old).round(_DECIMALS),
    )
    return pairs, old_plane, new_plane


def _ranks(codes: Sequence[str]) -> Rows:
    order = sorted(range(len(codes)), key=codes.__getitem__)
    ranks = np.empty(len(codes), dtype=np.intp)
    ranks[order] = np.arange(len(codes))
    return ranks


def _in_plane(geometries: Shapes, rows: Rows) -> Shapes:
    """Bring some geometries into the equal-area plane; the others are left out."""
    plane = np.full(len(geometries), None, dtype=object)
    plane[rows] = working_plane(None).project(geometries[rows])
    return plane


def _match_namesakes(done: _Matching, pairs: _Pairs, is_namesake: Bools) -> None:
    """Match by number, where both are still open."""
    chosen = np.flatnonzero(is_namesake & _are_open(done, pairs))
    done.match(Relation.SAME, pairs.new[chosen], pairs.old[chosen], pairs.iou[chosen])


def _match_alike(done: _Matching, pairs: _Pairs, is_identical: Bools, least_iou: float) -> None:
    """Match one to one, the most alike first; of equals the lower number."""
    chosen = np.flatnonzero(_are_open(done, pairs) & (pairs.iou >= least_iou))
    order = chosen[np.lexsort((chosen, -pairs.iou[chosen], ~is_identical[chosen]))]
    used_new, used_old, best = set[int](), set[int](), list[int]()
    for pair, new, old in zip(order, pairs.new[order], pairs.old[order], strict=True):
        if new not in used_new and old not in used_old:
            used_new.add(new)
            used_old.add(old)
            best.append(pair)
    done.match(Relation.RENUMBERED, pairs.new[best], pairs.old[best], pairs.iou[best])


def _are_open(done: _Matching, pairs: _Pairs) -> Bools:
    are_open: Bools = (done.old[pairs.new] < 0) & ~done.is_taken[pairs.old]
    return are_open


def _name_by_numbers(done: _Matching, old: Sequence[str], new: Sequence[str]) -> None:
    for row in np.flatnonzero(done.relation == Relation.RENUMBERED).tolist():
        if old[done.old[row]] == new[row]:
            done.relation[row] = Relation.SAME


def _match_moved(done: _Matching, namesake: Rows) -> None:
    rows = done.open_rows()
    rows = rows[namesake[rows] >= 0]
    rows = rows[~done.is_taken[namesake[rows]]]
    done.match(Relation.MOVED, rows, namesake[rows], 0.0)


def _find_pieces(done: _Matching, pairs: _Pairs, old_plane: Shapes, new_plane: Shapes) -> Bools:
    """Find what was cut from an old outline, and which old ones pieces took the place of."""
    chosen = np.flatnonzero((done.old[pairs.new] < 0) & (pairs.of_new >= PIECE_SHARE))
    # Largest share wins; of equals one that has nothing else, then the lower number. Lines that are
    # straight in one plane sag by millimetres in another: to a thousandth shares are equal.
    share = pairs.of_new[chosen].round(3)
    order = chosen[np.lexsort((chosen, done.is_taken[pairs.old[chosen]], -share))]
    first = order[np.unique(pairs.new[order], return_index=True)[1]]
    done.relation[pairs.new[first]] = Relation.SPLIT
    done.old[pairs.new[first]] = pairs.old[first]
    done.iou[pairs.new[first]] = pairs.iou[first]
    covered = np.bincount(pairs.old[first], pairs.of_old[first], len(done.is_taken))
    is_split = ~done.is_taken & (covered >= PIECE_SHARE)
    by_parent = first[np.argsort(pairs.old[first], kind="stable")]
    for parent in np.flatnonzero(is_split):
        some = slice(*np.searchsorted(pairs.old[by_parent], [parent, parent + 1]))
        pieces = shapely.make_valid(new_plane[pairs.new[by_parent[some]]])
        # Pieces may lie over one another: only the ground they cover together counts.
        whole = shapely.make_valid(old_plane[parent])
        share = shapely.area(shapely.intersection(shapely.union_all(pieces), whole))
        is_split[parent] = share >= PIECE_SHARE * shapely.area(whole)
    return is_split


def _are_redrawn(done: _Matching, rows: Rows, old_plane: Shapes, new_plane: Shapes) -> Bools:
    is_redrawn = done.relation[rows] == Relation.MOVED
    is_kept = np.isin(done.relation[rows].astype(str), [Relation.SAME, Relation.RENUMBERED])
    kept = np.flatnonzero(is_kept)
    new, old = new_plane[rows[kept]], old_plane[done.old[rows[kept]]]
    is_redrawn[kept] = shapely.hausdorff_distance(new, old) > SAME_LINE_M
    redrawn: Bools = is_redrawn.astype(bool)
    return redrawn
