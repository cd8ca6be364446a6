"""Delivered files, made for tests: shapes whose answers can be checked on paper."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely

ZONE_40 = "EPSG:4528"  # 3-degree zone 40: the meridian 120 E is the easting 40,500,000
EAST, NORTH = 40_500_000.0, 4_800_000.0
SIDE_M = 100.0
UTF8_FLAG = 0x800


def square(column: float = 0, row: float = 0, *, side_m: float = SIDE_M) -> shapely.Polygon:
    """A square of one hectare in zone 40, so many sides east and north of the first one."""
    west, south = EAST + column * SIDE_M, NORTH + row * SIDE_M
    return shapely.box(west, south, west + side_m, south + side_m)


def patches_frame(
    codes: Sequence[object] = ("1", "2", "3"), *, crs: str | None = ZONE_40, **columns: Any
) -> gpd.GeoDataFrame:
    """Squares two sides apart in the names of 2019; a column given replaces or joins them."""
    count = len(codes)
    values: dict[str, Any] = {
        "PAN_NO_TB": list(codes),
        "CUN": ["159901001001"] * count,
        "PAN_BHYY": ["421"] * count,
        "PAN_DILEI": ["建设用地"] * count,
        "MIAN_JI": [1.0] * count,
        "BEIZHU": ["新增道路"] * count,
        "geometry": [square(2 * n) for n in range(count)],
    }
    return gpd.GeoDataFrame(values | columns, crs=crs)


def grids_frame(
    shapes: Mapping[str, shapely.Geometry], *, crs: str | None = ZONE_40, **columns: Any
) -> gpd.GeoDataFrame:
    """Grids by code, all of them the first ranger's."""
    count = len(shapes)
    values: dict[str, Any] = {
        "WGBH": list(shapes),
        "WGMC": [f"网格 {code}" for code in shapes],
        "CUN": ["159901001001"] * count,
        "WGZ": ["manager-1"] * count,
        "HLY": ["ranger-1"] * count,
        "geometry": list(shapes.values()),
    }
    return gpd.GeoDataFrame(values | columns, crs=crs)


def write_file(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> Path:
    """Write a layer as the suffix says: .shp (GBK), .zip (a shapefile in GBK), .gpkg, .geojson."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".zip":
        return zip_shapefile(frame, path, **options)
    if path.suffix == ".shp":
        options = {"encoding": "GBK"} | options
    pyogrio.write_dataframe(frame, path, **options)
    return path


def zip_shapefile(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    stem: str = "图斑",
    encoding: str = "GBK",
    without: Sequence[str] = (),
    **extra: str,
) -> Path:
    """Pack a shapefile; ``without`` leaves suffixes out, ``cpg="UTF-8"`` writes that text."""
    parts = shapefile_parts(frame, path.parent / f"{path.stem}-parts", encoding=encoding)
    parts |= {f".{suffix}": text.encode() for suffix, text in extra.items()}
    members = {f"{stem}{s}": raw for s, raw in parts.items() if s.lstrip(".") not in without}
    return zip_members(path, members)


def shapefile_parts(
    frame: gpd.GeoDataFrame, folder: Path, *, encoding: str = "GBK"
) -> dict[str, bytes]:
    """Write a shapefile and give its parts by their suffixes."""
    folder.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(frame, folder / "x.shp", encoding=encoding)
    return {part.suffix: part.read_bytes() for part in sorted(folder.glob("x.*"))}


def zip_members(path: Path, members: Mapping[str, bytes], *, names_in: str | None = None) -> Path:
    """Pack members; ``names_in="gbk"`` writes their names as a Chinese Windows does, unflagged."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            member = zipfile.ZipInfo(name) if names_in is None else _Unflagged(name, names_in)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, raw)
    return path


class _Unflagged(zipfile.ZipInfo):
    """A member whose name is in a code page that the archive doesn't tell."""

    def __init__(self, name: str, encoding: str) -> None:
        super().__init__(name)
        self._raw_name = name.encode(encoding)

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name zipfile calls
        return self._raw_name, self.flag_bits & ~UTF8_FLAG
