"""What a corrected delivery would change, before anything is written."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo.model.alerts import Alert, Difference
from geo.model.stages import Stage
from geo.store.door import Store
from geo.text import LANGS, Lang, say
from geo.workflow.locate import locate
from geo.workflow.redelivery import compare_delivery
from tests.builders import INSPECTOR, MANAGER, NOON, actor
from tests.corrections import (
    HALVES,
    OFFICER,
    WIDER,
    about,
    assert_sound,
    compare,
    correct,
    deliver,
    fates,
    kept,
    outline_of,
    read,
    stored,
)
from tests.deliveries import SIDE_M, patches_frame, square
from tests.office import BATCH, bring_to, deliver_grids, deliver_patches, everything_in, patch_of
from tests.refusals import refused_as


def test_a_finer_code_that_locating_has_found_is_no_difference(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path, CUN=["1599"] * 3)
    deliver_grids(store, tmp_path)
    locate(store, actor(MANAGER), at=NOON)
    assert patch_of(store).admin_code == "159901001001"
    assert compare(store, tmp_path, patches_frame(CUN=["1599"] * 3)).is_unchanged
    seen = compare(store, tmp_path, patches_frame(CUN=["159902"] * 3))
    assert about(seen)["1"].columns == ("admin_code",)


def test_original_fields_behind_no_column_are_compared_by_name(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path, XMMC=["路"] * 3)
    seen = compare(store, tmp_path, patches_frame(XMMC=["路", "渠", "路"]))
    assert fates(seen) == {"1": "unchanged", "2": "changed", "3": "unchanged"}
    assert (about(seen)["2"].columns, about(seen)["2"].attributes) == ((), ("XMMC",))
    correct(store, tmp_path, patches_frame(XMMC=["路", "渠", "路"]))
    assert patch_of(store, "2").attributes["XMMC"] == "渠"
    assert_sound(store)


# ---- Fields that are missing, and formats that write otherwise ----------------------------------

UNMAPPED = ["CUN", "PAN_BHYY", "PAN_DILEI", "MIAN_JI", "BEIZHU"]


def test_a_field_that_is_missing_is_not_a_field_that_was_emptied(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.CLOSED)
    before = patch_of(store)
    bare = patches_frame().drop(columns=UNMAPPED)
    assert compare(store, tmp_path, bare).is_unchanged
    seen = compare(store, tmp_path, patches_frame(geometry=WIDER).drop(columns=UNMAPPED))
    assert (about(seen)["1"].columns, about(seen)["1"].attributes) == (("geometry",), ())
    correct(store, tmp_path, patches_frame(geometry=WIDER).drop(columns=UNMAPPED))
    after = patch_of(store)
    assert after.attributes == before.attributes
    for name in ("admin_code", "cause", "land_after", "area_delivered_ha", "remark"):
        assert getattr(after, name) == getattr(before, name) != ""
    assert_sound(store)


def test_a_field_that_was_emptied_is_emptied(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    frame = patches_frame(BEIZHU=["", None, "新增道路"])
    assert fates(compare(store, tmp_path, frame)) == {
        "1": "changed",
        "2": "changed",
        "3": "unchanged",
    }
    correct(store, tmp_path, frame)
    assert [patch_of(store, code).remark for code in "123"] == ["", "", "新增道路"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", None),
        (None, " "),
        (1.5, "1.5"),
        ("1.50", 1.5),
        (421, "421"),
        ("421", 421.0),
        (0.1 + 0.2, "0.3"),
        ("150421000001", 150421000001.0),
        (" 路 ", "路"),
        ("2024-01-01", "2024/01/01"),
        (date(2024, 1, 1), "2024/1/1"),
        (date(2024, 1, 1), "2024-01-01T00:00:00Z"),
    ],
)
def test_the_same_value_written_otherwise_is_no_difference(
    store: Store, tmp_path: Path, before: object, after: object
):
    # Behind no column, and behind two: of any kind of text.
    was, becomes = (
        {"XMMC": [v, "a", "b"], "BEIZHU": [v, "a", "b"], "HQYXSJ": [v] * 3}
        for v in (_written(before), _written(after))
    )
    deliver(store, tmp_path, patches_frame(**was | {"XMMC": [before] * 3}))
    assert compare(store, tmp_path, patches_frame(**becomes | {"XMMC": [after] * 3})).is_unchanged


def _written(value: object) -> object:
    return value if value is None else str(value)


@pytest.mark.parametrize(
    ("before", "after"), [("007", "7"), ("1.5", "1.6"), ("2024-01-01", "2024-01-02"), (0, None)]
)
def test_another_value_is_a_difference(store: Store, tmp_path: Path, before: object, after: object):
    deliver(store, tmp_path, patches_frame(XMMC=[before, 1, 2]).astype({"XMMC": object}))
    seen = compare(store, tmp_path, patches_frame(XMMC=[after, 1, 2]).astype({"XMMC": object}))
    assert about(seen)["1"].attributes == ("XMMC",)


@pytest.mark.filterwarnings("ignore:Normalized/laundered field name")
@pytest.mark.parametrize("name", ["again.geojson", "again.zip", "again.gpkg"])
@pytest.mark.parametrize("first", ["first.geojson", "first.zip", "first.gpkg"])
def test_a_delivery_in_another_format_says_nothing_new(
    store: Store, tmp_path: Path, first: str, name: str
):
    frame = patches_frame(
        SHULIANG=[1, 2, 3],
        XIANGMUMINGCHENG=["路", None, ""],
        BIANHUA=[0.1 + 0.2, 1 / 3, None],
        RIQI=[date(2024, 1, 1), None, date(2024, 12, 31)],
        BEIZHU=[None, "", "新增道路"],
    )
    deliver(store, tmp_path, frame, name=first)
    bring = read(store, tmp_path, frame, name=name)
    seen = compare_delivery(store, OFFICER, bring, BATCH)
    assert [(row.columns, row.attributes) for row in seen.rows if row.is_written] == []


def test_a_name_that_was_cut_is_written_under_the_whole_one(store: Store, tmp_path: Path):
    deliver(store, tmp_path, patches_frame(XIANGMUMINGCHENG=["路"] * 3))
    names = ["渠", "路", "路", "桥"]
    correct(store, tmp_path, patches_frame(["1", "2", "3", "new"], xiangmumin=names))
    for code, name in (("1", "渠"), ("new", "桥")):
        attributes = patch_of(store, code).attributes
        assert attributes["XIANGMUMINGCHENG"] == name
        assert "xiangmumin" not in attributes
    assert patch_of(store, "2").version == 1
    again = patches_frame(["1", "2", "3", "new"], XIANGMUMINGCHENG=names)
    assert compare(store, tmp_path, again).is_unchanged


# ---- Numbers that were made from the rows -------------------------------------------------------

BARE = patches_frame(["x"] * 3, geometry=[square(2), square(40), square(0)])[["geometry"]]


@pytest.mark.parametrize("is_numbered", [True, False])
def test_numbers_that_were_made_renumber_nothing(
    store: Store, tmp_path: Path, *, is_numbered: bool
):
    frame = patches_frame()
    deliver(store, tmp_path, frame if is_numbered else frame[["geometry"]])
    second = kept(patch_of(store, "2"))
    assert fates(compare(store, tmp_path, BARE)) == {
        "2": "unchanged",
        "4": "new",
        "1": "unchanged",
        "3": "gone",
    }
    correct(store, tmp_path, BARE)
    assert kept(patch_of(store, "2")) == second
    assert shapely.equals(outline_of(store, f"{BATCH}/4"), stored(square(40)))
    assert patch_of(store, "3").alert == Alert.GONE
    assert compare(store, tmp_path, BARE.iloc[[1, 0, 2]]).is_unchanged
    assert_sound(store)


def test_a_file_with_numbers_renumbers_those_that_were_made(store: Store, tmp_path: Path):
    # Each lies on much of the other's ground: a number that counted would win.
    deliver(store, tmp_path, patches_frame(["x", "y"], geometry=_two())[["geometry"]])
    ids = [patch_of(store, code).id for code in "12"]
    frame = patches_frame(["2", "1"], geometry=_two(north=0.1))
    assert fates(compare(store, tmp_path, frame)) == {"2": "renumbered", "1": "renumbered"}
    correct(store, tmp_path, frame)
    assert [patch_of(store, code).id for code in "21"] == ids
    # From now on the numbers count.
    frame = patches_frame(["1", "2"], geometry=_two())
    assert fates(compare(store, tmp_path, frame)) == {"1": "changed", "2": "changed"}
    assert_sound(store)


def _two(north: float = 0) -> list[shapely.Geometry]:
    return [square(0, north), square(0.3, north)]


# ---- Who may compare what -----------------------------------------------------------------------


def test_an_unknown_batch_is_refused(store: Store, tmp_path: Path):
    with refused_as("batch_unknown", batch="没有"):
        compare_delivery(store, OFFICER, read(store, tmp_path, patches_frame()), "没有")


def test_whoever_sees_a_part_of_the_batch_cannot_tell_what_is_gone(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path, CUN=["159901001001", "159901001001", "159902001001"])
    county = actor(replace(INSPECTOR, prefixes=("159901",)))
    with refused_as("batch_beyond_territory", batch=BATCH, seen=2, count=3):
        compare_delivery(store, county, read(store, tmp_path, patches_frame()), BATCH)


def test_the_table_speaks_both_languages_and_names_every_difference(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.CLOSED)
    frame = patches_frame(
        ["1", "2-1", "2-2", "9"],
        geometry=[
            WIDER[0],
            *(shapely.transform(half, _two_east) for half in HALVES["geometry"][:2]),
            square(60),
        ],
        BEIZHU=["更正"] * 4,
    )
    seen = compare(store, tmp_path, frame)
    zh, en = seen.as_rows("zh"), seen.as_rows("en")
    assert [row["difference"] for row in zh] == [
        "changed",
        "split",
        "split",
        "new",
        "split",
        "gone",
    ]
    assert zh[0] | {"area_before_ha": 1, "area_after_ha": 1} == {
        "difference": "changed",
        "code_before": "1",
        "code_after": "1",
        "stage": "closed",
        "columns": ["geometry", "remark"],
        "attributes": [],
        "area_before_ha": 1,
        "area_after_ha": 1,
        "parent": "",
        "pieces": [],
        "needs_person": True,
        "alert": "changed_after_close",
        "difference_text": "有改动",
        "changed_text": "图形、备注",
        "reason": "图斑处于“销号”，内容却有更正。请核对原结论是否仍然成立，必要时重新打开。",
    }
    assert en[0]["changed_text"] == "Shape, Remark"
    assert "2-1、2-2" in str(zh[4]["reason"])
    assert json.loads(json.dumps(zh)) == zh
    assert len(seen.as_rows("zh", all_rows=True)) == len(seen.rows)


def _two_east(corners: Any) -> Any:
    return corners + np.array([2 * SIDE_M, 0])


def test_comparing_writes_nothing(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.VERIFIED)
    before = everything_in(store)
    assert not compare(store, tmp_path, patches_frame(["2", "1", "9"], geometry=WIDER)).is_unchanged
    assert everything_in(store) == before


def test_the_map_gets_the_outlines_before_and_after(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    frame = patches_frame(["1", "2", "9"], geometry=[WIDER[0], square(2), square(60)])
    layer = compare(store, tmp_path, frame).outlines()
    assert layer.crs == "EPSG:4490"
    assert list(zip(layer["code"], layer["side"], strict=True)) == [
        ("1", "before"),
        ("1", "after"),
        ("9", "after"),
        ("3", "before"),
    ]
    assert compare(store, tmp_path, patches_frame()).outlines().empty


@pytest.mark.parametrize("lang", LANGS)
def test_every_difference_and_alert_has_its_words(lang: Lang):
    for difference in Difference:
        assert say(f"difference.{difference}", lang)
    for alert in Alert:
        assert say(f"alert.{alert}", lang)
        because = say(f"redelivery.because_{alert}", lang, stage=Stage.CLOSED, pieces="1-1")
        assert say("stage.closed", lang) in because
