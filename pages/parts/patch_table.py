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
from pages.parts.words import deadline, stage_word, word

COLUMNS = (c.PATCH_CODE, c.STAGE, c.DUE, c.ASSIGNEE, c.GRID_CODE, c.CAUSE, c.BATCH)
# The unit that the reader thinks in.
AREA = {"zh": (c.AREA_MU, "%.2f"), "en": (c.AREA_HA, "%.4f")}
ABSENT = "—"
# A table of more is sent for seconds and read by nobody.
MOST_ROWS = 1_000


def table_of(patches: Patches, today: date) -> pd.DataFrame:
    """Make the table people read: the same order and words everywhere, late ones first."""
    return _worded(patches.first_due(MOST_ROWS), today)


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


def choose_row(name: str, patches: Patches, *, today: date, height: int = 220) -> None:
    """Show a table whose selected row is the chosen patch, and the other way round."""
    table = table_of(patches, today)
    chosen = state.patch()
    keys = list(table.index)
    rows = [keys.index(chosen)] if chosen in keys else []
    # Another patch chosen on the map makes another table, whose selection begins with that patch.
    mode: Literal["single-row", "single-row-required"] = "single-row"
    if rows:
        mode = "single-row-required"
    made = st.dataframe(
        table,
        column_config=_numbers(),
        key=f"{name}.{chosen}.{len(table)}",
        hide_index=True,
        height=height,
        on_select="rerun",
        selection_mode=mode,
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
    )
    _say_cut(patches)
    picked = made["selection"]["rows"]
    if picked and table.index[picked[0]] != chosen:
        state.set_patch(table.index[picked[0]])
        st.rerun()


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
