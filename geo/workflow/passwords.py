"""Passwords: made up, hashed, and compared."""

import secrets
import threading
from functools import cache

from pwdlib import PasswordHash

from geo.errors import NotAllowed
from geo.model.accounts import LONGEST, SHORTEST, password_fault

# No signs that look like others: these passwords are read out and copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
# Each comparison takes 64 MB while it lasts; more at a time than this only wait for the processor.
_AT_ONCE = threading.BoundedSemaphore(2)
_HASH = PasswordHash.recommended()


def make_password() -> str:
    """Make a password up, to be used once: sixteen signs in groups of four, 79 bits."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )


def hash_password(password: str, person: str) -> str:
    """Hash a new password with argon2id, salted.

    Raises
    ------
    NotAllowed
        ``password_short``, ``password_long``, ``password_common``.
    """
    fault = password_fault(password, person)
    if fault is not None:
        raise NotAllowed(fault, person=person, shortest=SHORTEST, longest=LONGEST)
    with _AT_ONCE:
        return _HASH.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Compare a password with a hash; without one it takes as long and says no."""
    with _AT_ONCE:
        fits = _HASH.verify(password[:LONGEST], password_hash or _nobodys())
    return fits and password_hash is not None


@cache
def _nobodys() -> str:
    return _HASH.hash(secrets.token_hex())
