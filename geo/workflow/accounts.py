"""Accounts, as an administrator keeps them: make, reset, disable, list, sign out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.errors import NotAllowed, NotFound
from geo.model.accounts import DEFAULT_PASSWORDS, Account, WebSession
from geo.model.things import Actor
from geo.settings import SignInRules
from geo.store import accounts, people
from geo.store.door import Store
from geo.workflow.clock import local_day
from geo.workflow.passwords import hash_password, make_password, matches


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """A password for one use, told once; None if it was given and not made up."""

    person: str
    password: str | None


def add_account(
    store: Store,
    actor: Actor,
    person: str,
    *,
    at: datetime,
    password: str | None = None,
    subject: str | None = None,
) -> GivenPassword:
    """Let a person sign in: with a password to change at first use, or by their subject.

    Somebody who has an account is bound to the subject beside their password.

    Parameters
    ----------
    password
        None: one is made up, unless a subject is given.
    subject
        Their identifier at the office's own sign-in server.

    Raises
    ------
    NotFound
        ``person_unknown``.
    NotAllowed
        ``role_not_allowed``, ``account_exists``, ``account_beyond_territory``,
        ``subject_taken``, ``password_short``, ``password_long``, ``password_common``.
    """
    made_up = make_password() if password is None and subject is None else None
    given = password or made_up
    hashed = hash_password(given, person) if given else None
    with store.writing(actor) as session:
        known = accounts.find_account(session, person)
        if known is not None and subject is not None and given is None:
            accounts.bind_subject(session, person, subject)
        else:
            accounts.insert_account(session, person, password_hash=hashed, subject=subject, at=at)
    return GivenPassword(person, made_up)


def reset_account(
    store: Store, actor: Actor, person: str, *, at: datetime, password: str | None = None
) -> GivenPassword:
    """Give a person another password for one use, lift lock and ban, and end their sessions.

    Raises
    ------
    NotFound
        ``person_unknown``, ``account_unknown``.
    NotAllowed
        As `add_account`.
    OldVersion
        ``account_changed``.
    """
    made_up = make_password() if password is None else None
    hashed = hash_password(password or made_up or "", person)
    with store.writing(actor) as session:
        known = accounts.get_account(session, person)
        accounts.update_account(
            session,
            person,
            version=known.version,
            password_hash=hashed,
            must_change=True,
            failures=0,
            locked_until=None,
            is_disabled=False,
            changed_at=at,
        )
        accounts.revoke_web_sessions(session, person, at=at)
    return GivenPassword(person, made_up)


def disable_account(store: Store, actor: Actor, person: str, *, at: datetime) -> int:
    """Let a person sign in no more and end their sessions; gives how many those were.

    Raises
    ------
    NotFound
        ``person_unknown``, ``account_unknown``.
    NotAllowed
        ``role_not_allowed``, ``account_beyond_territory``; ``last_administrator`` if nobody else
        could make accounts.
    """
    day = local_day(store, at)
    with store.writing(actor) as session:
        known = accounts.get_account(session, person)
        if [one.person for one in accounts.administrators(session, on=day)] == [person]:
            raise NotAllowed("last_administrator", person=person)
        accounts.update_account(session, person, version=known.version, is_disabled=True)
        return accounts.revoke_web_sessions(session, person, at=at)


def list_accounts(store: Store, actor: Actor) -> list[Account]:
    """List the accounts of the people in the actor's territory.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    with store.reading(actor) as session:
        return accounts.list_accounts(session)


def list_sessions(store: Store, actor: Actor, person: str, *, at: datetime) -> list[WebSession]:
    """List where a person is signed in.

    Raises
    ------
    NotFound
        ``person_unknown``, ``account_unknown``.
    NotAllowed
        ``role_not_allowed``, ``account_beyond_territory``.
    """
    since = at - timedelta(minutes=SignInRules.from_environment().silence_minutes)
    with store.reading(actor) as session:
        accounts.get_account(session, person)
        return accounts.list_web_sessions(session, person, at=at, silent_since=since)


def sign_out_everywhere(
    store: Store, actor: Actor, person: str, *, at: datetime, only: str | None = None
) -> int:
    """End a person's sessions, or the one whose hash begins so; gives how many.

    Raises
    ------
    NotFound
        ``person_unknown``, ``account_unknown``, ``session_unknown``.
    NotAllowed
        ``role_not_allowed``, ``account_beyond_territory``.
    """
    found = [s.token_hash for s in list_sessions(store, actor, person, at=at)]
    wanted = [known for known in found if only is None or known.startswith(only)]
    if only is not None and len(wanted) != 1:
        raise NotFound("session_unknown", session=only, person=person)
    with store.writing(actor) as session:
        if only is None:
            return accounts.revoke_web_sessions(session, person, at=at)
        return accounts.revoke_web_sessions(session, person, at=at, only=wanted[0])


def who_can_administer(store: Store, *, at: datetime, by_subject: bool) -> list[str]:
    """List administrators whose role holds today and who can sign in.

    Parameters
    ----------
    by_subject
        Whether the office's own sign-in server is there, for those who have no password here.
    """
    day = local_day(store, at)
    with store.reading(people.PROGRAM) as session:
        found = accounts.administrators(session, on=day)
    return [one.person for one in found if by_subject or one.password_hash is not None]


def with_default_password(store: Store, *, at: datetime) -> str | None:
    """Name an administrator whose password is one that installations are delivered with."""
    day = local_day(store, at)
    with store.reading(people.PROGRAM) as session:
        known = accounts.administrators(session, on=day)
    for one in known:
        if one.password_hash and any(matches(p, one.password_hash) for p in DEFAULT_PASSWORDS):
            return one.person
    return None
