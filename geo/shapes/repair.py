"""Make polygons valid, keep what can be kept, and report every change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo.shapes.crs import flat, known_crs
from geo.shapes.measure import M2_PER_HA, geodesic_area_ha


class Reason(StrEnum):
    """What is wrong with a shape; ``reason.VALUE`` are the words for it."""

    SELF_INTERSECTION = "self_intersection"
    RING_TOUCHES_ITSELF = "ring_touches_itself"
    HOLE_OUTSIDE = "hole_outside"
    HOLES_NESTED = "holes_nested"
    PARTS_NESTED = "parts_nested"
    SPLIT_BY_HOLES = "split_by_holes"
    DUPLICATE_RINGS = "duplicate_rings"
    TOO_FEW_POINTS = "too_few_points"
    STRAY_PARTS = "stray_parts"
    NOT_FINITE = "not_finite"
    POINT = "point"
    LINE = "line"
    COLLECTION = "collection"
    UNKNOWN = "unknown"


class Code(StrEnum):
    """How a shape fared; ``problem.VALUE`` and ``fix.VALUE`` are the words for it."""

    REPAIRED = "repaired"
    NOT_REPAIRABLE = "not_repairable"
    NO_GEOMETRY = "no_geometry"
    WRONG_GEOMETRY_TYPE = "wrong_geometry_type"
    BAD_COORDINATES = "bad_coordinates"


# What GEOS calls each fault, before the "[x y]" of its place.
_REASONS: Final = {
    "Self-intersection": Reason.SELF_INTERSECTION,
    "Ring Self-intersection": Reason.RING_TOUCHES_ITSELF,
    "Hole lies outside shell": Reason.HOLE_OUTSIDE,
    "Holes are nested": Reason.HOLES_NESTED,
    "Nested shells": Reason.PARTS_NESTED,
    "Interior is disconnected": Reason.SPLIT_BY_HOLES,
    "Duplicate Rings": Reason.DUPLICATE_RINGS,
    "Too few points in geometry component": Reason.TOO_FEW_POINTS,
}
_LINES = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
)
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What was wrong with one shape, and what became of it.

    Attributes
    ----------
    code
        How it fared.
    reason
        What was wrong; None where the code says it all.
    area_change_m2
        Area after the repair minus the area its rings enclosed before; 0 if not repaired.
    crs
        The system of the coordinates, for the message.
    """

    code: Code
    reason: Reason | None = None
    area_change_m2: float = 0.0
    crs: str = ""

    @property
    def is_mended(self) -> bool:
        """Whether the shape can be used now."""
        return self.code is Code.REPAIRED

    @property
    def values(self) -> Mapping[str, object]:
        """The fields of the texts ``problem.CODE`` and ``fix.CODE``."""
        reason = f"reason.{self.reason}"
        change_m2 = round(self.area_change_m2, 1) + 0.0  # never "-0.0"
        match self.code:
            case Code.REPAIRED:
                return {"reason_key": reason, "change_m2": f"{change_m2:+.1f}"}
            case Code.NOT_REPAIRABLE:
                return {"reason_key": reason}
            case Code.WRONG_GEOMETRY_TYPE:
                return {"value_key": reason}
            case Code.BAD_COORDINATES:
                return {"value_key": reason, "crs": self.crs}
            case _:
                return {}


@dataclass(frozen=True, slots=True)
class Repaired:
    """Polygons after repair, in the order they came.

    Attributes
    ----------
    geometries
        Valid polygons and multipolygons without heights; None where nothing can be used.
    flaws
        None where the shape was right as it came.
    """

    geometries: npt.NDArray[np.object_]
    flaws: tuple[Flaw | None, ...]

    @property
    def reasons(self) -> tuple[Reason | None, ...]:
        """What was wrong with each shape; None where it was right, or where there was none."""
        return tuple(None if f is None else f.reason for f in self.flaws)

    @property
    def codes(self) -> tuple[Code | None, ...]:
        """How each shape fared; None where it was right."""
        return tuple(None if f is None else f.code for f in self.flaws)

    @property
    def area_change_m2(self) -> npt.NDArray[np.float64]:
        """How much each area changed, in square metres."""
        return np.array([0.0 if f is None else f.area_change_m2 for f in self.flaws])


class Mender:
    """What judges and mends shapes: here and now, without limit.

    Lines that cross each other everywhere take time and memory that grow with the square of their
    vertices; whoever takes shapes from strangers does it elsewhere, within bounds.
    """

    def are_valid(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Tell which polygons are valid."""
        return np.asarray(shapely.is_valid(shapes))

    def fault(self, shape: shapely.Geometry) -> str:
        """Say what is wrong with a shape, in GEOS's words."""
        return str(shapely.is_valid_reason(shape))

    def mend(self, shape: shapely.Geometry) -> shapely.Geometry | None:
        """Make a shape valid; None where it cannot be.

        Parts that overlap are joined, what has collapsed is dropped.
        """
        # "structure" joins parts that overlap; the default method would cut the overlap out, and
        # ground that was delivered twice would be lost.
        try:
            return shapely.make_valid(shape, method="structure", keep_collapsed=False)
        except shapely.errors.GEOSException:  # rare, on degenerate rings
            return None


def repair_polygons(
    geometries: Iterable[object],
    crs: str | pyproj.CRS,
    *,
    mender: Mender | None = None,
) -> Repaired:
    """Make polygons valid, and say for each what was wrong.

    A ring that crosses itself becomes the parts it encloses, parts that overlap are joined, lines
    and points that remain are dropped. The direction of a ring is no fault.

    Parameters
    ----------
    geometries
        Shapes as a file holds them; None where a row has none.
    crs
        The system of their numbers. Changes of area are measured on the ellipsoid if it is in
        degrees, in its plane otherwise.
    mender
        What judges and mends them.

    Raises
    ------
    FileRefused
        ``crs_unknown``.
    """
    system = known_crs(crs)
    with np.errstate(all="ignore"):  # numbers near the end of what can be written are refused
        return _repair(geometries, system, mender or Mender())


def _repair(geometries: Iterable[object], system: pyproj.CRS, mender: Mender) -> Repaired:
    shapes = flat(geometries).copy()
    flaws: list[Flaw | None] = [None] * len(shapes)
    for row in np.flatnonzero(_may_be_flawed(shapes, mender)):
        shapes[row], flaws[row] = _mend(shapes[row], system, mender)
    return Repaired(shapes, tuple(flaws))


def _may_be_flawed(shapes: npt.NDArray[np.object_], mender: Mender) -> npt.NDArray[np.bool_]:
    is_polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS)
    is_finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    is_flawed = ~is_polygon | shapely.is_empty(shapes) | ~is_finite
    rest = np.flatnonzero(~is_flawed)
    is_flawed[rest] = ~mender.are_valid(shapes[rest])
    return np.asarray(is_flawed)


def _mend(
    shape: shapely.Geometry | None, crs: pyproj.CRS, mender: Mender
) -> tuple[object, Flaw | None]:
    if shape is None or shape.is_empty:
        return None, Flaw(Code.NO_GEOMETRY)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None, Flaw(Code.BAD_COORDINATES, Reason.NOT_FINITE, crs=_short_name(crs))
    kind = shapely.GeometryType(shapely.get_type_id(shape))
    polygons = shape if kind in _POLYGONS else _polygonal(shape)
    if polygons is None:
        return None, Flaw(Code.WRONG_GEOMETRY_TYPE, _type_reason(kind))
    is_stray = kind not in _POLYGONS
    reason = Reason.STRAY_PARTS if is_stray else _reason(mender.fault(polygons))
    valid = mender.mend(polygons)
    mended = None if valid is None else _polygonal(valid)
    if mended is None:
        return None, Flaw(Code.NOT_REPAIRABLE, reason)
    change_m2 = float(_area_m2(mended, crs) - _area_m2(polygons, crs))
    return mended, Flaw(Code.REPAIRED, reason, change_m2)


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Keep the polygons of a shape: one polygon, one multipolygon, or None."""
    parts = shapely.get_parts(shape)
    while np.isin(shapely.get_type_id(parts), shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    parts = shapely.get_parts(parts)
    kept = parts[np.isin(shapely.get_type_id(parts), _POLYGONS) & ~shapely.is_empty(parts)]
    if len(kept) == 0:
        return None
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _reason(fault: str) -> Reason:
    return _REASONS.get(fault.partition("[")[0], Reason.UNKNOWN)


def _type_reason(kind: shapely.GeometryType) -> Reason:
    if kind in _POINTS:
        return Reason.POINT
    return Reason.LINE if kind in _LINES else Reason.COLLECTION


def _area_m2(shape: shapely.Geometry, crs: pyproj.CRS) -> float:
    if crs.is_geographic:
        return float(geodesic_area_ha([shape])[0]) * M2_PER_HA
    unit_m: float = crs.axis_info[0].unit_conversion_factor
    return float(shape.area) * unit_m**2


def _short_name(crs: pyproj.CRS) -> str:
    epsg = crs.to_epsg()
    return str(crs.name) if epsg is None else f"EPSG:{epsg}"
