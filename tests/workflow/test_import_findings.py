"""What comes back from the field is merged once, in the right place, or told row by row."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest

from geo.model.problems import Severity
from geo.model.stages import Level, Stage, Verb
from geo.model.things import Photo, View
from geo.store.door import Store
from geo.text import LANGS
from geo.workflow.assign import assign_patches
from geo.workflow.export_field import export_field
from geo.workflow.import_findings import FindingsReport, import_findings
from geo.workflow.import_patches import import_patches
from geo.workflow.importing import Outcome
from geo.workflow.locate import locate
from geo.workflow.look import find, story, verify
from geo.workflow.review import review
from tests.builders import CHIEF, MANAGER, NOON, RANGER, RANGER_2, actor
from tests.deliveries import patches_frame, square, write_file
from tests.office import (
    ACCEPT,
    ANSWER,
    LATER,
    LAWFUL,
    assign_all,
    bring_back,
    deliver_grids,
    deliver_patches,
    everything_in,
    fill_in,
    patch_of,
    reviewer,
    send_out,
)
from tests.refusals import refused_as

Answers = Mapping[str, Mapping[str, object]]
PHOTO = {
    "file": "IMG_0001.jpg",
    "lon": 120.0012345,
    "lat": 43.0,
    "azimuth_deg": 90,
    "taken_at": "2026-09-03T10:00:00+08:00",
    "view": "far",
}


@pytest.fixture
def out(store: Store, tmp_path: Path) -> Path:
    """Patches 1, 2 and 3 are in the field with the first ranger; gives the package."""
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path)
    locate(store, actor(MANAGER), at=NOON)
    assign_all(store)
    return send_out(store, tmp_path)


def counts(report: FindingsReport) -> tuple[int, int, int, int, int]:
    return (
        report.rows_read,
        report.taken,
        report.unchanged,
        report.unanswered,
        report.refused,
    )


def told(report: FindingsReport) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in report.problems]


# ---- Good answers -------------------------------------------------------------------------------


def test_every_answer_verifies_its_patch(store: Store, out: Path) -> None:
    report = bring_back(store, out, {"1": ANSWER, "2": LAWFUL, "3": ANSWER})
    assert report.outcome is Outcome.IMPORTED
    assert counts(report) == (3, 3, 0, 0, 0)
    assert [patch_of(store, c).verdict for c in "123"] == ["unlawful", "lawful", "unlawful"]
    assert {patch_of(store, c).stage for c in "123"} == {Stage.VERIFIED}


def test_a_finding_is_kept_with_everything_that_was_said(store: Store, out: Path) -> None:
    more = {"found_land_before": "乔木林地", "found_land_after": "建设用地", "photos": [PHOTO]}
    bring_back(store, out, {"1": ANSWER | more})
    (finding,) = story(store, actor(), "1").findings
    assert (finding.cause, finding.unlawful, finding.note) == ("421", True, "现场核实")
    assert (finding.land_before, finding.land_after) == ("乔木林地", "建设用地")
    assert (finding.surveyor, finding.surveyed_at) == ("ranger-1", "2026-09-03T10:00:00+08:00")
    assert finding.photos == (
        Photo("IMG_0001.jpg", 120.0012345, 43.0, 90.0, "2026-09-03T10:00:00+08:00", View.FAR),
    )
    event = story(store, actor(), "1").events[-1]
    assert (event.verb, event.detail["source"]) == (Verb.FOUND, "回.geojson")
    assert verify(store, actor()).broken == ()


def test_what_nobody_has_answered_yet_stays_in_the_field(store: Store, out: Path) -> None:
    report = bring_back(store, out, {"2": ANSWER})
    assert counts(report) == (3, 1, 0, 2, 0)
    assert patch_of(store, "1").stage is Stage.IN_FIELD


def test_the_same_file_twice_changes_nothing(store: Store, out: Path) -> None:
    bring_back(store, out, {"1": ANSWER, "2": LAWFUL})
    before = everything_in(store)
    again = bring_back(store, out, {"1": ANSWER, "2": LAWFUL})
    assert again.outcome is Outcome.UNCHANGED
    assert counts(again) == (3, 0, 2, 1, 0)
    assert everything_in(store) == before


def test_a_file_that_grew_brings_only_what_is_new(store: Store, out: Path) -> None:
    bring_back(store, out, {"1": ANSWER})
    report = bring_back(store, out, {"1": ANSWER, "2": LAWFUL}, name="晚上.geojson")
    assert counts(report) == (3, 1, 1, 1, 0)


@pytest.mark.parametrize(
    "same", ["2026-09-03T02:00:00Z", "2026-09-03 02:00:00+00:00", "2026-09-03T10:00:00.000+08:00"]
)
def test_the_same_moment_written_otherwise_is_no_other_answer(
    store: Store, out: Path, same: str
) -> None:
    bring_back(store, out, {"1": ANSWER})
    again = bring_back(store, out, {"1": ANSWER | {"surveyed_at": same}})
    assert counts(again) == (3, 0, 1, 2, 0)


@pytest.mark.parametrize("when", ["昨天上午", "2026-09-03", ""])
def test_a_time_is_kept_as_it_was_written(store: Store, out: Path, when: str) -> None:
    bring_back(store, out, {"1": ANSWER | {"surveyed_at": when}})
    assert story(store, actor(), "1").findings[0].surveyed_at == when


def saved_by_geopandas(path: Path) -> Path:
    """Numbers, texts and times in a table, lists as text."""
    frame = gpd.read_file(path)
    frame["photos"] = frame["photos"].map(json.dumps)
    saved = path.with_suffix(".gpkg")
    pyogrio.write_dataframe(frame, saved, layer="外业")
    return saved


def saved_by_gdal(path: Path) -> Path:
    """The same as QGIS does it: times moved to Greenwich."""
    if shutil.which("ogr2ogr") is None:
        pytest.skip("gdal-bin is not installed")
    saved = path.with_suffix(".gpkg")
    subprocess.run(["ogr2ogr", str(saved), str(path)], check=True)
    return saved


other_programs = pytest.mark.parametrize("save", [saved_by_geopandas, saved_by_gdal])
Save = Callable[[Path], Path]


@other_programs
def test_the_same_answer_is_known_again_from_another_program(
    store: Store, out: Path, save: Save
) -> None:
    bring_back(store, out, {"1": ANSWER | {"photos": [PHOTO]}})
    path = save(fill_in(out, {"1": ANSWER | {"photos": [PHOTO]}}))
    assert counts(import_findings(store, actor(MANAGER), path, at=LATER)) == (3, 0, 1, 2, 0)


@other_programs
def test_a_geopackage_from_a_gis_is_as_good(store: Store, out: Path, save: Save) -> None:
    answers = {"1": ANSWER | {"photos": [PHOTO]}, "3": LAWFUL}
    path = save(fill_in(out, answers))
    report = import_findings(store, actor(MANAGER), path, at=LATER)
    assert counts(report) == (3, 2, 0, 1, 0)
    (finding,) = story(store, actor(), "1").findings
    assert (finding.cause, finding.unlawful, finding.base_version) == ("421", True, 4)
    assert finding.photos[0].file == "IMG_0001.jpg"


@pytest.mark.parametrize(
    ("written", "unlawful"),
    [
        *((word, True) for word in (1, "1", 1.0, True, "是", "违法", "Yes")),
        *((word, False) for word in (0, "0", 0.0, False, "否", "合法")),
    ],
)
def test_yes_and_no_are_understood_as_people_and_programs_write_them(
    store: Store, out: Path, written: object, *, unlawful: bool
) -> None:
    bring_back(store, out, {"1": ANSWER | {"found_unlawful": written}})
    assert story(store, actor(), "1").findings[0].unlawful is unlawful


@pytest.mark.parametrize(
    "photos", ["[]", "", None, [], json.dumps([PHOTO]), [PHOTO], [{"file": "a.jpg"}]]
)
def test_photos_may_come_as_a_list_as_text_or_not_at_all(
    store: Store, out: Path, photos: object
) -> None:
    bring_back(store, out, {"1": ANSWER | {"photos": photos}})
    kept = story(store, actor(), "1").findings[0].photos
    assert len(kept) == (1 if photos and photos != "[]" else 0)


def test_a_patch_that_never_left_in_a_package_may_still_be_found(
    store: Store, tmp_path: Path
) -> None:
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path)
    locate(store, actor(MANAGER), at=NOON)
    assign_all(store)
    path = tmp_path / "电话.geojson"
    row = {"patch_code": "1", "surveyor": "ranger-1"} | dict(ANSWER)
    path.write_text(json.dumps({"features": [{"properties": row}]}))
    assert counts(import_findings(store, actor(MANAGER), path, at=LATER)) == (1, 1, 0, 0, 0)
    assert patch_of(store).stage is Stage.VERIFIED


def test_whoever_brings_a_finding_without_a_surveyor_has_surveyed(store: Store, out: Path) -> None:
    path = fill_in(out, {"1": ANSWER | {"surveyor": ""}})
    import_findings(store, actor(RANGER), path, at=LATER)
    assert story(store, actor(), "1").findings[0].surveyor == RANGER.code


def test_a_ranger_brings_only_findings_at_their_own_patches(store: Store, out: Path) -> None:
    path = fill_in(out, {"1": ANSWER})
    report = import_findings(store, actor(RANGER_2), path, at=LATER)
    assert told(report) == [(1, "patch_code", "unknown_patch")]
    assert counts(import_findings(store, actor(RANGER), path, at=LATER))[1] == 1


def test_a_chief_brings_no_findings(store: Store, out: Path) -> None:
    with refused_as("role_not_allowed", role=CHIEF.role):
        import_findings(store, actor(CHIEF), fill_in(out, {"1": ANSWER}), at=LATER)


# ---- Rows that are wrong ------------------------------------------------------------------------


WRONG: dict[str, tuple[dict[str, object], str, str]] = {
    "unknown patch": ({"patch_code": "99"}, "patch_code", "unknown_patch"),
    "another batch": ({"batch": "2025-9"}, "patch_code", "unknown_patch"),
    "no patch": ({"patch_code": ""}, "patch_code", "answer_missing"),
    "an older version": ({"base_version": 2}, "patch_code", "old_version"),
    "no cause": ({"found_cause": " "}, "found_cause", "answer_missing"),
    "no verdict": ({"found_unlawful": None}, "found_unlawful", "answer_missing"),
    "a verdict that is neither": ({"found_unlawful": "也许"}, "found_unlawful", "answer_bad"),
    "a version that is no number": ({"base_version": "四"}, "base_version", "answer_bad"),
    "a version in small digits": ({"base_version": "²"}, "base_version", "answer_bad"),
    "photos that are no list": ({"photos": {"file": "a.jpg"}}, "photos", "answer_bad"),
    "photos that are no JSON": ({"photos": "a.jpg"}, "photos", "answer_bad"),
    "photos nested without end": ({"photos": "[" * 100_000}, "photos", "answer_bad"),
    "a photo without a file": ({"photos": [{"lon": 120}]}, "photos", "answer_bad"),
    "a photo in no place": ({"photos": [PHOTO | {"lon": "东"}]}, "photos", "answer_bad"),
    "a photo at no end": ({"photos": [PHOTO | {"lon": "inf"}]}, "photos", "answer_bad"),
    "a photo of no kind": ({"photos": [PHOTO | {"view": "aerial"}]}, "photos", "answer_bad"),
    "an unknown surveyor": ({"surveyor": "R99"}, "patch_code", "unknown_surveyor"),
}


@pytest.mark.parametrize(("change", "column", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_stops_the_file_and_is_told_with_its_place(
    store: Store, out: Path, change: dict[str, object], column: str, code: str
) -> None:
    before = everything_in(store)
    answers = {"1": ANSWER, "2": ANSWER | change, "3": ANSWER}
    report = bring_back(store, out, answers)
    assert report.outcome is Outcome.REFUSED
    assert (report.taken, report.refused) == (0, 1)
    assert told(report) == [(2, column, code)]
    assert everything_in(store) == before
    for lang in LANGS:
        assert report.problems[0].text(lang)
        assert report.problems[0].fix(lang)
    report = bring_back(store, out, answers, skip_refused=True)
    assert (report.outcome, report.taken, report.refused) == (Outcome.IMPORTED, 2, 1)
    assert told(report) == [(2, column, code)], "what was left out is still told"
    assert [patch_of(store, c).stage for c in "123"] == [
        Stage.VERIFIED,
        Stage.IN_FIELD,
        Stage.VERIFIED,
    ]


def test_a_row_is_told_everything_that_is_wrong_with_it(store: Store, out: Path) -> None:
    report = bring_back(store, out, {"1": {"found_note": "只有说明", "photos": "x"}})
    assert told(report) == [
        (1, "photos", "answer_bad"),
        (1, "found_cause", "answer_missing"),
        (1, "found_unlawful", "answer_missing"),
    ]


@pytest.mark.parametrize(
    "only", [{"found_land_after": "建设用地"}, {"found_land_before": "林"}, {"photos": [PHOTO]}]
)
def test_a_row_with_anything_in_it_is_not_passed_over_as_blank(
    store: Store, out: Path, only: dict[str, object]
) -> None:
    report = bring_back(store, out, {"1": only})
    assert report.unanswered == 2
    assert {p.code for p in report.problems} == {"answer_missing"}


def test_two_different_answers_for_one_patch_are_refused_both(store: Store, out: Path) -> None:
    path = fill_in(out, {"1": ANSWER})
    content = json.loads(path.read_text(encoding="utf-8"))
    twin = json.loads(json.dumps(content["features"][0]))
    twin["properties"] |= LAWFUL
    content["features"].append(twin)
    path.write_text(json.dumps(content))
    report = import_findings(store, actor(MANAGER), path, at=LATER)
    assert told(report) == [
        (1, "patch_code", "answered_twice"),
        (4, "patch_code", "answered_twice"),
    ]
    assert patch_of(store).stage is Stage.IN_FIELD


def test_the_same_answer_twice_in_one_file_is_one_answer(store: Store, out: Path) -> None:
    path = fill_in(out, {"1": ANSWER})
    content = json.loads(path.read_text(encoding="utf-8"))
    content["features"].append(content["features"][0])
    path.write_text(json.dumps(content))
    report = import_findings(store, actor(MANAGER), path, at=LATER)
    assert (report.outcome, report.taken, report.unchanged) == (Outcome.IMPORTED, 1, 1)


def test_a_patch_that_changed_meanwhile_keeps_what_happened(store: Store, out: Path) -> None:
    due = date(2026, 12, 1)
    assign_patches(store, actor(MANAGER), [patch_of(store)], at=NOON, due=due)
    report = bring_back(store, out, {"1": ANSWER})
    (problem,) = report.problems
    assert problem.code == "old_version"
    assert problem.text("zh") == "图斑 2026-1/1 在外业期间被改动（带出时第 4 版，现在第 5 版）"
    assert (patch_of(store).stage, patch_of(store).due) == (Stage.ASSIGNED, due)


def test_a_patch_under_review_takes_no_other_finding(store: Store, out: Path) -> None:
    bring_back(store, out, {"1": ANSWER})
    report = bring_back(store, out, {"1": LAWFUL})
    (problem,) = report.problems
    assert problem.code == "not_in_field"
    assert "“已核实”" in problem.text("zh")
    assert patch_of(store).verdict == "unlawful"


def test_a_cause_that_no_list_knows_is_kept_and_noted(store: Store, out: Path) -> None:
    report = bring_back(store, out, {"1": ANSWER | {"found_cause": "50"}})
    assert (report.outcome, report.taken) == (Outcome.IMPORTED, 1)
    assert [(p.code, p.severity) for p in report.problems] == [("unlisted_cause", Severity.NOTICE)]
    assert story(store, actor(), "1").findings[0].cause == "50"


def test_a_number_that_two_batches_use_needs_its_batch(
    store: Store, out: Path, tmp_path: Path
) -> None:
    other = write_file(patches_frame(("1",), geometry=[square(5)]), tmp_path / "other.gpkg")
    import_patches(store, actor(), other, at=NOON, batch="2026-2", options=ACCEPT)
    report = bring_back(store, out, {"1": ANSWER | {"batch": None}})
    assert told(report) == [(1, "patch_code", "ambiguous_patch")]
    assert "2026-1, 2026-2" in report.problems[0].text("en")
    assert bring_back(store, out, {"1": ANSWER}).taken == 1


def test_half_an_emoji_does_not_break_the_import(store: Store, out: Path) -> None:
    bring_back(store, out, {"1": ANSWER | {"found_note": "现场\ud83d"}})
    assert story(store, actor(), "1").findings[0].note.startswith("现场")


# ---- Returned and answered again ----------------------------------------------------------------


def return_it(store: Store) -> None:
    review(
        store,
        reviewer(Level.COUNTY),
        patch_of(store),
        is_passed=False,
        reason="请补拍照片",
        at=LATER,
    )


def test_the_old_file_does_not_answer_for_a_patch_that_was_returned(
    store: Store, out: Path
) -> None:
    bring_back(store, out, {"1": ANSWER})
    return_it(store)
    before = everything_in(store)
    again = bring_back(store, out, {"1": ANSWER})
    assert (again.outcome, again.unchanged) == (Outcome.UNCHANGED, 1)
    assert everything_in(store) == before


def test_a_returned_patch_may_be_answered_with_the_same_words_on_a_new_package(
    store: Store, out: Path, tmp_path: Path
) -> None:
    bring_back(store, out, {"1": ANSWER})
    return_it(store)
    assert patch_of(store).stage is Stage.ASSIGNED
    (package,) = export_field(store, actor(MANAGER), tmp_path / "again", at=LATER)
    report = bring_back(store, package.path, {"1": ANSWER})
    assert (report.taken, report.unchanged) == (1, 0)
    assert patch_of(store).stage is Stage.VERIFIED
    assert len(story(store, actor(), "1").findings) == 2
    again = bring_back(store, package.path, {"1": ANSWER})
    assert (again.outcome, again.unchanged) == (Outcome.UNCHANGED, 1)


# ---- Files that are none ------------------------------------------------------------------------


def test_a_layer_of_patches_is_no_file_of_findings(store: Store, out: Path, tmp_path: Path) -> None:
    path = write_file(patches_frame().to_crs("EPSG:4490"), tmp_path / "x.geojson")
    before = everything_in(store)
    with refused_as("findings_format", path=path):
        import_findings(store, actor(MANAGER), path, at=LATER)
    with refused_as("findings_format"):
        import_findings(store, actor(MANAGER), tmp_path / "delivery" / "图斑.zip", at=LATER)
    assert everything_in(store) == before


@pytest.mark.parametrize("text", ["", "没有", "{}", '{"features": 1}'])
def test_a_file_that_is_no_geojson_is_refused(store: Store, tmp_path: Path, text: str) -> None:
    path = tmp_path / "回.geojson"
    path.write_text(text, encoding="utf-8")
    with refused_as("findings_format", path=path):
        import_findings(store, actor(MANAGER), path, at=LATER)


@pytest.mark.parametrize(
    ("name", "code"), [("没有.geojson", "file_missing"), ("x.txt", "format_unknown")]
)
def test_a_file_that_cannot_be_opened_is_named(
    store: Store, tmp_path: Path, name: str, code: str
) -> None:
    path = tmp_path / name
    if path.suffix == ".txt":
        path.write_text("x")
    with refused_as(code, path=path):
        import_findings(store, actor(MANAGER), path, at=LATER)


def test_a_package_without_features_brings_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "回.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    report = import_findings(store, actor(MANAGER), path, at=LATER)
    assert (report.outcome, counts(report)) == (Outcome.UNCHANGED, (0, 0, 0, 0, 0))


def test_a_report_is_plain_json_in_either_language(store: Store, out: Path) -> None:
    report = bring_back(store, out, {"1": ANSWER | {"patch_code": "99"}})
    for lang, word in (("zh", "没有图斑 99"), ("en", "There is no patch 99")):
        values: dict[str, Any] = json.loads(json.dumps(report.as_json(lang)))  # type: ignore[arg-type]
        assert word in values["problems"][0]["text"]
        assert values["outcome"] == "refused"


def test_nobody_loses_a_patch_through_a_file(store: Store, out: Path) -> None:
    bring_back(store, out, {"1": ANSWER})
    later = NOON + timedelta(days=9)
    import_findings(store, actor(MANAGER), fill_in(out, {"3": LAWFUL}), at=later)
    assert [p.code for p in find(store, actor())] == ["1", "2", "3"]
    assert verify(store, actor()).broken == ()
