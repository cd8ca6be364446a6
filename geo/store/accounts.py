"""Accounts and sessions in the store.

Administrators keep the accounts of the people whose roles all lie in their territory. What is asked
before it is known who comes is asked by the program itself, and by nobody else.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, insert, literal, or_, select, update

from geo.errors import NotAllowed, NotFound, OldVersion
from geo.model.accounts import Account, SignedIn, WebSession
from geo.model.stages import ADMINISTRATION, Chore, Role
from geo.store import people
from geo.store.door import Session
from geo.store.schema import account, meta, web_session

_DEMO = "demo"
# How long it can be told when somebody was signed in, and from where.
KEPT = timedelta(days=90)


def mark_demo(session: Session) -> None:
    """Say of a new workspace that nothing in it is real: whoever is at this machine may look."""
    _require_program(session)
    session.connection.execute(insert(meta).values(key=_DEMO, value=True))


def is_demo(session: Session) -> bool:
    """Tell whether a workspace was made as a demonstration."""
    _require_program(session)
    found = session.connection.execute(select(meta.c.value).where(meta.c.key == _DEMO))
    return found.scalar() is True


# ---- Accounts -----------------------------------------------------------------------------------


def insert_account(
    session: Session,
    person: str,
    *,
    password_hash: str | None,
    subject: str | None,
    at: datetime,
) -> Account:
    """Write a new account; a password in it has to be changed at first use.

    Raises
    ------
    NotFound
        ``person_unknown``.
    NotAllowed
        ``account_exists``, ``account_beyond_territory``, ``subject_taken``.
    """
    if find_account(session, person) is not None:
        raise NotAllowed("account_exists", person=person)
    _require_free(session, subject, person)
    made = Account(
        person=person,
        password_hash=password_hash,
        subject=subject,
        must_change=password_hash is not None,
        failures=0,
        locked_until=None,
        is_disabled=False,
        changed_at=at,
        version=1,
    )
    session.connection.execute(insert(account).values(asdict(made)))
    return made


def find_account(session: Session, person: str) -> Account | None:
    """Find a person's account."""
    _require_mine(session, person)
    query = select(account).where(account.c.person == person)
    row = session.connection.execute(query).one_or_none()
    return None if row is None else Account(**row._asdict())


def get_account(session: Session, person: str) -> Account:
    """Find a person's account, to change it.

    Raises
    ------
    NotFound
        ``account_unknown``.
    NotAllowed
        ``account_beyond_territory``.
    """
    found = find_account(session, person)
    if found is None:
        raise NotFound("account_unknown", person=person)
    return found


def find_by_subject(session: Session, subject: str) -> Account | None:
    """Find whose account is bound to an identifier of the office's own sign-in server."""
    _require_program(session)
    query = select(account).where(account.c.subject == subject)
    row = session.connection.execute(query).one_or_none()
    return None if row is None else Account(**row._asdict())


def list_accounts(session: Session) -> list[Account]:
    """List the accounts that the actor keeps, by person."""
    session.require(ADMINISTRATION, Chore.ACCOUNTS)
    rows = session.connection.execute(select(account).order_by(account.c.person))
    found = [Account(**row._asdict()) for row in rows]
    return [one for one in found if people.place_beyond(session, one.person) is None]


def administrators(session: Session, *, on: date) -> list[Account]:
    """List the accounts of those who are administrators on a day and can sign in."""
    held = {one.code for one in people.list_people(session, role=Role.ADMINISTRATOR, on=on)}
    return [a for a in list_accounts(session) if a.can_sign_in and a.person in held]


def bind_subject(session: Session, person: str, subject: str) -> None:
    """Let a person who has an account sign in through the office's own sign-in server too.

    Raises
    ------
    NotFound
        ``person_unknown``, ``account_unknown``.
    NotAllowed
        ``account_beyond_territory``, ``subject_taken``.
    OldVersion
        ``account_changed``.
    """
    known = get_account(session, person)
    _require_free(session, subject, person)
    update_account(session, person, version=known.version, subject=subject)


def update_account(session: Session, person: str, *, version: int, **values: Any) -> None:
    """Change an account as somebody has seen it.

    Raises
    ------
    OldVersion
        ``account_changed``: somebody else was faster.
    """
    _require_mine(session, person)
    done = session.connection.execute(
        update(account)
        .where(account.c.person == person, account.c.version == version)
        .values(version=version + 1, **values)
    )
    if not done.rowcount:
        raise OldVersion("account_changed", person=person)


def count_attempt(
    session: Session, person: str, *, at: datetime, most: int, lock_until: datetime
) -> Account | None:
    """Count an attempt before its password is looked at; None where none may be made now.

    The last one allowed locks the account at once, so that no number of attempts at the same moment
    is more than so many; a right password lifts the lock again (`clear_attempts`).
    """
    _require_program(session)
    is_over = and_(account.c.locked_until.is_not(None), account.c.locked_until <= at)
    # Said to be a moment, or it would be written as the engine writes one.
    until = literal(lock_until, account.c.locked_until.type)
    counted = case((is_over, 1), else_=account.c.failures + 1)
    done = session.connection.execute(
        update(account)
        .where(
            account.c.person == person,
            account.c.is_disabled.is_(False),
            account.c.password_hash.is_not(None),
            or_(account.c.locked_until.is_(None), is_over),
        )
        .values(failures=counted, locked_until=case((counted >= most, until), else_=None))
    )
    return find_account(session, person) if done.rowcount else None


def clear_attempts(session: Session, person: str) -> None:
    """Forget wrong passwords after a right one."""
    _require_program(session)
    session.connection.execute(
        update(account).where(account.c.person == person).values(failures=0, locked_until=None)
    )


# ---- Sessions -----------------------------------------------------------------------------------


def insert_web_session(session: Session, begun: WebSession) -> None:
    """Write that somebody has signed in; their sessions of long ago are forgotten."""
    _require_program(session)
    old = begun.began_at - KEPT
    session.connection.execute(
        delete(web_session).where(web_session.c.person == begun.person, web_session.c.ends_at < old)
    )
    session.connection.execute(insert(web_session).values(asdict(begun)))


def find_signed_in(
    session: Session, token_hash: str, *, at: datetime, silent_since: datetime
) -> SignedIn | None:
    """Find who a cookie belongs to, if its session stands and the account is not disabled."""
    _require_program(session)
    query = (
        select(
            web_session.c.token_hash,
            web_session.c.seen_at,
            account.c.person,
            account.c.must_change,
            account.c.version,
        )
        .join(account, account.c.person == web_session.c.person)
        .where(
            web_session.c.token_hash == token_hash,
            web_session.c.revoked_at.is_(None),
            web_session.c.ends_at > at,
            web_session.c.seen_at > silent_since,
            account.c.is_disabled.is_(False),
        )
    )
    row = session.connection.execute(query).one_or_none()
    if row is None:
        return None
    return SignedIn(row.token_hash, row.person, row.must_change, row.version, row.seen_at)


def touch_web_session(session: Session, token_hash: str, *, at: datetime) -> None:
    """Note that a session is in use; one that has ended stays ended."""
    _require_program(session)
    session.connection.execute(
        update(web_session)
        .where(
            web_session.c.token_hash == token_hash,
            web_session.c.revoked_at.is_(None),
            web_session.c.seen_at < at,
        )
        .values(seen_at=at)
    )


def list_web_sessions(
    session: Session, person: str, *, at: datetime, silent_since: datetime
) -> list[WebSession]:
    """List a person's sessions that stand, newest first."""
    _require_mine(session, person)
    query = (
        select(web_session)
        .where(
            web_session.c.person == person,
            web_session.c.revoked_at.is_(None),
            web_session.c.ends_at > at,
            web_session.c.seen_at > silent_since,
        )
        .order_by(web_session.c.began_at.desc())
    )
    return [WebSession(**row._asdict()) for row in session.connection.execute(query)]


def revoke_web_sessions(
    session: Session,
    person: str,
    *,
    at: datetime,
    only: str | None = None,
) -> int:
    """End a person's sessions, or only the one with this hash; gives how many."""
    _require_mine(session, person)
    wanted = update(web_session).where(
        web_session.c.person == person, web_session.c.revoked_at.is_(None)
    )
    if only is not None:
        wanted = wanted.where(web_session.c.token_hash == only)
    return session.connection.execute(wanted.values(revoked_at=at)).rowcount


def revoke_web_session(session: Session, token_hash: str, *, at: datetime) -> None:
    """End the one session with this hash, whoever's it is: they hold its cookie."""
    _require_program(session)
    session.connection.execute(
        update(web_session)
        .where(web_session.c.token_hash == token_hash, web_session.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def _require_program(session: Session) -> None:
    """Refuse everybody but the program itself."""
    is_program = session.actor == people.PROGRAM
    session.require(ADMINISTRATION if is_program else frozenset(), Chore.ACCOUNTS)


def _require_mine(session: Session, person: str) -> None:
    session.require(ADMINISTRATION, Chore.ACCOUNTS)
    place = people.place_beyond(session, person)
    if place is not None:
        raise NotAllowed("account_beyond_territory", person=person, place=place)


def _require_free(session: Session, subject: str | None, person: str) -> None:
    if subject is None:
        return
    query = select(account.c.person).where(account.c.subject == subject)
    taken = session.connection.execute(query).scalar()
    if taken not in {None, person}:
        raise NotAllowed("subject_taken", subject=subject)
