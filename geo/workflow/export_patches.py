"""Give patches out as a layer or a table, as they stand now."""

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.files.write import Format, csv_text, write_layer
from geo.model import columns as c
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.things import Actor
from geo.store import batches, patches
from geo.store.door import Store
from geo.store.patches import WKB

Table = TypeVar("Table", bound=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and how many patches are in it."""

    path: Path
    format: Format
    patches: int


def export_patches(
    store: Store,
    actor: Actor,
    out: Path,
    form: Format,
    *,
    wanted: PatchFilter | None = None,
) -> Exported:
    """Write patches to a GeoJSON, GeoPackage, zipped shapefile or CSV file.

    The columns begin with those of `geo.model.columns.EXPORT_COLUMNS`; areas are geodesic, on the
    CGCS2000 ellipsoid.

    Raises
    ------
    FileRefused
        ``cannot_write``.
    """
    frame = patch_table(store, actor, wanted)
    write_layer(frame, out, form, layer="patches")
    return Exported(out, form, len(frame))


def patch_table(store: Store, actor: Actor, wanted: PatchFilter | None = None) -> gpd.GeoDataFrame:
    """Read patches with their columns in the order in which they are given out."""
    with store.reading(actor) as session:
        frame = patches.patch_frame(session, wanted or PatchFilter())
        return _given_out(with_origins(frame, batches.origins(session)))


def sheet(store: Store, actor: Actor, wanted: Sequence[PatchFilter]) -> bytes:
    """Give the patches that fit all filters as a table that Excel opens, for a download.

    It begins with a byte order mark: without one a Chinese Excel takes UTF-8 for GBK.
    """
    with store.reading(actor) as session:
        told = batches.origins(session)
        tables = (with_origins(one, told) for one in patches.patch_tables(session, wanted))
        parts = [csv_text(table[_order(table)]).encode() for table in tables]
    # Each part has the headings, which the whole needs once.
    rows = [part.split(b"\r\n", 1)[1] for part in parts[1:]]
    return b"".join([BOM_UTF8, parts[0], *rows])


def with_origins(table: Table, origins: Mapping[str, Origin]) -> Table:
    """Add the column that tells delivered patches from machine-made ones."""
    told = [str(origins.get(batch, Origin.DELIVERED)) for batch in table[c.BATCH]]
    return table.assign(**{c.ORIGIN: told})


def _given_out(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ordered = frame[[*_order(frame), c.GEOMETRY]]
    return ordered.assign(**{c.SHARE: pd.to_numeric(ordered[c.SHARE])})


def _order(table: pd.DataFrame) -> list[str]:
    """Put the columns in the order in which they are given out, without those of the program."""
    inner = {*c.EXPORT_COLUMNS, WKB, "id", c.GEOMETRY}
    return [*c.EXPORT_COLUMNS, *(name for name in table.columns if name not in inner)]
