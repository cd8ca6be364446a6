"""Patches and grids on the map, the same way on every screen."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from geo.maps.images import MapImages
from geo.maps.layers import Layer, TileLayer
from geo.maps.map_tools import MapTools
from geo.maps.view import Bounds
from geo.model.filters import PatchFilter
from geo.workflow.patch_rows import BOX, Outlines, Patches
from pages.parts import cached, state
from pages.parts.colours import chosen_colour, colour_choice, legend_of
from pages.parts.drawing import draw
from pages.parts.ground import ground_layers
from pages.parts.images import images_under
from pages.parts.map_report import Click, ToolUse
from pages.parts.map_view import current_view, show_map
from pages.parts.overlays import overlay_layers
from pages.parts.words import word

MOST_OUTLINED = 2_000


def show_patches(
    name: str,
    patches: Patches,
    wanted: tuple[PatchFilter, ...] | None,
    *,
    today: date,
    fit_token: str,
    fit: Bounds | None = None,
    chosen: str | Patches | None = None,
    height: int = 520,
    on_choice: Callable[[str], None] | None = None,
    has_legend: bool = True,
    tools: MapTools | None = None,
    on_tool: Callable[[ToolUse], None] | None = None,
    images: MapImages | None = None,
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
        What is outlined: the key (BATCH/CODE) of one patch, or several, of which a map of very
        many shows the first.
    on_choice
        Called with the key of a clicked patch.
    tools, on_tool
        As for `pages.parts.map_view.show_map`.
    images
        Of the chosen patch; None: imagery can be laid under the map where it has a legend.
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
        [
            *ground_layers(name, view, only_grids=not has_legend),
            layer,
            *(overlay_layers(name, patches, today) if has_legend else ()),
        ],
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
        tools=tools,
        on_tool=on_tool,
        images=images_under() if images is None and has_legend else images,
    )


def _ids_of(patches: Patches, chosen: str | Patches | None) -> str | list[str] | None:
    """Name patches on the map, where they have numbers."""
    if chosen is None:
        return None
    if isinstance(chosen, Patches):
        return [str(number) for number in chosen["id"][:MOST_OUTLINED].tolist()]
    place = patches.place_of(chosen)
    return None if place is None else str(patches["id"][place])


def _outline(
    patches: Patches, outlines: Outlines, chosen: str | Patches | None
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


def box_of(patches: Patches, key: str | None) -> Bounds | None:
    """Give the bounds of one patch, in degrees; None if it is not among these."""
    place = None if key is None else patches.place_of(key)
    if place is None:
        return None
    west, south, east, north = patches.boxes[place].tolist()
    return (west, south, east, north)


def around(shape: shapely.Geometry) -> Bounds:
    """Give the bounds of one shape, for a map that goes to it."""
    west, south, east, north = shape.bounds
    return (west, south, east, north)
