"""Find a place by what people call it: a patch's number, a name, or coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import shapely

from geo.maps.view import Bounds
from geo.model.things import Actor
from geo.shapes.coordinate_text import CoordinateReading, meridian_of, read_coordinates
from geo.store import grids, places
from geo.store.door import Session, Store
from geo.store.places import Named

MOST_ANSWERS = 8
MOST_CHARACTERS = 120
_ANYWHERE_DEG = (105.0, 35.0)


class PlaceKind(StrEnum):
    """What a place is."""

    PATCH = "patch"
    GRID = "grid"
    FEATURE = "feature"
    COORDINATES = "coordinates"


@dataclass(frozen=True, slots=True)
class Place:
    """One answer.

    Attributes
    ----------
    kind
        What it is.
    title
        Its number, or its name if it has one; empty for coordinates.
    group
        Its batch, its layer's name, or the code of a grid that has a name.
    bounds
        Where it lies in degrees (EPSG:4490); a point for coordinates.
    reading
        How the text was read, for coordinates.
    """

    kind: PlaceKind
    title: str
    group: str
    bounds: Bounds
    reading: CoordinateReading | None = None

    @property
    def key(self) -> str | None:
        """Name a patch as BATCH/CODE."""
        return f"{self.group}/{self.title}" if self.kind is PlaceKind.PATCH else None


def find_place(store: Store, actor: Actor, text: str, *, limit: int = MOST_ANSWERS) -> list[Place]:
    """Find what a text may mean, within the actor's territory.

    If it is coordinates, nothing else is looked for. Else patches are (by a part of the number, or
    of ``BATCH/NUMBER``), then grids (by a part of code or name) and what lies in the layers to
    compare with (by a part of name or code). What is called exactly so goes before what only begins
    so or has it inside.

    Parameters
    ----------
    text
        As somebody typed it; of more than 120 characters nothing is found.
    limit
        Most answers.

    Returns
    -------
    list of Place
        The likeliest first; empty if nothing is called so. Coordinates may lie anywhere in China:
        they tell nothing about what is there.
    """
    wanted = " ".join(text.split())
    if not wanted or len(wanted) > MOST_CHARACTERS:
        return []
    with store.reading(actor) as session:
        found = [_of_reading(one) for one in _readings(session, wanted)]
        # Nothing is called "43.4 119.1": a million names need not be looked through.
        found = found or _in_turn(_named(session, wanted, limit), wanted)
    return found[:limit]


def _readings(session: Session, text: str) -> list[CoordinateReading]:
    if found := read_coordinates(text):
        return found
    if not read_coordinates(text, near_deg=_ANYWHERE_DEG):
        return []  # the common case: it is no coordinates
    box = grids.territory_box(session)
    near = None if box is None else ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return read_coordinates(
        text, near_deg=near, meridian_deg=meridian_of(grids.newest_source_crs(session))
    )


def _named(session: Session, text: str, limit: int) -> list[Place]:
    batch, _, code = text.partition("/")
    rows: list[Named] = []
    if code:  # no batch has a slash in its name, but a patch's number may
        rows = places.patches_named(session, code, batch=batch, limit=limit)
    rows = rows or places.patches_named(session, text, limit=limit)
    return [
        *_answers(PlaceKind.PATCH, rows),
        *_answers(PlaceKind.GRID, places.grids_named(session, text, limit=limit)),
        *_answers(PlaceKind.FEATURE, places.features_named(session, text, limit=limit)),
    ]


def _answers(kind: PlaceKind, rows: Sequence[Named]) -> list[Place]:
    found = []
    for row in rows:
        west, south, east, north = shapely.bounds(row.outline)
        title, group = row.code, row.group
        if row.name:
            title, group = row.name, group or row.code
        box = (float(west), float(south), float(east), float(north))
        found.append(Place(kind, title, group, box))
    return found


def _in_turn(found: Sequence[Place], text: str) -> list[Place]:
    """Put what is called exactly so first; the rest stays in its order."""
    small = text.lower()
    return sorted(found, key=lambda one: small not in {one.title.lower(), (one.key or "").lower()})


def _of_reading(reading: CoordinateReading) -> Place:
    lon, lat = reading.lon_deg, reading.lat_deg
    return Place(PlaceKind.COORDINATES, "", "", (lon, lat, lon, lat), reading)
