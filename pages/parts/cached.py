"""What the screens read again and again: the only caches, each keyed by the data's revision."""

from dataclasses import replace
from datetime import UTC, date, datetime

import geopandas as gpd
import shapely
import streamlit as st

from geo.maps.borders import Partition, look_at_features, look_at_partition
from geo.maps.images import ImageLayer, ImagePair
from geo.maps.layers import Layer, TileLayer
from geo.maps.palette import GRID_STYLE, GROUND_STYLES, ColourBy
from geo.maps.view import View
from geo.model import columns as c
from geo.model.accounts import SignedIn
from geo.model.codes import CodeList, cause_list
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.things import Actor, Patch, Person
from geo.settings import store_place, workspace_path
from geo.shapes.arcs import arcs_of
from geo.workflow import ground as reference
from geo.workflow import imagery, look, sign_in, undo
from geo.workflow.at_hand import layers_of, tiles_of
from geo.workflow.clock import local_day
from geo.workflow.ground import Ground, GroundLayer
from geo.workflow.map_layer import MapLayer
from geo.workflow.patch_colours import Scheme, scheme_of
from geo.workflow.patch_layer import scope_of
from geo.workflow.patch_rows import BOX, Outlines, Patches
from geo.workflow.patch_tiles import tile_layer
from geo.workflow.set_up import OpenStore, open_workspace
from geo.workflow.today import Waiting, waiting_in
from geo.workflow.undo import LastStep


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


def patches(actor: Actor) -> Patches:
    """Give the actor's patches (see `PatchLayers`)."""
    return layers_of(store()).of(actor)[1]


def outlines(actor: Actor, some: Patches) -> Outlines:
    """Give the shapes of patches, as far as the actor sees them."""
    return Outlines(store(), actor, some)


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


def tiled(actor: Actor, wanted: tuple[PatchFilter, ...], scheme: Scheme, title: str) -> TileLayer:
    """Give the actor's patches as a layer that the map fetches in tiles."""
    layer = MapLayer(actor.code, actor.role, wanted, scheme)
    return tile_layer(tiles_of(store()), layer, actor, title=title)


def scheme(actor: Actor, by: ColourBy, today: date) -> Scheme:
    """Say what the colours of the actor's patches stand for, whichever of them are shown."""
    seq, layer = layers_of(store()).of(actor)
    return _scheme(store().name, seq, scope_of(actor), by, today, layer)


@st.cache_resource(max_entries=32, show_spinner=False)
def _scheme(
    path: str, seq: int, scope: object, by: ColourBy, today: date, _layer: Patches
) -> Scheme:
    del path, seq, scope
    return scheme_of(_layer, by, today=today)


def borders(actor: Actor, view: View, title: str) -> Layer:
    """Give the borders of the actor's grids as the map shows them in one view."""
    return _borders(store().name, store().files_revision(), scope_of(actor), view, title, actor)


# The same for the borders of 24,000 grids.
@st.cache_resource(max_entries=64, show_spinner=False)
def _borders(
    path: str,
    revision: tuple[int, int],
    scope: object,
    view: View,
    title: str,
    _actor: Actor,
) -> Layer:
    partition = _partition(path, revision, scope, _actor)
    layer = look_at_partition(partition, GRID_STYLE, view, name="grids", title=title)
    return replace(layer, sign=GRID_STYLE)


# 0.5 s for 24,000 grids: once for all views.
@st.cache_resource(max_entries=6, show_spinner=False)
def _partition(path: str, revision: tuple[int, int], scope: object, _actor: Actor) -> Partition:
    del path, revision, scope
    frame = grids(_actor)
    areas = frame.geometry.to_numpy()
    arcs = arcs_of(areas)
    codes = frame[c.GRID_CODE].tolist()
    return Partition(areas, frame[BOX].to_numpy(), codes, arcs, shapely.bounds(arcs))


def ground_layers(actor: Actor) -> list[GroundLayer]:
    """List the layers of reference that the actor can switch on."""
    revision = reference.revision(store(), actor)
    return _ground_layers(store().name, revision, scope_of(actor), actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ground_layers(path: str, revision: object, scope: object, _actor: Actor) -> list[GroundLayer]:
    del path, revision, scope
    return reference.ground_layers(store(), _actor)


def ground(actor: Actor, layer: GroundLayer, view: View, title: str) -> Layer:
    """Give a layer of reference as the map shows it in one view."""
    revision = reference.revision(store(), actor)
    return _ground(store().name, revision, scope_of(actor), layer, (view, title), actor)


@st.cache_resource(max_entries=64, show_spinner=False)
def _ground(
    path: str,
    revision: object,
    scope: object,
    layer: GroundLayer,
    shown: tuple[View, str],
    _actor: Actor,
) -> Layer:
    read = _features(path, revision, scope, layer, _actor)
    view, title = shown
    drawn = look_at_features(
        read.features,
        read.names,
        read.styles,
        view,
        name=layer.name,
        title=title,
        boxes=read.boxes,
    )
    return replace(drawn, sign=GROUND_STYLES[layer.kind])


@st.cache_resource(max_entries=16, show_spinner=False)
def _features(
    path: str, revision: object, scope: object, layer: GroundLayer, _actor: Actor
) -> Ground:
    del path, revision, scope
    return reference.ground_of(store(), _actor, layer)


def causes(actor: Actor) -> dict[str, CodeList]:
    """Give the list of causes that each batch was coded in."""
    seq = layers_of(store()).of(actor)[0]
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
    seq = layers_of(store()).of(actor)[0]
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
    seq, layer = layers_of(store()).of(actor)
    return _todo(store().name, seq, local_day(store(), now()), actor, layer)


@st.cache_resource(max_entries=64, show_spinner=False)
def _todo(path: str, seq: int, today: date, actor: Actor, _layer: Patches) -> list[Waiting]:
    del path, seq
    return waiting_in(_layer, actor, store().rules(), today=today)


def image_layers(actor: Actor) -> list[ImageLayer]:
    """List the imagery that the actor may see, as layers of the map; never change it."""
    revision = (imagery.imagery_revision(store()), store().files_revision())
    return _image_layers(store().name, revision, scope_of(actor), actor)


@st.cache_resource(max_entries=32, show_spinner=False)
def _image_layers(path: str, revision: object, scope: object, _actor: Actor) -> list[ImageLayer]:
    del path, revision, scope
    return imagery.image_layers(store(), _actor)


def image_pair(actor: Actor, patch: Patch) -> ImagePair:
    """Choose the images before and after the change of a patch that the actor may see."""
    revision = (imagery.imagery_revision(store()), store().files_revision())
    shown = (patch.id, patch.version)
    return _image_pair(store().name, revision, scope_of(actor), shown, actor, patch)


# To look at a patch in two images takes some 20 ms.
@st.cache_resource(max_entries=256, show_spinner=False)
def _image_pair(
    path: str,
    revision: object,
    scope: object,
    shown: tuple[int, int],
    _actor: Actor,
    _patch: Patch,
) -> ImagePair:
    del path, revision, scope, shown
    return imagery.image_pair(store(), _actor, _patch)
