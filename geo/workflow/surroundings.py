"""What an office has already, against which a delivered layer is held before it is taken in."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from geo.model.layer_kinds import LayerKind
from geo.model.templates import Template
from geo.model.things import Actor
from geo.shapes.crs import Bounds
from geo.store import grids, references
from geo.store.door import Store
from geo.workflow.templates import list_templates


def _nothing() -> np.ndarray:
    return np.empty(0, dtype=object)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about where an office works.

    Attributes
    ----------
    territory
        Polygons in EPSG:4490 that its patches should lie in: administrative units, else grids.
    outlines
        Shapes in EPSG:4490 along which a delivered layer may run, to find a systematic offset.
    templates
        Mappings of fields that somebody has saved.
    prefixes
        Administrative codes within which whoever imports may bring patches; the empty one: all.
    """

    territory: np.ndarray = field(default_factory=_nothing)
    outlines: np.ndarray = field(default_factory=_nothing)
    templates: tuple[Template, ...] = ()
    prefixes: tuple[str, ...] = ("",)

    @property
    def bounds(self) -> Bounds | None:
        """The territory's box in degrees; None where none is known."""
        if len(self.territory) == 0:
            return None
        west, south, east, north = shapely.total_bounds(self.territory).tolist()
        return west, south, east, north


NOWHERE = Surroundings()


def surroundings_of(store: Store, actor: Actor, kind: LayerKind) -> Surroundings:
    """Gather what a layer of one kind is compared with, within the actor's territory."""
    with store.reading(actor) as session:
        units = references.reference_frame(session, kinds=(LayerKind.ADMIN,))
        cells = grids.grid_frame(session)
    territory = units if len(units) else cells
    # Grids and units are compared with units, everything else with the finer lines of the grids.
    is_border = kind in {LayerKind.GRIDS, LayerKind.ADMIN}
    outlines = units if is_border or not len(cells) else cells
    return Surroundings(
        territory=territory.geometry.to_numpy(),
        outlines=outlines.geometry.to_numpy(),
        templates=tuple(list_templates(store, actor, kind)),
        prefixes=actor.prefixes,
    )
