"""Fields under every name there is, codes of every kind, cells that want to be more than text."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from tests.deliveries import ZONE_40, zip_members
from tests.files.corpus_case import (
    ACCEPT,
    ASK,
    SKIP,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import CODES, FIRST, REMARK, REMARKS, in_system, patches, squares
from tests.files.corpus_geojson import collection, written
from tests.files.corpus_shp_bytes import named, shapefile
from tests.files.corpus_tables import WKT_HEAD, WKT_ROWS, xlsx

WHOLE = {"first_code": FIRST, "texts": (REMARK,)}
LONG_NAME = "很长的字段名" * 33 + "完了"
HOSTILE_NAMES = (
    "'\"; DROP TABLE patch; --",
    "{{7*7}}",
    "${7*7}",
    "<img src=x onerror=alert(1)>",
    "two\nlines",
    LONG_NAME,
    "",
    " ",
    "__proto__",
    "fid_2",
    "=1+1",
    "a\u202eb",
    "geometry_2",
)
HOSTILE_CELLS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://127.0.0.1:9/","a")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "{{7*7}}{% raw %}",
    "javascript:alert(1)",
    "两行\n和\t制表",
    "'; DELETE FROM patch; --",
    "a\u202e疑似采伐",
)


def fields(**columns: Sequence[object]) -> gpd.GeoDataFrame:
    """The usual squares with these fields only."""
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(dict(columns), geometry=squares(count), crs=ZONE_40)


def shp(frame: gpd.GeoDataFrame, **more: Any) -> Callable[[Path], None]:
    """Make a zipped shapefile."""
    return lambda path: zip_members(path, named(shapefile(frame, **more))) and None


def codes(values: Sequence[object]) -> Callable[[Path], None]:
    """Make a GeoPackage of patches with these codes."""
    return gpkg(lambda: {"图斑": patches(values)})


def renamed(code: str, remark: str = "BEIZHU") -> gpd.GeoDataFrame:
    """The usual patches, two fields of which are called otherwise."""
    return patches().rename(columns={"PAN_NO_TB": code, "BEIZHU": remark})


def _names_of_2023() -> gpd.GeoDataFrame:
    return fields(
        ly=["卫星影像"] * 3,
        pddw=["测试单位"] * 3,
        pdtbbh=list(CODES),
        qqyxsj=["2025-06"] * 3,
        hqyxsj=["2026-06"] * 3,
        pdtbmj=[1.0] * 3,
        pdbhyy=["421"] * 3,
        xzdl=["建设用地"] * 3,
        rdqdl=["乔木林地"] * 3,
        beizhu=list(REMARKS),
    )


def _chinese_names() -> gpd.GeoDataFrame:
    return fields(
        判读图斑编号=list(CODES),
        村代码=["159901001001"] * 3,
        图斑面积=[1.0] * 3,
        备注=list(REMARKS),
    )


def _hostile_names(path: Path) -> None:
    content = collection(in_system(patches()))
    for feature in content["features"]:
        feature["properties"] |= {name: f"值{n}" for n, name in enumerate(HOSTILE_NAMES)}
    written(content)(path)


def _hostile_names_gpkg(path: Path) -> None:
    names = [name for name in HOSTILE_NAMES if name.strip()]
    frame = patches(**{name: [f"值{n}"] * 3 for n, name in enumerate(names)})
    gpkg(lambda: {"图斑": frame})(path)


def _hostile_code_field(path: Path) -> None:
    gpkg(lambda: {"图斑": renamed(HOSTILE_NAMES[3])})(path)


def _hostile_cells(path: Path) -> None:
    count = len(HOSTILE_CELLS)
    frame = patches([str(n) for n in range(count)], BEIZHU=list(HOSTILE_CELLS))
    gpkg(lambda: {"图斑": frame})(path)


def _hostile_codes(path: Path) -> None:
    gpkg(lambda: {"图斑": patches(HOSTILE_CELLS)})(path)


def _names_twice(path: Path) -> None:
    content = collection(in_system(patches()))
    for feature in content["features"]:
        feature["properties"]["pan_no_tb"] = "另一个"
    written(content)(path)


def _numbers_in_a_sheet(path: Path) -> None:
    rows = [
        WKT_HEAD,
        *((float(code), *row[1:]) for code, row in zip(CODES, WKT_ROWS[1:], strict=True)),
    ]
    xlsx(rows)(path)


def _areas(path: Path) -> None:
    shp(patches(MIAN_JI=["1.25", "1,250.5", "约3公顷"]))(path)


DECIMALS = np.array([float(code) for code in CODES])
DOUBLED = Expect("refused_rows", rows_read=3, quarantined=2, problems=frozenset({"duplicate_code"}))
ZIP, GPKG = "图斑.zip", "图斑.gpkg"
GUESSED = {"proposals": frozenset({"field_code"})} | WHOLE

CASES: tuple[Case, ...] = (
    patch_case(
        "fields-2019",
        ZIP,
        shp(
            patches(
                SHENG=["15"] * 3,
                XIAN=["159901"] * 3,
                LIN_BAN=["0012"] * 3,
                HS_QDL=["乔木林地"] * 3,
                SYLDXZ=["3"] * 3,
            )
        ),
        taken(texts=(REMARK, "0012"), first_code=FIRST),
    ),
    patch_case("fields-2023", ZIP, shp(_names_of_2023()), taken(**WHOLE)),
    patch_case("fields-chinese", ZIP, shp(_chinese_names()), taken(**WHOLE)),
    patch_case("fields-pinyin", ZIP, shp(renamed("TUBANHAO", "BEIZHU")), taken(**GUESSED)),
    patch_case("fields-pinyin-initials", ZIP, shp(renamed("TBH", "BZ")), taken(**GUESSED)),
    patch_case(
        "fields-pinyin-unasked",
        ZIP,
        shp(renamed("TUBANHAO")),
        Expect("confirm", proposals=frozenset({"field_code"})),
        options=ASK,
    ),
    # One field alone looks like a number: that is proposed, and a person has to say yes.
    patch_case(
        "fields-unknown",
        ZIP,
        shp(renamed("AAA", "BBB")),
        Expect("confirm", proposals=frozenset({"field_code"})),
        options=ASK,
    ),
    patch_case(
        "fields-unknown-told",
        ZIP,
        shp(renamed("AAA", "BBB")),
        taken(**WHOLE),
        options=ACCEPT | {"fields": {"code": "AAA", "remark": "BBB"}},
    ),
    patch_case(
        "fields-told-none-such",
        ZIP,
        shp(patches()),
        refused("field_unknown"),
        options=ACCEPT | {"fields": {"code": "没有这个"}},
    ),
    patch_case(
        "fields-twice-but-case",
        "图斑.geojson",
        _names_twice,
        taken(**WHOLE),
        options=ACCEPT | {"fields": {"code": "PAN_NO_TB"}},
    ),
    patch_case("code-twenty-digits", GPKG, codes(CODES), taken(texts=CODES, first_code=FIRST)),
    patch_case(
        "code-whole-numbers",
        GPKG,
        codes(np.array([1, 150421000001, 999_999_999_999_999_999])),
        taken(first_code="1", texts=("999999999999999999",)),
    ),
    patch_case(
        "code-decimal-numbers",
        GPKG,
        codes(np.array([1.0, 2.0, 3.0])),
        taken(first_code="1"),
    ),
    patch_case(
        "code-inexact",
        GPKG,
        codes(DECIMALS),
        Expect("refused_rows", rows_read=3, quarantined=3, problems=frozenset({"code_inexact"})),
    ),
    patch_case(
        "code-inexact-dbf",
        ZIP,
        shp(patches(DECIMALS)),
        Expect("refused_rows", rows_read=3, quarantined=3, problems=frozenset({"code_inexact"})),
    ),
    patch_case(
        "code-inexact-sheet",
        "图斑.xlsx",
        _numbers_in_a_sheet,
        Expect("refused_rows", rows_read=3, quarantined=3, problems=frozenset({"code_inexact"})),
    ),
    patch_case(
        "code-leading-zeros",
        ZIP,
        shp(patches(("0017", "00000000000000000001", "007"))),
        taken(first_code="0017", texts=("00000000000000000001", "007")),
    ),
    patch_case("code-doubled", GPKG, codes(("1", "2", "1")), DOUBLED),
    patch_case(
        "code-doubled-skipped",
        GPKG,
        codes(("1", "2", "1")),
        Expect("imported", taken=1, quarantined=2, first_code="2"),
        options=SKIP,
    ),
    patch_case(
        "code-none",
        GPKG,
        codes(("1", " ", None)),
        Expect("refused_rows", rows_read=3, quarantined=2, problems=frozenset({"no_code"})),
    ),
    patch_case(
        "code-none-at-all",
        GPKG,
        codes(("", " ", None)),
        Expect("refused_rows", rows_read=3, quarantined=3, problems=frozenset({"no_code"})),
        options=SKIP,
    ),
    patch_case(
        "area-no-number", ZIP, _areas, taken(problems=frozenset({"number_unreadable"}), **WHOLE)
    ),
    patch_case(
        "hostile-names",
        "图斑.geojson",
        _hostile_names,
        taken(texts=("值0", "值12"), first_code=FIRST),
    ),
    patch_case(
        "hostile-names-gpkg", GPKG, _hostile_names_gpkg, taken(texts=("值0",), first_code=FIRST)
    ),
    patch_case(
        "hostile-code-field",
        GPKG,
        _hostile_code_field,
        taken(**WHOLE),
        options=ACCEPT | {"fields": {"code": HOSTILE_NAMES[3]}},
    ),
    patch_case(
        "hostile-cells",
        GPKG,
        _hostile_cells,
        taken(len(HOSTILE_CELLS), first_code="0", texts=HOSTILE_CELLS[:7]),
    ),
    patch_case(
        "hostile-codes",
        GPKG,
        _hostile_codes,
        Expect(any_of("imported", "refused_rows"), rows_read=len(HOSTILE_CELLS)),
    ),
)
