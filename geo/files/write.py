"""Layers and tables out: GeoJSON (RFC 7946), GeoPackage, zipped shapefile, CSV."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.files.atomic import whole_file
from geo.files.field_package import geojson_geometries

# A cell that begins like this is a formula to a spreadsheet; an Asian one takes wide signs too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(StrEnum):
    """What patches and grids can be exported as; the value is the suffix of the file."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    SHAPEFILE = "zip"
    CSV = "csv"


# A shapefile cuts names to ten bytes; said here, no program warns of it, no two become the same,
# and `geo.model.columns.propose_mapping` understands them when the file comes back.
SHORT_NAMES: Mapping[str, str] = {
    "area_delivered_ha": "area_deliv",
    "land_before": "land_befor",
    "image_before": "image_befo",
    "image_after": "image_afte",
}


def write_layer(frame: gpd.GeoDataFrame, path: Path, form: Format, *, layer: str) -> None:
    """Write a layer in EPSG:4490 to a file, whole or not at all.

    Parameters
    ----------
    frame
        Polygons; dates as `datetime.date`.
    layer
        Name of the layer inside the file.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    writers: Mapping[Format, Callable[[gpd.GeoDataFrame, Path, str], None]] = {
        Format.GEOJSON: _geojson,
        Format.GPKG: _gpkg,
        Format.SHAPEFILE: _shapefile,
        Format.CSV: _csv,
    }
    with whole_file(path, suffix=f".{form}") as draft:
        writers[form](frame, draft, layer)


def csv_text(table: pd.DataFrame) -> str:
    """Write a table as CSV without its shapes, so that no cell is taken for a formula."""
    shown = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    for name in shown.columns:
        if not pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = shown[name].map(_harmless)
    # The standard's line ends (RFC 4180): with them a lone return within a cell is quoted as well.
    text: str = shown.to_csv(index=False, lineterminator="\r\n")
    return text


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _csv(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    del layer
    path.write_text(csv_text(frame), encoding="utf-8", newline="")


def _gpkg(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    # One geometry type for the whole layer, as the format asks.
    pyogrio.write_dataframe(
        _iso_dates(frame), path, layer=layer, driver="GPKG", promote_to_multi=True
    )


def _shapefile(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    short = _iso_dates(frame).rename(columns=SHORT_NAMES)
    with tempfile.TemporaryDirectory(prefix="skyground-") as folder:
        pyogrio.write_dataframe(
            short,
            Path(folder) / f"{layer}.shp",
            driver="ESRI Shapefile",
            encoding="UTF-8",  # and a .cpg beside the table says so
            geometry_type="MultiPolygon" if short.empty else None,
            promote_to_multi=True,
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)


def _geojson(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    plain = _iso_dates(pd.DataFrame(frame.drop(columns="geometry"))).astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": layer,
        "features": [
            {"type": "Feature", "properties": row, "geometry": shape}
            for row, shape in zip(rows, geojson_geometries(frame.geometry.to_numpy()), strict=True)
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def _iso_dates(frame: pd.DataFrame) -> pd.DataFrame:
    if "due" not in frame:
        return frame
    texts = [None if pd.isna(day) else day.isoformat() for day in frame["due"]]
    return frame.assign(due=pd.Series(texts, index=frame.index, dtype=object))
