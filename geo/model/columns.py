"""The columns of each table, described once: name, what it holds, in which unit.

Frames, stored tables, exported files and screens all use these names. The words people read for
them are ``column.NAME`` in `geo.text`.
"""

from dataclasses import dataclass
from enum import StrEnum

GEOMETRY = "geometry"
CODE = "code"

PATCH_CODE = "patch_code"
GRID_CODE = "grid_code"
SHARE = "share"
STAGE = "stage"
AREA_HA = "area_ha"
AREA_MU = "area_mu"
ASSIGNEE = "assignee"
DUE = "due"
BATCH = "batch"
ADMIN_CODE = "admin_code"
CAUSE = "cause"
LAND_BEFORE = "land_before"
LAND_AFTER = "land_after"
AREA_DELIVERED_HA = "area_delivered_ha"
IMAGE_BEFORE = "image_before"
IMAGE_AFTER = "image_after"
REMARK = "remark"
NAME = "name"
MANAGER = "manager"
RANGER = "ranger"
VERSION = "version"
ALERT = "alert"
LEVEL = "level"
KIND = "kind"
PARENT = "parent"
APPROVED_HA = "approved_ha"
APPROVED_IN = "approved_in"
VALID_UNTIL = "valid_until"
ORIGIN = "origin"
CONFIDENCE = "confidence"

STORED_CRS = "EPSG:4490"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"  # codes are text: leading zeros and twenty digits survive
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One field that an incoming layer can fill.

    Attributes
    ----------
    name
        The product's name for it.
    kind
        What it holds.
    known_as
        Names that files use for it, upper case, best known first.
    is_required
        Whether a layer without it is refused.
    """

    name: str
    kind: Kind
    known_as: tuple[str, ...]
    is_required: bool = False


# Sources of the names: the 2019 forest-supervision layer and the 2023-era form as field programs
# carry them (see docs/fields.md); Chinese names as offices write them.
PATCH_COLUMNS: tuple[Column, ...] = (
    Column(
        CODE,
        Kind.TEXT,
        ("PATCH_CODE", "PAN_NO_TB", "PDTBBH", "TBBH", "图斑号", "图斑编号", "判读图斑编号", "CODE"),
        is_required=True,
    ),
    Column(
        ADMIN_CODE,
        Kind.TEXT,
        ("ADMIN_CODE", "CUN", "XIANG", "XIAN", "行政区代码", "村代码", "乡代码", "县代码"),
    ),
    Column(CAUSE, Kind.TEXT, ("CAUSE", "PAN_BHYY", "PDBHYY", "变化原因", "判读变化原因")),
    Column(LAND_BEFORE, Kind.TEXT, ("LAND_BEFORE", "RDQDL", "前地类", "前期地类", "原地类")),
    Column(
        LAND_AFTER,
        Kind.TEXT,
        ("LAND_AFTER", "PAN_DILEI", "XZDL", "后地类", "后期地类", "现地类", "现状地类"),
    ),
    Column(
        AREA_DELIVERED_HA,
        Kind.NUMBER,
        ("AREA_DELIVERED_HA", "MIAN_JI", "PDTBMJ", "图斑面积", "面积"),
    ),
    Column(IMAGE_BEFORE, Kind.TEXT, ("IMAGE_BEFORE", "QQYXSJ", "前期影像", "前时相")),
    Column(IMAGE_AFTER, Kind.TEXT, ("IMAGE_AFTER", "HQYXSJ", "后期影像", "后时相")),
    Column(REMARK, Kind.TEXT, ("REMARK", "BEIZHU", "BEIZU", "备注", "说明")),
)

GRID_COLUMNS: tuple[Column, ...] = (
    Column(
        CODE,
        Kind.TEXT,
        ("GRID_CODE", "WGBH", "CID", "网格编号", "网格号", "网格编码", "CODE"),
        is_required=True,
    ),
    Column(NAME, Kind.TEXT, ("GRID_NAME", "WGMC", "网格名称", "NAME", "名称")),
    Column(
        ADMIN_CODE,
        Kind.TEXT,
        ("ADMIN_CODE", "CUN", "XIANG", "XIAN", "行政区代码", "村代码", "乡代码", "县代码"),
    ),
    Column(MANAGER, Kind.TEXT, ("MANAGER", "WGZ", "网格长", "网格长编号")),
    Column(RANGER, Kind.TEXT, ("RANGER", "HLY", "护林员", "护林员编号")),
)

# Layers that patches are compared with. A code that no field holds is made from the row's number.
ADMIN_COLUMNS: tuple[Column, ...] = (
    Column(
        CODE,
        Kind.TEXT,
        ("ADMIN_CODE", "XZQDM", "XZDM", "行政区代码", "区划代码", "代码", "ADCODE", "CODE"),
        is_required=True,
    ),
    Column(NAME, Kind.TEXT, ("NAME", "XZQMC", "XZMC", "行政区名称", "名称")),
    Column(PARENT, Kind.TEXT, ("PARENT", "SJDM", "上级代码", "PARENT_CODE")),
)

PERMIT_COLUMNS: tuple[Column, ...] = (
    Column(
        CODE,
        Kind.TEXT,
        ("PERMIT_CODE", "SH_WH", "PZWH", "批准文号", "审核文号", "CFZH", "采伐证号", "CODE"),
        is_required=True,
    ),
    Column(NAME, Kind.TEXT, ("NAME", "XMMC", "XMFQMC", "项目名称", "名称")),
    Column(KIND, Kind.TEXT, ("KIND", "SYLX", "XMYT", "用途", "使用类型")),
    Column(ADMIN_CODE, Kind.TEXT, ("ADMIN_CODE", "CUN", "XIANG", "XIAN", "行政区代码")),
    Column(APPROVED_HA, Kind.NUMBER, ("APPROVED_HA", "SH_MJ", "PZMJ", "批准面积", "AREA_HA")),
    Column(APPROVED_IN, Kind.TEXT, ("APPROVED_IN", "SH_ND", "批准年度", "批准日期", "ISSUED")),
    Column(VALID_UNTIL, Kind.TEXT, ("VALID_UNTIL", "YXQZ", "有效期至", "EXPIRES")),
)

RESERVE_COLUMNS: tuple[Column, ...] = (
    Column(CODE, Kind.TEXT, ("RESERVE_CODE", "BHDBH", "保护地编号", "CODE")),
    Column(NAME, Kind.TEXT, ("NAME", "WF_ZRBHD_MC", "BHDMC", "保护地名称", "名称")),
    Column(LEVEL, Kind.TEXT, ("LEVEL", "WF_ZRBHD_JB", "BHDJB", "级别", "保护级别")),
    Column(KIND, Kind.TEXT, ("KIND", "BHDLX", "类型", "保护地类型")),
    Column(ADMIN_CODE, Kind.TEXT, ("ADMIN_CODE", "XIAN", "行政区代码")),
)

REFERENCE_COLUMNS: tuple[Column, ...] = (
    Column(CODE, Kind.TEXT, ("CODE", "编号", "代码", "ID")),
    Column(NAME, Kind.TEXT, ("NAME", "名称", "MC")),
    Column(ADMIN_CODE, Kind.TEXT, ("ADMIN_CODE", "CUN", "XIANG", "XIAN", "行政区代码")),
)

# The beginning of every exported table of patches; other columns may follow.
EXPORT_COLUMNS: tuple[str, ...] = (
    PATCH_CODE,
    GRID_CODE,
    SHARE,
    STAGE,
    AREA_HA,
    AREA_MU,
    ASSIGNEE,
    DUE,
    BATCH,
)


# What a shapefile leaves of a longer name, in bytes of its own encoding.
SHAPEFILE_NAME_BYTES = 10
# Without this word at its end, a name tells where something lies and not by which code.
_CODE_WORD = "代码"


def propose_mapping(fields: list[str], columns: tuple[Column, ...]) -> dict[str, str]:
    """Propose which field of a file fills which column, by the names files are known to use.

    A name that a shapefile cut short counts where no whole one is there.

    Returns
    -------
    dict
        Column name to field name; columns that no field fits are left out.
    """
    by_upper = {f.upper(): f for f in fields}
    mapping = {}
    for column in columns:
        names = (*column.known_as, *(cut for name in column.known_as for cut in _cut_short(name)))
        found = next((name for name in names if name in by_upper), None)
        if found is not None:
            mapping[column.name] = by_upper[found]
    return mapping


def _cut_short(name: str) -> list[str]:
    cuts = [
        name.encode(encoding)[:SHAPEFILE_NAME_BYTES].decode(encoding, errors="ignore")
        for encoding in ("gbk", "utf-8")
    ]
    return [cut for cut in cuts if cut.endswith(_CODE_WORD) or not name.endswith(_CODE_WORD)]
