"""Step three of an import: where a layer lies is proposed with reasons, and said by a person."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS

from geo.shapes.crs import to_stored
from geo.shapes.crs_series import zone_of
from geo.shapes.gcj import Shifted, shift_lonlat
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from pages.parts.crs_words import DEGREES, crs_choices, crs_word
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import press, said
from tests.pages.wizard import (
    CONFIRM,
    PLACE,
    ZONE_40,
    as_gpkg,
    as_zip,
    count_patches,
    drop,
    go_on,
    squares,
    step_of,
    system,
    without_zone,
)
from tests.stored import patch_layer


def outlines(workspace: Path) -> dict[str, shapely.Geometry]:
    with open_workspace(str(workspace)) as store:
        frame = patch_layer(store, actor_of(store, "A01"))
    return dict(zip(frame["patch_code"], frame.geometry, strict=True))


def bare(tmp_path: Path) -> bytes:
    return as_zip(without_zone(squares(3)), tmp_path / "bare", drop=(".prj",))


def test_without_a_system_the_person_chooses_among_candidates_with_reasons(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    drop(app, "local.zip", bare(tmp_path), step=PLACE)
    assert "横坐标不含带号，中央经线要靠位置判断" in said(app)
    assert "没有说明坐标系" in said(app)
    choice = system(app)
    assert choice.value is None, "nothing speaks for one of them"
    assert len(choice.options) == 7
    assert all("中央经线" in option for option in choice.options[:6])
    assert choice.options[6] == "其他坐标系…"
    assert app.button(key="import-next").disabled
    assert "请在左侧选择坐标系" in said(app)
    assert "--crs" not in said(app)
    choice.set_value("EPSG:4549|False").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑")
    (expected,) = to_stored([squares(1).geometry[0]], CRS(ZONE_40))
    differs = shapely.symmetric_difference(outlines(workspace)["1"], expected)
    assert differs.area < 1e-6 * expected.area


def test_where_the_office_works_decides_between_zones(
    demo: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    drop(app, "local.zip", bare(tmp_path), step=PLACE)
    choice = system(app)
    assert choice.value == "EPSG:4549|False"
    captions = list(choice.proto.captions)
    assert "图层落在本单位已有的范围内" in captions[0]
    assert "离本单位范围 217 公里" in captions[1]
    assert "都在本单位范围内" in said(app)
    choice.set_value("EPSG:4548|False").run()
    assert "有图形在本单位范围之外" in said(app)


def test_any_other_system_can_be_named(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    drop(app, "local.zip", bare(tmp_path), step=PLACE)
    system(app).set_value("\0other").run()
    other = next(s for s in app.selectbox if s.label == "坐标系")
    other.set_value("EPSG:4528").run()
    assert app.button(key="import-next").disabled, "these numbers are not those of zone 40"
    assert "请在左侧选择正确的坐标系" in said(app)
    next(s for s in app.selectbox if s.label == "坐标系").set_value("EPSG:4549").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑")


def test_a_guessed_system_says_that_it_is_one(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    content = as_zip(squares(3), tmp_path / "no-prj", drop=(".prj",))
    drop(app, "no-prj.zip", content, step=PLACE)
    assert "没有说明坐标系" in said(app)
    assert system(app).value == "EPSG:4528|False"
    told = said(app) + "".join(system(app).proto.captions)
    assert "横坐标带有 3 度带带号" in told


def test_a_prj_that_contradicts_the_numbers_is_told(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).set_crs("EPSG:4527", allow_override=True)
    app = open_page("importing")
    drop(app, "other.zip", as_zip(frame, tmp_path / "other"), step=PLACE)
    assert "横坐标的带号与坐标系文件的分带不同" in said(app)
    assert "3 度带第 39 带" in said(app), "what the file says"


def test_an_older_datum_is_refused_until_its_stand_in_is_accepted(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = squares(3).set_crs("EPSG:2364", allow_override=True)
    app = open_page("importing")
    drop(app, "old.zip", as_zip(frame, tmp_path / "old"), step=PLACE)
    assert app.button(key="import-next").disabled
    assert "1980 西安坐标系" in said(app)
    assert "没有公开的转换参数" in said(app)
    assert "Gauss-Kruger" not in said(app)
    captions = list(system(app).proto.captions)
    assert "位置会偏几十米" in captions[1]
    system(app).set_value("EPSG:4528|False").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个图斑")
    assert count_patches(workspace) == 3


# ---- The offset of web maps ---------------------------------------------------------------------


@pytest.fixture
def shifted(tmp_path: Path) -> bytes:
    """The sample's grids as patches, drawn on a Chinese web map."""
    frame = gpd.read_file(SAMPLE / "grids.gpkg").to_crs("EPSG:4490")
    moved = shapely.transform(
        frame.geometry.to_numpy(), lambda lonlat: shift_lonlat(lonlat, Shifted.GCJ02)
    )
    numbers = range(1, len(frame) + 1)
    made = gpd.GeoDataFrame({"PAN_NO_TB": numbers}, geometry=moved, crs="EPSG:4490")
    return as_gpkg(made, tmp_path / "shifted.gpkg").read_bytes()


@pytest.mark.parametrize("choice", ["gcj02", "none"])
def test_the_offset_of_a_web_map_is_proposed_and_taken_out_only_as_chosen(
    demo: Path, open_page: OpenPage, shifted: bytes, choice: str
) -> None:
    app = open_page("importing")
    drop(app, "shifted.gpkg", shifted, step=PLACE)
    assert "图层用的是火星坐标系" in said(app)
    offset = next(r for r in app.radio if r.label == "偏移")
    assert offset.value == "gcj02"
    offset.set_value(choice).run()
    go_on(app, CONFIRM)
    assert ("去除火星坐标偏移" in said(app)) is (choice == "gcj02")
    press(app, "导入 120 个图斑到批次 shifted")
    with open_workspace(str(demo)) as store:
        actor = actor_of(store, "A01")
        patch = look.story(store, actor, "shifted/1").outline
        grid = look.grid_layer(store, actor).geometry
    distance_m = grid.to_crs(ZONE_40).centroid.distance(
        gpd.GeoSeries([patch], crs="EPSG:4490").to_crs(ZONE_40).centroid[0]
    )
    assert bool(distance_m.min() < 1) is (choice == "gcj02")


# ---- Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", crs_choices())
def test_every_offered_system_is_named_by_what_it_is(name: str) -> None:
    crs = CRS(name)
    if name in DEGREES:
        assert crs.is_geographic
        return
    zone = zone_of(name)
    assert zone is not None
    projection = {p.name: p.value for p in crs.coordinate_operation.params}
    easting, meridian = projection["False easting"], projection["Longitude of natural origin"]
    assert meridian == zone.meridian_deg
    prefix = zone.number * 1_000_000 if zone.has_prefix else 0
    assert easting == prefix + 500_000
    assert f"{zone.width_deg}-degree Gauss-Kruger" in crs.name or zone.width_deg == 6


def test_a_system_is_named_in_the_language_of_the_screen(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing", lang="en")
    path = as_gpkg(squares(1), tmp_path / "a.gpkg")
    drop(app, "a.gpkg", path, step=PLACE)
    assert "CGCS2000 3° zone 40, number in the eastings (EPSG:4528)" in system(app).options
    assert step_of(app) == PLACE
    assert crs_word("a system of our own") == "a system of our own"
