"""The coordinate report (报批坐标): a text with a header, and parcels point by point.

Each point is written northing first. Rings are numbered; the closing point may be there or not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TextIO

import shapely
from shapely.errors import ShapelyError

from geo.errors import FileRefused
from geo.files.assemble import (
    LEAST_OF_RING,
    Position,
    TooFewPoints,
    line,
    polygons_of,
    ring,
    together,
)
from geo.files.layer_rows import LayerRows, check_size, shown
from geo.files.raw_layer import RawLayer
from geo.files.report_crs import LEAST_PREFIXED, MAX_DEGREES, report_crs, zone_of
from geo.files.text_encoding import find_encoding, open_text, opener_of
from geo.files.written_numbers import read_number

DRIVER = "TXT"
FIELDS = ("点数", "面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
COUNT_FIELD, NAME_FIELD, KIND_FIELD = FIELDS[0], FIELDS[3], FIELDS[4]
HEADER_SECTION, PARCEL_SECTION = "属性描述", "地块坐标"

MAX_RINGS = 1_000  # of one parcel
# A line longer than this is none of a report.
MAX_LINE = 4_096
_HEAD_BYTES = 64 * 1024
_NAME_AT, _KIND_AT = FIELDS.index(NAME_FIELD), FIELDS.index(KIND_FIELD)
_KINDS = frozenset({"面", "线", "点"})
_MARK = "@"
# Name, ring, northing, easting; at times the length of an edge follows.
_POINT_CELLS = range(4, 7)
_SECTION = re.compile(r"[\[［【]([^\]］】]{1,40})[\]］】]")
_PARCEL_LINE = re.compile(r",@,*\s*$", re.MULTILINE)
_SAME = str.maketrans({"，": ",", "\t": ",", "＠": "@", "＝": "="})


@dataclass(slots=True)
class _Ring:
    number: str
    corners: list[Position] = field(default_factory=list)
    is_closed: bool = False


@dataclass(slots=True)
class _Parcel:
    """A parcel as it is written, each position northing first."""

    fields: dict[str, str]
    header: Mapping[str, str]
    rings: list[_Ring] = field(default_factory=list)
    lines: int = 0
    closings: int = 0
    unreadable: str = ""
    is_swapped: bool = False

    def take(self, text: str) -> None:
        """Take the line of a point."""
        cells = _cells(text)
        if len(cells) == 1:
            cells = text.split()
        self.lines += 1
        numbers = [read_number(cell) for cell in cells[2:4]]
        if len(cells) not in _POINT_CELLS or None in numbers:
            self.unreadable = self.unreadable or shown(text)
            return
        northing, easting = (number or 0.0 for number in numbers)
        self._put(cells[1], (northing, easting))

    def _put(self, number: str, position: Position) -> None:
        last = self.rings[-1] if self.rings else None
        if last is None or last.number != number:
            last = _Ring(number)
            self.rings.append(last)
        elif last.corners[0] == position and (
            # The first point again: it closes the ring, or is written once more after that.
            last.is_closed or len(last.corners) >= LEAST_OF_RING
        ):
            last.is_closed = True
            self.closings += 1
            return
        elif last.is_closed:
            last = _Ring(number)
            self.rings.append(last)
        last.corners.append(position)

    def positions(self) -> Iterator[Position]:
        """Give all positions."""
        return (corner for ring_ in self.rings for corner in ring_.corners)

    def turn(self) -> None:
        """Put the northing first where only the other number can be an easting."""
        if self.rings and all(n >= LEAST_PREFIXED > e for n, e in self.positions()):
            self.is_swapped = True
            for ring_ in self.rings:
                ring_.corners = [(easting, northing) for northing, easting in ring_.corners]

    def zones(self) -> set[int | None]:
        """Give the zones that its eastings begin with."""
        return {zone_of(easting) for _, easting in self.positions()}

    def is_count_right(self) -> bool:
        """Tell whether there are as many points as declared, closing points counted or not."""
        declared = self.fields.get(COUNT_FIELD, "")
        if not declared.isdecimal() or len(declared) > 9:
            return True
        distinct = self.lines - self.closings
        return int(declared) in {self.lines, distinct, distinct + len(self.rings)}


def looks_like_report(path: Path) -> bool:
    """Tell whether a .txt is a coordinate report, by its beginning."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        text = head.decode(encoding, errors="ignore").translate(_SAME)
        sections = {name.strip() for name in _SECTION.findall(text)}
        if sections & {HEADER_SECTION, PARCEL_SECTION} or _PARCEL_LINE.search(text):
            return True
    return False


def read_coordinate_report(
    path: Path, *, source: str, encoding: str | None = None
) -> list[RawLayer]:
    """Read a coordinate report.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        To override what its bytes show.

    Returns
    -------
    list of RawLayer
        One layer: a row for each parcel with its own fields and those of the header. A ring within
        another is its hole, any other one a further part. The coordinate system is the one that the
        header names, if eastings and header agree.

    Raises
    ------
    FileRefused
        ``report_without_parcels``, ``table_too_long``, ``table_too_wide``, ``table_too_large``, or
        as `geo.files.text_encoding.find_encoding`.
    """
    guess = find_encoding(opener_of(path), source, chosen=encoding)
    parcels: list[_Parcel] = []
    with open_text(opener_of(path), guess.encoding) as text:
        for parcel in _parcels(text):
            check_size(len(parcels) + 1, 0, source)
            parcel.turn()
            parcels.append(parcel)
    if not parcels:
        raise FileRefused("report_without_parcels", path=source)
    zone = _usual_zone(parcels)
    rows = LayerRows(source)
    for parcel in parcels:
        geometry = _geometry(parcel, zone, rows)
        rows.add(_fields(parcel), geometry)
    crs = _crs(parcels, zone)
    name = PurePosixPath(source).stem
    return [rows.layer(name=name, driver=DRIVER, crs=crs, encoding=guess)]


# ---- Lines --------------------------------------------------------------------------------------


def _parcels(text: TextIO) -> Iterator[_Parcel]:
    header: dict[str, str] = {}
    parcel: _Parcel | None = None
    is_header = True
    for written in iter(lambda: text.readline(MAX_LINE), ""):
        entry = written.translate(_SAME).strip()
        section = _SECTION.fullmatch(entry)
        if section is not None:
            is_header = section[1].strip() != PARCEL_SECTION
            # Another report may follow in the same file, with a header of its own.
            header = {} if section[1].strip() == HEADER_SECTION else header
        elif _is_parcel(cells := _cells(entry)):
            if parcel is not None:
                yield parcel
            parcel = _Parcel(_own_fields(cells), header)
            is_header = False
        elif is_header and "=" in entry:
            key, _, value = entry.partition("=")
            header[key.strip()] = value.strip(" ,")
        elif entry.strip(", ") and parcel is not None:
            parcel.take(entry)
    if parcel is not None:
        yield parcel


def _cells(entry: str) -> list[str]:
    return [cell.strip() for cell in entry.rstrip(", ").split(",")]


def _is_parcel(cells: Sequence[str]) -> bool:
    return cells[-1] == _MARK or any(cell in _KINDS for cell in cells[_KIND_AT:])


def _own_fields(cells: Sequence[str]) -> dict[str, str]:
    values = [cell for cell in cells if cell != _MARK]
    kind_at = next((n for n, v in enumerate(values) if n > _KIND_AT and v in _KINDS), _KIND_AT)
    if len(values) > _KIND_AT and values[_KIND_AT] not in _KINDS:
        # A comma within the name.
        values[_NAME_AT:kind_at] = [",".join(values[_NAME_AT:kind_at])]
    values += [""] * (len(FIELDS) - len(values))
    more = {f"字段{n}": value for n, value in enumerate(values, start=1) if n > len(FIELDS)}
    return {**dict(zip(FIELDS, values, strict=False)), **more}


# ---- Rows ---------------------------------------------------------------------------------------


def _fields(parcel: _Parcel) -> dict[str, str]:
    fields = dict(parcel.fields)
    for key, value in parcel.header.items():
        fields[f"{key}_2" if key in FIELDS else key] = value
    return fields


def _usual_zone(parcels: Sequence[_Parcel]) -> int | None:
    zones = Counter(zone for parcel in parcels for zone in parcel.zones())
    return zones.most_common(1)[0][0] if zones else None


def _crs(parcels: Sequence[_Parcel], zone: int | None) -> str | None:
    numbers = [abs(n) for parcel in parcels for place in parcel.positions() for n in place]
    is_degrees = bool(numbers) and max(numbers) <= MAX_DEGREES
    headers = {id(parcel.header): parcel.header for parcel in parcels}
    found = {report_crs(h, zone=zone, is_degrees=is_degrees) for h in headers.values()}
    return found.pop() if len(found) == 1 else None


def _geometry(parcel: _Parcel, zone: int | None, rows: LayerRows) -> shapely.Geometry | None:
    """Draw a parcel; what is wrong with it is noted with the row that comes next."""
    if parcel.unreadable:
        rows.complain("coordinates_unreadable", "geometry", {"value": parcel.unreadable})
        return None
    if not parcel.is_count_right():
        declared = int(parcel.fields[COUNT_FIELD])
        values = {"declared": declared, "found": parcel.lines}
        rows.complain("point_count_differs", COUNT_FIELD, values)
    if parcel.is_swapped:
        rows.complain("axes_swapped", "geometry")
    if parcel.zones() - {zone}:
        strange = next(easting for _, easting in parcel.positions() if zone_of(easting) != zone)
        rows.complain("zone_differs", "geometry", {"value": f"{strange:.0f}"})
        return None
    if len(parcel.rings) > MAX_RINGS:
        values = {"count": len(parcel.rings), "limit": MAX_RINGS}
        rows.complain("too_many_rings", "geometry", values)
        return None
    try:
        return _drawn(parcel, rows)
    except TooFewPoints as error:
        values = {"count": error.count, "needed": error.needed}
        rows.complain("too_few_points", "geometry", values)
    except ShapelyError as error:
        rows.complain("coordinates_unreadable", "geometry", {"value": shown(str(error))})
    return None


def _drawn(parcel: _Parcel, rows: LayerRows) -> shapely.Geometry | None:
    runs = [[(east, north) for north, east in ring_.corners] for ring_ in parcel.rings]
    match parcel.fields[KIND_FIELD]:
        case "点":
            return together([shapely.Point(place) for run in runs for place in run])
        case "线":
            closed = [ring_.is_closed for ring_ in parcel.rings]
            lines = [[*r, r[0]] if c else r for r, c in zip(runs, closed, strict=True)]
            return together([line(run) for run in lines])
    if not runs:
        raise TooFewPoints(0, LEAST_OF_RING)
    polygons, is_first_outside = polygons_of([ring(run) for run in runs])
    if not is_first_outside:
        rows.complain("rings_reordered", "geometry")
    return together(polygons)
