"""What the file beside a layer says about its coordinate system, in whatever dialect.

A .prj file is rarely what its format promises: names without numbers, heights on top, Chinese in
GBK, a bare number. All of it is read here; nothing is decided: see `geo.shapes.crs_candidates`.
"""

import codecs
import re
from dataclasses import dataclass

import pyproj
from pyproj.exceptions import CRSError

from geo.shapes.crs_series import Datum, Zone, cgcs2000_stand_in, geographic_crs, zone_of, zones

__all__ = ["Datum", "Prj", "cgcs2000_stand_in", "read_prj"]

_SHOWN_LETTERS = 80
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_CODE = re.compile(
    r"""["'\s]*(?:(?:urn:ogc:def:crs:)?EPSG[:：\s]*(?:[\d.]*:)?\s*)?(\d{4,6})[\s"';,]*""",
    re.IGNORECASE,
)
_WKT = re.compile(r"\s*[A-Z][A-Z0-9_]*\s*[\[(]", re.IGNORECASE)
_ESRI = re.compile(r'"(?:D_|GCS_)\w', re.IGNORECASE)
_UNQUOTED = re.compile(r'AUTHORITY\s*\[\s*(?:EPSG\b|"EPSG"\s*,\s*\d)', re.IGNORECASE)
_AXIS = re.compile(r"\bAXIS\s*\[", re.IGNORECASE)
_GAUSS_KRUEGER = re.compile(r'(PROJECTION\s*[\[(]\s*)"Gauss[-_ ]?Kr(?:u|ü|ue)ger"', re.IGNORECASE)
_FIRST_NAME = re.compile(r'[\[(]\s*"([^"]*)"')
_NAMED_ZONE = re.compile(r"zone[\s_]*(\d{2})(?!\d)|(\d{2})\s*带", re.IGNORECASE)
_NAMED_MERIDIAN = re.compile(r"CM[\s_]*(\d{2,3})(?:\s*E\b|$)", re.IGNORECASE)
_NAMED_WIDE = re.compile(
    r"(?:GK|Kr[uü]e?ger)[\s_]+(?:CM|Zone)|6[\s_-]?degree|[6六]\s*度", re.IGNORECASE
)
_NAMED_NARROW = re.compile(r"(?:\b|_)3[\s_-]?degree|[3三]\s*度", re.IGNORECASE)

# Words within the names of datums, signs and spaces left out.
_DATUM_WORDS = (
    ("beijing1954", Datum.BEIJING1954),
    ("beijing54", Datum.BEIJING1954),
    ("北京54", Datum.BEIJING1954),
    ("北京1954", Datum.BEIJING1954),
    ("1954北京", Datum.BEIJING1954),
    ("xian1980", Datum.XIAN1980),
    ("xian80", Datum.XIAN1980),
    ("西安80", Datum.XIAN1980),
    ("西安1980", Datum.XIAN1980),
    ("1980西安", Datum.XIAN1980),
    ("cgcs2000", Datum.CGCS2000),
    ("china2000", Datum.CGCS2000),
    ("chinageodeticcoordinatesystem2000", Datum.CGCS2000),
    ("国家2000", Datum.CGCS2000),
    ("2000国家", Datum.CGCS2000),
    ("wgs84", Datum.WGS84),
    ("wgs1984", Datum.WGS84),
    ("worldgeodeticsystem1984", Datum.WGS84),
)
_NAMELESS_DATUM = re.compile(r"^$|unknown|unnamed|notspecified|custom|undefined")
# Semi-major axis in metres, inverse flattening. CGCS2000 and WGS 84 differ in the ninth digit.
_ELLIPSOIDS = {
    Datum.CGCS2000: (6_378_137.0, 298.257222101),
    Datum.WGS84: (6_378_137.0, 298.257223563),
    Datum.XIAN1980: (6_378_140.0, 298.257),
    Datum.BEIJING1954: (6_378_245.0, 298.3),
}
_SAME_AXIS_M, _SAME_FLATTENING = 0.5, 1e-3
_EXACT_FLATTENING = 5e-7
_DEGREE_RAD = 0.0174532925199433
_SAME_DEG, _SAME_M, _SAME_SCALE = 1e-9, 1e-3, 1e-9
_METHODS = {"Transverse Mercator", "Gauss Kruger"}


@dataclass(frozen=True, slots=True)
class Prj:
    """What a .prj file says.

    Attributes
    ----------
    crs
        ``EPSG:4528`` where the system is a known one, otherwise its well-known text (2019); None
        where nothing could be read.
    name
        What the file calls it, at most 80 letters.
    datum
        What its degrees are counted from.
    notes
        What dialect was met; each is a text as ``prj_note.NOTE``.
    """

    crs: str | None
    name: str
    datum: Datum
    notes: tuple[str, ...] = ()


def read_prj(text: str | bytes) -> Prj | None:
    """Read a .prj file, or any other description of a coordinate system.

    Parameters
    ----------
    text
        The file's content: well-known text of any dialect, a PROJ string, PROJJSON, a bare
        ``EPSG:4528``, ``4528`` or URN, a system's name; bytes in UTF-8, UTF-16 or GB18030.

    Returns
    -------
    Prj or None
        None for an empty file. A text that nobody can read has no ``crs`` and the note
        ``unreadable``; a system that leads to no map (a building site's own axes, heights alone)
        has the note ``no_map``.
    """
    content, notes = _decoded(text)
    if not content:
        return None
    described, more = _parsed(content)
    if described is None:
        return Prj(None, _shown(content), Datum.OTHER, (*notes, "unreadable"))
    notes += more
    system, more = _flat(described)
    name = _shown(_name_in(content) or described.name)
    if system is None:
        return Prj(None, name, Datum.OTHER, (*notes, "no_map"))
    notes += more
    # In a file of shapes east comes first, whatever the description says.
    if _AXIS.search(content) and system.axis_info[0].direction == "north":
        notes.append("axis")
    datum, more = _datum(system)
    notes += more
    if system.is_projected and system.axis_info[0].unit_conversion_factor != 1.0:
        notes.append("odd_unit")
    crs, more = _named(system, datum, name)
    return Prj(crs, name, datum, (*notes, *more))


def _decoded(text: str | bytes) -> tuple[str, list[str]]:
    """Turn bytes into letters without the marks and zeros around them."""
    notes: list[str] = []
    if isinstance(text, bytes):
        text, notes = _decoded_bytes(text)
    if text.startswith("\ufeff"):
        text, notes = text.lstrip("\ufeff"), ["bom"]
    return text.strip().strip("\0").strip(), notes


def _decoded_bytes(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, errors="replace"), ["bom"]
    # Every second byte of Latin letters in UTF-16 is zero.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[start::2].count(0) * 2 > max(len(data) // 2, 1):
            return data.decode(encoding, errors="replace"), ["utf16"]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), ["gbk"]
    except UnicodeDecodeError:
        return data.decode("latin-1"), []


def _parsed(content: str) -> tuple[pyproj.CRS | None, list[str]]:
    """Let PROJ read a text, after what it stumbles over is put right."""
    if code := _BARE_CODE.fullmatch(content):
        return _first_known(f"EPSG:{code[1]}", f"ESRI:{code[1]}"), ["bare_code"]
    if _WKT.match(content):
        notes = ["esri"] if _ESRI.search(content) else []
        notes += ["unquoted"] if _UNQUOTED.search(content) else []
        plain = _GAUSS_KRUEGER.sub(r'\1"Transverse_Mercator"', content)
        return _first_known(content if plain == content else plain), notes
    notes = ["proj"] if "+proj" in content else [] if content.startswith("{") else ["bare_name"]
    return _first_known(content), notes


def _first_known(*texts: str) -> pyproj.CRS | None:
    for text in texts:
        try:
            return pyproj.CRS.from_user_input(text)
        except CRSError:
            continue
    return None


def _flat(described: pyproj.CRS) -> tuple[pyproj.CRS | None, list[str]]:
    """Leave heights out, and shifts of datums by nothing."""
    system: pyproj.CRS | None = described
    notes: list[str] = []
    if described.is_compound:
        system, notes = described.sub_crs_list[0], ["compound"]
    if system is not None and system.is_bound:
        shift = system.coordinate_operation
        if shift is None or any(shift.towgs84):
            notes.append("own_shift")
        else:
            system = system.source_crs
    if system is None or not (system.is_geographic or system.is_projected):
        return None, notes
    return (system.to_2d() if len(system.axis_info) > 2 else system), notes


def _datum(system: pyproj.CRS) -> tuple[Datum, list[str]]:
    """Tell what a system is counted from, by name and by ellipsoid."""
    plain = system.source_crs if system.is_bound else system
    ellipsoid = plain.ellipsoid if plain else None
    if plain is None or ellipsoid is None:
        return Datum.OTHER, []
    size = (ellipsoid.semi_major_metre, ellipsoid.inverse_flattening)
    name = _letters(plain.datum.name if plain.datum else "")
    if _NAMELESS_DATUM.search(name):
        alike = [d for d in _ELLIPSOIDS if _is_size(size, d, _EXACT_FLATTENING)]
        return (alike[0], ["ellipsoid_only"]) if alike else (Datum.OTHER, [])
    named = next((datum for word, datum in _DATUM_WORDS if word in name), Datum.OTHER)
    return (named if _is_size(size, named, _SAME_FLATTENING) else Datum.OTHER), []


def _is_size(size: tuple[float, float], datum: Datum, flattening: float) -> bool:
    if datum not in _ELLIPSOIDS:
        return True
    axis_m, inverse = _ELLIPSOIDS[datum]
    return abs(size[0] - axis_m) < _SAME_AXIS_M and abs(size[1] - inverse) < flattening


def _named(system: pyproj.CRS, datum: Datum, name: str) -> tuple[str, list[str]]:
    """Find the number of a system by what it computes, then by what PROJ recognises."""
    if system.is_bound:
        return system.to_wkt(), []
    label = system.to_json_dict().get("id", {})
    stated = label.get("code") if label.get("authority") == "EPSG" else None
    crs = _by_parameters(system, datum, name, stated) or _recognised(system, stated)
    notes = []
    if stated is not None and crs != f"EPSG:{stated}":
        notes.append("number_differs")
    if (zone := zone_of(crs)) and _is_other_zone(name, zone):
        notes.append("name_differs")
    return crs or system.to_wkt(), notes


def _recognised(system: pyproj.CRS, stated: object) -> str | None:
    if (code := system.to_epsg()) is not None:
        return f"EPSG:{code}"
    # PROJ doubts a plane described without axes; the number it states is believed if both compute
    # the same. A lower confidence would find systems of other countries.
    known = _first_known(f"EPSG:{stated}") if stated is not None else None
    is_same = known is not None and _computed(known) == _computed(system)
    return f"EPSG:{stated}" if is_same else None


def _computed(system: pyproj.CRS) -> tuple[object, ...]:
    conversion = system.coordinate_operation
    values = {p.name: p.value for p in conversion.params} if conversion else {}
    method = conversion.method_name if conversion else ""
    units = [axis.unit_conversion_factor for axis in system.axis_info]
    return method, values, units, system.datum and system.datum.name


def _by_parameters(system: pyproj.CRS, datum: Datum, name: str, stated: object) -> str | None:
    """Find the Chinese system that computes the same numbers."""
    if system.is_geographic:
        in_degrees = abs(system.axis_info[0].unit_conversion_factor - _DEGREE_RAD) < 1e-12
        return geographic_crs(datum) if in_degrees and _is_on_greenwich(system) else None
    found = [z for z in zones().values() if z.datum is datum and _is_zone(system, z)]
    # A meridian can be that of a narrow zone and of a wide one; both compute the same.
    width_deg = 6 if _NAMED_WIDE.search(name) and not _NAMED_NARROW.search(name) else 3
    found.sort(key=lambda zone: (zone.crs != f"EPSG:{stated}", zone.width_deg != width_deg))
    return found[0].crs if found else None


def _is_zone(system: pyproj.CRS, zone: Zone) -> bool:
    """Compare the parameters of a projection with those of a zone."""
    conversion = system.coordinate_operation
    if conversion is None or conversion.method_name not in _METHODS:
        return False
    if any(axis.unit_conversion_factor != 1.0 for axis in system.axis_info):
        return False
    wanted = {
        "Latitude of natural origin": (0.0, _SAME_DEG),
        "Longitude of natural origin": (zone.meridian_deg, _SAME_DEG),
        "Scale factor at natural origin": (1.0, _SAME_SCALE),
        "False easting": (zone.false_easting_m, _SAME_M),
        "False northing": (0.0, _SAME_M),
    }
    given = {parameter.name: float(parameter.value) for parameter in conversion.params}
    return _is_on_greenwich(system) and all(
        abs(given.get(name, 0.0) - value) < tolerance for name, (value, tolerance) in wanted.items()
    )


def _is_on_greenwich(system: pyproj.CRS) -> bool:
    return system.prime_meridian is not None and abs(system.prime_meridian.longitude) < _SAME_DEG


def _is_other_zone(name: str, zone: Zone) -> bool:
    """Tell whether a system's name speaks of another zone than its parameters."""
    if number := _NAMED_ZONE.search(name):
        return int(number[1] or number[2]) != zone.number
    meridian = _NAMED_MERIDIAN.search(name)
    return meridian is not None and int(meridian[1]) != zone.meridian_deg


def _name_in(content: str) -> str:
    """Take the name as the file writes it: PROJ puts its own in place of names it knows."""
    found = _FIRST_NAME.search(content) if _WKT.match(content) else None
    return found[1] if found else ""


def _letters(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _shown(text: str) -> str:
    return " ".join(text.split())[:_SHOWN_LETTERS]
