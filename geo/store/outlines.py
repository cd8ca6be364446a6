"""The outlines of all patches, for what prepares them once and keeps them beside the store."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from geo.store.door import Session
from geo.store.schema import patch
from geo.store.scope import patch_scope

AT_ONCE = 20_000


def all_outlines(
    session: Session,
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]]:
    """Read the outlines of the patches within the actor's territory, some thousands at a time.

    Yields
    ------
    tuple of numpy.ndarray
        Ids, and the outlines as well-known binary in EPSG:4490.
    """
    query = select(patch.c.id, patch.c.geom).where(patch_scope(session.actor))
    with session.connection.execute(query.execution_options(yield_per=AT_ONCE)) as found:
        for rows in found.partitions():
            ids, shapes = zip(*rows, strict=True)
            yield np.array(ids, dtype=np.int64), np.array(shapes, dtype=object)
