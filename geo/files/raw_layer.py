"""One layer as a reader found it: what every format comes down to before anything is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """What kept a reader from taking one row as it stands.

    Attributes
    ----------
    row
        Number of the row in the layer, from 1; 0 for what concerns the layer or its delivery.
    code
        Key of the texts ``problem.CODE`` and ``fix.CODE``.
    column
        The field, or ``geometry``, or empty.
    values
        The fields of the texts; plain values only.
    """

    row: int
    code: str
    column: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawLayer:
    """One layer of a file.

    Attributes
    ----------
    name
        As people know it.
    driver
        The format, as in the texts ``format.DRIVER``.
    attributes
        One row per feature, every original field under its own name; text stays text.
    geometries
        Shapely geometries in the layer's own coordinates, x east and y north; None where a row has
        none or an unusable one.
    crs
        What the format or the file says; None if neither does.
    encoding
        Of its texts.
    is_encoding_guessed
        Whether the bytes had to be judged.
    troubles
        What kept rows from being read as they stand.
    """

    name: str
    driver: str
    attributes: pd.DataFrame
    geometries: np.ndarray
    crs: str | None
    encoding: str = "UTF-8"
    is_encoding_guessed: bool = False
    troubles: tuple[RowTrouble, ...] = ()
