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
from geo.files.layers import LayerFacts, choose_layer, list_layers
from geo.files.unpack import unpacked

BLOCK = 1024 * 1024


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
        SHA-256 of the delivered file.
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
        facts = choose_layer(list_layers(files, source=path), layer, source=path)
        frame = _read(facts, encoding or facts.encoding, source=path)
    geometries = np.asarray(frame.geometry.array, dtype=object)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return Delivery(facts, attributes, geometries, file_digest(path))


def file_digest(path: Path) -> str:
    """Hash a file; for a bare .shp the files beside it with the same stem are part of it."""
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts = sorted(
            p for p in path.parent.glob("*") if p.stem == path.stem and p.suffix != ".lock"
        )
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    return digest.hexdigest()


def _read(facts: LayerFacts, encoding: str, *, source: Path) -> gpd.GeoDataFrame:
    is_shapefile = facts.driver == "ESRI Shapefile"
    try:
        with _without_winding_warnings():
            frame = pyogrio.read_dataframe(
                facts.path,
                layer=facts.inner_name,
                encoding=encoding if is_shapefile else None,
                on_invalid="ignore",
                datetime_as_string=True,
            )
    except UnicodeDecodeError as error:
        raise FileRefused("encoding_wrong", path=source, encoding=encoding) from error
    except (DataSourceError, ValueError, LookupError) as error:
        raise FileRefused("file_unreadable", path=source, detail=error) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileRefused("layer_without_shapes", path=source, layer=facts.name)
    return frame


@contextmanager
def _without_winding_warnings() -> Iterator[None]:
    # GDAL turns rings of the wrong direction round by itself and says so once for a whole layer;
    # what really was wrong is found and reported shape by shape in `geo.shapes.repair`.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*winding order.*")
        warnings.filterwarnings("ignore", message=".*Skipped.*|.*Recode.*")
        yield
