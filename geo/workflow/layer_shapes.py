"""The shapes of a delivered layer: repaired, brought into the stored system, and looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import FileRefused
from geo.files.read import Judged, judge_apart
from geo.model import columns as c
from geo.model.layer_kinds import LayerKind, LayerTable, Shape
from geo.model.problems import Problem, Severity
from geo.settings import ReadingLimits, limit_variable
from geo.shapes.crs import flat, to_stored
from geo.shapes.gcj import Shifted, from_shifted
from geo.shapes.layer_checks import (
    find_duplicates,
    find_gaps_and_overlaps,
    find_outside,
)
from geo.shapes.measure import M2_PER_HA, geodesic_area_ha
from geo.shapes.plane import working_plane
from geo.shapes.repair import Flaw, Mender, Reason, repair_polygons
from geo.shapes.slivers import find_slivers, mean_widths_m
from geo.workflow.layer_crs import Boxes, swapped

Shapes = npt.NDArray[np.object_]

# Beyond this an invalid shape is mended in the reading process, within bounds: lines that cross
# each other everywhere make a number of pieces that grows with the square of the vertices.
LARGE_VERTICES = 2_000
# A walk around a patch is taken for its outline if it ends this near to where it began.
CLOSED_WITHIN = 0.1
FEWEST_POINTS = 4
_SIMPLE_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
# With more than this share outside the territory, the layer is in question and not its rows.
MOSTLY_OUTSIDE = 0.5
_KINDS: Mapping[Shape, tuple[shapely.GeometryType, ...]] = {
    Shape.POLYGON: (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
    Shape.LINE: (
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.LINEARRING,
        shapely.GeometryType.MULTILINESTRING,
    ),
    Shape.POINT: (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT),
}


@dataclass(frozen=True, slots=True)
class PlacedShapes:
    """The shapes of a layer, ready to be stored.

    Attributes
    ----------
    geometries
        In EPSG:4490; None where a row has none that can be taken.
    areas_ha
        On the ellipsoid; NaN where there is none.
    problems
        What is wrong with single rows.
    """

    geometries: Shapes
    areas_ha: npt.NDArray[np.float64]
    problems: list[Problem]


def outlines_of_walks(raw: Shapes, table: LayerTable) -> tuple[Shapes, int]:
    """Take walks that end where they began for the outlines they go around.

    Parameters
    ----------
    raw
        Shapes as delivered.

    Returns
    -------
    tuple
        The shapes, walks as polygons, and how many those are; none if the kind takes lines, or if
        the layer has areas of its own.
    """
    kinds = shapely.get_type_id(raw)
    if Shape.LINE in table.shapes or np.isin(kinds, _KINDS[Shape.POLYGON]).any():
        return raw, 0
    rows = np.flatnonzero(np.isin(kinds, _SIMPLE_LINES))
    lines = raw[rows]
    apart = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    is_walk = apart <= CLOSED_WITHIN * shapely.length(lines)
    rows = rows[is_walk & (shapely.get_num_points(lines) >= FEWEST_POINTS)]
    closed = raw.copy()
    closed[rows] = [shapely.Polygon(shapely.get_coordinates(line)) for line in raw[rows]]
    return closed, len(rows)


def place_shapes(
    raw: Shapes,
    crs: str,
    far: Mapping[int, Boxes],
    table: LayerTable,
    *,
    swaps_axes: bool = False,
    shift: Shifted | None = None,
) -> PlacedShapes:
    """Repair shapes, and bring them into the stored system.

    Parameters
    ----------
    raw
        As delivered, in the numbers of `crs`.
    far
        Rows, counted from 0, whose numbers cannot be coordinates of the system, with their boxes.
    swaps_axes
        Whether the numbers stand north before east.
    shift
        The offset they carry, to be taken out.
    """
    turned = swapped(raw) if swaps_axes else raw
    shapes, crowded = _without_crowds(flat(turned))
    mended, flaws = _repaired(shapes, crs, table)
    problems = [
        Problem(row, c.GEOMETRY, flaw.code, _severity(flaw), flaw.values)
        for row, flaw in enumerate(flaws, start=1)
        if flaw is not None and row - 1 not in far and row not in crowded
    ]
    problems += crowded.values()
    for row, (west, south, *_) in far.items():
        values = {"value": f"{west:.1f}, {south:.1f}", "crs": crs}
        problems.append(Problem(row + 1, c.GEOMETRY, "bad_coordinates", Severity.REFUSED, values))
    is_placed = ~shapely.is_missing(mended)
    is_placed[list(far)] = False
    geometries = np.full(len(raw), None, dtype=object)
    geometries[is_placed] = to_stored(mended[is_placed], crs)
    if shift is not None:
        geometries[is_placed] = from_shifted(geometries[is_placed], shift)
    return PlacedShapes(geometries, _areas_ha(geometries), problems)


def refuse_other_shapes(raw: Shapes, table: LayerTable, *, layer: str, path: Path) -> None:
    """Refuse a layer of points or lines as a whole: that is a wrong layer, not wrong rows.

    Raises
    ------
    FileRefused
        ``layer_not_polygons``.
    """
    if Shape.LINE in table.shapes or not len(raw):
        return
    kinds = shapely.get_type_id(raw)
    for shape, reason in ((Shape.POINT, Reason.POINT), (Shape.LINE, Reason.LINE)):
        if np.isin(kinds, _KINDS[shape]).all():
            raise FileRefused(
                "layer_not_polygons", path=path, layer=layer, kind_key=f"reason.{reason}"
            )


def look_at_shapes(
    placed: PlacedShapes, codes: pd.Series, kind: LayerKind, *, crs: str, territory: Shapes
) -> list[Problem]:
    """List what is worth a look: shapes that stand twice, remains of cutting, shapes far away.

    Of grids also where they leave ground out or claim it twice.
    """
    geometries = placed.geometries.copy()
    geometries[np.isnan(placed.areas_ha)] = None  # points and lines have no area to look at
    named = codes.tolist()
    problems = [
        Problem(row + 1, c.GEOMETRY, str(how), Severity.NOTICE, {"other": first + 1})
        for row, first, how in find_duplicates(geometries)
    ]
    slivers = np.flatnonzero(find_slivers(geometries, placed.areas_ha))
    widths_m = mean_widths_m(geometries[slivers], placed.areas_ha[slivers])
    for row, width_m in zip(slivers, widths_m, strict=True):
        area_m2 = f"{placed.areas_ha[row] * M2_PER_HA:.1f}"
        values = {"area_m2": area_m2, "width_m": f"{width_m:.1f}"}
        problems.append(Problem(int(row) + 1, c.GEOMETRY, "sliver", Severity.NOTICE, values))
    if len(territory) and kind is not LayerKind.ADMIN:
        problems += _outside_problems(find_outside(geometries, territory), named)
    if kind is LayerKind.GRIDS:
        problems += _coverage_problems(geometries, named, crs)
    return problems


def _outside_problems(is_outside: npt.NDArray[np.bool_], codes: list[str]) -> list[Problem]:
    """Name the shapes outside; where most are, that is one thing to look at, and not thousands."""
    rows = np.flatnonzero(is_outside)
    if len(rows) > MOSTLY_OUTSIDE * len(codes):
        counts = {"count": f"{len(rows):,}", "all": f"{len(codes):,}"}
        return [_notice(0, "mostly_outside", counts)]
    return [_notice(int(row) + 1, "outside_territory", {"value": codes[row]}) for row in rows]


def _coverage_problems(geometries: Shapes, codes: list[str], crs: str) -> list[Problem]:
    # By their places: two grids may carry one number, or none.
    places = [str(place) for place in range(len(codes))]
    faults = find_gaps_and_overlaps(geometries, places, working_plane(crs))
    problems = []
    for overlap in faults.overlaps:
        one, other = map(int, overlap.codes)
        area_m2 = f"{overlap.area_m2:,.0f}"
        values = {"value": codes[one], "other": codes[other], "area_m2": area_m2}
        problems.append(_notice(one + 1, "overlap", values))
    for gap in faults.gaps:
        middle = gap.polygon.representative_point()
        place = f"{middle.x:.5f}, {middle.y:.5f}"
        problems.append(_notice(0, "gap", {"value": place, "area_m2": f"{gap.area_m2:,.0f}"}))
    return problems


def _notice(row: int, code: str, values: Mapping[str, object]) -> Problem:
    return Problem(row, c.GEOMETRY, code, Severity.NOTICE, values)


def _without_crowds(shapes: Shapes) -> tuple[Shapes, dict[int, Problem]]:
    """Leave out shapes of more vertices than anything drawn on the ground has."""
    limits = ReadingLimits.from_environment()
    counts = shapely.get_num_coordinates(shapes)
    rows = np.flatnonzero(counts > limits.vertices)
    if not len(rows):
        return shapes, {}
    kept = shapes.copy()
    kept[rows] = None
    setting = limit_variable("vertices")
    return kept, {
        int(row) + 1: Problem(
            int(row) + 1,
            c.GEOMETRY,
            "too_many_vertices",
            Severity.REFUSED,
            {
                "count": f"{counts[row]:,}",
                "limit": f"{limits.vertices:,}",
                "setting": setting,
            },
        )
        for row in rows
    }


def _repaired(shapes: Shapes, crs: str, table: LayerTable) -> tuple[Shapes, list[Flaw | None]]:
    """Repair what is to be an area; lines and points are taken as they are where they may be."""
    others = [kind for shape in table.shapes - {Shape.POLYGON} for kind in _KINDS[shape]]
    is_other = np.isin(shapely.get_type_id(shapes), others) & ~shapely.is_empty(shapes)
    is_other &= np.isfinite(shapely.bounds(shapes)).all(axis=1)
    areas = shapes.copy()
    areas[is_other] = None
    repaired = repair_polygons(areas, crs, mender=_CarefulMender())
    flaws = [None if other else flaw for other, flaw in zip(is_other, repaired.flaws, strict=True)]
    return np.where(is_other, shapes, repaired.geometries), flaws


class _CarefulMender(Mender):
    """Judges large shapes apart, where they can do no harm."""

    def __init__(self) -> None:
        self._judged: dict[int, Judged] = {}  # by identity: shapes are kept by who asks

    def are_valid(self, shapes: Shapes) -> npt.NDArray[np.bool_]:
        is_large = shapely.get_num_coordinates(shapes) > LARGE_VERTICES
        is_valid = np.ones(len(shapes), dtype=bool)
        is_valid[~is_large] = super().are_valid(shapes[~is_large])
        large = np.flatnonzero(is_large)
        if len(large):
            judged = judge_apart(shapes[large])
            self._judged |= {id(shapes[row]): j for row, j in zip(large, judged, strict=True)}
            is_valid[large] = [one.is_valid for one in judged]
        return is_valid

    def fault(self, shape: shapely.Geometry) -> str:
        known = self._judged.get(id(shape))
        return super().fault(shape) if known is None else known.fault

    def mend(self, shape: shapely.Geometry) -> shapely.Geometry | None:
        known = self._judged.get(id(shape))
        return super().mend(shape) if known is None else known.mended


def _areas_ha(geometries: Shapes) -> npt.NDArray[np.float64]:
    areas_ha = np.full(len(geometries), np.nan)
    is_area = np.isin(shapely.get_type_id(geometries), _KINDS[Shape.POLYGON])
    areas_ha[is_area] = geodesic_area_ha(geometries[is_area]).round(4)
    return areas_ha


def _severity(flaw: Flaw) -> Severity:
    return Severity.REPAIRED if flaw.is_mended else Severity.REFUSED
