"""The map of step three: where a layer would lie in each system, and where it lies now."""

import numpy as np
import shapely
import streamlit as st

from geo.maps.layers import Labels, Layer, Style
from geo.maps.palette import BLUE, GREY, GRID_STYLE, INK, ORANGE
from geo.maps.view import Bounds, View, bounds_of
from geo.maps.viewport import look, look_at_borders
from geo.model import columns as c
from geo.shapes.crs_candidates import Candidate
from geo.workflow.intake import Intake
from geo.workflow.preview import Preview, boxes_around
from pages.parts import state
from pages.parts.import_draft import Draft
from pages.parts.map_view import current_view, show_map
from pages.parts.words import word

MAP_PX = 470
SHOWN_CANDIDATES = 6
# Places nearer than this are one place on the map.
SAME_PLACE_DEG = 0.05
# A frame is so much larger than what it holds, and wide enough for a name, but not for two zones.
MARGIN_DEG, NAME_SHARE, MOST_DEG = 0.02, 0.2, 2.6
CANDIDATE_STYLE = Style(fill="", line=BLUE, width_px=2.0, dashed=True, opacity=0.0)
TERRITORY_STYLE = Style(fill=GREY, line=INK, width_px=2.0, opacity=0.3)
SHAPE_STYLE = Style(fill=ORANGE, line=INK, width_px=1.0, opacity=0.5)


def show_place_map(current: Draft, seen: Preview, intake: Intake | None) -> None:
    """Show the territory, the places that come into question, and the layer where it lies now.

    Parameters
    ----------
    intake
        The layer as it is understood; None as long as its system is not known.
    """
    is_open = not seen.verdict.is_certain
    candidates = list(seen.verdict.candidates[:SHOWN_CANDIDATES]) if is_open else []
    fit = _fit(seen, intake, candidates)
    token = f"{current.token}.{current.crs}.{current.swaps_axes}.{current.shift}"
    view = current_view("place", fit=fit, fit_token=token, height=MAP_PX)
    layers = _territory(seen, view)
    if candidates:
        chosen = (current.crs or candidates[0].crs) if intake is not None else ""
        layers.append(_possible_places(candidates, chosen, fit, view))
    if intake is not None and len(intake.rows):
        layers.append(_delivered(current, intake, view))
    show_map(
        "place",
        layers,
        lang=state.lang(),
        fit=fit,
        fit_token=token,
        extent=_fit(seen, intake, []),
        height=MAP_PX,
    )
    st.caption(word("wizard.map_candidates" if is_open else "wizard.map_placed"))


def _territory(seen: Preview, view: View) -> list[Layer]:
    ground = seen.surroundings.territory
    if not len(ground):
        return []
    names, title = [""] * len(ground), word("wizard.territory")
    borders = look_at_borders(ground, names, GRID_STYLE, view, name="territory", title=title)
    if borders.parts or seen.territory is None:
        return [borders]
    # From so far that no border can be drawn: the whole of it.
    box = boxes_around([seen.territory])
    styles = [TERRITORY_STYLE]
    return [look(box, [""], styles, view, name="territory", title=title, clickable=False)]


def _possible_places(
    candidates: list[Candidate], chosen: str, fit: Bounds | None, view: View
) -> Layer:
    frames, names = _frames(candidates, fit)
    # The chosen one is seen by its colour; its name would lie on its shapes.
    labels = ["" if chosen in name else " / ".join(map(_number, name)) for name in names]
    return look(
        frames,
        [name[0] for name in names],
        [CANDIDATE_STYLE] * len(names),
        view,
        name="candidates",
        title=word("wizard.candidates"),
        labels=labels,
        show_labels=Labels.ALWAYS,
        clickable=False,
    )


def _delivered(current: Draft, intake: Intake, view: View) -> Layer:
    codes = intake.rows[c.CODE].tolist()
    return look(
        intake.geometries,
        codes,
        [SHAPE_STYLE] * len(codes),
        view,
        name="delivered",
        title=word(f"import.{current.kind}"),
        labels=codes,
        clickable=False,
    )


def _fit(seen: Preview, intake: Intake | None, candidates: list[Candidate]) -> Bounds | None:
    """Show layer, territory and candidates together: a wrong zone is seen by its distance."""
    shapes = [shapely.box(*seen.territory)] if seen.territory is not None else []
    placed = bounds_of(intake.geometries) if intake is not None else None
    if placed is not None:
        shapes.append(shapely.box(*placed))
    shapes += [shapely.box(*candidate.bounds) for candidate in candidates]
    return bounds_of(np.asarray(shapes, dtype=object)) if shapes else None


def _frames(
    candidates: list[Candidate], fit: Bounds | None
) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Draw a frame for each place that comes into question, with the systems that lead there.

    A frame that would be a dot on the map is widened until its name can be read on it.
    """
    places: dict[tuple[int, ...], list[Candidate]] = {}
    for candidate in candidates:
        place = tuple(round(degree / SAME_PLACE_DEG) for degree in candidate.bounds)
        places.setdefault(place, []).append(candidate)
    width_deg = fit[2] - fit[0] if fit is not None else 0.0
    least_deg = min(width_deg * NAME_SHARE, MOST_DEG)
    boxes = boxes_around([same[0].bounds for same in places.values()])
    bounds = shapely.bounds(boxes)
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    halves = (bounds[:, 2:] - bounds[:, :2]) / 2 + MARGIN_DEG
    halves = np.maximum(halves, [least_deg / 2, least_deg / 8])
    frames = shapely.box(*(middles - halves).T, *(middles + halves).T)
    names = [tuple(dict.fromkeys(one.crs for one in same)) for same in places.values()]
    return np.asarray(frames, dtype=object), names


def _number(crs: str) -> str:
    return crs.removeprefix("EPSG:")
