"""What patches lie on: the layers that an office has brought to compare with, ready for the map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.maps.layers import Style
from geo.maps.palette import ADMIN_DIGITS, ADMIN_STYLES, GROUND_STYLES
from geo.model.layer_kinds import LayerKind
from geo.model.things import Actor
from geo.store import references
from geo.store.door import Store

# What of the work is drawn elsewhere.
_KINDS = (LayerKind.RESERVES, LayerKind.PERMITS, LayerKind.ADMIN)
# A switch each: more would hide the map.
MOST_OTHERS = 8


@dataclass(frozen=True, slots=True)
class GroundLayer:
    """One switch of the map.

    Attributes
    ----------
    name
        ``reserves``, ``permits``, ``admin``, or ``reference-ID`` for any other layer.
    title
        What the office has called it; empty for the three that have a name of their own.
    kind
        What it is.
    layer_ids
        The stored layers that it shows.
    """

    name: str
    title: str
    kind: LayerKind
    layer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The features of one switch within somebody's territory, in EPSG:4490; boxes in degrees."""

    features: NDArray[np.object_]
    boxes: NDArray[np.float64]
    names: Sequence[str]
    styles: Sequence[Style]


def revision(store: Store, actor: Actor) -> tuple[object, ...]:
    """Tell apart the states of the layers: another value after one came or went."""
    with store.reading(actor) as session:
        return references.layers_revision(session)


def ground_layers(store: Store, actor: Actor) -> list[GroundLayer]:
    """List what somebody can switch on, lowest first: layers with something in their territory."""
    with store.reading(actor) as session:
        seen = references.visible_layers(session)
    found = []
    for kind in _KINDS:
        ids = tuple(layer.id for layer in seen if layer.kind is kind)
        if ids:
            found.append(GroundLayer(kind.value, "", kind, ids))
    others = [layer for layer in seen if layer.kind is LayerKind.REFERENCE][:MOST_OTHERS]
    return [
        *(
            GroundLayer(f"reference-{layer.id}", layer.name, layer.kind, (layer.id,))
            for layer in reversed(others)
        ),
        *found,
    ]


def ground_of(store: Store, actor: Actor, layer: GroundLayer) -> Ground:
    """Read the features of one layer as far as they concern the actor's territory."""
    with store.reading(actor) as session:
        frame = references.reference_frame(session, layer_ids=layer.layer_ids)
    features = frame.geometry.to_numpy()
    pairs = zip(frame["name"], frame["code"], strict=True)
    names = [str(name or code) for name, code in pairs]
    styles = [_style(layer.kind, str(code)) for code in frame["code"]]
    return Ground(features, shapely.bounds(features), names, styles)


def _style(kind: LayerKind, code: str) -> Style:
    if kind is not LayerKind.ADMIN:
        return GROUND_STYLES[kind]
    # Files fill the codes of higher units with zeros.
    digits = len(code.rstrip("0"))
    return ADMIN_STYLES[sum(digits > most for most in ADMIN_DIGITS)]
