"""The frame around every screen: title, look, navigation."""

import streamlit as st

from geo.text import say

st.set_page_config(page_title=say("product.name", "zh"), page_icon="🛰️", layout="wide")


def _home() -> None:
    st.title(say("product.name", "zh"))
    st.write(say("product.promise", "zh"))


st.navigation([st.Page(_home, title=say("product.name", "zh"), default=True)]).run()
