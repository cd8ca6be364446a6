"""Shapes in a plain table: written as WKT in one column, or as coordinates in two."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
import shapely

from geo.files.layer_rows import geometry_array, shown
from geo.files.raw_layer import RowTrouble
from geo.files.report_crs import LEAST_PREFIXED
from geo.files.written_numbers import read_angle

# In upper case; what stands in brackets behind a name is its unit.
WKT_NAMES = frozenset(
    {"WKT", "WKT_GEOM", "GEOMETRY", "GEOM", "THE_GEOM", "SHAPE", "图形", "几何", "空间图形"}
)
# Names of eastings and of northings that belong together.
COORDINATE_NAMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("LON", "LNG", "LONG", "LONGITUDE", "经度", "东经"),
        ("LAT", "LATITUDE", "纬度", "北纬"),
    ),
    (("GPS_X",), ("GPS_Y",)),
    (("POINT_X",), ("POINT_Y",)),
    (("X", "X坐标"), ("Y", "Y坐标")),
)
# How many values show what a column holds.
_SAMPLE = 20
# GEOS reads what lies within each other on its stack and dies, with the whole process, where that
# ends. Collections may be nested a little; curves may not be there at all, nothing measures them.
_DEEPEST = 8
_CURVED = re.compile(r"CURVE|SURFACE|CIRCULAR", re.IGNORECASE)
_WKT = re.compile(
    r"\s{0,9}(?:SRID=(\d{4,6});\s{0,9})?"
    r"((?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TableShapes:
    """What a table shows of its rows' shapes.

    Attributes
    ----------
    geometries
        None where a row has none or an unusable one.
    column
        That holds the shapes and nothing else; empty if there is none.
    crs
        As the shapes themselves name it; None if they do not, or not all the same.
    """

    geometries: np.ndarray
    column: str = ""
    crs: str | None = None
    troubles: tuple[RowTrouble, ...] = ()


def shapes_of(frame: pd.DataFrame) -> TableShapes:
    """Find the shapes in a table of texts; a table without any has none in each row."""
    column = _wkt_column(frame)
    if column is not None:
        return _from_wkt(frame[column].tolist(), column)
    pair = _coordinate_columns(frame)
    if pair is not None:
        return _from_coordinates(*(frame[name].tolist() for name in pair))
    return TableShapes(geometry_array([None] * len(frame)))


# ---- WKT ----------------------------------------------------------------------------------------


def _wkt_column(frame: pd.DataFrame) -> str | None:
    names = sorted(frame.columns, key=lambda name: _bare(name) not in WKT_NAMES)
    for name in names:
        sample = _first_values(frame[name])
        if not any(map(_WKT.match, sample)):
            continue
        readable = [shape is not None for shape in _parsed(sample)]
        if any(readable) if _bare(name) in WKT_NAMES else all(readable):
            return str(name)
    return None


def _from_wkt(texts: Sequence[str], column: str) -> TableShapes:
    shapes = _parsed(texts)
    troubles = [
        RowTrouble(row, "coordinates_unreadable", column, {"value": shown(text)})
        for row, (text, shape) in enumerate(zip(texts, shapes, strict=True), start=1)
        if shape is None and text.strip()
    ]
    said = {match[1] for text in texts if (match := _WKT.match(text))}
    number = said.pop() if len(said) == 1 else None
    shapes[shapely.is_empty(shapes)] = None
    return TableShapes(shapes, column, f"EPSG:{number}" if number else None, tuple(troubles))


def _parsed(texts: Sequence[str]) -> np.ndarray:
    plain = [_plain_wkt(text) for text in texts]
    shapes = np.asarray(shapely.from_wkt(geometry_array(plain), on_invalid="ignore"), dtype=object)
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _plain_wkt(text: str) -> str | None:
    match = _WKT.match(text)
    if match is None or text.upper().count("COLLECTION") > _DEEPEST or _CURVED.search(text):
        return None
    return text[match.start(2) :]


# ---- Coordinates --------------------------------------------------------------------------------


def _coordinate_columns(frame: pd.DataFrame) -> tuple[str, str] | None:
    known = {_bare(name): str(name) for name in reversed(list(frame.columns))}
    for easts, norths in COORDINATE_NAMES:
        east = next((known[name] for name in easts if name in known), None)
        north = next((known[name] for name in norths if name in known), None)
        if east is not None and north is not None and _are_numbers(frame, (east, north)):
            return east, north
    return None


def _are_numbers(frame: pd.DataFrame, pair: tuple[str, str]) -> bool:
    for name in pair:
        sample = _first_values(frame[name])
        readable = sum(read_angle(text.strip()) is not None for text in sample)
        if not sample or 2 * readable < len(sample):
            return False
    return True


def _from_coordinates(easts: Sequence[str], norths: Sequence[str]) -> TableShapes:
    places = np.full((len(easts), 2), np.nan)
    troubles = []
    for place, (east_text, north_text) in enumerate(zip(easts, norths, strict=True)):
        if not east_text.strip() and not north_text.strip():
            continue
        east, north = read_angle(east_text.strip()), read_angle(north_text.strip())
        if east is None or north is None:
            value = shown(f"{east_text}, {north_text}")
            troubles.append(
                RowTrouble(place + 1, "coordinates_unreadable", "geometry", {"value": value})
            )
            continue
        if east < LEAST_PREFIXED <= north:
            # Only an easting begins with the number of a zone; surveyors call northings X.
            east, north = north, east
            troubles.append(RowTrouble(place + 1, "axes_swapped", "geometry"))
        places[place] = east, north
    points = np.asarray(shapely.points(places), dtype=object)
    points[np.isnan(places).any(axis=1)] = None
    return TableShapes(points, troubles=tuple(troubles))


def _bare(name: str) -> str:
    return re.split(r"[(（\[]", name, maxsplit=1)[0].strip().upper()


def _first_values(texts: Iterable[str]) -> list[str]:
    return list(islice((text for text in texts if text.strip()), _SAMPLE))
