"""The map on a screen: one that stays, and is only told what has changed.

In short, on a page::

    view = current_view("patches", fit=bounds, fit_token="banner")
    grids = look_at_borders(squares, codes, GRID_STYLE, view, title=say("map.grids", lang))
    layer = look(shapes, ids, styles, view, title=say("map.patches", lang), labels=labels)
    event = show_map("patches", [grids, layer], lang=lang, fit=bounds, fit_token="banner",
                     selected=code, legend=stage_legend(), on_click=choose)

`on_click` is called once for each click, before the page runs again: what is drawn above the map
then already knows the new choice.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import shapely
import streamlit as st

from geo.maps.addresses import front_address
from geo.maps.base_map import base_script
from geo.maps.image_wire import pack_images
from geo.maps.images import MapImages
from geo.maps.layers import Layer, TileLayer
from geo.maps.legend import ColourChoice, LegendEntry
from geo.maps.map_tools import MapTools, pack_tools
from geo.maps.vendored import LEAFLET_ADDRESS
from geo.maps.view import (
    FIT_MARGIN_PX,
    FIT_MAX_ZOOM,
    FIT_ZOOM_STEP,
    PAD,
    Bounds,
    View,
)
from geo.maps.wire import (
    pack_kept,
    pack_layer,
    pack_outline,
    pack_style,
    pack_tile_styles,
    tokens_in,
)
from geo.text import Lang, say
from pages.parts.map_report import (
    Click,
    MapEvent,
    ToolUse,
    announce,
    event_in,
    held_by,
    note_sent,
    remember_report,
    report_of,
)

FRONT_FOLDER = Path(__file__).parent / "map_component"
DEFAULT_HEIGHT_PX = 520
# Somewhere to look at before anything is there: the region this product was made for.
NOWHERE: Bounds = (97.0, 37.4, 126.1, 53.4)

_TEXT_KEYS = (
    "label",
    "zoom_in",
    "zoom_out",
    "full_extent",
    "layers",
    "legend",
    "show_legend",
    "hide_legend",
    "pointer",
    "pointer_sixties",
    "pointer_zone",
    "pointer_switch",
    "north",
    "count",
    "count_late",
    "failed",
)


def current_view(
    key: str,
    *,
    fit: Bounds | None,
    fit_token: str = "",
    height: int = DEFAULT_HEIGHT_PX,
) -> View:
    """Say what the map shows, or will show once it is fitted; for `geo.maps.viewport.look`.

    Parameters
    ----------
    key, fit, fit_token, height
        The same as for `show_map`.
    """
    report = report_of(key)
    told = event_in(report).view
    if told is not None and report.get("fit_token") == fit_token:
        return told
    width_px, height_px = report.get("size") or (900, height)
    return View.covering(fit or NOWHERE, width_px=width_px, height_px=height_px)


def show_map(
    key: str,
    layers: Sequence[Layer | TileLayer],
    *,
    lang: Lang,
    fit: Bounds | None,
    fit_token: str = "",
    extent: Bounds | None = None,
    selected: str | Collection[str] | None = None,
    outline: shapely.Geometry | None = None,
    legend: Sequence[LegendEntry] = (),
    colours: ColourChoice | None = None,
    height: int = DEFAULT_HEIGHT_PX,
    follows_view: bool = True,
    on_click: Callable[[Click], None] | None = None,
    tools: MapTools | None = None,
    on_tool: Callable[[ToolUse], None] | None = None,
    images: MapImages | None = None,
) -> MapEvent:
    """Show the map with these layers.

    The map is made once for its key and then kept: it does not reload, jump or go blank when the
    page runs again or is left and entered again.

    Parameters
    ----------
    key
        Names the map; the same in every run. One map of a key on a page.
    layers
        Lowest first; usually from `geo.maps.viewport.look`. A layer with a title has a switch.
        Layers whose content is unchanged are not sent again; those in tiles are fetched by the map.
    lang
        Language of the tools.
    fit
        Bounds to move to (west, south, east, north in degrees, EPSG:4490), when `fit_token` is
        another than before. None: stay.
    fit_token
        Change it to move the map: for instance the territory's code, or the chosen patch and the
        number of times that F was pressed.
    extent
        Where the button "whole area" leads; `fit` if not given.
    selected
        Identifier of what is chosen in a clickable layer: it gets a strong outline. With a single
        one (or None) a click is outlined at once, before the page answers; with a collection only
        the page decides.
    outline
        Shape of the chosen thing (EPSG:4490), drawn where its layer does not show it, for instance
        because patches are counted at this zoom.
    legend
        From `geo.maps.legend`.
    colours
        What the person can colour by; see `pages.parts.map_report.colour_of` for what they chose.
    height
        Of the map in pixels; on a phone at most 62 % of the screen.
    follows_view
        Whether the page runs again when the map is moved away from what was drawn. False for a
        small map whose layers do not depend on the view.
    on_click
        Called with each new click before the page runs again.
    tools
        What can be done on the map besides looking; None: nothing.
    on_tool
        Called with each new use of a tool before the page runs again.
    images
        Imagery to lay under everything, and the chosen patch before and after.

    Returns
    -------
    MapEvent
        What the person did.
    """
    if remember_report(key, on_click, on_tool):
        # Only where no browser announced the report; the page above must know of the click.
        st.rerun()
    report = report_of(key)
    held = held_by(key)
    chosen = [selected] if isinstance(selected, str) else list(selected or ())
    event = event_in(report)
    data = {
        "key": key,
        "front": f"{base_path()}{_front()}",
        "leaflet": f"{base_path()}{LEAFLET_ADDRESS}",
        "lang": lang,
        "height": height,
        "fixed": pack_kept(
            _pack_texts(legend, colours, lang) | {"styles": pack_tile_styles(layers)}, held
        ),
        "layers": [pack_layer(layer, held, base_path()) for layer in layers],
        "selected": chosen,
        "outline": pack_outline(outline),
        "instant": selected is None or isinstance(selected, str),
        "seen_click": event.clicked.seq if event.clicked else 0,
        **_pack_fit(fit, fit_token),
        "extent": extent or fit or NOWHERE,
        "view": _pack_view(current_view(key, fit=fit, fit_token=fit_token, height=height)),
        "pad": PAD,
        "tells_view": follows_view,
        "tools": pack_tools(tools, lang, held, base_path()),
        "images": pack_images(images, lang, held, base_path()),
    }
    note_sent(key, tokens_in(data))
    component = _component(str(data["front"]))
    component(
        key=key,
        data=data,
        height=height,
        on_report_change=lambda: announce(key, on_click, on_tool),
    )
    return event


def _pack_texts(
    legend: Sequence[LegendEntry], colours: ColourChoice | None, lang: Lang
) -> dict[str, Any]:
    """Write what is the same from click to click, but for what lies in layers."""
    return {
        "script": base_script(),
        "texts": _texts(lang),
        "legend": [_pack_entry(entry, lang) for entry in legend],
        "colours": _pack_colours(colours),
    }


def _pack_fit(fit: Bounds | None, token: str) -> dict[str, Any]:
    return {
        "fit": fit,
        "fit_token": token,
        "fit_max_zoom": FIT_MAX_ZOOM,
        "fit_margin": FIT_MARGIN_PX,
        "fit_zoom_step": FIT_ZOOM_STEP,
    }


def _pack_entry(entry: LegendEntry, lang: Lang) -> dict[str, Any]:
    text = say(entry.text_key, lang) if entry.text is None else entry.text
    return {"style": pack_style(entry.style), "text": text}


def _pack_colours(choice: ColourChoice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    options = [{"value": value, "text": text} for value, text in choice.options.items()]
    return {"label": choice.label, "chosen": choice.chosen, "options": options}


def _pack_view(view: View) -> dict[str, float]:
    return {side: getattr(view, side) for side in View.__slots__}


@cache
def _front() -> str:
    return front_address(FRONT_FOLDER)


@cache
def _texts(lang: Lang) -> dict[str, str]:
    return {word: say(f"map.{word}", lang) for word in _TEXT_KEYS}


def base_path() -> str:
    """Say under which path the whole application is served; empty as a rule."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@cache
def _component(front: str) -> Callable[..., Any]:
    """Register the component: one line that fetches its script from this program and keeps it.

    The script itself is not written here because Streamlit sends this text with every run.
    """
    return st.components.v2.component(
        "skyground_map",
        # The line break tells Streamlit that this is a script and not the name of one.
        js=f'const main = location.origin + "{front}/main.js";\n'
        "export default async (call) => (await import(main)).default(call);",
    )
