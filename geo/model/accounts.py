"""How people sign in: accounts, sessions, and what a password must be like."""

from dataclasses import dataclass
from datetime import datetime

SHORTEST = 10
# Longer ones only keep the machine busy.
LONGEST = 256
# What people take when they are asked for ten signs; and what installations are delivered with.
DEFAULT_PASSWORDS = ("skyground123", "admin12345", "administrator")
COMMONEST = frozenset(
    {
        *DEFAULT_PASSWORDS,
        "skyground1234",
        "skygroundadmin",
        "1234567890",
        "0123456789",
        "0987654321",
        "9876543210",
        "12345678910",
        "123456789a",
        "a123456789",
        "1234567890a",
        "qwertyuiop",
        "qwerty1234",
        "qwerty12345",
        "qwerty123456",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "asdfghjkl;",
        "asdfghjkl1",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "administrator1",
        "admin123456",
        "admin@12345",
        "woaini1314",
        "woaini520520",
        "5201314520",
        "iloveyou123",
        "letmein1234",
        "welcome123",
        "welcome1234",
        "changeme123",
        "linye123456",
        "caoyuan123",
        "huawei@123",
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """How one person signs in.

    Attributes
    ----------
    password_hash
        None: only through the office's own sign-in server.
    subject
        Their identifier there.
    must_change
        The password was given by somebody else and is good for one thing: setting another.
    failures
        Wrong passwords since the last right one.
    locked_until
        No password counts before then.
    changed_at
        When the password was last set.
    version
        Grows by one with every change of the password, the subject or the state.
    """

    person: str
    password_hash: str | None
    subject: str | None
    must_change: bool
    failures: int
    locked_until: datetime | None
    is_disabled: bool
    changed_at: datetime
    version: int

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a way in for this person at all."""
        return not self.is_disabled and (self.password_hash is not None or self.subject is not None)


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody signed in on one browser.

    Attributes
    ----------
    token_hash
        SHA-256 of the cookie; the cookie itself is kept nowhere.
    client
        The address they came from.
    """

    token_hash: str
    person: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    client: str = ""

    @property
    def short_id(self) -> str:
        """What lists show: enough to tell sessions apart."""
        return self.token_hash[:8]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from: a session that stands, and the account behind it.

    Attributes
    ----------
    seen_at
        When it was last noted that the session is in use.
    """

    token_hash: str
    person: str
    must_change: bool
    account_version: int
    seen_at: datetime


def password_fault(password: str, person: str) -> str | None:
    """Name what is wrong with a new password, as the code of an error; None: nothing.

    Parameters
    ----------
    person
        The code of whoever will use it: it must not be, nor hold little more than, that.
    """
    plain = password.strip().lower()
    if len(password.strip()) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    is_code = person.lower() in plain and len(plain) - len(person) < SHORTEST // 2
    if plain in COMMONEST or is_code or len(set(plain)) < SHORTEST // 2:
        return "password_common"
    return None
