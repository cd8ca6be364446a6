"""What a list of patches can be narrowed down to."""

from dataclasses import dataclass
from datetime import date

from geo.model.stages import Stage

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PatchFilter:
    """Conditions that all hold at once; an empty one holds for every patch.

    Attributes
    ----------
    stages, batches, codes, grids, people, causes
        Any of these values; empty: no condition.
    overdue_on
        Only patches not closed whose deadline lies before this day.
    due_from, due_until
        Only those whose deadline lies between these days, both included.
    located
        True: only those in a grid; False: only those outside every grid; None: both.
    bounds
        Only those whose box meets this one: min lon, min lat, max lon, max lat in degrees
        (EPSG:4490).
    search
        Part of a patch code.
    has_alert
        Only those that a corrected delivery has changed and nobody has looked at yet.
    """

    stages: tuple[Stage, ...] = ()
    batches: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    overdue_on: date | None = None
    due_from: date | None = None
    due_until: date | None = None
    located: bool | None = None
    bounds: Bounds | None = None
    search: str = ""
    has_alert: bool = False
