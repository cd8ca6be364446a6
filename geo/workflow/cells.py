"""The cells of a delivered table: codes as text, numbers as numbers, everything as plain JSON."""

import math

import numpy as np
import pandas as pd

# A number with a decimal point carries 53 bits: beyond this, its last digits are made up.
_EXACT_BELOW = 2.0**53


def text_cells(values: pd.Series) -> pd.Series:
    """Write cells as text, codes with all their digits: 150421000001, never 150421000001.0."""
    if pd.api.types.is_float_dtype(values):
        return values.map(
            lambda v: "" if pd.isna(v) else str(int(v)) if float(v).is_integer() else str(v)
        ).astype(object)
    return values.map(lambda v: "" if _is_missing(v) else str(v).strip()).astype(object)


def lost_digits(values: pd.Series) -> pd.Series:
    """Tell which codes were kept as numbers too long to be exact."""
    if not pd.api.types.is_float_dtype(values):
        return pd.Series(data=False, index=values.index)
    return values.abs() >= _EXACT_BELOW


def number_cells(values: pd.Series) -> pd.Series:
    """Read cells as numbers; what is none, or is without end, is missing."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers))


def plain_rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Give rows as mappings that JSON can hold; bytes are told by their number only."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _plain(value: object) -> object:
    match value:
        case np.ndarray():
            return [_plain(entry) for entry in value.tolist()]
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case dict():
            return {str(name): _plain(entry) for name, entry in value.items()}
        case bytes() | bytearray() | memoryview():
            return f"<{len(value)} bytes>"
        case float() if not math.isfinite(value):
            return None
    return None if _is_missing(value) else value


def _is_missing(value: object) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return is_nan or value is None or value is pd.NA or value is pd.NaT
