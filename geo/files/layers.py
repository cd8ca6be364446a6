"""What a delivered file holds: its layers, fields, coordinate system and encoding, seen by fiona.

fiona opens the door, with an allow-list of drivers for each call; the bulk is read by pyogrio in
`geo.files.read`.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import fiona
from fiona.errors import FionaError

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess, check_encoding, dbf_encoding
from geo.files.unpack import Unpacked

# Suffix to the one driver that may open it.
DRIVERS: dict[str, str] = {
    ".shp": "ESRI Shapefile",
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
}
KNOWN = "shp, zip, gpkg, geojson"
NO_SHAPES = "None"  # what fiona calls the geometry of a plain table


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What one layer says about itself.

    Attributes
    ----------
    name
        As people know it: the layer's, or for a shapefile the name of the file.
    path, inner_name
        How the reader finds it.
    crs
        As written in the file; None if it does not say.
    encoding
        Of its texts.
    is_encoding_guessed
        True if the file does not name its encoding and the bytes had to be judged.
    """

    name: str
    path: Path
    inner_name: str
    driver: str
    fields: tuple[str, ...]
    geometry_type: str
    count: int
    crs: str | None
    encoding: str
    is_encoding_guessed: bool


def list_layers(
    files: list[Unpacked], *, source: Path, encoding: str | None = None
) -> list[LayerFacts]:
    """List every layer with a geometry in a delivery; plain tables beside them are left out.

    Parameters
    ----------
    encoding
        Of a shapefile's texts, to override what its bytes show.

    Raises
    ------
    FileRefused
        ``format_unknown``, ``file_unreadable``, ``file_empty``, ``layer_without_shapes`` or
        ``encoding_wrong``.
    """
    if encoding is not None:
        check_encoding(encoding, source=source)
    readable = [f for f in files if f.path.suffix.lower() in DRIVERS]
    if not readable:
        if len(files) == 1 and files[0].path == source:
            raise FileRefused("format_unknown", path=source, known=KNOWN)
        raise FileRefused("file_empty", path=source)
    names = _short_names([file.name for file in readable])
    facts = [
        layer
        for file, name in zip(readable, names, strict=True)
        for layer in _layers_of(file, name, source, encoding)
    ]
    if not facts:
        raise FileRefused("file_empty", path=source)
    layers = [layer for layer in facts if layer.geometry_type != NO_SHAPES]
    if not layers:
        raise FileRefused("layer_without_shapes", path=source, layer=facts[0].name)
    return layers


def choose_layer(facts: list[LayerFacts], wanted: str | None, *, source: Path) -> LayerFacts:
    """Choose a layer by name; where there is only one, none needs to be named.

    Raises
    ------
    FileRefused
        ``layer_unknown`` or ``layer_needed``.
    """
    known = ", ".join(layer.name for layer in facts)
    if wanted is None:
        if len(facts) > 1:
            raise FileRefused("layer_needed", path=source, known=known)
        return facts[0]
    for layer in facts:
        if layer.name == wanted:
            return layer
    raise FileRefused("layer_unknown", path=source, layer=wanted, known=known)


def _short_names(names: list[str]) -> list[str]:
    """Call files by their stems, or by their whole names where two stems are the same."""
    stems = [PurePosixPath(name).stem for name in names]
    times = Counter(stems)
    return [stem if times[stem] == 1 else name for stem, name in zip(stems, names, strict=True)]


def _layers_of(file: Unpacked, name: str, source: Path, encoding: str | None) -> list[LayerFacts]:
    driver = DRIVERS[file.path.suffix.lower()]
    guess = EncodingGuess("UTF-8", is_guessed=False)
    if driver == "ESRI Shapefile":
        guess = dbf_encoding(file.path)
        if encoding is not None:
            guess = EncodingGuess(encoding, guess.is_guessed)
    try:
        inner_names = fiona.listlayers(file.path)
        return [_facts(file, driver, name, inner, guess) for inner in inner_names]
    except UnicodeDecodeError as error:
        raise FileRefused("encoding_wrong", path=source, encoding=guess.encoding) from error
    except (FionaError, OSError, ValueError) as error:
        detail = str(error).splitlines()[0].replace(str(file.path), file.name)
        raise FileRefused("file_unreadable", path=source, detail=detail) from error


def _facts(
    file: Unpacked, driver: str, name: str, inner_name: str, guess: EncodingGuess
) -> LayerFacts:
    is_shapefile = driver == "ESRI Shapefile"
    with fiona.open(
        file.path,
        layer=inner_name,
        enabled_drivers=[driver],
        encoding=guess.encoding if is_shapefile else None,
    ) as layer:
        return LayerFacts(
            name=inner_name if driver == "GPKG" else name,
            path=file.path,
            inner_name=inner_name,
            driver=driver,
            fields=tuple(layer.schema["properties"]),
            geometry_type=layer.schema["geometry"],
            count=len(layer),
            crs=layer.crs_wkt or None,
            encoding=guess.encoding,
            is_encoding_guessed=guess.is_guessed,
        )
