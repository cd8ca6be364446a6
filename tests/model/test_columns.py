"""Which field of a delivery fills which column, by the names that offices use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.columns import (
    EXPORT_COLUMNS,
    GRID_COLUMNS,
    PATCH_COLUMNS,
    Column,
    propose_mapping,
)
from geo.text import knows

# The layer of 2019 as field programs carry it, in its own order.
LAYER_2019 = (
    "PAN_NO_TB SHENG XIAN XIANG CUN LIN_YE_JU LIN_CHANG LIN_BAN GPS_X GPS_Y MIAN_JI PAN_BHYY "
    "PAN_DILEI BEIZHU HSXBH BHYY SHIFOU_WF"
)
FORM_2023 = (
    "ly pddw pdtbbh qqyxsj hqyxsj pdtbmj pdbhyy hsxbh xzdl rdqdl hsbhyy xmfqmc xmyt dcdwmc dcry "
    "dcsj dcjl"
)


def test_the_names_of_2019_are_understood() -> None:
    assert propose_mapping(LAYER_2019.split(), PATCH_COLUMNS) == {
        "code": "PAN_NO_TB",
        "admin_code": "CUN",
        "cause": "PAN_BHYY",
        "land_after": "PAN_DILEI",
        "area_delivered_ha": "MIAN_JI",
        "remark": "BEIZHU",
    }


def test_the_form_of_2023_is_understood_though_its_names_are_small() -> None:
    assert propose_mapping(FORM_2023.split(), PATCH_COLUMNS) == {
        "code": "pdtbbh",
        "cause": "pdbhyy",
        "land_before": "rdqdl",
        "land_after": "xzdl",
        "area_delivered_ha": "pdtbmj",
        "image_before": "qqyxsj",
        "image_after": "hqyxsj",
    }


def test_chinese_names_are_understood() -> None:
    fields = [
        "图斑号",
        "县代码",
        "变化原因",
        "前地类",
        "现地类",
        "图斑面积",
        "前时相",
        "后时相",
        "备注",
    ]
    assert list(propose_mapping(fields, PATCH_COLUMNS).values()) == fields


def test_grids_are_understood_by_the_names_of_several_programs() -> None:
    for fields in (
        ["WGBH", "WGMC", "CUN", "WGZ", "HLY"],
        ["网格编号", "网格名称", "村代码", "网格长", "护林员"],
    ):
        mapping = propose_mapping(fields, GRID_COLUMNS)
        assert list(mapping) == ["code", "name", "admin_code", "manager", "ranger"]
        assert list(mapping.values()) == fields


def test_the_best_known_of_several_fitting_names_is_proposed() -> None:
    assert propose_mapping(["CODE", "TBBH", "PAN_NO_TB"], PATCH_COLUMNS)["code"] == "PAN_NO_TB"


@pytest.mark.parametrize(
    ("cut", "column"),
    [
        ("AREA_DELIV", "area_delivered_ha"),
        ("IMAGE_BEFO", "image_before"),
        ("LAND_BEFOR", "land_before"),
        ("判读图斑编", "code"),
        ("判读变化原", "cause"),
        ("图斑编", "code"),  # the same in UTF-8, three bytes a character
        ("后期影", "image_after"),
    ],
)
def test_a_name_that_a_shapefile_cut_to_ten_bytes_is_still_understood(
    cut: str, column: str
) -> None:
    assert propose_mapping([cut], PATCH_COLUMNS) == {column: cut}


def test_a_cut_name_that_no_longer_says_code_may_hold_names_and_is_left_alone() -> None:
    assert propose_mapping(["行政区"], PATCH_COLUMNS) == {}


def test_a_whole_name_goes_before_one_that_was_cut() -> None:
    fields = ["AREA_DELIV", "MIAN_JI"]
    assert propose_mapping(fields, PATCH_COLUMNS)["area_delivered_ha"] == "MIAN_JI"


def test_fields_that_nobody_knows_are_left_alone() -> None:
    assert propose_mapping(["OBJECTID", "SHAPE_Area", "随便"], PATCH_COLUMNS) == {}


@pytest.mark.parametrize("columns", [PATCH_COLUMNS, GRID_COLUMNS], ids=["patches", "grids"])
@given(data=st.data())
def test_every_known_name_is_found_however_its_letters_are_written(
    columns: tuple[Column, ...], data: st.DataObject
) -> None:
    column = data.draw(st.sampled_from(columns))
    name = data.draw(st.sampled_from(column.known_as))
    written = "".join(data.draw(st.sampled_from((c.lower(), c.upper()))) for c in name)
    assert propose_mapping([written], columns)[column.name] == written


@pytest.mark.parametrize("columns", [PATCH_COLUMNS, GRID_COLUMNS], ids=["patches", "grids"])
def test_no_name_could_fill_two_columns(columns: tuple[Column, ...]) -> None:
    names = [name for column in columns for name in column.known_as]
    assert len(names) == len(set(names))
    assert names == [name.upper() for name in names]


def test_every_column_has_words() -> None:
    names = {column.name for column in (*PATCH_COLUMNS, *GRID_COLUMNS)} | set(EXPORT_COLUMNS)
    assert [name for name in sorted(names) if not knows(f"column.{name}")] == []


def test_the_exported_table_begins_as_agreed() -> None:
    assert EXPORT_COLUMNS == (
        "patch_code",
        "grid_code",
        "share",
        "stage",
        "area_ha",
        "area_mu",
        "assignee",
        "due",
        "batch",
    )
