"""Patches: filter, map, table and one patch's panel, all showing the same."""

from functools import partial

import streamlit as st

from geo.errors import NotFound
from geo.maps.images import MapImages
from geo.maps.map_tools import ADDRESS, DRAW, FIT, KEYS, LOCATE, SEARCH
from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Actor
from geo.workflow.clock import local_day
from geo.workflow.export_patches import sheet
from geo.workflow.look import one, story
from geo.workflow.neighbour import next_key
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import Patches
from pages.parts import cached, state
from pages.parts.acting import standing_as
from pages.parts.filters import choose_filter
from pages.parts.guard import guarded
from pages.parts.images import images_of, images_under, show_images_line
from pages.parts.map_tools import listen, show_drawn, tools_of
from pages.parts.navigation import screen_of, screens_for
from pages.parts.patch_map import box_of, show_patches
from pages.parts.patch_panel import (
    show_alert,
    show_attributes,
    show_facts,
    show_finding,
    show_heading,
    show_history,
)
from pages.parts.patch_table import choose_row
from pages.parts.undisturbed import undisturbed
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
        show_images_line(told.patch)
        show_facts(told)
        if told.findings:
            show_finding(told)
        show_history(told)
        show_attributes(told)


def sheet_now(actor: Actor, wanted: tuple[PatchFilter, ...]) -> bytes:
    """Write the patches that fit when the file is asked for, as far as the role then reaches."""
    return sheet(cached.store(), standing_as(actor), wanted)


@undisturbed
def step(wanted: tuple[PatchFilter, ...], by: int) -> None:
    """Choose the patch that follows, or the one before, among those that fit; late ones first."""
    shown = cached.patches(state.actor())
    for each in wanted:
        shown = shown.some(fits(shown, each))
    if (key := next_key(shown, state.patch(), by)) is not None:
        state.set_patch(key)


def steps(wanted: tuple[PatchFilter, ...]) -> None:
    """Offer the patch before and the one that follows, as Review does."""
    left, right = st.columns(2)
    for place, name, by, shortcut in (
        (left, "review.previous", -1, "k"),
        (right, "review.next", 1, "j"),
    ):
        place.button(
            word(name), on_click=step, args=(wanted, by), shortcut=shortcut, width="stretch"
        )


def images_now(everything: Patches) -> MapImages:
    """Give the imagery of the map, with the two images of the chosen patch."""
    under = images_under()
    key = state.patch()
    if not under.layers or key is None or key not in everything:
        return under
    try:
        return images_of(one(cached.store(), state.actor(), key))
    except NotFound:  # it left the territory since the map was drawn; the panel says so
        return under


def beside(everything: Patches, shown: Patches, wanted: tuple[PatchFilter, ...]) -> None:
    """Show map and table, which choose for each other."""
    tools = tools_of(
        "patches",
        (SEARCH, FIT, DRAW, LOCATE, KEYS, ADDRESS),
        today=today,
        title=word("page.patches"),
        goal=box_of(everything, state.patch()),
        keys="JKFB",
    )
    show_patches(
        "patches",
        shown,
        wanted,
        today=today,
        fit_token=f"{state.actor().code}",
        chosen=state.patch(),
        height=MAP_HEIGHT_PX,
        on_choice=state.set_patch,
        tools=tools,
        on_tool=listen("patches", on_choice=state.set_patch),
        images=images_now(everything),
    )
    if shown.empty:
        empty("patches.none_fit")
    else:
        choose_row(
            "patches",
            shown,
            today=today,
            height=TABLE_HEIGHT_PX,
            beside=partial(offer_table, len(shown), wanted),
        )


def offer_table(count: int, wanted: tuple[PatchFilter, ...]) -> None:
    """Offer the patches that fit as a file."""
    st.download_button(
        word("patches.download", count=f"{count:,}"),
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
        beside(everything, shown, wanted)
    with right, st.container(height=620, border=True):
        steps(wanted)
        show_drawn()
        chosen = state.patch()
        if chosen is None or chosen not in everything:
            empty("patches.choose_one")
        else:
            panel(chosen)


main()
