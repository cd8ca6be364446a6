"""Give the patrol grids out as a layer or a table."""

from dataclasses import dataclass
from pathlib import Path

from geo.files.write import Format, write_layer
from geo.model import columns as c
from geo.model.things import Actor
from geo.store import grids
from geo.store.door import Store


@dataclass(frozen=True, slots=True)
class GridsExported:
    """A file that was written, and how many grids are in it."""

    path: Path
    format: Format
    grids: int


def export_grids(store: Store, actor: Actor, out: Path, form: Format) -> GridsExported:
    """Write the grids of the actor's territory to a file, in EPSG:4490.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    with store.reading(actor) as session:
        frame = grids.grid_frame(session)
    rest = [name for name in frame.columns if name not in {c.GRID_CODE, c.GEOMETRY}]
    write_layer(frame[[c.GRID_CODE, *rest, c.GEOMETRY]], out, form, layer="grids")
    return GridsExported(out, form, len(frame))
