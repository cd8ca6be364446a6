"""The screen Import: a file is seen with all that is wrong before anything is written."""

import re
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from pages.parts.uploads import trusted_name
from tests.pages.conftest import OpenPage
from tests.pages.seen import button, labels, press, said
from tests.pages.wizard import (
    CONFIRM,
    CONTENT,
    FILE,
    GRIDS,
    PATCHES,
    PLACE,
    as_gpkg,
    as_zip,
    choose_kind,
    count_patches,
    drop,
    field_for,
    go_on,
    go_to_step,
    squares,
    step_of,
    system,
    table,
    without_zone,
)
from tests.stored import patch_layer

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PROBLEMS = ("行", "怎么办")


# ---- A good file --------------------------------------------------------------------------------


def test_an_empty_screen_says_what_belongs_here(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    assert "把下发的图斑文件拖到上面" in said(app)
    assert not app.dataframe
    assert [b.disabled for b in app.button] == [True] * 4  # no step can be gone to


def test_a_delivery_is_seen_in_four_steps_before_anything_is_written(
    workspace: Path, open_page: OpenPage
) -> None:
    app = open_page("importing")
    drop(app, "样例旗2026.zip", PATCHES)
    assert "形状文件" in said(app)
    assert "300 个面" in said(app)
    go_on(app, CONTENT)
    assert "GBK，文件写明" in said(app)
    rows = table(app, "PAN_NO_TB")
    assert rows["PAN_NO_TB"].tolist() == [f"2026000{n}" for n in range(1, 6)]
    assert field_for(app, "编号").value == "PAN_NO_TB"
    assert "字段名是已知的名称" in said(app)
    go_on(app, PLACE)
    assert "CGCS2000 3 度带第 40 带，坐标含带号（EPSG:4528）" in said(app)
    assert app.get("bidi_component"), "the outlines are on a map"
    go_on(app, CONFIRM)
    for fact in ("300 行", "亩", "按椭球面计算", "EPSG:4528"):
        assert fact in said(app)
    assert count_patches(workspace) == 0


def test_the_last_button_names_what_it_writes(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "样例旗2026.zip", PATCHES, step=CONFIRM)
    app.text_input[0].set_value("2026-1").run()
    press(app, "导入 300 个图斑到批次 2026-1")
    assert count_patches(workspace) == 300
    assert "已导入 300 个图斑到批次 2026-1" in said(app)
    assert step_of(app) == FILE
    with open_workspace(str(workspace)) as store:
        (batch,) = look.deliveries(store, actor_of(store, "A01"))
    assert (batch.code, batch.source_name) == ("2026-1", "样例旗2026.zip")


def test_without_a_name_a_batch_is_not_written(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "patches.zip", PATCHES, step=CONFIRM)
    app.text_input[0].set_value(" ").run()
    assert button(app, "现在还不能导入").disabled
    assert "请填写批次名" in said(app)


def test_the_same_file_twice_says_so_and_offers_no_button(demo: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "又一份.zip", PATCHES, step=CONFIRM)
    assert "这份文件已经导入过（2026-1）" in said(app)
    assert not [label for label in labels(app) if label.startswith("导入")]
    press(app, "上一步")
    assert step_of(app) == PLACE


def test_patches_and_grids_lead_on_to_locating(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "patches.zip", PATCHES, step=CONFIRM)
    press(app, "导入 300 个图斑")
    assert "还没有网格" in said(app)
    drop(app, "grids.gpkg", GRIDS, kind="网格", step=CONFIRM)
    press(app, "导入 120 个网格")
    press(app, "定位到网格")
    with open_workspace(str(workspace)) as store:
        frame = patch_layer(store, actor_of(store, "A01"))
    located = int(frame["grid_code"].notna().sum())
    assert f"{located} 个落入网格，{300 - located} 个在网格之外" in said(app)
    press(app, "去派发")
    assert app.title[0].value == "派发"


# ---- Going back and forth -----------------------------------------------------------------------


def test_what_was_said_is_kept_when_one_goes_back_and_forth(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    frame = without_zone(squares(3)).assign(HAO=[7, 8, 9], MIAO_SHU="疑似采伐")
    content = as_zip(frame, tmp_path / "local", drop=(".prj",))
    drop(app, "local.zip", content, step=CONTENT)
    field_for(app, "编号").set_value("HAO").run()
    next(s for s in app.selectbox if s.label == "编码").set_value("GBK").run()
    go_on(app, PLACE)
    system(app).set_value("EPSG:4549|False").run()
    go_on(app, CONFIRM)
    app.text_input[0].set_value("春季").run()

    for step in (FILE, CONTENT, PLACE, CONFIRM, CONTENT, PLACE, FILE, CONFIRM):
        go_to_step(app, step)
        if step == CONTENT:
            assert field_for(app, "编号").value == "HAO"
            assert next(s for s in app.selectbox if s.label == "编码").value == "GBK"
        if step == PLACE:
            assert system(app).value == "EPSG:4549|False"
    assert app.text_input[0].value == "春季"

    app.switch_page("today.py").run()
    app.switch_page("importing.py").run()
    assert step_of(app) == CONFIRM
    press(app, "导入 3 个图斑到批次 春季")
    with open_workspace(str(workspace)) as store:
        known = {p.code for p in look.find(store, actor_of(store, "A01"))}
    assert known == {"7", "8", "9"}


def test_the_kind_is_kept_when_one_goes_back_to_the_file(
    workspace: Path, open_page: OpenPage
) -> None:
    app = open_page("importing")
    drop(app, "grids.gpkg", GRIDS, kind="网格", step=PLACE)
    go_to_step(app, FILE)
    assert app.radio(key="importing-kind").value == "grids"
    assert "正在导入 grids.gpkg" in said(app)
    assert "120 个面" in said(app)
    app.switch_page("today.py").run()
    app.switch_page("importing.py").run()
    assert "正在导入 grids.gpkg" in said(app)


def test_a_choice_and_a_click_in_the_same_moment_both_count(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    frame = squares(3).assign(HAO=[7, 8, 9])
    drop(app, "a.gpkg", as_gpkg(frame, tmp_path / "a.gpkg"), step=CONTENT)
    field_for(app, "编号").set_value("HAO")
    app.button(key="import-next").click().run()
    assert step_of(app) == PLACE
    go_to_step(app, CONTENT)
    assert field_for(app, "编号").value == "HAO"


def test_another_file_begins_anew(workspace: Path, open_page: OpenPage, tmp_path: Path) -> None:
    app = open_page("importing")
    drop(app, "patches.zip", PATCHES, step=CONFIRM)
    app.text_input[0].set_value("旧名").run()
    go_to_step(app, FILE)
    drop(app, "另一份.gpkg", as_gpkg(squares(2), tmp_path / "a.gpkg"), step=CONFIRM)
    assert app.text_input[0].value == "另一份"
    assert button(app, "导入 2 个图斑到批次 另一份")


# ---- A file with something wrong ----------------------------------------------------------------


@pytest.fixture
def bad(tmp_path: Path) -> bytes:
    """Five squares: two share the number 2, the fifth has no shape."""
    frame = squares(5)
    frame.loc[2, "PAN_NO_TB"] = 2
    frame.loc[4, "geometry"] = None
    return as_gpkg(frame, tmp_path / "bad.gpkg").read_bytes()


def test_every_bad_row_is_listed_with_what_to_do_and_nothing_is_written_until_it_is_left_out(
    workspace: Path, open_page: OpenPage, bad: bytes
) -> None:
    app = open_page("importing")
    drop(app, "bad.gpkg", bad, step=CONFIRM)
    problems = table(app, *PROBLEMS)
    assert problems["行"].tolist() == ["2", "3", "5"]
    assert problems["怎么办"].str.len().min() > 0
    assert "3 行不能导入" in said(app)
    assert button(app, "现在还不能导入").disabled
    assert "现在什么也不会写入" in said(app)
    app.toggle[0].set_value(True).run()
    press(app, "导入 2 个图斑到批次 bad，跳过 3 行")
    assert count_patches(workspace) == 2


def test_a_file_without_a_usable_row_offers_no_button(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(2).assign(PAN_NO_TB=7)
    app = open_page("importing")
    drop(app, "same.gpkg", as_gpkg(frame, tmp_path / "a.gpkg"), step=CONFIRM)
    assert "没有一行可以导入" in said(app)
    assert not [label for label in labels(app) if label.startswith("导入")]


def test_the_report_can_be_taken_along_before_anything_is_written(
    workspace: Path, open_page: OpenPage, bad: bytes
) -> None:
    app = open_page("importing")
    drop(app, "bad.gpkg", bad, step=CONFIRM)
    (download,) = app.get("download_button")
    assert download.proto.label == "下载检查报告"
    assert count_patches(workspace) == 0


def test_patches_of_another_territory_are_refused_row_by_row(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3)
    frame["CUN"] = ["159901100201", "150423100201", ""]
    app = open_page("importing", person="I01")
    drop(app, "mixed.gpkg", as_gpkg(frame, tmp_path / "a.gpkg"), step=CONFIRM)
    assert "问题：1 行不能导入" in said(app)
    problems = table(app, *PROBLEMS)
    assert problems["问题"].tolist() == ["行政区代码 150423100201 不在导入人的辖区"]


def test_a_repaired_shape_is_told_before_and_after(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "patches.zip", PATCHES, step=CONFIRM)
    assert "2 行已修复" in said(app)
    before = table(app, *PROBLEMS)
    press(app, "导入 300 个图斑")
    assert "修复 2 个" in said(app)
    after = table(app, *PROBLEMS)
    assert after.equals(before)
    assert after["处理"].tolist()[:2] == ["已修复", "已修复"]


@pytest.mark.parametrize("person", ["A01", "I01"])
def test_a_broken_file_is_a_sentence_that_names_the_file_only(
    workspace: Path, open_page: OpenPage, person: str
) -> None:
    app = open_page("importing", person=person)
    drop(app, "坏.zip", b"PK\x03\x04 and nothing more")
    assert said(app).count("坏.zip：") == 1
    assert app.error
    assert "skyground-upload" not in said(app)
    assert all(b.disabled for b in app.button)


# ---- What a person can say about a file ----------------------------------------------------------


def test_of_several_layers_one_is_chosen(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    path = as_gpkg(squares(3), tmp_path / "two.gpkg", layer="first")
    as_gpkg(squares(4), path, layer="second")
    app = open_page("importing")
    drop(app, "two.gpkg", path)
    assert "文件里有 2 个图层" in said(app)
    assert app.button(key="import-next").disabled
    layers = next(r for r in app.radio if r.label == "图层")
    layers.set_value("second").run()
    go_on(app, CONFIRM)
    press(app, "导入 4 个图斑到批次 two")
    assert count_patches(workspace) == 4


def test_an_unknown_number_field_is_asked_for(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).rename(columns={"PAN_NO_TB": "WHATEVER"})
    app = open_page("importing")
    drop(app, "own.gpkg", as_gpkg(frame, tmp_path / "own.gpkg"), step=CONTENT)
    if field_for(app, "编号").value != "WHATEVER":
        assert app.button(key="import-next").disabled
        assert "请选择编号字段" in said(app)
        field_for(app, "编号").set_value("WHATEVER").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑")


def test_where_there_are_no_numbers_they_are_made_if_somebody_says_so(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame({"BEIZHU": ["甲", "甲", "乙"]}, geometry=squares(3).geometry)
    app = open_page("importing")
    drop(app, "none.gpkg", as_gpkg(frame, tmp_path / "none.gpkg"), step=CONTENT)
    assert app.button(key="import-next").disabled
    app.toggle[0].set_value(True).run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑")
    assert count_patches(workspace) == 3


def test_a_field_that_was_proposed_can_be_left_out(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    frame = squares(2).assign(BEIZHU="内部")
    drop(app, "a.gpkg", as_gpkg(frame, tmp_path / "a.gpkg"), step=CONTENT)
    box = field_for(app, "备注")
    assert box.value == "BEIZHU"
    box.select_index(0).run()
    go_on(app, CONFIRM)
    press(app, "导入 2 个图斑")
    with open_workspace(str(workspace)) as store:
        patches = look.find(store, actor_of(store, "A01"))
    assert [p.remark for p in patches] == ["", ""]


def test_a_saved_mapping_is_used_for_the_next_file_with_these_fields(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    first = squares(2).rename(columns={"PAN_NO_TB": "HAO", "CUN": "DI"})
    second = first.assign(HAO=[8, 9])
    app = open_page("importing")
    drop(app, "一.gpkg", as_gpkg(first, tmp_path / "1.gpkg"), step=CONTENT)
    field_for(app, "编号").set_value("HAO").run()
    field_for(app, "行政区代码").set_value("DI").run()
    next(t for t in app.text_input if t.label == "模板名").set_value("本旗格式").run()
    press(app, "保存模板")
    choose_another = [b for b in app.button if b.key == "import-step-1"]
    choose_another[0].click().run()
    drop(app, "二.gpkg", as_gpkg(second, tmp_path / "2.gpkg"), step=CONTENT)
    assert field_for(app, "编号").value == "HAO"
    assert field_for(app, "行政区代码").value == "DI"
    assert "按模板" in said(app)


def test_a_cpg_that_lies_is_told_and_the_bytes_are_believed(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).assign(BEIZHU=["疑似采伐", "新增道路", "开垦草地"])
    app = open_page("importing")
    content = as_zip(frame, tmp_path / "lies", cpg="UTF-8")
    drop(app, "lies.zip", content, step=CONTENT)
    assert "文件写的编码是 UTF-8，但文字内容是 GB18030" in said(app)
    assert table(app, "BEIZHU")["BEIZHU"].tolist() == ["疑似采伐", "新增道路", "开垦草地"]


def test_texts_that_are_not_latin_come_first_in_the_proof(
    workspace: Path, open_page: OpenPage
) -> None:
    app = open_page("importing")
    drop(app, "patches.zip", PATCHES, step=CONTENT)
    assert table(app, "BEIZHU").columns[0] == "BEIZHU"


def test_a_wrong_encoding_is_seen_and_the_right_one_taken(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).assign(BEIZHU="疑似采伐")
    app = open_page("importing")
    drop(app, "gbk.zip", as_zip(frame, tmp_path / "gbk", drop=(".cpg",)), step=CONTENT)
    assert table(app, "BEIZHU")["BEIZHU"].tolist() == ["疑似采伐"] * 3
    encoding = next(s for s in app.selectbox if s.label == "编码")
    encoding.set_value("UTF-8").run()
    assert "3 行里有字不是 UTF-8 编码" in said(app)
    assert table(app, "BEIZHU")["BEIZHU"].tolist() != ["疑似采伐"] * 3
    encoding = next(s for s in app.selectbox if s.label == "编码")
    encoding.set_value("GB18030").run()
    assert "GB18030，由您指定" in said(app)
    assert not app.warning


# ---- Words --------------------------------------------------------------------------------------


def test_a_name_with_signs_of_markdown_stays_a_name(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    name = "图_斑*[x](y) :red[a] {{7*7}} $b$"
    app = open_page("importing")
    frame = squares(2).assign(**{"*粗*": "<b>x</b> ${1}"})
    drop(app, f"{name}.gpkg", as_gpkg(frame, tmp_path / "a.gpkg"), step=CONFIRM)
    assert button(app, "导入 2 个图斑到批次").label.endswith(
        r"图\_斑\*\[x\]\(y\) \:red\[a\] \{\{7\*7\}\} \$b\$"
    )
    go_to_step(app, FILE)
    assert name in said(app)
    go_on(app, CONFIRM)
    press(app, "导入 2 个图斑到批次")
    assert name in said(app)


def spoken(app) -> str:
    """Everything that the program itself says in this step."""
    tables = [t.value for t in app.dataframe]
    problems = [t for t in tables if {"Row", "What to do"} <= set(t.columns)]
    heads = [str(name) for t in problems for name in t.columns]
    cells = [str(cell) for t in problems for cell in t.to_numpy().ravel()]
    fields = [*app.selectbox, *app.text_input, *app.toggle, *app.radio]
    options = [str(option) for r in app.radio for option in r.options]
    return "\n".join(
        [said(app), *labels(app), *heads, *cells, *(f.label for f in fields), *options]
    )


def test_the_english_screen_speaks_english_only_in_every_step(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = without_zone(squares(5)).assign(NOTE="疑似采伐")
    frame.loc[2, "PAN_NO_TB"] = 2
    frame.loc[4, "geometry"] = None
    content = as_zip(frame, tmp_path / "bad", drop=(".prj",), cpg="UTF-8")
    content = content.replace("图斑".encode(), b"patchs")  # the name of a layer is the file's
    app = open_page("importing", lang="en")
    app.switch_page("importing.py").run()
    drop(app, "bad.zip", content)
    assert CHINESE.findall(spoken(app).replace("中文", "")) == []
    go_on(app, CONTENT)
    assert CHINESE.findall(spoken(app).replace("中文", "")) == []
    go_on(app, PLACE)
    system(app).set_value("EPSG:4549|False").run()
    assert CHINESE.findall(spoken(app).replace("中文", "")) == []
    go_on(app, CONFIRM)
    assert CHINESE.findall(spoken(app).replace("中文", "")) == []
    assert "3 rows" not in said(app)
    assert button(app, "Cannot be imported yet").disabled


@given(some.text(max_size=400))
def test_a_trusted_name_is_one_file_in_one_folder(name: str) -> None:
    trusted = trusted_name(name)
    assert Path(trusted).name == trusted
    assert 0 < len(trusted.encode()) <= 255
    assert trusted.isprintable()
    assert not trusted.startswith(".")


@pytest.mark.parametrize(
    ("given_name", "trusted"),
    [
        ("样例旗 2026.zip", "样例旗 2026.zip"),
        ("../../etc/passwd.gpkg", "passwd.gpkg"),
        ("C:\\delivery\\a.zip", "a.zip"),
        ("\x00\n.zip", "zip"),
        ("", "upload"),
    ],
)
def test_a_trusted_name_still_looks_the_same(given_name: str, trusted: str) -> None:
    assert trusted_name(given_name) == trusted


def test_only_the_administrator_imports_people(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing", person="I01")
    options = app.radio(key="importing-kind").options
    assert "网格" in options
    assert "人员" not in options
    choose_kind(app, "网格")
