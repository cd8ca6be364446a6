"""What a delivered file holds: its layers, fields, coordinate system and encoding, seen by fiona.

fiona opens the door, with an allow-list of drivers for each call; the bulk is read by pyogrio in
`geo.files.read`.
"""

from dataclasses import dataclass
from pathlib import Path

import fiona
from fiona.errors import FionaError

from geo.errors import FileRefused
from geo.files.encoding import dbf_encoding
from geo.files.unpack import Unpacked

# Suffix to the one driver that may open it.
DRIVERS: dict[str, str] = {
    ".shp": "ESRI Shapefile",
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
}
KNOWN = "shp, zip, gpkg, geojson"


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


def list_layers(files: list[Unpacked], *, source: Path) -> list[LayerFacts]:
    """List every layer with a geometry in a delivery.

    Raises
    ------
    FileRefused
        ``format_unknown``, ``file_unreadable`` or ``file_empty``.
    """
    readable = [f for f in files if f.path.suffix.lower() in DRIVERS]
    if not readable:
        if len(files) == 1 and files[0].path == source:
            raise FileRefused("format_unknown", path=source, known=KNOWN)
        raise FileRefused("file_empty", path=source)
    facts = [layer for file in readable for layer in _layers_of(file, source)]
    if not facts:
        raise FileRefused("file_empty", path=source)
    return facts


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


def _layers_of(file: Unpacked, source: Path) -> list[LayerFacts]:
    driver = DRIVERS[file.path.suffix.lower()]
    try:
        names = fiona.listlayers(file.path)
        return [_facts(file, driver, name) for name in names]
    except (FionaError, OSError, ValueError) as error:
        detail = str(error).splitlines()[0].replace(str(file.path), file.name)
        raise FileRefused("file_unreadable", path=source, detail=detail) from error


def _facts(file: Unpacked, driver: str, name: str) -> LayerFacts:
    guess = dbf_encoding(file.path) if driver == "ESRI Shapefile" else None
    with fiona.open(
        file.path, layer=name, enabled_drivers=[driver], encoding=guess.encoding if guess else None
    ) as layer:
        crs = layer.crs_wkt or None
        return LayerFacts(
            name=Path(file.name).stem if driver in {"ESRI Shapefile", "GeoJSON"} else name,
            path=file.path,
            inner_name=name,
            driver=driver,
            fields=tuple(layer.schema["properties"]),
            geometry_type=layer.schema["geometry"],
            count=len(layer),
            crs=crs,
            encoding=guess.encoding if guess else "UTF-8",
            is_encoding_guessed=guess.is_guessed if guess else False,
        )
