"""Which field fills which column: proposed by what is known, and not where nothing is."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.columns import (
    ADMIN_COLUMNS,
    GRID_COLUMNS,
    PATCH_COLUMNS,
    PERMIT_COLUMNS,
    REFERENCE_COLUMNS,
    RESERVE_COLUMNS,
    Column,
    Kind,
    propose_mapping,
)
from geo.model.field_proposals import FieldReason, propose_fields
from geo.model.layer_kinds import LayerKind
from geo.model.templates import BUILTIN_TEMPLATES, Template
from geo.text import knows
from tests.model.test_templates import BASE_MAP, FORM_2023, GRASSLAND, LAYER_2019

R = FieldReason
_APPROVAL_2019 = "XMMC SH_WH SH_ND SH_MJ SJ_MJ WF_MJ SYLDXZ CFZH FZMJ PZMJ CZMJ WZMJ FZXJ"
APPROVAL_2019 = _APPROVAL_2019.split()
TABLES = [
    PATCH_COLUMNS,
    GRID_COLUMNS,
    ADMIN_COLUMNS,
    PERMIT_COLUMNS,
    RESERVE_COLUMNS,
    REFERENCE_COLUMNS,
]
Samples = dict[str, Sequence[str]]


def fields_for(
    fields: Sequence[str],
    columns: tuple[Column, ...] = PATCH_COLUMNS,
    samples: Samples | None = None,
) -> dict[str, str]:
    proposals = propose_fields(fields, columns, samples or {})
    return {column: proposal.field for column, proposal in proposals.items()}


def why(field: str, columns: tuple[Column, ...] = PATCH_COLUMNS, **samples: list[str]) -> list[str]:
    found = propose_fields([field], columns, dict(samples))
    return [f"{p.column} {p.reason}" for p in found.values()]


# ---- The layers of the field --------------------------------------------------------------------


@pytest.mark.parametrize("templates", [(), BUILTIN_TEMPLATES], ids=["names", "templates"])
def test_the_layer_of_2019_is_understood(templates: tuple[Template, ...]) -> None:
    found = propose_fields(LAYER_2019 + APPROVAL_2019, PATCH_COLUMNS, {}, templates)
    assert {column: p.field for column, p in found.items()} == {
        "code": "PAN_NO_TB",
        "admin_code": "CUN",
        "cause": "PAN_BHYY",
        "land_after": "PAN_DILEI",
        "area_delivered_ha": "MIAN_JI",
        "remark": "BEIZHU",
    }
    assert {p.reason for p in found.values()} == {R.TEMPLATE if templates else R.NAME}


def test_the_approvals_of_2019_are_understood() -> None:
    assert fields_for(LAYER_2019 + APPROVAL_2019, PERMIT_COLUMNS) == {
        "code": "SH_WH",
        "name": "XMMC",
        "admin_code": "CUN",
        "approved_ha": "SH_MJ",
        "approved_in": "SH_ND",
    }


def test_the_form_of_2023_is_understood() -> None:
    assert fields_for(FORM_2023) == {
        "code": "pdtbbh",
        "cause": "pdbhyy",
        "land_before": "rdqdl",
        "land_after": "xzdl",
        "area_delivered_ha": "pdtbmj",
        "image_before": "qqyxsj",
        "image_after": "hqyxsj",
    }


def test_the_base_map_and_a_grassland_layer_are_understood() -> None:
    assert fields_for(BASE_MAP, REFERENCE_COLUMNS) == {"admin_code": "cun"}
    found = propose_fields(BASE_MAP, REFERENCE_COLUMNS, {}, BUILTIN_TEMPLATES)
    assert {c: p.field for c, p in found.items()} == {
        "code": "xiao_ban",
        "name": "di_lei",
        "admin_code": "cun",
    }
    assert fields_for(GRASSLAND) == {
        "code": "TBBH",
        "admin_code": "XZQDM",
        "area_delivered_ha": "TBMJ",
        "image_before": "QSX",
        "image_after": "HSX",
        "remark": "BZ",
    }


def test_chinese_names_are_understood() -> None:
    assert fields_for(["图斑号", "前地类", "后地类", "变化年", "图斑面积", "备注"]) == {
        "code": "图斑号",
        "land_before": "前地类",
        "land_after": "后地类",
        "area_delivered_ha": "图斑面积",
        "image_after": "变化年",
        "remark": "备注",
    }


def test_what_was_found_on_the_ground_is_not_taken_for_what_was_seen_from_the_sky() -> None:
    names = ["HS_QDL", "HS_XZDL", "HSBHYY", "HSXBH", "SHIFOU_WF", "SJ_MJ", "WF_MJ", "dcsj", "dcjl"]
    assert fields_for(names) == {}
    assert (
        fields_for(["核实变化原因", "核实前地类", "核实图斑面积", "细斑号", "上级行政区代码"]) == {}
    )


# ---- Each reason --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("tbbh", "code name"),
        ("判读变化原", "cause cut_name"),
        ("TUBANHAO", "code pinyin"),
        ("Tu_Ban_Hao", "code pinyin"),
        ("BIANHUAYUANYIN", "cause pinyin"),
        ("BIANHUAYUA", "cause pinyin"),  # cut to ten bytes
        ("TU_BAN_BIA", "code pinyin"),
        ("TBMIANJI", "area_delivered_ha pinyin"),
        ("XIANDAIMA", "admin_code pinyin"),
        ("认定前地类", "land_before initials"),
        ("TBH", "code initials"),
        ("BHYY", "cause initials"),
        ("XZQDM", "admin_code initials"),
        ("BZ", "remark initials"),
        ("PANBHYY", "cause similar"),
        ("TBBH_1", "code similar"),
        ("图斑编号1", "code similar"),
        ("图斑面积（公顷）", "area_delivered_ha similar"),
        ("图斑编码", "code similar"),
        ("疑似变化原因", "cause similar"),
        ("变化前地类", "land_before similar"),
        ("LAND_BEFFORE", "land_before similar"),
    ],
)
def test_a_name_is_understood_for_its_reason(field: str, found: str) -> None:
    assert why(field) == [found]


@pytest.mark.parametrize(
    "field",
    [
        *("OBJECTID", "SHAPE_Area", "SHAPE_Leng", "随便", "GPS_X", "FID", "ID", "_", "", "1", "　"),
        "XINGZHENGQ",  # cut: of 行政区代码 or of 行政区名称?
        "PANDUTUBAN",  # cut: number or area?
        "行政区",
        "村",
        "图斑面积（亩）",
        "AREA_DELIVERED_MU",
        "PDXBBH",
        "RDBHYY",
        "变化前",
        "图斑",
    ],
)
def test_a_name_that_may_mean_something_else_is_left_alone(field: str) -> None:
    assert why(field) == []


@pytest.mark.parametrize("field", ["网格员编号", "网格面积"])
def test_a_grid_is_not_known_by_whoever_walks_it(field: str) -> None:
    assert why(field, GRID_COLUMNS) == []


def test_an_area_of_a_reserve_is_not_its_name() -> None:
    assert why("WF_ZRBHD_MJ", RESERVE_COLUMNS) == []


def test_what_was_not_approved_is_not_approved() -> None:
    assert why("UNAPPROVED_HA", PERMIT_COLUMNS) == []
    assert why("APPPROVED_HA", PERMIT_COLUMNS) == ["approved_ha similar"]


def test_two_initials_of_a_chinese_name_say_too_little() -> None:
    assert why("木材", REFERENCE_COLUMNS) == []


def test_a_field_that_two_columns_know_goes_to_the_first_and_the_other_takes_its_next() -> None:
    first = Column("c0", Kind.TEXT, ("MC",))
    second = Column("c1", Kind.TEXT, ("MC", "MZ"))
    assert fields_for(["MC"], (first, second)) == {"c0": "MC"}
    assert fields_for(["MC"], (second, first)) == {"c1": "MC"}
    assert fields_for(["MZ", "MC"], (first, second)) == {"c0": "MC", "c1": "MZ"}


def test_names_that_differ_in_their_capitals_are_chosen_alike_in_every_process() -> None:
    names = ["TBBH", "CUN", "CAUSE", "RDQDL", "XZDL", "PDTBMJ", "QQYXSJ", "HQYXSJ", "BEIZHU"]
    both = [written for name in names for written in (name.lower(), name)]
    assert list(fields_for(both).values()) == [name.lower() for name in names]


def test_a_name_that_spells_two_columns_is_left_alone() -> None:
    columns = (Column("c0", Kind.TEXT, ("编号",)), Column("c1", Kind.TEXT, ("变号",)))
    assert why("BIANHAO", columns) == []
    assert why("BIANHAO", columns[:1]) == ["c0 pinyin"]


def test_a_saved_template_goes_before_known_names() -> None:
    own = Template("盟局", LayerKind.PATCHES, {"code": "CODE", "cause": "YY", "remark": "MEMO"})
    found = propose_fields(["TBBH", "CODE", "YY", "MEMO", "BZ"], PATCH_COLUMNS, {}, [own])
    assert {c: (p.field, p.reason) for c, p in found.items()} == {
        "code": ("CODE", R.TEMPLATE),
        "cause": ("YY", R.TEMPLATE),
        "remark": ("MEMO", R.TEMPLATE),
    }


def test_a_template_for_other_columns_is_passed_over() -> None:
    other = Template("x", LayerKind.GRIDS, {"code": "A", "manager": "B"})
    assert propose_fields(["A", "B"], PATCH_COLUMNS, {}, [other]) == {}


def test_a_stronger_reason_is_always_surer() -> None:
    own = Template(
        "盟局", LayerKind.PATCHES, {"code": "N", "land_after": "D", "remark": "M", "cause": "X"}
    )
    found = [
        propose_fields(["N", "D", "M"], PATCH_COLUMNS, {}, [own]),
        *(
            propose_fields([name], columns, {})
            for columns in TABLES
            for column in columns
            for name in column.known_as
        ),
        *(propose_fields([name], PATCH_COLUMNS, {}) for name in ("判读变化原", "CDM", "MJ", "SM")),
        *(propose_fields([n], PATCH_COLUMNS, {}) for n in ("BIANHUAYUA", "TBHAO", "图斑编码")),
        propose_fields(["a"], PATCH_COLUMNS, {"a": ["421", "422", "51"]}),
        propose_fields(["a"], PATCH_COLUMNS, {"a": ["n1", "n2", "n3"]}),
    ]
    by_reason: dict[FieldReason, list[float]] = {}
    for proposal in (p for proposals in found for p in proposals.values()):
        by_reason.setdefault(proposal.reason, []).append(proposal.sureness)
    assert list(FieldReason) == sorted(by_reason, key=lambda r: -max(by_reason[r]))
    for strong, weak in zip(list(FieldReason), list(FieldReason)[1:], strict=False):
        assert min(by_reason[strong]) > max(by_reason[weak])


# ---- Values -------------------------------------------------------------------------------------

VILLAGES = ["159901001001", "159901001002", "159901001001", "159901002001"]


def test_codes_causes_areas_and_images_are_known_by_their_values() -> None:
    samples: Samples = {
        "f1": ["159901"] * 4,
        "f2": VILLAGES,
        "f3": ["421", "51", "421", "22"],
        "f4": ["20250821", "20250903", "20250821", "20250903"],
        "f5": ["2026-06-28", "2026-07-09", "2026-06-28", "2026-07-09"],
        "f6": ["0.1234", "12.5", "3.0001", "0.9"],
        "f7": ["7", "8", "9", "10"],
        "f8": ["甲", "乙", "丙", "丁"],
    }
    found = propose_fields(list(samples), PATCH_COLUMNS, samples)
    assert {c: p.field for c, p in found.items()} == {
        "code": "f7",
        "admin_code": "f2",
        "cause": "f3",
        "area_delivered_ha": "f6",
        "image_before": "f4",
        "image_after": "f5",
    }
    assert {p.reason for p in found.values()} == {R.VALUES}


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param({"a": ["202508", "202509", "202508"]}, id="months are no codes of places"),
        pytest.param({"a": ["159901", "140100", "159901"]}, id="places of two leagues"),
        pytest.param({"a": ["159901"] * 3, "b": ["159902"] * 3}, id="two fields alike"),
        pytest.param({"a": ["159901"] * 3, "b": ["159902001"] * 3}, id="not one chain"),
        pytest.param({"a": ["159901", "159901001", "159901"]}, id="codes of two lengths"),
        pytest.param({"a": ["421"] * 3}, id="one cause only says little"),
        pytest.param({"a": ["421", "999", "421"]}, id="a cause of no list"),
        pytest.param({"a": ["421", "51", "51"], "b": ["422", "52", "52"]}, id="two causes"),
        pytest.param({"a": ["1", "2", "2"]}, id="numbers that repeat"),
        pytest.param({"a": ["1", "2", ""]}, id="a number is missing"),
        pytest.param({"a": ["1", "2", "3"], "b": ["4", "5", "6"]}, id="two numbers"),
        pytest.param({"a": ["1"]}, id="one row"),
        pytest.param({"OBJECTID": ["1", "2", "3"]}, id="numbers of rows"),
        pytest.param({"a": ["东", "西", "南"]}, id="words"),
        pytest.param({"a": ["120.10001", "120.20002", "120.30003"]}, id="longitudes"),
        pytest.param({"SHAPE_Area": ["1.5", "2.5", "3.5"]}, id="areas of a program"),
        pytest.param({"面积亩": ["1.5", "2.5", "3.5"]}, id="areas in mu"),
        pytest.param({"a": ["1.5", "2.5", "3.5"], "b": ["1.5", "2.5", "3.6"]}, id="two areas"),
        pytest.param({"a": ["0", "1.5", "2.5"]}, id="an area of nothing"),
        pytest.param({"a": ["30000.5", "1.5", "2.5"]}, id="an area as large as a banner"),
        pytest.param({"a": ["20250821", "20250822", "20250823"]}, id="one date"),
        pytest.param(
            {"a": ["2025-08-21"] * 2 + ["2026-08-21"], "b": ["2025-09-21"] * 3},
            id="dates that cross",
        ),
        pytest.param({"a": []}, id="nothing"),
        pytest.param({"a": ["", " ", ""]}, id="blanks"),
    ],
)
def test_values_that_may_be_something_else_are_left_alone(samples: Samples) -> None:
    assert fields_for(list(samples), samples=samples) == {}


def test_numbers_that_begin_with_a_place_are_numbers() -> None:
    samples: Samples = {"a": [f"15990100100{n}" for n in range(1, 6)]}
    assert fields_for(["a"], samples=samples) == {"code": "a"}


def test_a_number_is_not_looked_for_where_a_name_says_it() -> None:
    assert fields_for(["TBBH", "x"], samples={"x": ["1", "2", "3"]}) == {"code": "TBBH"}
    assert fields_for(["x"], RESERVE_COLUMNS, {"x": ["1", "2", "3"]}) == {}


def test_a_field_known_as_one_thing_is_not_taken_for_another() -> None:
    townships = ["159901001", "159901002", "159901003"]
    found = fields_for(["CUN", "XIANG"], samples={"XIANG": townships, "CUN": VILLAGES[:3]})
    assert found == {"admin_code": "CUN"}


def test_names_of_villages_are_not_taken_for_their_codes() -> None:
    samples: Samples = {"CUN": ["东嘎查", "西嘎查"], "XIAN": ["159901", "159901"]}
    assert fields_for(["CUN", "XIAN"]) == {"admin_code": "CUN"}
    assert fields_for(["CUN", "XIAN"], samples=samples) == {"admin_code": "XIAN"}
    assert fields_for(["CUN"], samples={"CUN": ["东嘎查", "西嘎查"]}) == {}
    assert why("村", 村=["159901001001"]) == ["admin_code pinyin"]
    assert why("村", 村=["东嘎查"]) == []


def test_a_template_does_not_go_against_the_values() -> None:
    own = Template("盟局", LayerKind.PATCHES, {"code": "A", "admin_code": "B"})
    found = propose_fields(["A", "B"], PATCH_COLUMNS, {"B": ["东嘎查", "西嘎查"]}, [own])
    assert list(found) == ["code"]


def test_an_area_in_words_is_no_area() -> None:
    assert why("MIAN_JI", MIAN_JI=["大", "小"]) == []
    assert why("MIAN_JI", MIAN_JI=["1.5", "2.5", "?"]) == ["area_delivered_ha name"]


# ---- Laws ---------------------------------------------------------------------------------------

NAMES = [name for columns in TABLES for column in columns for name in column.known_as]
ODD = [
    *("TBH", "tbh", "BHYY", "XDM", "TBBH_1", "TBBH_2", "TUBANHAO", "a", "b"),
    *("变化年", "村", "随便"),
]
VALUES = st.sampled_from(
    ["1", "2", "3", "421", "51", "159901", "0.5", "1.25", "20250821", "", "甲"]
)


@pytest.mark.parametrize("columns", TABLES)
@given(data=st.data())
def test_the_order_of_fields_does_not_matter_and_no_field_fills_two_columns(
    columns: tuple[Column, ...], data: st.DataObject
) -> None:
    fields = data.draw(st.lists(st.sampled_from(NAMES + ODD), unique=True, max_size=15))
    rows = data.draw(st.integers(0, 4))
    samples = {f: data.draw(st.lists(VALUES, min_size=rows, max_size=rows)) for f in fields}
    found = propose_fields(fields, columns, samples, BUILTIN_TEMPLATES)
    shuffled = data.draw(st.permutations(fields))
    again = propose_fields(shuffled, columns, {f: samples[f] for f in shuffled}, BUILTIN_TEMPLATES)
    assert list(again.items()) == list(found.items())
    filled = [proposal.field for proposal in found.values()]
    assert len(filled) == len(set(filled))
    assert set(filled) <= set(fields)
    assert all(name == p.column and 0 < p.sureness <= 1 for name, p in found.items())


@pytest.mark.parametrize("columns", TABLES)
@given(data=st.data())
def test_whatever_names_alone_settle_stays_settled(
    columns: tuple[Column, ...], data: st.DataObject
) -> None:
    own = [name for column in columns for name in column.known_as]
    fields = data.draw(st.lists(st.sampled_from(own), unique=True, max_size=8))
    assert fields_for(fields, columns) == propose_mapping(fields, columns)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_names_are_borne(fields: list[str]) -> None:
    propose_fields(fields, PATCH_COLUMNS, dict.fromkeys(fields, fields))


def test_two_hundred_fields_are_looked_at_in_a_blink() -> None:
    kinds = [*(f"ATTR_{n}_BH" for n in range(70)), *(f"判读属性{n}编号" for n in range(70))]
    fields = [*kinds, *(f"PDTBFIELD{n}" for n in range(60))]
    samples: Samples = {f: [str(n * 1.5) for n in range(50)] for f in fields}
    columns = (*PATCH_COLUMNS, PERMIT_COLUMNS[4])
    propose_fields(fields, columns, samples)  # loads the pinyin
    took = []
    for _ in range(5):
        start = time.perf_counter()
        propose_fields(fields, columns, samples, BUILTIN_TEMPLATES)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.1  # a fifth of it, where nothing else runs


def test_every_reason_has_words() -> None:
    assert [reason for reason in FieldReason if not knows(f"field_because.{reason}")] == []
