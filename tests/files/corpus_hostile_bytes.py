"""Single numbers and texts in a file that lie: lengths, counts, depths, names of other files."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.deliveries import zip_members
from tests.files.corpus_archives import delivery
from tests.files.corpus_case import (
    ACCEPT,
    MISMATCH,
    NOTHING,
    TOO_MUCH,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_databases import packed_gdb
from tests.files.corpus_disguises import UNHEARD, raw, text, with_prj
from tests.files.corpus_drawing import FIRST, REMARK, in_system, patches
from tests.files.corpus_geojson import collection
from tests.files.corpus_hostile_databases import changed
from tests.files.corpus_shp_bytes import GEOGCS, named, shapefile
from tests.files.corpus_survey import kml_text, placemarks
from tests.files.corpus_tables import WKT_HEAD, WKT_ROWS, csv_file, xlsx_parts

ZIP: Final = "图斑.zip"
GPKG: Final = "图斑.gpkg"
LONG: Final = 30_000_000
DEEP: Final = 20_000
FAR = {"wants_canary": True}
WHOLE = {"first_code": FIRST, "texts": (REMARK,)}
MOST: Final = b"\xff\xff\xff\x7f"  # 2,147,483,647
NEGATIVE: Final = b"\xf0\xff\xff\xff"
ONE_LOST = Expect("refused_rows", rows_read=3, quarantined=1)


def beside(**members: bytes) -> Callable[[Path], None]:
    """Make the usual archive with other parts; underscores stand for the dot."""
    more = {f"图斑{suffix.replace('_', '.')}": content for suffix, content in members.items()}
    return lambda path: zip_members(path, delivery() | more) and None


def with_bytes(suffix: str, at: int, content: bytes) -> Callable[[Path], None]:
    """Make the usual archive, one part of it with other bytes."""

    def make(path: Path) -> None:
        parts = shapefile(patches())
        part = bytearray(parts[suffix])
        part[at : at + len(content)] = content
        zip_members(path, named(parts | {suffix: bytes(part)}))

    return make


# ---- Archives -----------------------------------------------------------------------------------


class _Stream(io.RawIOBase):
    """Something that can only be written to: sizes come behind the members then."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:
        self.written += content
        return len(content)


def _streamed(path: Path) -> None:
    stream = _Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in delivery().items():
            archive.writestr(zipfile.ZipInfo(name), content)
    path.write_bytes(stream.written)


def _zip64(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in delivery().items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(content)


def _long_comment(path: Path) -> None:
    zip_members(path, delivery())
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"x" * 65_535


def _second_directory(path: Path) -> None:
    """A comment that looks like the end of another archive, of nothing."""
    zip_members(path, delivery())
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"PK\5\6" + bytes(18) + b"zz"


def _unheard_method(path: Path) -> None:
    zip_members(path, delivery("x"))
    content = bytearray(path.read_bytes())
    for at in (8, content.index(b"PK\1\2") + 10):
        content[at : at + 2] = b"\x5d\0"
    path.write_bytes(content)


def _unreadable_name(path: Path) -> None:
    """A name that says it is UTF-8 and is not."""
    zip_members(path, delivery())
    path.write_bytes(
        path.read_bytes().replace("图斑.shp".encode(), b"\xff\xff\xff\xff\xff\xff.shp")
    )


# ---- Shapes in shapes ---------------------------------------------------------------------------


def with_shape(wkb: bytes) -> Callable[..., None]:
    """Make a GeoPackage in which the second shape is this."""
    blob = b"GP\0\1" + struct.pack("<i", 4528) + wkb
    return changed(f"UPDATE \"图斑\" SET geom = x'{blob.hex()}' WHERE fid = 2")


def levels(kind: int, count: int, order: str = "<") -> bytes:
    """Shapes of a kind, each with one other in it."""
    return struct.pack(f"{order}BII", order == "<", kind, 1) * count


NO_POINTS: Final = struct.pack("<BII", 1, 7, 0)
SHAPES: Final = {
    "collections": levels(7, DEEP) + NO_POINTS,
    "collections-no-end": levels(7, DEEP),
    "collections-big-end": levels(7, DEEP, ">") + struct.pack(">BII", 0, 7, 0),
    "areas": levels(6, DEEP) + struct.pack("<BI2d", 1, 1, 1.0, 2.0),
    "lines": levels(5, DEEP) + struct.pack("<BI2d", 1, 1, 1.0, 2.0),
    "curves": levels(10, DEEP) + struct.pack("<BI2d", 1, 1, 1.0, 2.0),
    "second": (struct.pack("<BII", 1, 7, 2) + struct.pack("<BI2d", 1, 1, 1.0, 2.0)) * DEEP,
    "unheard": levels(5007, DEEP) + NO_POINTS,
    "no-order": b"\7" + levels(7, DEEP)[1:] + NO_POINTS,
    "count": struct.pack("<BII", 1, 6, 2**31 - 1) + bytes(5_000),
    "ring": struct.pack("<BIII", 1, 3, 1, 2**31 - 1) + bytes(5_000),
}

# ---- Coordinate systems that name files ---------------------------------------------------------

SECRET_FILE: Final = "../secret.txt"  # lies beside all cases where tests lay them down
INIT: Final = f"+init={SECRET_FILE}:a"
PRJS: Final = {
    "init": INIT,
    "init-in-words": f'{GEOGCS[:-1]},EXTENSION["PROJ4","{INIT}"]]',
    "grids": f"+proj=longlat +ellps=krass +nadgrids=@null,{SECRET_FILE} +type=crs",
    "json": json.dumps({"type": "BoundCRS", "source_crs": "x", "transformation": SECRET_FILE}),
    "deep-json": '{"a":' * 2_000,
    "deep": "GEOGCS[" * 9_000,
}

# ---- Documents ----------------------------------------------------------------------------------

PLAIN: Final = json.dumps(collection(in_system(patches())), ensure_ascii=False)


def geojson(old: str, new: str) -> Callable[[Path], None]:
    """Make GeoJSON in which the first text that is so is another."""
    assert old in PLAIN
    return raw(PLAIN.replace(old, new, 1).encode())


def geojson_far(member: str) -> Callable[..., None]:
    """Make GeoJSON with one more member in front."""
    return text(PLAIN.replace('"features"', f'{member}, "features"', 1))


def _odd_gdb(path: Path) -> None:
    packed_gdb(lambda: {"图斑": patches()})(path)
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("x y", "-o", "a" * 200, "sub/x.gdbtable"):
            archive.writestr(zipfile.ZipInfo(f"成果.gdb/{name}"), b"x")


def _sheet_outside(path: Path) -> None:
    parts = xlsx_parts({"图斑": WKT_ROWS})
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace(b"worksheets/sheet1.xml", b"/etc/passwd")
    zip_members(path, parts)


def deep_wkt(count: int) -> Callable[[Path], None]:
    """Make a table whose shape is nested."""
    wkt = "GEOMETRYCOLLECTION(" * count + "POINT(1 1)" + ")" * count
    return csv_file([WKT_HEAD, ("1", "a", 1, wkt)])


LINK: Final = '"\\u0063rs":{"type":"l\\u0069nk","properties":{"href":"CANARYcrs"}}'
NEXT: Final = '"links":[{"rel":"next","href":"CANARYx","method":"GET"}],"stac_version":"1.0.0"'
INCLUDE: Final = (
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" '
    'parse="text"/>'
)

CASES: tuple[Case, ...] = (
    patch_case("zip-streamed", ZIP, _streamed, taken(**WHOLE)),
    patch_case("zip-zip64", ZIP, _zip64, taken(**WHOLE)),
    patch_case("zip-long-comment", ZIP, _long_comment, taken(**WHOLE)),
    patch_case(
        "zip-second-directory",
        ZIP,
        _second_directory,
        Expect(any_of("imported", "refused_file"), error=NOTHING),
    ),
    patch_case(
        "zip-no-name",
        ZIP,
        lambda p: zip_members(p, delivery() | {"": b"x"}) and None,
        taken(**WHOLE),
    ),
    patch_case("zip-unheard-method", ZIP, _unheard_method, refused("file_unreadable")),
    patch_case("zip-unreadable-name", ZIP, _unreadable_name, refused("file_unreadable")),
    patch_case("zip-long-cpg", ZIP, beside(_cpg=b"GBK\n" * (LONG // 4)), taken(**WHOLE)),
    patch_case("zip-long-prj", ZIP, beside(_prj=b"GEOGCS[" * (LONG // 7)), UNHEARD),
    *(
        patch_case(f"prj-{what}", "x.zip", with_prj(words), UNHEARD, **FAR)
        for what, words in PRJS.items()
    ),
    *(
        patch_case(f"dbf-{what}", ZIP, with_bytes(".dbf", at, content), expect)
        for what, at, content, expect in (
            ("no-record-size", 10, b"\0\0", taken(first_code="1", proposals=frozenset({"codes"}))),
            ("long-records", 10, b"\xff\xff", Expect("refused_rows", rows_read=3)),
            ("many-records", 4, MOST, taken(**WHOLE)),
            ("negative-records", 4, NEGATIVE, taken(**WHOLE)),
            ("long-head", 8, b"\xff\xff", taken()),
            ("no-head", 8, b"\0\0", taken()),
            ("no-width", 48, b"\0", Expect("refused_rows", rows_read=3)),
        )
    ),
    *(
        patch_case(f"shp-{what}", ZIP, with_bytes(".shp", at, content), ONE_LOST)
        for what, at, content in (
            ("many-parts", 144, MOST),
            ("negative-parts", 144, NEGATIVE),
            ("many-points", 148, MOST),
            ("far-part", 152, MOST),
            ("negative-part", 152, NEGATIVE),
        )
    ),
    patch_case(
        "shp-negative-length",
        ZIP,
        with_bytes(".shp", 104, b"\xff\xff\xff\xff"),
        refused("file_unreadable"),
    ),
    *(
        patch_case(f"gpkg-deep-{what}", GPKG, with_shape(wkb), ONE_LOST)
        for what, wkb in SHAPES.items()
    ),
    patch_case(
        "gpkg-long-text",
        GPKG,
        changed('UPDATE "图斑" SET BEIZHU = hex(zeroblob(2100000)) WHERE fid = 1'),
        refused("cell_too_long"),
    ),
    patch_case(
        "gpkg-endless-text",
        GPKG,
        changed(
            "CREATE VIEW v AS SELECT fid, geom, PAN_NO_TB, hex(zeroblob(900000000)) AS BEIZHU "
            'FROM "图斑"',
            "UPDATE gpkg_contents SET table_name = 'v'",
            "UPDATE gpkg_geometry_columns SET table_name = 'v'",
        ),
        refused("cell_too_long", MISMATCH, *TOO_MUCH),
        options=ACCEPT,
    ),
    patch_case(
        "gpkg-field-like-ours",
        GPKG,
        changed(
            'ALTER TABLE "图斑" ADD COLUMN __geometry__ TEXT',
            "UPDATE \"图斑\" SET __geometry__ = 'x'",
        ),
        taken(**WHOLE),
    ),
    patch_case(
        "gpkg-system-of-a-file",
        GPKG,
        changed(
            f"UPDATE gpkg_spatial_ref_sys SET definition = '{INIT}', organization = 'NONE' "
            "WHERE organization_coordsys_id = 4528"
        ),
        UNHEARD,
    ),
    patch_case(
        "gpkg-no-such-year",
        GPKG,
        changed('ALTER TABLE "图斑" ADD COLUMN d DATE', "UPDATE \"图斑\" SET d = '32767-01-01'"),
        taken(**WHOLE),
    ),
    patch_case(
        "geojson-doubled-key",
        "x.geojson",
        geojson('"BEIZHU"', '"PAN_NO_TB": "x", "BEIZHU"'),
        taken(first_code="x"),
    ),
    patch_case("geojson-endless-number", "x.geojson", geojson("43.", "1e400, 43."), ONE_LOST),
    patch_case("geojson-no-number", "x.geojson", geojson("119.", "NaN, 119."), ONE_LOST),
    patch_case(
        "geojson-half-a-sign",
        "x.geojson",
        geojson(REMARK, "\\ud800x\\udfff"),
        taken(first_code=FIRST),
    ),
    patch_case(
        "geojson-zero-sign", "x.geojson", geojson(REMARK, "a\\u0000b"), taken(first_code=FIRST)
    ),
    patch_case(
        "geojson-half-a-key", "x.geojson", geojson("BEIZHU", "\\ud800"), taken(first_code=FIRST)
    ),
    patch_case(
        "geojson-hidden-link", "x.geojson", geojson_far(LINK), taken(first_code=FIRST), **FAR
    ),
    patch_case("geojson-next-page", "x.geojson", geojson_far(NEXT), taken(first_code=FIRST), **FAR),
    patch_case(
        "geojson-utf32",
        "x.geojson",
        raw(PLAIN.encode("utf-32")),
        refused("format_mismatch", "file_unreadable"),
    ),
    patch_case(
        "csv-deep-shape",
        "x.csv",
        deep_wkt(50_000),
        refused("layer_without_shapes", "reader_broke_down"),
    ),
    patch_case("xlsx-sheet-outside", "x.xlsx", _sheet_outside, refused(NOTHING, MISMATCH)),
    patch_case(
        "kml-include",
        "x.kml",
        text(kml_text(placemarks().replace("<name>图斑1</name>", f"<name>{INCLUDE}</name>"))),
        taken(first_code=FIRST),
        **FAR,
    ),
    patch_case("gdb-odd-members", "成果.zip", _odd_gdb, taken(**WHOLE)),
)
