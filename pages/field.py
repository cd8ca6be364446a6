"""Field: packages go out on the left, findings come back on the right."""

import streamlit as st

from pages.parts.field_back import take_back
from pages.parts.field_out import take_out
from pages.parts.words import word


def main() -> None:
    """Show both ways side by side."""
    st.title(word("page.field"))
    out, back = st.columns(2, gap="medium")
    with out, st.container(border=True):
        st.markdown(f"**{word('field.out')}**")
        take_out()
    with back, st.container(border=True):
        st.markdown(f"**{word('field.back')}**")
        take_back()


main()
