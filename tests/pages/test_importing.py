"""The screen Import: a file is seen with all that is wrong before anything is written."""

import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some
from pyproj import CRS
from streamlit.testing.v1 import AppTest

from geo.text import say
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from pages.parts.crs_words import _SERIES, DEGREES, crs_choices
from pages.parts.uploads import trusted_name
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import button, labels, press, said, upload

PATCHES = (SAMPLE / "patches.zip").read_bytes()
GRIDS = (SAMPLE / "grids.gpkg").read_bytes()
PEOPLE = b"code,role,level,admin_code\nX1,ranger,,159901\nX2,inspector,city,1599\nR01,ranger,,\n"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def count_patches(workspace: Path) -> int:
    with open_workspace(str(workspace)) as store:
        return look.count(store, actor_of(store, "A01"))


def squares(count: int, *, step_m: float = 200.0) -> gpd.GeoDataFrame:
    """Squares of 1 ha in the 3-degree zone 40 and in the sample's banner, numbered from 1."""
    west, south = 40_430_000.0, 4_800_000.0
    boxes = [
        shapely.box(west + n * step_m, south, west + n * step_m + 100, south + 100)
        for n in range(count)
    ]
    numbers = list(range(1, count + 1))
    columns = {"PAN_NO_TB": numbers, "CUN": "159901100201"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4528")


def as_gpkg(frame: gpd.GeoDataFrame, path: Path, *, layer: str = "patches") -> Path:
    frame.to_file(path, layer=layer, driver="GPKG")
    return path


def as_zip(frame: gpd.GeoDataFrame, folder: Path, *, drop: tuple[str, ...] = ()) -> bytes:
    """Write a shapefile in GBK and pack it, without the files of these suffixes."""
    folder.mkdir()
    frame.to_file(folder / "图斑.shp", encoding="GBK")
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as target:
        for part in sorted(folder.iterdir()):
            if part.suffix not in drop:
                target.write(part, part.name)
    return archive.read_bytes()


def choose_kind(app: AppTest, kind: str) -> None:
    next(r for r in app.radio if kind in r.options).set_value(kind).run()
    assert not app.exception


# ---- A good file --------------------------------------------------------------------------------


def test_an_empty_screen_says_what_belongs_here(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    assert "把下发的图斑文件拖到上面" in said(app)
    assert not app.dataframe


def test_a_delivery_is_seen_before_anything_is_written(
    workspace: Path, open_page: OpenPage
) -> None:
    app = open_page("importing")
    upload(app, ("样例旗2026.zip", PATCHES))
    told = said(app)
    for fact in ("形状文件", "300 个面", "3 度带第 40 带", "EPSG:4528", "GBK，文件写明"):
        assert fact in told
    rows = app.dataframe[0].value
    assert rows["编号"].tolist() == ["20260001", "20260002", "20260003"]
    assert app.get("bidi_component"), "the outlines are on a map"
    assert count_patches(workspace) == 0


def test_the_last_button_names_what_it_writes(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    upload(app, ("样例旗2026.zip", PATCHES))
    app.text_input[0].set_value("2026-1").run()
    press(app, "导入 300 个图斑到批次 2026-1")
    assert count_patches(workspace) == 300
    assert "已导入 300 个图斑到批次 2026-1" in said(app)
    with open_workspace(str(workspace)) as store:
        (batch,) = look.deliveries(store, actor_of(store, "A01"))
    assert (batch.code, batch.source_name) == ("2026-1", "样例旗2026.zip")


def test_the_same_file_twice_says_so_and_offers_no_button(demo: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    upload(app, ("又一份.zip", PATCHES))
    assert "这份文件已经导入过，批次是 2026-1" in said(app)
    assert not [label for label in labels(app) if label.startswith("导入")]


def test_a_name_that_another_file_has_is_refused_before_the_button(
    demo: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    upload(app, ("2026-1.gpkg", as_gpkg(squares(2), tmp_path / "a.gpkg").read_bytes()))
    assert button(app, "现在还不能导入").disabled
    assert "批次 2026-1 已由另一个文件 patches.zip 导入（300 个图斑）" in said(app)
    app.text_input[0].set_value("2026-2").run()
    assert not button(app, "导入 2 个图斑到批次 2026-2").disabled


def test_patches_and_grids_lead_on_to_locating(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    upload(app, ("patches.zip", PATCHES))
    press(app, "导入 300 个图斑")
    assert "还没有网格" in said(app)
    choose_kind(app, "网格")
    upload(app, ("grids.gpkg", GRIDS))
    press(app, "导入 120 个网格")
    press(app, "定位到网格")
    with open_workspace(str(workspace)) as store:
        frame = look.patch_layer(store, actor_of(store, "A01"))
    located = int(frame["grid_code"].notna().sum())
    assert f"{located} 个落入网格，{300 - located} 个在网格之外" in said(app)
    press(app, "去派发")
    assert app.title[0].value == "派发"


def test_people_are_added_once(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    choose_kind(app, "人员")
    upload(app, ("people.csv", PEOPLE))
    assert "3 人，其中新增 2 人" in said(app)
    assert app.dataframe[0].value["状态"].tolist() == ["新增", "新增", "已有"]
    press(app, "导入 2 人")
    assert "已登记 2 人；其余 1 人原来就有" in said(app)
    with open_workspace(str(workspace)) as store:
        assert {"X1", "X2"} < {p.code for p in look.everybody(store)}
    upload(app, ("people.csv", PEOPLE))
    assert "这 3 人都已登记" in said(app)


def test_a_table_that_names_no_people_is_a_sentence(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    choose_kind(app, "人员")
    upload(app, ("名单.csv", b"name\nsomebody\n"))
    assert "名单.csv：" in said(app)
    assert app.error
    assert not app.button


def test_only_the_administrator_imports_people(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing", person="I01")
    options = [option for radio in app.radio for option in radio.options]
    assert "网格" in options
    assert "人员" not in options


# ---- A file with something wrong ----------------------------------------------------------------


@pytest.fixture
def bad(tmp_path: Path) -> bytes:
    """Five squares: two share the number 2, the fifth has no shape."""
    frame = squares(5)
    frame.loc[2, "PAN_NO_TB"] = 2
    frame.loc[4, "geometry"] = None
    return as_gpkg(frame, tmp_path / "bad.gpkg").read_bytes()


def test_every_bad_row_is_listed_with_what_to_do(
    workspace: Path, open_page: OpenPage, bad: bytes
) -> None:
    app = open_page("importing")
    upload(app, ("bad.gpkg", bad))
    problems = app.dataframe[1].value
    assert problems["行"].tolist() == ["2", "3", "5"]
    assert problems["怎么办"].str.len().min() > 0
    assert "3 行不能导入" in said(app)


def test_with_bad_rows_nothing_is_written_until_they_are_left_out(
    workspace: Path, open_page: OpenPage, bad: bytes
) -> None:
    app = open_page("importing")
    upload(app, ("bad.gpkg", bad))
    assert button(app, "现在还不能导入").disabled
    app.toggle[0].set_value(True).run()
    press(app, "导入 2 个图斑到批次 bad，跳过 3 行")
    assert count_patches(workspace) == 2


def test_a_file_without_a_usable_row_offers_no_button(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(2).assign(PAN_NO_TB=7)
    app = open_page("importing")
    upload(app, ("same.gpkg", as_gpkg(frame, tmp_path / "a.gpkg").read_bytes()))
    assert "没有一行可以导入" in said(app)
    assert not [label for label in labels(app) if label.startswith("导入")]


def test_patches_that_the_person_would_not_see_are_counted_before(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3)
    frame["CUN"] = ["159901100201", "150423100201", ""]
    app = open_page("importing")
    upload(app, ("mixed.gpkg", as_gpkg(frame, tmp_path / "a.gpkg").read_bytes()))
    assert "1 个图斑的行政区代码不在您的辖区" in said(app)


def test_a_repaired_shape_is_told_before_and_after(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    upload(app, ("patches.zip", PATCHES))
    assert "问题：2 行已修复" in said(app)
    press(app, "导入 300 个图斑")
    assert "修复 2 个" in said(app)
    assert app.dataframe[0].value["处理"].tolist() == ["已修复", "已修复"]


def test_a_broken_file_is_a_sentence_that_names_the_file_only(
    workspace: Path, open_page: OpenPage
) -> None:
    app = open_page("importing")
    upload(app, ("坏.zip", b"PK\x03\x04 and nothing more"))
    assert [said(app).count("坏.zip：文件打不开")] == [1]
    assert "skyground-upload" not in said(app)


# ---- What a person can say about a file ----------------------------------------------------------


def test_of_several_layers_one_is_chosen(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    path = as_gpkg(squares(3), tmp_path / "two.gpkg", layer="first")
    as_gpkg(squares(4), path, layer="second")
    app = open_page("importing")
    upload(app, ("two.gpkg", path.read_bytes()))
    layers = next(s for s in app.selectbox if s.label == "图层")
    layers.set_value(1).run()
    press(app, "导入 4 个图斑到批次 two")
    assert count_patches(workspace) == 4


def test_without_a_coordinate_system_the_person_names_it(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3)
    # Eastings without the number of their zone fit any zone.
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy - [40_000_000, 0])
    app = open_page("importing")
    upload(app, ("local.zip", as_zip(frame, tmp_path / "local", drop=(".prj",))))
    assert "请在左侧选择坐标系" in said(app)
    assert "--crs" not in said(app)
    crs = next(s for s in app.selectbox if s.label == "坐标系")
    crs.set_value("EPSG:4549").run()
    assert "中央经线 120 度" in said(app)
    assert "由您指定" in said(app)
    press(app, "导入 3 个图斑")


def test_a_guessed_coordinate_system_says_that_it_is_one(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    upload(app, ("no-prj.zip", as_zip(squares(3), tmp_path / "no-prj", drop=(".prj",))))
    assert "EPSG:4528），由程序判断：横坐标带有 3 度带带号" in said(app)


def test_an_unknown_number_field_is_asked_for(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).rename(columns={"PAN_NO_TB": "BIANHAO"})
    app = open_page("importing")
    upload(app, ("own.gpkg", as_gpkg(frame, tmp_path / "own.gpkg").read_bytes()))
    assert "请在左侧选择编号字段" in said(app)
    field = next(s for s in app.selectbox if s.label == "编号字段")
    field.set_value("BIANHAO").run()
    press(app, "导入 3 个图斑")


def test_a_wrong_encoding_is_refused_and_the_right_one_taken(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).assign(BEIZHU="疑似采伐")
    app = open_page("importing")
    upload(app, ("gbk.zip", as_zip(frame, tmp_path / "gbk", drop=(".cpg",))))
    assert app.dataframe[0].value["备注"].tolist() == ["疑似采伐"] * 3
    encoding = next(s for s in app.selectbox if s.label == "编码")
    encoding.set_value("UTF-8").run()
    assert "请在左侧换一个编码" in said(app)
    encoding = next(s for s in app.selectbox if s.label == "编码")
    encoding.set_value("GB18030").run()
    assert "GB18030，由您指定" in said(app)


@pytest.mark.parametrize("name", crs_choices())
def test_every_offered_coordinate_system_is_named_by_what_it_is(name: str) -> None:
    crs = CRS(name)
    code = int(name.removeprefix("EPSG:"))
    if code in DEGREES:
        assert crs.is_geographic
        return
    first, _, key, start, step = next(s for s in _SERIES if 0 <= code - s[0] < s[1])
    number = start + (code - first) * step
    assert str(number) in say(key, "en", epsg=name, number=number)
    projection = {p.name: p.value for p in crs.coordinate_operation.params}
    easting, meridian = projection["False easting"], projection["Longitude of natural origin"]
    width = 3 if "3" in key else 6
    if "zone" in key:
        assert easting == number * 1_000_000 + 500_000
        assert meridian == (number * 3 if width == 3 else number * 6 - 3)
    else:
        assert (easting, meridian) == (500_000, number)
    assert f"{width}-degree Gauss-Kruger" in crs.name or width == 6


# ---- Words --------------------------------------------------------------------------------------


def test_a_name_with_signs_of_markdown_stays_a_name(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    name = "图_斑*[x](y) :red[a] {{7*7}} $b$"
    app = open_page("importing")
    upload(app, (f"{name}.gpkg", as_gpkg(squares(2), tmp_path / "a.gpkg").read_bytes()))
    assert button(app, "导入 2 个图斑到批次").label.endswith(
        r"图\_斑\*\[x\]\(y\) \:red\[a\] \{\{7\*7\}\} \$b\$"
    )
    press(app, "导入 2 个图斑到批次")
    assert name in said(app)


def test_the_english_screen_speaks_english_only(
    workspace: Path, open_page: OpenPage, bad: bytes
) -> None:
    app = open_page("importing", lang="en")
    upload(app, ("bad.gpkg", bad))
    heads = [str(name) for table in app.dataframe for name in table.value.columns]
    problems = app.dataframe[1].value.to_numpy().ravel().tolist()
    asked = [box.label for box in [*app.selectbox, *app.text_input, *app.toggle]]
    spoken = "\n".join([said(app), *labels(app), *heads, *problems, *asked])
    assert CHINESE.findall(spoken) == []


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
