"""GeoJSON as programs of twenty years write it: every encoding, every old way to name a system."""

import codecs
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import mapping

from tests.files.corpus_case import GB, NOTHING, Case, Expect, any_of, patch_case, refused, taken
from tests.files.corpus_drawing import FIRST, REMARK, in_system, patches

# The same in other words.
WGS_84: Final = any_of("EPSG:4326", "OGC:CRS84")
WHOLE = {"first_code": FIRST, "texts": (REMARK,)}
URN_40 = "urn:ogc:def:crs:EPSG::4528"


def features_of(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Features, their numbers as they stand."""
    rows = pd.DataFrame(frame.drop(columns="geometry")).to_dict("records")
    return [
        {
            "type": "Feature",
            "properties": row,
            "geometry": shape and mapping(shape),
        }
        for row, shape in zip(rows, frame.geometry, strict=True)
    ]


def collection(frame: gpd.GeoDataFrame, **members: Any) -> dict[str, Any]:
    """A collection; ``members`` stand beside its features."""
    return {"type": "FeatureCollection", **members, "features": features_of(frame)}


def named_system(name: str) -> dict[str, Any]:
    """The member that the format had until 2016."""
    return {"crs": {"type": "name", "properties": {"name": name}}}


def written(content: Mapping[str, Any], encoding: str = "utf-8") -> Callable[[Path], None]:
    """Make a file of JSON."""

    def make(path: Path) -> None:
        path.write_bytes(json.dumps(content, ensure_ascii=False).encode(encoding))

    return make


def in_degrees(encoding: str = "utf-8", **members: Any) -> Callable[[Path], None]:
    """Make a file of the usual patches in degrees."""
    return written(collection(in_system(patches()), **members), encoding)


def in_zone_40(name: str) -> Callable[[Path], None]:
    """Make a file of the usual patches in zone 40, which it calls by a name."""
    return written(collection(patches(), **named_system(name)))


def _without_a_shape() -> Callable[[Path], None]:
    content = collection(in_system(patches()))
    content["features"][1]["geometry"] = None
    return written(content)


def _lines(path: Path) -> None:
    rows = features_of(in_system(patches()))
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def _records(path: Path) -> None:
    """The same after RFC 8142: each text begins with a mark."""
    rows = features_of(in_system(patches()))
    texts = [f"\x1e{json.dumps(row, ensure_ascii=False)}\n" for row in rows]
    path.write_text("".join(texts), encoding="utf-8")


def _nested_values() -> Callable[[Path], None]:
    photos = [[{"file": "甲.jpg", "azimuth_deg": 90}], [], None]
    return written(collection(in_system(patches(photos=photos))))


def _rows_with_other_fields() -> Callable[[Path], None]:
    content = collection(in_system(patches()))
    content["features"][1]["properties"] = {"PAN_NO_TB": "乙", "OTHER": {"a": 1}}
    content["features"][2]["properties"] = {"PAN_NO_TB": 3}
    return written(content)


def _shapes_alone() -> Callable[[Path], None]:
    shapes = [mapping(s) for s in in_system(patches()).geometry]
    return written({"type": "GeometryCollection", "geometries": shapes})


CASES: tuple[Case, ...] = (
    patch_case("geojson", "图斑.geojson", in_degrees(), taken(crs=WGS_84, **WHOLE)),
    patch_case("geojson-json", "图斑.json", in_degrees(), taken(crs=WGS_84, **WHOLE)),
    patch_case("geojson-bom", "图斑.geojson", in_degrees("utf-8-sig"), taken(**WHOLE)),
    patch_case(
        "geojson-gbk",
        "图斑.geojson",
        in_degrees("gbk"),
        taken(encoding=GB, proposals=frozenset({"encoding"}), **WHOLE),
    ),
    patch_case("geojson-utf16", "图斑.geojson", in_degrees("utf-16"), taken(**WHOLE)),
    patch_case(
        "geojson-utf16-big-end",
        "图斑.geojson",
        lambda path: path.write_bytes(
            codecs.BOM_UTF16_BE
            + json.dumps(collection(in_system(patches())), ensure_ascii=False).encode("utf-16-be")
        ),
        taken(**WHOLE),
    ),
    patch_case(
        "geojson-foreign-members",
        "图斑.geojson",
        in_degrees(name="图斑", bbox=[119, 43, 120, 44], 来源={"单位": "测试", "级": [1, [2, {}]]}),
        taken(**WHOLE),
    ),
    patch_case(
        "geojson-crs-urn", "图斑.geojson", in_zone_40(URN_40), taken(crs="EPSG:4528", **WHOLE)
    ),
    patch_case(
        "geojson-crs-short",
        "图斑.geojson",
        in_zone_40("EPSG:4528"),
        taken(crs="EPSG:4528", **WHOLE),
    ),
    patch_case(
        "geojson-crs84",
        "图斑.geojson",
        in_degrees(**named_system("urn:ogc:def:crs:OGC:1.3:CRS84")),
        taken(crs=WGS_84, **WHOLE),
    ),
    patch_case(
        "geojson-crs-4490",
        "图斑.geojson",
        in_degrees(**named_system("urn:ogc:def:crs:EPSG::4490")),
        taken(crs="EPSG:4490", **WHOLE),
    ),
    patch_case(
        "geojson-crs-nonsense",
        "图斑.geojson",
        in_degrees(**named_system("urn:ogc:def:crs:EPSG::999999")),
        Expect(
            frozenset({"imported", "confirm", "refused_file"}),
            error=any_of("crs_unknown", "crs_missing", "file_unreadable"),
        ),
    ),
    # The standard says degrees where nothing is said, and these are none.
    patch_case(
        "geojson-plane-unsaid",
        "图斑.geojson",
        written(collection(patches())),
        Expect(
            frozenset({"imported", "refused_file"}),
            error="crs_implausible",
            contradictions=frozenset({"crs"}),
        ),
    ),
    patch_case(
        "geojson-null-shape",
        "图斑.geojson",
        _without_a_shape(),
        Expect("refused_rows", rows_read=3, quarantined=1, problems=frozenset({"no_geometry"})),
    ),
    patch_case(
        "geojson-one-feature",
        "图斑.geojson",
        written(features_of(in_system(patches()))[0]),
        taken(1, **WHOLE),
    ),
    patch_case("geojson-lines", "图斑.geojson", _lines, taken(**WHOLE)),
    patch_case("geojson-records", "图斑.geojson", _records, taken(**WHOLE)),
    patch_case(
        "geojson-heights",
        "图斑.geojson",
        written(
            collection(
                in_system(patches()).assign(geometry=lambda f: shapely.force_3d(f.geometry, 812.5))
            )
        ),
        taken(**WHOLE),
    ),
    patch_case("geojson-nested-values", "图斑.geojson", _nested_values(), taken(**WHOLE)),
    patch_case(
        "geojson-other-fields",
        "图斑.geojson",
        _rows_with_other_fields(),
        taken(first_code=FIRST, texts=(REMARK, "乙", "3")),
    ),
    patch_case(
        "geojson-no-rows",
        "图斑.geojson",
        written({"type": "FeatureCollection", "features": []}),
        refused("layer_empty", NOTHING, "layer_without_shapes"),
    ),
    patch_case(
        "geojson-shapes-alone",
        "图斑.geojson",
        _shapes_alone(),
        Expect(
            frozenset({"imported", "refused_file", "refused_rows"}),
            error=any_of("field_needed", "layer_not_polygons", "file_unreadable"),
        ),
    ),
    patch_case(
        "geojson-no-json",
        "图斑.geojson",
        lambda path: path.write_text("这不是空间数据", encoding="utf-8"),
        refused("file_unreadable", "format_mismatch"),
    ),
    patch_case(
        "geojson-cut-off",
        "图斑.geojson",
        lambda path: path.write_bytes(json.dumps(collection(in_system(patches()))).encode()[:-120]),
        refused("file_unreadable"),
    ),
)
