"""Who looks at a patch just now: a lock that others see, and that ends by itself."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from geo.errors import NotFound
from geo.model.stages import OFFICE, Verb
from geo.model.things import ReviewLock
from geo.store.door import Session
from geo.store.schema import patch, review_lock
from geo.store.scope import patch_scope


def take_lock(session: Session, patch_id: int, *, at: datetime, minutes: int) -> ReviewLock:
    """Lock a patch for the actor, or tell who has it; one's own is prolonged.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    NotFound
        ``patch_gone``.
    """
    session.require(OFFICE, Verb.PASSED)
    row = session.connection.execute(
        select(patch.c.id, review_lock.c.person, review_lock.c.until)
        .outerjoin(review_lock, review_lock.c.patch_id == patch.c.id)
        .where(patch.c.id == patch_id, patch_scope(session.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("patch_gone", patch=patch_id)
    if row.person not in {None, session.actor.code} and row.until > at:
        return ReviewLock(patch_id, row.person, row.until)
    until = at + timedelta(minutes=minutes)
    values = {"person": session.actor.code, "until": until}
    if row.person is None:
        session.connection.execute(insert(review_lock).values(patch_id=patch_id, **values))
    else:
        this = review_lock.c.patch_id == patch_id
        session.connection.execute(update(review_lock).where(this).values(**values))
    return ReviewLock(patch_id, session.actor.code, until)


def release_locks(session: Session, *, but: Collection[int] = ()) -> None:
    """Give back the locks that the actor holds, but those on some patches."""
    held = review_lock.c.person == session.actor.code
    session.connection.execute(
        delete(review_lock).where(held, review_lock.c.patch_id.not_in(list(but)))
    )


def lock_of(session: Session, patch_id: int, *, at: datetime) -> ReviewLock | None:
    """Tell who has a patch of the territory, if anybody has."""
    return next(iter(locks_of(session, [patch_id], at=at)), None)


def locks_of(
    session: Session, patch_ids: Collection[int] | None, *, at: datetime
) -> list[ReviewLock]:
    """List the locks that stand on some patches of the territory; None: on any."""
    query = (
        select(review_lock)
        .join(patch, patch.c.id == review_lock.c.patch_id)
        .where(review_lock.c.until > at, patch_scope(session.actor))
        .order_by(review_lock.c.patch_id)
    )
    if patch_ids is not None:
        query = query.where(review_lock.c.patch_id.in_(list(patch_ids)))
    rows = session.connection.execute(query)
    return [_lock(row) for row in rows]


def _lock(row: Row[Any]) -> ReviewLock:
    return ReviewLock(row.patch_id, row.person, row.until)
