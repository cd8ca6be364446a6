"""Narrow a layer of patches down: one row of controls above the map.

What is chosen stands in the address too. Whoever opens it chooses the same as far as they see it:
what is not among their patches is left out.
"""

from datetime import date

import streamlit as st

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import Patches
from geo.workflow.today import Duty, duty_filters
from pages.parts import cached, state
from pages.parts.long_choice import beginning_of, is_long, type_code
from pages.parts.words import duty_word, stage_word, word

ALL = ""
# How the address names what is chosen; "person" there is who works.
_IN_ADDRESS = {c.BATCH: "batch", c.GRID_CODE: "grid", c.ASSIGNEE: "assignee"}
_STAGE, _LATE, _SEARCH = "stage", "late", "search"


def choose_filter(everything: Patches, *, today: date) -> tuple[Patches, tuple[PatchFilter, ...]]:
    """Show the controls; gives the patches that fit and what they fit, with their count shown."""
    of_duty = _duty_filter(today)
    stages = everything.stages
    cells = st.columns([2.2, 1.3, 1.3, 1.3, 1, 1.2], vertical_alignment="bottom")
    with cells[0]:
        wanted = st.multiselect(
            word("column.stage"),
            stages,
            format_func={s: stage_word(s) for s in stages}.__getitem__,
            placeholder=word("filter.all"),
            key=_begun(_STAGE, [s for s in stages if s in state.in_address(_STAGE)]),
        )
    with cells[1]:
        batches = _batches(everything)
    with cells[2]:
        grids = _choice(everything, c.GRID_CODE)
    with cells[3]:
        people = _choice(everything, c.ASSIGNEE)
    with cells[4]:
        is_late = bool(state.in_address(_LATE))
        only_late = st.toggle(word("filter.late"), key=_begun(_LATE, is_late))
    with cells[5]:
        search = st.text_input(
            word("filter.search"),
            placeholder=word("column.patch_code"),
            key=_begun(_SEARCH, "".join(state.in_address(_SEARCH)[:1])),
        )
    chosen = PatchFilter(
        stages=tuple(wanted),
        batches=batches,
        grids=grids,
        people=people,
        overdue_on=today if only_late else None,
        search=search.strip(),
    )
    _put_in_address(chosen)
    shown = everything
    for one in (of_duty, chosen):
        if one != PatchFilter():
            shown = shown.some(fits(shown, one))
    st.caption(word("filter.count", shown=f"{len(shown):,}", of=f"{len(everything):,}"))
    return shown, (of_duty, chosen)


def _begun(name: str, value: object) -> str:
    """Name a control that begins with what the address says."""
    key = f"filter.{name}"
    state.begin_with(key, value)
    return key


def _put_in_address(chosen: PatchFilter) -> None:
    for name, values in (
        (_STAGE, [stage.value for stage in chosen.stages]),
        (_IN_ADDRESS[c.BATCH], chosen.batches),
        (_IN_ADDRESS[c.GRID_CODE], chosen.grids),
        (_IN_ADDRESS[c.ASSIGNEE], chosen.people),
        (_LATE, ["1"] if chosen.overdue_on else []),
        (_SEARCH, [chosen.search] if chosen.search else []),
    ):
        state.put_in_address(name, values)


def _one(value: str) -> tuple[str, ...]:
    return () if value == ALL else (value,)


def _batches(everything: Patches) -> tuple[str, ...]:
    """Choose one batch, or all of one origin where there are batches of both."""
    told = cached.origins(state.actor())
    there = everything.texts(c.BATCH)
    of = {o: tuple(b for b in there if told.get(b, Origin.DELIVERED) is o) for o in Origin}
    # No batch can be called so: a name holds no slash.
    kinds = {f"/{o}": found for o, found in of.items()} if of[Origin.MACHINE] else {}
    names = {ALL: word("filter.all")} | {b: b for b in there}
    names |= {b: f"{b} · {word('origin.machine')}" for b in of[Origin.MACHINE]}
    names |= {kind: word(f"filter.origin_{kind[1:]}") for kind in kinds}
    told_before = tuple(state.in_address(_IN_ADDRESS[c.BATCH]))
    given = [kind for kind, found in kinds.items() if found == told_before]
    given += [one for one in told_before if one in names]
    chosen: str = st.selectbox(
        word("column.batch"),
        [ALL, *kinds, *there],
        format_func=names.__getitem__,
        key=_begun(_IN_ADDRESS[c.BATCH], given[0] if given else ALL),
    )
    # A kind of which there is nothing has nothing to show.
    return kinds[chosen] or (chosen,) if chosen in kinds else _one(chosen)


def _choice(everything: Patches, name: str) -> tuple[str, ...]:
    values = everything.texts(name)
    if is_long(values):
        given = state.in_address(_IN_ADDRESS[name])
        key = _begun(_IN_ADDRESS[name], beginning_of(given))
        return type_code(word(f"column.{name}"), values, key=key)
    names = {v: v for v in values} | {ALL: word("filter.all")}
    given = [v for v in state.in_address(_IN_ADDRESS[name]) if v in names]
    chosen: str = st.selectbox(
        word(f"column.{name}"),
        [ALL, *values],
        format_func=names.__getitem__,
        key=_begun(_IN_ADDRESS[name], given[0] if given else ALL),
    )
    return _one(chosen)


def _duty_filter(today: date) -> PatchFilter:
    """Keep to what a card on the first screen has led here for, until that is lifted."""
    duty = state.duty()
    if duty is None:
        return PatchFilter()
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.info(word("filter.duty", what=duty_word(duty)))
    if right.button(word("filter.lift"), width="stretch"):
        state.set_duty(None)
        st.rerun()
    wanted = duty_filters(state.actor(), cached.store().rules(), today=today).get(Duty(duty))
    return wanted or PatchFilter()
