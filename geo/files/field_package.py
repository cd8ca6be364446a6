"""What goes to the field and comes back: one GeoJSON (RFC 7946) per person.

Longitude before latitude, seven decimals (about a centimetre), outer rings counter-clockwise.
Every feature carries the version of the patch it left with, so that a finding can never silently
overwrite what happened meanwhile. The fields to be filled in begin with ``found_``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.files.atomic import whole_file
from geo.files.read import read_delivery
from geo.text import LANGS, say

DECIMALS = 7
FORMAT = "skyground-field-package"

# What the field team answers: field, and what it holds.
ANSWERS: tuple[tuple[str, str], ...] = (
    ("found_cause", "code"),
    ("found_unlawful", "0 | 1"),
    ("found_land_before", "text"),
    ("found_land_after", "text"),
    ("found_note", "text"),
    ("surveyor", "code"),
    ("surveyed_at", "ISO 8601"),
    ("photos", "[{file, lon, lat, azimuth_deg, taken_at, view}]"),
)
ANSWER_FIELDS = tuple(name for name, _ in ANSWERS)


@dataclass(frozen=True, slots=True)
class PackageHead:
    """What a package says about itself."""

    package: str
    assignee: str
    causes: Mapping[str, Mapping[str, str]]  # code to its words by language


def write_package(
    path: Path,
    head: PackageHead,
    properties: Sequence[Mapping[str, Any]],
    geometries: np.ndarray,
) -> None:
    """Write one person's package.

    Parameters
    ----------
    properties
        Of each patch: what is known, and its ``base_version``.
    geometries
        Polygons in EPSG:4490, which agrees with the WGS 84 of RFC 7946 within a few centimetres.
    """
    collection = {
        "type": "FeatureCollection",
        "skyground": {
            "format": FORMAT,
            "package": head.package,
            "assignee": head.assignee,
            "answers": [
                {"field": name, "holds": holds}
                | {lang: say(f"answer.{name}", lang) for lang in LANGS}
                for name, holds in ANSWERS
            ],
            "causes": head.causes,
        },
        "features": [
            {
                "type": "Feature",
                "id": f"{row['batch']}/{row['patch_code']}",
                "properties": dict(row) | _blank_answers(head.assignee),
                "geometry": geometry,
            }
            for row, geometry in zip(properties, geojson_geometries(geometries), strict=True)
        ],
    }
    with whole_file(path) as draft:
        draft.write_text(json.dumps(collection, ensure_ascii=False, indent=1), encoding="utf-8")


def geojson_geometries(geometries: np.ndarray) -> list[dict[str, Any]]:
    """Turn polygons in degrees into RFC 7946 geometries: rounded, outer rings counter-clockwise."""
    rounded = shapely.transform(geometries, lambda xy: xy.round(DECIMALS))
    turned = shapely.orient_polygons(rounded, exterior_cw=False)
    return [json.loads(text) for text in shapely.to_geojson(turned)]


def read_answers(path: Path) -> list[dict[str, Any]]:
    """Read the features of a returned package as plain mappings, whatever program saved it.

    GeoJSON is read as it stands, so that nested photos survive; a GeoPackage through the usual
    reader.

    Raises
    ------
    FileRefused
        ``file_missing``, ``findings_format``, or what the reader of layers says.
    """
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    if path.suffix.lower() not in {".geojson", ".json"}:
        frame = read_delivery(path).attributes
        plain = frame.astype(object).where(frame.notna(), None)
        return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise FileRefused("findings_format", path=path, detail=str(error)[:120]) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileRefused("findings_format", path=path, detail="FeatureCollection")
    rows = [f.get("properties") if isinstance(f, dict) else None for f in features]
    return [row if isinstance(row, dict) else {} for row in rows]


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and the standard does not know."""
    raise ValueError(name)


def _blank_answers(assignee: str) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(ANSWER_FIELDS)
    return blank | {"surveyor": assignee, "photos": []}
