"""KML: the placemarks of each folder, with their fields, as field programs and map apps write them.

Nothing a file points to is fetched: network links, styles and pictures are passed over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element

import shapely
from shapely.errors import ShapelyError

from geo.errors import FileRefused
from geo.files.assemble import Position, TooFewPoints, line, ring, together
from geo.files.encoding import EncodingGuess
from geo.files.field_tables import fields_in_description
from geo.files.layer_rows import LayerRows, check_size, shown
from geo.files.raw_layer import RawLayer
from geo.files.written_numbers import read_number
from geo.files.xml_guard import refuse_hostile_xml, xml_events

DRIVER = "KML"
CRS = "EPSG:4326"
# More folders than anybody chooses from become one layer, which names the folder of each row.
MAX_FOLDERS = 100
FOLDER_FIELD = "folder"

_HOLDERS = frozenset({"kml", "Document", "Folder"})
_BETWEEN = " / "
_LONGEST_NAME = 100
_MOST_NUMBERS = 3  # longitude, latitude, altitude


class _Unreadable(ValueError):
    """A text holds no coordinates."""


@dataclass(slots=True)
class _Row:
    values: dict[str, str]
    geometry: shapely.Geometry | None = None
    trouble: tuple[str, dict[str, str | int | float]] | None = None


@dataclass(slots=True, eq=False)
class _Folder:
    """A folder or document while it is read."""

    element: Element
    parent: "_Folder | None"
    name: str = ""
    rows: list[_Row] = field(default_factory=list)

    def path(self) -> str:
        """Join the names of the folders from the outside in.

        The outermost document stands for the file; only what it holds itself is called by its name.
        """
        names: list[str] = []
        folder: _Folder | None = self
        while folder is not None and not folder.is_whole_file():
            names.append(folder.name)
            folder = folder.parent
        return _BETWEEN.join(name for name in reversed(names) if name) or self.name

    def is_whole_file(self) -> bool:
        """Tell whether everything else lies within."""
        return self.parent is None or (
            _kind(self.element) == "Document" and self.parent.parent is None
        )


def read_kml(path: Path, *, source: str, encoding: str | None = None) -> list[RawLayer]:
    """Read the placemarks of a .kml.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        To override what the file declares.

    Returns
    -------
    list of RawLayer
        One for each folder that holds placemarks itself, in longitude and latitude (EPSG:4326);
        altitudes are dropped. Fields: ``name``, ``description``, ``when``, the extended data, and
        those that a table in the description names.

    Raises
    ------
    FileRefused
        ``no_features``, ``table_too_long``, ``table_too_wide``, ``table_too_large``, or as
        `geo.files.xml_guard.refuse_hostile_xml`.
    """
    guess = refuse_hostile_xml(path, source, encoding=encoding)
    reading = _Reading(source)
    for event, element in xml_events(path, source, guess.encoding, ("start", "end")):
        reading.take(event, element)
    folders = [folder for folder in reading.folders if folder.rows]
    if not folders:
        raise FileRefused("no_features", path=source)
    stem = PurePosixPath(source).stem
    if len(folders) > MAX_FOLDERS:
        return [_layer(_merged(folders), stem, source, guess)]
    names = _distinct([folder.path() or stem for folder in folders])
    return [
        _layer(folder.rows, name, source, guess)
        for folder, name in zip(folders, names, strict=True)
    ]


class _Reading:
    """Where the reader stands in the file."""

    def __init__(self, source: str) -> None:
        self.folders: list[_Folder] = []
        self._source = source
        self._stack: list[Element] = []
        self._folder: _Folder | None = None
        self._placemark: Element | None = None
        self._count = 0

    def take(self, event: str, element: Element) -> None:
        """Take the next start or end."""
        if event == "start":
            if self._placemark is None:
                self._start(element)
            self._stack.append(element)
            return
        self._stack.pop()
        if self._placemark is None or element is self._placemark:
            self._end(element)
            if self._stack:
                # What was read is not kept: a file is as large as it likes.
                del self._stack[-1][:]

    def _start(self, element: Element) -> None:
        kind = _kind(element)
        if kind == "Placemark" and self._folder is not None:
            self._placemark = element
        elif kind in _HOLDERS or self._folder is None:
            self._folder = _Folder(element, self._folder)
            self.folders.append(self._folder)

    def _end(self, element: Element) -> None:
        if self._folder is None:
            return
        if element is self._placemark:
            self._placemark = None
            self._count += 1
            check_size(self._count, 0, self._source)
            self._folder.rows.append(_row(element))
        elif element is self._folder.element:
            self._folder = self._folder.parent
        elif _kind(element) == "name" and self._stack[-1] is self._folder.element:
            self._folder.name = _text(element)[:_LONGEST_NAME]


def _merged(folders: Iterable[_Folder]) -> list[_Row]:
    rows = []
    for folder in folders:
        name = folder.path()
        for row in folder.rows:
            values = dict(row.values)
            _put(values, FOLDER_FIELD, name)
            rows.append(_Row(values, row.geometry, row.trouble))
    return rows


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct


def _layer(rows: Iterable[_Row], name: str, source: str, guess: EncodingGuess) -> RawLayer:
    gathered = LayerRows(source)
    for row in rows:
        if row.trouble is not None:
            code, values = row.trouble
            gathered.complain(code, "geometry", values)
        gathered.add(row.values, row.geometry)
    return gathered.layer(name=name, driver=DRIVER, crs=CRS, encoding=guess)


def _row(placemark: Element) -> _Row:
    row = _Row(_values(placemark))
    try:
        row.geometry = together(list(_parts(placemark)))
    except _Unreadable as error:
        row.trouble = "coordinates_unreadable", {"value": shown(str(error))}
    except TooFewPoints as error:
        row.trouble = "too_few_points", {"count": error.count, "needed": error.needed}
    except ShapelyError as error:
        row.trouble = "coordinates_unreadable", {"value": shown(str(error))}
    return row


# ---- Fields -------------------------------------------------------------------------------------


def _values(placemark: Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, text in _own_fields(placemark):
        _put(values, name, text)
    for child in placemark:
        if _kind(child) == "ExtendedData":
            for name, text in _extended(child):
                _put(values, name, text)
    for name, text in fields_in_description(values.get("description", "")).items():
        _put(values, name, text)
    return values


def _own_fields(placemark: Element) -> Iterator[tuple[str, str]]:
    for child in placemark:
        match _kind(child):
            case "name" | "description" as kind:
                yield kind, _text(child)
            case "TimeStamp" | "TimeSpan":
                for moment in child:
                    yield _kind(moment), _text(moment)
            case "Track":
                moments = [_text(moment) for moment in child if _kind(moment) == "when"]
                if moments:
                    yield "when", moments[0]
                    yield "when_end", moments[-1]


def _extended(element: Element) -> Iterator[tuple[str, str]]:
    for child in element:
        match _kind(child):
            case "Data":
                texts = [_text(value) for value in child if _kind(value) == "value"]
                yield child.get("name", ""), texts[0] if texts else ""
            case "SchemaData":
                for value in child:
                    if _kind(value) == "SimpleData":
                        yield value.get("name", ""), _text(value)
            case kind if len(child) == 0:
                yield kind, _text(child)


def _put(values: dict[str, str], name: str, text: str) -> None:
    """Add a field; if another of its name says something else, under a number."""
    own, number = name.strip() or "field", 1
    while own in values and values[own] != text:
        number += 1
        own = f"{name}_{number}"
    values[own] = text


# ---- Shapes -------------------------------------------------------------------------------------


def _parts(element: Element) -> Iterator[shapely.Geometry]:
    for child in element:
        match _kind(child):
            case "Point":
                yield shapely.Point(_positions(child)[0])
            case "LineString":
                yield line(_positions(child))
            case "LinearRing":
                yield line(ring(_positions(child)))
            case "Polygon":
                yield _polygon(child)
            case "MultiGeometry" | "MultiTrack":
                yield from _parts(child)
            case "Track":
                places = [
                    _position(_text(c).split()) for c in child if _kind(c) == "coord" and c.text
                ]
                if not places:
                    raise _Unreadable
                yield line(places) if len(places) > 1 else shapely.Point(places[0])


def _track(element: Element) -> shapely.Geometry:
    # An empty place is a moment without one.
    texts = [_text(child) for child in element if _kind(child) == "coord"]
    places = [_position(text.split()) for text in texts if text]
    if not places:
        raise _Unreadable
    return line(places) if len(places) > 1 else shapely.Point(places[0])


def _polygon(element: Element) -> shapely.Polygon:
    outer: list[list[Position]] = []
    inner: list[list[Position]] = []
    for boundary in element:
        rings = [ring(_positions(r)) for r in boundary if _kind(r) == "LinearRing"]
        if _kind(boundary) == "outerBoundaryIs":
            outer += rings
        elif _kind(boundary) == "innerBoundaryIs":
            inner += rings
    if not outer:
        raise _Unreadable
    # One is all that is allowed; what stands beside it would be lost if it were passed over.
    if len(outer) > 1:
        raise _Unreadable(f"outerBoundaryIs × {len(outer)}")
    return shapely.Polygon(outer[0], inner)


def _positions(element: Element) -> list[Position]:
    text = next((c.text or "" for c in element if _kind(c) == "coordinates"), "")
    text = text.replace("，", ",")
    try:
        return _tokens(text.split())
    except _Unreadable:
        # Blanks beside a comma belong to one position, wherever a program broke its lines.
        flat = " ".join(text.split())
        return _tokens(flat.replace(" ,", ",").replace(", ", ",").split())


def _tokens(tokens: list[str]) -> list[Position]:
    if not tokens:
        raise _Unreadable
    return [_position(token.rstrip(",").split(",")) for token in tokens]


def _position(numbers: list[str]) -> Position:
    lon, lat = (read_number(number) for number in [*numbers, "", ""][:2])
    if lon is None or lat is None or len(numbers) > _MOST_NUMBERS:
        raise _Unreadable(",".join(numbers))
    return lon, lat


def _kind(element: Element) -> str:
    """Give an element's name without its namespace, of which many are in use."""
    return element.tag.rpartition("}")[2]


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
