"""A layer as an Arrow table: how it travels from the reading process to ours.

Arrow carries numbers, texts and well-known binary without any code of ours in between, and what
arrives is checked before it is used; a pickled object could carry anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.errors import FileRefused
from geo.files.encoding import FEW_UNREADABLE, decode_cut
from geo.files.raw_layer import RawLayer, RowTrouble
from geo.files.table_layer import MAX_CELL_CHARS
from geo.files.wkb_depth import SHALLOW_BYTES, is_nested_deep

GEOMETRY = "__geometry__"
MOST_TOLD = 200  # of one kind of trouble with texts


@dataclass(frozen=True, slots=True)
class ArrowLayer:
    """Every original field under its own name, and the shapes as well-known binary."""

    table: pa.Table
    troubles: tuple[RowTrouble, ...] = ()


def from_raw(layer: RawLayer) -> ArrowLayer:
    """Bring what a reader of our own has found into this form."""
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(fields_apart(map(str, layer.attributes.columns))):
        values = layer.attributes.iloc[:, place].astype(object)
        columns[name] = _plain_array(values.where(values.notna(), None).tolist())
    wkb = shapely.to_wkb(shapely.force_2d(layer.geometries))
    columns[GEOMETRY] = pa.array(wkb, pa.binary(), from_pandas=True)
    return ArrowLayer(pa.table(columns), layer.troubles)


def fields_apart(names: Iterable[str]) -> list[str]:
    """Tell fields of one name apart by a number, and name those that have none by their place."""
    written = list(names)
    taken = {*written, GEOMETRY}
    seen = {GEOMETRY}  # no field may pass for the shapes
    apart = []
    for place, name in enumerate(written, start=1):
        own = name if name.strip() else f"field_{place}"
        if own in seen or (own != name and own in taken):
            own = next(n for k in count(2) if (n := f"{own}_{k}") not in taken and n not in seen)
        seen.add(own)
        apart.append(own)
    return apart


def write_arrow(layer: ArrowLayer, path: Path) -> None:
    """Leave a layer in a file of Arrow's own format."""
    table = layer.table.replace_schema_metadata(None)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_arrow(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    """Read attributes and shapes back, after checking every offset and length in them.

    Whole numbers with gaps stay whole numbers: a code is never turned into a decimal number.

    Raises
    ------
    pyarrow.ArrowException
        If the file is not sound.
    """
    try:
        return _read_checked(path)
    except (TypeError, ValueError, LookupError, OverflowError, OSError) as error:
        raise pa.ArrowInvalid(str(path)) from error


def _read_checked(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all().replace_schema_metadata(None)
        table.validate(full=True)
        if table.column_names.count(GEOMETRY) > 1 or _deep_shapes(table):
            raise pa.ArrowInvalid(str(path))
        wkb = table.column(GEOMETRY).to_numpy() if GEOMETRY in table.column_names else None
        attributes = table.drop_columns([GEOMETRY]) if wkb is not None else table
        frame = attributes.to_pandas(types_mapper=_nullable(attributes).get)
    if wkb is None:
        return frame, np.full(len(frame), None, dtype=object)
    with np.errstate(all="ignore"):  # numbers without end are found and told row by row
        return frame, shapely.from_wkb(wkb, on_invalid="ignore")


def without_deep_shapes(layer: ArrowLayer) -> ArrowLayer:
    """Leave out shapes within shapes within shapes: each level takes a piece of the stack."""
    deep = _deep_shapes(layer.table)
    if not deep:
        return layer
    place = layer.table.column_names.index(GEOMETRY)
    wkb = layer.table.column(place).to_pylist()
    for row in deep:
        wkb[row] = None
    table = layer.table.set_column(place, GEOMETRY, pa.array(wkb, pa.binary()))
    told = tuple(RowTrouble(row + 1, "feature_unreadable") for row in deep)
    return ArrowLayer(table, (*layer.troubles, *told))


def refuse_long_texts(layer: ArrowLayer, *, source: str) -> None:
    """Refuse texts so long that nobody has written them: each would be kept and shown.

    Raises
    ------
    FileRefused
        ``cell_too_long``.
    """
    for column in layer.table.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            longest = pc.max(pc.utf8_length(column)).as_py() or 0
            if longest > MAX_CELL_CHARS:
                raise FileRefused("cell_too_long", path=source, limit=MAX_CELL_CHARS)


def _deep_shapes(table: pa.Table) -> list[int]:
    """List the rows whose shapes are nested too deep, or lie behind too many bytes to tell."""
    if GEOMETRY not in table.column_names:
        return []
    column = table.column(GEOMETRY)
    if not pa.types.is_binary(column.type) and not pa.types.is_large_binary(column.type):
        if column.null_count == len(column):
            return []
        raise pa.ArrowInvalid(str(column.type))
    sizes = pc.fill_null(pc.binary_length(column), 0).to_numpy()
    rows = np.flatnonzero(sizes > SHALLOW_BYTES)
    return [int(row) for row in rows if is_nested_deep(column[row].as_py())]


def write_shapes(shapes: np.ndarray, path: Path) -> None:
    """Leave shapes in a file."""
    wkb = pa.array(shapely.to_wkb(shapes), pa.binary(), from_pandas=True)
    write_arrow(ArrowLayer(pa.table({GEOMETRY: wkb})), path)


def read_shapes(path: Path) -> np.ndarray:
    """Read shapes back."""
    return read_arrow(path)[1]


def decoded_texts(
    table: pa.Table, encoding: str, *, source: str
) -> tuple[pa.Table, tuple[RowTrouble, ...]]:
    """Read texts that were taken as plain bytes: names of fields, and each distinct value once.

    Raises
    ------
    FileRefused
        ``encoding_wrong`` if more than a few cannot be read.
    """
    names = _apart_but_shapes(
        [name if name == GEOMETRY else _name(name, encoding) for name in table.column_names]
    )
    troubles: list[RowTrouble] = []
    seen, unreadable = 0, 0
    for place, (field, name) in enumerate(zip(table.schema, names, strict=True)):
        if not pa.types.is_string(field.type):
            continue
        column = table.column(place).combine_chunks().dictionary_encode()
        raw = [value.encode("iso8859-1") for value in column.dictionary.to_pylist()]
        texts, is_bad = _texts(raw, encoding)
        seen += sum(not value.isascii() for value in raw)
        unreadable += sum(is_bad)
        if any(is_bad):
            troubles += _told(column.indices, is_bad, texts, name, encoding)
        decoded = pa.DictionaryArray.from_arrays(column.indices, pa.array(texts, pa.string()))
        table = table.set_column(place, field.name, decoded.cast(pa.string()))
    if unreadable > max(FEW_UNREADABLE * seen, 1):
        raise FileRefused("encoding_wrong", path=source, encoding=encoding)
    return table.rename_columns(names), tuple(troubles[:MOST_TOLD])


def sound_texts(table: pa.Table) -> tuple[pa.Table, tuple[RowTrouble, ...]]:
    """Replace bytes that are no UTF-8 in formats whose texts always are."""
    troubles: list[RowTrouble] = []
    table = table.rename_columns(_apart_but_shapes(table.column_names))
    for place, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        column = table.column(place).combine_chunks()
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            raw = column.cast(pa.binary()).dictionary_encode()
            texts, is_bad = _texts(raw.dictionary.to_pylist(), "utf-8")
            troubles += _told(raw.indices, is_bad, texts, field.name, "UTF-8")
            sound = pa.DictionaryArray.from_arrays(raw.indices, pa.array(texts, pa.string()))
            table = table.set_column(place, field.name, sound.cast(pa.string()))
    return table, tuple(troubles[:MOST_TOLD])


def _apart_but_shapes(names: list[str]) -> list[str]:
    """Tell the fields of a table apart; the column of shapes keeps its name."""
    if GEOMETRY not in names:
        return fields_apart(names)
    at = names.index(GEOMETRY)
    apart = fields_apart([*names[:at], *names[at + 1 :]])
    return [*apart[:at], GEOMETRY, *apart[at:]]


def _texts(raw: list[bytes], encoding: str) -> tuple[list[str], list[bool]]:
    texts, is_bad = [], []
    for value in raw:
        try:
            texts.append(decode_cut(value, encoding))
            is_bad.append(False)
        except UnicodeDecodeError:
            texts.append(value.decode(encoding, errors="replace"))
            is_bad.append(True)
    return texts, is_bad


def _name(name: str, encoding: str) -> str:
    raw = name.encode("iso8859-1", errors="replace")
    try:
        return decode_cut(raw, encoding)
    except UnicodeDecodeError:
        return raw.decode(encoding, errors="replace")


def _told(
    indices: pa.Array, is_bad: list[bool], texts: list[str], name: str, encoding: str
) -> list[RowTrouble]:
    places = indices.to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(is_bad)
    return [
        RowTrouble(
            int(row) + 1,
            "text_unreadable",
            name,
            {"value": texts[int(places[row])], "encoding": encoding},
        )
        for row in np.flatnonzero(np.isin(places, bad))[:MOST_TOLD]
    ]


def _plain_array(values: list[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])


def _nullable(table: pa.Table) -> Mapping[pa.DataType, object]:
    """Choose pandas' types that know gaps for whole numbers, where a column has some."""
    kinds = {
        pa.int8(): pd.Int8Dtype(),
        pa.int16(): pd.Int16Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    with_gaps = {column.type for column in table.columns if column.null_count}
    return {kind: dtype for kind, dtype in kinds.items() if kind in with_gaps}
