"""The proof of a delivered layer: its first rows as they were understood, its outlines on a map."""

import pandas as pd
import streamlit as st

from geo.maps.layers import Layer
from geo.maps.palette import GRID_STYLE, stage_style
from geo.maps.view import View, bounds_of
from geo.maps.viewport import look, look_at_borders
from geo.model import columns as c
from geo.model.stages import Stage
from geo.workflow.intake import Intake
from pages.parts import cached, state
from pages.parts.map_view import current_view, show_map
from pages.parts.problems import column_word
from pages.parts.words import word

SHOWN_ROWS = 3
ROW_PX = 32
# With problems below it the map gives way, so that the last button stays in sight.
MAP_PX, SMALL_MAP_PX = 260, 160


def show_first_rows(intake: Intake) -> None:
    """Show the first rows in the product's columns: proof that the texts can be read."""
    table = first_rows(intake)
    st.caption(word("import.first_rows", count=len(table)))
    st.dataframe(table, hide_index=True, height=ROW_PX * (1 + len(table)) + 3, row_height=ROW_PX)


def first_rows(intake: Intake) -> pd.DataFrame:
    """Take the first rows that can be imported, with the columns that the file fills."""
    names = [*intake.mapping, c.AREA_HA]
    rows = intake.rows.head(SHOWN_ROWS)
    table = pd.DataFrame({column_word(name): rows[name] for name in names})
    table.insert(0, word("import.row"), rows.index)
    return table


def show_outlines(intake: Intake, *, are_grids: bool, token: str) -> None:
    """Draw the outlines over the grids that are there already.

    Parameters
    ----------
    are_grids
        Whether these are grids, which are drawn as borders.
    token
        Another one moves the map to the outlines.
    """
    st.caption(word("import.outline"))
    fit = bounds_of(intake.geometries)
    height = SMALL_MAP_PX if intake.problems else MAP_PX
    view = current_view("proof", fit=fit, fit_token=token, height=height)
    delivered = _delivered(intake, view, are_grids=are_grids)
    show_map(
        "proof",
        delivered if are_grids else [*_present_grids(view), *delivered],
        lang=state.lang(),
        fit=fit,
        fit_token=token,
        height=height,
    )


def _delivered(intake: Intake, view: View, *, are_grids: bool) -> list[Layer]:
    codes = intake.rows[c.CODE].tolist()
    shapes = intake.geometries
    if are_grids:
        title = word("map.grids")
        return [look_at_borders(shapes, codes, GRID_STYLE, view, title=title, labels=codes)]
    styles = [stage_style(Stage.ISSUED)] * len(codes)
    title = word("map.patches")
    return [look(shapes, codes, styles, view, title=title, labels=codes, clickable=False)]


def _present_grids(view: View) -> list[Layer]:
    grids = cached.grids(state.actor())
    if grids.empty:
        return []
    codes = grids[c.GRID_CODE].tolist()
    shapes = grids.geometry.to_numpy()
    return [look_at_borders(shapes, codes, GRID_STYLE, view, title=word("map.grids"))]
