"""What a file holds, and which of its layers is meant."""

import json
from pathlib import Path

import fiona
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.files.layers import KNOWN
from geo.files.read import look_into, possible_digests, read_delivery
from tests.deliveries import (
    ZONE_40,
    patches_frame,
    shapefile_parts,
    square,
    write_file,
    zip_members,
)
from tests.refusals import refused_as


@pytest.fixture
def two_layers(tmp_path: Path) -> Path:
    path = tmp_path / "d.gpkg"
    write_file(patches_frame(("1",)), path, layer="春季")
    write_file(patches_frame(("2", "3")), path, layer="秋季")
    return path


def test_every_layer_says_what_it_is(two_layers: Path) -> None:
    facts = look_into(two_layers)
    assert [(f.name, f.count, f.geometry_type, f.driver) for f in facts] == [
        ("春季", 1, "Polygon", "GPKG"),
        ("秋季", 2, "Polygon", "GPKG"),
    ]
    assert all("PAN_NO_TB" in f.fields and f.crs and "CGCS2000" in f.crs for f in facts)


def test_of_several_layers_one_has_to_be_named(two_layers: Path) -> None:
    with refused_as("layer_needed", known="春季, 秋季"):
        read_delivery(two_layers)
    assert read_delivery(two_layers, layer="秋季").attributes["PAN_NO_TB"].tolist() == ["2", "3"]


def test_a_layer_that_is_not_there_is_refused_with_those_that_are(two_layers: Path) -> None:
    with refused_as("layer_unknown", path=two_layers, layer="冬季", known="春季, 秋季"):
        read_delivery(two_layers, layer="冬季")


def test_each_of_several_layers_is_a_delivery_of_its_own(two_layers: Path) -> None:
    spring, autumn = (read_delivery(two_layers, layer=name).digest for name in ("春季", "秋季"))
    assert spring != autumn
    assert spring in possible_digests(two_layers, "春季")
    assert spring not in possible_digests(two_layers, "秋季")


def test_the_only_layer_of_a_file_is_the_same_delivery_named_or_not(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "d.gpkg", layer="图斑")
    assert read_delivery(path).digest == read_delivery(path, layer="图斑").digest
    for layer in (None, "图斑"):
        assert read_delivery(path).digest in possible_digests(path, layer)


def test_plain_tables_beside_a_layer_do_not_count(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "d.gpkg", layer="图斑")
    pyogrio.write_dataframe(pd.DataFrame({"styleQML": ["<qgis/>"]}), path, layer="layer_styles")
    assert fiona.listlayers(path) == ["图斑", "layer_styles"]
    assert read_delivery(path).facts.name == "图斑"


def test_a_file_of_nothing_but_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), path, layer="表")
    with refused_as("layer_without_shapes", path=path, layer="表"):
        look_into(path)


def test_two_shapefiles_of_one_name_in_one_archive_are_told_apart_by_their_folders(
    tmp_path: Path,
) -> None:
    members = {}
    for folder, code in (("东旗", "1"), ("西旗", "2")):
        parts = shapefile_parts(patches_frame((code,)), tmp_path / folder)
        members |= {f"{folder}/图斑{suffix}": raw for suffix, raw in parts.items()}
    path = zip_members(tmp_path / "d.zip", members)
    assert [f.name for f in look_into(path)] == ["东旗/图斑.shp", "西旗/图斑.shp"]
    west = read_delivery(path, layer="西旗/图斑.shp")
    assert west.attributes["PAN_NO_TB"].tolist() == ["2"]


@pytest.mark.parametrize("name", ["图斑.txt", "图斑.docx", "图斑", "图斑.dbf"])
def test_an_unknown_kind_of_file_is_refused_with_those_that_are_known(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text("图斑", encoding="utf-8")
    with refused_as("format_unknown", path=path, known=KNOWN):
        look_into(path)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".json"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"图斑{suffix}"
    path.write_text("这不是空间数据", encoding="utf-8")
    with refused_as("format_mismatch", path=path, suffix=suffix):
        read_delivery(path)


def test_a_file_is_opened_as_what_its_name_says_and_as_nothing_else(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.gpkg").rename(tmp_path / "x.geojson")
    with refused_as("format_mismatch", path=path):
        read_delivery(path)


def test_a_file_cannot_send_the_reader_to_another_file(tmp_path: Path) -> None:
    other = write_file(patches_frame(), tmp_path / "elsewhere.gpkg")
    path = tmp_path / "d.geojson"
    path.write_text(
        f"<OGRVRTDataSource><OGRVRTLayer name='elsewhere'><SrcDataSource>{other}</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    with refused_as("format_mismatch", path=path):
        read_delivery(path)


def test_a_file_without_a_coordinate_system_says_so(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.shp")
    path.with_suffix(".prj").unlink()
    assert look_into(path)[0].crs is None


def test_geojson_is_in_degrees_unless_it_says_otherwise(tmp_path: Path) -> None:
    shape = shapely.geometry.mapping(square())
    feature = {"type": "Feature", "properties": {"TBBH": "1"}, "geometry": shape}
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "WGS 84" in str(look_into(path)[0].crs)
    write_file(
        gpd.GeoDataFrame({"TBBH": ["1"]}, geometry=[square()], crs=ZONE_40), path, driver="GeoJSON"
    )
    assert "4528" in str(look_into(path)[0].crs)
