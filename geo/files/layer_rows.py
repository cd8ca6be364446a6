"""Rows gathered one by one, until they are a layer; every row may bring fields of its own."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

import numpy as np
import pandas as pd
import shapely

from geo.errors import FileRefused
from geo.files.encoding import EncodingGuess
from geo.files.raw_layer import RawLayer, RowTrouble

MAX_ROWS = 2_000_000
MAX_COLUMNS = 1_000
MAX_CELLS = 50_000_000
# How much of a text that cannot be read is shown.
_SHOWN = 60


class LayerRows:
    """A layer that is being read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._columns: dict[str, int] = {}
        self._rows: list[dict[int, str]] = []
        self._geometries: list[shapely.Geometry | None] = []
        self._troubles: list[RowTrouble] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, values: Mapping[str, str], geometry: shapely.Geometry | None) -> None:
        """Take a row.

        Raises
        ------
        FileRefused
            ``table_too_long``, ``table_too_wide`` or ``table_too_large``.
        """
        columns = self._columns
        row = {columns.setdefault(name, len(columns)): text for name, text in values.items()}
        self._rows.append(row)
        self._geometries.append(geometry)
        check_size(len(self._rows), len(columns), self._source)

    def complain(
        self, code: str, column: str = "", values: Mapping[str, str | int | float] | None = None
    ) -> None:
        """Note what kept the row that comes next from being read as it stands."""
        self._troubles.append(RowTrouble(len(self._rows) + 1, code, column, values or {}))

    def layer(
        self, *, name: str, driver: str, crs: str | None, encoding: EncodingGuess
    ) -> RawLayer:
        """Make the layer."""
        places = range(len(self._columns))
        return RawLayer(
            name=name,
            driver=driver,
            attributes=text_frame(
                list(self._columns), ([row.get(p) for p in places] for row in self._rows)
            ),
            geometries=geometry_array(self._geometries),
            crs=crs,
            encoding=encoding.encoding,
            is_encoding_guessed=encoding.is_guessed,
            troubles=tuple(self._troubles),
        )


def check_size(rows: int, columns: int, source: str) -> None:
    """Refuse a table that is larger than any office's.

    Raises
    ------
    FileRefused
        ``table_too_long``, ``table_too_wide`` or ``table_too_large``.
    """
    if rows > MAX_ROWS:
        raise FileRefused("table_too_long", path=source, limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise FileRefused("table_too_wide", path=source, limit=MAX_COLUMNS)
    if rows * columns > MAX_CELLS:
        raise FileRefused("table_too_large", path=source, limit=MAX_CELLS)


def text_frame(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pd.DataFrame:
    """Make a frame in which every cell stays the text it is, or None."""
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)


def geometry_array(geometries: Sequence[shapely.Geometry | None]) -> np.ndarray:
    """Make an array of geometries; numpy itself would take some of them apart."""
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array


def distinct_names(names: Iterable[str]) -> list[str]:
    """Tell names apart that occur twice, and name those that are empty by their place, from 1."""
    written = [name.strip() for name in names]
    taken = set(written)
    seen = set[str]()
    distinct = []
    for place, name in enumerate(written, start=1):
        own = name or f"field_{place}"
        if own in seen or (not name and own in taken):
            numbered = (f"{own}_{number}" for number in count(2))
            own = next(n for n in numbered if n not in taken and n not in seen)
        seen.add(own)
        distinct.append(own)
    return distinct


def shown(text: str) -> str:
    """Cut a text that cannot be read to what a message can hold."""
    flat = " ".join(text[: 4 * _SHOWN].split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
