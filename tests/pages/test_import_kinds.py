"""Everything that can be imported, from every kind of file, on the screen."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from geo.model.layer_kinds import LayerKind
from geo.store import references
from geo.text import say
from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import SAMPLE, OpenPage
from tests.pages.seen import labels, press, said, upload
from tests.pages.wizard import (
    CONFIRM,
    CONTENT,
    GRIDS,
    PLACE,
    choose_kind,
    count_patches,
    drop,
    field_for,
    go_on,
    squares,
)

PEOPLE = b"code,role,level,admin_code\nX1,ranger,,159901\nX2,inspector,city,159901\nR01,ranger,,\n"


def reference_count(workspace: Path, kind: LayerKind) -> int:
    with open_workspace(str(workspace)) as store, store.reading(actor_of(store, "A01")) as session:
        return len(references.reference_frame(session, kinds=(kind,)))


# ---- Kinds --------------------------------------------------------------------------------------


def test_grids_need_no_name(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "grids.gpkg", GRIDS, kind="网格", step=CONTENT)
    assert field_for(app, "护林员").value == "HLY"
    go_on(app, CONFIRM)
    assert not app.text_input
    press(app, "导入 120 个网格")
    assert "已导入 120 个网格" in said(app)
    drop(app, "again.gpkg", GRIDS, kind="网格", step=CONFIRM)
    assert "这份文件已经导入过（grids.gpkg）" in said(app)


@pytest.mark.parametrize(
    ("kind", "file", "layer", "button"),
    [
        (LayerKind.ADMIN, "admin.gpkg", "townships", "导入 3 个行政区：苏木"),
        (LayerKind.PERMITS, "permits.gpkg", "", "导入 60 个审批范围：苏木"),
        (LayerKind.RESERVES, "reserves.gpkg", "", "导入 1 个保护地：苏木"),
        (LayerKind.REFERENCE, "base.gpkg", "river", "导入 2 个图形：苏木"),
    ],
)
def test_a_layer_to_compare_with_is_imported_under_a_name(
    workspace: Path, open_page: OpenPage, kind: LayerKind, file: str, *, layer: str, button: str
) -> None:
    app = open_page("importing")
    drop(app, file, SAMPLE / file, kind=say(f"import.{kind}", "zh"))
    count = int(button.split()[1])
    if layer:
        next(r for r in app.radio if r.label == "图层").set_value(layer).run()
    go_on(app, CONFIRM)
    app.text_input[0].set_value("苏木").run()
    assert reference_count(workspace, kind) == 0
    press(app, button)
    assert f"已导入 {count} 个图形（苏木）" in said(app)
    assert "定位到网格" not in labels(app)
    assert reference_count(workspace, kind) == count


def test_with_the_units_imported_patches_are_compared_with_them(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("importing")
    drop(app, "admin.gpkg", SAMPLE / "admin.gpkg", kind="行政区")
    next(r for r in app.radio if r.label == "图层").set_value("townships").run()
    go_on(app, CONFIRM)
    press(app, "导入 3 个行政区")
    frame = squares(3)
    frame.loc[1, "geometry"] = frame.geometry[1].buffer(0)
    frame.geometry = frame.translate(yoff=300_000)
    frame.to_file(tmp_path / "far.gpkg", driver="GPKG")
    drop(app, "far.gpkg", tmp_path / "far.gpkg", kind="图斑", step=PLACE)
    assert "有图形在本单位范围之外" in said(app)


# ---- People -------------------------------------------------------------------------------------


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


def test_people_come_from_a_workbook_headed_in_chinese(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (("编号", "角色"), ("H01", "护林员"), ("H02", "护林员")):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    app = open_page("importing")
    choose_kind(app, "人员")
    upload(app, ("人员.xlsx", (tmp_path / "people.xlsx").read_bytes()))
    assert "2 人，其中新增 2 人" in said(app)
    press(app, "导入 2 人")
    with open_workspace(str(workspace)) as store:
        assert {"H01", "H02"} < {p.code for p in look.everybody(store)}


def test_a_table_that_names_no_people_is_a_sentence(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    choose_kind(app, "人员")
    upload(app, ("名单.csv", b"name\nsomebody\n"))
    assert "名单.csv：" in said(app)
    assert app.error
    assert all(b.disabled for b in app.button)


# ---- Formats ------------------------------------------------------------------------------------

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>图斑 12</name>
<ExtendedData><Data name="TBBH"><value>0012</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>119.10,43.20 119.11,43.20 119.11,43.21
119.10,43.21 119.10,43.20</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark></Document></kml>"""
REPORT = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
[地块坐标]
4,1.0000,0012,林场一号,面,J50G001001,临时用地,0301,@
J1,1,4800000.000,40430000.000
J2,1,4800100.000,40430000.000
J3,1,4800100.000,40430100.000
J4,1,4800000.000,40430100.000
"""
WKT = """图斑号,备注,WKT
0012,新增道路,"POLYGON ((119.1 43.2, 119.11 43.2, 119.11 43.21, 119.1 43.21, 119.1 43.2))"
"""


@pytest.mark.parametrize(
    ("name", "content", "said_format"),
    [
        ("点位.kml", KML, "KML 标注"),
        ("报批.txt", REPORT, "坐标文件（.txt）"),
        ("图斑.csv", WKT, "CSV 表格"),
    ],
)
def test_files_of_other_programs_are_imported_the_same_way(
    workspace: Path, open_page: OpenPage, name: str, content: str, said_format: str
) -> None:
    app = open_page("importing")
    drop(app, name, content.encode())
    assert said_format in said(app)
    assert "1 个面" in said(app)
    go_on(app, CONTENT)
    if app.button(key="import-next").disabled:
        app.toggle[0].set_value(True).run()
    go_on(app, CONFIRM)
    press(app, "导入 1 个图斑到批次")
    assert count_patches(workspace) == 1


def test_a_table_in_gbk_is_read_as_such(workspace: Path, open_page: OpenPage) -> None:
    app = open_page("importing")
    drop(app, "图斑.csv", WKT.encode("gb18030"), step=CONTENT)
    assert app.dataframe[0].value["备注"].tolist() == ["新增道路"]
    assert field_for(app, "编号").value == "图斑号"


def test_points_are_no_patches_and_are_told_so(
    workspace: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame(squares(2).drop(columns="geometry"), geometry=squares(2).centroid)
    frame.to_file(tmp_path / "points.gpkg", driver="GPKG")
    app = open_page("importing")
    drop(app, "points.gpkg", tmp_path / "points.gpkg", step=PLACE)
    assert "图层 points 里是点，图斑和网格必须是面" in said(app)
    assert app.button(key="import-next").disabled
