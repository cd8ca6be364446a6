"""Signing in without a browser: what is counted, what ends, who is faster."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from geo.errors import NotAllowed, OldVersion
from geo.model.accounts import COMMONEST, SHORTEST, password_fault
from geo.store import accounts
from geo.store.door import Store
from geo.store.schema import account, web_session
from geo.workflow import sign_in as signing
from geo.workflow.accounts import add_account, disable_account, list_accounts, reset_account
from tests.builders import NOON, actor

ONE_USE, NEW = "a stone in the river", "three herons by the lake"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def begun(store: Store) -> signing.Begun:
    add_account(store, actor(), "manager-1", at=NOON, password=ONE_USE)
    return signing.sign_in(store, "manager-1", ONE_USE, at=NOON, client="10.0.0.7")


def tries(store: Store, password: str, at: datetime = NOON) -> bool:
    try:
        signing.sign_in(store, "manager-1", password, at=at)
    except NotAllowed:
        return False
    return True


def test_all_that_is_wrong_has_one_name(store: Store, begun: signing.Begun) -> None:
    for person, password in (("manager-1", "wrong"), ("nobody", ONE_USE), ("chief-1", ONE_USE)):
        with pytest.raises(NotAllowed) as refused:
            signing.sign_in(store, person, password, at=NOON)
        assert refused.value.code == "sign_in_refused"
        assert "person" not in refused.value.values


def test_sessions_of_long_ago_are_forgotten(store: Store, begun: signing.Begun) -> None:
    later = NOON + timedelta(days=91)
    signing.sign_in(store, "manager-1", ONE_USE, at=later)
    with store.reading(actor()) as session:
        kept = session.connection.execute(select(web_session.c.began_at)).scalars().all()
    assert kept == [later]


def test_a_session_ends_by_itself(store: Store, begun: signing.Begun) -> None:
    def is_in(at: datetime) -> bool:
        found = signing.who_is(store, begun.token, at=at)
        if found is not None and signing.is_due(found, at=at):
            signing.note_use(store, found, at=at)
        return found is not None

    assert is_in(NOON)
    assert is_in(NOON + 59 * MINUTE)
    assert is_in(NOON + 118 * MINUTE), "it was used in between"
    assert not is_in(NOON + 179 * MINUTE), "an hour of silence"
    for minutes in range(118, 720, 50):
        is_in(NOON + minutes * MINUTE)
    assert is_in(NOON + 719 * MINUTE)
    assert not is_in(NOON + 720 * MINUTE), "twelve hours, however busy"


def test_the_cookie_is_kept_nowhere(store: Store, begun: signing.Begun) -> None:
    assert len(begun.token) >= 43
    with store.reading(actor()) as session:
        rows = [session.connection.execute(select(t)).all() for t in (account, web_session)]
    content = repr(rows)
    assert begun.token not in content
    assert ONE_USE not in content
    assert "$argon2id$" in content
    assert signing.hash_token(begun.token) in content


def test_guesses_at_the_same_moment_are_counted_each(store: Store, begun: signing.Begun) -> None:
    """Twenty at once: no more than five passwords are looked at, and then the door stays shut."""
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: tries(store, f"guess number {n}"), range(20)))
    assert got == [False] * 20
    (known,) = list_accounts(store, actor())
    assert known.failures == 5
    assert known.locked_until == NOON + 15 * MINUTE
    assert not tries(store, ONE_USE, NOON + 14 * MINUTE)
    assert tries(store, ONE_USE, NOON + 15 * MINUTE)
    (known,) = list_accounts(store, actor())
    assert (known.failures, known.locked_until) == (0, None)


def test_after_the_lock_five_more_may_be_tried(store: Store, begun: signing.Begun) -> None:
    for n in range(5):
        tries(store, f"guess number {n}")
    later = NOON + 16 * MINUTE
    for n in range(4):
        assert not tries(store, f"guess number {n}", later)
    assert tries(store, ONE_USE, later)


def test_whoever_changes_a_password_second_is_told(store: Store, begun: signing.Begun) -> None:
    seen = signing.who_is(store, begun.token, at=NOON)
    assert seen is not None
    signing.change_password(store, seen, old=ONE_USE, new=NEW, again=NEW, at=NOON)
    with pytest.raises(OldVersion) as refused:
        other = "seven cranes in the reeds"
        signing.change_password(store, seen, old=NEW, new=other, again=other, at=NOON)
    assert refused.value.code == "account_changed"
    assert tries(store, NEW)


def test_a_reset_unlocks_enables_and_ends_sessions(store: Store, begun: signing.Begun) -> None:
    for n in range(5):
        tries(store, f"guess number {n}")
    disable_account(store, actor(), "manager-1", at=NOON)
    assert signing.who_is(store, begun.token, at=NOON) is None
    given = reset_account(store, actor(), "manager-1", at=NOON)
    assert given.password is not None
    assert tries(store, given.password)
    assert not tries(store, ONE_USE)
    assert signing.who_is(store, begun.token, at=NOON) is None


def test_a_session_ends_with_the_account(store: Store, begun: signing.Begun) -> None:
    with store.writing(actor()) as session:
        accounts.update_account(session, "manager-1", version=1, is_disabled=True)
    assert signing.who_is(store, begun.token, at=NOON) is None


def test_a_name_that_nobody_has_takes_as_long(store: Store, begun: signing.Begun) -> None:
    def seconds(person: str) -> float:
        took = []
        for _ in range(3):
            before = time.perf_counter()
            with pytest.raises(NotAllowed):
                signing.sign_in(store, person, "wrong", at=NOON)
            took.append(time.perf_counter() - before)
        return min(took)

    known = seconds("manager-1")
    assert seconds("nobody") > known / 3
    assert seconds("chief-1") > known / 3


def test_a_form_of_one_session_is_none_of_another() -> None:
    forms = {signing.form_token(key, purpose) for key in "ab" for purpose in "xy"}
    assert len(forms) == 4


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("nine sign", "password_short"),
        ("   spaces   ", "password_short"),
        ("x" * 300, "password_long"),
        ("manager-1!", "password_common"),
        ("MANAGER-1abc", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("1212121212", "password_common"),
        ("Password123", "password_common"),
        ("一只苍鹭站在河边石头上", None),
        (NEW, None),
    ],
)
def test_what_a_password_must_be_like(password: str, fault: str | None) -> None:
    assert password_fault(password, "manager-1") == fault


def test_the_list_of_common_passwords_holds_only_what_is_long_enough() -> None:
    assert [p for p in COMMONEST if len(p) < SHORTEST or p != p.lower()] == []
