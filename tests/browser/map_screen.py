"""A small screen of its own that shows 300 patches and a grid through `show_map`."""

import numpy as np
import shapely
import streamlit as st

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.palette import GRID_STYLE, stage_style
from geo.maps.viewport import bounds_of, look, look_at_borders
from geo.model.stages import Stage
from geo.text import say
from pages.parts.map_report import Click
from pages.parts.map_view import current_view, show_map
from tests.browser.hostile_names import HOSTILE

WEST, SOUTH = 116.0, 43.0
STAGES = [Stage.ISSUED, Stage.ASSIGNED, Stage.IN_FIELD, Stage.VERIFIED, Stage.AUDITED]


@st.cache_data
def make_patches(count):
    """Irregular patches of some hundred metres in a square of one degree."""
    chance = np.random.default_rng(7)
    side = int(np.ceil(np.sqrt(count)))
    row, column = np.divmod(np.arange(count), side)
    x = WEST + (column + 0.5 + chance.uniform(-0.2, 0.2, count)) / side
    y = SOUTH + (row + 0.5 + chance.uniform(-0.2, 0.2, count)) / side
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = 0.25 / side * chance.uniform(0.5, 1.0, (count, 24))
    ring_x = x[:, None] + reach * np.cos(turns)
    ring_y = y[:, None] + reach * 0.7 * np.sin(turns)
    shapes = shapely.polygons(np.stack([ring_x, ring_y], axis=2))
    codes = HOSTILE + [f"P{i:05d}" for i in range(len(HOSTILE), count)]
    return shapes, codes


@st.cache_data
def make_grids():
    """Sixteen squares over the same degree."""
    rows, columns = np.divmod(np.arange(16), 4)
    west, south = WEST + columns / 4, SOUTH + rows / 4
    return shapely.box(west, south, west + 0.25, south + 0.25), [f"G{i:02d}" for i in range(16)]


def choose(click: Click):
    """Keep what was clicked."""
    st.session_state.chosen = click.id
    st.session_state.times = st.session_state.get("times", 0) + 1


st.set_page_config(layout="wide")
lang = st.query_params.get("lang", "zh")
count = int(st.query_params.get("count", "300"))
shapes, codes = make_patches(count)
grids, grid_codes = make_grids()
chosen = st.session_state.get("chosen")

every_second = st.checkbox("every second")
rows = np.arange(0, count, 2 if every_second else 1)
styles = [stage_style(STAGES[i % 5], late=i % 11 == 0) for i in rows]
with st.sidebar:
    st.text(f"chosen: {chosen}")
    st.text(f"clicks: {st.session_state.get('times', 0)}")
    if st.toggle("elsewhere"):
        st.stop()
place = {"fit": bounds_of(grids), "fit_token": f"all {count}"}
view = current_view("test_map", **place)
patches = look(
    shapes[rows],
    [codes[i] for i in rows],
    styles,
    view,
    title=say("map.patches", lang),
    labels=[codes[i] for i in rows],
)
squares = look_at_borders(
    grids, grid_codes, GRID_STYLE, view, title=say("map.grids", lang), labels=grid_codes
)
show_map(
    "test_map",
    [squares, patches],
    lang=lang,
    selected=chosen,
    legend=[*stage_legend(STAGES), grid_entry()],
    on_click=choose,
    **place,
)
st.text(f"patches: {len(rows)}")
