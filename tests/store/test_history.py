"""The chain: whatever is changed behind the program's back, the check names it."""

from datetime import date

import pytest
from psycopg import DatabaseError

from geo.model.stages import Stage, Verb
from geo.store import history
from geo.store.changes import Change, change_patches
from geo.store.door import Store
from tests.builders import NOON, actor, fill_store
from tests.store.behind import is_file, tamper


@pytest.fixture
def lived_in(store: Store) -> Store:
    """Three patches, the second with three events."""
    fill_store(store, patches=3)
    for version, due in ((1, date(2026, 10, 1)), (2, date(2026, 11, 1))):
        new = {"assignee": "ranger-1", "due": due}
        change = Change(2, version, Verb.ASSIGNED, Stage.ASSIGNED, new)
        with store.writing(actor()) as session:
            change_patches(session, [change], at=NOON)
    return store


def check(store: Store) -> history.Verification:
    with store.reading(actor()) as session:
        return history.verify(session)


def test_an_untouched_history_agrees(lived_in: Store) -> None:
    found = check(lived_in)
    assert (found.patches, found.events, found.broken) == (3, 5, ())


@pytest.mark.parametrize(
    ("statement", "what", "version"),
    [
        ("UPDATE event SET reason = '改' WHERE patch_id = 2 AND version = 2", "altered", 2),
        ("UPDATE event SET at = '2026-09-01T05:00:00.000000+00:00' WHERE seq = 5", "altered", 3),
        ("UPDATE event SET changes = '{{}}' WHERE patch_id = 2 AND version = 1", "altered", 1),
        ("UPDATE event SET changes = '5' WHERE patch_id = 2 AND version = 2", "altered", 2),
        ("UPDATE event SET at = 'noon' WHERE patch_id = 2 AND version = 3", "altered", 3),
        ("DELETE FROM event WHERE patch_id = 2 AND version = 2", "missing", 2),
        ("DELETE FROM event WHERE patch_id = 2 AND version = 3", "cut_off", 3),
        ("DELETE FROM event WHERE patch_id = 2", "cut_off", 1),
        ("UPDATE patch SET assignee = 'ranger-2' WHERE id = 2", "patch_altered", 3),
        ("UPDATE patch SET stage = 'closed' WHERE id = 2", "patch_altered", 3),
        ("UPDATE patch SET geom = {NO_SHAPE} WHERE id = 2", "patch_altered", 3),
        ("UPDATE patch SET attributes = '{{}}' WHERE id = 2", "patch_altered", 3),
        ("UPDATE patch SET due = '2026-12-01' WHERE id = 2", "patch_altered", 3),
        ("UPDATE patch SET version = 9 WHERE id = 2", "cut_off", 4),
    ],
)
def test_the_first_broken_link_is_named(
    lived_in: Store, statement: str, what: str, version: int
) -> None:
    tamper(lived_in, statement)
    broken = check(lived_in).broken
    assert [(b.patch_key, b.what, b.version) for b in broken] == [("B1/2", what, version)]


# PostgreSQL keeps nothing that is no JSON; a file keeps all.
NO_JSON = [
    ("UPDATE event SET changes = '{{\"a' WHERE patch_id = 2 AND version = 2", "altered", 2),
    ("UPDATE event SET changes = 5 WHERE patch_id = 2 AND version = 2", "altered", 2),
    ("UPDATE event SET detail = '' WHERE patch_id = 2 AND version = 2", "altered", 2),
    ("UPDATE patch SET attributes = '{{\"PAN' WHERE id = 2", "patch_altered", 3),
    ("UPDATE patch SET attributes = 7 WHERE id = 2", "patch_altered", 3),
]


@pytest.mark.parametrize(("statement", "what", "version"), NO_JSON)
def test_what_is_no_json_is_never_taken_for_what_was_written(
    lived_in: Store, statement: str, what: str, version: int
) -> None:
    if is_file(lived_in):
        tamper(lived_in, statement)
        broken = check(lived_in).broken
        assert [(b.patch_key, b.what, b.version) for b in broken] == [("B1/2", what, version)]
    else:
        with pytest.raises(DatabaseError, match="json"):
            tamper(lived_in, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET changes = CAST(replace(CAST(changes AS TEXT), ',', ', ') AS {JSON})",
        "UPDATE event SET detail = CAST(' ' || CAST(detail AS TEXT) AS {JSON})",
        "UPDATE event SET at = replace(at, 'T', ' ')",
        "UPDATE patch SET attributes = "
        "CAST(replace(CAST(attributes AS TEXT), ':', ' : ') AS {JSON})",
    ],
)
def test_what_says_the_same_in_another_spelling_is_not_altered(
    lived_in: Store, statement: str
) -> None:
    tamper(lived_in, statement)
    assert check(lived_in).broken == ()


def test_what_an_event_says_cannot_be_shifted_from_one_field_into_the_next(store: Store) -> None:
    """The text that is hashed stays the same, but not what it says."""
    fill_store(store, patches=1)
    change = Change(1, 1, Verb.ASSIGNED, Stage.ASSIGNED, detail={"a": 1, "detail": 2})
    with store.writing(actor()) as session:
        change_patches(session, [change], at=NOON)
    shifted = (
        "UPDATE event SET changes = changes || ',\"detail\":{{\"a\":1', detail = '2}}' "
        "WHERE version = 2"
    )
    if is_file(store):
        tamper(store, shifted)
        assert [(b.what, b.version) for b in check(store).broken] == [("altered", 2)]
    else:
        with pytest.raises(DatabaseError, match="json"):
            tamper(store, shifted)


def test_an_event_with_a_matching_hash_of_its_own_is_still_unchained(lived_in: Store) -> None:
    """Whoever rewrites an event and its hash would have to rewrite every later one too."""
    with lived_in.reading(actor()) as session:
        second = history.events_of(session, 2)[1]
    forged = {name: getattr(second, name) for name in second.__slots__} | {"reason": "伪造"}
    forged["hash"] = history.event_hash(second.prev_hash, forged)
    tamper(
        lived_in,
        f"UPDATE event SET reason = '伪造', hash = '{forged['hash']}' WHERE seq = {second.seq}",
    )
    assert [(b.what, b.version) for b in check(lived_in).broken] == [("unchained", 3)]


def test_a_patch_that_vanished_with_its_history_is_missed(lived_in: Store) -> None:
    tamper(lived_in, "DELETE FROM event WHERE patch_id = 3", "DELETE FROM patch WHERE id = 3")
    assert [b.what for b in check(lived_in).broken] == ["patch_missing"]


def test_a_patch_that_vanished_from_beside_its_history_is_missed_and_no_other_is_blamed(
    lived_in: Store,
) -> None:
    tamper(lived_in, "DELETE FROM patch WHERE id = 1")
    assert [(b.patch_key, b.what) for b in check(lived_in).broken] == [("B1/?", "patch_missing")]


def test_the_digest_changes_with_every_event(lived_in: Store) -> None:
    before = check(lived_in).digest
    assert check(lived_in).digest == before
    change = Change(1, 1, Verb.ASSIGNED, Stage.ASSIGNED, {"assignee": "ranger-1"})
    with lived_in.writing(actor()) as session:
        change_patches(session, [change], at=NOON)
    assert check(lived_in).digest != before
