"""Which layers a delivery holds, in whatever format, and how each is read. In the reading process.

Every format comes down to the same two things: facts that people choose by, and a table with
shapes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.files.arrow_layer import ArrowLayer, fields_apart, from_raw
from geo.files.content import check_content
from geo.files.coordinate_report import looks_like_report, read_coordinate_report
from geo.files.encoding import EncodingGuess, check_encoding, dbf_encoding
from geo.files.gdal_layers import count_rows, facts_of, inner_layers, read_gdal
from geo.files.geojson_text import plain_geojson
from geo.files.gpx import read_gpx
from geo.files.kml import read_kml
from geo.files.layer_facts import NO_SHAPES, SHAPEFILE, LayerFacts
from geo.files.limits import limit_refused
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.tables import read_csv_table, read_xlsx_tables
from geo.files.unpack import ARCHIVES, Unpacked
from geo.settings import ReadingLimits
from geo.shapes.crs_text import MAX_SIGNS, harmless_crs

# Suffix to the one driver of GDAL that may open it.
GDAL_SUFFIXES: dict[str, str] = {
    ".shp": SHAPEFILE,
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gdb": "OpenFileGDB",
}
OWN_READERS: dict[str, Callable[..., list[RawLayer]]] = {
    ".kml": read_kml,
    ".gpx": read_gpx,
    ".txt": read_coordinate_report,
}
# Taken only where nothing else is in the delivery: a list of photos often lies beside a shapefile.
TABLE_READERS: dict[str, Callable[..., list[RawLayer]]] = {
    ".csv": read_csv_table,
    ".xlsx": read_xlsx_tables,
}
# What is wrong with one member and means no harm: the others are read without it.
_LEFT_OUT = frozenset(
    {"format_mismatch", "file_unreadable", "file_empty", "file_empty_bytes", "no_features"}
    | {"report_without_parcels", "table_empty", "table_not_text", "text_unreadable"}
    | {"encoding_wrong", "workbook_old"}
)
KNOWN = "shp, zip, gpkg, geojson, kml, kmz, gpx, txt, csv, xlsx"


@dataclass(frozen=True, slots=True)
class FoundLayer:
    """One layer, and how it is read.

    Attributes
    ----------
    left_out
        The members of the same delivery that could not be read.
    """

    facts: LayerFacts
    read: Callable[[], ArrowLayer]
    left_out: tuple[str, ...] = ()

    @property
    def delivery_troubles(self) -> tuple[RowTrouble, ...]:
        """What there is to say of the delivery around it; of no row, so of row 0."""
        return tuple(
            RowTrouble(0, "member_left_out", "", {"member": name}) for name in self.left_out
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What holds for a whole delivery."""

    source: str
    encoding: str | None
    folder: Path
    limits: ReadingLimits


def find_layers(
    files: Sequence[Unpacked],
    *,
    source: str,
    folder: Path,
    limits: ReadingLimits,
    encoding: str | None = None,
) -> list[FoundLayer]:
    """Find every layer with shapes in a delivery; plain tables beside them are left out.

    A member that cannot be read, or an archive within, stops the others only where it looks
    like harm; else it is named in `FoundLayer.left_out`.

    Parameters
    ----------
    source
        The delivered file, for messages.
    folder
        Where a file may be written again, for instance in another encoding.
    encoding
        Of its texts, to override what its bytes show.

    Raises
    ------
    FileRefused
        ``format_unknown``, ``format_mismatch``, ``file_unreadable``, ``file_empty``,
        ``archive_nested``, ``too_many_layers``, ``layer_without_shapes``, ``encoding_wrong``, and
        what the readers of single formats say.
    """
    if encoding is not None:
        check_encoding(encoding, source=Path(source))
    asked = _Asked(source, encoding, folder, limits)
    plain = [f for f in files if f.path.suffix not in ARCHIVES]
    nested = [f.name for f in files if f.path.suffix in ARCHIVES]
    layers = [f for f in plain if _is_layer(f.path)]
    tables = [f for f in plain if f.path.suffix.lower() in TABLE_READERS]
    found, refusals = _readable(layers, asked)
    # A broken layer is no reason to take the table beside it for one.
    if not found and all(map(_is_other_json, refusals.values())):
        found, more = _readable(tables, asked)
        refusals |= more
    if not found:
        raise next(iter(refusals.values()), _nothing(files, nested, source))
    with_shapes = [layer for layer in found if layer.facts.geometry_type != NO_SHAPES]
    if not with_shapes:
        raise FileRefused("layer_without_shapes", path=source, layer=found[0].facts.name)
    left_out = (*refusals, *nested)
    return [replace(layer, left_out=left_out) for layer in _apart(with_shapes)]


def _readable(
    files: Sequence[Unpacked], asked: _Asked
) -> tuple[list[FoundLayer], dict[str, FileRefused]]:
    """Find the layers of those files that can be read, and why the others cannot, by name."""
    found: list[FoundLayer] = []
    refusals: dict[str, FileRefused] = {}
    limits = asked.limits
    for file, name in zip(files, _short_names([file.name for file in files]), strict=True):
        try:
            check_content(file.path, file.path.suffix.lower(), source=asked.source)
            found += _layers_of(file, name, asked)
        except FileRefused as refusal:
            if refusal.code not in _LEFT_OUT:
                raise
            refusals[file.name] = refusal
        if len(found) > limits.layers:
            count = len(found)
            raise limit_refused("too_many_layers", "layers", limits, path=asked.source, count=count)
    return found, refusals


def _is_other_json(refusal: FileRefused) -> bool:
    """Tell whether a file was never meant to be a layer: JSON is written by every program."""
    return refusal.code == "format_mismatch" and refusal.values.get("suffix") == ".json"


def _nothing(files: Sequence[Unpacked], nested: Sequence[str], source: str) -> FileRefused:
    """Say why there is nothing to be read."""
    if nested:
        return FileRefused("archive_nested", path=source, member=nested[0])
    is_plain = len(files) == 1 and files[0].name == source
    return FileRefused("format_unknown" if is_plain else "file_empty", path=source, known=KNOWN)


def choose_layer(found: Sequence[FoundLayer], wanted: str | None, *, source: str) -> FoundLayer:
    """Choose a layer by name; where there is only one, none needs to be named.

    Raises
    ------
    FileRefused
        ``layer_unknown`` or ``layer_needed``.
    """
    known = ", ".join(layer.facts.name for layer in found)
    if wanted is None:
        if len(found) > 1:
            raise FileRefused("layer_needed", path=source, known=known)
        return found[0]
    for layer in found:
        if layer.facts.name == wanted:
            return layer
    raise FileRefused("layer_unknown", path=source, layer=wanted, known=known)


def _is_layer(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix == ".txt":
        return looks_like_report(path)
    return suffix in GDAL_SUFFIXES or suffix in OWN_READERS


def _layers_of(file: Unpacked, name: str, asked: _Asked) -> list[FoundLayer]:
    suffix = file.path.suffix.lower()
    if suffix in GDAL_SUFFIXES:
        return _gdal_layers(file, name, GDAL_SUFFIXES[suffix], asked)
    read = OWN_READERS.get(suffix) or TABLE_READERS[suffix]
    layers = read(file.path, source=asked.source, encoding=asked.encoding)
    return [_own_layer(layer, name, alone=len(layers) == 1) for layer in layers]


def _own_layer(layer: RawLayer, file_name: str, *, alone: bool) -> FoundLayer:
    facts = LayerFacts(
        name=file_name if alone else layer.name,
        driver=layer.driver,
        fields=tuple(fields_apart(map(str, layer.attributes.columns))),
        geometry_type=_kind_of(layer.geometries),
        count=len(layer.attributes),
        crs=harmless_crs(layer.crs),
        encoding=layer.encoding,
        is_encoding_guessed=layer.is_encoding_guessed,
    )
    return FoundLayer(facts, partial(from_raw, layer))


def _kind_of(geometries: np.ndarray) -> str:
    """Name what a layer draws as fiona does."""
    kinds = {
        shapely.GeometryType(kind).name.removeprefix("MULTI")
        for kind in np.unique(shapely.get_type_id(geometries))
        if kind >= 0
    }
    if not kinds:
        return NO_SHAPES
    names = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
    return names.get(kinds.pop(), "Unknown") if len(kinds) == 1 else "Unknown"


def _gdal_layers(file: Unpacked, name: str, driver: str, asked: _Asked) -> list[FoundLayer]:
    path, guess = file.path, EncodingGuess("UTF-8", is_guessed=False)
    if driver == "GeoJSON":
        path, guess = plain_geojson(
            path, asked.folder, source=asked.source, encoding=asked.encoding
        )
    prj = None
    if driver == SHAPEFILE:
        prj = _taken_prj(path)
        guess = dbf_encoding(path)
        if asked.encoding is not None:
            guess = EncodingGuess(asked.encoding, guess.is_guessed)
    inner_names = inner_layers(path, source=asked.source)
    if len(inner_names) > asked.limits.layers:
        count = len(inner_names)
        raise limit_refused(
            "too_many_layers", "layers", asked.limits, path=asked.source, count=count
        )
    found = []
    for inner in inner_names:
        # Within a database layers have names of their own; a plain file is its layer.
        shown = inner if driver in {"GPKG", "OpenFileGDB"} else name
        facts = facts_of(path, inner, driver, shown, source=asked.source)
        facts = _understood(facts, path, guess, prj)
        read = partial(read_gdal, path, inner, facts, source=asked.source)
        if driver == SHAPEFILE:  # rows that have no shape are rows as well
            facts = replace(facts, count=max(facts.count, count_rows(path)))
        found.append(FoundLayer(facts, read))
    return found


def _understood(facts: LayerFacts, path: Path, guess: EncodingGuess, prj: str | None) -> LayerFacts:
    """Add what stands beside a layer: encoding, the text of its .prj, whether it has a table."""
    facts = replace(
        facts,
        crs=harmless_crs(facts.crs),
        encoding=guess.encoding,
        is_encoding_guessed=guess.is_guessed,
        claimed_encoding=guess.claimed,
    )
    if facts.driver != SHAPEFILE:
        return facts
    fields = tuple(fields_apart(_in_encoding(name, guess.encoding) for name in facts.fields))
    return replace(
        facts,
        fields=fields,
        crs=prj,
        made_codes=not path.with_suffix(".dbf").is_file(),
    )


def _taken_prj(shapefile: Path) -> str | None:
    """Read a .prj and take it away: a library that stumbles over it would lose the shapes."""
    prj = shapefile.with_suffix(".prj")
    if not prj.is_file():
        return None
    with prj.open("rb") as stream:
        text = stream.read(MAX_SIGNS).decode("iso8859-1")
    prj.unlink()  # the copy of our own
    return harmless_crs(text)


def _in_encoding(name: str, encoding: str) -> str:
    raw = name.encode("iso8859-1", errors="replace")
    return raw.decode(encoding, errors="ignore")


def _short_names(names: Sequence[str]) -> list[str]:
    """Call files by their stems, or by their whole names where two stems are the same."""
    stems = [PurePosixPath(name).stem for name in names]
    times = Counter(stems)
    return [stem if times[stem] == 1 else name for stem, name in zip(stems, names, strict=True)]


def _apart(found: Sequence[FoundLayer]) -> list[FoundLayer]:
    """Number layers of one name, so that each can be chosen."""
    times, seen = Counter(layer.facts.name for layer in found), Counter[str]()
    apart = []
    for layer in found:
        name = layer.facts.name
        seen[name] += 1
        if times[name] > 1 and seen[name] > 1:
            layer = replace(layer, facts=replace(layer.facts, name=f"{name} ({seen[name]})"))  # noqa: PLW2901
        apart.append(layer)
    return apart
