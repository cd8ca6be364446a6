"""What the screens read again and again: the only caches, each keyed by the data's revision."""

from datetime import UTC, datetime

import geopandas as gpd
import streamlit as st

from geo.model.codes import CodeList, cause_list
from geo.model.filters import PatchFilter
from geo.model.things import Actor, Person
from geo.settings import workspace_path
from geo.workflow import look, undo
from geo.workflow.clock import local_day
from geo.workflow.set_up import OpenStore, open_workspace
from geo.workflow.today import Waiting, waiting
from geo.workflow.undo import LastStep


def store() -> OpenStore:
    """Give the workspace's data: opened once in a process."""
    return _open(str(workspace_path().resolve()))


@st.cache_resource
def _open(path: str) -> OpenStore:
    return open_workspace(path)


def now() -> datetime:
    """Give the moment at which the screen is drawn."""
    return datetime.now(UTC)


def people() -> list[Person]:
    """List everybody."""
    return _people(str(store().path), store().revision())


@st.cache_data(max_entries=4)
def _people(path: str, revision: str) -> list[Person]:
    del path, revision  # they only name the entry
    return look.everybody(store())


def patches(actor: Actor) -> gpd.GeoDataFrame:
    """Read the actor's patches as a layer; it is shared, so never change it."""
    return _patches(str(store().path), store().revision(), actor)


# As a resource, not as data: 12,000 outlines would be copied at every run, 60 ms each time.
@st.cache_resource(max_entries=6, show_spinner=False)
def _patches(path: str, revision: str, actor: Actor) -> gpd.GeoDataFrame:
    del path, revision
    return look.patch_layer(store(), actor, PatchFilter())


def grids(actor: Actor) -> gpd.GeoDataFrame:
    """Read the actor's grids as a layer; never change it."""
    return _grids(str(store().path), store().revision(), actor)


@st.cache_resource(max_entries=6, show_spinner=False)
def _grids(path: str, revision: str, actor: Actor) -> gpd.GeoDataFrame:
    del path, revision
    return look.grid_layer(store(), actor)


def causes(actor: Actor) -> dict[str, CodeList]:
    """Give the list of causes that each batch was coded in."""
    return _causes(str(store().path), store().revision(), actor)


@st.cache_resource(max_entries=6, show_spinner=False)
def _causes(path: str, revision: str, actor: Actor) -> dict[str, CodeList]:
    del path, revision
    return {b.code: cause_list(b.cause_list) for b in look.deliveries(store(), actor)}


def last_step(actor: Actor) -> LastStep | None:
    """Find what a person did last, if nothing has followed it."""
    return _last_step(str(store().path), store().revision(), actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _last_step(path: str, revision: str, actor: Actor) -> LastStep | None:
    del path, revision
    return undo.last_step(store(), actor)


def todo(actor: Actor) -> list[Waiting]:
    """List what waits for a person today."""
    today = local_day(store(), now()).isoformat()
    return _todo(str(store().path), store().revision(), today, actor)


@st.cache_data(max_entries=16, show_spinner=False)
def _todo(path: str, revision: str, today: str, actor: Actor) -> list[Waiting]:
    del path, revision, today
    return waiting(store(), actor, today=local_day(store(), now()))
