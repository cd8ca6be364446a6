"""What the store itself says, to compare with what is made of memory or of files."""

from datetime import date

import geopandas as gpd

from geo.model.filters import PatchFilter
from geo.model.things import Actor
from geo.store import patches
from geo.store.door import Store
from geo.workflow.today import Waiting, duty_filters


def waiting(store: Store, actor: Actor, *, today: date) -> list[Waiting]:
    """List what waits for a person, most urgent first, each kind counted by a query."""
    found = []
    filters = duty_filters(actor, store.rules(), today=today)
    with store.reading(actor) as session:
        for duty, wanted in filters.items():
            count = patches.count_patches(session, wanted)
            if count:
                found.append(Waiting(duty, count, wanted))
    return found


def patch_layer(store: Store, actor: Actor) -> gpd.GeoDataFrame:
    """Read a person's patches as a layer in EPSG:4490."""
    with store.reading(actor) as session:
        return patches.patch_frame(session, PatchFilter())
