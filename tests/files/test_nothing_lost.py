"""Rows without shapes, names cut short, codes kept as numbers: all of it comes out of a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from geo.files.read import look_into, read_delivery
from tests.deliveries import patches_frame, zip_members
from tests.files.corpus_shp_bytes import lay_down, named, shapefile

SIX = ("1", "2", "3", "4", "5", "6")


def longer_table(folder: Path, **table: Any) -> Path:
    """Six records above four shapes."""
    frame = patches_frame(SIX, BEIZHU=[f"备注{code}" for code in SIX])
    shapes = shapefile(frame.iloc[:4])
    parts = shapefile(frame, **table) | {s: shapes[s] for s in (".shp", ".shx")}
    return zip_members(folder / "d.zip", named(parts))


def test_rows_of_a_table_beyond_the_shapes_are_rows_without_a_shape(tmp_path: Path) -> None:
    path = longer_table(tmp_path)
    delivery = read_delivery(path)
    assert delivery.attributes["PAN_NO_TB"].tolist() == list(SIX)
    assert delivery.attributes["BEIZHU"].tolist() == [f"备注{code}" for code in SIX]
    assert [shape is None for shape in delivery.geometries] == [False] * 4 + [True] * 2
    assert look_into(path)[0].count == delivery.facts.count == 6


def test_of_rows_beyond_the_shapes_those_marked_as_deleted_stay_away(tmp_path: Path) -> None:
    delivery = read_delivery(longer_table(tmp_path, deleted={1, 5}))
    assert delivery.attributes["PAN_NO_TB"].tolist() == ["1", "3", "4", "5"]
    assert [shape is None for shape in delivery.geometries] == [False, False, False, True]


def test_names_that_are_one_when_cut_are_two_fields(tmp_path: Path) -> None:
    frame = patches_frame(图斑号=["a", "b", "c"], 图斑号码=["d", "e", "f"])
    path = tmp_path / "图斑.shp"
    lay_down(shapefile(frame, encoding="UTF-8", cpg="UTF-8"), path)
    (facts,) = look_into(path)
    assert {"图斑号", "图斑号_2"} <= set(facts.fields)
    attributes = read_delivery(path).attributes
    assert attributes["图斑号"].tolist() == ["a", "b", "c"]
    assert attributes["图斑号_2"].tolist() == ["d", "e", "f"]


def test_a_number_that_begins_with_zeros_stays_a_code(tmp_path: Path) -> None:
    parts = shapefile(patches_frame(CODE=[150421, 7, 150421000001]))
    before, after = f"{150421:18d}".encode(), f"{150421:012d}".rjust(18).encode()
    path = tmp_path / "图斑.shp"
    lay_down(parts | {".dbf": parts[".dbf"].replace(before, after)}, path)
    attributes = read_delivery(path).attributes
    assert attributes["CODE"].tolist() == ["000000150421", "7", "150421000001"]
    assert attributes["MIAN_JI"].tolist() == [1.0, 1.0, 1.0]


def geojson(folder: Path, *features: dict[str, Any]) -> Path:
    point = {"type": "Point", "coordinates": [120.5, 43.2]}
    whole = [{"type": "Feature", "geometry": point, "properties": {}} | f for f in features]
    path = folder / "x.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": whole}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    ["2024/01/01", "2024-01-01", "12:00", "2024/01/01 12:00:00", "2024-01-01T12:00:00Z", "007"],
)
def test_texts_that_look_like_days_stay_as_they_are_written(tmp_path: Path, text: str) -> None:
    path = geojson(tmp_path, {"properties": {"日期": text}})
    assert read_delivery(path).attributes["日期"].tolist() == [text]


def test_long_codes_keep_every_digit_beside_whatever_else_is_in_their_field(
    tmp_path: Path,
) -> None:
    codes = [15042110012026000123, 9007199254740993, 0.5, None]
    path = geojson(tmp_path, *({"properties": {"编号": code}} for code in codes))
    read = read_delivery(path).attributes["编号"].tolist()
    assert read[:3] == ["15042110012026000123", "9007199254740993", "0.5"]
    assert read[3] is None


def test_the_number_of_a_feature_is_a_field_unless_there_is_one_of_its_name(
    tmp_path: Path,
) -> None:
    path = geojson(tmp_path, {"id": 12}, {"id": "x"}, {"id": 7})
    assert read_delivery(path).attributes["id"].tolist() == ["12", "x", "7"]
    path = geojson(tmp_path, {"id": 12, "properties": {"id": 5}})
    assert read_delivery(path).attributes["id"].tolist() == [5]
