"""Patches and grids on the map, the same way on every screen."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.maps.legend import grid_entry, stage_legend
from geo.maps.palette import GRID_STYLE, stage_style
from geo.maps.view import Bounds, View, bounds_of
from geo.maps.viewport import look, look_at_borders
from geo.model import columns as c
from geo.model.stages import CLOSED_STAGES, Stage
from pages.parts import cached, state
from pages.parts.map_view import Click, current_view, show_map
from pages.parts.words import word

LABELLED_GRIDS = 16


def keys_of(frame: gpd.GeoDataFrame) -> pd.Series:
    """Name each patch as BATCH/CODE."""
    keys: pd.Series = frame[c.BATCH].str.cat(frame[c.PATCH_CODE], sep="/")
    return keys


def is_late(frame: gpd.GeoDataFrame, today: date) -> np.ndarray:
    """Tell which patches are overdue."""
    due = pd.to_datetime(frame[c.DUE])
    is_open = ~frame[c.STAGE].isin([s.value for s in CLOSED_STAGES])
    late: np.ndarray = ((due < pd.Timestamp(today)) & is_open).to_numpy(dtype=bool)
    return late


def show_patches(
    name: str,
    frame: gpd.GeoDataFrame,
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
    frame
        Patches in EPSG:4490.
    fit_token, fit
        Change the token to move the map to `fit`, or to all patches.
    chosen
        Keys (BATCH/CODE) that are outlined.
    on_choice
        Called with the key of a clicked patch.
    """
    grids = cached.grids(state.actor())
    # Without patches the grids, and without grids the region, give the map a place to be.
    everywhere = bounds_of((frame if len(frame) else grids).geometry.to_numpy())
    fit = fit or everywhere
    view = current_view(name, fit=fit, fit_token=fit_token, height=height)
    keys = keys_of(frame).tolist()
    stages = [Stage(s) for s in frame[c.STAGE]]
    late = is_late(frame, today)
    patches = look(
        frame.geometry.to_numpy(),
        keys,
        [stage_style(s, late=bool(lt)) for s, lt in zip(stages, late, strict=True)],
        view,
        title=word("map.patches"),
        labels=frame[c.PATCH_CODE].tolist(),
    )
    borders = look_at_borders(
        grids.geometry.to_numpy(),
        grids[c.GRID_CODE].tolist(),
        GRID_STYLE,
        view,
        title=word("map.grids"),
        # Codes of up to twenty digits are only readable where few grids are in sight.
        labels=grids[c.GRID_CODE].tolist() if _grids_in(grids, view) <= LABELLED_GRIDS else None,
    )

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
    )


def _grids_in(grids: gpd.GeoDataFrame, view: View) -> int:
    west, south, east, north = grids.bounds.to_numpy().T
    is_seen = (
        (west <= view.east) & (east >= view.west) & (south <= view.north) & (north >= view.south)
    )
    return int(is_seen.sum())


def _outline(
    frame: gpd.GeoDataFrame, keys: list[str], chosen: str | list[str] | None
) -> shapely.Geometry | None:
    if not isinstance(chosen, str) or chosen not in keys:
        return None
    outline: shapely.Geometry = frame.geometry.iloc[keys.index(chosen)]
    return outline


def around(shape: shapely.Geometry) -> Bounds:
    """Give the bounds of one shape, for a map that goes to it."""
    west, south, east, north = shape.bounds
    return (west, south, east, north)
