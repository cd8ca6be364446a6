"""Look things up for a screen or a command: who I am, lists, one patch's whole story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd

from geo.errors import NotFound
from geo.model.codes import CodeList, cause_list
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.stages import Role
from geo.model.things import Actor, Batch, Event, Finding, Patch, Person
from geo.store import batches, fieldwork, grids, history, patches, people
from geo.store.door import Store


@dataclass(frozen=True, slots=True)
class PatchStory:
    """Everything about one patch.

    Attributes
    ----------
    outline
        Its shape in EPSG:4490 (lon, lat).
    findings
        Newest first.
    events
        Oldest first.
    causes
        The list its batch was coded in.
    origin
        Whether it was delivered or found by the program.
    """

    patch: Patch
    outline: Any
    findings: Sequence[Finding]
    events: Sequence[Event]
    causes: CodeList
    origin: Origin


def actor_of(store: Store, code: str, *, role: Role | None = None, on: date | None = None) -> Actor:
    """Act as a person, in this role or in the first that they hold.

    Parameters
    ----------
    on
        The day of which the role has to hold; None: any that was not taken back.

    Raises
    ------
    NotFound
        ``person_unknown``.
    NotAllowed
        ``no_role``.
    """
    with store.reading(people.PROGRAM) as session:
        return Actor(people.get_person(session, code, role=role, on=on))


def everybody(store: Store, *, role: Role | None = None, on: date | None = None) -> list[Person]:
    """List people in each role that they hold, by role and code."""
    with store.reading(people.PROGRAM) as session:
        return people.list_people(session, role=role, on=on)


def colleagues(store: Store, actor: Actor, *, on: date | None = None) -> list[Person]:
    """List people whose roles reach into the actor's territory, by role and code."""
    with store.reading(actor) as session:
        return people.list_people(session, on=on)


def deliveries(store: Store, actor: Actor) -> list[Batch]:
    """List batches, newest first."""
    with store.reading(actor) as session:
        return batches.list_batches(session)


def cause_lists(store: Store, actor: Actor) -> dict[str, str]:
    """Name the list of causes that each batch was coded in."""
    with store.reading(actor) as session:
        return batches.cause_lists(session)


def origins(store: Store, actor: Actor) -> dict[str, Origin]:
    """Tell of each batch whether it was delivered or found by the program."""
    with store.reading(actor) as session:
        return batches.origins(session)


def find(
    store: Store, actor: Actor, wanted: PatchFilter | None = None, *, limit: int | None = None
) -> list[Patch]:
    """List patches, overdue first."""
    with store.reading(actor) as session:
        return patches.find_patches(session, wanted or PatchFilter(), limit=limit)


def find_by_id(store: Store, actor: Actor, ids: Sequence[int]) -> list[Patch]:
    """Read patches in the order of the ids; those that have left the territory are left out."""
    with store.reading(actor) as session:
        found = {patch.id: patch for patch in patches.find_patches_by_id(session, ids)}
    return [found[number] for number in ids if number in found]


def count(store: Store, actor: Actor, wanted: PatchFilter | None = None) -> int:
    """Count patches."""
    with store.reading(actor) as session:
        return patches.count_patches(session, wanted or PatchFilter())


def one(store: Store, actor: Actor, key: str) -> Patch:
    """Find one patch by its code, or by ``BATCH/CODE``.

    Raises
    ------
    NotFound
        ``patch_unknown`` or ``patch_ambiguous``.
    """
    with store.reading(actor) as session:
        return patches.get_patch(session, key)


def several(store: Store, actor: Actor, keys: Mapping[int, str]) -> list[Patch]:
    """Read patches by their ids, in the order of the ids.

    Parameters
    ----------
    keys
        BATCH/CODE by id.

    Raises
    ------
    NotFound
        ``patch_unknown``, naming one that the actor does not see (any more).
    """
    with store.reading(actor) as session:
        found = patches.find_patches_by_id(session, list(keys))
    if missing := keys.keys() - {patch.id for patch in found}:
        raise NotFound("patch_unknown", patch=keys[min(missing)])
    return found


def story(store: Store, actor: Actor, key: str) -> PatchStory:
    """Read everything about one patch in one snapshot."""
    with store.reading(actor) as session:
        patch = patches.get_patch(session, key)
        return PatchStory(
            patch=patch,
            outline=patches.outline(session, patch.id),
            findings=fieldwork.findings_of(session, patch.id),
            events=history.events_of(session, patch.id),
            causes=cause_list(batches.cause_list_of(session, patch.batch)),
            origin=batches.origins(session).get(patch.batch, Origin.DELIVERED),
        )


def grid_layer(store: Store, actor: Actor) -> gpd.GeoDataFrame:
    """Read the grids as a layer in EPSG:4490."""
    with store.reading(actor) as session:
        return grids.grid_frame(session)


def recent(store: Store, actor: Actor, *, limit: int) -> list[tuple[str, Event]]:
    """Read the newest events in the actor's territory, with their patches' keys."""
    with store.reading(actor) as session:
        return history.recent_events(session, limit=limit)


def verify(store: Store, actor: Actor) -> history.Verification:
    """Recompute every patch's history and compare it with the patch as it stands.

    All patches are read, whatever the actor's territory: a history is nobody's own.
    """
    del actor
    with store.reading(people.PROGRAM) as session:
        return history.verify(session)
