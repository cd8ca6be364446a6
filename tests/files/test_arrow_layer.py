"""A layer on its way from the reading process: what is not sound is refused, nothing crashes."""

import random
import struct
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from geo.files.arrow_layer import (
    GEOMETRY,
    ArrowLayer,
    decoded_texts,
    fields_apart,
    from_raw,
    read_arrow,
    refuse_long_texts,
    without_deep_shapes,
    write_arrow,
)
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.table_layer import MAX_CELL_CHARS
from geo.files.wkb_depth import MAX_NESTED, SHALLOW_BYTES, is_nested_deep
from tests.refusals import refused_as

SHAPES = np.array([shapely.box(0, 0, 1, 1), shapely.MultiPoint([(1, 2), (3, 4)]), None])
POINT = struct.pack("<BI2d", 1, 1, 1.0, 2.0)


def table_of(wkb: list[bytes | None] | None = None) -> pa.Table:
    shapes = wkb if wkb is not None else list(shapely.to_wkb(SHAPES))
    return pa.table(
        {
            "编号": ["1", "2", None],
            "数": [1, None, 3],
            "是": [True, False, None],
            "小数": [1.5, None, 2.0],
            "表": [["x"], [], None],
            GEOMETRY: pa.array(shapes, pa.binary(), from_pandas=True),
        }
    )


def written(table: pa.Table, folder: Path) -> Path:
    path = folder / "layer.arrow"
    write_arrow(ArrowLayer(table), path)
    return path


def nested(kind: int, levels: int, order: str = "<") -> bytes:
    return struct.pack(f"{order}BII", order == "<", kind, 1) * levels + POINT


def test_a_layer_comes_back_as_it_went(tmp_path: Path) -> None:
    frame, shapes = read_arrow(written(table_of(), tmp_path))
    assert frame["编号"].tolist()[:2] == ["1", "2"]
    assert pd.isna(frame["编号"][2])
    assert frame["数"].dtype == pd.Int64Dtype(), "a code is never turned into a decimal number"
    assert shapely.equals(shapes[:2], SHAPES[:2]).all()
    assert shapes[2] is None


def test_a_table_without_shapes_has_none(tmp_path: Path) -> None:
    frame, shapes = read_arrow(written(table_of().drop_columns([GEOMETRY]), tmp_path))
    assert len(frame) == len(shapes) == 3
    assert not any(shapes)


def test_what_a_file_says_beside_its_columns_is_not_believed(tmp_path: Path) -> None:
    table = table_of().replace_schema_metadata({"pandas": '{"index_columns": ["编号"]}'})
    path = tmp_path / "x.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    assert "编号" in read_arrow(path)[0].columns


def test_bytes_that_were_turned_over_are_refused_or_read_and_never_crash(tmp_path: Path) -> None:
    raw = written(table_of(), tmp_path).read_bytes()
    lot, path, ended = random.Random(7), tmp_path / "x.arrow", set[str]()
    for _ in range(1_500):
        changed = bytearray(raw)
        for _ in range(lot.choice([1, 1, 2, 4])):
            changed[lot.randrange(len(raw))] = lot.choice([0, 1, 127, 128, 255, lot.randrange(256)])
        path.write_bytes(changed)
        try:
            read_arrow(path)
            ended.add("read")
        except pa.ArrowException:
            ended.add("refused")
    assert ended == {"read", "refused"}


@pytest.mark.parametrize("size", [0, 1, 8, 100, -1, -8])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = written(table_of(), tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(pa.ArrowException):
        read_arrow(path)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["x", "y", "z"]),
        pa.array([1, 2, 3]),
        pa.array([[1], [2], [3]]),
    ],
)
def test_shapes_that_are_no_bytes_are_refused(tmp_path: Path, column: pa.Array) -> None:
    with pytest.raises(pa.ArrowException):
        read_arrow(written(pa.table({GEOMETRY: column}), tmp_path))


def test_two_columns_of_shapes_are_refused(tmp_path: Path) -> None:
    wkb = pa.array([POINT], pa.binary())
    table = pa.Table.from_arrays([wkb, wkb], names=[GEOMETRY, GEOMETRY])
    with pytest.raises(pa.ArrowException):
        read_arrow(written(table, tmp_path))


def test_a_day_that_no_calendar_has_does_not_break_anything(tmp_path: Path) -> None:
    table = pa.table({"d": pa.array([date(2026, 1, 1), None]), "e": pa.array([2**31 - 1] * 2)})
    table = table.set_column(1, "e", table.column("e").cast(pa.int32()).cast(pa.date32()))
    with pytest.raises(pa.ArrowException):
        read_arrow(written(table, tmp_path))


# ---- Depth --------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [4, 5, 6, 7, 10, 12, 1007, 2006, 3007, 5007, 0x80000007])
def test_shapes_in_shapes_are_found_whatever_they_are(kind: int, order: str) -> None:
    assert is_nested_deep(nested(kind, MAX_NESTED + 1, order))


@pytest.mark.parametrize(
    "wkb",
    [
        b"\7" + nested(7, 1_000)[1:],
        nested(7, MAX_NESTED)[:-30],
        struct.pack("<BII", 1, 7, 2**32 - 1) + POINT,
        struct.pack("<BI", 1, 99) + bytes(100),
        struct.pack("<BI", 1, 0x10000007) + bytes(100),
        b"",
        b"\1",
    ],
)
def test_what_cannot_be_followed_counts_as_deep(wkb: bytes) -> None:
    assert is_nested_deep(wkb)


def test_the_second_of_several_shapes_is_followed_too() -> None:
    wide = (struct.pack("<BII", 1, 7, 2) + POINT) * (MAX_NESTED + 1) + POINT
    assert is_nested_deep(wide)


@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(1, 2, 3),
        shapely.LineString([(0, 0, 1), (1, 1, 1)]),
        shapely.box(0, 0, 1, 1),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9).difference(shapely.box(1, 1, 2, 2))] * 9),
        shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)]]),
        shapely.MultiPoint([(0, 0, 1), (1, 1, 1)]),
        shapely.GeometryCollection([shapely.Point(0, 0), shapely.MultiPoint([(1, 1)])]),
        shapely.GeometryCollection(),
        shapely.Polygon(),
        shapely.set_srid(shapely.MultiPoint([(0, 0)]), 4490),
    ],
)
def test_no_plain_shape_is_deep(shape: shapely.Geometry, byte_order: int, flavor: str) -> None:
    wkb = shapely.to_wkb(
        shape, byte_order=byte_order, flavor=flavor, include_srid=flavor == "extended"
    )
    assert not is_nested_deep(wkb)


@pytest.mark.parametrize("kind", [6, 7])
def test_a_deep_shape_does_not_end_the_process_that_reads_it(tmp_path: Path, kind: int) -> None:
    deep = nested(kind, 100_000)
    with pytest.raises(pa.ArrowException):
        read_arrow(written(table_of([POINT, deep, None]), tmp_path))


def test_a_deep_shape_is_left_out_and_its_row_named() -> None:
    layer = ArrowLayer(table_of([POINT, nested(7, 100_000), None]))
    plain = without_deep_shapes(layer)
    assert plain.troubles == (RowTrouble(2, "feature_unreadable"),)
    assert plain.table.column(GEOMETRY).to_pylist() == [POINT, None, None]
    assert without_deep_shapes(plain) is plain


def test_what_is_short_is_not_deep_enough_to_do_harm() -> None:
    levels = SHALLOW_BYTES // 9 - 3
    shapes = shapely.from_wkb([nested(7, levels), nested(6, levels)], on_invalid="ignore")
    assert shapely.get_type_id(shapes).tolist() == [7, -1]
    assert shapely.is_valid(shapes[0])


# ---- Texts --------------------------------------------------------------------------------------


def test_a_text_that_nobody_has_written_is_refused() -> None:
    text = "字" * MAX_CELL_CHARS
    refuse_long_texts(ArrowLayer(pa.table({"a": [text, None], "b": [1, 2]})), source="x.gpkg")
    with refused_as("cell_too_long", path="x.gpkg", limit=MAX_CELL_CHARS):
        refuse_long_texts(ArrowLayer(pa.table({"a": [f"{text}字"]})), source="x.gpkg")


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        ([" a ", "a"], [" a ", "a"]),
        (["", " ", "field_1"], ["field_1_2", "field_2", "field_1"]),
        ([GEOMETRY, "a"], [f"{GEOMETRY}_2", "a"]),
    ],
)
def test_fields_of_one_name_and_of_none_are_told_apart(names: list[str], apart: list[str]) -> None:
    assert fields_apart(names) == apart


def test_no_reader_brings_two_fields_of_one_name(tmp_path: Path) -> None:
    frame = pd.DataFrame([["1", "2", "3"]], columns=["编号", "编号", ""])
    path = tmp_path / "x.arrow"
    write_arrow(from_raw(RawLayer("x", "KML", frame, SHAPES[:1], None)), path)
    assert read_arrow(path)[0].to_dict("records") == [{"编号": "1", "编号_2": "2", "field_3": "3"}]


def test_names_that_were_cut_within_a_character_are_told_apart() -> None:
    raw = [name.encode()[:10].decode("iso8859-1") for name in ("图斑号", "图斑号码")]
    table = pa.table({raw[0]: ["1"], GEOMETRY: [POINT], raw[1]: ["2"]})
    decoded, _ = decoded_texts(table, "UTF-8", source="x.shp")
    assert decoded.column_names == ["图斑号", GEOMETRY, "图斑号_2"]
