"""Tables in every encoding, told, untold and told wrongly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.deliveries import zip_members
from tests.files.corpus_case import (
    ACCEPT,
    ASK,
    GB,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_drawing import FIRST, REMARK, patches
from tests.files.corpus_shp_bytes import named, shapefile

WHOLE = {"first_code": FIRST, "texts": (REMARK, "建设用地")}
GUESSED = {"proposals": frozenset({"encoding"})} | WHOLE
LIES = {"contradictions": frozenset({"encoding"})} | GUESSED
CHINESE_PAGE, WESTERN_PAGE = 0x4D, 0x57
# Words that traditional writing and its own code page have as well.
BIG5 = any_of("Big5", "big5", "BIG5", "cp950")
TRADITIONAL = ("疑似砍伐", "新增道路", "開墾林地")
# Beyond GBK: four bytes each, as in names of places.
RARE = ("𠮷林", "㑇村", "䶮乡")


def table(
    encoding: str, cpg: str | None, *, remarks: tuple[str, ...] = (), **more: Any
) -> Callable[[Path], None]:
    """Make a zipped shapefile in an encoding, whose .cpg says something or is not there."""

    def make(path: Path) -> None:
        own = {"BEIZHU": list(remarks), "PAN_DILEI": ["林地"] * len(remarks)} if remarks else {}
        frame = patches(**own)
        parts = shapefile(frame, encoding=encoding, cpg=cpg, **more)
        zip_members(path, named(parts))

    return make


def _chinese_names(path: Path) -> None:
    frame = patches().rename(columns={"PAN_NO_TB": "图斑编号", "BEIZHU": "备注", "CUN": "村代码"})
    zip_members(path, named(shapefile(frame, cpg=None)))


def _ascii_only(path: Path) -> None:
    frame = patches(BEIZHU=["a", "b", "c"], PAN_DILEI=["0301"] * 3)
    zip_members(path, named(shapefile(frame, cpg=None)))


ZIP = "图斑.zip"
CASES: tuple[Case, ...] = (
    patch_case("enc-gbk-told", ZIP, table("gbk", "GBK"), taken(encoding=GB, **WHOLE)),
    patch_case("enc-gbk-untold", ZIP, table("gbk", None), taken(encoding=GB, **GUESSED)),
    patch_case(
        "enc-gbk-unasked",
        ZIP,
        table("gbk", None),
        Expect("confirm", proposals=frozenset({"encoding"})),
        options=ASK | {"fields": {"code": "PAN_NO_TB"}},
    ),
    patch_case("enc-gbk-page-936", ZIP, table("gbk", "936\r\n"), taken(encoding=GB, **WHOLE)),
    patch_case("enc-says-utf8-is-gbk", ZIP, table("gbk", "UTF-8"), taken(encoding=GB, **LIES)),
    patch_case("enc-says-gbk-is-utf8", ZIP, table("utf-8", "GBK"), taken(encoding="UTF-8", **LIES)),
    patch_case(
        "enc-language-byte",
        ZIP,
        table("gbk", None, language=CHINESE_PAGE),
        taken(encoding=GB, **WHOLE),
    ),
    # Programs write this byte where nobody chose anything.
    patch_case(
        "enc-language-byte-western",
        ZIP,
        table("gbk", None, language=WESTERN_PAGE),
        taken(encoding=GB, **GUESSED),
    ),
    patch_case(
        "enc-language-byte-lies",
        ZIP,
        table("utf-8", None, language=CHINESE_PAGE),
        taken(encoding="UTF-8", **WHOLE),
    ),
    patch_case(
        "enc-says-western-is-gbk", ZIP, table("gbk", "ISO-8859-1"), taken(encoding=GB, **GUESSED)
    ),
    patch_case("enc-utf8-told", ZIP, table("utf-8", "UTF-8"), taken(encoding="UTF-8", **WHOLE)),
    patch_case("enc-utf8-untold", ZIP, table("utf-8", None), taken(encoding="UTF-8", **GUESSED)),
    patch_case(
        "enc-gb18030-rare",
        ZIP,
        table("gb18030", "GB18030", remarks=RARE),
        taken(encoding="GB18030", texts=RARE),
    ),
    patch_case(
        "enc-big5-told",
        ZIP,
        table("big5", "Big5", remarks=TRADITIONAL),
        taken(texts=TRADITIONAL, encoding=BIG5),
    ),
    # So few words do not tell the two pages apart: whatever is judged, a person is asked.
    patch_case(
        "enc-big5-untold",
        ZIP,
        table("big5", None, remarks=TRADITIONAL),
        Expect("confirm", proposals=frozenset({"encoding"})),
        options=ASK | {"fields": {"code": "PAN_NO_TB"}},
    ),
    patch_case(
        "enc-big5-override",
        ZIP,
        table("big5", None, remarks=TRADITIONAL),
        taken(texts=TRADITIONAL, encoding=BIG5),
        options=ACCEPT | {"encoding": "big5"},
    ),
    patch_case(
        "enc-cut-within",
        ZIP,
        table("gbk", "GBK", widths={"BEIZHU": 7}),
        taken(encoding=GB, first_code=FIRST, texts=(REMARK[:3],)),
    ),
    patch_case(
        "enc-cut-within-utf8",
        ZIP,
        table("utf-8", None, widths={"BEIZHU": 8}),
        taken(encoding="UTF-8", first_code=FIRST, texts=(REMARK[:2],)),
    ),
    patch_case(
        "enc-override",
        ZIP,
        table("gbk", None),
        taken(encoding=GB, **WHOLE),
        options=ACCEPT | {"encoding": "GBK"},
    ),
    patch_case(
        "enc-override-wrong",
        ZIP,
        table("gbk", None),
        refused("encoding_wrong"),
        options=ACCEPT | {"encoding": "UTF-8"},
    ),
    patch_case(
        "enc-override-none-such",
        ZIP,
        table("gbk", "GBK"),
        refused("encoding_wrong"),
        options=ACCEPT | {"encoding": "chinesisch"},
    ),
    patch_case("enc-chinese-names", ZIP, _chinese_names, taken(encoding=GB, **GUESSED)),
    patch_case("enc-ascii", ZIP, _ascii_only, taken(first_code=FIRST, texts=("0301", "c"))),
)
