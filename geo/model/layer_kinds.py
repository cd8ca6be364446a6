"""What a delivered layer can be imported as, and what is asked of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geo.model import columns as c
from geo.model.columns import Column


class LayerKind(StrEnum):
    """What a delivered layer is."""

    PATCHES = "patches"
    GRIDS = "grids"
    ADMIN = "admin"  # administrative units
    PERMITS = "permits"  # approved extents
    RESERVES = "reserves"  # protected areas
    REFERENCE = "reference"  # any other layer to compare with


class Shape(StrEnum):
    """What a layer draws."""

    POLYGON = "polygon"
    LINE = "line"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class LayerTable:
    """What is asked of a layer of one kind.

    Attributes
    ----------
    columns
        What its fields can fill.
    shapes
        What it may draw.
    is_work
        Whether it is what people work on, patches and grids; the others are looked at only.
    """

    columns: tuple[Column, ...]
    shapes: frozenset[Shape]
    is_work: bool = False


_AREAS = frozenset({Shape.POLYGON})

LAYER_TABLES: Mapping[LayerKind, LayerTable] = MappingProxyType(
    {
        LayerKind.PATCHES: LayerTable(c.PATCH_COLUMNS, _AREAS, is_work=True),
        LayerKind.GRIDS: LayerTable(c.GRID_COLUMNS, _AREAS, is_work=True),
        LayerKind.ADMIN: LayerTable(c.ADMIN_COLUMNS, _AREAS),
        LayerKind.PERMITS: LayerTable(c.PERMIT_COLUMNS, _AREAS),
        LayerKind.RESERVES: LayerTable(c.RESERVE_COLUMNS, _AREAS),
        LayerKind.REFERENCE: LayerTable(c.REFERENCE_COLUMNS, frozenset(Shape)),
    }
)
