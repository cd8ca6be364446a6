"""Files that come out the same on every run: fixed dates, fixed order, nothing of the machine."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fiona
import geopandas as gpd
import pandas as pd
import pyogrio

from geo.sample.territory import SAMPLE_CRS

# When the sample says it was made.
_MOMENT = "2026-09-01T00:00:00.000Z"
_DAY = (2026, 9, 1)

_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# Width of each column of the delivered table, as fiona names types; offices fix them like this.
_WIDTHS: Mapping[str, str] = {
    "PAN_NO_TB": "int:13",
    "SHENG": "str:2",
    "XIAN": "str:6",
    "XIANG": "str:9",
    "CUN": "str:12",
    "LIN_YE_JU": "str:6",
    "LIN_CHANG": "str:9",
    "LIN_BAN": "str:4",
    "GPS_X": "int:8",
    "GPS_Y": "int:7",
    "MIAN_JI": "float:18.4",
    "PAN_BHYY": "str:4",
    "PAN_DILEI": "str:6",
    "BEIZHU": "str:60",
    "QQYXSJ": "str:10",
    "HQYXSJ": "str:10",
}


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> Path:
    """Write layers into one GeoPackage, replacing what is there."""
    path.unlink(missing_ok=True)
    with _fixed_clock():
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
    return path


def write_shapefile_zip(path: Path, frame: gpd.GeoDataFrame, member: str) -> Path:
    """Write patches as a shapefile in GBK, zipped, its members named in Chinese.

    Parameters
    ----------
    path
        The archive.
    frame
        Columns as in the delivered layer.
    member
        Name of the shapefile without its ending.
    """
    with TemporaryDirectory(dir=path.parent) as folder:
        shp = Path(folder) / f"{member}.shp"
        schema = {"geometry": "Polygon", "properties": _WIDTHS}
        # fiona lays out the columns in their widths, pyogrio fills them fast.
        with fiona.open(
            shp, "w", driver="ESRI Shapefile", crs=SAMPLE_CRS, schema=schema, encoding="GBK"
        ):
            pass
        pyogrio.write_dataframe(frame[[*_WIDTHS, "geometry"]], shp, append=True, encoding="GBK")
        _stamp(shp.with_suffix(".dbf"))
        _zip(path, [shp.with_suffix(ending) for ending in _SHAPEFILE_PARTS])
    return path


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """Write a table as UTF-8 with plain line ends."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


def write_geojson(path: Path, features: list[dict[str, Any]]) -> Path:
    """Write RFC 7946 features, one a line."""
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features]
    body = ",\n".join(lines)
    text = f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _stamp(dbf: Path) -> None:
    """Set the date of the last change, the second to fourth byte of a dBASE table."""
    year, month, day = _DAY
    with dbf.open("r+b") as table:
        table.seek(1)
        table.write(bytes((year - 1900, month, day)))


def _zip(path: Path, members: list[Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.name, date_time=(*_DAY, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            with member.open("rb") as source, archive.open(entry, "w", force_zip64=False) as target:
                while block := source.read(1 << 20):
                    target.write(block)


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Let GDAL write one and the same time into what it writes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
