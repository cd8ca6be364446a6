"""The patches of a workspace ready to be cut into tiles.

Outlines change when files bring them, how a patch is drawn changes all day. So the outlines are
prepared once for a delivery and kept in the workspace's folder, while the class of each patch, a
byte, is found for each layer that somebody looks at. Maps keep tiles of an older state and ask what
has changed since (`PatchTiles.changes`).
"""

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.maps.addresses import TILES
from geo.maps.layers import TileLayer
from geo.maps.tile_cut import (
    CELL_BITS,
    HIDDEN,
    SUM_ZOOM,
    CellSums,
    Classes,
    TileAt,
    TileIndex,
    count_below,
    counted_tile,
    drawn_tile,
)
from geo.maps.tile_shapes import DRAFT, TileShapes
from geo.model.things import Actor
from geo.settings import TILES_FOLDER
from geo.store import history, outlines
from geo.store.disk import disk_told
from geo.store.door import Session, Store
from geo.store.people import PROGRAM
from geo.workflow.map_layer import MapLayer
from geo.workflow.patch_layer import PatchLayers, fits
from geo.workflow.patch_rows import Patches

KEPT_LAYERS = 24
# A new epoch after so many events: until then an open map learns of each change by itself.
EPOCH = 2_000
# With more changes than this a map is told to fetch its tiles anew.
MOST_CHANGES = 2_000


@dataclass(slots=True)
class _Shown:
    """How the patches are drawn in one layer, as of an event."""

    seq: int
    index: TileIndex
    classes: Classes
    late: npt.NDArray[np.bool_]
    count_below: int
    sums: CellSums


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a patch: its class, -1 if it is no longer shown, and its box in degrees."""

    id: int
    number: int
    box: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed up to an event; `is_all`: more than can be told one by one."""

    seq: int
    changed: tuple[Change, ...] = ()
    is_all: bool = False


class TileAddress(NamedTuple):
    """What the address of a layer's tiles is made of.

    Attributes
    ----------
    token
        Of the layer.
    state
        Changes with the outlines, and with which patches the actor sees.
    count_below
        Zoom of the tiles below which patches are counted.
    newest
        Number of the newest event.
    """

    token: str
    state: str
    count_below: int
    newest: int


class PatchTiles:
    """The tiles of one workspace."""

    def __init__(self, store: Store, layers: PatchLayers) -> None:
        self._store = store
        self._layers = layers
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._delivery: object = None
        self._index = TileIndex(TileShapes.of(np.empty(0, np.int64), np.empty(0, object)))
        self._shown: OrderedDict[object, _Shown] = OrderedDict()

    def prepare(self) -> int:
        """Bring the outlines up to date; gives a number that changes with them."""
        delivery = self._store.files_revision()[1]
        if delivery != self._delivery:
            with self._lock:
                if delivery != self._delivery:
                    self._renew(delivery)
        return int(delivery)

    def newest(self) -> int:
        """Number the newest event."""
        with self._store.reading(PROGRAM) as session:
            return history.newest_seq(session)

    def address_of(self, layer: MapLayer, actor: Actor) -> TileAddress:
        """Say where a map finds the tiles of a layer, and below which zoom it counts."""
        membership = self._layers.of(actor)[1].membership
        below = self._layer(layer, actor, since=0).count_below
        return TileAddress(layer.token(), f"{self._delivery}-{membership}", below, self.newest())

    def tile(self, layer: MapLayer, actor: Actor, at: TileAt, *, since: int) -> bytes:
        """Cut a tile that is as new as an event, or newer."""
        shown = self._layer(layer, actor, since=since)
        if at.z >= shown.count_below:
            return drawn_tile(shown.index, shown.classes, at)
        sums = shown.sums
        if at.z > SUM_ZOOM:
            part = shown.index.inside(at)
            sums = CellSums.of(
                shown.index.shapes, shown.classes, shown.late, bits=at.z + CELL_BITS, part=part
            )
        return counted_tile(shown.index, shown.classes, sums, at)

    def changes(self, layer: MapLayer, actor: Actor, *, since: int) -> Changes:
        """Tell what has changed in a layer after an event."""
        with self._store.reading(actor) as session:
            newest = history.newest_seq(session)
            if newest <= since:
                return Changes(newest)
            ids = history.changed_since(session, since)
        if len(ids) > MOST_CHANGES:
            return Changes(newest, is_all=True)
        seq, patches = self._layers.of(actor)
        mine = patches.of_ids(ids)
        numbers = np.where(_fitting(mine, layer), layer.scheme.numbers(mine).astype(int), -1)
        rows = zip(mine["id"].tolist(), numbers.tolist(), mine.boxes.tolist(), strict=True)
        return Changes(seq, tuple(Change(i, n, tuple(box)) for i, n, box in rows))

    def label(self, actor: Actor, patch_id: int) -> str | None:
        """Say what a patch is called; None if the actor does not see it."""
        mine = self._layers.of(actor)[1].of_ids([patch_id])
        return None if mine.empty else mine.codes[0]

    def _layer(self, layer: MapLayer, actor: Actor, *, since: int) -> _Shown:
        self.prepare()
        # By what the actor sees now: a patch that has left their territory is in no tile any more.
        seq, patches = self._layers.of(actor)
        key = (layer, patches.membership, self._delivery)
        # A map asks for a dozen tiles at once: one of them looks, the others wait for it.
        with self._looking:
            shown = self._shown.get(key)
            if shown is None or shown.seq < since:
                shown = self._shown[key] = self._look(layer, seq, patches)
            self._shown.move_to_end(key)
            while len(self._shown) > KEPT_LAYERS:
                self._shown.popitem(last=False)
        return shown

    def _look(self, layer: MapLayer, seq: int, patches: Patches) -> _Shown:
        mine = patches.some(_fitting(patches, layer))
        index = self._index
        shapes = index.shapes
        by_id = np.full(int(shapes.ids.max(initial=0)) + 1, HIDDEN, dtype=np.uint8)
        ids = mine["id"]
        is_known = ids < len(by_id)  # what came since the outlines were prepared is not drawn yet
        by_id[ids[is_known]] = layer.scheme.numbers(mine)[is_known]
        classes = by_id[shapes.ids]
        late = np.zeros(HIDDEN + 1, dtype=bool)
        styles = layer.scheme.styles
        late[: len(styles)] = [style.is_late for style in styles]
        sums = CellSums.of(shapes, classes, late)
        return _Shown(seq, index, classes, late, count_below(shapes, classes), sums)

    def _renew(self, delivery: int) -> None:
        with self._store.reading(PROGRAM) as session:
            # The hash of the event that drew last tells the data apart, also after a restore.
            name = history.last_drawing(session)[:32] or "none"
            folder = self._store.folder / TILES_FOLDER / name
            try:
                shapes = TileShapes.load(folder)
            except (OSError, ValueError, EOFError):
                shutil.rmtree(folder, ignore_errors=True)  # what is broken would be in the way
                with disk_told(self._store.folder):
                    TileShapes.write(_all_outlines(session), folder)
                shapes = TileShapes.load(folder)
        self._index = TileIndex(shapes)
        self._delivery = delivery
        _forget_others(folder)


def tile_layer(tiles: PatchTiles, layer: MapLayer, actor: Actor, *, title: str) -> TileLayer:
    """Say to a map where it finds the tiles of a layer."""
    found = tiles.address_of(layer, actor)
    start = f"{TILES}/{found.token}"
    return TileLayer(
        name="patches",
        title=title,
        # What may be kept under an address changes with the outlines and with who sees what.
        address=f"{start}/{{z}}/{{x}}/{{y}}.mvt?v={{v}}&d={found.state}",
        changes_address=f"{start}/changes",
        label_address=f"{start}/{{id}}/label",
        count_below=found.count_below,
        styles=layer.scheme.styles,
        epoch=found.newest - found.newest % EPOCH,
        since=found.newest,
    )


def _fitting(patches: Patches, layer: MapLayer) -> npt.NDArray[np.bool_]:
    everything = np.ones(len(patches), dtype=bool)
    return reduce(lambda mask, wanted: mask & fits(patches, wanted), layer.wanted, everything)


def _all_outlines(session: Session) -> Iterator[TileShapes]:
    """Read all outlines, some thousands at a time."""
    for ids, found in outlines.all_outlines(session):
        yield TileShapes.of(ids, shapely.from_wkb(found))


def _forget_others(folder: Path) -> None:
    """Remove what was prepared for earlier deliveries; whoever still reads it keeps it open."""
    for other in folder.parent.glob("*"):
        if other != folder and not other.name.startswith(DRAFT):
            shutil.rmtree(other, ignore_errors=True)
