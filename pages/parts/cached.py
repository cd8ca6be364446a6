"""What the screens read again and again: the only caches, each keyed by the data's revision."""

from datetime import UTC, date, datetime

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.maps.layers import Layer
from geo.maps.palette import GRID_STYLE
from geo.maps.view import View
from geo.maps.viewport import look_at_borders
from geo.model import columns as c
from geo.model.accounts import SignedIn
from geo.model.codes import CodeList, cause_list
from geo.model.origin import Origin
from geo.model.things import Actor, Person
from geo.settings import store_place, workspace_path
from geo.workflow import look, sign_in, undo
from geo.workflow.clock import local_day
from geo.workflow.patch_layer import BOX, PatchLayers, scope_of
from geo.workflow.set_up import OpenStore, open_workspace
from geo.workflow.today import Waiting, waiting_in
from geo.workflow.undo import LastStep
from pages.parts.drawing import draw

LABELLED_GRIDS = 16


def store() -> OpenStore:
    """Give the workspace's data: opened once in a process."""
    return _open(str(store_place(workspace=workspace_path().resolve())))


@st.cache_resource
def _open(path: str) -> OpenStore:
    return open_workspace(path)


def now() -> datetime:
    """Give the moment at which the screen is drawn."""
    return datetime.now(UTC)


def is_demo() -> bool:
    """Tell whether nothing here is real, so that nobody signs in."""
    return _is_demo(store().name)


@st.cache_resource
def _is_demo(path: str) -> bool:
    del path
    return sign_in.is_demo(store())


def standing(session: str) -> SignedIn | None:
    """Tell whose a session is, asked anew each time; None if it has ended."""
    return sign_in.standing(store(), session, at=now())


def roles_of(person: str) -> list[Person]:
    """List what somebody is today, asked anew each time."""
    return sign_in.roles_of(store(), person, at=now())


def people() -> list[Person]:
    """List everybody in each role that they hold today."""
    return _people(store().name, store().staff_revision(), local_day(store(), now()))


@st.cache_data(max_entries=4)
def _people(path: str, revision: tuple[int, int], today: date) -> list[Person]:
    del path, revision  # they only name the entry
    return look.everybody(store(), on=today)


def colleagues(actor: Actor) -> list[Person]:
    """List the people whose roles reach into the actor's territory, and nobody else."""
    return _colleagues(store().name, store().revision(), local_day(store(), now()), actor)


@st.cache_data(max_entries=32, show_spinner=False)
def _colleagues(path: str, revision: str, today: date, actor: Actor) -> list[Person]:
    del path, revision
    return look.colleagues(store(), actor, on=today)


def patches(actor: Actor) -> pd.DataFrame:
    """Give the actor's patches (see `PatchLayers`); it is shared, so never change it."""
    return _layers(store().name).of(actor)[1]


@st.cache_resource(show_spinner=False)
def _layers(name: str) -> PatchLayers:
    del name
    return PatchLayers(store())


def grids(actor: Actor) -> gpd.GeoDataFrame:
    """Read the actor's grids as a layer with their bounds; never change it."""
    return _grids(store().name, store().files_revision(), actor.prefixes, actor.grids, actor)


# As a resource, not as data: 2,400 outlines would be copied at every run.
@st.cache_resource(max_entries=6, show_spinner=False)
def _grids(
    path: str,
    revision: tuple[int, int],
    prefixes: tuple[str, ...],
    own: tuple[str, ...],
    _actor: Actor,
) -> gpd.GeoDataFrame:
    del path, revision, prefixes, own
    frame = look.grid_layer(store(), _actor)
    return frame.assign(**dict(zip(BOX, frame.geometry.bounds.to_numpy().T, strict=True)))


def overview(actor: Actor, view: View, title: str, today: date) -> Layer:
    """Give all of the actor's patches as the map shows them in one view."""
    seq, frame = _layers(store().name).of(actor)
    shown = (view, title, today)
    return _overview(store().name, seq, scope_of(actor), shown, frame)


# Everybody begins with the same view, in which 100,000 patches take 40 ms to be counted.
@st.cache_resource(max_entries=32, show_spinner=False)
def _overview(
    path: str,
    seq: int,
    scope: object,
    shown: tuple[View, str, date],
    _frame: pd.DataFrame,
) -> Layer:
    del path, seq, scope
    return draw(_frame, *shown)


def borders(actor: Actor, view: View, title: str) -> Layer:
    """Give the borders of the actor's grids as the map shows them in one view."""
    return _borders(store().name, store().files_revision(), scope_of(actor), view, title, actor)


# The same for the borders of 2,400 grids.
@st.cache_resource(max_entries=64, show_spinner=False)
def _borders(
    path: str,
    revision: tuple[int, int],
    scope: object,
    view: View,
    title: str,
    _actor: Actor,
) -> Layer:
    del path, revision, scope
    frame = grids(_actor)
    west, south, east, north = (frame[side].to_numpy() for side in BOX)
    is_seen = (west <= view.east) & (east >= view.west)
    is_seen &= (south <= view.north) & (north >= view.south)
    codes = frame[c.GRID_CODE].tolist()
    return look_at_borders(
        frame.geometry.to_numpy(),
        codes,
        GRID_STYLE,
        view,
        title=title,
        # Codes of up to twenty digits are only readable where few grids are in sight.
        labels=codes if is_seen.sum() <= LABELLED_GRIDS else None,
        boxes=frame[BOX].to_numpy(),
    )


def causes(actor: Actor) -> dict[str, CodeList]:
    """Give the list of causes that each batch was coded in."""
    seq = _layers(store().name).of(actor)[0]
    return _causes(store().name, store().files_revision(), seq, scope_of(actor), actor)


@st.cache_resource(max_entries=16, show_spinner=False)
def _causes(
    path: str, revision: tuple[int, int], seq: int, scope: object, _actor: Actor
) -> dict[str, CodeList]:
    del path, revision, seq, scope
    named = look.cause_lists(store(), _actor)
    return {code: cause_list(name) for code, name in named.items()}


def origins(actor: Actor) -> dict[str, Origin]:
    """Tell of each batch whether it was delivered or found by the program."""
    seq = _layers(store().name).of(actor)[0]
    return _origins(store().name, store().files_revision(), seq, scope_of(actor), actor)


@st.cache_resource(max_entries=16, show_spinner=False)
def _origins(
    path: str, revision: tuple[int, int], seq: int, scope: object, _actor: Actor
) -> dict[str, Origin]:
    del path, revision, seq, scope
    return look.origins(store(), _actor)


def last_step(actor: Actor) -> LastStep | None:
    """Find what a person did last, if nothing has followed it."""
    return _last_step(store().name, store().revision(), actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _last_step(path: str, revision: str, actor: Actor) -> LastStep | None:
    del path, revision
    return undo.last_step(store(), actor)


def todo(actor: Actor) -> list[Waiting]:
    """List what waits for a person today."""
    seq, layer = _layers(store().name).of(actor)
    return _todo(store().name, seq, local_day(store(), now()), actor, layer)


@st.cache_resource(max_entries=64, show_spinner=False)
def _todo(path: str, seq: int, today: date, actor: Actor, _layer: pd.DataFrame) -> list[Waiting]:
    del path, seq
    return waiting_in(_layer, actor, store().rules(), today=today)
