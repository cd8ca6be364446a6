"""A choice among many: a list as long as it can be read, and a field to type into beyond that."""

from bisect import bisect_left
from collections.abc import Sequence

import streamlit as st

from pages.parts.words import word

# A browser takes a second to make a list of 25,000 entries, and nobody reads it.
MOST_LISTED = 400
MOST_MEANT = 200
_LAST = "\U0010ffff"


def is_long(values: Sequence[str]) -> bool:
    """Tell whether there are too many to be listed."""
    return len(values) > MOST_LISTED


def beginning_of(values: Sequence[str]) -> str:
    """Give what some values begin with in common: what was typed to mean them."""
    if not values:
        return ""
    first, last = min(values), max(values)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:same] if same is not None else min(first, last, key=len)


def type_code(label: str, values: Sequence[str], *, key: str | None = None) -> tuple[str, ...]:
    """Ask for a code or its beginning; gives the values that are meant, empty for all.

    Parameters
    ----------
    values
        In order.
    """
    typed = st.text_input(label, placeholder=word("filter.type_code"), key=key).strip()
    if not typed:
        return ()
    start, end = bisect_left(values, typed), bisect_left(values, typed + _LAST)
    if end - start > MOST_MEANT:
        st.caption(word("filter.type_more", count=end - start))
        return ()
    # What nobody is called finds nothing.
    return tuple(values[start:end]) or (typed,)
