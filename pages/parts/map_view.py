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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import shapely
import streamlit as st

from geo.maps.addresses import front_address
from geo.maps.base_map import base_script
from geo.maps.layers import Layer
from geo.maps.legend import LegendEntry
from geo.maps.vendored import LEAFLET_ADDRESS
from geo.maps.view import (
    FIT_MARGIN_PX,
    FIT_MAX_ZOOM,
    FIT_ZOOM_STEP,
    PAD,
    Bounds,
    View,
)
from geo.maps.wire import pack_layer, pack_outline, pack_style
from geo.text import Lang, say
from pages.parts.undisturbed import undisturbed

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
    "count",
    "count_late",
    "failed",
)


@dataclass(frozen=True, slots=True)
class Click:
    """One click on the map.

    Parameters
    ----------
    layer, id
        What was clicked; ``""`` and None for the ground.
    lon_deg, lat_deg
        Where.
    seq
        Grows with each click, so that a second click on the same thing is seen.
    """

    layer: str
    id: str | None
    lon_deg: float
    lat_deg: float
    seq: int


@dataclass(frozen=True, slots=True)
class MapEvent:
    """What the person did on the map up to now.

    Parameters
    ----------
    view
        What the map showed when it last told; it tells nothing while what is drawn covers what is
        seen. None before it first did.
    clicked
        The last click, of this run or of an earlier one: compare `Click.seq`, or use `on_click`.
    """

    view: View | None = None
    clicked: Click | None = None


def map_event(key: str) -> MapEvent:
    """Read what the person did on a map, also before the map is shown in this run."""
    return _event(_report(key))


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
    report = _report(key)
    told = _event(report).view
    if told is not None and report.get("fit_token") == fit_token:
        return told
    width_px, height_px = report.get("size") or (900, height)
    return View.covering(fit or NOWHERE, width_px=width_px, height_px=height_px)


def show_map(
    key: str,
    layers: Sequence[Layer],
    *,
    lang: Lang,
    fit: Bounds | None,
    fit_token: str = "",
    extent: Bounds | None = None,
    selected: str | Collection[str] | None = None,
    outline: shapely.Geometry | None = None,
    legend: Sequence[LegendEntry] = (),
    height: int = DEFAULT_HEIGHT_PX,
    follows_view: bool = True,
    on_click: Callable[[Click], None] | None = None,
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
        Layers whose content is unchanged are not sent again.
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
    height
        Of the map in pixels; on a phone at most 62 % of the screen.
    follows_view
        Whether the page runs again when the map is moved away from what was drawn. False for a
        small map whose layers do not depend on the view.
    on_click
        Called with each new click before the page runs again.

    Returns
    -------
    MapEvent
        What the person did.

    Notes
    -----
    In a page's test no browser runs; the element is a ``bidi_component``. What the map would report
    is put in its place before a run, all fields being optional::

        at.session_state[key] = {"report": {
            "click": {"layer": "patches", "id": "7", "lon": 116.1, "lat": 43.2, "seq": 1},
            "view": {"west": …, "south": …, "east": …, "north": …, "zoom": 12},
            "fit_token": …,
        }}
        at.run()

    `on_click` is then called as it would be in a browser.
    """
    if _remember(key, on_click):
        # Only where no browser announced the report; the page above must know of the click.
        st.rerun()
    report = _report(key)
    chosen = [selected] if isinstance(selected, str) else list(selected or ())
    event = _event(report)
    data = {
        "key": key,
        "front": f"{base_path()}{front_address(FRONT_FOLDER)}",
        "leaflet": f"{base_path()}{LEAFLET_ADDRESS}",
        "script": base_script(),
        "lang": lang,
        "texts": _texts(lang),
        "height": height,
        "layers": [pack_layer(layer, report.get("held") or ()) for layer in layers],
        "legend": [
            {"style": pack_style(entry.style), "text": say(entry.text_key, lang)}
            for entry in legend
        ],
        "selected": chosen,
        "outline": pack_outline(outline),
        "instant": selected is None or isinstance(selected, str),
        "seen_click": event.clicked.seq if event.clicked else 0,
        "fit": fit,
        "fit_token": fit_token,
        "fit_max_zoom": FIT_MAX_ZOOM,
        "fit_margin": FIT_MARGIN_PX,
        "fit_zoom_step": FIT_ZOOM_STEP,
        "extent": extent or fit or NOWHERE,
        "view": _pack_view(current_view(key, fit=fit, fit_token=fit_token, height=height)),
        "pad": PAD,
        "tells_view": follows_view,
    }
    component = _component(str(data["front"]))
    component(
        key=key,
        data=data,
        height=height,
        on_report_change=lambda: _announce(key, on_click),
    )
    return event


def memory_key(key: str) -> str:
    """Name the place in the session where a map's last report is kept while it is not shown."""
    return f"map.{key}"


@undisturbed
def _announce(key: str, on_click: Callable[[Click], None] | None) -> None:
    _remember(key, on_click)


def _remember(key: str, on_click: Callable[[Click], None] | None) -> bool:
    """Take note of a new report, and tell whether there was one."""
    report = (st.session_state.get(key) or {}).get("report")
    before = _report(key)
    if not isinstance(report, dict) or report == before:
        return False
    st.session_state[memory_key(key)] = report
    last, click = _event(before).clicked, _event(report).clicked
    if on_click and click and (last is None or click.seq > last.seq):
        on_click(click)
    return True


def _report(key: str) -> dict[str, Any]:
    # Streamlit forgets a component's state when its page is left; this copy stays.
    return st.session_state.get(memory_key(key)) or {}


def _event(report: dict[str, Any]) -> MapEvent:
    view, click = report.get("view"), report.get("click")
    return MapEvent(
        View(**{side: float(view[side]) for side in View.__slots__}) if view else None,
        Click(
            str(click["layer"]),
            None if click["id"] is None else str(click["id"]),
            float(click["lon"]),
            float(click["lat"]),
            int(click["seq"]),
        )
        if click
        else None,
    )


def _pack_view(view: View) -> dict[str, float]:
    return {side: getattr(view, side) for side in View.__slots__}


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
