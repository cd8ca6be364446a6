"""Shapefiles byte by byte, so that they can be wrong in ways no program would write them.

After the published description of the format; nothing here is read back by the library under test.
"""

import struct
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

NULL, POINT, LINE, POLYGON = 0, 1, 3, 5
WITH_HEIGHTS, WITH_MEASURES = 10, 20  # added to the three kinds
_HEADER_BYTES = 100
_FILE_CODE, _VERSION = 9994, 1000
_MAX_NAME_BYTES = 10

GEOGCS: Final = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]]'
)


def plane_prj(name: str, false_easting_m: float, meridian_deg: float, base: str = GEOGCS) -> str:
    """A Gauss-Krueger system in the words of ArcGIS: names only, no number of any register."""
    return (
        f'PROJCS["{name}",{base},PROJECTION["Gauss_Kruger"],'
        f'PARAMETER["False_Easting",{false_easting_m:.1f}],PARAMETER["False_Northing",0.0],'
        f'PARAMETER["Central_Meridian",{meridian_deg:.1f}],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


PRJ_40: Final = plane_prj("CGCS2000_3_Degree_GK_Zone_40", 40_500_000, 120)


def shapefile(
    frame: gpd.GeoDataFrame,
    *,
    prj: str | bytes | None = PRJ_40,
    cpg: str | None = "GBK",
    encoding: str = "GBK",
    kind: int = POLYGON,
    **table: Any,
) -> dict[str, bytes]:
    """A shapefile's parts by their suffixes; ``prj=None`` and ``cpg=None`` leave that part out.

    What ``table`` may hold: see `dbf_bytes`.
    """
    shp, shx = shp_bytes(frame.geometry.to_numpy(), kind)
    rows = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    parts = {".shp": shp, ".shx": shx, ".dbf": dbf_bytes(rows, encoding, **table)}
    if prj is not None:
        parts[".prj"] = prj if isinstance(prj, bytes) else prj.encode()
    if cpg is not None:
        parts[".cpg"] = cpg.encode()
    return parts


def named(parts: Mapping[str, bytes], stem: str = "图斑") -> dict[str, bytes]:
    """The parts as members of an archive."""
    return {f"{stem}{suffix}": raw for suffix, raw in parts.items()}


def lay_down(parts: Mapping[str, bytes], path: Path) -> None:
    """Write the parts beside each other, under the stem of a path."""
    for suffix, raw in parts.items():
        path.with_name(path.stem + suffix).write_bytes(raw)


# ---- Shapes -------------------------------------------------------------------------------------


def shp_bytes(shapes: Sequence[shapely.Geometry | None], kind: int) -> tuple[bytes, bytes]:
    """The shapes and their index."""
    records, index, at = [], [], _HEADER_BYTES
    for number, shape in enumerate(shapes, start=1):
        content = _content(shape, kind)
        head = struct.pack(">2i", number, len(content) // 2)
        index.append(struct.pack(">2i", at // 2, len(content) // 2))
        records.append(head + content)
        at += len(head) + len(content)
    bounds = shapely.total_bounds([s for s in shapes if s is not None])
    return (
        _header(kind, at, bounds) + b"".join(records),
        _header(kind, _HEADER_BYTES + 8 * len(index), bounds) + b"".join(index),
    )


def _header(kind: int, size: int, bounds: np.ndarray) -> bytes:
    head = struct.pack(">7i", _FILE_CODE, 0, 0, 0, 0, 0, size // 2)
    return head + struct.pack("<2i", _VERSION, kind) + struct.pack("<8d", *bounds, 0, 0, 0, 0)


def _content(shape: shapely.Geometry | None, kind: int) -> bytes:
    if shape is None or shape.is_empty:
        return struct.pack("<i", NULL)
    form, extra = kind % 10, kind // 10 * 10
    if form == POINT:
        more = b"".join(struct.pack("<d", 7.0) for _ in range(_columns(extra)))
        return struct.pack("<i2d", kind, shape.x, shape.y) + more
    rings = [np.asarray(ring.coords)[:, :2] for ring in _rings(shape)]
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    points = np.concatenate(rings)
    bounds = (*points.min(axis=0), *points.max(axis=0))
    body = struct.pack("<i4d2i", kind, *bounds, len(rings), len(points))
    body += starts.astype("<i4").tobytes() + points.astype("<f8").tobytes()
    # Heights of all vertices, then measures, each after its smallest and its largest.
    column = struct.pack("<2d", 7.0, 7.0) + np.full(len(points), 7.0).astype("<f8").tobytes()
    return body + column * _columns(extra)


def _columns(extra: int) -> int:
    return {0: 0, WITH_HEIGHTS: 2, WITH_MEASURES: 1}[extra]


def _rings(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = list(shapely.get_parts(shape))
    if parts[0].geom_type == "LineString":
        return parts
    return [ring for part in parts for ring in (part.exterior, *part.interiors)]


# ---- The table ----------------------------------------------------------------------------------


def dbf_bytes(
    rows: pd.DataFrame,
    encoding: str,
    *,
    language: int = 0,
    deleted: Collection[int] = (),
    widths: Mapping[str, int] | None = None,
) -> bytes:
    """A dBASE table; names are cut to ten bytes, texts to their field's width, within characters.

    Parameters
    ----------
    language
        The byte that tells a code page: 0x4D is the Chinese one.
    deleted
        Rows, from 0, that are marked as deleted and still there.
    widths
        Of texts, in bytes, where the longest one is not to decide.
    """
    columns = [_column(rows[name], encoding, (widths or {}).get(name)) for name in rows]
    named_columns = zip(rows, columns, strict=True)
    entries = b"".join(_entry(name, column, encoding) for name, column in named_columns)
    size = 32 + len(entries) + 1
    record = 1 + sum(column[1] for column in columns)
    head = struct.pack("<4BIHH17xBxx", 3, 126, 6, 1, len(rows), size, record, language)
    body = b"".join(
        (b"*" if n in deleted else b" ") + b"".join(column[3][n] for column in columns)
        for n in range(len(rows))
    )
    return head + entries + b"\r" + body + b"\x1a"


Column = tuple[bytes, int, int, list[bytes]]  # kind, width, decimals, cells


def _column(values: pd.Series, encoding: str, width: int | None) -> Column:
    if pd.api.types.is_integer_dtype(values):
        return b"N", 18, 0, [f"{value:18d}".encode() for value in values]
    if pd.api.types.is_float_dtype(values):
        return b"N", 24, 4, [f"{value:24.4f}".encode()[:24] for value in values]
    cells = ["" if pd.isna(value) else str(value) for value in values]
    raw = [cell.encode(encoding) for cell in cells]
    width = width or max(1, *(len(cell) for cell in raw))
    return b"C", width, 0, [cell[:width].ljust(width) for cell in raw]


def _entry(name: object, column: Column, encoding: str) -> bytes:
    kind, width, decimals, _ = column
    cut = str(name).encode(encoding)[:_MAX_NAME_BYTES]
    return struct.pack("<11sc4xBB14x", cut, kind, width, decimals)
