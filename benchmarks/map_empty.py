"""An empty Streamlit page: what no map can be quicker than."""

import streamlit as st

st.set_page_config(layout="wide")
st.text("nothing")
