"""Copies: made while others write, named only when whole, restored only if nothing is altered."""

import fcntl
import itertools
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.model.stages import Level, Stage, Verb
from geo.settings import SEAL_KEY_FILE, STORE_FILE
from geo.store import backup as copies
from geo.store import batches, sqlite
from geo.store.backup import Backup
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Store
from geo.workflow.assign import assign_patches
from geo.workflow.backup import back_up, restore
from geo.workflow.look import verify
from geo.workflow.seal import check_seals, seal_day
from tests.builders import CHIEF, MANAGER, NOON, actor, make_batch, make_patch_row
from tests.office import bring_to, everything_in, pass_on, patch_of
from tests.refusals import refused_as

DAY = timedelta(days=1)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Store:
    """A case under way, sealed once, with files of the office beside the database."""
    bring_to(store, tmp_path, Stage.VERIFIED)
    pass_on(store, Level.COUNTY)
    seal_day(store, actor(), at=NOON + DAY)
    folder = store.folder / "field" / "巡护"
    folder.mkdir(parents=True)
    (folder / "照片 1.jpg").write_bytes(b"\xff\xd8 no real photo")
    return store


@pytest.fixture
def made(office: Store, tmp_path: Path) -> Backup:
    return back_up(office, actor(), tmp_path / "copies", at=NOON + DAY)


def names_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_copy_holds_everything_and_gives_an_equal_digest(
    office: Store, made: Backup, tmp_path: Path
) -> None:
    place = tmp_path / "new" / "workspace"
    said = restore(made.path, place)
    assert said == made.manifest
    with Store.open(place) as restored:
        assert everything_in(restored) == everything_in(office)
        assert verify(restored, actor()).digest == verify(office, actor()).digest == said.digest
        assert check_seals(restored, actor()).broken is None
        assert restored.check_integrity() == []
        # It is a workspace like any other: its history goes on and cannot be rewritten.
        assign_patches(restored, actor(MANAGER), [patch_of(restored, "2")], at=NOON, to="ranger-1")
        with pytest.raises(Exception, match="append-only"), restored.writing(actor()) as session:
            session.connection.execute(text("DELETE FROM event"))
    photo = "field/巡护/照片 1.jpg"
    assert (place / photo).read_bytes() == (office.folder / photo).read_bytes()


def test_the_key_is_copied_only_if_somebody_says_so(office: Store, tmp_path: Path) -> None:
    for with_keys in (False, True):
        folder, place = tmp_path / f"copies {with_keys}", tmp_path / f"place {with_keys}"
        made = back_up(office, actor(), folder, at=NOON, with_keys=with_keys)
        restore(made.path, place)
        key = place / SEAL_KEY_FILE
        assert key.exists() is with_keys
    assert key.stat().st_mode & 0o777 == 0o600


def test_what_can_be_made_anew_is_not_copied(office: Store, tmp_path: Path) -> None:
    (office.folder / "tiles" / "x").mkdir(parents=True)
    (office.folder / "tiles" / "x" / "places.npy").write_bytes(b"x")
    made = back_up(office, actor(), tmp_path / "copies", at=NOON)
    restore(made.path, tmp_path / "new")
    assert not (tmp_path / "new" / "tiles").exists()
    assert (tmp_path / "new" / "field").exists()


def test_copies_within_the_workspace_do_not_hold_each_other(office: Store) -> None:
    sizes = [back_up(office, actor(), at=NOON + n * DAY).manifest.files for n in range(3)]
    assert sizes == [1, 1, 1]
    assert len(names_in(office.folder / "backups")) == 3 * 3 + 1  # and the lock


def test_others_write_while_a_copy_is_made(store: Store, tmp_path: Path) -> None:
    fill_store_with_patches(store)
    done = threading.Event()
    writer = threading.Thread(target=keep_writing, args=(store, done))
    writer.start()
    try:
        made = [back_up(store, actor(), tmp_path / "b", at=NOON + n * DAY) for n in range(3)]
    finally:
        done.set()
        writer.join()
    assert made[-1].manifest.events > made[0].manifest.events
    for one in made:
        restore(one.path, tmp_path / one.path.stem)
    assert verify(store, actor()).broken == ()


def fill_store_with_patches(store: Store) -> None:
    rows = [make_patch_row(str(n)) for n in range(1, 41)]
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(count=len(rows)))
        insert_patches(session, rows, at=NOON, detail={})


def keep_writing(store: Store, done: threading.Event) -> None:
    for version in itertools.count(1):
        changes = [Change(n, version, Verb.ASSIGNED, Stage.ASSIGNED) for n in range(1, 41)]
        with store.writing(actor()) as session:
            change_patches(session, changes, at=NOON)
        if done.is_set():
            return


def test_older_copies_go_only_when_the_new_one_is_whole(
    office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copies"
    made = [back_up(office, actor(), folder, at=NOON + n * DAY, keep=2) for n in range(4)]
    assert [one.removed for one in made] == [(), (), (made[0].path,), (made[1].path,)]
    kept = {f"{one.path.stem}{end}" for one in made[2:] for end in (".sqlite", ".json")}
    assert kept <= set(names_in(folder))
    assert not any(made[0].path.stem in name for name in names_in(folder))
    before = names_in(folder)

    def break_it(store: Store, draft: Path) -> None:
        (draft / STORE_FILE).write_bytes(b"half a copy")

    monkeypatch.setattr(copies, "_snapshot", break_it)
    with refused_as("backup_unsound"):
        back_up(office, actor(), folder, at=NOON + 9 * DAY, keep=1)
    assert names_in(folder) == before


def test_a_copy_that_is_not_what_it_should_be_is_not_kept(office: Store, tmp_path: Path) -> None:
    with office.writing(actor()) as session:
        session.connection.execute(text("UPDATE patch SET remark = '改' WHERE id = 2"))
    with refused_as("backup_unsound", detail="2026-1/2"):
        back_up(office, actor(), tmp_path / "copies", at=NOON)
    assert names_in(tmp_path / "copies") == [".backup.lock"]


def test_other_files_in_the_folder_are_left_alone(office: Store, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("skyground-old.sqlite", "notes.txt"):
        (folder / name).write_text("ours", encoding="utf-8")
    for n in range(2):
        back_up(office, actor(), folder, at=NOON + n * DAY, keep=1)
    assert {"skyground-old.sqlite", "notes.txt"} <= set(names_in(folder))


def test_two_copies_are_not_made_at_once_in_a_folder(office: Store, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with (folder / ".backup.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with refused_as("backup_running", path=folder):
            back_up(office, actor(), folder, at=NOON)


def test_only_an_administrator_makes_copies(office: Store, tmp_path: Path) -> None:
    with refused_as("role_not_allowed"):
        back_up(office, actor(CHIEF), tmp_path / "copies", at=NOON)


@pytest.mark.parametrize("suffix", [".sqlite", ".files.zip"])
def test_an_altered_copy_is_refused_whole(made: Backup, tmp_path: Path, suffix: str) -> None:
    part = made.path.with_suffix(suffix)
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(raw)
    place = tmp_path / "place"
    with refused_as("backup_altered", path=part):
        restore(made.path, place)
    assert [p.name for p in tmp_path.iterdir() if "place" in p.name] == []


def test_an_altered_copy_with_an_altered_manifest_does_not_give_its_digest(
    made: Backup, tmp_path: Path
) -> None:
    engine = sqlite.open_file(made.path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE patch SET remark = '改' WHERE id = 2"))
    engine.dispose()
    manifest = made.path.with_suffix(".json")
    said = json.loads(manifest.read_text(encoding="utf-8"))
    said["sha256"] = copies._sha256(made.path)
    manifest.write_text(json.dumps(said), encoding="utf-8")
    with refused_as("backup_altered", path=made.path):
        restore(made.path, tmp_path / "place")


@pytest.mark.parametrize("said", [None, "", "{}", "[]", '{"kind": "other"}', "\x00"])
def test_a_file_without_its_manifest_is_no_copy(
    made: Backup, tmp_path: Path, said: str | None
) -> None:
    manifest = made.path.with_suffix(".json")
    manifest.unlink() if said is None else manifest.write_text(said, encoding="utf-8")
    with refused_as("no_backup", path=made.path):
        restore(made.path, tmp_path / "place")


def test_a_copy_that_is_not_there_is_missed(tmp_path: Path) -> None:
    with refused_as("file_missing"):
        restore(tmp_path / "no.sqlite", tmp_path / "place")


def test_a_copy_of_a_newer_program_is_refused(made: Backup, tmp_path: Path) -> None:
    manifest = made.path.with_suffix(".json")
    said = json.loads(manifest.read_text(encoding="utf-8")) | {"schema_version": 99}
    manifest.write_text(json.dumps(said), encoding="utf-8")
    with refused_as("workspace_newer"):
        restore(made.path, tmp_path / "place")


def test_nothing_is_restored_over_anything(made: Backup, tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "notes.txt").write_text("ours", encoding="utf-8")
    file.write_text("ours", encoding="utf-8")
    for place in (full, file):
        with refused_as("place_not_empty", path=place):
            restore(made.path, place)
    assert names_in(full) == ["notes.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    restore(made.path, empty)
    assert STORE_FILE in names_in(empty)


def test_a_place_that_cannot_be_written_is_named(office: Store, made: Backup) -> None:
    with refused_as("cannot_write"):
        back_up(office, actor(), Path("/proc/copies"), at=NOON)
    with refused_as("cannot_write"):
        restore(made.path, Path("/proc/place"))
