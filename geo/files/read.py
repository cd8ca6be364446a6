"""One layer of a delivered file, read whole: attributes as they came, geometries as an array.

Nothing here touches the file's bytes but to hash them: the reading process does.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geo.errors import FileRefused
from geo.files.arrow_layer import read_arrow, read_shapes, write_shapes
from geo.files.layer_facts import LayerFacts
from geo.files.raw_layer import RowTrouble
from geo.files.sealed import ask, left_file, left_json
from geo.files.shapefile_parts import parts_of
from geo.settings import ReadingLimits

BLOCK = 1024 * 1024
# Large shapes get this much of the processor to be judged; roads of thousands of vertices take
# milliseconds.
JUDGE_SECONDS = 10


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
    troubles
        What kept single rows from being read as they stand.
    """

    facts: LayerFacts
    attributes: pd.DataFrame
    geometries: np.ndarray
    digest: str
    troubles: tuple[RowTrouble, ...] = ()


def look_into(path: Path, *, encoding: str | None = None) -> list[LayerFacts]:
    """List the layers of a file without reading them.

    Raises
    ------
    FileRefused
        See `geo.files.unpack.unpack`, `geo.files.layers.find_layers`, `geo.files.sealed.ask`.
    """
    with _folder(path) as folder:
        answer = ask("list_layers", folder, path=path, name=path.name, encoding=encoding)
    return [_facts(said) for said in answer["layers"]]


def read_delivery(path: Path, *, layer: str | None = None, encoding: str | None = None) -> Delivery:
    """Read one layer of a file.

    Parameters
    ----------
    path
        In any format of `geo.files.layers.KNOWN`.
    layer
        Its name; needed only where there is more than one.
    encoding
        Of its texts, to override what was found out.

    Raises
    ------
    FileRefused
        As `look_into`; also ``encoding_wrong`` if the texts are not in the encoding given, and
        ``reader_broke_down``.
    """
    with _folder(path) as folder:
        answer = ask(
            "read_layer", folder, path=path, name=path.name, layer=layer, encoding=encoding
        )
        try:
            left = left_file(folder, "layer.arrow", path=path)
            attributes, geometries = read_arrow(left)
        except pa.ArrowException as error:
            raise FileRefused("reader_broke_down", path=path) from error
    facts = _facts(answer["facts"])
    whole = file_digest(path)
    return Delivery(
        facts=replace(facts, fields=tuple(map(str, attributes.columns))),
        attributes=attributes,
        geometries=geometries,
        digest=whole if answer["is_alone"] else layer_digest(whole, facts.name),
        troubles=tuple(RowTrouble(**said) for said in answer["troubles"]),
    )


def read_rows(path: Path, *, encoding: str | None = None) -> list[dict[str, Any]]:
    """Read a table without shapes, CSV or XLSX: one mapping of texts a row.

    Raises
    ------
    FileRefused
        ``format_unknown``, ``file_empty``, and what the readers of tables say.
    """
    with _folder(path) as folder:
        ask("read_rows", folder, path=path, name=path.name, encoding=encoding)
        rows: list[dict[str, Any]] = left_json(folder, "rows.json", path=path)
    return rows


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one large shape: right as it is, or what is wrong and how it was mended."""

    is_valid: bool
    fault: str = ""
    mended: shapely.Geometry | None = None


def judge_apart(shapes: np.ndarray) -> list[Judged]:
    """Judge and mend large shapes in the reading process, within bounds.

    All together first; only where that takes too long, one by one, and what takes too long alone
    cannot be used.
    """
    judged = _judged(shapes)
    if judged is not None:
        return judged
    if len(shapes) == 1:
        return [Judged(is_valid=False)]
    half = len(shapes) // 2
    return judge_apart(shapes[:half]) + judge_apart(shapes[half:])


def _judged(shapes: np.ndarray) -> list[Judged] | None:
    limits = ReadingLimits.from_environment()
    bounds = replace(limits, cpu_seconds=JUDGE_SECONDS, seconds=3 * JUDGE_SECONDS)
    with tempfile.TemporaryDirectory(prefix="skyground-shapes-") as name:
        folder = Path(name)
        path = folder / "shapes.arrow"
        write_shapes(shapes, path)
        try:
            answer = ask("judge_shapes", folder, path=path, limits=bounds)
            mended = read_shapes(left_file(folder, "mended.arrow", path=path))
        except (FileRefused, pa.ArrowException):
            return None
    judged = [Judged(is_valid=True) for _ in range(len(shapes))]
    for row, fault, shape in zip(answer["wrong"], answer["faults"], mended, strict=True):
        judged[row] = Judged(is_valid=False, fault=fault, mended=shape)
    return judged


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


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Give the reading process a folder of its own, gone afterwards."""
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    with tempfile.TemporaryDirectory(prefix="skyground-read-") as folder:
        yield Path(folder)


def _facts(said: dict[str, Any]) -> LayerFacts:
    return LayerFacts(**said | {"fields": tuple(said["fields"])})
