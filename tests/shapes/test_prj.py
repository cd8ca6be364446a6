"""Files of coordinate systems: every dialect is read, and what cannot be read is said."""

import pyproj
import pytest

from geo.shapes.crs_series import Datum, in_datum, zone_of, zones
from geo.shapes.prj import cgcs2000_stand_in, read_prj
from geo.text import knows

DEGREE = 'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]'
CGCS2000 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    f'SPHEROID["CGCS2000",6378137.0,298.257222101]],{DEGREE}]'
)
XIAN = (
    f'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],{DEGREE}]'
)
BEIJING = (
    'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",'
    f'SPHEROID["Krasovsky_1940",6378245.0,298.3]],{DEGREE}]'
)
HEIGHT_1956 = 'VERTCS["Yellow_Sea_1956",VDATUM["Yellow_Sea_1956"],UNIT["Meter",1.0]]'
HEIGHT_1985 = 'VERT_CS["Yellow Sea 1985",VERT_DATUM["Yellow Sea 1985",2005],UNIT["metre",1]]'
ZONE_40_STRING = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=40500000 +y_0=0 +units=m"


def _plane(name, easting, meridian, degrees=CGCS2000, unit='UNIT["Meter",1.0]'):
    return (
        f'PROJCS["{name}",{degrees},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}],'
        f'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],'
        f'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],{unit}]'
    )


ZONE_40 = _plane("CGCS2000_3_Degree_GK_Zone_40", 40500000.0, 120.0)
NUMBERED = pyproj.CRS(4528).to_wkt("WKT1_GDAL")


@pytest.mark.parametrize(
    ("text", "crs", "datum"),
    [
        (CGCS2000, "EPSG:4490", "cgcs2000"),
        (XIAN, "EPSG:4610", "xian1980"),
        (BEIJING, "EPSG:4214", "beijing1954"),
        (ZONE_40, "EPSG:4528", "cgcs2000"),
        # 120 E is no meridian of the 6-degree zones, so the shorter name means a 3-degree zone.
        (_plane("CGCS2000_GK_CM_120E", 500000.0, 120.0), "EPSG:4549", "cgcs2000"),
        (_plane("CGCS2000_3_Degree_GK_CM_120E", 500000.0, 120.0), "EPSG:4549", "cgcs2000"),
        # 117 E is a meridian of both: the name decides.
        (_plane("CGCS2000_3_Degree_GK_CM_117E", 500000.0, 117.0), "EPSG:4548", "cgcs2000"),
        (_plane("CGCS2000_GK_CM_117E", 500000.0, 117.0), "EPSG:4509", "cgcs2000"),
        (_plane("CGCS2000_GK_Zone_20", 20500000.0, 117.0), "EPSG:4498", "cgcs2000"),
        (_plane("my_plane", 40500000.0, 120.0), "EPSG:4528", "cgcs2000"),
        (_plane("Xian_1980_3_Degree_GK_Zone_40", 40500000.0, 120.0, XIAN), "EPSG:2364", "xian1980"),
        (
            _plane("Beijing_1954_3_Degree_GK_CM_120E", 500000.0, 120.0, BEIJING),
            "EPSG:2437",
            "beijing1954",
        ),
    ],
)
def test_names_without_numbers_are_known_by_their_parameters(text, crs, datum):
    prj = read_prj(text)
    assert (prj.crs, prj.datum, prj.notes) == (crs, datum, ("esri",))


@pytest.mark.parametrize("dialect", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2015", "WKT2_2019"])
def test_every_zone_is_known_in_every_dialect(dialect):
    read = {crs: read_prj(pyproj.CRS(crs).to_wkt(dialect)) for crs in zones()}
    assert {crs: prj.crs for crs, prj in read.items()} == {crs: crs for crs in zones()}
    assert all(read[crs].datum is zone.datum for crs, zone in zones().items())
    assert not any(note.endswith("differs") for prj in read.values() for note in prj.notes)


@pytest.mark.parametrize(
    "text",
    [
        *("EPSG:4528", '"EPSG:4528"', "EPSG 4528", "epsg：4528", "4528", " 4528\n"),
        *("urn:ogc:def:crs:EPSG::4528", "urn:ogc:def:crs:EPSG:9.9:4528"),
    ],
)
def test_a_bare_number_is_enough(text):
    prj = read_prj(text)
    assert (prj.crs, prj.notes) == ("EPSG:4528", ("bare_code",))


@pytest.mark.parametrize(
    "text",
    [f"{ZONE_40},{HEIGHT_1956}", f'COMPD_CS["both",{ZONE_40},{HEIGHT_1985}]', "EPSG:4528+5737"],
)
def test_heights_on_top_are_left_out(text):
    prj = read_prj(text)
    assert prj.crs == "EPSG:4528"
    assert "compound" in prj.notes


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("\ufeff" + ZONE_40, "bom"),
        (ZONE_40.encode("utf-8-sig"), "bom"),
        (b"\xff\xfe" + ZONE_40.encode("utf-16-le"), "bom"),
        (b"\xfe\xff" + ZONE_40.encode("utf-16-be"), "bom"),
        (ZONE_40.encode("utf-16-le"), "utf16"),
        (ZONE_40.encode("utf-16-be"), "utf16"),
        (ZONE_40.replace("CGCS2000_3_Degree_GK_Zone_40", "3度带40带").encode("gbk"), "gbk"),
    ],
)
def test_any_encoding_is_read(data, note):
    prj = read_prj(data)
    assert (prj.crs, prj.notes) == ("EPSG:4528", (note, "esri"))


def test_chinese_names_are_shown_as_written():
    assert read_prj(_plane("克什克腾旗", 40500000.0, 120.0).encode("gb18030")).name == "克什克腾旗"


@pytest.mark.parametrize(
    ("text", "crs", "notes"),
    [
        (NUMBERED, "EPSG:4528", ()),
        (NUMBERED.replace('"4528"', "4528"), "EPSG:4528", ("unquoted",)),
        (NUMBERED.replace('"EPSG"', "EPSG"), "EPSG:4528", ("unquoted",)),
        (ZONE_40.replace("Gauss_Kruger", "Gauss-Kruger"), "EPSG:4528", ("esri",)),
        (pyproj.CRS(4528).to_wkt(), "EPSG:4528", ("axis",)),
        (pyproj.CRS(4528).to_json(), "EPSG:4528", ()),
        (f"{ZONE_40_STRING} +ellps=GRS80", "EPSG:4528", ("proj", "ellipsoid_only")),
        ("+proj=longlat +datum=WGS84", "EPSG:4326", ("proj",)),
        (pyproj.CRS(32650).to_wkt("WKT1_ESRI"), "EPSG:32650", ("esri",)),
        (pyproj.CRS(28420).to_wkt("WKT1_GDAL"), "EPSG:28420", ()),
        ("CGCS2000 / 3-degree Gauss-Kruger zone 40", "EPSG:4528", ("bare_name",)),
    ],
)
def test_other_dialects(text, crs, notes):
    prj = read_prj(text)
    assert (prj.crs, prj.notes) == (crs, notes)


def test_a_shift_by_nothing_is_none():
    zeros = 'TOWGS84[0,0,0,0,0,0,0],AUTHORITY["EPSG","1043"]'
    text = NUMBERED.replace('AUTHORITY["EPSG","1043"]', zeros)
    assert zeros in text
    assert read_prj(text).crs == "EPSG:4528"


def test_a_shift_of_its_own_is_kept():
    prj = read_prj(f"{ZONE_40_STRING} +ellps=krass +towgs84=10,-120,-50")
    assert pyproj.CRS(prj.crs).is_bound
    assert prj.datum is Datum.BEIJING1954
    assert "own_shift" in prj.notes


@pytest.mark.parametrize(
    "text",
    [
        _plane("local", 40500000.0, 119.5),
        _plane("far", 500001.0, 120.0),
        _plane("feet", 500000.0, 120.0, unit='UNIT["Foot",0.3048]'),
        _plane("large", 40500.0, 120.0, unit='UNIT["Kilometer",1000.0]'),
        ZONE_40.replace('"Scale_Factor",1.0', '"Scale_Factor",0.9996'),
        ZONE_40.replace('"Greenwich",0.0', '"Ferro",-17.6666666666667'),
    ],
)
def test_a_plane_beside_the_series_is_given_as_it_is(text):
    prj = read_prj(text)
    assert prj.crs.startswith("PROJCRS[")
    assert pyproj.CRS(prj.crs).is_projected


def test_the_number_tells_a_wide_zone_from_a_narrow_one_on_its_meridian():
    named = pyproj.CRS(4509).to_wkt("WKT1_GDAL").replace("CGCS2000 / Gauss-Kruger CM 117E", "plane")
    assert "plane" in named
    assert read_prj(named).crs == "EPSG:4509"


def test_parameters_count_more_than_the_number_or_the_name():
    moved = NUMBERED.replace("40500000", "39500000").replace('meridian",120', 'meridian",117')
    prj = read_prj(moved)
    assert (prj.crs, prj.notes) == ("EPSG:4527", ("number_differs", "name_differs"))
    half = read_prj(NUMBERED.replace('meridian",120', 'meridian",117'))
    assert half.crs.startswith("PROJCRS[")
    assert half.notes == ("number_differs",)


def test_a_datum_must_have_its_own_ellipsoid():
    assert read_prj(ZONE_40.replace("6378137.0", "6378245.0")).datum is Datum.OTHER
    assert read_prj("EPSG:4555").datum is Datum.OTHER  # New Beijing is not Beijing 1954


@pytest.mark.parametrize("empty", ["", " \r\n", b"", b"\xef\xbb\xbf", b"\0\0"])
def test_an_empty_file_says_nothing(empty):
    assert read_prj(empty) is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("nonsense", "unreadable"),
        (ZONE_40[:200], "unreadable"),
        ("EPSG:999999", "unreadable"),
        (b"\x00\x01\xff\xfe\x80", "unreadable"),
        ('LOCAL_CS["site",UNIT["metre",1]]', "no_map"),
        ("EPSG:4978", "no_map"),
        ("EPSG:5737", "no_map"),
    ],
)
def test_what_leads_to_no_map_is_said(text, note):
    prj = read_prj(text)
    assert prj.crs is None
    assert prj.notes[-1] == note
    assert knows(f"prj_note.{note}")


@pytest.mark.parametrize(
    ("crs", "facts"),
    [
        ("EPSG:4513", ("cgcs2000", 3, 25, 75, 25_500_000)),
        ("EPSG:4554", ("cgcs2000", 3, 45, 135, 500_000)),
        ("EPSG:4501", ("cgcs2000", 6, 23, 135, 23_500_000)),
        ("EPSG:4502", ("cgcs2000", 6, 13, 75, 500_000)),
        ("EPSG:2364", ("xian1980", 3, 40, 120, 40_500_000)),
        ("EPSG:2348", ("xian1980", 6, 23, 135, 500_000)),
        ("EPSG:21420", ("beijing1954", 6, 20, 117, 20_500_000)),
        ("EPSG:2437", ("beijing1954", 3, 40, 120, 500_000)),
    ],
)
def test_a_zone_is_known_by_its_number(crs, facts):
    zone = zone_of(crs)
    found = (zone.datum, zone.width_deg, zone.number, zone.meridian_deg, zone.false_easting_m)
    assert found == facts


def test_the_table_of_zones_is_that_of_the_registry():
    for crs, zone in zones().items():
        parameters = {p.name: p.value for p in pyproj.CRS(crs).coordinate_operation.params}
        assert parameters["Longitude of natural origin"] == zone.meridian_deg
        assert parameters["False easting"] == zone.false_easting_m


@pytest.mark.parametrize(
    ("crs", "stand_in"),
    [
        ("EPSG:2364", "EPSG:4528"),
        ("EPSG:2416", "EPSG:4528"),
        ("EPSG:2385", "EPSG:4549"),
        ("EPSG:2334", "EPSG:4498"),
        ("EPSG:21460", "EPSG:4509"),
        ("EPSG:4610", "EPSG:4490"),
        ("EPSG:4214", "EPSG:4490"),
        ("EPSG:4528", None),
        ("EPSG:4326", None),
        ("EPSG:32650", None),
        ("nonsense", None),
    ],
)
def test_an_older_system_has_a_stand_in(crs, stand_in):
    assert cgcs2000_stand_in(crs) == stand_in


def test_there_and_back_between_datums_a_zone_stays_itself():
    for crs, zone in zones().items():
        for datum in (Datum.CGCS2000, Datum.XIAN1980, Datum.BEIJING1954):
            assert in_datum(in_datum(crs, datum), zone.datum) == crs
    assert in_datum("EPSG:4528", Datum.WGS84) is None
