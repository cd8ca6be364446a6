"""The coordinate report: a header, and parcels point by point, northing first."""

import time
from itertools import chain, repeat
from pathlib import Path

import pyproj
import pytest
import shapely

from geo.files import coordinate_report
from geo.files.coordinate_report import looks_like_report, read_coordinate_report
from geo.files.raw_layer import RawLayer
from geo.text import LANGS, say
from tests.refusals import refused_as

SOURCE = "报批.txt"
SECONDS_OF_A_LINEAR_READER = 20.0
NORTH, EAST = 4_800_000, 500_000
ZONE_40 = 40_000_000
Corner = tuple[float, float]

# Northing, easting: a hundred metres by a hundred, and what lies in it.
OUTER = ((0, 0), (100, 0), (100, 100), (0, 100))
INNER = ((10, 10), (20, 10), (20, 20), (10, 20))
ISLAND = ((13, 13), (17, 13), (17, 17), (13, 17))
BESIDE = ((200, 0), (300, 0), (300, 100), (200, 100))


def header(**changes: str) -> str:
    values = {
        "格式版本号": "",
        "坐标系": "2000国家大地坐标系",
        "几度分带": "3",
        "投影类型": "高斯克吕格",
        "计量单位": "米",
        "带号": "40",
    }
    lines = [f"{key}={value}" for key, value in (values | changes).items()]
    return "\n".join(["[属性描述]", *lines, "[地块坐标]", ""])


def points(*rings: tuple[Corner, ...], prefix: int = ZONE_40, closed: bool = False) -> str:
    lines = []
    for number, corners in enumerate(rings, start=1):
        walked = (*corners, corners[0]) if closed else corners
        for place, (north, east) in enumerate(walked, start=1):
            label = 1 if place > len(corners) else place
            lines.append(f"J{label},{number},{NORTH + north:.3f},{prefix + EAST + east:.3f}")
    return "\n".join([*lines, ""])


def parcel(count: object = 4, kind: str = "面", name: str = "林场一号") -> str:
    return f"{count},1.0000,0012,{name},{kind},J50G001001,临时用地,0301,@\n"


def shape(*rings: tuple[Corner, ...], prefix: int = ZONE_40) -> shapely.Polygon:
    drawn = [[(prefix + EAST + e, NORTH + n) for n, e in corners] for corners in rings]
    return shapely.Polygon(drawn[0], drawn[1:])


def read(tmp_path: Path, content: str | bytes, encoding: str | None = None) -> RawLayer:
    path = tmp_path / "0000.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (layer,) = read_coordinate_report(path, source=SOURCE, encoding=encoding)
    return layer


def codes(layer: RawLayer) -> list[tuple[int, str]]:
    for trouble in layer.troubles:
        assert all(say(f"problem.{trouble.code}", lang, **trouble.values) for lang in LANGS)
    return [(trouble.row, trouble.code) for trouble in layer.troubles]


def test_a_parcel_keeps_its_fields_and_those_of_the_header(tmp_path: Path) -> None:
    layer = read(tmp_path, header() + parcel() + points(OUTER))
    assert layer.attributes.to_dict("records") == [
        {
            "点数": "4",
            "面积": "1.0000",
            "地块编号": "0012",
            "地块名称": "林场一号",
            "图形属性": "面",
            "图幅号": "J50G001001",
            "地块用途": "临时用地",
            "地类编码": "0301",
            "格式版本号": "",
            "坐标系": "2000国家大地坐标系",
            "几度分带": "3",
            "投影类型": "高斯克吕格",
            "计量单位": "米",
            "带号": "40",
        }
    ]
    assert layer.geometries[0].equals(shape(OUTER))
    assert (layer.name, layer.driver, layer.crs) == ("报批", "TXT", "EPSG:4528")
    assert layer.troubles == ()


def test_the_northing_comes_first(tmp_path: Path) -> None:
    layer = read(tmp_path, header() + parcel() + points(((0, 0), (300, 0), (0, 1))))
    west, south, east, north = layer.geometries[0].bounds
    assert (east - west, north - south) == (1, 300)


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("count", [8, 10])
def test_a_ring_may_be_closed_or_not_and_counted_either_way(
    tmp_path: Path, closed: bool, count: int
) -> None:
    layer = read(tmp_path, header() + parcel(count) + points(OUTER, INNER, closed=closed))
    assert layer.geometries[0].equals(shape(OUTER, INNER))
    assert layer.troubles == ()


def test_a_closing_point_written_twice_is_one(tmp_path: Path) -> None:
    first = points(OUTER).splitlines()[0]
    layer = read(tmp_path, header() + parcel(6) + points(OUTER) + f"{first}\n{first}\n")
    assert layer.geometries[0].equals(shape(OUTER))
    assert layer.troubles == ()


def test_a_ring_inside_is_a_hole_and_any_other_a_further_part(tmp_path: Path) -> None:
    layer = read(tmp_path, header() + parcel(16) + points(OUTER, BESIDE, INNER, ISLAND))
    expected = shapely.MultiPolygon([shape(OUTER, INNER), shape(BESIDE), shape(ISLAND)])
    assert layer.geometries[0].is_valid
    assert layer.geometries[0].equals(expected)
    assert layer.troubles == ()


def test_a_hole_written_before_its_outline_is_told(tmp_path: Path) -> None:
    layer = read(tmp_path, header() + parcel(8) + points(INNER, OUTER))
    assert layer.geometries[0].equals(shape(OUTER, INNER))
    assert codes(layer) == [(1, "rings_reordered")]


def test_a_hole_in_the_middle_does_not_hold_its_outline(tmp_path: Path) -> None:
    middle = ((40, 40), (60, 40), (60, 60), (40, 60))
    layer = read(tmp_path, header() + parcel(8) + points(OUTER, middle))
    assert layer.geometries[0].equals(shape(OUTER, middle))


def test_parts_under_one_number_are_told_apart_where_they_close(tmp_path: Path) -> None:
    lines = points(OUTER, closed=True) + points(BESIDE, closed=True)
    layer = read(tmp_path, header() + parcel(10) + lines)
    assert layer.geometries[0].equals(shapely.MultiPolygon([shape(OUTER), shape(BESIDE)]))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("线", shapely.LineString([(40_500_000 + e, NORTH + n) for n, e in OUTER])),
        ("点", shapely.MultiPoint([(40_500_000 + e, NORTH + n) for n, e in OUTER])),
    ],
)
def test_lines_and_points_are_drawn_as_such(
    tmp_path: Path, kind: str, expected: shapely.Geometry
) -> None:
    layer = read(tmp_path, header() + parcel(kind=kind) + points(OUTER))
    assert layer.geometries[0] == expected


# ---- How it is written --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (",", "，"),
        (",", "\t"),
        (",", " , "),
        ("\n", "\r\n"),
        ("\n", "\n\n"),
        ("@", "@,,"),
        ("@", "＠"),
        (",@", ""),
        ("=", "＝"),
        ("[属性描述]", "【属性描述】"),
        ("\nJ", "\n"),
        ("\nJ", ",\nJ"),
    ],
)
def test_the_same_report_written_otherwise_reads_the_same(
    tmp_path: Path, before: str, after: str
) -> None:
    text = header() + parcel(8) + points(OUTER, INNER) + parcel() + points(BESIDE)
    expected, layer = read(tmp_path, text), read(tmp_path, text.replace(before, after))
    assert layer.attributes.equals(expected.attributes)
    assert layer.geometries.tolist() == expected.geometries.tolist()
    assert (layer.crs, layer.troubles) == ("EPSG:4528", ())


def test_a_comma_in_a_name_stays_in_it(tmp_path: Path) -> None:
    layer = read(tmp_path, header() + parcel(name="东,西,地块") + points(OUTER))
    (row,) = layer.attributes.to_dict("records")
    assert (row["地块名称"], row["图形属性"], row["地类编码"]) == ("东,西,地块", "面", "0301")


@pytest.mark.parametrize(
    ("written_in", "found", "is_guessed"),
    [
        ("utf-8", "UTF-8", True),
        ("utf-8-sig", "UTF-8", False),
        ("gbk", "GB18030", True),
        ("utf-16", "UTF-16", False),
        ("utf-16-le", "UTF-16-LE", True),
    ],
)
def test_every_usual_encoding_is_read(
    tmp_path: Path, written_in: str, found: str, is_guessed: bool
) -> None:
    layer = read(tmp_path, (header() + parcel() + points(OUTER)).encode(written_in))
    assert layer.attributes["地块名称"].tolist() == ["林场一号"]
    assert (layer.encoding, layer.is_encoding_guessed) == (found, is_guessed)
    assert looks_like_report(tmp_path / "0000.txt")


def test_a_wrong_choice_of_encoding_is_refused(tmp_path: Path) -> None:
    with refused_as("encoding_wrong", path=SOURCE, encoding="UTF-8"):
        read(tmp_path, (header() + parcel()).encode("gbk"), "UTF-8")


@pytest.mark.parametrize("text", ["编号,经度,纬度\n1,112,40\n", "", "你好 @ 林场\n", "\0\1\2"])
def test_other_texts_are_no_reports(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.txt"
    path.write_text(text, encoding="utf-8")
    assert not looks_like_report(path)


@pytest.mark.parametrize("text", ["", "你好\n", header(), header() + points(OUTER)])
def test_a_text_without_parcels_is_refused(tmp_path: Path, text: str) -> None:
    with refused_as("report_without_parcels", path=SOURCE):
        read(tmp_path, text)


# ---- What is wrong with a parcel ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["J9,1,x,40500000", "J9,1,4800000", "J9,1,,", "J9,1,nan,40500000", "你好", "J9,1,1,2,3,4,5,6"],
)
def test_a_point_that_cannot_be_read_costs_its_parcel_and_no_other(
    tmp_path: Path, line: str
) -> None:
    text = header() + parcel() + points(OUTER) + parcel(5) + points(OUTER) + f"{line}\n"
    layer = read(tmp_path, text + parcel() + points(BESIDE))
    assert [g is None for g in layer.geometries] == [False, True, False]
    assert codes(layer) == [(2, "coordinates_unreadable")]


@pytest.mark.parametrize(("count", "is_told"), [(4, False), (5, False), ("", False), (7, True)])
def test_a_wrong_number_of_points_is_told_and_the_parcel_kept(
    tmp_path: Path, count: object, is_told: bool
) -> None:
    layer = read(tmp_path, header() + parcel(count) + points(OUTER))
    assert layer.geometries[0].equals(shape(OUTER))
    assert codes(layer) == ([(1, "point_count_differs")] if is_told else [])


@pytest.mark.parametrize("corners", [(), OUTER[:1], OUTER[:2]])
def test_a_ring_needs_three_points(tmp_path: Path, corners: tuple[Corner, ...]) -> None:
    layer = read(tmp_path, header() + parcel(len(corners)) + points(corners))
    assert layer.geometries.tolist() == [None]
    assert codes(layer) == [(1, "too_few_points")]


def test_an_easting_in_the_northings_place_is_recognised_parcel_by_parcel(tmp_path: Path) -> None:
    lines = [line.split(",") for line in points(OUTER).splitlines()]
    turned = "".join(f"{j},{ring},{east},{north}\n" for j, ring, north, east in lines)
    layer = read(tmp_path, header() + parcel() + turned + parcel() + points(BESIDE))
    assert layer.geometries[0].equals(shape(OUTER))
    assert layer.geometries[1].equals(shape(BESIDE))
    assert codes(layer) == [(1, "axes_swapped")]
    assert layer.crs == "EPSG:4528"


def test_a_parcel_in_another_zone_has_no_place_in_this_layer(tmp_path: Path) -> None:
    text = header() + (parcel() + points(OUTER)) * 2
    layer = read(tmp_path, text + parcel() + points(OUTER, prefix=39_000_000))
    assert [g is None for g in layer.geometries] == [False, False, True]
    assert codes(layer) == [(3, "zone_differs")]


def test_rings_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinate_report, "MAX_RINGS", 2)
    layer = read(tmp_path, header() + parcel(12) + points(OUTER, INNER, ISLAND))
    assert codes(layer) == [(1, "too_many_rings")]


# ---- In which system ----------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["2000国家大地坐标系", "CGCS2000", "1980西安坐标系", "北京54"])
@pytest.mark.parametrize(("zone", "width"), [(25, 3), (40, 3), (45, 3), (13, 6), (20, 6), (23, 6)])
@pytest.mark.parametrize("is_prefixed", [True, False])
def test_the_systems_are_those_of_the_register(
    tmp_path: Path, system: str, zone: int, width: int, is_prefixed: bool
) -> None:
    prefix = zone * 1_000_000 if is_prefixed else 0
    said = header(坐标系=system, 几度分带=str(width), 带号=str(zone))
    layer = read(tmp_path, said + parcel() + points(OUTER, prefix=prefix))
    crs = pyproj.CRS(layer.crs)
    lon, _ = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
        prefix + EAST, NORTH
    )
    meridian = zone * 3 if width == 3 else zone * 6 - 3
    assert lon == pytest.approx(meridian, abs=1e-6)
    datum = {"2": "CGCS2000", "C": "CGCS2000", "1": "Xian 1980", "北": "Beijing 1954"}[system[0]]
    assert crs.name.startswith(datum)
    assert ("3-degree" in crs.name) == (width == 3)


@pytest.mark.parametrize(
    ("changes", "prefix", "crs"),
    [
        ({}, ZONE_40, "EPSG:4528"),
        ({"带号": "", "几度分带": "", "投影类型": "", "计量单位": ""}, ZONE_40, "EPSG:4528"),
        ({"几度分带": "三度分带"}, ZONE_40, "EPSG:4528"),
        ({"带号": ""}, 0, None),
        ({"坐标系": ""}, ZONE_40, None),
        ({"坐标系": "WGS84"}, ZONE_40, None),
        ({"坐标系": "某市2000独立坐标系"}, ZONE_40, None),
        ({"带号": "39"}, ZONE_40, None),
        ({"几度分带": "6"}, ZONE_40, None),
        ({"投影类型": "墨卡托"}, ZONE_40, None),
        ({"计量单位": "千米"}, ZONE_40, None),
        ({"带号": "99"}, 0, None),
    ],
)
def test_a_header_that_leaves_the_system_open_or_contradicts_itself_names_none(
    tmp_path: Path, changes: dict[str, str], prefix: int, crs: str | None
) -> None:
    text = header(**changes) + parcel() + points(OUTER, prefix=prefix)
    assert read(tmp_path, text).crs == crs


def test_latitudes_come_first_too(tmp_path: Path) -> None:
    lines = "J1,1,43.5,116.0\nJ2,1,43.6,116.0\nJ3,1,43.6,116.2\n"
    layer = read(tmp_path, header() + parcel(3) + lines)
    assert layer.geometries[0].bounds == (116.0, 43.5, 116.2, 43.6)
    assert layer.crs == "EPSG:4490"


def test_two_reports_in_one_file_keep_their_own_headers(tmp_path: Path) -> None:
    one = header(格式版本号="1") + parcel() + points(OUTER)
    two = header(格式版本号="2", 坐标系="1980西安坐标系") + parcel() + points(OUTER)
    layer = read(tmp_path, one + two)
    assert layer.attributes["格式版本号"].tolist() == ["1", "2"]
    assert layer.crs is None


# ---- Hostile ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "," * 3_000_000,
        header() + parcel() + "J" * 3_000_000,
        header() + parcel(name="," * 3_000),
        header() + "".join(f"k{n}=v\n" for n in range(900)) + parcel() * 2_000,
        header() + parcel() + points(*repeat(OUTER, 999)),
        header()
        + parcel()
        + points(*(((-n, -n), (3 * n, -n), (-n, 3 * n)) for n in range(1, 999))),
        "[" * 500_000,
    ],
    ids=["commas", "line", "name", "header", "same", "nested", "sections"],
)
def test_hostile_texts_take_time_by_their_length(tmp_path: Path, text: str) -> None:
    started = time.monotonic()
    try:
        layer = read(tmp_path, text)
    except coordinate_report.FileRefused:
        layer = None
    looks_like_report(tmp_path / "0000.txt")
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER
    assert layer is None or len(layer.attributes) in {1, 2_000}


def test_every_row_of_a_large_report_is_read(tmp_path: Path) -> None:
    rows = chain.from_iterable(repeat((parcel(), points(OUTER)), 10_000))
    started = time.monotonic()
    layer = read(tmp_path, header() + "".join(rows))
    assert time.monotonic() - started < SECONDS_OF_A_LINEAR_READER
    assert shapely.area(layer.geometries).sum() == 10_000 * 10_000
