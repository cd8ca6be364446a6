"""Patches and grids on the map, the same way on every screen."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from geo.maps.layers import Layer, TileLayer
from geo.maps.view import Bounds
from geo.model.filters import PatchFilter
from geo.workflow.patch_rows import BOX, Outlines, Patches
from pages.parts import cached, state
from pages.parts.colours import chosen_colour, colour_choice, legend_of
from pages.parts.drawing import draw
from pages.parts.ground import ground_layers
from pages.parts.map_report import Click
from pages.parts.map_view import current_view, show_map
from pages.parts.words import word


def show_patches(
    name: str,
    patches: Patches,
    wanted: tuple[PatchFilter, ...] | None,
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
    wanted
        What they have been narrowed down to; None: they are drawn as they are, and not as the
        store has them.
    fit_token, fit
        Change the token to move the map to `fit`, or to all patches.
    chosen
        Keys (BATCH/CODE) that are outlined.
    on_choice
        Called with the key of a clicked patch.
    """
    scheme = cached.scheme(state.actor(), chosen_colour(name, has_choice=has_legend), today)
    grids = cached.grids(state.actor())
    # Without patches the grids, and without grids the region, give the map a place to be.
    everywhere = bounds_in(grids) if patches.empty else patches.bounds
    fit = fit or everywhere
    view = current_view(name, fit=fit, fit_token=fit_token, height=height)
    outlines = cached.outlines(state.actor(), patches)
    layer: Layer | TileLayer
    if wanted is None:
        layer = draw(patches, outlines, view, word("map.patches"), scheme)
    else:
        layer = cached.tiled(state.actor(), wanted, scheme, word("map.patches"))

    def clicked(click: Click) -> None:
        key = None if click.id is None else patches.key_of(click.id)
        if on_choice and click.layer == "patches" and key is not None:
            on_choice(key)

    show_map(
        name,
        [*ground_layers(name, view, only_grids=not has_legend), layer],
        lang=state.lang(),
        fit=fit,
        fit_token=fit_token,
        extent=everywhere,
        selected=_ids_of(patches, chosen),
        outline=_outline(patches, outlines, chosen),
        legend=legend_of(patches, scheme) if has_legend else (),
        colours=colour_choice(scheme.by) if has_legend else None,
        height=height,
        on_click=clicked,
    )


def _ids_of(patches: Patches, keys: str | list[str] | None) -> str | list[str] | None:
    """Name patches on the map, where they have numbers."""
    if keys is None:
        return None
    ids = patches["id"]
    places = map(patches.place_of, [keys] if isinstance(keys, str) else keys)
    found = [str(ids[place]) for place in places if place is not None]
    if isinstance(keys, str):
        return found[0] if found else None
    return found


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
