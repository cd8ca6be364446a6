"""Shapefiles as offices send them: packed by every program there is, and with parts missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from tests.deliveries import zip_members
from tests.files.corpus_case import ACCEPT, ASK, GB, Case, Expect, patch_case, refused, taken
from tests.files.corpus_drawing import FIRST, REMARK, patches, square, squares
from tests.files.corpus_shp_bytes import POLYGON as AREAS
from tests.files.corpus_shp_bytes import (
    PRJ_40,
    WITH_HEIGHTS,
    WITH_MEASURES,
    lay_down,
    named,
    shapefile,
)

WHOLE = {"crs": "EPSG:4528", "first_code": FIRST, "texts": (REMARK,)}
# What a program on another machine leaves in every archive it packs.
NOISE = {
    "__MACOSX/._图斑.shp": b"\0\5\26\7",
    "__MACOSX/下发/._图斑.dbf": b"\0\5\26\7",
    ".DS_Store": b"\0\0\0\1Bud1",
    "下发/Thumbs.db": b"\xd0\xcf\x11\xe0",
    "下发/说明.txt": "请查收".encode("gbk"),
    "下发/图斑.sbn": b"\0\0\x27\x0a",
    "下发/图斑.shp.xml": b"<metadata/>",
}


def packed(
    *,
    stem: str = "图斑",
    without: tuple[str, ...] = (),
    frame: Mapping[str, Any] | None = None,
    **parts: Any,
) -> Any:
    """Make an archive of one shapefile, some of its suffixes left out."""

    def make(path: Path) -> None:
        members = named(shapefile(patches(**(frame or {})), **parts), stem)
        kept = {name: raw for name, raw in members.items() if not name.endswith(without or "?")}
        zip_members(path, kept)

    return make


def _in_folders(path: Path) -> None:
    zip_members(path, named(shapefile(patches()), "2026年/六月/下发/图斑"))


def _in_windows_folders(path: Path) -> None:
    zip_members(path, named(shapefile(patches()), "下发\\旗县\\图斑"), names_in="gbk")


def _two_layers(path: Path) -> None:
    members = {}
    for stem, count in (("森林图斑", 3), ("草原图斑", 2)):
        frame = patches().iloc[:count]
        members |= named(shapefile(frame), f"下发/{stem}")
    zip_members(path, members)


def _upper_case(path: Path) -> None:
    members = {f"TB{suffix.upper()}": raw for suffix, raw in shapefile(patches()).items()}
    members["tb.dbf"] = members.pop("TB.DBF")
    zip_members(path, members)


def _gbk_names(path: Path) -> None:
    zip_members(path, named(shapefile(patches()), "二〇二六年乗图斑"), names_in="gbk")


def _with_noise(path: Path) -> None:
    zip_members(path, NOISE | named(shapefile(patches()), "下发/图斑"))


def _bare(path: Path) -> None:
    lay_down(shapefile(patches()), path)


def _alone(path: Path) -> None:
    path.write_bytes(shapefile(patches())[".shp"])


def _truncated(path: Path) -> None:
    parts = shapefile(patches())
    zip_members(path, named(parts | {".shp": parts[".shp"][:-60]}))


def _headless(path: Path) -> None:
    parts = shapefile(patches())
    zip_members(path, named(parts | {".shp": parts[".shp"][:40]}))


def _short_table(path: Path) -> None:
    parts = shapefile(patches())
    table = parts[".dbf"]
    size, record = (int.from_bytes(table[at : at + 2], "little") for at in (8, 10))
    zip_members(path, named(parts | {".dbf": table[: size + 2 * record]}))


def _ring_of_rings(path: Path) -> None:
    ring = shapely.Polygon(square(0, side_m=300).exterior, [square(1, 1).exterior.coords[::-1]])
    two = shapely.MultiPolygon([square(4), square(6)])
    frame = patches(geometry=[ring, two, square(8)])
    zip_members(path, named(shapefile(frame)))


CASES: tuple[Case, ...] = (
    patch_case("shp-zip", "图斑.zip", packed(), taken(encoding="GBK", **WHOLE)),
    patch_case(
        "shp-zip-unasked",
        "图斑.zip",
        packed(),
        Expect("confirm", proposals=frozenset({"field_code"})),
        options=ASK,
    ),
    patch_case(
        "shp-zip-told",
        "图斑.zip",
        packed(),
        taken(proposals=frozenset(), **WHOLE),
        options={"fields": {"code": "PAN_NO_TB"}},
    ),
    patch_case("shp-zip-folders", "图斑.zip", _in_folders, taken(**WHOLE)),
    patch_case("shp-zip-windows-folders", "图斑.zip", _in_windows_folders, taken(**WHOLE)),
    patch_case(
        "shp-zip-two-layers",
        "下发.zip",
        _two_layers,
        refused("layer_needed", layers=frozenset({"森林图斑", "草原图斑"})),
    ),
    patch_case(
        "shp-zip-one-of-two",
        "下发.zip",
        _two_layers,
        taken(2, **WHOLE),
        options=ACCEPT | {"layer": "草原图斑"},
    ),
    patch_case(
        "shp-zip-none-of-two",
        "下发.zip",
        _two_layers,
        refused("layer_unknown"),
        options=ACCEPT | {"layer": "湿地图斑"},
    ),
    patch_case("shp-upper-case", "TB.ZIP", _upper_case, taken(**WHOLE)),
    patch_case("shp-gbk-member-names", "图斑.zip", _gbk_names, taken(**WHOLE)),
    patch_case("shp-mac-noise", "图斑.zip", _with_noise, taken(**WHOLE)),
    patch_case("shp-no-shx", "图斑.zip", packed(without=(".shx",)), taken(**WHOLE)),
    patch_case(
        "shp-no-dbf",
        "图斑.zip",
        packed(without=(".dbf",)),
        taken(crs="EPSG:4528", proposals=frozenset({"codes"})),
    ),
    patch_case(
        "shp-no-dbf-unasked",
        "图斑.zip",
        packed(without=(".dbf",)),
        Expect("confirm", proposals=frozenset({"codes"})),
        options=ASK,
    ),
    patch_case(
        "shp-no-prj",
        "图斑.zip",
        packed(prj=None),
        taken(proposals=frozenset({"crs"}), **WHOLE),
    ),
    patch_case(
        "shp-no-cpg",
        "图斑.zip",
        packed(cpg=None),
        taken(proposals=frozenset({"encoding"}), encoding=GB, **WHOLE),
    ),
    patch_case("shp-bare", "图斑.shp", _bare, taken(**WHOLE)),
    patch_case(
        "shp-bare-alone",
        "图斑.shp",
        _alone,
        taken(crs="EPSG:4528", proposals=frozenset({"codes", "crs"})),
    ),
    patch_case("shp-heights", "图斑.zip", packed(kind=AREAS + WITH_HEIGHTS), taken(**WHOLE)),
    patch_case("shp-measures", "图斑.zip", packed(kind=AREAS + WITH_MEASURES), taken(**WHOLE)),
    patch_case("shp-holes-and-parts", "图斑.zip", _ring_of_rings, taken(**WHOLE)),
    patch_case(
        "shp-cut-names",
        "图斑.zip",
        packed(
            frame={
                "AREA_DELIVERED_HA": [1.0, 1.5, 2.0],
                "判读变化原因": ["421", "422", "423"],
                "geometry": squares(),
            }
        ),
        taken(texts=(REMARK, "423"), first_code=FIRST),
    ),
    patch_case(
        "shp-cut-names-collide",
        "图斑.zip",
        packed(
            frame={
                "WF_ZRBHD_MJ": [0.25, 0.5, 0.75],
                "WF_ZRBHD_MC": ["甲保护区", "乙保护区", "丙保护区"],
            }
        ),
        taken(texts=(REMARK, "乙保护区"), first_code=FIRST),
    ),
    patch_case(
        "shp-deleted-records",
        "图斑.zip",
        packed(deleted=(1,)),
        taken(2, crs="EPSG:4528", first_code=FIRST, texts=("新增道路",)),
    ),
    # A person would lose a patch without a word if what is left were simply taken.
    patch_case(
        "shp-truncated",
        "图斑.zip",
        _truncated,
        Expect(frozenset({"refused_file", "refused_rows"}), error="file_unreadable"),
    ),
    patch_case("shp-headless", "图斑.zip", _headless, refused("file_unreadable")),
    patch_case(
        "shp-table-too-short",
        "图斑.zip",
        _short_table,
        Expect(
            frozenset({"refused_file", "refused_rows"}),
            error="file_unreadable",
            problems=frozenset({"no_code"}),
        ),
    ),
    patch_case("shp-prj-other-case", "图斑.zip", packed(prj=PRJ_40.upper()), taken(**WHOLE)),
)
