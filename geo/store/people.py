"""People in the store."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from geo.errors import NotFound
from geo.model.stages import Level, Role
from geo.model.things import Actor, Person
from geo.store.door import Session
from geo.store.schema import person


def insert_people(session: Session, people: Sequence[Person]) -> int:
    """Write people who are not known yet; say how many were new."""
    known = set(session.connection.execute(select(person.c.code)).scalars())
    new = [p for p in people if p.code not in known]
    if new:
        session.connection.execute(
            insert(person),
            [
                {
                    "code": p.code,
                    "role": p.role.value,
                    "label": p.label,
                    "level": p.level.value if p.level else None,
                    "admin_code": p.admin_code,
                }
                for p in new
            ],
        )
    return len(new)


def list_people(session: Session, *, role: Role | None = None) -> list[Person]:
    """List people, by role and code."""
    query = select(person).order_by(person.c.role, person.c.code)
    if role is not None:
        query = query.where(person.c.role == role.value)
    return [_person(row) for row in session.connection.execute(query)]


def get_person(session: Session, code: str) -> Person:
    """Find one person.

    Raises
    ------
    NotFound
        ``person_unknown``, naming some who are known.
    """
    row = session.connection.execute(select(person).where(person.c.code == code)).one_or_none()
    if row is None:
        known = session.connection.execute(
            select(person.c.code).order_by(person.c.code).limit(8)
        ).scalars()
        raise NotFound("person_unknown", person=code, known=", ".join(known))
    return _person(row)


def _person(row: Row[Any]) -> Person:
    return Person(
        code=row.code,
        role=Role(row.role),
        label=row.label,
        level=Level(row.level) if row.level else None,
        admin_code=row.admin_code,
    )


# The program itself, where nobody is named: it may look people up, and nothing else.
PROGRAM = Actor(Person("program", Role.CHIEF))
