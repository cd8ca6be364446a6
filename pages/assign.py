"""Assign: patches nobody answers for, on the map and in a table, given to a person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import SkyGroundError
from geo.maps.map_tools import SEARCH, SELECT
from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Patch
from geo.workflow.assign import assign_patches
from geo.workflow.clock import local_day
from geo.workflow.look import several
from geo.workflow.patch_layer import fits
from geo.workflow.patch_rows import KEY, Patches
from pages.parts import cached, state
from pages.parts.acting import Wish, attempt, refuse, show_refusal
from pages.parts.long_choice import is_long, type_code
from pages.parts.map_tools import listen, tools_of
from pages.parts.patch_map import show_patches
from pages.parts.selection import choose_some, note_area
from pages.parts.undisturbed import undisturbed
from pages.parts.words import area, empty, word

ALL = ""
OPEN = (Stage.ISSUED, Stage.ASSIGNED)

today = local_day(cached.store(), cached.now())


def choose_patches(
    left: DeltaGenerator, right: DeltaGenerator
) -> tuple[Patches, tuple[PatchFilter, ...]]:
    """Narrow down to one grid or to what nobody answers for yet."""
    everything = cached.patches(state.actor())
    with_assigned = left.toggle(word("assign.with_assigned"))
    stages = OPEN if with_assigned else (Stage.ISSUED,)
    here = PatchFilter(stages=stages)
    waiting = everything.some(fits(everything, here))
    texts = waiting.texts(c.GRID_CODE)
    if is_long(texts):
        with right:
            grids = type_code(word("column.grid_code"), texts)
        typed = PatchFilter(grids=grids)
        return waiting.some(fits(waiting, typed)), (here, typed)
    outside = word("locate.outside")
    counts = {grid or outside: n for grid, n in waiting.counts(c.GRID_CODE).items()}
    names = {g: f"{g} ({n})" for g, n in counts.items()} | {ALL: word("filter.all")}
    grid = right.selectbox(
        word("column.grid_code"), [ALL, *sorted(counts)], format_func=names.__getitem__
    )
    if grid == ALL:
        return waiting, (here,)
    one = PatchFilter(located=False) if grid == outside else PatchFilter(grids=(grid,))
    return waiting.some(fits(waiting, one)), (here, one)


def form(picked: Patches) -> None:
    """Ask for person and deadline, say what will happen, and do it."""
    chosen = picked.table()
    known = cached.colleagues(state.actor())
    rangers = {p.code: p for p in known if p.role in {Role.RANGER, Role.GRID_MANAGER}}
    grids = cached.grids(state.actor()).set_index(c.GRID_CODE)
    codes = chosen[c.GRID_CODE].dropna().unique()
    own = {grids.ranger.get(g) for g in codes} & set(rangers)
    by_grid = word("assign.by_grid")
    options = [by_grid, *sorted(rangers, key=lambda r: (r not in own, r))]
    names = {r: p.name(state.lang()) for r, p in rangers.items()} | {by_grid: by_grid}
    to = st.selectbox(word("column.assignee"), options, format_func=names.__getitem__)
    due = st.date_input(
        word("column.due"),
        today + timedelta(days=cached.store().rules().due_days),
        min_value=today,
        format="YYYY-MM-DD",
    )
    count = len(chosen)
    st.markdown(f"**{word('assign.chosen', count=count)}** · {area(chosen[c.AREA_HA].sum())}")
    if not count:
        st.caption(word("assign.tick"))
    else:
        whom = word("assign.own_ranger") if to == by_grid else names[to]
        st.caption(word("assign.will", count=count, whom=whom, due=due))
    versions = dict(zip(chosen["id"].tolist(), chosen[c.VERSION].tolist(), strict=True))
    keys = dict(zip(versions, chosen[KEY], strict=True))
    st.button(
        word("assign.do", count=count),
        type="primary",
        disabled=not count,
        width="stretch",
        on_click=partial(give, versions, keys, None if to == by_grid else to, due),
    )
    show_refusal()


@undisturbed
def give(versions: dict[int, int], keys: dict[int, str], to: str | None, due: date) -> None:
    """Assign what is chosen, in the versions that were shown, and say what became of it."""
    store = cached.store()

    def act(patches: Sequence[Patch]) -> str:
        done = assign_patches(store, state.actor(), patches, at=cached.now(), to=to, due=due)
        people = ", ".join(f"{code} {n}" for code, n in list(done.by_person.items())[:6])
        said = word("assign.done", count=done.assigned, people=people, due=done.due)
        if done.not_located:
            said += " " + word("assign.left_out", count=done.not_located)
        return said

    whom = to or word("assign.own_ranger")
    what = word("assign.will", count=len(versions), whom=whom, due=due)
    try:
        there = several(store, state.actor(), keys)
    except SkyGroundError as error:  # one of them has left the territory meanwhile
        refuse(error)
        return
    seen = tuple(replace(patch, version=versions[patch.id]) for patch in there)
    attempt(Wish(what, seen, act))


def main() -> None:
    """Show what waits for a person on the left and the form on the right."""
    st.title(word("page.assign"))
    left, right = st.columns([2.6, 1])
    with left:
        waiting, wanted = choose_patches(*st.columns([1, 1], vertical_alignment="bottom"))
        if waiting.empty:
            empty("assign.nothing")
        else:
            place = st.container()
            picked = choose_some("assign", waiting, today=today)
            with place:
                show_patches(
                    "assign",
                    waiting,
                    wanted,
                    today=today,
                    fit=waiting.bounds,
                    fit_token=f"{len(waiting)}.{waiting.table([0])[c.GRID_CODE][0]}",
                    chosen=picked,
                    height=330,
                    tools=tools_of(
                        "assign", (SEARCH, SELECT), today=today, title=word("page.assign")
                    ),
                    on_tool=listen("assign", on_select=partial(note_area, "assign")),
                )
    with right, st.container(border=True):
        if not waiting.empty:
            form(picked)
        else:
            st.caption(word("assign.tick"))


main()
