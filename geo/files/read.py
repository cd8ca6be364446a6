"""One layer of a delivered file, read whole: attributes as they came, geometries as an array."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from geo.errors import FileRefused
from geo.files.encoding import decode_cut
from geo.files.layers import LayerFacts, choose_layer, list_layers
from geo.files.unpack import parts_of, unpacked

BLOCK = 1024 * 1024
# Every byte is a character of it, and the same byte again.
_ANY_BYTES = "iso8859-1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A layer as it was delivered.

    Attributes
    ----------
    facts
        What the layer says about itself.
    attributes
        One row per feature, every original field under its own name.
    geometries
        Array of shapely geometries in the layer's own coordinates; None where there is none.
    digest
        SHA-256 of the delivered file; where it holds several layers, with the layer's name.
    """

    facts: LayerFacts
    attributes: pd.DataFrame
    geometries: np.ndarray
    digest: str


def look_into(path: Path) -> list[LayerFacts]:
    """List the layers of a file without reading them.

    Raises
    ------
    FileRefused
        See `geo.files.unpack.unpacked` and `geo.files.layers.list_layers`.
    """
    with unpacked(path) as files:
        return list_layers(files, source=path)


def read_delivery(path: Path, *, layer: str | None = None, encoding: str | None = None) -> Delivery:
    """Read one layer of a file.

    Parameters
    ----------
    path
        A .shp, .zip, .gpkg or .geojson.
    layer
        Its name; needed only where there is more than one.
    encoding
        Of a shapefile's texts, to override what was found out.

    Raises
    ------
    FileRefused
        Also ``encoding_wrong`` if the texts are not in the encoding given.
    """
    with unpacked(path) as files:
        layers = list_layers(files, source=path, encoding=encoding)
        facts = choose_layer(layers, layer, source=path)
        frame = _read(facts, source=path)
    geometries = np.asarray(frame.geometry.array, dtype=object)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    is_alone = len(layers) == 1
    digest = file_digest(path) if is_alone else layer_digest(file_digest(path), facts.name)
    return Delivery(facts, attributes, geometries, digest)


def possible_digests(path: Path, layer: str | None) -> tuple[str, ...]:
    """Say under which digests a file may have been taken before, without opening it.

    Parameters
    ----------
    layer
        The layer that is wanted now; where it is one of several, it is a delivery of its own.

    Raises
    ------
    FileRefused
        ``file_missing``.
    """
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    whole = file_digest(path)
    return (whole,) if layer is None else (whole, layer_digest(whole, layer))


def layer_digest(whole: str, layer: str) -> str:
    """Name one of several layers of a file by the file's digest."""
    return f"{whole}#{layer}"


def file_digest(path: Path) -> str:
    """Hash a file; for a bare .shp the files beside it with the same stem are part of it."""
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts = parts_of(path)
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def _read(facts: LayerFacts, *, source: Path) -> gpd.GeoDataFrame:
    encoding = facts.encoding if facts.driver == "ESRI Shapefile" else None
    try:
        frame = _read_with(facts, encoding)
    except UnicodeDecodeError:
        try:
            frame = _decoded(_read_with(facts, _ANY_BYTES), facts.encoding)
        except UnicodeDecodeError as error:
            raise FileRefused("encoding_wrong", path=source, encoding=encoding) from error
    except (DataSourceError, ValueError) as error:
        raise FileRefused("file_unreadable", path=source, detail=error) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileRefused("layer_without_shapes", path=source, layer=facts.name)
    return frame


def _read_with(facts: LayerFacts, encoding: str | None) -> gpd.GeoDataFrame:
    with _without_winding_warnings():
        return pyogrio.read_dataframe(
            facts.path,
            layer=facts.inner_name,
            encoding=encoding,
            on_invalid="ignore",
            datetime_as_string=True,
        )


def _decoded(frame: gpd.GeoDataFrame, encoding: str) -> gpd.GeoDataFrame:
    """Read texts again of which some end within a character: a field's width cut them there."""

    def decode(value: object) -> object:
        return decode_cut(value.encode(_ANY_BYTES), encoding) if isinstance(value, str) else value

    frame = frame.rename(columns={n: decode(n) for n in frame.columns if n != "geometry"})
    texts = {
        name: frame[name].map(decode)
        for name in frame.columns
        if name != "geometry" and not pd.api.types.is_numeric_dtype(frame[name])
    }
    return frame.assign(**texts)


@contextmanager
def _without_winding_warnings() -> Iterator[None]:
    # GDAL turns rings of the wrong direction round by itself and says so once for a whole layer;
    # what really was wrong is found and reported shape by shape in `geo.shapes.repair`.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*winding order.*")
        warnings.filterwarnings("ignore", message=".*Skipped.*|.*Recode.*")
        # A time with its zone in a GeoPackage: not as the standard has it, but read.
        warnings.filterwarnings("ignore", message="Non-conformant content.*successfully parsed")
        yield
