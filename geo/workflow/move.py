"""Carry a workspace's data from a file into a team's database, or back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.errors import WorkspaceError
from geo.settings import Place, place_name
from geo.store import engines
from geo.store.copy import copy_store
from geo.store.door import Store


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried, and that it is the same.

    Attributes
    ----------
    rows
        Table to how many rows it has, in both places.
    patches, events, digest
        As a check of the whole history finds them in both places.
    """

    rows: Mapping[str, int]
    patches: int
    events: int
    digest: str


def move(source: Place, target: Place) -> Moved:
    """Copy all data into an empty place and compare; the source stays as it is.

    The target is made if it is not there. Files beside the data, such as field packages, are not
    touched.

    Raises
    ------
    WorkspaceError
        ``move_same_place``, ``move_target_not_empty``, ``move_source_broken``, ``move_differs``;
        as opening and making a store does. Nothing is left in the target then.
    """
    if _key(source) == _key(target):
        raise WorkspaceError("move_same_place", path=place_name(source))
    with Store.open(source) as old:
        new, is_made = _open_or_make(target)
        try:
            with new:
                copied = copy_store(old, new)
        except BaseException:
            if is_made:
                engines.way_to(target).discard(target)
            raise
    checked = copied.checked
    return Moved(copied.rows, checked.patches, checked.events, checked.digest)


def _open_or_make(target: Place) -> tuple[Store, bool]:
    try:
        return Store.create(target), True
    except WorkspaceError as error:
        if error.code not in {"workspace_exists", "store_exists"}:
            raise
    return Store.open(target), False


def _key(place: Place) -> object:
    return place.resolve() if isinstance(place, Path) else place
