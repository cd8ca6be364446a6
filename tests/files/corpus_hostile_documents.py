"""Documents that mean harm: entities, links to elsewhere, depth without end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.deliveries import zip_members
from tests.files.corpus_case import (
    MISMATCH,
    NOTHING,
    TOO_DEEP,
    TOO_MUCH,
    Case,
    Expect,
    any_of,
    patch_case,
    refused,
    taken,
)
from tests.files.corpus_disguises import raw, text
from tests.files.corpus_drawing import FIRST, REMARK, in_system, patches
from tests.files.corpus_geojson import collection
from tests.files.corpus_survey import (
    GPX_HEAD,
    KML_HEAD,
    WAYPOINTS,
    folder_text,
    kml_text,
    placemarks,
)
from tests.files.corpus_tables import WKT_ROWS, xlsx_parts

DEEP: Final = 100_000
VERTICES: Final = 600_000
FAR = {"wants_canary": True}

# ---- XML ----------------------------------------------------------------------------------------

XML: Final = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES: Final = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "哈">{LAUGHS}]>',
    "outside": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
    "afar": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "CANARYx">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "CANARYx.dtd"> %p; <!ENTITY l9 "a">]>',
    "dtd": '<!DOCTYPE x SYSTEM "CANARYx.dtd" [<!ENTITY l9 "a">]>',
    "growing": f'<!DOCTYPE x [<!ENTITY l9 "{"a" * 50_000}">]>',
}


def _kml_with(doctype: str) -> str:
    body = placemarks().replace("<name>图斑1</name>", "<name>&l9;</name>")
    return kml_text(body).replace(XML, XML + doctype, 1)


def _gpx_with(doctype: str) -> str:
    body = WAYPOINTS.replace("<name>点1</name>", "<name>&l9;</name>")
    return f"{GPX_HEAD.replace(XML, XML + doctype, 1)}{body}</gpx>"


def _link(href: str) -> str:
    return f"<NetworkLink><name>更新</name><Link><href>{href}</href></Link></NetworkLink>"


def _deep_kml() -> str:
    return kml_text("<Folder>" * DEEP + "</Folder>" * DEEP)


def _kmz(path: Path, canary: str) -> None:
    zip_members(path, {"doc.kml": kml_text(placemarks() + _link(f"{canary}x.kml")).encode()})


def _xlsx(doctype: str = "", relations: str = "") -> Callable[..., None]:
    def make(path: Path, canary: str) -> None:
        told = {"图斑": WKT_ROWS}
        zip_members(
            path,
            xlsx_parts(
                told,
                doctype=doctype.replace("CANARY", canary),
                more_relations=relations.replace("CANARY", canary),
            ),
        )

    return make


def _xlsx_bomb(path: Path) -> None:
    parts = xlsx_parts({"图斑": WKT_ROWS})
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b"<row/>" * 6_000_000)
    zip_members(path, parts)


def _xlsx_far_cell(path: Path) -> None:
    """A sheet that says it is as large as sheets can be."""
    parts = xlsx_parts({"图斑": WKT_ROWS})
    sheet = "xl/worksheets/sheet1.xml"
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", last)
    zip_members(path, parts)


OUTSIDE_BOOK: Final = (
    '<Relationship Id="rId9" TargetMode="External" Target="CANARYx.xlsx" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
)

# ---- JSON ---------------------------------------------------------------------------------------


def _deep_shape() -> bytes:
    nested = "[" * DEEP + "]" * DEEP
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"PAN_NO_TB":"1"},'
        f'"geometry":{{"type":"Polygon","coordinates":{nested}}}}}]}}'
    ).encode()


def _deep_value() -> bytes:
    content = json.dumps(collection(in_system(patches()))).replace(
        '"421"', '{"a":' * DEEP + "1" + "}" * DEEP, 1
    )
    return content.encode()


def _long_number() -> bytes:
    return json.dumps(collection(in_system(patches()))).replace('"421"', "1" * DEEP).encode()


def _saw() -> bytes:
    """One ring of so many vertices that crosses itself all the time."""
    teeth = ",".join(["[119,43],[120,44]"] * (VERTICES // 2))
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"PAN_NO_TB":"1"},'
        f'"geometry":{{"type":"Polygon","coordinates":[[{teeth},[119,43]]]}}}}]}}'
    ).encode()


def _names_of_proto() -> bytes:
    content = collection(in_system(patches()))
    for feature in content["features"]:
        feature["__proto__"] = feature["properties"]["constructor"] = {"x": 1}
    return json.dumps(content, ensure_ascii=False).encode()


ENTITIES = refused("xml_entities")

CASES: tuple[Case, ...] = (
    *(
        patch_case(f"kml-{what}", "x.kml", text(_kml_with(doctype)), ENTITIES, **FAR)
        for what, doctype in DOCTYPES.items()
    ),
    *(
        patch_case(f"gpx-{what}", "x.gpx", text(_gpx_with(doctype)), ENTITIES, **FAR)
        for what, doctype in DOCTYPES.items()
    ),
    *(
        patch_case(f"xlsx-{what}", "x.xlsx", _xlsx(DOCTYPES[what]), ENTITIES, **FAR)
        for what in ("laughs", "outside", "afar")
    ),
    patch_case(
        "kml-link",
        "x.kml",
        text(kml_text(placemarks() + _link("CANARYx.kml"))),
        taken(first_code=FIRST, texts=(REMARK,)),
        **FAR,
    ),
    patch_case(
        "kml-link-only",
        "x.kml",
        text(kml_text(_link("CANARYx.kml"))),
        refused("layer_empty", NOTHING),
        **FAR,
    ),
    patch_case("kml-link-in-kmz", "x.kmz", _kmz, taken(first_code=FIRST), **FAR),
    patch_case("kml-deep", "x.kml", text(_deep_kml()), refused(TOO_DEEP), **FAR),
    patch_case(
        "kml-hostile-folder",
        "x.kml",
        text(kml_text(folder_text("<script>{{7*7}}", placemarks()))),
        taken(first_code=FIRST),
        **FAR,
    ),
    patch_case(
        "kml-cut-off",
        "x.kml",
        text(f"{KML_HEAD}<Document><Folder>"),
        refused("file_unreadable"),
        **FAR,
    ),
    patch_case(
        "xlsx-link", "x.xlsx", _xlsx(relations=OUTSIDE_BOOK), taken(first_code=FIRST), **FAR
    ),
    patch_case(
        "xlsx-bomb", "x.xlsx", _xlsx_bomb, refused("archive_ratio", "table_too_long", *TOO_MUCH)
    ),
    patch_case(
        "xlsx-far-cell",
        "x.xlsx",
        _xlsx_far_cell,
        Expect(
            any_of("imported", "refused_rows", "refused_file"),
            error=any_of("file_unreadable", "field_needed", "table_too_wide", *TOO_MUCH),
        ),
    ),
    patch_case("geojson-deep", "x.geojson", raw(_deep_shape()), refused(TOO_DEEP)),
    patch_case("geojson-deep-value", "x.geojson", raw(_deep_value()), refused(TOO_DEEP)),
    patch_case("geojson-deep-open", "x.geojson", raw(b"[" * DEEP), refused(TOO_DEEP, MISMATCH)),
    patch_case(
        "geojson-long-number",
        "x.geojson",
        raw(_long_number()),
        Expect(any_of("imported", "refused_file"), error=any_of(*TOO_DEEP, *MISMATCH)),
    ),
    patch_case("geojson-proto", "x.geojson", raw(_names_of_proto()), taken(first_code=FIRST)),
    patch_case(
        "geojson-saw",
        "x.geojson",
        raw(_saw()),
        Expect(
            any_of("refused_file", "refused_rows"), error=any_of("too_many_vertices", *TOO_MUCH)
        ),
        is_endless=True,
    ),
)
