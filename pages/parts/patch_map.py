"""Patches and grids on the map, the same way on every screen."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import shapely

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.map_tools import MapTools
from geo.maps.view import Bounds
from geo.model.stages import Stage
from geo.workflow.patch_layer import BOX, KEY, STAGE_NO, Outlines
from pages.parts import cached, state
from pages.parts.drawing import draw
from pages.parts.map_report import Click, ToolUse
from pages.parts.map_view import current_view, show_map
from pages.parts.words import word


def keys_of(frame: pd.DataFrame) -> pd.Series:
    """Name each patch as BATCH/CODE."""
    keys: pd.Series = frame[KEY]
    return keys


def show_patches(
    name: str,
    frame: pd.DataFrame,
    *,
    today: date,
    fit_token: str,
    fit: Bounds | None = None,
    chosen: str | list[str] | None = None,
    height: int = 520,
    on_choice: Callable[[str], None] | None = None,
    has_legend: bool = True,
    tools: MapTools | None = None,
    on_tool: Callable[[ToolUse], None] | None = None,
) -> None:
    """Draw patches over the grids and tell which one is clicked.

    Parameters
    ----------
    name
        Of the map; it keeps its view under this name.
    frame
        Patches, as `geo.workflow.patch_layer` gives them.
    fit_token, fit
        Change the token to move the map to `fit`, or to all patches.
    chosen
        Keys (BATCH/CODE) that are outlined.
    on_choice
        Called with the key of a clicked patch.
    tools, on_tool
        As for `pages.parts.map_view.show_map`.
    """
    grids = cached.grids(state.actor())
    # Without patches the grids, and without grids the region, give the map a place to be.
    everywhere = bounds_in(frame if len(frame) else grids)
    fit = fit or everywhere
    view = current_view(name, fit=fit, fit_token=fit_token, height=height)
    keys = keys_of(frame).to_numpy(dtype=object)
    title = word("map.patches")
    if frame is cached.patches(state.actor()):
        patches = cached.overview(state.actor(), view, title, today)
    else:
        patches = draw(frame, view, title, today)
    stages = [list(Stage)[number] for number in np.unique(frame[STAGE_NO].to_numpy())]
    borders = cached.borders(state.actor(), view, word("map.grids"))

    def clicked(click: Click) -> None:
        if on_choice and click.layer == "patches" and click.id is not None:
            on_choice(click.id)

    show_map(
        name,
        [borders, patches],
        lang=state.lang(),
        fit=fit,
        fit_token=fit_token,
        extent=everywhere,
        selected=chosen,
        outline=_outline(frame, keys, chosen),
        legend=[*stage_legend(stages), grid_entry()] if has_legend else (),
        height=height,
        on_click=clicked,
        tools=tools,
        on_tool=on_tool,
    )


def _outline(
    frame: pd.DataFrame, keys: np.ndarray, chosen: str | list[str] | None
) -> shapely.Geometry | None:
    if not isinstance(chosen, str):
        return None
    found = Outlines(frame)[np.flatnonzero(keys == chosen)[:1]]
    return found[0] if len(found) else None


def bounds_in(frame: pd.DataFrame) -> Bounds | None:
    """Give the bounds of all that has a shape, in degrees."""
    boxes = frame[BOX].to_numpy()
    boxes = boxes[~np.isnan(boxes[:, 0])]
    if len(boxes) == 0:
        return None
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def box_of(frame: pd.DataFrame, key: str | None) -> Bounds | None:
    """Give the bounds of one patch, in degrees; None if it is not in the layer."""
    return None if key is None else bounds_in(frame[keys_of(frame) == key])


def around(shape: shapely.Geometry) -> Bounds:
    """Give the bounds of one shape, for a map that goes to it."""
    west, south, east, north = shape.bounds
    return (west, south, east, north)
