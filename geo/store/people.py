"""People in the store, and the roles they hold."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, true, update

from geo.errors import NotAllowed, NotFound, OldVersion
from geo.model.stages import ADMINISTRATION, Chore, Level, Role
from geo.model.things import Actor, Grant, Person
from geo.store.door import PROGRAM, Session
from geo.store.schema import grid, person, role_grant
from geo.store.scope import begins_with, place_scope

__all__ = ["PROGRAM"]
_ORDER = list(Role)


def insert_people(session: Session, people: Sequence[Person], *, at: datetime) -> int:
    """Write people who are not known yet, each with the role they have here; say how many.

    Raises
    ------
    NotAllowed
        ``grant_beyond_territory`` if one is given what the actor does not hold.
    """
    session.require(ADMINISTRATION, Chore.STAFF)
    for one in people:
        _require_free(one.code)
    known = set(session.connection.execute(select(person.c.code)).scalars())
    new = [p for p in people if p.code not in known]
    if not new:
        return 0
    session.connection.execute(insert(person), [{"code": p.code, "label": p.label} for p in new])
    for grant in [grant for p in new for grant in grants_of_person(p)]:
        insert_grant(session, grant, at=at)
    return len(new)


def register(session: Session, code: str, label: str) -> None:
    """Write somebody new down by their code; whoever is known stays as they are.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(ADMINISTRATION, Chore.STAFF)
    _require_free(code)
    known = select(person.c.code).where(person.c.code == code)
    if session.connection.execute(known).first() is None:
        session.connection.execute(insert(person).values(code=code, label=label))


def grants_of_person(one: Person) -> list[Grant]:
    """Write out what a person in a role holds, one place at a time, without an end."""
    places = [(prefix, None) for prefix in one.prefixes] + [(None, code) for code in one.grids]
    return [
        Grant(one.code, one.role, one.level, admin_code=prefix, grid_code=code)
        for prefix, code in places
    ]


def insert_grant(session: Session, grant: Grant, *, at: datetime) -> int:
    """Give somebody a role; gives the number of the grant.

    Raises
    ------
    NotFound
        ``person_unknown``.
    NotAllowed
        ``grant_beyond_territory``: nobody gives more than they hold.
    """
    session.require(ADMINISTRATION, Chore.STAFF)
    _require_known(session, grant.person)
    _require_inside(session, grant)
    written = insert(role_grant).values(
        person=grant.person,
        role=grant.role.value,
        level=grant.level.value if grant.level else None,
        admin_code=grant.admin_code,
        grid_code=grant.grid_code,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        given_at=at,
        given_by=session.actor.code,
    )
    number: int = session.connection.execute(written.returning(role_grant.c.id)).scalar_one()
    return number


def revoke_grant(session: Session, grant_id: int, *, at: datetime) -> Grant:
    """Take a role back; gives what it was.

    Raises
    ------
    NotFound
        ``grant_unknown``.
    NotAllowed
        ``grant_beyond_territory``.
    OldVersion
        ``grant_revoked``: somebody took it back before.
    """
    session.require(ADMINISTRATION, Chore.STAFF)
    row = session.connection.execute(
        select(role_grant).where(role_grant.c.id == grant_id, _grant_scope(session.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("grant_unknown", grant=grant_id)
    grant = _grant(row)
    _require_inside(session, grant)
    done = session.connection.execute(
        update(role_grant)
        .where(role_grant.c.id == grant_id, role_grant.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=session.actor.code)
    ).rowcount
    if not done:
        raise OldVersion("grant_revoked", grant=grant_id)
    return grant


def list_grants(session: Session, *, code: str | None = None) -> list[Grant]:
    """List the grants in the actor's territory, also those that have ended, by person."""
    session.require(ADMINISTRATION, Chore.STAFF)
    query = select(role_grant).where(_grant_scope(session.actor))
    if code is not None:
        query = query.where(role_grant.c.person == code)
    rows = session.connection.execute(query.order_by(role_grant.c.person, role_grant.c.id))
    return [_grant(row) for row in rows]


def list_people(
    session: Session, *, role: Role | None = None, on: date | None = None
) -> list[Person]:
    """List people in each role that they hold, by role and code.

    Parameters
    ----------
    on
        Only roles that hold on this day; None: all that were not taken back.
    """
    return _people(session, on=on, only=_is_of_role(role))


def roles_of(session: Session, code: str, *, on: date | None = None) -> list[Person]:
    """List what one person is, in the order of the roles.

    Raises
    ------
    NotFound
        ``person_unknown``, naming some who are known.
    """
    _require_known(session, code)
    return _people(session, on=on, only=role_grant.c.person == code)


def get_person(
    session: Session, code: str, *, role: Role | None = None, on: date | None = None
) -> Person:
    """Find one person, in this role or in the first that they hold.

    Raises
    ------
    NotFound
        ``person_unknown``, naming some who are known.
    NotAllowed
        ``no_role`` if they hold none now, or not this one.
    """
    for found in roles_of(session, code, on=on):
        if role in {None, found.role}:
            return found
    raise NotAllowed("no_role", person=code, role=role or "")


def _people(session: Session, *, on: date | None, only: ColumnElement[bool]) -> list[Person]:
    rows = session.connection.execute(
        select(role_grant, person.c.label)
        .join(person, person.c.code == role_grant.c.person)
        .where(_holds(on), _grant_scope(session.actor), only)
        .order_by(role_grant.c.person, role_grant.c.id)
    )
    places: dict[tuple[str, str, str | None, str], list[Row[Any]]] = {}
    for row in rows:
        places.setdefault((row.person, row.role, row.level, row.label), []).append(row)
    found = [
        Person(
            code=code,
            role=Role(role),
            label=label,
            level=Level(level) if level else None,
            prefixes=tuple(dict.fromkeys(r.admin_code for r in held if r.admin_code is not None)),
            grids=tuple(dict.fromkeys(r.grid_code for r in held if r.grid_code is not None)),
        )
        for (code, role, level, label), held in places.items()
    ]
    return sorted(found, key=lambda p: (_ORDER.index(p.role), p.code))


def _is_of_role(role: Role | None) -> ColumnElement[bool]:
    return true() if role is None else role_grant.c.role == role.value


def _holds(on: date | None) -> ColumnElement[bool]:
    stands = role_grant.c.revoked_at.is_(None)
    if on is None:
        return stands
    first, last = role_grant.c.valid_from, role_grant.c.valid_until
    return and_(stands, or_(first.is_(None), first <= on), or_(last.is_(None), last >= on))


def _grant_scope(actor: Actor) -> ColumnElement[bool]:
    """Make the condition for people who work in the actor's territory, above it, or are the actor.

    Whoever works above it answers for it too: a city's inspector reviews each county's patches.
    """
    if actor.is_everywhere:
        return true()
    code = role_grant.c.admin_code
    seen = [role_grant.c.person == actor.code]
    for prefix in actor.prefixes:
        above = [prefix[:digits] for digits in range(len(prefix))]
        seen += [begins_with(code, prefix), code.in_(above)]
    inside = place_scope(actor, grid.c.admin_code, grid.c.code)
    seen.append(role_grant.c.grid_code.in_(select(grid.c.code).where(inside)))
    return or_(*seen)


def place_beyond(session: Session, code: str) -> str | None:
    """Name a place beyond the actor's territory where somebody holds a role; None: nowhere.

    Raises
    ------
    NotFound
        ``person_unknown``.
    """
    session.require(ADMINISTRATION, Chore.STAFF)
    _require_known(session, code)
    held = select(role_grant).where(role_grant.c.person == code, role_grant.c.revoked_at.is_(None))
    for row in session.connection.execute(held).all():
        try:
            _require_inside(session, _grant(row))
        except NotAllowed as refused:
            return str(refused.values["place"])
    return None


def _require_inside(session: Session, grant: Grant) -> None:
    actor = session.actor
    if actor.is_everywhere:
        return
    place = grant.admin_code
    if place is None:
        of_grid = select(grid.c.admin_code).where(grid.c.code == grant.grid_code)
        place = session.connection.execute(of_grid).scalar() or ""
    if not any(place.startswith(prefix) for prefix in actor.prefixes):
        said = grant.grid_code or place or "*"
        raise NotAllowed("grant_beyond_territory", person=grant.person, place=said)


def _require_free(code: str) -> None:
    """Refuse the name under which the program itself is written into the history."""
    if code == PROGRAM.code:
        raise NotAllowed("person_code_reserved", person=code)


def _require_known(session: Session, code: str) -> None:
    if session.connection.execute(select(person.c.code).where(person.c.code == code)).first():
        return
    near = select(role_grant.c.person).where(_grant_scope(session.actor)).distinct()
    known = session.connection.execute(near.order_by(role_grant.c.person).limit(8))
    raise NotFound("person_unknown", person=code, known=", ".join(known.scalars()))


def _grant(row: Row[Any]) -> Grant:
    values = row._asdict()
    level = Level(row.level) if row.level else None
    return Grant(**values | {"role": Role(row.role), "level": level})
