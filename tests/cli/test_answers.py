"""What a call answers: one JSON object or words, and an exit code that tells which."""

import json
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from typer.testing import CliRunner

from geo.cli.app import app
from tests.cli.conftest import Geo, geo_in
from tests.deliveries import grids_frame, patches_frame, square, write_file

DONE, REFUSED, WRONG_USE = 0, 1, 2


@pytest.fixture
def busy(geo: Geo, tmp_path: Path) -> Geo:
    """An office with one grid and three located patches."""
    grids = write_file(grids_frame({"G1": square(-1, -1, side_m=2_000)}), tmp_path / "grids.gpkg")
    patches = write_file(
        patches_frame(BEIZHU=["[red]新增[/red]", "\x1b[2J", "="]), tmp_path / "p.zip"
    )
    assert geo("import", "grids", grids, "--yes").exit_code == DONE
    assert geo("import", "patches", patches, "--batch", "B1", "--yes").exit_code == DONE
    assert geo("locate").exit_code == DONE
    return geo


# ---- Refused ------------------------------------------------------------------------------------

REFUSALS = [
    (("show", "99"), "patch_unknown", "没有图斑 99", "There is no patch 99"),
    (("history", "B9/1"), "patch_unknown", "没有图斑 B9/1", "There is no patch B9/1"),
    (("import", "patches", "没有.zip"), "file_missing", "找不到文件", "There is no file"),
    (("import", "findings", "没有.geojson"), "file_missing", "找不到文件", "There is no file"),
    (("template", "import", "没有.json"), "file_missing", "找不到文件", "There is no file"),
    (("template", "show", "grids", "x"), "template_unknown", "没有模板", "There is no template"),
    (("template", "save", "grids", "x"), "template_empty", "没有字段", "holds no field"),
    (
        ("template", "delete", "patches", "form_2023"),
        "template_builtin",
        "不能删除",
        "cannot be deleted",
    ),
    (("settle", "1", "--reason", "x"), "no_alert", "没有待核对", "waits to be looked at"),
    (("assign", "--patch", "1", "--to", "R99"), "person_unknown", "没有人员 R99", "no person R99"),
    (("assign", "--patch", "1", "--due", "明天"), "date_bad", "2026-11-23", "2026-11-23"),
    (("assign", "--patch", "1", "--due", "2020-01-01"), "due_past", "已经过去", "has passed"),
    (("review", "1", "pass"), "no_review_due", "已下发", "Issued"),
    (("close", "1", "--reason", "x"), "move_not_allowed", "已下发", "Issued"),
    (("case", "1", "open", "--reason", "x"), "move_not_allowed", "立案", "Case opened"),
    (("reopen", "1", "--reason", "x"), "move_not_allowed", "重新打开", "Reopened"),
    (
        ("export", "field", "--out", "field"),
        "nothing_to_export",
        "请先派发",
        "Assign patches first",
    ),
    (("list", "--as", "R99"), "person_unknown", "没有人员 R99", "no person R99"),
    (("locate", "--as", "ranger-1"), "role_not_allowed", "护林员", "Ranger"),
    (("init",), "workspace_exists", "不会覆盖", "not overwritten"),
    (("sample", "--patches", "1"), "sample_too_small", "太少", "Too few"),
]


@pytest.mark.parametrize(
    ("words", "code", "zh", "en"), REFUSALS, ids=[f"{r[0][0]}: {r[1]}" for r in REFUSALS]
)
def test_a_refusal_is_one_object_and_a_sentence_in_either_language(
    busy: Geo, words: tuple[str, ...], code: str, zh: str, en: str
) -> None:
    for lang, part in (("zh", zh), ("en", en)):
        said = busy(*words, lang=lang)
        assert said.exit_code == REFUSED
        assert said.data["error"] == code
        assert part in said.data["message"]
        assert said.err.strip() == said.data["message"], "the words stand on standard error"
        plain = busy(*words, lang=lang, is_json=False)
        assert plain.exit_code == REFUSED
        assert part in plain.out


def test_a_workspace_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for verb in (("list",), ("verify",), ("locate",), ("serve",)):
        said = geo_in(tmp_path / "nowhere")(*verb)
        assert (said.exit_code, said.data["error"]) == (REFUSED, "workspace_missing")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words", [("import", "patches"), ("template", "import")])
def test_a_file_that_cannot_be_read_is_refused(geo: Geo, words: tuple[str, ...]) -> None:
    memory = Path("/proc/self/mem")
    if not memory.is_file():
        pytest.skip("this machine shows no memory as a file")
    said = geo(*words, memory)
    assert (said.exit_code, said.data["error"]) == (REFUSED, "cannot_access")
    assert str(memory) in said.data["message"]


def test_a_delivery_with_wrong_rows_answers_with_all_of_them(geo: Geo, tmp_path: Path) -> None:
    path = write_file(patches_frame(("1", "1", "")), tmp_path / "x.gpkg")
    said = geo("import", "patches", path, "--yes", lang="zh")
    assert said.exit_code == REFUSED
    assert (said.data["outcome"], said.data["error"]) == ("refused", "rows_refused")
    assert [(p["row"], p["code"]) for p in said.data["problems"]] == [
        (1, "duplicate_code"),
        (2, "duplicate_code"),
        (3, "no_code"),
    ]
    assert "第 3 行：这一行没有图斑号。" in said.err
    assert "--skip-refused" in said.err
    assert geo("list").data["count"] == 0


def test_a_long_list_of_problems_is_cut_for_people_and_whole_for_scripts(
    geo: Geo, tmp_path: Path
) -> None:
    path = write_file(patches_frame(["1"] * 30), tmp_path / "x.gpkg")
    said = geo("import", "patches", path, "--yes")
    assert len(said.data["problems"]) == 30
    assert "and 10 more problems" in said.err


@pytest.mark.parametrize(
    ("kind", "proposals"),
    [("grids", ["WGBH"]), ("patches", ["PAN_NO_TB", "GB18030", "EPSG:4528"])],
)
def test_without_yes_and_without_a_terminal_a_proposal_is_refused_by_name(
    geo: Geo, tmp_path: Path, kind: str, proposals: list[str]
) -> None:
    if kind == "grids":
        path = write_file(grids_frame({"G1": square()}), tmp_path / "x.gpkg")
    else:
        path = write_file(patches_frame(), tmp_path / "x.zip", without=("prj", "cpg"))
    for lang, word in (("zh", "确认"), ("en", "confirm")):
        said = geo("import", kind, path, lang=lang, stdin="y\n")
        assert (said.exit_code, said.data["error"]) == (REFUSED, "proposals_open")
        assert word in said.data["message"]
        assert [p for p in proposals if p not in said.data["message"]] == []
    assert geo("import", kind, path, "--yes").exit_code == DONE


# ---- Done ---------------------------------------------------------------------------------------


VERBS = [
    ("list",),
    ("list", "--stage", "closed"),
    ("list", "--alert"),
    ("template", "list", "patches"),
    ("template", "list", "grids"),
    ("template", "show", "patches", "forest_2019"),
    ("show", "1"),
    ("history", "B1/1"),
    ("verify",),
    ("locate",),
    ("assign", "--all"),
    ("export", "patches", "--out", "x.csv"),
]


@pytest.mark.parametrize("words", VERBS, ids=[" ".join(v) for v in VERBS])
def test_a_script_gets_one_object_and_a_person_words(
    busy: Geo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for_script = busy(*words)
    assert (for_script.exit_code, for_script.err) == (DONE, "")
    assert for_script.data
    if words[0] != "assign":  # once is all there is to assign
        for_people = busy(*words, is_json=False)
        assert for_people.exit_code == DONE
        assert for_people.out.strip()
        with pytest.raises(json.JSONDecodeError):
            json.loads(for_people.out)


def test_the_language_is_the_one_that_is_asked_for(busy: Geo) -> None:
    assert "已下发" in busy("show", "1", lang="zh", is_json=False).out
    assert "Issued" in busy("show", "1", lang="en", is_json=False).out
    assert "没有符合条件的图斑" in busy("list", "--stage", "closed", lang="zh", is_json=False).out


def test_a_chinese_screen_has_no_english_words(busy: Geo) -> None:
    shown = busy("show", "1", lang="zh", is_json=False).out
    headings = [line.split()[0] for line in shown.splitlines() if line.strip()]
    assert [h for h in headings if h.isascii()] == []


def test_a_cause_is_shown_in_words(busy: Geo) -> None:
    assert "421 建设永久使用林地（未审批）" in busy("show", "1", lang="zh", is_json=False).out
    assert busy("show", "1").data["cause"] == "421"


def test_text_from_a_file_is_shown_as_it_is_and_steers_nothing(busy: Geo) -> None:
    assert "[red]新增[/red]" in busy("show", "1", is_json=False).out
    steering = busy("show", "2", is_json=False).out
    assert "\x1b[2J" not in steering
    assert "␛[2J" in steering


def test_problems_from_a_file_steer_nothing_either(geo: Geo, tmp_path: Path) -> None:
    path = write_file(patches_frame(("\x1b[2J", "\x1b[2J")), tmp_path / "x.gpkg")
    said = geo("import", "patches", path, "--yes", is_json=False)
    assert said.exit_code == REFUSED
    assert "\x1b" not in said.out + said.err
    assert "␛[2J" in said.out


def test_a_patch_named_twice_is_assigned_once(busy: Geo) -> None:
    said = busy("assign", "--patch", "1", "--patch", "B1/1", "--patch", "1", "--to", "ranger-1")
    assert (said.exit_code, said.data["assigned"]) == (DONE, 1)


def test_a_patch_in_no_grid_can_be_assigned_with_one(geo: Geo, tmp_path: Path) -> None:
    grids = write_file(grids_frame({"G1": square(50)}), tmp_path / "grids.gpkg")
    patches = write_file(patches_frame(), tmp_path / "p.gpkg")
    geo("import", "grids", grids, "--yes")
    geo("import", "patches", patches, "--yes")
    said = geo("assign", "--patch", "1", "--patch", "2")
    assert said.data["error"] == "nothing_to_assign"
    said = geo("assign", "--patch", "1", "--grid", "G1")
    assert said.data["by_person"] == {"ranger-1": 1}


@pytest.mark.parametrize(
    ("name", "option", "form"),
    [
        ("x.csv", (), "csv"),
        ("x.GPKG", (), "gpkg"),
        ("x.geojson", (), "geojson"),
        ("x.ZIP", (), "zip"),
        ("x.json", (), "geojson"),
        ("表", (), "geojson"),
        ("x.csv", ("--format", "geojson"), "geojson"),
    ],
)
def test_the_name_of_the_file_decides_the_format_unless_it_is_named(
    busy: Geo, tmp_path: Path, name: str, option: tuple[str, ...], form: str
) -> None:
    said = busy("export", "patches", "--out", tmp_path / name, *option)
    assert (said.data["format"], said.data["patches"]) == (form, 3)
    beginning = (tmp_path / name).read_bytes()[:15]
    expected = {"csv": b"patch_code,grid", "gpkg": b"SQLite format 3", "zip": b"PK"}
    assert beginning.startswith(expected.get(form, b'{"type": "Feat'))


def test_formulas_in_a_delivery_are_harmless_in_the_table(busy: Geo, tmp_path: Path) -> None:
    busy("export", "patches", "--out", tmp_path / "x.csv")
    assert ",'=," in (tmp_path / "x.csv").read_text(encoding="utf-8")


def test_a_broken_history_is_told_and_refused(busy: Geo, tmp_path: Path) -> None:
    raw = dbapi2.connect(str(tmp_path / "workspace" / "skyground.sqlite"))
    raw.execute("UPDATE patch SET remark = '改过' WHERE code = '2'")
    raw.commit()
    raw.close()
    said = busy("verify", lang="zh")
    assert said.exit_code == REFUSED
    assert [b["patch_key"] for b in said.data["broken"]] == ["B1/2"]
    assert "图斑 B1/2，第 2 版：图斑的当前内容与历史不符" in said.err


def test_a_workspace_is_made_with_the_numbers_of_the_office(tmp_path: Path) -> None:
    geo = geo_in(tmp_path / "w")
    said = geo("init", "--review-levels", "3", "--due-days", "7")
    assert (said.data["rules"]["review_levels"], said.data["rules"]["due_days"]) == (3, 7)


def test_the_demo_has_a_season_under_way(tmp_path: Path) -> None:
    geo = geo_in(tmp_path / "w")
    assert geo("init", "--demo").exit_code == DONE
    stages = {p["stage"] for p in geo("list").data["patches"]}
    assert stages >= {"issued", "assigned", "in_field", "verified", "closed_lawful", "case_open"}
    assert geo("verify").data["broken"] == []
    images = geo("imagery", "list").data["images"]
    assert {image["taken_on"] for image in images} == {"2025-09-03", "2026-07-09"}


def test_the_sample_can_be_made_anew_and_imported(tmp_path: Path) -> None:
    geo = geo_in(tmp_path / "w")
    said = geo("sample", "--out", tmp_path / "sample", "--patches", "50", "--grids", "40")
    assert (said.exit_code, said.data["patches"], said.data["grids"]) == (DONE, 50, 40)
    geo("init", "--people", tmp_path / "sample" / "people.csv")
    assert geo("import", "grids", tmp_path / "sample" / "grids.gpkg", "--yes").data["taken"] == 40
    assert (
        geo("import", "patches", tmp_path / "sample" / "patches.zip", "--yes").data["taken"] == 50
    )


def test_people_without_an_administrator_make_no_workspace(tmp_path: Path) -> None:
    staff = tmp_path / "people.csv"
    staff.write_text("code,role\nR01,ranger\n")
    said = geo_in(tmp_path / "w")("init", "--people", staff)
    assert (said.exit_code, said.data["error"]) == (REFUSED, "administrator_needed")
    assert not (tmp_path / "w").exists()


# ---- Wrong use ----------------------------------------------------------------------------------


WRONG = [
    ("fly",),
    ("import",),
    ("import", "patches"),
    ("import", "patches", "x.zip", "--colour", "red"),
    ("import", "patches", "x.zip", "--field", "PAN_NO_TB"),
    ("import", "grids", "x.zip", "--field", "=WGBH"),
    ("import", "grids", "x.zip", "--shift", "wgs84"),
    ("import", "grids", "x.zip", "--batch", "B1"),
    ("import", "patches", "x.zip", "--name", "B1"),
    ("template", "list", "trees"),
    ("template", "save", "grids", "x", "--field", "cid"),
    ("template", "export", "patches", "form_2023"),
    ("settle",),
    ("assign",),
    ("assign", "--all", "--patch", "1"),
    ("review", "1"),
    ("review", "1", "perhaps"),
    ("review", "1", "return", "--return-to", "closed"),
    ("case", "1", "close"),
    ("list", "--stage", "nowhere"),
    ("export", "patches", "--out", "x", "--format", "xlsx"),
    ("export", "field"),
    ("init", "--review-levels", "4"),
    ("init", "--due-days", "0"),
    ("serve", "--port", "70000"),
    ("show",),
]


@pytest.mark.parametrize("words", WRONG, ids=[" ".join(w) for w in WRONG])
def test_wrong_use_is_told_on_standard_error_only(geo: Geo, words: tuple[str, ...]) -> None:
    for is_json in (True, False):
        said = geo(*words, is_json=is_json)
        assert said.exit_code == WRONG_USE
        assert said.err.strip()
        assert said.out == ""


def test_a_language_that_nobody_speaks_here_is_wrong_use(geo: Geo) -> None:
    assert geo("list", lang="fr").exit_code == WRONG_USE


def test_what_to_choose_is_told_in_the_readers_language(geo: Geo) -> None:
    assert "请用 --patch 指定图斑" in geo("assign", lang="zh").err.replace("\n", "")
    assert "code=图斑号" in geo("import", "grids", "x", "--field", "cid", lang="zh").err


@pytest.mark.parametrize(
    "words", [(), ("import",), ("export",), ("template",), ("locate",), ("import", "grids")]
)
def test_help_is_given_for_every_group_and_verb(words: tuple[str, ...]) -> None:
    said = CliRunner().invoke(app, [*words, "--help"])
    assert said.exit_code == DONE
    assert "Usage" in said.stdout
