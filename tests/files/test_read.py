"""One layer read whole: the same delivery whatever the format, with every digit of its numbers."""

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from geo.files.read import Delivery, file_digest, read_delivery
from tests.deliveries import (
    EAST,
    NORTH,
    ZONE_40,
    patches_frame,
    square,
    write_file,
    zip_members,
)

FORMATS = (".shp", ".zip", ".gpkg", ".geojson")
every_format = pytest.mark.parametrize("suffix", FORMATS)


def written(folder: Path, frame: gpd.GeoDataFrame, suffix: str) -> Delivery:
    return read_delivery(write_file(frame, folder / f"图斑{suffix}"))


@every_format
def test_every_format_gives_the_same_delivery(tmp_path: Path, suffix: str) -> None:
    frame = patches_frame()
    delivery = written(tmp_path, frame, suffix)
    pd.testing.assert_frame_equal(
        delivery.attributes, pd.DataFrame(frame.drop(columns="geometry")), check_dtype=False
    )
    assert shapely.equals(delivery.geometries, frame.geometry.to_numpy()).all()
    assert delivery.facts.name == "图斑"
    assert delivery.facts.count == 3
    assert delivery.facts.fields == tuple(delivery.attributes.columns)


@every_format
def test_codes_kept_as_text_keep_their_zeros_and_all_twenty_digits(
    tmp_path: Path, suffix: str
) -> None:
    codes = ["0017", "00000000000000000001", "15990100120120260001"]
    delivery = written(tmp_path, patches_frame(codes), suffix)
    assert delivery.attributes["PAN_NO_TB"].tolist() == codes


@every_format
def test_codes_kept_as_whole_numbers_keep_all_their_digits(tmp_path: Path, suffix: str) -> None:
    codes = np.array([1, 150421000001, 999_999_999_999_999_999], dtype=np.int64)
    delivery = written(tmp_path, patches_frame(codes), suffix)
    assert [int(code) for code in delivery.attributes["PAN_NO_TB"]] == codes.tolist()


@every_format
def test_a_row_without_a_shape_stays_a_row(tmp_path: Path, suffix: str) -> None:
    frame = patches_frame(geometry=[square(0), None, square(4)])
    delivery = written(tmp_path, frame, suffix)
    assert [shape is None for shape in delivery.geometries] == [False, True, False]
    assert delivery.attributes["PAN_NO_TB"].tolist() == ["1", "2", "3"]


@every_format
def test_a_ring_that_crosses_itself_is_read_as_it_is(tmp_path: Path, suffix: str) -> None:
    bow_tie = translate(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), EAST, NORTH)
    delivery = written(tmp_path, patches_frame(("1",), geometry=[bow_tie]), suffix)
    assert not shapely.is_valid(delivery.geometries[0])
    assert len(shapely.get_coordinates(delivery.geometries[0])) == 5


@every_format
def test_days_come_as_text(tmp_path: Path, suffix: str) -> None:
    days = pd.to_datetime(["2026-06-01", "2026-06-02", "2026-06-03"]).date
    delivery = written(tmp_path, patches_frame(HQYXSJ=days), suffix)
    assert delivery.attributes["HQYXSJ"].tolist() == ["2026-06-01", "2026-06-02", "2026-06-03"]


@every_format
def test_a_layer_without_rows_is_read_as_one_without_rows(tmp_path: Path, suffix: str) -> None:
    delivery = written(tmp_path, patches_frame().iloc[:0], suffix)
    assert (len(delivery.attributes), len(delivery.geometries)) == (0, 0)


@every_format
def test_the_digest_is_of_the_file_and_not_of_its_name(tmp_path: Path, suffix: str) -> None:
    path = write_file(patches_frame(), tmp_path / f"a{suffix}")
    before = file_digest(path)
    for part in list(tmp_path.glob("a.*")):
        part.rename(part.with_stem("b"))
    assert file_digest(path.with_stem("b")) == before == read_delivery(path.with_stem("b")).digest
    assert len(before) == 64


@pytest.mark.parametrize(("beside", "counts"), [(".dbf", True), (".cpg", True), (".qix", False)])
def test_the_parts_of_a_shapefile_count_for_its_digest_and_a_programs_own_files_do_not(
    tmp_path: Path, beside: str, counts: bool
) -> None:
    path = write_file(patches_frame(), tmp_path / "a.shp")
    before = file_digest(path)
    path.with_suffix(beside).write_bytes(b"something else")
    assert (file_digest(path) != before) is counts


@pytest.mark.parametrize("is_packed", [False, True], ids=["bare", "zip"])
@pytest.mark.parametrize(
    ("names", "doubled", "second"),
    [
        (("WF_ZRBHD_1", "WF_ZRBHD_2"), "WF_ZRBHD_M", "WF_ZRBHD_2"),
        (("保护区面甲", "保护区面乙"), "保护区面积", "保护区面_2"),
    ],
)
def test_two_names_that_were_cut_to_the_same_ten_bytes_are_told_apart(
    tmp_path: Path, names: tuple[str, str], doubled: str, second: str, *, is_packed: bool
) -> None:
    frame = patches_frame(**{names[0]: [1, 2, 3], names[1]: ["甲", "乙", "丙"]})
    path = write_file(frame, tmp_path / "x.shp")
    table = path.with_suffix(".dbf")
    raw = table.read_bytes()
    for name in names:
        raw = raw.replace(name.encode("gbk"), doubled.encode("gbk"), 1)
    table.write_bytes(raw)
    if is_packed:
        members = {part.name: part.read_bytes() for part in tmp_path.glob("x.*")}
        path = zip_members(tmp_path / "d.zip", members)
    delivery = read_delivery(path)
    assert delivery.facts.fields[-2:] == (doubled, second)
    assert delivery.attributes[doubled].tolist() == [1, 2, 3]
    assert delivery.attributes[second].tolist() == ["甲", "乙", "丙"]
    assert table.read_bytes() == raw, "the file of whoever delivered it stays as it is"


# Whole centimetres: every format keeps them to the last bit.
offsets = st.integers(0, 99_999).map(lambda cm: cm / 100)
# Signs of Chinese pages: of rare ones alone nobody could tell in which encoding they stand.
chinese = st.characters(codec="gb2312", min_codepoint=0x4E00)
texts = st.text(
    chinese.filter(lambda s: s.encode("gb2312") < b"\xd8")
    | st.characters(codec="ascii", exclude_categories=("Cc", "Z")),
    min_size=1,
    max_size=20,
)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """A rectangle somewhere in a square kilometre, sometimes with a hole."""
    west, south = EAST + draw(offsets), NORTH + draw(offsets)
    wide, high = draw(st.integers(4, 500)), draw(st.integers(4, 500))
    hole = [(west + 1, south + 1), (west + 1, south + 2), (west + 2, south + 1)]
    shell = shapely.box(west, south, west + wide, south + high).exterior.coords
    return shapely.Polygon(shell, [hole] if draw(st.booleans()) else [])


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "TBBH": draw(st.text("0123456789", min_size=1, max_size=20)),
        "备注": draw(texts),
        "数": draw(st.integers(-(2**31), 2**31 - 1)),
        "geometry": draw(polygons()),
    }


@settings(max_examples=20, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=3), st.sampled_from(FORMATS))
def test_what_is_written_is_what_is_read(delivered: list[dict[str, Any]], suffix: str) -> None:
    frame = gpd.GeoDataFrame(delivered, crs=ZONE_40)
    with tempfile.TemporaryDirectory() as folder:
        delivery = written(Path(folder), frame, suffix)
    for name in ("TBBH", "备注", "数"):
        assert delivery.attributes[name].tolist() == frame[name].tolist()
    normal = shapely.normalize(delivery.geometries), shapely.normalize(frame.geometry.to_numpy())
    assert shapely.equals_exact(*normal, tolerance=0).all()
