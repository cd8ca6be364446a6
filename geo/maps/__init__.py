"""Maps: the folium base, its vendored scripts, the palette and the legend."""
