"""Files that are not what their names say, and names that are not what they seem.

GDAL looks into a file to see what it is. A text that tells it to read another file, or another
machine, must not be believed because it is called something harmless.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.deliveries import zip_members
from tests.files.corpus_case import (
    MISMATCH,
    NOTHING,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import FIRST, patches, square
from tests.files.corpus_geojson import in_degrees
from tests.files.corpus_shp_bytes import PRJ_40, named, shapefile

NOISE: Final = bytes((n * 37 + n // 7) % 256 for n in range(4096))
Made = Callable[..., None]


def text(words: str) -> Made:
    """Make a file of a text in which ``CANARY`` stands for the address nothing may call."""

    def make(path: Path, canary: str) -> None:
        path.write_text(words.replace("CANARY", canary), encoding="utf-8")

    return make


def packed(words: str, member: str) -> Made:
    """The same as a member of an archive."""

    def make(path: Path, canary: str) -> None:
        zip_members(path, {member: words.replace("CANARY", canary).encode()})

    return make


def raw(content: bytes) -> Made:
    """Make a file of bytes."""
    return lambda path: path.write_bytes(content) and None


# ---- Texts that send a reader elsewhere ---------------------------------------------------------

VRT: Final = (
    "<OGRVRTDataSource><OGRVRTLayer name='图斑'><SrcDataSource>/vsicurl/CANARYx.geojson"
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)
VRT_LOCAL: Final = VRT.replace("/vsicurl/CANARYx.geojson", "CSV:/etc/passwd")
GML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><gml:FeatureCollection '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.opengis.net/gml CANARYx.xsd"><gml:featureMember><tb fid="1">'
    "<PAN_NO_TB>1</PAN_NO_TB><gml:Polygon srsName='EPSG:4326'><gml:outerBoundaryIs>"
    "<gml:LinearRing><gml:coordinates>119,43 119,44 120,44 119,43</gml:coordinates>"
    "</gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></tb></gml:featureMember>"
    "</gml:FeatureCollection>"
)
PIPELINE: Final = json.dumps(
    {
        "type": "gdal_streamed_alg",
        "command_line": "gdal vector pipeline ! read /vsicurl/CANARYx.geojson ! reproject "
        "--dst-crs EPSG:4490",
    }
)
SERVICE: Final = (
    "<OGRWFSDataSource><URL>CANARYwfs?SERVICE=WFS&amp;VERSION=2.0.0</URL></OGRWFSDataSource>"
)
TILES: Final = json.dumps({"tilejson": "2.2.0", "tiles": ["CANARY{z}/{x}/{y}.pbf"]})
LINKED: Final = {"crs": {"type": "link", "properties": {"href": "CANARYcrs", "type": "proj4"}}}
ADDRESS: Final = {"crs": {"type": "name", "properties": {"name": "CANARYcrs"}}}


def _geojson_that_says(member: dict[str, Any]) -> Made:
    def make(path: Path, canary: str) -> None:
        in_degrees(**member)(path)
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace("CANARY", canary), encoding="utf-8")

    return make


def _esri_json() -> str:
    ring = [list(xy) for xy in square().exterior.coords]
    return json.dumps(
        {
            "displayFieldName": "",
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": 4528},
            "fields": [{"name": "PAN_NO_TB", "type": "esriFieldTypeString", "length": 20}],
            "features": [{"attributes": {"PAN_NO_TB": "1"}, "geometry": {"rings": [ring]}}],
        }
    )


def _topo_json() -> str:
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"PAN_NO_TB": "1"}}
    return json.dumps(
        {
            "type": "Topology",
            "objects": {"tb": {"type": "GeometryCollection", "geometries": [shape]}},
            "arcs": [[[119, 43], [119, 44], [120, 44], [119, 43]]],
        }
    )


# ---- Parts of a shapefile that send a reader elsewhere ------------------------------------------


def with_prj(words: str) -> Made:
    """Make a zipped shapefile whose .prj says this."""

    def make(path: Path, canary: str) -> None:
        prj = words.replace("CANARY", canary)
        zip_members(path, named(shapefile(patches(), prj=prj)))

    return make


GRID_FROM_AFAR: Final = PRJ_40[:-1] + (
    ',EXTENSION["PROJ4","+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=40500000 +y_0=0 +ellps=krass '
    '+nadgrids=CANARYx.gsb +units=m +no_defs"]]'
)
UNHEARD = Expect(
    any_of("imported", "refused_file"),
    error=any_of("crs_unknown", "crs_no_shift", "crs_missing", "file_unreadable"),
)


# ---- Names --------------------------------------------------------------------------------------


def _folder(path: Path) -> None:
    path.mkdir(exist_ok=True)
    (path / "x.txt").write_text("x", encoding="utf-8")


def _one_layer(path: Path) -> None:
    gpkg(lambda: {"图斑": patches()})(path)


LONG_NAME: Final = "很长的名字" * 15 + ".gpkg"  # 230 bytes; a name has 255 at most
NAMES: Final = {
    "turned": "图斑\u202egkpg.gpkg",
    "option": "-rf --help.gpkg",
    "shell": "$(id);`id`&x.gpkg",
    "template": "{{7*7}}<b>.gpkg",
    "driver": "GPKG:图斑.gpkg",
    "layer": "a.gpkg|layername=b.gpkg",
    "signs": "100%s?x=1#y.gpkg",
    "dots": "...gpkg.gpkg",
    "long": LONG_NAME,
    "upper": "图斑.GPKG",
}
FAR = {"wants_canary": True}
OTHER = refused(MISMATCH)
EMPTY = refused(NOTHING)

CASES: tuple[Case, ...] = (
    *(
        patch_case(f"vrt-as-{ending}", f"x.{ending}", text(VRT), OTHER, **FAR)
        for ending in ("geojson", "json", "shp", "gpkg", "kml", "gpx", "xlsx")
    ),
    patch_case("vrt-as-csv", "x.csv", text(VRT), refused(MISMATCH, "layer_without_shapes"), **FAR),
    patch_case(
        "vrt-as-txt", "x.txt", text(VRT), refused(MISMATCH, NOTHING, "format_unknown"), **FAR
    ),
    patch_case("vrt", "x.vrt", text(VRT), refused("format_unknown"), **FAR),
    patch_case("vrt-local", "x.geojson", text(VRT_LOCAL), OTHER, **FAR),
    patch_case("vrt-in-zip", "x.zip", packed(VRT, "x.geojson"), OTHER, **FAR),
    patch_case(
        "vrt-in-zip-by-name",
        "x.zip",
        packed(VRT, "x.vrt"),
        refused(NOTHING, "format_unknown"),
        **FAR,
    ),
    patch_case("gml-as-geojson", "x.geojson", text(GML), OTHER, **FAR),
    patch_case("esri-json-as-geojson", "x.geojson", text(_esri_json()), OTHER, **FAR),
    patch_case("topo-json-as-geojson", "x.geojson", text(_topo_json()), OTHER, **FAR),
    patch_case("pipeline-as-geojson", "x.geojson", text(PIPELINE), OTHER, **FAR),
    patch_case("pipeline-as-json", "x.json", text(PIPELINE), OTHER, **FAR),
    *(
        patch_case(f"service-as-{ending}", f"x.{ending}", text(SERVICE), OTHER, **FAR)
        for ending in ("geojson", "json", "shp", "gpkg", "kml")
    ),
    patch_case("service-in-zip", "x.zip", packed(SERVICE, "x.geojson"), OTHER, **FAR),
    patch_case("tiles-as-json", "x.json", text(TILES), OTHER, **FAR),
    patch_case("address-as-geojson", "x.geojson", text("CANARYx.geojson"), OTHER, **FAR),
    patch_case(
        "geojson-crs-link", "x.geojson", _geojson_that_says(LINKED), refused("crs_link"), **FAR
    ),
    patch_case(
        "geojson-crs-address",
        "x.geojson",
        _geojson_that_says(ADDRESS),
        Expect(
            any_of("imported", "confirm", "refused_file"),
            error=any_of("crs_link", "crs_unknown", "crs_missing", "file_unreadable"),
        ),
        **FAR,
    ),
    patch_case("prj-address", "x.zip", with_prj("CANARYcrs"), UNHEARD, **FAR),
    patch_case("prj-file", "x.zip", with_prj("/etc/hostname"), UNHEARD, **FAR),
    patch_case("prj-grid-from-afar", "x.zip", with_prj(GRID_FROM_AFAR), UNHEARD, **FAR),
    *(
        patch_case(
            f"cpg-{codec}",
            "x.zip",
            lambda path, codec=codec: (
                zip_members(path, named(shapefile(patches(), cpg=codec))) and None
            ),
            taken(first_code=FIRST, texts=("疑似采伐",)),
        )
        for codec in ("zlib", "rot13", "unicode_escape", "idna")
    ),
    *(
        patch_case(f"name-{what}", name, _one_layer, taken(first_code=FIRST))
        for what, name in NAMES.items()
    ),
    patch_case(
        "name-of-folder", "图斑.shp", _folder, refused("file_missing", "format_unknown", MISMATCH)
    ),
    patch_case("name-of-gdb", "成果.gdb", raw(NOISE), refused("format_unknown", MISMATCH)),
    patch_case("name-without-ending", "图斑", raw(NOISE), refused("format_unknown")),
    *(
        patch_case(f"noise-as-{ending}", f"x.{ending}", raw(NOISE), OTHER)
        for ending in ("shp", "gpkg", "geojson", "kml", "kmz", "gpx", "xlsx", "zip")
    ),
    *(
        patch_case(f"empty-{ending}", f"x.{ending}", raw(b""), EMPTY)
        for ending in ("shp", "gpkg", "geojson", "kml", "gpx", "txt", "csv", "xlsx", "zip")
    ),
    patch_case("gpkg-as-geojson", "x.geojson", _one_layer, OTHER),
    patch_case("geojson-as-gpkg", "x.gpkg", in_degrees(), OTHER),
    patch_case(
        "zip-as-gpkg",
        "x.gpkg",
        lambda path: zip_members(path, named(shapefile(patches()))) and None,
        Expect(any_of("imported", "refused_file"), error=MISMATCH),
    ),
)
