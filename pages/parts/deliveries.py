"""What was imported before, newest first."""

import pandas as pd
import streamlit as st

from geo.workflow import look
from pages.parts import cached, state
from pages.parts.crs_words import crs_word
from pages.parts.words import moment, word

HEIGHT_PX = 300
ROW_PX = 35


def show_deliveries() -> None:
    """Show the batches that are there; nothing if there are none."""
    batches = look.deliveries(cached.store(), state.actor())
    if not batches:
        return
    st.markdown(f"**{word('import.before')}**")
    rows = [
        {
            word("deliveries.name"): batch.code,
            word("deliveries.source"): batch.source_name,
            word("column.origin"): word(f"origin.{batch.origin}"),
            word("deliveries.count"): batch.count,
            word("deliveries.crs"): crs_word(batch.source_crs),
            word("deliveries.when"): moment(batch.imported_at),
            word("deliveries.who"): batch.imported_by,
        }
        for batch in batches
    ]
    is_long = ROW_PX * (len(rows) + 1) > HEIGHT_PX
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=HEIGHT_PX if is_long else "content")
