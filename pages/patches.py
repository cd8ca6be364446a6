"""Patches: filter, map, table and one patch's panel, all showing the same."""

from functools import partial

import pandas as pd
import streamlit as st

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Actor
from geo.workflow.clock import local_day
from geo.workflow.export_patches import sheet
from geo.workflow.look import story
from geo.workflow.patch_layer import fits
from pages.parts import cached, state
from pages.parts.acting import standing_as
from pages.parts.filters import choose_filter
from pages.parts.guard import guarded
from pages.parts.navigation import screen_of, screens_for
from pages.parts.patch_map import keys_of, show_patches
from pages.parts.patch_panel import (
    show_alert,
    show_attributes,
    show_facts,
    show_finding,
    show_heading,
    show_history,
)
from pages.parts.patch_table import choose_row
from pages.parts.words import empty, word

MAP_HEIGHT_PX = 398
TABLE_HEIGHT_PX = 170

today = local_day(cached.store(), cached.now())


def lead_on(stage: Stage) -> None:
    """Offer the screen where this patch goes on, if the person may open it."""
    name = screen_of(stage)
    if name not in {screen.name for screen in screens_for(state.actor().role)}:
        return
    if st.button(word(f"panel.go_{name}"), type="primary", width="stretch"):
        st.switch_page(f"{name}.py")


def panel(key: str) -> None:
    """Show the chosen patch."""
    with guarded():
        told = story(cached.store(), state.actor(), key)
        show_heading(told, today)
        show_alert(told)
        lead_on(told.patch.stage)
        show_facts(told)
        if told.findings:
            show_finding(told)
        show_history(told)
        show_attributes(told)


def sheet_now(actor: Actor, wanted: tuple[PatchFilter, ...]) -> bytes:
    """Write the patches that fit when the file is asked for, as far as the role then reaches."""
    frame = cached.patches(standing_as(actor))
    for one in wanted:
        frame = frame[fits(frame, one)]
    return sheet(frame, cached.origins(actor))


def beside(frame: pd.DataFrame, wanted: tuple[PatchFilter, ...]) -> None:
    """Show map and table, which choose for each other."""
    show_patches(
        "patches",
        frame,
        today=today,
        fit_token=f"{state.actor().code}",
        chosen=state.patch(),
        height=MAP_HEIGHT_PX,
        on_choice=state.set_patch,
    )
    if frame.empty:
        empty("patches.none_fit")
    else:
        choose_row("patches", frame, today=today, height=TABLE_HEIGHT_PX)
        st.download_button(
            word("patches.download", count=f"{len(frame):,}"),
            data=partial(sheet_now, state.actor(), wanted),
            file_name="patches.csv",
            mime="text/csv",
            on_click="ignore",
        )


def main() -> None:
    """Show the patches that fit, on the map and in the table, and the chosen one beside them."""
    everything = cached.patches(state.actor())
    if everything.empty:
        st.title(word("page.patches"))
        empty("today.start")
        st.stop()
    shown, wanted = choose_filter(everything, today=today)
    left, right = st.columns([2.6, 1])
    with left:
        beside(shown, wanted)
    with right, st.container(height=620, border=True):
        chosen = state.patch()
        if chosen is None or not (keys_of(everything) == chosen).any():
            empty("patches.choose_one")
        else:
            panel(chosen)


main()
