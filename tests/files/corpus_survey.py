"""What field programs and survey offices send: KML, KMZ, GPX and the coordinate report as text."""

from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import shapely

from geo.model.layer_kinds import LayerKind
from tests.deliveries import zip_members
from tests.files.corpus_case import GB, NOTHING, Case, Expect, any_of, patch_case, refused, taken
from tests.files.corpus_drawing import CODES, FIRST, GPS, REMARK, REMARKS, moved_shapes, square
from tests.files.corpus_drawing import squares as in_zone_40

KML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
GPX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="corpus" xmlns="http://www.topografix.com/GPX/1/1">'
)
WHOLE = {"first_code": FIRST, "texts": (REMARK,)}

# ---- KML ----------------------------------------------------------------------------------------


def kml_polygon(shape: shapely.Polygon) -> str:
    """A polygon in degrees, each position with a height."""

    def ring(line: shapely.LineString) -> str:
        text = " ".join(f"{x:.9f},{y:.9f},812" for x, y in line.coords)
        return f"<LinearRing><coordinates>\n{text}\n</coordinates></LinearRing>"

    outer = f"<outerBoundaryIs>{ring(shape.exterior)}</outerBoundaryIs>"
    inner = "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in shape.interiors)
    return f"<Polygon>{outer}{inner}</Polygon>"


def placemarks(numbers: Iterable[int] = range(3), *, schema: bool = True) -> str:
    """Patches as placemarks, their fields under a schema or as loose pairs."""
    shapes = moved_shapes(in_zone_40(), GPS)
    texts = []
    for n in numbers:
        values = {"PAN_NO_TB": CODES[n], "BEIZHU": REMARKS[n]}
        if schema:
            pairs = (f'<SimpleData name="{k}">{v}</SimpleData>' for k, v in values.items())
            data = f'<SchemaData schemaUrl="#tb">{"".join(pairs)}</SchemaData>'
        else:
            pairs = (f'<Data name="{k}"><value>{v}</value></Data>' for k, v in values.items())
            data = "".join(pairs)
        texts.append(
            f"<Placemark><name>图斑{n + 1}</name><ExtendedData>{data}</ExtendedData>"
            f"{kml_polygon(shapes[n])}</Placemark>"
        )
    return "\n".join(texts)


def kml_text(body: str) -> str:
    """A whole document."""
    fields = "".join(f'<SimpleField type="string" name="{n}"/>' for n in ("PAN_NO_TB", "BEIZHU"))
    schema = f'<Schema name="图斑" id="tb">{fields}</Schema>'
    return f"{KML_HEAD}<Document><name>下发</name>{schema}\n{body}\n</Document></kml>\n"


def folder_text(name: str, body: str) -> str:
    """A folder of a document."""
    return f"<Folder><name>{escape(name)}</name>{body}</Folder>"


def kml(body: str) -> Callable[[Path], None]:
    """Make a KML file."""
    return lambda path: path.write_text(kml_text(body), encoding="utf-8") and None


def _kmz(path: Path) -> None:
    text = kml_text(folder_text("图斑", placemarks()))
    zip_members(path, {"doc.kml": text.encode(), "files/图标.png": b"\x89PNG\r\n\x1a\n"})


def _kmz_without_kml(path: Path) -> None:
    zip_members(path, {"files/图标.png": b"\x89PNG\r\n\x1a\n"})


# ---- GPX ----------------------------------------------------------------------------------------

WAYPOINTS = "".join(
    f'<wpt lat="{43.332 + n / 1000:.6f}" lon="119.137000"><ele>812</ele>'
    f"<time>2026-06-01T08:0{n}:00Z</time><name>点{n + 1}</name><desc>{REMARKS[n]}</desc></wpt>"
    for n in range(3)
)


def track(name: str, count: int) -> str:
    """A track of so many points, a point each quarter of a minute."""
    points = "".join(
        f'<trkpt lat="43.332000" lon="{119.137 + n / 1000:.6f}">'
        f"<time>2026-06-01T08:00:{15 * n:02d}Z</time></trkpt>"
        for n in range(count)
    )
    return f"<trk><name>{name}</name><trkseg>{points}</trkseg></trk>"


def gpx(body: str) -> Callable[[Path], None]:
    """Make a GPX file."""
    return lambda path: path.write_text(f"{GPX_HEAD}{body}</gpx>", encoding="utf-8") and None


# ---- The coordinate report ----------------------------------------------------------------------

REPORT_HEAD = (
    ("格式版本号", "1.01"),
    ("数据产生单位", "测试单位"),
    ("数据产生日期", "2026-6-1"),
    ("坐标系", "2000国家大地坐标系"),
    ("几度分带", "3"),
    ("投影类型", "高斯克吕格"),
    ("计量单位", "米"),
    ("带号", "40"),
    ("精度", "0.001"),
    ("转换参数", "0,0,0,0,0,0,0"),
)


def report(
    shapes: list[shapely.Polygon] | None = None,
    *,
    closes: bool = True,
    is_blank: bool = False,
    encoding: str = "gbk",
    east_m: float = 0,
    newline: str = "\r\n",
) -> Callable[[Path], None]:
    """Make a coordinate report: northing before easting, in the page of a Chinese Windows."""

    def make(path: Path) -> None:
        lines = ["[属性描述]", *(f"{k}={'' if is_blank else v}" for k, v in REPORT_HEAD)]
        lines.append("[地块坐标]")
        for n, shape in enumerate(shapes or in_zone_40()):
            lines += _parcel(n, shape, closes=closes, east_m=east_m)
        path.write_bytes(newline.join([*lines, ""]).encode(encoding))

    return make


def _parcel(n: int, shape: shapely.Polygon, *, closes: bool, east_m: float) -> list[str]:
    lines, number = [], 0
    for ring_number, ring in enumerate((shape.exterior, *shape.interiors), start=1):
        points = list(ring.coords)[:-1]
        labels = [f"J{number + k}" for k in range(1, len(points) + 1)]
        number += len(points)
        if closes:
            points, labels = [*points, points[0]], [*labels, labels[0]]
        lines += [
            f"{label},{ring_number},{y:.3f},{x + east_m:.3f}"
            for label, (x, y) in zip(labels, points, strict=True)
        ]
    area_ha = shape.area / 10_000
    return [f"{len(lines)},{area_ha:.4f},{CODES[n]},{REMARKS[n]},面,K50,林地,421,@", *lines]


def _with_hole() -> list[shapely.Polygon]:
    hole = square(1, 1).exterior.coords[::-1]
    return [shapely.Polygon(square(side_m=300).exterior, [hole]), square(4), square(6)]


def _counts_wrong(path: Path) -> None:
    report()(path)
    path.write_bytes(path.read_bytes().replace(b"\r\n5,1.0000", b"\r\n7,1.0000", 1))


def _letter(path: Path) -> None:
    path.write_bytes("请查收附件中的图斑。".encode("gbk"))


IN_40 = {"crs": "EPSG:4528"} | WHOLE
REFERENCE = LayerKind.REFERENCE
CASES: tuple[Case, ...] = (
    patch_case("kml", "图斑.kml", kml(folder_text("图斑", placemarks())), taken(crs=GPS, **WHOLE)),
    patch_case("kml-pairs", "图斑.kml", kml(placemarks(schema=False)), taken(crs=GPS, **WHOLE)),
    patch_case(
        "kml-two-folders",
        "图斑.kml",
        kml(folder_text("东", placemarks([0])) + folder_text("西", placemarks([1, 2]))),
        Expect(frozenset({"imported", "refused_file"}), error="layer_needed"),
    ),
    patch_case(
        "kml-nested-folders",
        "图斑.kml",
        kml(folder_text("旗", folder_text("乡", folder_text("村", placemarks())))),
        taken(**WHOLE),
    ),
    patch_case("kml-nothing", "图斑.kml", kml(""), refused("layer_empty", NOTHING)),
    patch_case("kmz", "图斑.kmz", _kmz, taken(crs=GPS, **WHOLE)),
    patch_case("kmz-no-kml", "图斑.kmz", _kmz_without_kml, refused(NOTHING, "file_unreadable")),
    Case("gpx-waypoints", "航点.gpx", REFERENCE, gpx(WAYPOINTS), taken(crs=GPS, texts=("点1",))),
    Case(
        "gpx-tracks",
        "轨迹.gpx",
        REFERENCE,
        gpx(track("巡护一", 3) + track("巡护二", 4)),
        taken(2, crs=GPS, texts=("巡护二",)),
    ),
    Case(
        "gpx-both",
        "巡护.gpx",
        REFERENCE,
        gpx(WAYPOINTS + track("巡护一", 3)),
        refused("layer_needed"),
    ),
    # One fix is no way, and a line of one point is no line.
    Case(
        "gpx-track-of-one-point",
        "轨迹.gpx",
        REFERENCE,
        gpx(track("巡护一", 1) + track("巡护二", 4)),
        Expect(frozenset({"imported", "refused_rows"}), texts=("巡护二",)),
    ),
    patch_case("gpx-as-patches", "航点.gpx", gpx(WAYPOINTS), refused("layer_not_polygons")),
    patch_case("txt", "报批坐标.txt", report(), taken(encoding=GB, **IN_40)),
    patch_case("txt-open-rings", "报批坐标.txt", report(closes=False), taken(**IN_40)),
    patch_case("txt-holes", "报批坐标.txt", report(_with_hole()), taken(**IN_40)),
    patch_case(
        "txt-blank-head",
        "报批坐标.txt",
        report(is_blank=True),
        taken(proposals=frozenset({"crs"}), **IN_40),
    ),
    patch_case("txt-utf8", "报批坐标.txt", report(encoding="utf-8"), taken(**IN_40)),
    patch_case(
        "txt-bom", "报批坐标.txt", report(encoding="utf-8-sig", newline="\n"), taken(**IN_40)
    ),
    # The head tells the zone, and the eastings do without it.
    patch_case(
        "txt-no-prefix",
        "报批坐标.txt",
        report(east_m=-40_000_000),
        Expect(any_of("imported", "confirm"), crs=any_of("EPSG:4528", "EPSG:4549")),
    ),
    patch_case(
        "txt-counts-wrong",
        "报批坐标.txt",
        _counts_wrong,
        Expect(frozenset({"imported", "refused_rows", "refused_file"}), error="file_unreadable"),
    ),
    patch_case(
        "txt-a-letter",
        "来函.txt",
        _letter,
        refused("format_mismatch", "file_unreadable", "format_unknown", NOTHING),
    ),
)
