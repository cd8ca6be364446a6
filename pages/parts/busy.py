"""A sign that work is going on, for anything that may take over a second."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show what is being done until it is done, or has failed."""
    place = st.empty()
    with place:
        st.status(doing)
    try:
        yield
    finally:
        place.empty()
