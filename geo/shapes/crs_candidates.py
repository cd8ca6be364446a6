"""Which coordinate systems a layer can be in, best first, and why.

The file's word and the layer's numbers are heard together. Where they contradict each other both
are told, and a person decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy.typing as npt
import shapely

from geo.shapes.crs import Bounds, known_crs
from geo.shapes.crs_numbers import (
    NumberKind,
    Reading,
    are_degrees,
    core_box,
    has_other_zones,
    is_within,
    middle_of,
    readings_of,
    swapped,
    systems_for,
)
from geo.shapes.crs_place import distance_to_km, fits, geodesic_km, has_no_shift, is_home, on_map
from geo.shapes.crs_series import (
    OLD_DATUMS,
    Datum,
    cgcs2000_stand_in,
    geographic_crs,
    in_datum,
    zone_of,
)
from geo.shapes.prj import Prj

MOST_CANDIDATES = 12
# A neighbour's layer is nearer than this; one zone of 3 degrees too far is 200 km or more.
NEAR_KM = 50.0
# Areas of use are drawn roughly, and a layer may lie across their border.
_BORDER_DEG = 0.5
# Inner Mongolia: no proof of anything, it only brings its meridians to the front of a list.
_USUAL_DEG: Bounds = (97.0, 37.0, 126.5, 53.5)
# Among systems that put a layer in the same place narrow zones come first, then wide ones. The
# numbers of Web Mercator are those of a wide zone.
_ORDER = {"EPSG:4490": 0, "EPSG:4326": 1, "EPSG:3857": 2}
# What a .prj says about itself that keeps it from being believed unasked.
_SELF_CONTRADICTIONS = frozenset({"name_differs", "number_differs", "odd_unit"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that the layer can be in.

    Attributes
    ----------
    crs
        ``EPSG:4528``, or well-known text for a system without a number.
    swaps_axes
        Whether the layer's x is north: its axes have to be exchanged before anything else.
    reasons
        Why; each is a text as ``because.REASON``.
    distance_km
        From the territory's bounds to the layer's middle; None without a territory.
    bounds
        Where the bulk of the layer would lie: west, south, east, north in degrees, counted from the
        system's own datum.
    warning
        What goes with taking it, a text as ``crs_warning.WARNING``.
    """

    crs: str
    swaps_axes: bool
    reasons: tuple[str, ...]
    distance_km: float | None
    bounds: Bounds
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class CrsVerdict:
    """What is known about a layer's coordinate system.

    Attributes
    ----------
    candidates
        Best first, at most 12; empty if the numbers fit nothing.
    is_certain
        The file says it, the numbers agree and nothing speaks against it: nobody has to confirm.
    contradictions
        What does not fit together; each is a text as ``crs_clash.CONTRADICTION``.
    """

    candidates: tuple[Candidate, ...]
    is_certain: bool
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Idea:
    """A system before it is known where it would put the layer; lower ranks are likelier."""

    crs: str
    swaps_axes: bool
    reasons: tuple[str, ...]
    rank: int
    order: int = 0


@dataclass(frozen=True, slots=True)
class _Layer:
    """What is known before anything is concluded."""

    box: Bounds
    said: Prj | None
    territory: Bounds | None
    readings: tuple[Reading, ...]

    @property
    def said_crs(self) -> str | None:
        return self.said.crs if self.said else None

    def box_for(self, *, swaps_axes: bool) -> Bounds:
        return swapped(self.box) if swaps_axes else self.box


def diagnose_crs(
    boxes: npt.ArrayLike, said: Prj | None, territory: Bounds | None = None
) -> CrsVerdict:
    """Find the systems that a layer can be in.

    Parameters
    ----------
    boxes
        ``min x, min y, max x, max y`` of each shape in the layer's own numbers (n, 4). Rows with
        NaN are shapes without coordinates; a few strays do no harm.
    said
        What the .prj says, from `geo.shapes.prj.read_prj`; None if there is none.
    territory
        West, south, east, north in degrees of what the office has already. Without it the meridian
        of eastings without a zone's number cannot be known, only listed.

    Returns
    -------
    CrsVerdict
        The same for the same input, always.

    Raises
    ------
    FileRefused
        ``crs_unknown`` if `said` names a system that PROJ does not know.
    """
    box = core_box(boxes)
    unreadable = ("unreadable_prj",) if said and said.crs is None else ()
    if box is None:
        return CrsVerdict((), is_certain=False, contradictions=unreadable)
    layer = _Layer(box, said, territory, tuple(readings_of(box)))
    ranked = sorted(_placed_ideas(layer), key=lambda pair: _rank(layer, *pair))
    candidates = tuple(candidate for _, candidate in ranked[:MOST_CANDIDATES])
    clashes = (*unreadable, *_clashes(layer, candidates))
    if any(has_other_zones(boxes, reading) for reading in layer.readings):
        clashes += ("two_zones",)
    is_certain = bool(ranked) and not clashes and ranked[0][0].rank == 0
    return CrsVerdict(candidates, is_certain, clashes)


# ---- What comes into question --------------------------------------------------------------------


def _placed_ideas(layer: _Layer) -> Iterator[tuple[_Idea, Candidate]]:
    """Put each idea on the map, each system once."""
    ideas = dict[tuple[str, bool], _Idea]()
    for idea in (*_ideas_of_file(layer), *_ideas_of_numbers(layer)):
        known = ideas.setdefault((idea.crs, idea.swaps_axes), idea)
        reasons = tuple(dict.fromkeys(known.reasons + idea.reasons))
        ideas[idea.crs, idea.swaps_axes] = _Idea(
            idea.crs, idea.swaps_axes, reasons, min(known.rank, idea.rank), known.order
        )
    for idea in ideas.values():
        if (candidate := _candidate(layer, idea)) is not None:
            yield idea, candidate


def _ideas_of_file(layer: _Layer) -> Iterator[_Idea]:
    crs = layer.said_crs
    if crs is None:
        return
    if fits(layer.box, crs):
        # Numbers that make sense in China count more than a word that leads out of it.
        is_believed = is_home(layer.box, crs) or not layer.readings
        yield from _with_stand_in(
            _Idea(crs, swaps_axes=False, reasons=("file_says",), rank=0 if is_believed else 3)
        )
    box = swapped(layer.box)
    if fits(box, crs) and is_home(box, crs):
        reason = "swapped_degrees" if are_degrees(box) else "swapped_metres"
        yield from _with_stand_in(
            _Idea(crs, swaps_axes=True, reasons=("file_says", reason), rank=0)
        )


def _with_stand_in(idea: _Idea) -> Iterator[_Idea]:
    yield idea
    if stand_in := cgcs2000_stand_in(idea.crs):
        rank = max(idea.rank, 1)
        yield _Idea(stand_in, idea.swaps_axes, ("stand_in",), rank)


def _ideas_of_numbers(layer: _Layer) -> Iterator[_Idea]:
    for reading in layer.readings:
        reasons: tuple[str, ...] = (reading.kind.value,)
        if reading.swaps_axes:
            is_degrees = reading.kind is NumberKind.DEGREES
            reasons = ("swapped_degrees",) if is_degrees else ("swapped_metres", *reasons)
        for crs in systems_for(reading):
            yield from _in_said_datum(layer, _Idea(crs, reading.swaps_axes, reasons, 2))


def _in_said_datum(layer: _Layer, idea: _Idea) -> Iterator[_Idea]:
    """Offer a system in the file's own datum where that is an older one, then its stand-in."""
    said_crs, datum = layer.said_crs, layer.said.datum if layer.said else None
    old = in_datum(idea.crs, datum) if datum in OLD_DATUMS and datum is not None else None
    order = _ORDER.get(idea.crs, 0 if _is_narrow(idea.crs) else 1)
    if datum and idea.crs == geographic_crs(datum):
        order = -1
    for crs in filter(None, (old, idea.crs)):
        reasons = idea.reasons
        if crs == said_crs:
            reasons += ("file_says",)
        elif _shares_meridian(said_crs, crs):
            reasons += ("same_meridian",)
        rank = idea.rank if reasons == idea.reasons else 1
        if old and crs != old:
            reasons = (*reasons, "stand_in")
        yield _Idea(crs, idea.swaps_axes, reasons, rank, order)


def _shares_meridian(said_crs: str | None, crs: str) -> bool:
    said, zone = zone_of(said_crs), zone_of(crs)
    return said is not None and zone is not None and said.meridian_deg == zone.meridian_deg


def _is_narrow(crs: str) -> bool:
    zone = zone_of(crs)
    return zone is not None and zone.width_deg == 3


# ---- Where it would put the layer ----------------------------------------------------------------


def _candidate(layer: _Layer, idea: _Idea) -> Candidate | None:
    bounds = on_map(layer.box_for(swaps_axes=idea.swaps_axes), idea.crs)
    if bounds is None:
        return None
    distance_km, reasons = None, idea.reasons
    if layer.territory is not None:
        distance_km = distance_to_km(bounds, layer.territory)
        if distance_km <= NEAR_KM:
            reasons += ("near_territory" if distance_km else "in_territory",)
    warning = "datum_shift" if has_no_shift(idea.crs) else None
    if "stand_in" in reasons:
        warning = "stand_in"
    return Candidate(idea.crs, idea.swaps_axes, reasons, distance_km, bounds, warning)


# ---- Which comes first ---------------------------------------------------------------------------


def _rank(layer: _Layer, idea: _Idea, candidate: Candidate) -> tuple[float, ...]:
    """Order by the file's word, then by place, then by what is usual."""
    area = known_crs(idea.crs).area_of_use
    # Older datums and CGCS2000 differ by less than what a place says: the same zone is one place.
    twin = in_datum(idea.crs, Datum.CGCS2000) or idea.crs
    bounds = on_map(layer.box_for(swaps_axes=idea.swaps_axes), twin) or candidate.bounds
    is_out_of_area = area is not None and not is_within(*middle_of(bounds), _widened(area.bounds))
    goal = layer.territory or _USUAL_DEG
    away_km = distance_to_km(bounds, goal)
    to_centre_km = geodesic_km(*middle_of(bounds), *middle_of(goal))
    if layer.territory is None:
        return idea.rank, is_out_of_area, idea.order, away_km, to_centre_km
    rank = 2 if away_km > NEAR_KM and "same_meridian" in idea.reasons else idea.rank
    return rank, away_km, is_out_of_area, to_centre_km, idea.order


def _widened(box: Bounds) -> Bounds:
    west, south, east, north = box
    return west - _BORDER_DEG, south - _BORDER_DEG, east + _BORDER_DEG, north + _BORDER_DEG


# ---- What speaks against each other --------------------------------------------------------------


def _clashes(layer: _Layer, candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    found = [_clash_with_file(layer, candidates)] if layer.said_crs else []
    if layer.said and _SELF_CONTRADICTIONS & set(layer.said.notes):
        found.append("prj_against_itself")
    if not candidates:
        found.append("numbers_elsewhere")
    for best in candidates[:1]:
        if best.swaps_axes:
            found.append("swapped_axes" if are_degrees(layer.box) else "northing_first")
        if layer.territory is not None and _is_far(best, layer.territory):
            found.append("far_from_territory")
        if best.warning:
            found.append("datum_shift")
    return tuple(dict.fromkeys(clash for clash in found if clash))


def _clash_with_file(layer: _Layer, candidates: tuple[Candidate, ...]) -> str | None:
    """Tell what the numbers say against the file; exchanged axes are told of the best candidate."""
    crs, box = str(layer.said_crs), layer.box
    does_fit = fits(box, crs)
    if any(fits(b, crs) and is_home(b, crs) for b in (box, swapped(box))):
        return None
    system, zone = known_crs(crs), zone_of(crs)
    has_prefix = zone is not None and zone.has_prefix
    if are_degrees(box) is not system.is_geographic:
        return "degrees_under_projected" if system.is_projected else "projected_under_degrees"
    best = zone_of(candidates[0].crs) if candidates else None
    if best is not None and best.has_prefix:
        return "other_zone" if has_prefix else "zone_in_numbers"
    if does_fit:
        return "outside_china"
    return "no_zone_in_numbers" if best is not None and has_prefix else "numbers_elsewhere"


def _is_far(candidate: Candidate, territory: Bounds) -> bool:
    touches = shapely.box(*candidate.bounds).intersects(shapely.box(*territory))
    return not touches and (candidate.distance_km or 0.0) > NEAR_KM
