"""Patches on a map as folium's GeoJson through st_folium, as most Streamlit applications do it."""

import sys

import folium
import geopandas as gpd
import streamlit as st
from made_up import CRS, make_grids, make_patches
from streamlit_folium import st_folium

count = int(sys.argv[1])
# What folium would fetch from other hosts is in st_folium's own bundle; without this, and without
# internet, nothing is drawn at all.
folium.Map.default_js, folium.Map.default_css = [], []


@st.cache_data
def layer(size: int) -> gpd.GeoDataFrame:
    """Make the patches, in degrees."""
    grids, _ = make_grids(size // 40)
    shapes = make_patches(size, grids)
    frame = gpd.GeoDataFrame({"code": [f"{n:07d}" for n in range(size)]}, geometry=shapes, crs=CRS)
    return frame.to_crs("EPSG:4490")


st.set_page_config(layout="wide")
patches = layer(count)
west, south, east, north = patches.total_bounds
ground = folium.Map(tiles=None)
ground.fit_bounds([[south, west], [north, east]])
folium.GeoJson(patches, tooltip=folium.GeoJsonTooltip(["code"])).add_to(ground)
st_folium(ground, width=1200, height=500)
