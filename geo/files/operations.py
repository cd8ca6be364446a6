"""What the reading process can be asked to do: each works on one file in one folder."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import FileRefused
from geo.files.arrow_layer import (
    read_shapes,
    refuse_long_texts,
    without_deep_shapes,
    write_arrow,
    write_shapes,
)
from geo.files.layers import TABLE_READERS, choose_layer, find_layers
from geo.files.unpack import unpack
from geo.settings import ReadingLimits
from geo.shapes.repair import Mender

LAYER_FILE, MENDED_FILE, ROWS_FILE = (
    "layer.arrow",
    "mended.arrow",
    "rows.json",
)


def list_layers(
    path: Path, folder: Path, *, limits: ReadingLimits, name: str, encoding: str | None = None
) -> dict[str, Any]:
    """List what a delivery holds."""
    files = unpack(path, folder, limits)
    found = find_layers(files, source=name, folder=folder, limits=limits, encoding=encoding)
    return {"layers": [asdict(layer.facts) for layer in found]}


def read_layer(
    path: Path,
    folder: Path,
    *,
    limits: ReadingLimits,
    name: str,
    layer: str | None = None,
    encoding: str | None = None,
) -> dict[str, Any]:
    """Read one layer of a delivery and leave it in the folder."""
    files = unpack(path, folder, limits)
    found = find_layers(files, source=name, folder=folder, limits=limits, encoding=encoding)
    chosen = choose_layer(found, layer, source=name)
    read = without_deep_shapes(chosen.read())
    refuse_long_texts(read, source=name)
    write_arrow(read, folder / LAYER_FILE)
    return {
        "facts": asdict(chosen.facts),
        "is_alone": len(found) == 1,
        "troubles": [asdict(t) for t in (*chosen.delivery_troubles, *read.troubles)],
    }


def read_rows(
    path: Path, folder: Path, *, limits: ReadingLimits, name: str, encoding: str | None = None
) -> dict[str, Any]:
    """Read a table without shapes: its first sheet that holds rows."""
    del limits
    reader = TABLE_READERS.get(path.suffix.lower())
    if reader is None:
        raise FileRefused("format_unknown", path=name, known="csv, xlsx")
    tables = reader(path, source=name, encoding=encoding)
    if not tables:
        raise FileRefused("file_empty", path=name, known="csv, xlsx")
    rows = tables[0].attributes.to_dict("records")
    text = json.dumps(rows, ensure_ascii=False, default=str)
    (folder / ROWS_FILE).write_text(text, encoding="utf-8", errors="replace")
    return {"count": len(rows)}


def judge_shapes(path: Path, folder: Path, *, limits: ReadingLimits) -> dict[str, Any]:
    """Tell which shapes are valid, and mend the others, within bounds.

    Their lines may cross more often than any memory holds and any patience lasts.
    """
    del limits
    mender = Mender()
    shapes = read_shapes(path)
    is_valid = mender.are_valid(shapes)
    wrong = np.flatnonzero(~is_valid)
    faults = [mender.fault(shapes[row]) for row in wrong]
    mended = np.array([mender.mend(shapes[row]) for row in wrong], dtype=object)
    write_shapes(mended, folder / MENDED_FILE)
    return {"wrong": wrong.tolist(), "faults": faults}


OPERATIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "list_layers": list_layers,
    "read_layer": read_layer,
    "read_rows": read_rows,
    "judge_shapes": judge_shapes,
}
