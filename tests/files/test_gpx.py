"""GPX: waypoints, tracks and routes as layers."""

import time
from pathlib import Path

import pytest
import shapely

from geo.files.gpx import read_gpx
from geo.files.raw_layer import RawLayer
from tests.refusals import refused_as

SOURCE = "巡护.gpx"
SECONDS_OF_A_LINEAR_READER = 10.0


def read(tmp_path: Path, inside: str, attributes: str = "version='1.1'") -> dict[str, RawLayer]:
    path = tmp_path / "0000.gpx"
    path.write_text(f"<gpx {attributes}>{inside}</gpx>", encoding="utf-8")
    return {layer.name: layer for layer in read_gpx(path, source=SOURCE)}


def fix(lon: object, lat: object, inside: str = "", tag: str = "trkpt") -> str:
    return f"<{tag} lat='{lat}' lon='{lon}'>{inside}</{tag}>"


def segment(*fixes: str) -> str:
    return f"<trkseg>{''.join(fixes)}</trkseg>"


def moment(text: str) -> str:
    return f"<time>{text}</time>"


def test_a_waypoint_keeps_its_words_and_its_place(tmp_path: Path) -> None:
    inside = (
        "<ele>1033.50</ele><time>2026-05-01T08:00:00Z</time><name>A1</name><cmt>界桩</cmt>"
        "<desc>新</desc><src>手持机</src><sym>Flag</sym><type>桩</type>"
    )
    layer = read(tmp_path, fix(112.5, 40.25, inside, "wpt"))["waypoints"]
    assert layer.attributes.to_dict("records") == [
        {
            "name": "A1",
            "cmt": "界桩",
            "desc": "新",
            "type": "桩",
            "src": "手持机",
            "time": "2026-05-01T08:00:00Z",
            "ele": "1033.5",
            "sym": "Flag",
        }
    ]
    assert layer.geometries[0] == shapely.Point(112.5, 40.25)
    assert (layer.driver, layer.crs) == ("GPX", "EPSG:4326")


def test_a_track_is_one_row_from_its_first_moment_to_its_last(tmp_path: Path) -> None:
    fixes = [
        fix(0, 0),
        fix(1, 0, moment("2026-05-01T08:00:00+08:00")),
        fix(2, 0, moment("2026-05-01T09:00:00.5+08:00")),
    ]
    layer = read(tmp_path, f"<trk><name>早</name>{segment(*fixes)}</trk>")["tracks"]
    (row,) = layer.attributes.to_dict("records")
    assert (row["name"], row["points"]) == ("早", "3")
    assert row["time"] == "2026-05-01T08:00:00+08:00"
    assert row["time_end"] == "2026-05-01T09:00:00.500000+08:00"
    assert layer.geometries[0] == shapely.LineString([(0, 0), (1, 0), (2, 0)])


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (segment(fix(5, 6)), "POINT (5 6)"),
        (segment(fix(5, 6)) + segment(fix(7, 8)), "POINT (5 6)"),
        (segment() + segment(fix(0, 0), fix(1, 1)), "LINESTRING (0 0, 1 1)"),
        (segment(fix(9, 9)) + segment(fix(0, 0), fix(1, 1)), "LINESTRING (0 0, 1 1)"),
        (segment(fix(0, 0), fix(1, 1)) * 2, "MULTILINESTRING ((0 0, 1 1), (0 0, 1 1))"),
    ],
)
def test_a_track_has_a_part_for_each_of_its_segments(
    tmp_path: Path, segments: str, expected: str
) -> None:
    layer = read(tmp_path, f"<trk>{segments}</trk>")["tracks"]
    assert layer.geometries[0] == shapely.from_wkt(expected)


def test_a_route_is_a_line(tmp_path: Path) -> None:
    points = fix(0, 0, tag="rtept") + fix(1, 1, tag="rtept")
    layer = read(tmp_path, f"<rte><name>去程</name>{points}</rte>")["routes"]
    assert layer.geometries[0] == shapely.LineString([(0, 0), (1, 1)])
    assert layer.attributes["points"].tolist() == ["2"]


def test_only_what_holds_something_is_a_layer(tmp_path: Path) -> None:
    assert list(read(tmp_path, fix(0, 0, tag="wpt"))) == ["waypoints"]
    layers = read(tmp_path, "<trk><name>空</name></trk>")
    assert layers["tracks"].geometries.tolist() == [None]
    with refused_as("no_features", path=SOURCE):
        read(tmp_path, "<metadata/>")


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "version='1.0'",
        "version='9'",
        "xmlns='http://www.topografix.com/GPX/1/0' version='1.0'",
        "xmlns='http://www.topografix.com/GPX/1/1' version='1.1'",
    ],
)
def test_every_version_is_read(tmp_path: Path, attributes: str) -> None:
    layer = read(tmp_path, fix(1, 2, "<name>A</name>", "wpt"), attributes)["waypoints"]
    assert layer.attributes["name"].tolist() == ["A"]
    assert layer.geometries[0] == shapely.Point(1, 2)


def test_what_receivers_add_costs_nothing(tmp_path: Path) -> None:
    inside = "<sat>x</sat><hdop/><ele>x</ele><extensions><a><b>1</b></a></extensions><time>x</time>"
    layer = read(tmp_path, fix(1, 2, inside, "wpt"))["waypoints"]
    assert layer.geometries[0] == shapely.Point(1, 2)
    assert layer.attributes[["ele", "time"]].to_numpy().tolist() == [["", ""]]


@pytest.mark.parametrize("lat", ["x", "", "nan", "inf", "4_0", "1" * 99])
def test_a_broken_number_is_reported_with_its_row(tmp_path: Path, lat: str) -> None:
    bad = f"<trk>{segment(fix(0, 0), fix(1, lat), fix(2, 0))}</trk>"
    good = f"<trk>{segment(fix(0, 0), fix(1, 1))}</trk>"
    layer = read(tmp_path, good + bad)["tracks"]
    assert [shape is None for shape in layer.geometries] == [False, True]
    (trouble,) = layer.troubles
    assert (trouble.row, trouble.code, trouble.column) == (2, "coordinates_unreadable", "geometry")


def test_a_zone_of_time_beyond_a_day_gives_no_moment(tmp_path: Path) -> None:
    inside = moment("2026-05-01T08:00:00+99:00")
    assert read(tmp_path, fix(1, 2, inside, "wpt"))["waypoints"].attributes["time"][0] == ""


def test_what_is_no_gpx_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0000.gpx"
    for content, code in (
        ("<kml/>", "file_unreadable"),
        ("<gpx>", "file_unreadable"),
        ("<!DOCTYPE gpx><gpx/>", "xml_entities"),
        ("<gpx>" * 999, "xml_too_deep"),
    ):
        path.write_text(content, encoding="utf-8")
        with refused_as(code, path=SOURCE):
            read_gpx(path, source=SOURCE)


def test_words_that_look_like_namespaces_take_no_time(tmp_path: Path) -> None:
    started = time.monotonic()
    read(tmp_path, fix(1, 2, f"<name>{' xmlns' * 500_000}</name>", "wpt"))
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER
