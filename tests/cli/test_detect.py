"""``detect`` on the sample: what it says, and how far it is right."""

import json

import pytest

from tests.cli.conftest import SAMPLE, Geo

IMAGES = (
    *("--before", SAMPLE / "before_20250903.tif", "--after", SAMPLE / "after_20260709.tif"),
    *("--clouds", SAMPLE / "after_20260709_clouds.tif"),
)


def test_on_the_sample_hits_and_misses_are_told(geo: Geo) -> None:
    said = geo("detect", *IMAGES, "--batch", "机器", "--truth", SAMPLE / "patches.zip")
    assert said.exit_code == 0, said.err
    truth = said.data["truth"]
    assert truth["known"] == truth["hits"] + truth["misses"] == 300
    assert said.data["index"] == "ndvi"
    assert truth["recall"] == pytest.approx(0.733, abs=0.02)
    assert truth["precision"] == pytest.approx(0.861, abs=0.02)
    listed = geo("list", "--origin", "machine").data
    assert listed["count"] == said.data["candidates"]
    assert {p["origin"] for p in listed["patches"]} == {"machine"}
    assert geo("list", "--origin", "delivered").data["count"] == 0
    shown = geo("show", "机器/M0001").data
    assert shown["origin"] == "machine"
    assert 0 <= shown["attributes"]["confidence"] <= 1
    again = geo("detect", *IMAGES)
    assert (again.data["outcome"], again.data["name"]) == ("unchanged", "机器")


def test_it_is_told_in_words_in_both_languages(geo: Geo) -> None:
    for lang, words in (
        ("zh", ("植被指数下降", "没有写入", "查全率", "误报")),
        ("en", ("drop of the vegetation index", "nothing was written", "recall", "false alarms")),
    ):
        truth = ("--truth", SAMPLE / "patches.zip")
        said = geo("detect", *IMAGES, *truth, "--dry-run", lang=lang, is_json=False)
        assert said.exit_code == 0, said.err
        assert all(word in said.out for word in words), said.out


def test_refusals_say_what_to_do(geo: Geo, tmp_path) -> None:
    image = SAMPLE / "before_20250903.tif"
    for options, code in (
        (("--min-area", "0"), "detect_min_area"),
        (("--red", "9"), "detect_no_band"),
        (("--date-after", "2026-13-01"), "date_bad"),
    ):
        said = geo("detect", "--before", image, "--after", image, *options)
        assert (said.exit_code, said.data["error"]) == (1, code)
    said = geo("detect", "--before", image, "--after", tmp_path / "没有.tif")
    assert (said.exit_code, said.data["error"]) == (1, "cannot_access")
    assert json.dumps(said.data, ensure_ascii=False).count("没有.tif")
