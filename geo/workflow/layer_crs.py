"""In which coordinate system a delivered layer is, and which of its rows cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import FileRefused
from geo.files.layer_facts import SHAPEFILE, LayerFacts
from geo.model.columns import STORED_CRS
from geo.shapes.crs import Bounds, has_plausible_bounds, known_crs
from geo.shapes.crs_candidates import Candidate, CrsVerdict, diagnose_crs
from geo.shapes.prj import Prj, cgcs2000_stand_in, read_prj

Boxes = npt.NDArray[np.float64]
SHOWN_CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class LayerCrs:
    """The coordinate system that a layer is read in.

    Attributes
    ----------
    crs
        For instance ``EPSG:4528``.
    swaps_axes
        Whether its numbers stand north before east.
    reason
        Key of a text ``because.REASON``.
    is_open
        Whether somebody has to confirm it.
    verdict
        All candidates with their reasons, and what contradicts what.
    """

    crs: str
    swaps_axes: bool
    reason: str
    is_open: bool
    verdict: CrsVerdict


def boxes_of(geometries: npt.NDArray[np.object_]) -> Boxes:
    """Give min x, min y, max x, max y of each shape; NaN where there is none or no finite one."""
    boxes: Boxes = shapely.bounds(geometries).reshape(-1, 4)
    boxes[~np.isfinite(boxes).all(axis=1)] = np.nan
    return boxes


def said_crs(facts: LayerFacts) -> Prj | None:
    """Read what a layer says of its coordinate system; None if nothing."""
    if not facts.crs:
        return None
    # A .prj travels as it stands, byte for byte, whatever its encoding.
    is_prj = facts.driver == SHAPEFILE
    return read_prj(facts.crs.encode("iso8859-1") if is_prj else facts.crs)


def find_crs(
    boxes: Boxes,
    said: Prj | None,
    *,
    source: Path,
    chosen: str | None = None,
    swaps_axes: bool | None = None,
    territory: Bounds | None = None,
) -> LayerCrs:
    """Find the coordinate system of a layer.

    Parameters
    ----------
    boxes
        Of its shapes, in its own numbers.
    said
        What the file says, see `said_crs`.
    chosen, swaps_axes
        What a person says instead.
    territory
        Where the office works, in degrees.

    Raises
    ------
    FileRefused
        ``crs_missing``: nothing fits, or several do and nothing speaks for one of them;
        ``crs_unknown``, ``crs_implausible``, ``crs_no_shift``.
    """
    verdict = diagnose_crs(boxes, said, territory)
    placed = boxes[~np.isnan(boxes).any(axis=1)]
    if chosen is not None:
        return _as_chosen(placed, chosen, verdict, source, swaps_axes=swaps_axes)
    if len(placed) == 0:
        # Without a single shape no system is needed: every row is refused for having none.
        return LayerCrs(
            STORED_CRS, swaps_axes=False, reason="degrees", is_open=False, verdict=verdict
        )
    best = verdict.candidates[0] if verdict.candidates else None
    if best is None or not _speaks_for_itself(best, verdict):
        raise FileRefused(
            "crs_missing",
            path=source,
            bounds=shown_bounds(placed),
            candidates=", ".join(c.crs for c in verdict.candidates[:SHOWN_CANDIDATES]) or "–",
        )
    stand_in = cgcs2000_stand_in(best.crs)
    if stand_in is not None:
        raise FileRefused("crs_no_shift", path=source, crs=_name(best.crs), stand_in=stand_in)
    swaps = best.swaps_axes if swaps_axes is None else swaps_axes
    return LayerCrs(best.crs, swaps, best.reasons[0], not verdict.is_certain, verdict)


def far_rows(boxes: Boxes, crs: str) -> list[int]:
    """List the shapes, counted from 0, whose numbers cannot be coordinates of the system."""
    placed = np.flatnonzero(~np.isnan(boxes).any(axis=1))
    return sorted(_far_among(placed, boxes, crs))


def shown_bounds(boxes: Boxes) -> str:
    """Write the box around boxes as people compare it: west, south, east, north."""
    return ", ".join(f"{bound:.1f}" for bound in _whole(boxes))


def _as_chosen(
    placed: Boxes,
    chosen: str,
    verdict: CrsVerdict,
    source: Path,
    *,
    swaps_axes: bool | None,
) -> LayerCrs:
    system = known_crs(chosen)
    name = chosen if (epsg := system.to_epsg()) is None else f"EPSG:{epsg}"
    if cgcs2000_stand_in(name) is not None:
        raise FileRefused(
            "crs_no_shift", path=source, crs=system.name, stand_in=cgcs2000_stand_in(name)
        )
    swaps = bool(swaps_axes)
    if len(placed):
        middle = _middle(placed)
        turned = (middle[1], middle[0], middle[3], middle[2])
        if swaps_axes is None and not has_plausible_bounds(middle, name):
            swaps = has_plausible_bounds(turned, name)
        # A single shape on the equator is that shape's fault, and not the system's.
        if not has_plausible_bounds(turned if swaps else middle, name):
            raise FileRefused("crs_implausible", path=source, crs=name, bounds=shown_bounds(placed))
    return LayerCrs(name, swaps, "chosen", is_open=False, verdict=verdict)


def _speaks_for_itself(best: Candidate, verdict: CrsVerdict) -> bool:
    """Tell whether anything but its rank speaks for the first candidate.

    Eastings without the number of their zone fit thirty systems. Only where the office works
    decides between them.
    """
    if verdict.is_certain or len(verdict.candidates) == 1:
        return True
    return "bare_easting" not in best.reasons or bool(
        {"in_territory", "file_says"} & set(best.reasons)
    )


def _name(crs: str) -> str:
    return str(known_crs(crs).name)


def _far_among(rows: npt.NDArray[np.intp], boxes: Boxes, crs: str) -> list[int]:
    """Look at all shapes at once, and at ever smaller halves only where one is wrong."""
    if len(rows) == 0 or has_plausible_bounds(_whole(boxes[rows]), crs):
        return []
    if len(rows) == 1:
        return [int(rows[0])]
    half = len(rows) // 2
    return _far_among(rows[:half], boxes, crs) + _far_among(rows[half:], boxes, crs)


def _whole(boxes: Boxes) -> Bounds:
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _middle(boxes: Boxes) -> Bounds:
    west, south, east, north = np.median(boxes, axis=0).tolist()
    return west, south, east, north


def swapped(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Put east before north."""
    return np.asarray(shapely.transform(geometries, _turned), dtype=object)


def _turned(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return coordinates[:, ::-1]


def candidates_shown(candidates: Sequence[Candidate]) -> list[dict[str, object]]:
    """Give candidates as plain values for a report."""
    return [
        {
            "crs": c.crs,
            "swaps_axes": c.swaps_axes,
            "reasons": list(c.reasons),
            "distance_km": c.distance_km,
            "bounds": list(c.bounds),
            "warning": c.warning,
        }
        for c in candidates
    ]
