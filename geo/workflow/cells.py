"""The cells of a delivered table: codes as text, numbers as numbers, everything as plain JSON."""

import math
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

import numpy as np
import pandas as pd

# A number with a decimal point carries 53 bits: beyond this, its last digits are made up.
_EXACT_BELOW = 2.0**53


def text_cells(values: pd.Series) -> pd.Series:
    """Write cells as text, codes with all their digits: 150421000001, never 150421000001.0."""
    if pd.api.types.is_float_dtype(values):
        return _each(values, _number_text)
    return _each(values, lambda v: "" if _is_missing(v) else str(v).strip())


def _number_text(value: float) -> str:
    if np.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else str(value)


def lost_digits(values: pd.Series) -> pd.Series:
    """Tell which codes were kept as numbers too long to be exact."""
    if not pd.api.types.is_float_dtype(values):
        return pd.Series(data=False, index=values.index)
    return values.abs() >= _EXACT_BELOW


def number_cells(values: pd.Series) -> pd.Series:
    """Read cells as numbers; what is none, or is without end, is missing."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers))


def plain_columns(frame: pd.DataFrame) -> dict[str, list[object]]:
    """Give columns as lists that JSON can hold; bytes are told by their number only."""
    return {str(name): _plain_column(frame[name]) for name in frame.columns}


def rows_of(columns: Mapping[str, list[object]], count: int) -> list[dict[str, object]]:
    """Give columns row by row."""
    if not columns:
        return [{} for _ in range(count)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain_column(values: pd.Series) -> list[object]:
    is_plain = values.dtype.kind in "iub" or pd.api.types.infer_dtype(values) == "string"
    if is_plain:
        whole = values.tolist()
        return [None if _is_missing(v) else v for v in whole] if values.hasnans else whole
    return [_plain(value) for value in values.astype(object).tolist()]


def _each(values: pd.Series, write: Callable[[Any], str]) -> pd.Series:
    """Write the distinct cells of a column: a layer repeats most of what it says."""
    try:
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
    except TypeError:  # lists and such cannot be told apart quickly
        return values.map(write).astype(object)
    written = np.array([write(value) for value in distinct.tolist()], dtype=object)
    texts = written[codes] if len(written) else np.empty(0, dtype=object)
    return pd.Series(texts, index=values.index, dtype=object)


def _plain(value: object) -> object:
    if isinstance(value, str):  # most cells are, so they are asked first
        return value
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(entry) for entry in list(value)]
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if _is_missing(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    # Dates, times and exact decimals: as they are written.
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _is_missing(value: object) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return is_nan or value is None or value is pd.NA or value is pd.NaT
