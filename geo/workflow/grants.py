"""Give somebody a role in a place, take it back, and see who holds what."""

from dataclasses import replace
from datetime import datetime

from geo.errors import NotAllowed, NotFound
from geo.model.stages import ADMINISTRATION, Chore, Role, require_role
from geo.model.things import Actor, Grant, Person
from geo.store import grids, people
from geo.store.door import Session, Store
from geo.workflow.import_people import ADMIN_CODE_EXAMPLES, is_admin_code


def give_role(store: Store, actor: Actor, grant: Grant, *, at: datetime, label: str = "") -> Grant:
    """Give somebody a role; somebody new is written down with it.

    Parameters
    ----------
    label
        How somebody new is called.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``, ``grant_beyond_territory``, ``grant_ends_first``,
        ``admin_code_bad``.
    NotFound
        ``grid_unknown``.
    """
    require_role(actor.role, ADMINISTRATION, Chore.STAFF)
    wanted = replace(grant, person=grant.person.strip())
    if not wanted.person:
        raise NotAllowed("person_code_missing")
    if wanted.admin_code is not None and not is_admin_code(wanted.admin_code):
        raise NotAllowed("admin_code_bad", value=wanted.admin_code, known=ADMIN_CODE_EXAMPLES)
    first, last = wanted.valid_from, wanted.valid_until
    if first is not None and last is not None and last < first:
        raise NotAllowed("grant_ends_first", first=first, last=last)
    with store.writing(actor) as session:
        if wanted.grid_code is not None and not grids.known_codes(session, [wanted.grid_code]):
            raise NotFound("grid_unknown", grid=wanted.grid_code)
        people.register(session, wanted.person, label)
        number = people.insert_grant(session, wanted, at=at)
    return replace(wanted, id=number, given_at=at, given_by=actor.code)


def take_back(store: Store, actor: Actor, grant_id: int, *, at: datetime) -> Grant:
    """Take a role back from now on; what was done with it stays.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``, ``grant_beyond_territory``, or ``administrator_last``: nobody could
        give it again.
    NotFound
        ``grant_unknown``.
    OldVersion
        ``grant_revoked``.
    """
    require_role(actor.role, ADMINISTRATION, Chore.STAFF)
    with store.writing(actor) as session:
        grant = people.revoke_grant(session, grant_id, at=at)
        _require_administrator(session)
    return replace(grant, revoked_at=at, revoked_by=actor.code)


def grants(store: Store, actor: Actor, *, person: str | None = None) -> list[Grant]:
    """List what was given in the actor's territory, also what has ended.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    with store.reading(actor) as session:
        return people.list_grants(session, code=person)


def roles_of(store: Store, actor: Actor, code: str) -> list[Person]:
    """List what one person is.

    Raises
    ------
    NotFound
        ``person_unknown``.
    """
    with store.reading(actor) as session:
        return people.roles_of(session, code)


def _require_administrator(session: Session) -> None:
    standing = people.list_people(session, role=Role.ADMINISTRATOR)
    if not standing:
        raise NotAllowed("administrator_last")
