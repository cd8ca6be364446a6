"""Assign patches: who answers for each, in which grid, until when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geo.errors import NotAllowed, NotFound
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage, Verb
from geo.model.things import Actor, Assignment, Patch
from geo.store import grids, patches, people
from geo.store.changes import Change, change_patches
from geo.store.door import Session, Store
from geo.workflow.clock import local_day

ANSWERING = frozenset({Role.RANGER, Role.GRID_MANAGER})


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What was assigned.

    Attributes
    ----------
    assigned
        How many patches were given to somebody, or to somebody else, or got a new deadline.
    unchanged
        How many had the same person and the same deadline already.
    not_located
        How many were left out because they lie in no grid.
    by_person
        How many each person got.
    """

    assigned: int
    unchanged: int
    not_located: int
    by_person: dict[str, int]
    due: date


def assignable(store: Store, actor: Actor) -> list[Patch]:
    """List the patches nobody answers for yet, in the actor's territory."""
    with store.reading(actor) as session:
        return patches.find_patches(session, PatchFilter(stages=(Stage.ISSUED,)))


def propose_assignments(
    store: Store,
    actor: Actor,
    chosen: Sequence[Patch],
    *,
    at: datetime,
    to: str | None = None,
    due: date | None = None,
    grid: str | None = None,
) -> tuple[list[Assignment], int]:
    """Say who would answer for what, without writing it.

    Parameters
    ----------
    chosen
        The patches as whoever decides has seen them.
    to
        Code of the person; without one, the ranger of each patch's grid.
    due
        The deadline; without one, the workspace's number of days from today.
    grid
        A grid for patches that lie in none.

    Returns
    -------
    tuple
        The assignments, and how many patches were left out because they lie in no grid.

    Raises
    ------
    NotFound
        ``person_unknown``, ``grid_unknown``, ``nobody_for_grid``.
    NotAllowed
        ``nothing_to_assign``, ``not_located``, ``due_past``, ``person_not_fitting``.
    """
    today = local_day(store, at)
    due = due or today + timedelta(days=store.rules().due_days)
    if due < today:
        raise NotAllowed("due_past", due=due)
    with store.reading(actor) as session:
        if to is not None:
            _check_person(session, to, today)
        if grid is not None and not grids.known_codes(session, [grid]):
            raise NotFound("grid_unknown", grid=grid)
        rangers = {} if to is not None else _rangers(session, today)
    placed = [(p, p.grid_code or grid) for p in chosen]
    located = [(p, code) for p, code in placed if code is not None]
    if not located:
        raise _nothing(chosen)
    nobody = [code for _, code in located if to is None and code not in rangers]
    if nobody:
        raise NotFound("nobody_for_grid", count=len(nobody), example=nobody[0])
    return (
        [Assignment(p.id, to or rangers[code], code, due) for p, code in located],
        len(chosen) - len(located),
    )


def assign_patches(
    store: Store,
    actor: Actor,
    chosen: Sequence[Patch],
    *,
    at: datetime,
    to: str | None = None,
    due: date | None = None,
    grid: str | None = None,
) -> AssignReport:
    """Assign patches, all of them or none; see `propose_assignments`.

    Raises
    ------
    OldVersion
        If one of them was changed since `chosen` was read.
    """
    wanted, not_located = propose_assignments(
        store, actor, chosen, at=at, to=to, due=due, grid=grid
    )
    seen = {p.id: p for p in chosen}
    new = [a for a in wanted if not _is_standing(a, seen[a.patch_id])]
    changes = [
        Change(
            patch_id=a.patch_id,
            base_version=seen[a.patch_id].version,
            verb=Verb.ASSIGNED,
            stage_to=Stage.ASSIGNED,
            new_values={"assignee": a.assignee, "grid_code": a.grid_code, "due": a.due},
        )
        for a in new
    ]
    with store.writing(actor) as session:
        change_patches(session, changes, at=at)
    return AssignReport(
        assigned=len(new),
        unchanged=len(wanted) - len(new),
        not_located=not_located,
        by_person=dict(sorted(Counter(a.assignee for a in new).items())),
        due=wanted[0].due,
    )


def _is_standing(wanted: Assignment, patch: Patch) -> bool:
    return patch.stage is Stage.ASSIGNED and (patch.assignee, patch.grid_code, patch.due) == (
        wanted.assignee,
        wanted.grid_code,
        wanted.due,
    )


def _check_person(session: Session, code: str, today: date) -> None:
    roles = [one.role for one in people.roles_of(session, code, on=today)]
    if not ANSWERING.intersection(roles):
        raise NotAllowed("person_not_fitting", person=code, role=roles[0] if roles else "none")


def _rangers(session: Session, today: date) -> dict[str, str]:
    """Take only rangers who are registered: a code in a grid file is a claim, not a person."""
    known = {p.code for p in people.list_people(session, on=today) if p.role in ANSWERING}
    return {g: r for g, r in grids.rangers_of_grids(session).items() if r in known}


def _nothing(chosen: Sequence[Patch]) -> NotAllowed:
    if len(chosen) == 1:
        return NotAllowed("not_located", patch=chosen[0].key)
    return NotAllowed("nothing_to_assign")
