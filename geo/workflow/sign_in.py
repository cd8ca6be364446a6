"""Sign in, stay signed in, change the password, sign out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.errors import NotAllowed
from geo.model.accounts import SignedIn, WebSession
from geo.model.things import Person
from geo.settings import SignInRules
from geo.store import accounts, people
from geo.store.door import Session, Store
from geo.workflow.clock import local_day
from geo.workflow.passwords import hash_password, matches

TOKEN_BYTES = 32
CLIENT_SIGNS = 64
# A session that is in use is noted as such no more often than this.
TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: the cookie that the browser keeps, and who it stands for."""

    token: str
    person: str
    must_change: bool
    lasts: timedelta


def sign_in(
    store: Store, code: str, password: str, *, at: datetime, client: str = "", former: str = ""
) -> Begun:
    """Sign somebody in by code and password.

    Takes as long for a code that nobody has, and says the same of everything that is wrong.

    Parameters
    ----------
    client
        The address they came from, for the list of sessions.
    former
        The cookie that their browser still had; what it stood for ends.

    Raises
    ------
    NotAllowed
        ``sign_in_refused``: code or password wrong, or the account locked, disabled or not there.
    """
    rules = SignInRules.from_environment()
    code = code.strip()
    lock_until = at + timedelta(minutes=rules.lock_minutes)
    with store.writing(people.PROGRAM) as session:
        known = accounts.count_attempt(
            session, code, at=at, most=rules.failures, lock_until=lock_until
        )
    # Outside the transaction: it takes a while, and others want to write.
    if not matches(password, known.password_hash if known else None) or known is None:
        raise NotAllowed("sign_in_refused", minutes=rules.lock_minutes, failures=rules.failures)
    with store.writing(people.PROGRAM) as session:
        now = accounts.find_account(session, code)
        if now is None or now.version != known.version:  # reset or disabled meanwhile
            raise NotAllowed("sign_in_refused", minutes=rules.lock_minutes, failures=rules.failures)
        accounts.clear_attempts(session, code)
        return _begin(session, code, must_change=now.must_change, at=at, client=client, old=former)


def sign_in_by_subject(
    store: Store, subject: str, *, at: datetime, client: str = "", former: str = ""
) -> Begun:
    """Sign somebody in whom the office's own sign-in server has named.

    Raises
    ------
    NotAllowed
        ``subject_unknown``: no account is bound to them, or it is disabled.
    """
    with store.writing(people.PROGRAM) as session:
        known = accounts.find_by_subject(session, subject)
        if known is None or known.is_disabled:
            raise NotAllowed("subject_unknown", subject=subject)
        # Nobody is asked for a password that they do not use.
        return _begin(session, known.person, must_change=False, at=at, client=client, old=former)


def who_is(store: Store, token: str, *, at: datetime) -> SignedIn | None:
    """Tell who a cookie belongs to; None if its session has ended."""
    return standing(store, hash_token(token), at=at) if token else None


def standing(store: Store, token_hash: str, *, at: datetime) -> SignedIn | None:
    """Tell whose a session is; None if it has ended. Nothing is written (`note_use`)."""
    silence = timedelta(minutes=SignInRules.from_environment().silence_minutes)
    with store.reading(people.PROGRAM) as session:
        return accounts.find_signed_in(session, token_hash, at=at, silent_since=at - silence)


def is_due(signed_in: SignedIn, *, at: datetime) -> bool:
    """Tell whether it is time to note again that a session is in use."""
    return signed_in.seen_at < at - TOUCH


def note_use(store: Store, signed_in: SignedIn, *, at: datetime) -> None:
    """Note that a session is in use; waits, like all that is written, while somebody imports."""
    with store.writing(people.PROGRAM) as session:
        accounts.touch_web_session(session, signed_in.token_hash, at=at)


def sign_out(store: Store, signed_in: SignedIn, *, at: datetime) -> None:
    """End one session."""
    with store.writing(people.PROGRAM) as session:
        accounts.revoke_web_sessions(session, signed_in.person, at=at, only=signed_in.token_hash)


def change_password(
    store: Store,
    signed_in: SignedIn,
    *,
    old: str,
    new: str,
    again: str,
    at: datetime,
    client: str = "",
) -> Begun:
    """Set another password; every session of theirs ends and a new one begins.

    Wrong old passwords count as wrong passwords at the door do.

    Raises
    ------
    NotAllowed
        ``password_differs``, ``password_short``, ``password_long``, ``password_common``,
        ``password_same``, ``password_wrong``.
    OldVersion
        ``account_changed``: it was changed elsewhere meanwhile.
    """
    rules = SignInRules.from_environment()
    if new != again:
        raise NotAllowed("password_differs")
    if new == old:
        raise NotAllowed("password_same")
    hashed = hash_password(new, signed_in.person)
    lock_until = at + timedelta(minutes=rules.lock_minutes)
    with store.writing(people.PROGRAM) as session:
        known = accounts.count_attempt(
            session, signed_in.person, at=at, most=rules.failures, lock_until=lock_until
        )
    if known is None or not matches(old, known.password_hash):
        raise NotAllowed("password_wrong", minutes=rules.lock_minutes, failures=rules.failures)
    with store.writing(people.PROGRAM) as session:
        accounts.update_account(
            session,
            signed_in.person,
            version=signed_in.account_version,
            password_hash=hashed,
            must_change=False,
            failures=0,
            locked_until=None,
            changed_at=at,
        )
        accounts.revoke_web_sessions(session, signed_in.person, at=at)
        return _begin(session, signed_in.person, must_change=False, at=at, client=client, old="")


def roles_of(store: Store, person: str, *, at: datetime) -> list[Person]:
    """List what somebody is today, in the order of the roles."""
    day = local_day(store, at)
    with store.reading(people.PROGRAM) as session:
        return people.roles_of(session, person, on=day)


def is_demo(store: Store) -> bool:
    """Tell whether the workspace is a demonstration, in which nothing is real."""
    with store.reading(people.PROGRAM) as session:
        return accounts.is_demo(session)


def hash_token(token: str) -> str:
    """Give what is kept of a cookie: it has 256 bits of chance, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token_hash: str, purpose: str) -> str:
    """Give the sign of a form that only a page made for this session can carry."""
    return hashlib.sha256(f"{purpose}\n{token_hash}".encode()).hexdigest()


def _begin(
    session: Session, person: str, *, must_change: bool, at: datetime, client: str, old: str
) -> Begun:
    lasts = timedelta(hours=SignInRules.from_environment().session_hours)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if old:
        accounts.revoke_web_session(session, hash_token(old), at=at)
    begun = WebSession(
        token_hash=hash_token(token),
        person=person,
        began_at=at,
        seen_at=at,
        ends_at=at + lasts,
        revoked_at=None,
        client=client[:CLIENT_SIGNS],
    )
    accounts.insert_web_session(session, begun)
    return Begun(token, person, must_change, lasts)
