"""Step three: where it lies. Every candidate with its reasons, on a map, for a person to say."""

import numpy as np
import shapely
import streamlit as st

from geo.errors import SkyGroundError
from geo.maps.layers import Labels, Layer, Style
from geo.maps.palette import BLUE, GRID_STYLE, INK, ORANGE
from geo.maps.view import Bounds, bounds_of
from geo.maps.viewport import look, look_at_borders
from geo.model import columns as c
from geo.shapes.crs_candidates import Candidate
from geo.shapes.gcj import Shifted
from geo.workflow.intake import NO_SHIFT, Intake
from geo.workflow.preview import Preview, boxes_around
from pages.parts import state
from pages.parts.crs_words import crs_choices, crs_word
from pages.parts.guard import sentence
from pages.parts.import_draft import Draft, change, previewed, understood
from pages.parts.import_steps import show_next
from pages.parts.map_view import current_view, show_map
from pages.parts.words import pairs, plain, word

MAP_PX = 470
OTHER = "\0other"
SHOWN_CANDIDATES = 6
CANDIDATE_STYLE = Style(fill="", line=BLUE, width_px=2.0, dashed=True, opacity=0.0)
SHAPE_STYLE = Style(fill=ORANGE, line=INK, width_px=1.0, opacity=0.5)


def show_place(current: Draft) -> None:
    """Show the candidates with their reasons and where the layer would lie in each.

    Raises
    ------
    FileRefused
        If the layer cannot be read.
    """
    seen = previewed(current)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        chosen = _ask_system(current, seen)
        if chosen != (current.crs, current.swaps_axes):
            current = change(current, crs=chosen[0], swaps_axes=chosen[1])
        intake, hindrance = _understood(current)
        if intake is not None:
            current = _ask_shift(current, intake)
        _show_verdict(seen, intake)
    with right:
        _show_map(current, seen, intake)
    show_next(current, hindrance=plain(hindrance))


def _understood(current: Draft) -> tuple[Intake | None, str]:
    try:
        return understood(current), ""
    except SkyGroundError as error:
        return None, sentence(error)


def _ask_system(current: Draft, seen: Preview) -> tuple[str | None, bool | None]:
    """Ask for the coordinate system: the candidates with their reasons first, all others behind."""
    candidates = list(seen.verdict.candidates[:SHOWN_CANDIDATES])
    keys = [_key(candidate) for candidate in candidates] + [OTHER]
    names = dict(zip(keys, [_name(candidate) for candidate in candidates], strict=False))
    names[OTHER] = word("wizard.other_system")
    captions = [_reasons(candidate) for candidate in candidates] + [""]
    st.markdown(f"**{word('wizard.which_system')}**")
    chosen = st.radio(
        word("import.crs"),
        keys,
        index=_standing(current, seen, keys),
        format_func=names.__getitem__,
        captions=captions,
        label_visibility="collapsed",
        key=f"system-{current.token}",
    )
    if chosen == OTHER:
        return _ask_other(current)
    if chosen is None:
        return None, None
    at = keys.index(chosen)
    if at == 0 and seen.verdict.is_certain:
        return None, None
    return candidates[at].crs, candidates[at].swaps_axes


def _standing(current: Draft, seen: Preview, keys: list[str]) -> int | None:
    if current.crs is not None:
        key = f"{current.crs}|{bool(current.swaps_axes)}"
        return keys.index(key) if key in keys else len(keys) - 1
    if not seen.verdict.candidates:
        return len(keys) - 1
    best = seen.verdict.candidates[0]
    is_proposed = seen.verdict.is_certain or "bare_easting" not in best.reasons
    return 0 if is_proposed or "in_territory" in best.reasons else None


def _ask_other(current: Draft) -> tuple[str | None, bool | None]:
    choices = crs_choices()
    at = choices.index(current.crs) if current.crs in choices else None
    chosen = st.selectbox(
        word("import.crs"),
        choices,
        index=at,
        format_func=crs_word,
        placeholder=word("import.choose_field"),
        key=f"other-system-{current.token}",
    )
    is_north_first = st.checkbox(
        word("wizard.north_first"), bool(current.swaps_axes), key=f"north-{current.token}"
    )
    return chosen, is_north_first or None


def _ask_shift(current: Draft, intake: Intake) -> Draft:
    """Ask about the systematic offset of Chinese web maps, where the lines around show one."""
    is_found = intake.shift is not None or (intake.offset and intake.offset.system is not None)
    if not (is_found or current.shift):
        return current
    choices = [NO_SHIFT, *map(str, Shifted)]
    standing = current.shift or str(intake.shift)
    if intake.offset is not None:
        st.warning(plain(word(intake.offset.text_key, **intake.offset.values)))
    chosen = st.radio(
        word("wizard.shift"),
        choices,
        index=choices.index(standing),
        format_func=lambda name: word(f"wizard.shift_{name}"),
        horizontal=True,
        key=f"shift-{current.token}",
    )
    if chosen != standing:
        current = change(current, shift=chosen)
        st.rerun()
    return current


def _show_verdict(seen: Preview, intake: Intake | None) -> None:
    said: dict[str, object] = {
        word("wizard.file_says"): seen.said_crs.name
        if seen.said_crs is not None
        else word("wizard.says_nothing")
    }
    middle = seen.middle()
    if middle is not None:
        said[word("wizard.numbers")] = f"{middle[0]:,.4f}, {middle[1]:,.4f}"
    if intake is not None and len(intake.rows):
        outside = sum(p.code in {"outside_territory", "mostly_outside"} for p in intake.problems)
        key = "wizard.some_outside" if outside else "wizard.all_inside"
        if seen.territory is not None:
            said[word("import.place")] = word(key)
    pairs(said)
    for clash in seen.verdict.contradictions:
        st.warning(plain(word(f"crs_clash.{clash}")))


def _show_map(current: Draft, seen: Preview, intake: Intake | None) -> None:
    candidates = list(seen.verdict.candidates[:SHOWN_CANDIDATES])
    is_open = not seen.verdict.is_certain
    fit = _fit(seen, intake, candidates if is_open else [])
    token = f"{current.token}.{current.crs}.{current.swaps_axes}.{current.shift}"
    view = current_view("place", fit=fit, fit_token=token, height=MAP_PX)
    layers: list[Layer] = []
    ground = seen.surroundings.territory
    if len(ground):
        names = [""] * len(ground)
        title = word("wizard.territory")
        layers.append(
            look_at_borders(ground, names, GRID_STYLE, view, name="territory", title=title)
        )
    if candidates and is_open:
        boxes = _visible(boxes_around([candidate.bounds for candidate in candidates]))
        labels = [candidate.crs for candidate in candidates]
        layers.append(
            look(
                boxes,
                labels,
                [CANDIDATE_STYLE] * len(labels),
                view,
                name="candidates",
                title=word("wizard.candidates"),
                labels=labels,
                show_labels=Labels.ALWAYS,
                clickable=False,
            )
        )
    if intake is not None and len(intake.rows):
        codes = intake.rows[c.CODE].tolist()
        layers.append(
            look(
                intake.geometries,
                codes,
                [SHAPE_STYLE] * len(codes),
                view,
                name="delivered",
                title=word(f"import.{current.kind}"),
                labels=codes,
                clickable=False,
            )
        )
    show_map("place", layers, lang=state.lang(), fit=fit, fit_token=token, height=MAP_PX)
    st.caption(word("wizard.map_candidates" if is_open else "wizard.map_placed"))


def _fit(seen: Preview, intake: Intake | None, candidates: list[Candidate]) -> Bounds | None:
    """Show layer, territory and candidates together: a wrong zone is seen by its distance."""
    shapes = [shapely.box(*seen.territory)] if seen.territory is not None else []
    placed = bounds_of(intake.geometries) if intake is not None else None
    if placed is not None:
        shapes.append(shapely.box(*placed))
    shapes += [shapely.box(*candidate.bounds) for candidate in candidates]
    return bounds_of(np.asarray(shapes, dtype=object)) if shapes else None


def _visible(boxes: np.ndarray) -> np.ndarray:
    """Widen boxes that would be a dot on the map."""
    return np.asarray(shapely.buffer(boxes, 0.02, join_style="mitre"), dtype=object)


def _key(candidate: Candidate) -> str:
    return f"{candidate.crs}|{candidate.swaps_axes}"


def _name(candidate: Candidate) -> str:
    shown = crs_word(candidate.crs)
    return word("wizard.turned", name=shown) if candidate.swaps_axes else shown


def _reasons(candidate: Candidate) -> str:
    said = [word(f"because.{reason}") for reason in candidate.reasons]
    if candidate.distance_km is not None and candidate.distance_km >= 1:
        said.append(word("wizard.distance", km=f"{candidate.distance_km:,.0f}"))
    if candidate.warning:
        said.append(word(f"crs_warning.{candidate.warning}"))
    return word("list.comma").join(said)
