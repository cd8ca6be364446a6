"""What a corrected delivery would change, before anything is written."""

import json
from dataclasses import replace
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
    fates,
    read,
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


def test_an_unknown_batch_is_refused(store: Store, tmp_path: Path):
    with refused_as("batch_unknown", batch="没有"):
        compare_delivery(store, OFFICER, read(store, tmp_path, patches_frame()), "没有")


def test_whoever_sees_a_part_of_the_batch_cannot_tell_what_is_gone(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path, CUN=["159901001001", "159901001001", "159902001001"])
    county = actor(replace(INSPECTOR, admin_code="159901"))
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
