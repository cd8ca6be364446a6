"""Narrow a layer of patches down: one row of controls above the map."""

from datetime import date

import pandas as pd
import streamlit as st

from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.stages import Stage
from geo.workflow.patch_layer import STAGE_NO, fits
from geo.workflow.today import Duty, duty_filters
from pages.parts import cached, state
from pages.parts.words import duty_word, stage_word, word

ALL = ""


def choose_filter(
    frame: pd.DataFrame, *, today: date
) -> tuple[pd.DataFrame, tuple[PatchFilter, ...]]:
    """Show the controls; gives the patches that fit and what they fit, with their count shown."""
    of_duty = _duty_filter(today)
    there = set(frame[STAGE_NO].unique())
    stages = [stage for number, stage in enumerate(Stage) if number in there]
    cells = st.columns([2.2, 1.3, 1.3, 1.3, 1, 1.2], vertical_alignment="bottom")
    with cells[0]:
        wanted = st.multiselect(
            word("column.stage"),
            stages,
            format_func={s: stage_word(s) for s in stages}.__getitem__,
            placeholder=word("filter.all"),
        )
    with cells[1]:
        batches = _batches(frame)
    with cells[2]:
        grid = _choice(frame, c.GRID_CODE)
    with cells[3]:
        person = _choice(frame, c.ASSIGNEE)
    with cells[4]:
        only_late = st.toggle(word("filter.late"))
    with cells[5]:
        search = st.text_input(word("filter.search"), placeholder=word("column.patch_code"))
    chosen = PatchFilter(
        stages=tuple(wanted),
        batches=batches,
        grids=_one(grid),
        people=_one(person),
        overdue_on=today if only_late else None,
        search=search.strip(),
    )
    fit = fits(frame, of_duty) & fits(frame, chosen)
    shown = frame if fit.all() else frame[fit]
    st.caption(word("filter.count", shown=f"{len(shown):,}", of=f"{len(frame):,}"))
    return shown, (of_duty, chosen)


def _one(value: str) -> tuple[str, ...]:
    return () if value == ALL else (value,)


def _batches(frame: pd.DataFrame) -> tuple[str, ...]:
    """Choose one batch, or all of one origin where there are batches of both."""
    told = cached.origins(state.actor())
    there = sorted(frame[c.BATCH].unique())
    of = {o: tuple(b for b in there if told.get(b, Origin.DELIVERED) is o) for o in Origin}
    # No batch can be called so: a name holds no slash.
    kinds = {f"/{o}": found for o, found in of.items()} if of[Origin.MACHINE] else {}
    names = {ALL: word("filter.all")} | {b: b for b in there}
    names |= {b: f"{b} · {word('origin.machine')}" for b in of[Origin.MACHINE]}
    names |= {kind: word(f"filter.origin_{kind[1:]}") for kind in kinds}
    chosen: str = st.selectbox(
        word("column.batch"), [ALL, *kinds, *there], format_func=names.__getitem__
    )
    # A kind of which there is nothing has nothing to show.
    return kinds[chosen] or (chosen,) if chosen in kinds else _one(chosen)


def _choice(frame: pd.DataFrame, name: str) -> str:
    values = sorted(frame[name].dropna().unique())
    names = {v: v for v in values} | {ALL: word("filter.all")}
    chosen: str = st.selectbox(
        word(f"column.{name}"), [ALL, *values], format_func=names.__getitem__
    )
    return chosen


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
