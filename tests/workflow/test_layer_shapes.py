"""The shapes of a layer on their way in: walks, grids that share ground, numbers like decimals."""

from pathlib import Path

import geopandas as gpd
import shapely

from geo.model.layer_kinds import LayerKind
from geo.shapes.prj import read_prj
from geo.workflow.intake import take_in
from tests.deliveries import grids_frame, patches_frame, square, write_file
from tests.office import ACCEPT


def walk(column: int, *, is_closed: bool = True) -> shapely.LineString:
    ring = shapely.get_coordinates(square(column))
    return shapely.LineString(ring if is_closed else ring[:3])


def lines(folder: Path, *shapes: shapely.Geometry) -> Path:
    frame = patches_frame([str(n) for n in range(1, len(shapes) + 1)], geometry=list(shapes))
    return write_file(frame, folder / "航迹.gpkg")


def test_walks_that_end_where_they_began_are_outlines(tmp_path: Path) -> None:
    intake = take_in(lines(tmp_path, walk(0), walk(2)), LayerKind.PATCHES, ACCEPT)
    assert intake.rows["area_ha"].round(2).tolist() == [1.0, 1.0]
    assert [p.value for p in intake.proposals if p.what == "outlines"] == ["2"]


def test_a_walk_that_was_broken_off_is_that_rows_fault(tmp_path: Path) -> None:
    path = lines(tmp_path, walk(0), walk(2, is_closed=False), shapely.Point(40_500_000, 4_800_000))
    intake = take_in(path, LayerKind.PATCHES, ACCEPT)
    told = [(p.row, str(p.code)) for p in intake.problems]
    assert told == [(2, "wrong_geometry_type"), (3, "wrong_geometry_type")]
    assert intake.rows.index.tolist() == [1]


def test_an_overlap_names_the_row_though_two_grids_have_its_number(tmp_path: Path) -> None:
    codes = ["A", "B", "B", "C"]
    shapes = [square(0), square(20), square(2), square(2.5)]
    frame = gpd.GeoDataFrame({"WGBH": codes}, geometry=shapes, crs="EPSG:4528")
    intake = take_in(write_file(frame, tmp_path / "网格.gpkg"), LayerKind.GRIDS, ACCEPT)
    (overlap,) = [p for p in intake.problems if p.code == "overlap"]
    assert (overlap.row, dict(overlap.values)["other"]) == (3, "C")


def test_a_number_with_an_e_in_it_is_a_number_like_others(tmp_path: Path) -> None:
    path = write_file(patches_frame(("3E04", "12E3", "1")), tmp_path / "x.gpkg")
    intake = take_in(path, LayerKind.PATCHES, ACCEPT)
    assert intake.rows["code"].tolist() == ["3E04", "12E3", "1"]
    rounded = write_file(patches_frame(("1.59901E+19", "2", "3")), tmp_path / "y.gpkg")
    problems = take_in(rounded, LayerKind.PATCHES, ACCEPT).problems
    assert [(p.row, str(p.code)) for p in problems] == [(1, "code_inexact")]


def test_a_zone_in_feet_is_never_believed_unasked(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.shp")
    prj = path.with_suffix(".prj")
    text = prj.read_text(encoding="utf-8").replace('UNIT["Meter",1.0]', 'UNIT["Foot",0.3048]')
    prj.write_text(text, encoding="utf-8")
    said = read_prj(text)
    assert said is not None
    assert "odd_unit" in said.notes
    intake = take_in(path, LayerKind.PATCHES, ACCEPT)
    assert "crs" in {p.what for p in intake.proposals}


def test_a_grid_layer_without_faults_has_no_problems(tmp_path: Path) -> None:
    frame = grids_frame({"G1": square(0), "G2": square(1)})
    intake = take_in(write_file(frame, tmp_path / "网格.gpkg"), LayerKind.GRIDS, ACCEPT)
    assert intake.problems == ()
