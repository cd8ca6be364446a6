"""What had been approved: sixty permits, some for less than what was built, and one reserve."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.sample.linework import PLACE_DIGITS, PLACE_M, bend, smooth
from geo.sample.outlines import KINDS, Kind, draw_outlines, move_to
from geo.sample.partition import Bools, Ints, Shapes
from geo.sample.place import Placed
from geo.sample.territory import SAMPLE_CRS, Territory

PERMITS = 60
SMALLER = 15
UNUSED = 5

_M2_PER_HA = 10_000.0
# With fewer patches there are fewer permits: at most this share of the patches holds one.
_MOST_SHARE = 0.2

_USES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.ROAD: ("公路工程", "林业生产道路", "输电线路"),
        Kind.PIT: ("采石场", "建筑用砂开采"),
        Kind.PARCEL: ("光伏发电", "养殖场", "管护用房"),
    }
)


@dataclass(frozen=True, slots=True)
class Permits:
    """The permits and the patches that they are about.

    Attributes
    ----------
    table
        SH_WH approval no., SH_ND year, XMMC project, SH_MJ approved area (ha), XMYT use;
        EPSG:4528. The first rows belong to `patch_rows`, the last ones to no patch.
    patch_rows
        Rows of the patches, in the order of `table`.
    is_smaller
        For each of them, whether more was built than approved.
    """

    table: gpd.GeoDataFrame
    patch_rows: Ints
    is_smaller: Bools

    @property
    def numbers(self) -> NDArray[np.object_]:
        """Approval numbers, in the order of `table`."""
        return np.asarray(self.table["SH_WH"], dtype=object)

    def patch_rows_mask(self, count: int) -> Bools:
        """Tell for each of the patches whether a permit is about it."""
        mask = np.zeros(count, dtype=bool)
        mask[self.patch_rows] = True
        return mask


def make_permits(
    land: Territory, placed: Placed, can_be_approved: Bools, rng: np.random.Generator
) -> Permits:
    """Approve some of what was built, some of it in part, and a little that was never built.

    Parameters
    ----------
    land
        The banner.
    placed
        The patches.
    can_be_approved
        Which of them a permit may be about.
    rng
        Source of chance.
    """
    able = np.flatnonzero(can_be_approved)
    count = min(PERMITS - UNUSED, int(_MOST_SHARE * len(placed.shapes)), len(able))
    rows = np.sort(rng.choice(able, count, replace=False))
    is_smaller = np.zeros(count, dtype=bool)
    is_smaller[rng.choice(count, min(SMALLER, count // 3), replace=False)] = True
    built = placed.shapes[rows]
    extents = np.array(
        [
            _part_of(shape, rng.uniform(0.45, 0.8)) if smaller else _around(shape, rng)
            for shape, smaller in zip(built, is_smaller, strict=True)
        ],
        dtype=object,
    )
    unused = _unused(land, placed.shapes, rng)
    kinds = np.append(placed.kinds[rows], np.full(len(unused), KINDS.index(Kind.PARCEL)))
    table = _table(np.append(extents, unused), kinds, rng)
    return Permits(table, rows.astype(np.int64), is_smaller)


def make_reserve(land: Territory, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Draw one nature reserve over several grids, away from the river."""
    village = land.villages[len(land.villages) // 4]
    centre = shapely.get_coordinates(village.point_on_surface())[0]
    angle = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    reach = np.sqrt(land.outline.area) * 0.1 * rng.uniform(0.7, 1.3, 9)
    corners = np.stack([1.4 * reach * np.cos(angle), reach * np.sin(angle)], axis=1)
    ring = bend(smooth(np.vstack([corners, corners[:1]]), 2), rng, levels=2, roughness=0.1)
    reserve = shapely.Polygon(np.round(ring + centre, PLACE_DIGITS))
    inside = shapely.set_precision(reserve.intersection(land.outline), PLACE_M)
    return gpd.GeoDataFrame(
        {"name": ["样例自然保护区"], "level": ["自治区级"]},
        geometry=[inside],
        crs=SAMPLE_CRS,
    )


def _part_of(shape: shapely.Polygon, share: float) -> shapely.Polygon:
    """Cut a shape across its longer side so that about a share of it is left, in one piece."""
    box = shapely.get_coordinates(shape.minimum_rotated_rectangle)
    side, other = box[1] - box[0], box[3] - box[0]
    if np.hypot(*side) < np.hypot(*other):
        side, other = other, side
    low, high = 0.0, 1.0
    part = shape
    for _ in range(30):
        reach = (low + high) / 2
        end, width = side * reach, other * 1.02
        origin = box[0] - other * 0.01
        cutter = shapely.Polygon([origin, origin + end, origin + end + width, origin + width])
        part = max(shapely.get_parts(shape.intersection(cutter)), key=shapely.area, default=shape)
        low, high = (reach, high) if part.area < share * shape.area else (low, reach)
    return shapely.set_precision(part, PLACE_M)


def _around(shape: shapely.Polygon, rng: np.random.Generator) -> shapely.Polygon:
    """Draw a little around a shape: what was approved and kept to."""
    margin_m = rng.uniform(4.0, 18.0)
    wide = shapely.Polygon(shape.exterior).buffer(margin_m, join_style="mitre", mitre_limit=2.0)
    plain = wide.simplify(margin_m / 3)
    return shapely.set_precision(plain if plain.contains(shape) else wide, PLACE_M)


def _unused(land: Territory, taken: Shapes, rng: np.random.Generator) -> Shapes:
    """Approve building sites where nothing has been built yet."""
    tree = shapely.STRtree(taken)
    sites: list[shapely.Polygon] = []
    parcel = np.array([KINDS.index(Kind.PARCEL)])
    while len(sites) < UNUSED:
        grid = land.grids[int(rng.integers(len(land.grids)))]
        centre = shapely.get_coordinates(grid.point_on_surface())
        site = move_to(draw_outlines(parcel, rng.uniform(0.5, 3.0, 1), rng), centre)[0]
        if not len(tree.query(site, predicate="dwithin", distance=50.0)):
            sites.append(site)
    return np.array(sites, dtype=object)


def _table(extents: Shapes, kinds: Ints, rng: np.random.Generator) -> gpd.GeoDataFrame:
    year = rng.integers(2023, 2026, len(extents))
    uses = [
        _USES[KINDS[kind]][int(rng.integers(len(_USES[KINDS[kind]])))] for kind in kinds.tolist()
    ]
    return gpd.GeoDataFrame(
        {
            "SH_WH": [f"样例林许〔{y}〕{k + 1:03d}号" for k, y in enumerate(year.tolist())],
            "SH_ND": year,
            "XMMC": [f"样例{use}项目{k + 1}号" for k, use in enumerate(uses)],
            "SH_MJ": np.round(shapely.area(extents) / _M2_PER_HA, 4),
            "XMYT": uses,
        },
        geometry=extents,
        crs=SAMPLE_CRS,
    )
