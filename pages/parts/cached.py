"""What the screens read again and again: the only caches, each keyed by the data's revision."""

from datetime import UTC, date, datetime

import geopandas as gpd
import streamlit as st

from geo.model.accounts import SignedIn
from geo.model.codes import CodeList, cause_list
from geo.model.filters import PatchFilter
from geo.model.things import Actor, Person
from geo.settings import workspace_path
from geo.workflow import look, sign_in
from geo.workflow.clock import local_day
from geo.workflow.set_up import OpenStore, open_workspace
from geo.workflow.today import Waiting, waiting


def store() -> OpenStore:
    """Give the workspace's data: opened once in a process."""
    return _open(str(workspace_path().resolve()))


@st.cache_resource
def _open(path: str) -> OpenStore:
    return open_workspace(path)


def now() -> datetime:
    """Give the moment at which the screen is drawn."""
    return datetime.now(UTC)


def is_demo() -> bool:
    """Tell whether nothing here is real, so that nobody signs in."""
    return _is_demo(str(store().path))


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
    return _people(str(store().path), store().revision(), local_day(store(), now()))


@st.cache_data(max_entries=4)
def _people(path: str, revision: str, today: date) -> list[Person]:
    del path, revision  # they only name the entry
    return look.everybody(store(), on=today)


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


def todo(actor: Actor) -> list[Waiting]:
    """List what waits for a person today."""
    today = local_day(store(), now()).isoformat()
    return _todo(str(store().path), store().revision(), today, actor)


@st.cache_data(max_entries=16, show_spinner=False)
def _todo(path: str, revision: str, today: str, actor: Actor) -> list[Waiting]:
    del path, revision, today
    return waiting(store(), actor, today=local_day(store(), now()))
