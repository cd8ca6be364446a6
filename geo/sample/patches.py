"""One season's change patches, as a bureau would deliver them, and the truth about each.

The columns are the interpreted half of the 2019 forest-supervision layer; what is verified on the
ground is left to be filled in. ``MIAN_JI`` is the plane area in EPSG:4528, in hectares.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.sample.causes import (
    PERMIT_KINDS,
    UNLAWFUL,
    Texts,
    draw_causes,
    land_after,
    remarks,
    see_from_the_sky,
)
from geo.sample.names import BANNER_CODE, PROVINCE_CODE, township_codes, village_codes
from geo.sample.outlines import KINDS, Kind
from geo.sample.partition import Bools, Ints, Shapes
from geo.sample.permits import Permits, make_permits
from geo.sample.place import Placed, place_outside, place_patches, place_tie
from geo.sample.territory import SAMPLE_CRS, Territory

SEASON = 2026
OUTSIDE = 3
INVALID = 2
SHARE_MISREAD = 0.12
FEWEST_PATCHES = 50

_M2_PER_HA = 10_000.0
_DATES_BEFORE = ("2025-08-21", "2025-09-03", "2025-09-14")
_DATES_AFTER = ("2026-06-28", "2026-07-09", "2026-07-23")
_NOT_LOCATED = -1


@dataclass(frozen=True, slots=True)
class Season:
    """The patches of one season.

    Attributes
    ----------
    delivered
        What the bureau delivers, EPSG:4528, columns of 2019.
    truth
        patch_code, true_cause, lawful, permit_no, shape, note; row by row as `delivered`.
    owner
        Row of the grid that holds most of each patch, the lower one of two that hold the same;
        -1 outside every grid.
    permits
        What had been approved.
    """

    delivered: gpd.GeoDataFrame
    truth: pd.DataFrame
    owner: Ints
    permits: Permits


def make_season(land: Territory, count: int, rng: np.random.Generator) -> Season:
    """Draw the patches of one season and what is true about each.

    Parameters
    ----------
    land
        The banner.
    count
        How many patches, at least `FEWEST_PATCHES`.
    rng
        Source of chance.
    """
    placed, notes = _place_all(land, count, rng)
    owner = owning_grids(placed.shapes, land)
    order = _list_order(placed.shapes, owner, land)
    placed, owner = placed.take(order), owner[order]
    notes = [notes[k] for k in order]
    special = np.array([bool(note) and note != "straddles" for note in notes])
    can_be_approved = np.isin(placed.kinds, [KINDS.index(k) for k in PERMIT_KINDS]) & ~special
    permits = make_permits(land, placed, can_be_approved, rng)
    causes = draw_causes(placed.kinds, permits.patch_rows_mask(count), rng)
    codes = _numbers(count)
    truth = _truth(codes, placed, causes, permits, notes)
    delivered = _delivered(codes, placed, causes, owner=owner, land=land, rng=rng)
    return Season(delivered, truth, owner, permits)


def owning_grids(shapes: Shapes, land: Territory) -> Ints:
    """Find the grid that holds most of each patch, plainly: every overlap is measured.

    The sample says itself which grid is right, so that the product's way of finding it can be
    checked against something else.
    """
    whole = _repaired(shapes)
    patch, grid = shapely.STRtree(land.grids).query(whole, predicate="intersects")
    part_m2 = np.full(len(patch), np.inf)
    alone = np.bincount(patch, minlength=len(shapes))[patch] == 1
    part_m2[~alone] = shapely.area(
        shapely.intersection(whole[patch[~alone]], land.grids[grid[~alone]])
    )
    # Square millimetres are noise of the last digits: such a tie goes to the lower grid.
    order = np.lexsort((grid, -np.round(part_m2, 6), patch))
    owner = np.full(len(shapes), _NOT_LOCATED, dtype=np.int64)
    first = np.unique(patch[order], return_index=True)[1]
    owner[patch[order][first]] = grid[order][first]
    return owner


def _place_all(land: Territory, count: int, rng: np.random.Generator) -> tuple[Placed, list[str]]:
    """Lay every patch: one exact tie, a few outside, a few with a crossed ring, and the rest."""
    tie, outside = place_tie(land, rng), place_outside(land, rng, count=OUTSIDE)
    extra = np.append(outside, tie)
    rest = place_patches(land, count - len(extra), rng, taken=extra)
    notes = np.where(rest.is_straddling, "straddles", "").tolist()
    shapes = rest.shapes.copy()
    clearing = KINDS.index(Kind.CLEARING)
    whole = np.flatnonzero((rest.kinds == clearing) & ~rest.is_straddling)
    for row in whole[:INVALID].tolist():
        shapes[row] = _crossed(shapes[row])
        notes[row] = "invalid"
    placed = Placed(
        np.concatenate([shapes, extra]),
        np.append(rest.kinds, np.full(len(extra), clearing)),
        np.append(rest.is_straddling, [False] * OUTSIDE + [True]),
    )
    return placed, [*notes, *["outside"] * OUTSIDE, "tie"]


def _crossed(shape: shapely.Polygon) -> shapely.Polygon:
    """Swap two corners, as a slip of the hand does: the ring crosses itself."""
    corners = shapely.get_coordinates(shape)
    for k in range(1, len(corners) - 2):
        slipped = corners.copy()
        slipped[[k, k + 1]] = slipped[[k + 1, k]]
        crossed = shapely.Polygon(slipped)
        if not crossed.is_valid:
            return crossed
    return shape


def _list_order(shapes: Shapes, owner: Ints, land: Territory) -> Ints:
    """Order as lists have it: village by village, then from north to south; the unknown last."""
    village = np.where(owner >= 0, land.village_of_grid[owner], len(land.villages))
    north = shapely.get_y(shapely.centroid(shapes))
    return np.lexsort((-north, village)).astype(np.int64)


def _repaired(shapes: Shapes) -> Shapes:
    """Uncross the few rings that cross themselves."""
    whole = shapes.copy()
    crossed = ~shapely.is_valid(shapes)
    whole[crossed] = shapely.make_valid(shapes[crossed])
    return whole


def _numbers(count: int) -> Ints:
    """Numbers of the patches: the year, then a running number."""
    width = max(4, len(str(count)))
    return np.asarray(SEASON * 10**width + np.arange(1, count + 1))


def _truth(
    codes: Ints, placed: Placed, causes: Texts, permits: Permits, notes: list[str]
) -> pd.DataFrame:
    numbers = np.full(len(codes), "", dtype=object)
    numbers[permits.patch_rows] = permits.numbers[: len(permits.patch_rows)]
    is_beyond: Bools = np.zeros(len(codes), dtype=bool)
    is_beyond[permits.patch_rows[permits.is_smaller]] = True
    lawful = ~np.isin(causes, list(UNLAWFUL)) & ~is_beyond
    told = [
        " ".join(filter(None, (note, "beyond_permit" if beyond else "")))
        for note, beyond in zip(notes, is_beyond, strict=True)
    ]
    return pd.DataFrame(
        {
            "patch_code": codes.astype(str),
            "true_cause": causes,
            "lawful": lawful.astype(np.int64),
            "permit_no": numbers,
            "shape": np.array([str(kind) for kind in KINDS])[placed.kinds],
            "note": told,
        }
    )


def _delivered(
    codes: Ints,
    placed: Placed,
    causes: Texts,
    *,
    owner: Ints,
    land: Territory,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    # The sky does not know the grids: a patch beyond the border is booked on the nearest village.
    beyond = owner == _NOT_LOCATED
    grid = owner.copy()
    grid[beyond] = shapely.STRtree(land.grids).nearest(placed.shapes[beyond])
    village = land.village_of_grid[grid]
    township = land.township_of_village[village]
    seen = see_from_the_sky(causes, SHARE_MISREAD, rng)
    whole = _repaired(placed.shapes)
    middle = shapely.point_on_surface(whole)
    return gpd.GeoDataFrame(
        {
            "PAN_NO_TB": codes,
            "SHENG": PROVINCE_CODE,
            "XIAN": BANNER_CODE,
            "XIANG": np.array(township_codes())[township],
            "CUN": np.array(village_codes(land))[village],
            "LIN_YE_JU": BANNER_CODE,
            "LIN_CHANG": np.array(township_codes())[township],
            "LIN_BAN": np.char.zfill((grid % 9000 + 1).astype(str), 4),
            "GPS_X": np.round(shapely.get_x(middle)).astype(np.int64),
            "GPS_Y": np.round(shapely.get_y(middle)).astype(np.int64),
            "MIAN_JI": np.round(shapely.area(whole) / _M2_PER_HA, 4),
            "PAN_BHYY": seen,
            "PAN_DILEI": land_after(seen),
            "BEIZHU": remarks(seen, rng),
            "QQYXSJ": np.array(_DATES_BEFORE)[township],
            "HQYXSJ": np.array(_DATES_AFTER)[township],
        },
        geometry=placed.shapes,
        crs=SAMPLE_CRS,
    )
