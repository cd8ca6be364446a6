"""A corrected delivery of a batch that is there: what it changes, seen before it is taken."""

from pathlib import Path
from typing import cast

import pandas as pd
import streamlit as st

from geo.errors import SkyGroundError
from geo.maps.layers import Labels, Style
from geo.maps.palette import GREY, INK, ORANGE
from geo.maps.view import bounds_of
from geo.maps.viewport import look
from geo.model.alerts import Compared, Difference
from geo.workflow.comparison import Comparison
from geo.workflow.intake import Intake
from geo.workflow.redelivery import RedeliveryReport, apply_delivery, compare_delivery
from pages.parts import cached, state
from pages.parts.busy import busy
from pages.parts.import_draft import Draft
from pages.parts.map_view import current_view, show_map
from pages.parts.problems import column_word
from pages.parts.words import plain, stage_word, word

COMPARISON = "import-comparison"
MAP_PX, TABLE_PX = 290, 290
BEFORE = Style(fill="", line=INK, width_px=1.5, dashed=True, opacity=0.0)
AFTER = Style(fill=ORANGE, line=GREY, width_px=1.5, opacity=0.5)


def show_correction(current: Draft, intake: Intake, batch: str) -> None:
    """Show what the file changes in its batch: counts, a table, and both outlines on a map."""
    compared = _compared(intake, batch)
    counts = [
        f"{word(f'difference.{name}')} {count:,}"
        for name, count in compared.counts().items()
        if count
    ]
    said = word("wizard.corrects", batch=batch, counts=word("list.comma").join(counts))
    st.markdown(f"**{plain(said)}**")
    flagged = sum(compared.alerts().values())
    if flagged:
        st.warning(word("wizard.flagged", count=f"{flagged:,}"))
    table = _table(compared)
    if table.empty:
        return
    left, right = st.columns([2, 1], gap="small")
    with left:
        widths = {"difference": 76, "look": 205, "changed": 105}
        st.dataframe(
            table,
            hide_index=True,
            height=TABLE_PX,
            column_config={
                word(f"wizard.{name}"): st.column_config.TextColumn(width=width_px)
                for name, width_px in widths.items()
            },
        )
    with right:
        _show_outlines(current, compared)


def says_otherwise(intake: Intake, batch: str) -> bool:
    """Tell whether a file that was delivered before differs from its batch as it stands now."""
    try:
        return not _compared(intake, batch).is_unchanged
    except SkyGroundError:
        return False


def correct(current: Draft, intake: Intake, path: Path) -> RedeliveryReport:
    """Take the corrected delivery over, as it was compared."""
    del path
    compared = _compared(intake, current.name)
    return apply_delivery(
        cached.store(), state.actor(), compared, intake, at=cached.now(), options=current.options
    )


def _compared(intake: Intake, batch: str) -> Comparison:
    # Of this very understanding of the file: read in another way it is compared anew.
    token = (batch, cached.store().revision())
    kept = state.remembered(COMPARISON)
    if isinstance(kept, tuple) and kept[0] is intake and kept[1] == token:
        return cast("Comparison", kept[2])
    with busy(word("wizard.comparing")):
        compared = compare_delivery(cached.store(), state.actor(), intake, batch)
    state.remember(COMPARISON, (intake, token, compared))
    return compared


def _table(compared: Comparison) -> pd.DataFrame:
    """Say what differs, a patch a row; those a person has to look at first."""
    rows = [row for row in compared.rows if row.difference is not Difference.UNCHANGED]
    rows.sort(key=lambda row: not row.needs_person)
    return pd.DataFrame(
        [
            {
                word("wizard.difference"): word(f"difference.{row.difference}"),
                word("wizard.look"): word(f"alert.{row.alert}") if row.alert else "",
                word("column.code"): _from_to(row.code_before, row.code_after),
                word("column.stage"): stage_word(row.stage) if row.stage else "",
                word("wizard.changed"): word("list.comma").join(
                    column_word(name) for name in (*row.columns, *row.attributes)
                ),
                word("wizard.area_change"): _areas(row),
            }
            for row in rows
        ]
    )


def _areas(row: Compared) -> str:
    areas = (row.area_before_ha, row.area_after_ha)
    return _from_to(*("" if area_ha is None else f"{area_ha:.4f}" for area_ha in areas))


def _from_to(before: str, after: str) -> str:
    """Say what was and what becomes of it; once where both are the same."""
    return " → ".join(dict.fromkeys(value for value in (before, after) if value))


def _show_outlines(current: Draft, compared: Comparison) -> None:
    frame = compared.outlines()
    if frame.empty:
        return
    fit = bounds_of(frame.geometry.to_numpy())
    token = f"{current.token}.{compared.digest}"
    view = current_view("correction", fit=fit, fit_token=token, height=MAP_PX)
    layers = []
    for side, style in (("before", BEFORE), ("after", AFTER)):
        some = frame[frame["side"] == side]
        codes = some["code"].tolist()
        layers.append(
            look(
                some.geometry.to_numpy(),
                codes,
                [style] * len(codes),
                view,
                name=side,
                title=word(f"wizard.{side}"),
                labels=codes,
                show_labels=Labels.HOVER,
                clickable=False,
            )
        )
    show_map("correction", layers, lang=state.lang(), fit=fit, fit_token=token, height=MAP_PX)
