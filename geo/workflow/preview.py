"""A delivered layer before it is understood: what it holds, what it could mean, where it could lie.

Unlike `geo.workflow.intake.take_in` this never refuses a layer for what is still to be said about
it: a person looks at it to say just that.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geo.files.read import Delivery, read_delivery
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor
from geo.shapes.crs import Bounds
from geo.shapes.crs_candidates import CrsVerdict, diagnose_crs
from geo.shapes.prj import Prj
from geo.store.door import Store
from geo.workflow.intake import ImportOptions
from geo.workflow.layer_crs import boxes_of, said_crs
from geo.workflow.layer_fields import FieldMapping, map_fields
from geo.workflow.layer_shapes import outlines_of_walks
from geo.workflow.surroundings import Surroundings, surroundings_of

SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of a layer before anything is decided.

    Attributes
    ----------
    delivery
        The layer as it was read.
    fields
        Which fields seem to fill which columns; without one for the numbers these may be made.
    said_crs
        What the file says of its coordinate system; None if nothing.
    verdict
        In which systems its numbers could be.
    territory
        The box of what the office has, in degrees.
    """

    kind: LayerKind
    delivery: Delivery
    fields: FieldMapping
    said_crs: Prj | None
    verdict: CrsVerdict
    surroundings: Surroundings

    @property
    def territory(self) -> Bounds | None:
        """The box of where the office works, in degrees."""
        return self.surroundings.bounds

    def first_rows(self, count: int = SHOWN_ROWS) -> pd.DataFrame:
        """Give the first rows as they stand in the file."""
        return self.delivery.attributes.head(count)

    def middle(self) -> tuple[float, float] | None:
        """Give the middle of the layer in its own numbers; None without a single shape."""
        boxes = boxes_of(self.delivery.geometries)
        placed = boxes[~np.isnan(boxes).any(axis=1)]
        if not len(placed):
            return None
        west, south, east, north = np.median(placed, axis=0).tolist()
        return (west + east) / 2, (south + north) / 2


def preview(
    store: Store, actor: Actor, path: Path, kind: LayerKind, options: ImportOptions
) -> Preview:
    """Read a layer and find out what it could be, deciding nothing.

    Parameters
    ----------
    options
        What is said already; the layer and the encoding, as a rule.

    Raises
    ------
    FileRefused
        If the file cannot be read as a layer at all.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    table = LAYER_TABLES[kind]
    surroundings = surroundings_of(store, actor, kind)
    delivery = read_delivery(path, layer=options.layer, encoding=options.encoding)
    fields = map_fields(
        delivery,
        table.columns,
        {name: field for name, field in options.fields.items() if _has(delivery, field)},
        path=path,
        templates=surroundings.templates,
        makes_codes=True,
    )
    raw, _ = outlines_of_walks(delivery.geometries, table)
    said = said_crs(delivery.facts)
    verdict = diagnose_crs(boxes_of(raw), said, surroundings.bounds)
    return Preview(kind, delivery, fields, said, verdict, surroundings)


def boxes_around(bounds: list[Bounds]) -> np.ndarray:
    """Draw boxes given in degrees, for a map."""
    return np.asarray([shapely.box(*box) for box in bounds], dtype=object)


def _has(delivery: Delivery, field: str) -> bool:
    return not field or field in delivery.facts.fields
