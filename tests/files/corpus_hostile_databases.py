"""GeoPackages that mean harm: statements of their own, too many layers, names that are code."""

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.files.corpus_case import (
    ACCEPT,
    MISMATCH,
    TOO_MUCH,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import CODES, FIRST, patches

LAYERS: Final = 300
GPKG: Final = "图斑.gpkg"
FAR = {"wants_canary": True}


def changed(*statements: str) -> Callable[..., None]:
    """Make a GeoPackage in which somebody ran statements of their own."""

    def make(path: Path, canary: str = "") -> None:
        # An index would bring functions that only its own library knows.
        gpkg(lambda: {"图斑": patches()}, SPATIAL_INDEX="NO")(path)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            for statement in statements:
                database.execute(statement.replace("CANARY", canary))

    return make


def _register(name: str) -> tuple[str, str]:
    contents = "table_name, data_type, identifier, last_change, srs_id"
    return (
        f"INSERT INTO gpkg_contents ({contents}) SELECT '{name}', data_type, '{name}', "
        "last_change, srs_id FROM gpkg_contents LIMIT 1",
        f"INSERT INTO gpkg_geometry_columns SELECT '{name}', column_name, geometry_type_name, "
        "srs_id, z, m FROM gpkg_geometry_columns LIMIT 1",
    )


def _many_layers() -> Sequence[str]:
    statements = []
    for n in range(LAYERS):
        table = f'CREATE TABLE "层{n}" (fid INTEGER PRIMARY KEY, geom BLOB, PAN_NO_TB TEXT)'
        statements += [table, *_register(f"层{n}")]
    return statements


SELECT = 'SELECT fid, geom, PAN_NO_TB, BEIZHU FROM "图斑"'
VIEW = (f"CREATE VIEW v AS {SELECT}", *_register("v"))
EVIL_VIEW = (
    "CREATE VIEW v AS SELECT fid, geom, PAN_NO_TB, gdal_get_pixel_value('/vsicurl/CANARYx.tif', "
    "1, 'georef', 0, 0) AS BEIZHU FROM \"图斑\"",
    *_register("v"),
)
ENDLESS_VIEW = (
    "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    'SELECT i AS fid, geom, PAN_NO_TB FROM n, "图斑"',
    *_register("v"),
)
TRIGGER = (
    'CREATE TRIGGER t AFTER UPDATE ON gpkg_contents BEGIN DELETE FROM "图斑"; END',
    "CREATE TRIGGER u AFTER INSERT ON \"图斑\" BEGIN SELECT load_extension('x'); END",
)
VIRTUAL = (
    "PRAGMA writable_schema = ON",
    "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'v', 'v', 0, "
    "'CREATE VIRTUAL TABLE v USING VirtualOGR(''/vsicurl/CANARYx.geojson'')')",
    *_register("v"),
)
EXTENSION = (
    "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, "
    "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL)",
    "INSERT INTO gpkg_extensions VALUES "
    "('图斑', 'geom', '../../<script>', 'CANARYx', 'read-write')",
)
BAD_SYSTEM = (
    "UPDATE gpkg_spatial_ref_sys SET definition = 'CANARYcrs', organization = 'NONE' "
    "WHERE organization_coordsys_id = 4528",
)
BAD_BLOBS = ("UPDATE \"图斑\" SET geom = x'47500001' WHERE fid = 2",)
HOSTILE_LAYERS = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "'; DROP TABLE gpkg_contents; --",
    "../../x",
    "两\n行",
    "a\u202eb",
)


def _hostile_layers(path: Path) -> None:
    """No program writes such names, so the layers get them afterwards."""
    plain = [f"l{n}" for n in range(len(HOSTILE_LAYERS))]
    gpkg(lambda: {name: patches() for name in plain}, SPATIAL_INDEX="NO")(path)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for old, new in zip(plain, HOSTILE_LAYERS, strict=True):
            database.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
            for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
                change = f"UPDATE {table} SET table_name = ? WHERE table_name = ?"
                database.execute(change, (new, old))


def _plain_database(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE tb (PAN_NO_TB TEXT)")


# Whatever is made of these, nothing is called and what is whole stays whole.
UNMOVED = Expect(any_of("imported", "refused_file"), error=any_of("layer_needed", *MISMATCH))

CASES: tuple[Case, ...] = (
    patch_case("gpkg-view", GPKG, changed(*VIEW), UNMOVED),
    patch_case("gpkg-view-afar", GPKG, changed(*EVIL_VIEW), UNMOVED, **FAR),
    patch_case(
        "gpkg-view-afar-chosen",
        GPKG,
        changed(*EVIL_VIEW),
        Expect(any_of("imported", "refused_file"), error=any_of("layer_unknown", *MISMATCH)),
        options=ACCEPT | {"layer": "v"},
        **FAR,
    ),
    patch_case(
        "gpkg-view-endless",
        GPKG,
        changed(*ENDLESS_VIEW),
        refused("layer_unknown", MISMATCH, *TOO_MUCH),
        options=ACCEPT | {"layer": "v"},
        is_endless=True,
    ),
    patch_case("gpkg-triggers", GPKG, changed(*TRIGGER), UNMOVED),
    patch_case("gpkg-virtual", GPKG, changed(*VIRTUAL), UNMOVED, **FAR),
    patch_case("gpkg-extension", GPKG, changed(*EXTENSION), UNMOVED, **FAR),
    patch_case(
        "gpkg-system-afar",
        GPKG,
        changed(*BAD_SYSTEM),
        Expect(any_of("imported", "refused_file"), error=any_of("crs_unknown", *MISMATCH)),
        **FAR,
    ),
    patch_case(
        "gpkg-bad-shape",
        GPKG,
        changed(*BAD_BLOBS),
        Expect(any_of("refused_rows", "refused_file"), error="file_unreadable"),
    ),
    patch_case("gpkg-many-layers", GPKG, changed(*_many_layers()), refused("too_many_layers")),
    patch_case(
        "gpkg-hostile-layers",
        GPKG,
        _hostile_layers,
        refused("layer_needed", layers=frozenset(HOSTILE_LAYERS)),
    ),
    patch_case(
        "gpkg-hostile-layer",
        GPKG,
        _hostile_layers,
        taken(first_code=FIRST, texts=CODES),
        options=ACCEPT | {"layer": HOSTILE_LAYERS[0]},
    ),
    patch_case("gpkg-no-gpkg", GPKG, _plain_database, refused("layer_without_shapes", MISMATCH)),
)
