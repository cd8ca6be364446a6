"""What a process keeps at hand of each workspace: its patches and their tiles, once for all.

Screens and routes look at the same.
"""

import threading

from geo.store.door import PROGRAM, Store
from geo.workflow.patch_layer import PatchLayers
from geo.workflow.patch_tiles import PatchTiles

_LOCK = threading.Lock()
_AT_HAND: dict[str, tuple[PatchLayers, PatchTiles]] = {}


def layers_of(store: Store) -> PatchLayers:
    """Give a workspace's patches."""
    return _of(store)[0]


def tiles_of(store: Store) -> PatchTiles:
    """Give a workspace's tiles."""
    return _of(store)[1]


def get_at_hand(store: Store) -> None:
    """Read patches and prepare tiles before somebody asks for them."""
    layers, tiles = _of(store)
    layers.of(PROGRAM)
    tiles.prepare()


def _of(store: Store) -> tuple[PatchLayers, PatchTiles]:
    with _LOCK:
        if store.name not in _AT_HAND:
            layers = PatchLayers(store)
            _AT_HAND[store.name] = layers, PatchTiles(store, layers)
        return _AT_HAND[store.name]
