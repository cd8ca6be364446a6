"""Field: packages go out on the left, findings come back on the right."""

import streamlit as st

from pages.parts.field_back import take_back
from pages.parts.field_out import take_out
from pages.parts.words import word

st.title(word("page.field"))
out, back = st.columns(2, gap="large")
with out:
    st.subheader(word("field.out"), anchor=False)
    take_out()
with back:
    st.subheader(word("field.back"), anchor=False)
    take_back()
