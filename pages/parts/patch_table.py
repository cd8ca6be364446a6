"""Patches as a table, whose chosen rows are the chosen patches."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st

from geo.model import columns as c
from geo.model.stages import Stage
from geo.workflow.patch_rows import KEY, Patches
from pages.parts import cached, state
from pages.parts.undisturbed import undisturbed
from pages.parts.words import deadline, stage_word, word

COLUMNS = (c.PATCH_CODE, c.STAGE, c.DUE, c.ASSIGNEE, c.GRID_CODE, c.CAUSE, c.BATCH)
# The unit that the reader thinks in.
AREA = {"zh": (c.AREA_MU, "%.2f"), "en": (c.AREA_HA, "%.4f")}
ABSENT = "—"
# Of a table in which rows are ticked. One of more is sent for seconds and read by nobody.
MOST_ROWS = 1_000
# Of a table that is sent anew with each click: 4 KB instead of 280.
PAGE_ROWS = 25
PAGE = "page"


def _worded(ordered: pd.DataFrame, today: date) -> pd.DataFrame:
    stages = [Stage(s) for s in ordered[c.STAGE]]
    due = ordered[c.DUE].tolist()
    columns = [*COLUMNS[:3], AREA[state.lang()][0], *COLUMNS[3:]]
    table = pd.DataFrame(ordered[columns]).set_index(ordered[KEY])
    table[c.STAGE] = _each(stage_word, stages)
    words, lang = cached.causes(state.actor()), state.lang()
    table[c.CAUSE] = _each(
        lambda batch, cause: words[batch].name(cause, lang) if cause else "",
        ordered[c.BATCH],
        ordered[c.CAUSE],
    )
    for name in (c.GRID_CODE, c.ASSIGNEE):
        table[name] = table[name].fillna(ABSENT)
    table[c.DUE] = _each(lambda day, stage: deadline(day, stage, today), due, stages)
    return table.rename(columns={name: _heading(name) for name in columns})


def _each(say: Callable[..., str], *columns: Iterable[Any]) -> list[str]:
    """Say something for every row; the same only once: a word asks for the reader's language."""
    known: dict[tuple[Any, ...], str] = {}
    rows = list(zip(*columns, strict=True))
    for row in rows:
        if row not in known:
            known[row] = say(*row)
    return [known[row] for row in rows]


def _say_cut(patches: Patches) -> None:
    if len(patches) > MOST_ROWS:
        st.caption(word("table.cut", shown=f"{MOST_ROWS:,}", of=f"{len(patches):,}"))


def choose_row(
    name: str,
    patches: Patches,
    *,
    today: date,
    height: int = 220,
    beside: Callable[[], object] | None = None,
) -> None:
    """Show a table whose selected row is the chosen patch, and the other way round.

    Parameters
    ----------
    beside
        Draws what else stands in the line below the table.
    """
    chosen = state.patch()
    start = _page(name, patches, chosen) * PAGE_ROWS
    table = _worded(patches.first_due(PAGE_ROWS, start=start), today)
    keys = list(table.index)
    rows = [keys.index(chosen)] if chosen in keys else []
    # Another patch chosen on the map makes another table, whose selection begins with that patch.
    mode: Literal["single-row", "single-row-required"] = "single-row"
    if rows:
        mode = "single-row-required"
    made = st.dataframe(
        table,
        column_config=_numbers(),
        key=f"{name}.{chosen}.{start}.{len(table)}",
        hide_index=True,
        height=height,
        on_select="rerun",
        selection_mode=mode,
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if beside is not None:
            beside()
        _turn_pages(name, start, len(patches))
    picked = made["selection"]["rows"]
    if picked and keys[picked[0]] != chosen:
        state.set_patch(keys[picked[0]])
        st.rerun()


def _page(name: str, patches: Patches, chosen: str | None) -> int:
    """Say which page is shown: the one that was turned to, or that of a newly chosen patch."""
    before, page = _turned_to(name)
    if chosen is not None and chosen != before:
        rank = patches.rank_of(chosen)
        page = page if rank is None else rank // PAGE_ROWS
    page = max(0, min(page, (len(patches) - 1) // PAGE_ROWS))
    state.remember(f"{PAGE}.{name}", (chosen, page))
    return page


def _turned_to(name: str) -> tuple[str | None, int]:
    """Give the patch that was chosen when a page was shown last, and the page."""
    kept = state.remembered(f"{PAGE}.{name}")
    return kept if isinstance(kept, tuple) else (None, 0)


def _turn_pages(name: str, start: int, count: int) -> None:
    if count <= PAGE_ROWS:
        return
    last = min(start + PAGE_ROWS, count)
    st.caption(
        word("table.page", first=f"{start + 1:,}", last=f"{last:,}", of=f"{count:,}"),
        width="content",
    )
    for sign, by, is_end, said in (
        ("‹", -1, start == 0, "table.back"),
        ("›", 1, last == count, "table.on"),
    ):
        st.button(
            sign,
            key=f"{PAGE}.{name}.{by}",
            help=word(said),
            disabled=is_end,
            on_click=turn,
            args=(name, by),
        )


@undisturbed
def turn(name: str, by: int) -> None:
    """Turn to the next page of a table, or to the one before."""
    chosen, page = _turned_to(name)
    state.remember(f"{PAGE}.{name}", (chosen, page + by))


def choose_rows(
    name: str, patches: Patches, *, today: date, begun: Patches, height: int = 260
) -> Patches:
    """Show a table whose rows can be ticked; gives the patches that are chosen.

    Parameters
    ----------
    name
        Of the table; another name makes another one, that begins with `begun` again.
    begun
        Those that were chosen before anybody ticked a row. What the table does not show of them
        stays chosen.
    """
    ordered = patches.first_due(MOST_ROWS)
    table, ids = _worded(ordered, today), ordered["id"].to_numpy()
    rows = np.flatnonzero(np.isin(ids, begun["id"])).tolist()
    made = st.dataframe(
        table,
        column_config=_numbers(),
        key=f"{name}.{'-'.join(table.index[:1])}.{len(table)}",
        hide_index=True,
        height=height,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
    )
    _say_cut(patches)
    beyond = np.setdiff1d(begun["id"], ids)
    return patches.of_ids(np.append(ids[made["selection"]["rows"]], beyond))


def _heading(name: str) -> str:
    return word("panel.cause") if name == c.CAUSE else word(f"column.{name}")


def _numbers() -> dict[str, Any]:
    name, form = AREA[state.lang()]
    return {_heading(name): st.column_config.NumberColumn(format=form)}
