"""A full disk: said plainly, nothing half written, readable all the while, and on again after."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import text

from geo.settings import MIN_FREE_VARIABLE
from geo.store import history
from geo.store.disk import check_space, free_bytes
from geo.store.door import Store
from geo.workflow.backup import back_up
from tests.builders import NOON, actor, fill_store
from tests.refusals import refused_as
from tests.store.full_disk import Deliveries, mounted, take_the_rest

DISK_MB = 16
DELIVERIES = Deliveries(300, 500, frozenset({"disk_full", "disk_nearly_full"}))
deliver, fill, assert_whole = DELIVERIES.deliver, DELIVERIES.fill, DELIVERIES.assert_whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of sixteen megabytes; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, size_mb=DISK_MB):
        yield folder


@pytest.fixture
def store(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Three patches on the small disk; the guard is off."""
    monkeypatch.setenv(MIN_FREE_VARIABLE, "0")
    with Store.create(small_disk / "workspace") as made:
        fill_store(made, patches=3)
        yield made


def test_when_the_disk_is_full_nothing_is_half_written_and_all_of_it_is_read(
    store: Store,
) -> None:
    taken = fill(store)
    assert taken > 0
    assert_whole(store, taken)
    with refused_as("disk_full", path=store.path.parent):
        deliver(store, taken)
    assert_whole(store, taken)


def test_it_goes_on_when_there_is_room_again(store: Store, small_disk: Path) -> None:
    (small_disk / "other").write_bytes(b"x" * 6_000_000)
    taken = fill(store)
    (small_disk / "other").unlink()
    deliver(store, taken)
    assert_whole(store, taken + 1)


def test_a_workspace_that_filled_its_disk_opens_again(store: Store, small_disk: Path) -> None:
    (small_disk / "other").write_bytes(b"x" * 6_000_000)
    taken = fill(store)
    store.close()
    take_the_rest(small_disk)
    with Store.open(store.path.parent) as again:  # and is not called broken
        assert_whole(again, taken)
        with refused_as("disk_full"):
            deliver(again, taken)
    (small_disk / "other").unlink()
    (small_disk / "rest").unlink()
    with Store.open(store.path.parent) as again:
        assert_whole(again, taken)


def test_the_guard_stops_before_the_disk_is_full(
    store: Store, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIN_FREE_VARIABLE, "8")
    taken = fill(store)
    free = free_bytes(small_disk)
    assert 1_000_000 < free < 8_000_000
    with refused_as("disk_nearly_full", free=free // 1_000_000, least=8):
        deliver(store, taken)
    assert_whole(store, taken)
    monkeypatch.setenv(MIN_FREE_VARIABLE, "1")
    deliver(store, taken)
    assert_whole(store, taken + 1)


def test_a_copy_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    store: Store, small_disk: Path
) -> None:
    fill(store)
    folder = small_disk / "copies"
    with refused_as("disk_full", path=folder):
        back_up(store, actor(), folder, at=NOON)
    assert [p.name for p in folder.iterdir()] == [".backup.lock"]


def test_a_copy_is_not_begun_if_it_would_fill_the_disk(
    store: Store, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        deliver(store, number)
    room = free_bytes(small_disk) // 1_000_000
    monkeypatch.setenv(MIN_FREE_VARIABLE, str(room))
    with refused_as("disk_nearly_full", least=room):
        back_up(store, actor(), small_disk / "copies", at=NOON)


def test_a_question_about_free_space_is_cheap(tmp_path: Path) -> None:
    start = perf_counter()
    for _ in range(1000):
        check_space(tmp_path)
    assert perf_counter() - start < 0.2  # 0.2 ms each would be a tenth of the shortest commit


def test_what_is_no_matter_of_the_disk_stays_what_it_is(store: Store) -> None:
    with pytest.raises(Exception, match="append-only"), store.writing(actor()) as session:
        session.connection.execute(text("DELETE FROM event"))
    with store.reading(actor()) as session:
        assert history.verify(session).broken == ()
