"""Narrow a layer of patches down: one row of controls above the map."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo.model import columns as c
from geo.model.stages import Stage
from geo.workflow.today import Duty, duty_filters
from pages.parts import cached, state
from pages.parts.patch_map import is_late
from pages.parts.words import duty_word, stage_word, word

ALL = ""


def choose_filter(frame: gpd.GeoDataFrame, *, today: date) -> gpd.GeoDataFrame:
    """Show the controls and return the patches that fit, with their count shown."""
    fits = _duty_mask(frame, today)
    stages = [s for s in Stage if s.value in set(frame[c.STAGE])]
    cells = st.columns([2.2, 1.3, 1.3, 1.3, 1, 1.2], vertical_alignment="bottom")
    with cells[0]:
        wanted = st.multiselect(
            word("column.stage"),
            stages,
            format_func={s: stage_word(s) for s in stages}.__getitem__,
            placeholder=word("filter.all"),
        )
    with cells[1]:
        batch = _choice(frame, c.BATCH)
    with cells[2]:
        grid = _choice(frame, c.GRID_CODE)
    with cells[3]:
        person = _choice(frame, c.ASSIGNEE)
    with cells[4]:
        only_late = st.toggle(word("filter.late"))
    with cells[5]:
        search = st.text_input(word("filter.search"), placeholder=word("column.patch_code"))
    if wanted:
        fits &= frame[c.STAGE].isin([s.value for s in wanted]).to_numpy()
    for name, value in ((c.BATCH, batch), (c.GRID_CODE, grid), (c.ASSIGNEE, person)):
        if value != ALL:
            fits &= (frame[name] == value).to_numpy()
    if only_late:
        fits &= is_late(frame, today)
    if search.strip():
        fits &= frame[c.PATCH_CODE].str.contains(search.strip(), regex=False).to_numpy()
    shown = frame[fits]
    st.caption(word("filter.count", shown=f"{len(shown):,}", of=f"{len(frame):,}"))
    return shown


def _choice(frame: gpd.GeoDataFrame, name: str) -> str:
    values = sorted(frame[name].dropna().unique())
    names = {v: v for v in values} | {ALL: word("filter.all")}
    chosen: str = st.selectbox(
        word(f"column.{name}"), [ALL, *values], format_func=names.__getitem__
    )
    return chosen


def _duty_mask(frame: gpd.GeoDataFrame, today: date) -> np.ndarray:
    """Keep what a card on the first screen has led here for, until that is lifted."""
    duty = state.duty()
    if duty is None:
        return np.ones(len(frame), dtype=bool)
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.info(word("filter.duty", what=duty_word(duty)))
    if right.button(word("filter.lift"), width="stretch"):
        state.set_duty(None)
        st.rerun()
    wanted = duty_filters(state.actor(), cached.store().rules(), today=today).get(Duty(duty))
    if wanted is None:
        return np.ones(len(frame), dtype=bool)
    fits = np.ones(len(frame), dtype=bool)
    if wanted.stages:
        fits &= frame[c.STAGE].isin([s.value for s in wanted.stages]).to_numpy()
    if wanted.overdue_on is not None:
        fits &= is_late(frame, wanted.overdue_on)
    if wanted.has_alert:
        fits &= frame[c.ALERT].notna().to_numpy()
    if wanted.located is not None:
        fits &= (frame[c.GRID_CODE].notna() == wanted.located).to_numpy()
    if wanted.due_from is not None and wanted.due_until is not None:
        due = pd.to_datetime(frame[c.DUE])
        fits &= due.between(str(wanted.due_from), str(wanted.due_until)).to_numpy()
    return fits
