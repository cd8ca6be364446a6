"""The test screen as an application with the product's own routes."""

from pathlib import Path

import streamlit as st

from geo.web.assets import asset_routes
from pages.parts.map_view import FRONT_FOLDER

app = st.App(Path(__file__).parent / "map_screen.py", routes=asset_routes(FRONT_FOLDER))
