"""Layers and tables out: readable by other programs, and harmless in a spreadsheet."""

import csv
import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.files.read import read_delivery
from geo.files.write import Format, csv_text, write_layer
from geo.model.columns import EXPORT_COLUMNS
from tests.refusals import refused_as


def exported(**columns: Any) -> gpd.GeoDataFrame:
    """Two patches as the store gives them out: one assigned, one in no grid."""
    values = {
        "patch_code": ["0017", "0018"],
        "grid_code": ["G1", None],
        "share": [0.75, None],
        "stage": ["assigned", "issued"],
        "area_ha": [1.5, 2.0],
        "area_mu": [22.5, 30.0],
        "assignee": ["ranger-1", None],
        "due": [date(2026, 9, 12), None],
        "batch": ["2026-1", "2026-1"],
        "remark": ["新增道路", ""],
    }
    shapes = [shapely.box(120, 43, 120.001, 43.001), shapely.box(120.002, 43, 120.003, 43.001)]
    return gpd.GeoDataFrame(values | columns, geometry=shapes, crs="EPSG:4490")


def first_row(table: str) -> dict[str, str]:
    return next(csv.DictReader(io.StringIO(table, newline="")))


def test_the_table_begins_with_the_agreed_columns_and_has_no_shapes() -> None:
    lines = csv_text(exported()).splitlines()
    assert lines[0].split(",")[:9] == list(EXPORT_COLUMNS)
    assert lines[1] == "0017,G1,0.75,assigned,1.5,22.5,ranger-1,2026-09-12,2026-1,新增道路"
    assert lines[2] == "0018,,,issued,2.0,30.0,,,2026-1,"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\r=x", "\n=x", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(cell: str) -> None:
    table = csv_text(exported(remark=[cell, "x"], grid_code=[cell, "x"]))
    row = first_row(table)
    assert (row["remark"], row["grid_code"]) == (f"'{cell}", f"'{cell}")


def test_numbers_below_zero_stay_numbers() -> None:
    row = first_row(csv_text(exported(area_ha=[-1.5, 2.0])))
    assert row["area_ha"] == "-1.5"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30))
def test_no_text_is_a_formula_and_none_is_changed_otherwise(cell: str) -> None:
    table = csv_text(exported(remark=[cell, "x"]))
    assert len(list(csv.DictReader(io.StringIO(table, newline="")))) == 2
    shown = first_row(table)["remark"]
    assert shown in {cell, f"'{cell}"}
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\n", "\r"))


def test_geojson_is_in_degrees_with_its_rings_the_right_way_round(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    write_layer(exported(), path, Format.GEOJSON, layer="patches")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert "crs" not in content
    first, second = content["features"]
    (ring,) = first["geometry"]["coordinates"]
    assert ring == [[120.001, 43], [120.001, 43.001], [120, 43.001], [120, 43], [120.001, 43]]
    assert first["properties"]["due"] == "2026-09-12"
    assert [second["properties"][n] for n in ("grid_code", "share", "assignee", "due")] == [
        None
    ] * 4


def test_a_geopackage_opens_in_fiona(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    write_layer(exported(), path, Format.GPKG, layer="patches")
    with fiona.open(path, layer="patches") as layer:
        assert layer.crs.to_epsg() == 4490
        assert layer.schema["geometry"] == "MultiPolygon"
        assert list(layer.schema["properties"])[:9] == list(EXPORT_COLUMNS)
        rows = [feature.properties for feature in layer]
    assert [row["patch_code"] for row in rows] == ["0017", "0018"]
    assert [row["due"] for row in rows] == ["2026-09-12", None]


@pytest.mark.parametrize("form", Format)
def test_a_file_may_be_called_as_one_likes(tmp_path: Path, form: Format) -> None:
    path = tmp_path / "给领导"
    write_layer(exported(), path, form, layer="patches")
    assert [p.name for p in tmp_path.iterdir()] == ["给领导"]
    renamed = path.rename(tmp_path / f"x.{form}")
    if form is not Format.CSV:
        assert len(read_delivery(renamed).attributes) == 2


@pytest.mark.parametrize("form", Format)
def test_nothing_to_give_out_is_a_file_without_rows(tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"x.{form}"
    write_layer(exported().iloc[:0], path, form, layer="patches")
    if form is Format.CSV:
        assert path.read_text(encoding="utf-8").splitlines()[0].startswith("patch_code,")
    else:
        assert len(read_delivery(path).attributes) == 0


@pytest.mark.parametrize("form", Format)
def test_a_file_that_exists_is_replaced_as_a_whole(tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"x.{form}"
    for frame in (exported(), exported().iloc[:1]):
        write_layer(frame, path, form, layer="patches")
    if form is Format.CSV:
        assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    else:
        assert len(read_delivery(path).attributes) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", Format)
def test_what_cannot_be_written_is_told_and_leaves_nothing_behind(
    tmp_path: Path, form: Format
) -> None:
    (tmp_path / "folder").write_text("no folder")
    path = tmp_path / "folder" / f"x.{form}"
    with refused_as("cannot_write", path=path):
        write_layer(exported(), path, form, layer="patches")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_cell_that_no_format_can_hold_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    with pytest.raises(TypeError):
        write_layer(exported(remark=[object(), ""]), path, Format.GEOJSON, layer="patches")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="gdal-bin is not installed")
@pytest.mark.parametrize("form", [Format.GEOJSON, Format.GPKG])
def test_other_programs_read_what_is_given_out(tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"x.{form}"
    write_layer(exported(), path, form, layer="patches")
    call = ["ogrinfo", "-ro", "-al", "-so", str(path)]
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    assert "Layer name: patches" in said
    assert "Feature Count: 2" in said
    assert "Extent: (120.000000, 43.000000) - (120.003000, 43.001000)" in said
