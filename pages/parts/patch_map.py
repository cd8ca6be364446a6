"""Patches and grids on the map, the same way on every screen."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.view import Bounds
from geo.workflow.patch_rows import BOX, Outlines, Patches
from pages.parts import cached, state
from pages.parts.drawing import draw
from pages.parts.map_report import Click
from pages.parts.map_view import current_view, show_map
from pages.parts.words import word


def show_patches(
    name: str,
    patches: Patches,
    *,
    today: date,
    fit_token: str,
    fit: Bounds | None = None,
    chosen: str | list[str] | None = None,
    height: int = 520,
    on_choice: Callable[[str], None] | None = None,
    has_legend: bool = True,
) -> None:
    """Draw patches over the grids and tell which one is clicked.

    Parameters
    ----------
    name
        Of the map; it keeps its view under this name.
    patches
        What is drawn.
    fit_token, fit
        Change the token to move the map to `fit`, or to all patches.
    chosen
        Keys (BATCH/CODE) that are outlined.
    on_choice
        Called with the key of a clicked patch.
    """
    grids = cached.grids(state.actor())
    # Without patches the grids, and without grids the region, give the map a place to be.
    everywhere = bounds_in(grids) if patches.empty else patches.bounds
    fit = fit or everywhere
    view = current_view(name, fit=fit, fit_token=fit_token, height=height)
    title = word("map.patches")
    outlines = cached.outlines(state.actor(), patches)
    if patches is cached.patches(state.actor()):
        layer = cached.overview(state.actor(), view, title, today)
    else:
        layer = draw(patches, outlines, view, title, today)
    borders = cached.borders(state.actor(), view, word("map.grids"))

    def clicked(click: Click) -> None:
        if on_choice and click.layer == "patches" and click.id is not None:
            on_choice(click.id)

    show_map(
        name,
        [borders, layer],
        lang=state.lang(),
        fit=fit,
        fit_token=fit_token,
        extent=everywhere,
        selected=chosen,
        outline=_outline(patches, outlines, chosen),
        legend=[*stage_legend(patches.stages), grid_entry()] if has_legend else (),
        height=height,
        on_click=clicked,
    )


def _outline(
    patches: Patches, outlines: Outlines, chosen: str | list[str] | None
) -> shapely.Geometry | None:
    place = patches.place_of(chosen) if isinstance(chosen, str) else None
    return None if place is None else outlines[np.array([place])][0]


def bounds_in(frame: gpd.GeoDataFrame) -> Bounds | None:
    """Give the bounds of all grids that have a shape, in degrees."""
    boxes = frame[BOX].to_numpy()
    boxes = boxes[~np.isnan(boxes[:, 0])]
    if len(boxes) == 0:
        return None
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def around(shape: shapely.Geometry) -> Bounds:
    """Give the bounds of one shape, for a map that goes to it."""
    west, south, east, north = shape.bounds
    return (west, south, east, north)
