"""Patches that are chosen in a table and in areas drawn on the map beside it, the same ones."""

from datetime import date
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from geo.workflow.patch_rows import Patches
from geo.workflow.pick import area_drawn, patches_in
from pages.parts import cached, state
from pages.parts.patch_table import MOST_ROWS, choose_rows
from pages.parts.words import word


def note_area(name: str, corners: Any, mode: str) -> None:
    """Take note of an area that was drawn: `choose_some` chooses what lies in it.

    Parameters
    ----------
    name
        Of the table.
    corners
        As the browser told them.
    mode
        ``add`` to what is chosen; anything else replaces it.
    """
    state.remember(f"area.{name}", (corners, mode))


def choose_some(name: str, patches: Patches, *, today: date) -> Patches:
    """Show the table, ticked as the map says; gives what is chosen, more than it shows too."""
    _pick_drawn(name, patches)
    begun = _kept(f"begun.{name}", patches)
    place = st.container()
    table = f"{name}.{state.round_of(_table(name))}"
    picked = choose_rows(table, patches, today=today, begun=begun)
    state.remember(f"picked.{name}", picked["id"])
    if not begun.empty and not picked.empty:
        with place:
            _say_picked(name, patches, picked)
    return picked


def _pick_drawn(name: str, patches: Patches) -> None:
    asked = state.remembered(f"area.{name}")
    if not isinstance(asked, tuple):
        return
    state.remember(f"area.{name}", None)
    corners, mode = asked
    area = area_drawn(corners)
    if area is None:
        return
    inside = patches_in(patches, cached.outlines(state.actor(), patches), area)
    ids = patches["id"][inside]
    if mode == "add":
        ids = np.union1d(ids, _kept(f"picked.{name}", patches)["id"])
    state.remember(f"begun.{name}", ids)
    state.begin_anew(_table(name))


def _kept(what: str, patches: Patches) -> Patches:
    """Read which patches were put aside, as far as they still are among these."""
    ids = state.remembered(what)
    return patches.of_ids(ids if isinstance(ids, np.ndarray) else np.empty(0, dtype=np.int64))


def _say_picked(name: str, patches: Patches, picked: Patches) -> None:
    shown = patches.first_due(MOST_ROWS)["id"].to_numpy()
    more = len(np.setdiff1d(picked["id"], shown))
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(word("map_tools.picked", count=f"{len(picked):,}", more=f"{more:,}"))
    right.button(word("map_tools.drop_picked"), on_click=partial(_drop, name), width="stretch")


def _drop(name: str) -> None:
    state.remember(f"begun.{name}", None)
    state.begin_anew(_table(name))


def _table(name: str) -> str:
    return f"table.{name}"
