"""Layers of every other kind, and what only shows in a layer as a whole."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely

from geo.model.layer_kinds import LayerKind
from tests.deliveries import ZONE_40, grids_frame, zip_members
from tests.files.corpus_case import ACCEPT, ASK, Case, Expect, patch_case, refused, taken
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import (
    EAST,
    FIRST,
    NORTH,
    in_system,
    patches,
    shifted,
    square,
)
from tests.files.corpus_shp_bytes import named, shapefile

HALF_M: Final = 500
# One square kilometre, in which the usual patches lie in the south-west corner.
QUARTERS = {
    f"0{row + 1}{column + 1}": square(5 * column, 5 * row, side_m=HALF_M)
    for row in range(2)
    for column in range(2)
}
# How far the offset system of Chinese web maps moves things there, in degrees: 553 m east, 277 m
# north.
OFFSET_DEG: Final = (0.006826, 0.002496)


def table(shapes: Mapping[str, shapely.Geometry], **columns: Any) -> gpd.GeoDataFrame:
    """A layer of any shapes, its other fields given."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes.values()), crs=ZONE_40)


def shp(frame: Callable[[], gpd.GeoDataFrame], **more: Any) -> Callable[[Path], None]:
    """Make a zipped shapefile."""
    return lambda path: zip_members(path, named(shapefile(frame(), **more), "图层")) and None


def one_layer(frame: Callable[[], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    """Make a GeoPackage of one layer."""
    return gpkg(lambda: {"图层": frame()})


def _grids(shapes: Mapping[str, shapely.Geometry] = QUARTERS) -> gpd.GeoDataFrame:
    return grids_frame(dict(shapes))


def _villages() -> dict[str, shapely.Geometry]:
    """Thirty-six cells with crooked borders, so that they fit one another in one place only."""
    corners = {
        (column, row): (
            EAST + 600 * column + 90 * math.sin(3.1 * column + 1.7 * row),
            NORTH + 600 * row + 90 * math.cos(2.3 * row + 4.9 * column),
        )
        for column in range(7)
        for row in range(7)
    }
    return {
        f"159901001{row * 6 + column:03d}": shapely.Polygon(
            [corners[column + x, row + y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        )
        for column in range(6)
        for row in range(6)
    }


def _village_units() -> gpd.GeoDataFrame:
    villages = _villages()
    return table(villages, XZQDM=list(villages), XZQMC=["村"] * len(villages))


def _offset_grids() -> gpd.GeoDataFrame:
    grids = in_system(_grids(_villages()))
    return grids.set_geometry(gpd.GeoSeries(shifted(grids.geometry, *OFFSET_DEG), crs=grids.crs))


def _grids_apart() -> gpd.GeoDataFrame:
    """The second quarter leaves a hectare in its middle to nobody."""
    holed = shapely.difference(QUARTERS["012"], square(7, 2))
    return _grids(QUARTERS | {"012": holed})


def _grids_over_each_other() -> gpd.GeoDataFrame:
    return _grids(QUARTERS | {"011": square(side_m=HALF_M + 20)})


def _grids_both() -> gpd.GeoDataFrame:
    over, apart = _grids_over_each_other(), _grids_apart()
    return _grids({"011": over.geometry[0], "012": apart.geometry[1], **_last_two()})


def _last_two() -> dict[str, shapely.Geometry]:
    return {code: QUARTERS[code] for code in ("021", "022")}


def _admin() -> gpd.GeoDataFrame:
    halves = {"西": _half(0), "东": _half(5)}
    return table(
        halves,
        XZQDM=["159901001001", "159901001002"],
        XZQMC=["西村", "东村"],
        SJDM=["159901001"] * 2,
    )


def _half(column: float) -> shapely.Geometry:
    parts = [square(column, row, side_m=HALF_M) for row in (0, 5)]
    return shapely.union_all(parts)


def _permits() -> gpd.GeoDataFrame:
    return table(
        {"a": square(0), "b": square(2)},
        PZWH=["测林许准〔2026〕1号", "测林许准〔2026〕2号"],
        XMMC=["道路一期", "道路二期"],
        PZMJ=[1.0, 0.8],
        YXQZ=["2026-12-31", "2027-12-31"],
    )


def _reserves() -> gpd.GeoDataFrame:
    return table(
        {"a": square(0, side_m=300)},
        WF_ZRBHD_MJ=[9.0],
        WF_ZRBHD_MC=["甲保护区"],
        WF_ZRBHD_JB=["国家级"],
    )


def _points() -> gpd.GeoDataFrame:
    shapes = {str(n): square(n).centroid for n in range(3)}
    return table(shapes, 编号=["001", "002", "003"], 名称=["卡口1", "卡口2", "卡口3"])


def _lines() -> gpd.GeoDataFrame:
    shapes = {str(n): square(n).exterior for n in range(2)}
    lines = {n: shapely.LineString(ring.coords) for n, ring in shapes.items()}
    return table(lines, 编号=["001", "002"], 名称=["防火道1", "防火道2"])


def _patches_outside() -> gpd.GeoDataFrame:
    return patches(geometry=[square(0), square(200, 200), square(9.5, 0)])


def _same_bytes() -> gpd.GeoDataFrame:
    return patches(geometry=[square(0), square(0), square(4)])


def _same_place() -> gpd.GeoDataFrame:
    corners = square(0).exterior.coords
    turned = shapely.Polygon([*corners[2:-1], *corners[:3]])
    return patches(geometry=[square(0), turned, square(4)])


def _slivers() -> gpd.GeoDataFrame:
    east, north, *_ = square(2).bounds
    hair = shapely.box(east, north, east + 0.02, north + 100)
    speck = shapely.box(east, north + 200, east + 0.3, north + 200.3)
    return patches(geometry=[square(0), hair, speck])


GRIDS, ADMIN = LayerKind.GRIDS, LayerKind.ADMIN
IN_40 = {"crs": "EPSG:4528"}
CASES: tuple[Case, ...] = (
    Case(
        "admin-units",
        "行政区.gpkg",
        ADMIN,
        one_layer(_admin),
        taken(2, first_code="159901001001", texts=("东村",), **IN_40),
    ),
    Case(
        "admin-villages",
        "行政村.gpkg",
        ADMIN,
        one_layer(_village_units),
        taken(36, first_code="159901001000", **IN_40),
    ),
    Case(
        "grids",
        "网格.zip",
        GRIDS,
        shp(_grids),
        taken(4, first_code="011", texts=("网格 022",), checks=frozenset(), **IN_40),
    ),
    Case("grids-gaps", "网格.zip", GRIDS, shp(_grids_apart), taken(4, checks=frozenset({"gaps"}))),
    Case(
        "grids-overlaps",
        "网格.zip",
        GRIDS,
        shp(_grids_over_each_other),
        taken(4, checks=frozenset({"overlaps"})),
    ),
    Case(
        "grids-gaps-and-overlaps",
        "网格.zip",
        GRIDS,
        shp(_grids_both),
        taken(4, checks=frozenset({"gaps", "overlaps"})),
    ),
    Case(
        "grids-offset",
        "网格.gpkg",
        GRIDS,
        one_layer(_offset_grids),
        Expect(
            "confirm",
            rows_read=36,
            proposals=frozenset({"offset"}),
            checks=frozenset({"offset"}),
        ),
        options=ASK | {"fields": {"code": "WGBH"}},
        after="admin-villages",
    ),
    Case(
        "permits",
        "审批.gpkg",
        LayerKind.PERMITS,
        one_layer(_permits),
        taken(2, first_code="测林许准〔2026〕1号", texts=("道路二期",), **IN_40),
    ),
    # Without a number, and with two names that were cut to the same ten bytes.
    Case(
        "reserves",
        "保护地.zip",
        LayerKind.RESERVES,
        shp(_reserves),
        taken(1, texts=("甲保护区", "国家级"), **IN_40),
    ),
    Case(
        "reference-points",
        "卡口.gpkg",
        LayerKind.REFERENCE,
        one_layer(_points),
        taken(first_code="001", texts=("卡口3",), **IN_40),
    ),
    Case(
        "reference-lines",
        "防火道.gpkg",
        LayerKind.REFERENCE,
        one_layer(_lines),
        taken(2, first_code="001", texts=("防火道2",), **IN_40),
    ),
    Case(
        "points-as-grids",
        "卡口.gpkg",
        GRIDS,
        one_layer(_points),
        refused("layer_not_polygons"),
        options=ACCEPT | {"fields": {"code": "编号"}},
    ),
    patch_case(
        "points-as-patches",
        "点.gpkg",
        one_layer(lambda: patches().assign(geometry=lambda f: f.geometry.centroid)),
        refused("layer_not_polygons"),
    ),
    patch_case(
        "patches-outside",
        "图斑.zip",
        shp(_patches_outside),
        taken(first_code=FIRST, checks=frozenset({"outside"})),
        after="admin-villages",
    ),
    patch_case(
        "patches-same-bytes", "图斑.zip", shp(_same_bytes), taken(checks=frozenset({"duplicates"}))
    ),
    patch_case(
        "patches-same-place", "图斑.zip", shp(_same_place), taken(checks=frozenset({"duplicates"}))
    ),
    patch_case("patches-slivers", "图斑.zip", shp(_slivers), taken(checks=frozenset({"slivers"}))),
)
