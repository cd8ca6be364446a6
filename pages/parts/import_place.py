"""Step three: where it lies. Every candidate with its reasons, on a map, for a person to say."""

from collections.abc import Iterable

import streamlit as st

from geo.errors import SkyGroundError
from geo.shapes.crs_candidates import Candidate
from geo.shapes.gcj import Shifted
from geo.workflow.intake import NO_SHIFT, Intake
from geo.workflow.preview import Preview
from pages.parts.crs_words import crs_choices, crs_word
from pages.parts.guard import sentence
from pages.parts.import_draft import Draft, change, previewed, understood
from pages.parts.import_place_map import SHOWN_CANDIDATES, show_place_map
from pages.parts.import_steps import show_next
from pages.parts.words import pairs, plain, word

OTHER = "\0other"


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
        intake, hindrance = _understood(current, seen)
        if intake is not None:
            current = _ask_shift(current, intake)
        _show_verdict(seen, intake)
    with right:
        show_place_map(current, seen, intake)
    show_next(current, hindrance=plain(hindrance))


def _understood(current: Draft, seen: Preview) -> tuple[Intake | None, str]:
    try:
        return understood(current), ""
    except SkyGroundError as error:
        if error.code == "crs_no_shift":
            # Named as in the list above, and not as in the register of systems.
            error.values |= {"crs": crs_word(_system(current, seen))}
            error.values |= {"stand_in": crs_word(str(error.values["stand_in"]))}
        return None, sentence(error)


def _system(current: Draft, seen: Preview) -> str:
    return current.crs or seen.verdict.candidates[0].crs


def _ask_system(current: Draft, seen: Preview) -> tuple[str | None, bool | None]:
    """Ask for the coordinate system: the candidates with their reasons first, all others behind."""
    candidates = list(seen.verdict.candidates[:SHOWN_CANDIDATES])
    keys = [_key(candidate) for candidate in candidates] + [OTHER]
    names = dict(zip(keys, [_name(candidate) for candidate in candidates], strict=False))
    names[OTHER] = word("wizard.other_system")
    st.markdown(f"**{word('wizard.which_system')}**")
    for clash in seen.verdict.contradictions:
        st.warning(plain(word(f"crs_clash.{clash}")))
    shared = _shared_reasons(candidates)
    if shared:
        st.caption(_say_reasons(shared))
    captions = [_why(candidate, shared) for candidate in candidates] + [""]
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
    said: dict[str, object] = {word("wizard.file_says"): _said_word(seen)}
    middle = seen.middle()
    if middle is not None:
        said[word("wizard.numbers")] = f"{middle[0]:,.4f}, {middle[1]:,.4f}"
    if intake is not None and len(intake.rows):
        outside = sum(p.code in {"outside_territory", "mostly_outside"} for p in intake.problems)
        key = "wizard.some_outside" if outside else "wizard.all_inside"
        if seen.territory is not None:
            said[word("import.place")] = word(key)
    pairs(said)


def _said_word(seen: Preview) -> str:
    """Say which system the file names; as it stands in the file where it contradicts itself."""
    said = seen.said_crs
    if said is None:
        return word("wizard.says_nothing")
    is_clear = said.crs is not None and "prj_against_itself" not in seen.verdict.contradictions
    return crs_word(str(said.crs)) if is_clear else said.name


def _key(candidate: Candidate) -> str:
    return f"{candidate.crs}|{candidate.swaps_axes}"


def _name(candidate: Candidate) -> str:
    shown = crs_word(candidate.crs)
    return word("wizard.turned", name=shown) if candidate.swaps_axes else shown


def _shared_reasons(candidates: list[Candidate]) -> tuple[str, ...]:
    """List what speaks for all candidates alike, to be said once; of a single one nothing."""
    if len(candidates) < 2:
        return ()
    rest = [set(candidate.reasons) for candidate in candidates[1:]]
    return tuple(r for r in candidates[0].reasons if all(r in reasons for reasons in rest))


def _say_reasons(reasons: Iterable[str]) -> str:
    return word("list.comma").join(word(f"because.{reason}") for reason in reasons)


def _why(candidate: Candidate, shared: tuple[str, ...]) -> str:
    own = [reason for reason in candidate.reasons if reason not in shared]
    said = [_say_reasons(own)] if own else []
    if candidate.distance_km is not None and candidate.distance_km >= 1:
        said.append(word("wizard.distance", km=f"{candidate.distance_km:,.0f}"))
    if candidate.warning:
        said.append(word(f"crs_warning.{candidate.warning}"))
    return word("list.comma").join(said)
