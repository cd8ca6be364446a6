"""What goes to the field is plain RFC 7946, and what comes back is read whatever saved it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.files.field_package import (
    ANSWER_FIELDS,
    PackageHead,
    geojson_geometries,
    read_answers,
    write_package,
)
from tests.refusals import refused_as

HEAD = PackageHead("0123456789abcdef", "ranger-1", {"421": {"zh": "未审批", "en": "Not approved"}})
# Both rings run the wrong way round for RFC 7946, as a shapefile wants them.
CLOCKWISE = shapely.Polygon(
    [(120, 43), (120, 43.01), (120.01, 43.01), (120.01, 43)],
    [[(120.002, 43.002), (120.004, 43.002), (120.004, 43.004), (120.002, 43.004)]],
)
PHOTO = {
    "file": "IMG_0001.jpg",
    "lon": 120.0012345,
    "lat": 43.0,
    "azimuth_deg": 90.0,
    "taken_at": "2026-09-03T10:00:00+08:00",
    "view": "far",
}


def known(code: str = "0017", **values: Any) -> dict[str, Any]:
    return {"batch": "2026-1", "patch_code": code, "base_version": 3, "due": "2026-09-12"} | values


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "外业.geojson"
    write_package(path, HEAD, [known(), known("0018")], np.array([CLOCKWISE, CLOCKWISE]))
    return path


def content(path: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parsed


def rings(geometry: dict[str, Any]) -> Iterator[tuple[int, list[list[float]]]]:
    """Every ring with its number within its polygon: 0 is the outer one."""
    parts = geometry["coordinates"]
    for part in parts if geometry["type"] == "MultiPolygon" else [parts]:
        yield from enumerate(part)


def enclosed(ring: list[list[float]]) -> float:
    """The area of a ring by its coordinates: above zero if it runs counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def test_a_package_says_for_whom_it_is_and_what_to_answer(package: Path) -> None:
    head = content(package)["skyground"]
    assert (head["assignee"], head["package"]) == ("ranger-1", "0123456789abcdef")
    assert [answer["field"] for answer in head["answers"]] == list(ANSWER_FIELDS)
    assert all(answer["zh"] and answer["en"] for answer in head["answers"])
    assert head["causes"]["421"] == {"zh": "未审批", "en": "Not approved"}


def test_every_patch_carries_what_is_known_and_blank_answers(package: Path) -> None:
    first = content(package)["features"][0]
    assert first["id"] == "2026-1/0017"
    assert known().items() <= first["properties"].items()
    blank = {name: first["properties"][name] for name in ANSWER_FIELDS}
    assert blank.pop("surveyor") == "ranger-1"
    assert blank.pop("photos") == []
    assert set(blank.values()) == {None}


def test_longitude_comes_first_and_outer_rings_run_counter_clockwise(package: Path) -> None:
    for feature in content(package)["features"]:
        for number, ring in rings(feature["geometry"]):
            assert ring[0] == ring[-1]
            assert all(119 < lon < 121 and 42 < lat < 44 for lon, lat in ring)
            assert (enclosed(ring) > 0) is (number == 0)


def test_a_package_has_no_member_that_the_standard_forbids(package: Path) -> None:
    collection = content(package)
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert feature.keys() == {"type", "id", "properties", "geometry"}


degrees = st.floats(0, 0.05).map(lambda offset: offset + 1e-4)


@settings(deadline=None)
@given(st.floats(80, 134), st.floats(18, 53), degrees, degrees, st.booleans())
def test_any_polygon_leaves_with_seven_decimals_at_most_and_its_rings_turned_right(
    lon: float, lat: float, wide: float, high: float, is_clockwise: bool
) -> None:
    box = shapely.box(lon, lat, lon + wide, lat + high, ccw=not is_clockwise)
    other = shapely.box(lon, lat + 1, lon + wide, lat + 1 + high, ccw=is_clockwise)
    shapes = np.array([box, shapely.MultiPolygon([box, other])])
    for geometry, shape in zip(geojson_geometries(shapes), shapes, strict=True):
        assert geometry["type"] == shape.geom_type
        for number, ring in rings(geometry):
            assert number == 0
            assert enclosed(ring) > 0
            for value in np.ravel(ring):
                assert len(repr(float(value)).partition(".")[2]) <= 7
                assert round(float(value), 7) == value
        written = shapely.from_geojson(json.dumps(geometry))
        assert shapely.hausdorff_distance(written, shape) <= 1e-7


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="gdal-bin is not installed")
def test_other_programs_read_a_package(package: Path) -> None:
    call = ["ogrinfo", "-ro", "-al", str(package)]
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    assert "Feature Count: 2" in said
    assert "patch_code (String) = 0017" in said
    assert "base_version (Integer) = 3" in said


# ---- Coming back --------------------------------------------------------------------------------


def answered(package: Path, **answers: Any) -> Path:
    collection = content(package)
    for feature in collection["features"]:
        feature["properties"] |= answers
    package.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return package


def test_answers_come_back_with_their_photos(package: Path) -> None:
    rows = read_answers(answered(package, found_cause="52", photos=[PHOTO]))
    assert [row["patch_code"] for row in rows] == ["0017", "0018"]
    assert rows[0]["photos"] == [PHOTO]
    assert rows[0]["base_version"] == 3


@pytest.mark.parametrize("suffix", [".json", ".GEOJSON", ".JSON"])
def test_the_suffix_may_be_written_otherwise(package: Path, suffix: str) -> None:
    other = package.rename(package.with_suffix(suffix))
    assert len(read_answers(other)) == 2


def test_a_byte_order_mark_does_no_harm(package: Path) -> None:
    package.write_bytes(b"\xef\xbb\xbf" + package.read_bytes())
    assert len(read_answers(package)) == 2


def saved_by_geopandas(path: Path, saved: Path) -> None:
    # A GeoPackage knows no lists: programs keep them as text.
    frame = gpd.read_file(path)
    frame["photos"] = frame["photos"].map(json.dumps)
    pyogrio.write_dataframe(frame, saved, layer="外业")


def saved_by_gdal(path: Path, saved: Path) -> None:
    if shutil.which("ogr2ogr") is None:
        pytest.skip("gdal-bin is not installed")
    subprocess.run(["ogr2ogr", str(saved), str(path)], check=True)


@pytest.mark.parametrize("save", [saved_by_geopandas, saved_by_gdal])
def test_a_geopackage_saved_by_a_gis_gives_the_same_answers(
    package: Path, save: Callable[[Path, Path], None]
) -> None:
    path = answered(package, found_cause="52", found_unlawful=1, photos=[PHOTO])
    saved = path.with_suffix(".gpkg")
    save(path, saved)
    row, same = read_answers(saved)[0], read_answers(path)[0]
    names = ("patch_code", "batch", "base_version", "found_cause", "found_unlawful", "surveyor")
    assert {name: row[name] for name in names} == {name: same[name] for name in names}
    photos = row["photos"]
    assert (json.loads(photos) if isinstance(photos, str) else photos) == [PHOTO]
    assert row["found_note"] is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不是 JSON",
        "[]",
        "42",
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": {}}',
        '{"features": [{"properties": {"found_cause": NaN}}]}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:30] or "empty",
)
def test_a_file_that_is_no_answer_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "回.geojson"
    path.write_text(text, encoding="utf-8")
    with refused_as("findings_format", path=path):
        read_answers(path)


def test_answers_in_another_encoding_are_refused_rather_than_garbled(package: Path) -> None:
    path = answered(package, found_note="乔木林地")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    with refused_as("findings_format", path=path):
        read_answers(path)


def test_features_without_properties_are_rows_without_answers(tmp_path: Path) -> None:
    path = tmp_path / "回.geojson"
    path.write_text('{"features": [{"properties": null}, null, {"properties": {"a": 1}}]}')
    assert read_answers(path) == [{}, {}, {"a": 1}]


def test_a_missing_file_of_answers_is_named(tmp_path: Path) -> None:
    with refused_as("file_missing", path=tmp_path / "没有.geojson"):
        read_answers(tmp_path / "没有.geojson")
