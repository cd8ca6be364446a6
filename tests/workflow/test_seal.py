"""Sealed days: what was sealed can be proven, and whoever writes a history anew is found out."""

import stat
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, text

from geo.model.stages import Stage
from geo.settings import SEAL_KEY_FILE, SEAL_KEY_VARIABLE
from geo.store import history, schema
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.look import verify
from geo.workflow.seal import check_seals, public_key, read_public_keys, seal_day
from geo.workflow.start_check import check_at_start
from tests.builders import CHIEF, MANAGER, NOON, actor
from tests.office import bring_to, everything_in, patch_of
from tests.refusals import refused_as
from tests.store.behind import is_file, past_guards, tamper

DAY = timedelta(days=1)
FIRST = date(2026, 9, 1)
KEYS_FOLDER = SEAL_KEY_FILE.parent


@pytest.fixture
def lived_in(store: Store, tmp_path: Path) -> Store:
    """Three days sealed; on the first three patches are imported, on the others one is changed."""
    bring_to(store, tmp_path, Stage.ISSUED)
    seal_day(store, actor(), at=NOON + DAY)
    for days, code in ((1, "1"), (2, "2")):
        at = NOON + days * DAY
        assign_patches(store, actor(MANAGER), [patch_of(store, code)], at=at, to="ranger-1")
        seal_day(store, actor(), at=at + DAY)
    return store


def write_anew(store: Store, code: str, version: int, **said: Any) -> None:
    """Forge an event of a patch, and every hash after it, so that its chain is whole again."""
    patch_id = patch_of(store, code).id
    with past_guards(store) as connection:
        run = connection.execute
        prev = history.GENESIS
        table = schema.event
        query = select(table).where(table.c.patch_id == patch_id).order_by(table.c.version)
        for row in run(query).all():
            values: Mapping[str, Any] = row._asdict() | (said if row.version == version else {})
            new = {"prev_hash": prev, "hash": history.event_hash(prev, values)}
            forged = new | {name: values[name] for name in said}
            run(table.update().where(table.c.seq == row.seq).values(**forged))
            prev = new["hash"]
        run(schema.patch.update().where(schema.patch.c.id == patch_id).values(head_hash=prev))


def test_a_day_is_sealed_once_with_the_digest_that_verify_says(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    first = seal_day(store, actor(), at=NOON + DAY)
    assert first.is_new
    assert (first.sealed.day, first.sealed.patches, first.sealed.events) == (FIRST, 3, 6)
    assert first.sealed.digest == verify(store, actor()).digest
    before = everything_in(store)
    again = seal_day(store, actor(), at=NOON + DAY + timedelta(hours=1))
    assert (again.is_new, again.sealed) == (False, first.sealed)
    assert everything_in(store) == before


def test_days_that_nothing_happened_on_and_days_left_out_are_fine(lived_in: Store) -> None:
    for days in (5, 6, 9):
        assert seal_day(lived_in, actor(), at=NOON + days * DAY).is_new
    found = check_seals(lived_in, actor())
    assert (found.days, found.broken, found.loose) == (6, None, 0)


def test_a_day_ends_when_it_ends_where_the_office_is(store: Store, tmp_path: Path) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    # 16:30 in Greenwich is the second of September in Inner Mongolia already.
    later = datetime(2026, 9, 1, 16, 30, tzinfo=UTC)
    assign_patches(store, actor(MANAGER), [patch_of(store)], at=later, to="ranger-1")
    sealed = seal_day(store, actor(), at=later + timedelta(hours=1)).sealed
    assert (sealed.day, sealed.events) == (FIRST, 6)
    assert check_seals(store, actor()).loose == 1


def test_a_day_that_is_not_over_is_sealed_only_if_somebody_says_so(
    store: Store, tmp_path: Path
) -> None:
    bring_to(store, tmp_path, Stage.ISSUED)
    for day in (FIRST, FIRST + DAY):
        with refused_as("day_not_over", day=day):
            seal_day(store, actor(), at=NOON, day=day)
    with refused_as("day_not_over"):
        seal_day(store, actor(), at=NOON, day=FIRST + DAY, is_open_day=True)
    assert seal_day(store, actor(), at=NOON + timedelta(hours=1), is_open_day=True).is_new


def test_nothing_is_sealed_before_what_is_sealed(lived_in: Store) -> None:
    with refused_as("day_before_sealed", day=FIRST - DAY, newest=FIRST + 2 * DAY):
        seal_day(lived_in, actor(), at=NOON + 4 * DAY, day=FIRST - DAY)


def test_only_an_administrator_seals(store: Store) -> None:
    with refused_as("role_not_allowed"):
        seal_day(store, actor(CHIEF), at=NOON)


def test_a_history_that_was_written_anew_is_found_though_its_chain_is_whole(
    lived_in: Store,
) -> None:
    assert check_seals(lived_in, actor()).broken is None
    write_anew(lived_in, "2", 3, reason="伪造")
    assert verify(lived_in, actor()).broken == (), "the forged chain is whole in itself"
    found = check_seals(lived_in, actor()).broken
    assert found is not None
    assert (found.day, found.what, found.patches) == (FIRST + 2 * DAY, "digest", ("2026-1/2",))


@pytest.mark.parametrize(
    ("statement", "days", "what"),
    [
        ("UPDATE event SET hash = 'x' WHERE patch_id = 1 AND version = 3", 1, "digest"),
        ("UPDATE event SET hash = 'x' WHERE patch_id = 3 AND version = 2", 0, "digest"),
        ("DELETE FROM event WHERE patch_id = 2 AND version = 3", 2, "digest"),
        ("UPDATE sealed_day SET digest = 'x' WHERE day = '2026-09-02'", 1, "signature"),
        ("UPDATE sealed_day SET last_seq = 7 WHERE day = '2026-09-03'", 2, "signature"),
        ("UPDATE sealed_day SET sealed_at = '2026-09-09T00:00:00+00:00'", 0, "signature"),
        ("UPDATE sealed_day SET signature = 'x' WHERE day = '2026-09-01'", 0, "signature"),
        ("DELETE FROM sealed_day WHERE day = '2026-09-02'", 2, "signature"),
        ("DELETE FROM sealed_day WHERE day = '2026-09-01'", 1, "signature"),
        ("UPDATE sealed_day SET day = '2026-08-30' WHERE day = '2026-09-02'", -2, "signature"),
    ],
)
def test_the_first_day_that_is_wrong_is_named(
    lived_in: Store, statement: str, days: int, what: str
) -> None:
    tamper(lived_in, statement)
    found = check_seals(lived_in, actor()).broken
    assert found is not None
    assert (found.day, found.what) == (FIRST + days * DAY, what)


def test_the_patches_are_named_among_which_the_wrong_one_is(lived_in: Store) -> None:
    write_anew(lived_in, "1", 1, reason="伪造")
    found = check_seals(lived_in, actor()).broken
    assert found is not None
    assert (found.day, found.patches) == (FIRST, ("2026-1/1", "2026-1/2", "2026-1/3"))


def test_whoever_seals_all_days_anew_needs_the_key_that_was_noted_down(
    lived_in: Store, tmp_path: Path
) -> None:
    noted = tmp_path / "key.txt"
    key = public_key(lived_in).upper()
    noted.write_text(f"# 2026 年抄录\n{key}  # 局档案室\n", encoding="utf-8")
    known = read_public_keys(noted)
    assert check_seals(lived_in, actor(), known_keys=known).broken is None
    (lived_in.folder / SEAL_KEY_FILE).unlink()
    tamper(lived_in, "DELETE FROM sealed_day")
    write_anew(lived_in, "2", 3, reason="伪造")
    for days in (1, 2, 3):
        seal_day(lived_in, actor(), at=NOON + days * DAY)
    assert check_seals(lived_in, actor()).broken is None
    found = check_seals(lived_in, actor(), known_keys=known).broken
    assert found is not None
    assert (found.day, found.what) == (FIRST, "key")


def test_an_office_may_change_its_key_and_is_told_which_were_used(lived_in: Store) -> None:
    former = public_key(lived_in)
    (lived_in.folder / SEAL_KEY_FILE).unlink()
    seal_day(lived_in, actor(), at=NOON + 4 * DAY)
    found = check_seals(lived_in, actor())
    assert found.broken is None
    assert found.public_keys == (former, public_key(lived_in))


def test_nobody_else_can_read_the_key(store: Store) -> None:
    public_key(store)
    file = store.folder / SEAL_KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_a_key_may_lie_elsewhere(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    elsewhere = tmp_path / "ours.pem"
    elsewhere.write_bytes(made)
    monkeypatch.setenv(SEAL_KEY_VARIABLE, str(elsewhere))
    assert len(public_key(store)) == 64
    assert not (store.folder / KEYS_FOLDER).exists()


def test_a_file_that_is_no_key_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("no key", encoding="utf-8")
    with refused_as("public_key_bad", path=wrong):
        read_public_keys(wrong)
    monkeypatch.setenv(SEAL_KEY_VARIABLE, str(wrong))
    with refused_as("seal_key_bad", path=wrong):
        seal_day(store, actor(), at=NOON)


def test_a_workspace_whose_newest_seal_does_not_fit_is_not_started(lived_in: Store) -> None:
    check_at_start(lived_in)
    write_anew(lived_in, "2", 3, reason="伪造")
    with refused_as("seal_broken", day=FIRST + 2 * DAY):
        check_at_start(lived_in)


def test_a_workspace_whose_guards_are_gone_is_not_started(lived_in: Store) -> None:
    if is_file(lived_in):
        tamper(lived_in, "DELETE FROM patch_box_rowid")
    else:
        tamper(lived_in, "DROP POLICY patch_seen ON patch")
    with refused_as("workspace_broken", path=lived_in.name):
        check_at_start(lived_in)


def test_a_sealed_day_cannot_be_changed_by_the_program(lived_in: Store) -> None:
    for statement in ("UPDATE sealed_day SET digest = 'x'", "DELETE FROM sealed_day"):
        refused = pytest.raises(Exception, match=r"append-only|permission denied")
        with refused, lived_in.writing(actor()) as session:
            session.connection.execute(text(statement))


def test_a_year_of_days_over_many_events_is_checked_in_one_pass(store: Store) -> None:
    """The same digests as by the slow way: for each day the newest hash of each patch by then."""
    rng = np.random.default_rng(7)
    patch_ids = np.sort(rng.integers(1, 40, 600))
    rng.shuffle(patch_ids)
    days = 30
    with past_guards(store) as connection:
        rows = [
            {
                "patch_id": int(patch_id),
                "version": n,
                "verb": "assigned",
                "stage_to": "assigned",
                "actor": "admin",
                "at": NOON + (n * days // 600) * DAY,
                "reason": "",
                "changes": {},
                "detail": {},
                "prev_hash": "",
                "hash": history.digest_of(str(n).encode()),
            }
            for n, patch_id in enumerate(patch_ids)
        ]
        # No patches belong to these events: 600 of them are enough here.
        connection.execute(insert(schema.event), rows)
    expected = []
    heads: dict[int, str] = {}
    for day in range(days):
        for row in rows:
            if row["at"] == NOON + day * DAY:
                heads[row["patch_id"]] = row["hash"]
        expected.append(history.digest_of("".join(heads[i] for i in sorted(heads)).encode()))
    sealed = [seal_day(store, actor(), at=NOON + (n + 1) * DAY).sealed for n in range(days)]
    assert [one.digest for one in sealed] == expected
    assert check_seals(store, actor()).broken is None
