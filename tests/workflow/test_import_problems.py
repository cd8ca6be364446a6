"""Bad deliveries: each told with what, where and what to do, and nothing of it is written."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.model.problems import Severity
from geo.store.door import Store
from geo.text import LANGS
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.importing import ImportReport, Outcome
from geo.workflow.intake import ImportOptions
from geo.workflow.look import find
from tests.builders import NOON, actor
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.office import ACCEPT, deliver_grids, everything_in
from tests.refusals import refused_as

FAR = shapely.box(0, 0, 10, 10)
NO_ZONE = shapely.box(500_000, 4_800_000, 500_100, 4_800_100)
LINE = shapely.LineString([(40_500_000, 4_800_000), (40_500_100, 4_800_100)])
SPIKE = shapely.Polygon([(40_500_000, 4_800_000), (40_500_100, 4_800_100), (40_500_000, 4_800_000)])
ENDLESS = shapely.set_coordinates(
    square(), [[np.inf, 0], [40_500_100, 0], [40_500_100, 1], [40_500_000, 1], [np.inf, 0]]
)


def shapes(*, third: shapely.Geometry | None) -> list[shapely.Geometry | None]:
    return [square(0), square(2), third]


def written(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    return write_file(frame, folder / "来件.gpkg")


# ---- Rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bad:
    """A delivery of three in which some rows are wrong."""

    frame: Callable[[], gpd.GeoDataFrame]
    problems: list[tuple[int, str, str]]  # row, column, code
    zh: str
    en: str
    without: tuple[str, ...] = ()


ROWS = {
    "a number twice": Bad(
        lambda: patches_frame(("1", "2", "1")),
        [(1, "PAN_NO_TB", "duplicate_code"), (3, "PAN_NO_TB", "duplicate_code")],
        "编号 1 在本文件中出现 2 次",
        "The number 1 appears 2 times in this file",
    ),
    "no number": Bad(
        lambda: patches_frame(("1", " ", None)),
        [(2, "PAN_NO_TB", "no_code"), (3, "PAN_NO_TB", "no_code")],
        "这一行没有图斑号",
        "This row has no patch number",
    ),
    "a number too long to be a decimal one": Bad(
        lambda: patches_frame(np.array([1.0, 2.0, 15990100120120260001.0])),
        [(3, "PAN_NO_TB", "code_inexact")],
        "末几位已不准确",
        "its last digits are wrong",
    ),
    "no shape": Bad(
        lambda: patches_frame(geometry=shapes(third=None)),
        [(3, "geometry", "no_geometry")],
        "这一行没有图形",
        "This row has no shape",
    ),
    "an empty shape": Bad(
        lambda: patches_frame(geometry=shapes(third=shapely.Polygon())),
        [(3, "geometry", "no_geometry")],
        "这一行没有图形",
        "This row has no shape",
    ),
    "a line among polygons": Bad(
        lambda: patches_frame(geometry=shapes(third=LINE)),
        [(3, "geometry", "wrong_geometry_type")],
        "这一行是线，图斑和网格必须是面",
        "This row is a line; patches and grids must be polygons",
    ),
    "a ring without an area": Bad(
        lambda: patches_frame(geometry=shapes(third=SPIKE)),
        [(3, "geometry", "not_repairable")],
        "无法修复成面",
        "cannot be repaired into a polygon",
    ),
    "coordinates without end": Bad(
        lambda: patches_frame(geometry=shapes(third=ENDLESS)),
        [(3, "geometry", "bad_coordinates")],
        "坐标 空值或无穷值 不在坐标系 EPSG:4528 的范围内",
        "does not fit the coordinate system EPSG:4528",
    ),
    "one shape on the equator": Bad(
        lambda: patches_frame(geometry=shapes(third=FAR)),
        [(3, "geometry", "bad_coordinates")],
        "坐标 0.0, 0.0 不在坐标系 EPSG:4528 的范围内",
        "The coordinate 0.0, 0.0 does not fit the coordinate system EPSG:4528",
    ),
    "one shape far away and no coordinate system": Bad(
        lambda: patches_frame(geometry=shapes(third=FAR)),
        [(3, "geometry", "bad_coordinates")],
        "坐标 0.0, 0.0",
        "The coordinate 0.0, 0.0",
        without=("prj",),
    ),
    "several things in one row": Bad(
        lambda: patches_frame(("1", "2", ""), geometry=shapes(third=None)),
        [(3, "PAN_NO_TB", "no_code"), (3, "geometry", "no_geometry")],
        "这一行没有图斑号",
        "This row has no patch number",
    ),
}
every_bad_row = pytest.mark.parametrize("bad", ROWS.values(), ids=ROWS)


def import_bad(store: Store, folder: Path, bad: Bad, options: ImportOptions) -> ImportReport:
    if bad.without:
        path = write_file(bad.frame(), folder / "来件.zip", without=bad.without)
    else:
        path = written(bad.frame(), folder)
    return import_patches(store, actor(), path, at=NOON, options=options)


@every_bad_row
def test_a_wrong_row_stops_the_delivery_and_is_told_with_its_place(
    store: Store, tmp_path: Path, bad: Bad
) -> None:
    before = everything_in(store)
    report = import_bad(store, tmp_path, bad, ACCEPT)
    assert (report.outcome, report.taken) == (Outcome.REFUSED, 0)
    assert everything_in(store) == before
    told = [(p.row, p.column, str(p.code)) for p in report.problems]
    assert sorted(told) == sorted(bad.problems)
    assert report.refused == len({row for row, *_ in bad.problems})
    assert {p.severity for p in report.problems} == {Severity.REFUSED}
    said = {lang: " ".join(p.text(lang) for p in report.problems) for lang in LANGS}
    assert bad.zh in said["zh"]
    assert bad.en in said["en"]
    assert all(p.fix(lang) for p in report.problems for lang in LANGS)


@every_bad_row
def test_the_other_rows_can_be_taken_without_the_wrong_ones(
    store: Store, tmp_path: Path, bad: Bad
) -> None:
    report = import_bad(store, tmp_path, bad, replace(ACCEPT, skip_refused=True))
    wrong = {row for row, *_ in bad.problems}
    good = [row for row in (1, 2, 3) if row not in wrong]
    assert (report.outcome, report.taken, report.refused) == (
        Outcome.IMPORTED,
        len(good),
        len(wrong),
    )
    assert sorted(p.code for p in find(store, actor())) == [str(row) for row in good]
    assert len(report.problems) == len(bad.problems), "what was left out is still told"


def test_rows_that_are_all_wrong_are_refused_even_if_they_may_be_left_out(
    store: Store, tmp_path: Path
) -> None:
    before = everything_in(store)
    options = replace(ACCEPT, skip_refused=True)
    patches = written(patches_frame(("1", "1", "")), tmp_path)
    assert import_patches(store, actor(), patches, at=NOON, options=options).outcome == "refused"
    grids = write_file(grids_frame({"": square()}), tmp_path / "网格.gpkg")
    assert import_grids(store, actor(), grids, at=NOON, options=options).outcome == "refused"
    assert everything_in(store) == before


def test_an_area_that_is_no_number_is_noted_and_the_patch_is_taken(
    store: Store, tmp_path: Path
) -> None:
    path = written(patches_frame(MIAN_JI=["1.0", "1.5公顷", ""]), tmp_path)
    report = import_patches(store, actor(), path, at=NOON, options=ACCEPT)
    assert (report.outcome, report.taken) == (Outcome.IMPORTED, 3)
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.severity) == (2, "MIAN_JI", Severity.NOTICE)
    assert "1.5公顷 不是数字" in problem.text("zh")
    by_code = {p.code: p for p in find(store, actor())}
    assert [by_code[c].area_delivered_ha for c in "123"] == [1.0, None, None]
    assert by_code["2"].attributes["MIAN_JI"] == "1.5公顷"


def test_a_number_without_end_is_no_number(store: Store, tmp_path: Path) -> None:
    frame = patches_frame(MIAN_JI=[1.0, np.inf, -np.inf], XJ=[np.inf, 1.0, np.nan])
    report = import_patches(store, actor(), written(frame, tmp_path), at=NOON, options=ACCEPT)
    assert [(p.row, p.code) for p in report.problems] == [
        (2, "number_unreadable"),
        (3, "number_unreadable"),
    ]
    assert [p.attributes["XJ"] for p in find(store, actor())] == [None, 1.0, None]


# ---- Whole files --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refused:
    """A delivery that cannot be understood at all."""

    frame: Callable[[], gpd.GeoDataFrame]
    code: str
    values: dict[str, object] = field(default_factory=dict)
    options: ImportOptions = field(default=ACCEPT)
    without: tuple[str, ...] = ()


FILES = {
    "no field for the number": Refused(
        lambda: patches_frame().drop(columns="PAN_NO_TB"),
        "field_needed",
        {"known": "CUN, PAN_BHYY, PAN_DILEI, MIAN_JI, BEIZHU"},
    ),
    "a field that is not there": Refused(
        patches_frame,
        "field_unknown",
        {"field": "XH"},
        replace(ACCEPT, fields={"code": "XH"}),
    ),
    "a column that is not there": Refused(
        patches_frame, "column_unknown", {"column": "nr"}, replace(ACCEPT, fields={"nr": "CUN"})
    ),
    "no coordinate system and none to guess": Refused(
        lambda: patches_frame(geometry=[NO_ZONE] * 3),
        "crs_missing",
        {"bounds": "500000.0, 4800000.0, 500100.0, 4800100.0"},
        without=("prj",),
    ),
    "a coordinate system its numbers do not fit": Refused(
        patches_frame,
        "crs_implausible",
        {"crs": "EPSG:4490", "bounds": "40500000.0, 4800000.0, 40500500.0, 4800100.0"},
        replace(ACCEPT, crs="EPSG:4490"),
    ),
    "another zone than its numbers say": Refused(
        patches_frame, "crs_implausible", {"crs": "EPSG:4526"}, replace(ACCEPT, crs="EPSG:4526")
    ),
    "a coordinate system nobody knows": Refused(
        patches_frame, "crs_unknown", {"crs": "EPSG:99999"}, replace(ACCEPT, crs="EPSG:99999")
    ),
    "a coordinate system whose way to ours is not public": Refused(
        lambda: patches_frame().set_crs("EPSG:2364", allow_override=True), "crs_no_shift"
    ),
    "points": Refused(
        lambda: patches_frame(geometry=[square().centroid] * 3),
        "layer_not_polygons",
        {"kind_key": "reason.point"},
    ),
    "lines": Refused(
        lambda: patches_frame(geometry=[LINE] * 3),
        "layer_not_polygons",
        {"kind_key": "reason.line"},
    ),
    "no rows": Refused(lambda: patches_frame().iloc[:0], "layer_empty"),
    "a layer that is not there": Refused(
        patches_frame, "layer_unknown", {"layer": "冬季"}, replace(ACCEPT, layer="冬季")
    ),
    "an encoding that does not fit": Refused(
        patches_frame, "encoding_wrong", {"encoding": "UTF-8"}, replace(ACCEPT, encoding="UTF-8")
    ),
}


@pytest.mark.parametrize("bad", FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_understood_is_refused_and_nothing_is_written(
    store: Store, tmp_path: Path, bad: Refused
) -> None:
    path = write_file(bad.frame(), tmp_path / "来件.zip", without=bad.without)
    before = everything_in(store)
    with refused_as(bad.code, **bad.values):
        import_patches(store, actor(), path, at=NOON, options=bad.options)
    assert everything_in(store) == before


def test_a_missing_file_is_named(store: Store, tmp_path: Path) -> None:
    for take in (import_patches, import_grids):
        with refused_as("file_missing", path=tmp_path / "没有.zip"):
            take(store, actor(), tmp_path / "没有.zip", at=NOON)


def test_a_guess_that_a_person_confirms_is_acted_on(store: Store, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "来件.zip", without=("prj",))
    with refused_as("proposals_open"):
        import_patches(store, actor(), path, at=NOON)
    assert import_patches(store, actor(), path, at=NOON, options=ACCEPT).crs == "EPSG:4528"


@pytest.mark.parametrize(
    ("frame", "crs"),
    [
        (patches_frame(), "EPSG:4528"),
        (patches_frame().to_crs("EPSG:4490"), "EPSG:4490"),
        (patches_frame().to_crs("EPSG:4527"), "EPSG:4527"),
    ],
    ids=["zone 40", "degrees", "zone 39"],
)
def test_the_numbers_alone_show_the_system(
    store: Store, tmp_path: Path, frame: gpd.GeoDataFrame, crs: str
) -> None:
    path = write_file(frame, tmp_path / "来件.zip", without=("prj",))
    assert import_patches(store, actor(), path, at=NOON, options=ACCEPT).crs == crs


def test_rows_without_any_shape_are_told_row_by_row_though_no_system_is_known(
    store: Store, tmp_path: Path
) -> None:
    frame = patches_frame(geometry=[None, None, None])
    path = write_file(frame, tmp_path / "来件.zip", without=("prj",))
    report = import_patches(store, actor(), path, at=NOON, options=ACCEPT)
    assert [str(p.code) for p in report.problems] == ["no_geometry"] * 3


def test_the_proposals_are_named_in_the_readers_language(store: Store, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "来件.zip", without=("prj", "cpg"))
    with refused_as("proposals_open", count=3) as said:
        import_patches(store, actor(), path, at=NOON)
    assert "编号取自字段 PAN_NO_TB；文字编码是 GB18030；坐标系是 EPSG:4528" in said["zh"]
    assert "The text encoding is GB18030; The coordinate system is EPSG:4528" in said["en"]


def test_a_grid_code_that_exists_is_refused_with_an_example(store: Store, tmp_path: Path) -> None:
    deliver_grids(store, tmp_path)
    before = everything_in(store)
    more = grids_frame({"G0": square(), "G1": square(1)})
    path = write_file(more, tmp_path / "more.gpkg")
    with refused_as("grids_exist", path=path, count=1, example="G1"):
        import_grids(store, actor(), path, at=NOON, options=ACCEPT)
    assert everything_in(store) == before
