"""What every engine promises: nothing half done, nothing lost, nothing seen outside a territory."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import shapely
from sqlalchemy import String, cast, select
from sqlalchemy.exc import DatabaseError

from geo.errors import NotAllowed, NotFound, OldVersion, WorkspaceError
from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage, Verb
from geo.model.things import DeliveredFile, Person
from geo.store import batches, history, patches
from geo.store.canonical import canonical_json
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Store
from geo.store.schema import batch, event, mapping_template, meta
from tests.builders import (
    ADMIN,
    MANAGER,
    NOON,
    RANGER,
    actor,
    fill_store,
    make_batch,
    make_patch_row,
)

# PostgreSQL has two walls: the program has no right to it, and whoever has one meets a trigger.
REFUSED = "append-only|permission denied"


def assign(patch_id: int, version: int, to: str = "ranger-1") -> Change:
    return Change(
        patch_id, version, Verb.ASSIGNED, Stage.ASSIGNED, {"assignee": to, "due": date(2026, 10, 1)}
    )


def make_delivery(batch: str = "B1", **values: object) -> DeliveredFile:
    given: dict[str, object] = {
        "batch": batch,
        "digest": "corrected",
        "source_name": "corrected.zip",
        "source_crs": "EPSG:4528",
        "encoding": "UTF-8",
        "mapping": {"code": "TBBH"},
        "report": {},
        "counts": {},
        "imported_at": NOON + timedelta(days=1),
        "imported_by": "admin",
    }
    return DeliveredFile(**given | values)  # type: ignore[arg-type]


def test_what_was_written_comes_back(store: Store) -> None:
    fill_store(store, patches=2, remark="光伏板区", admin_code="159901001")
    with store.reading(actor()) as session:
        patch = patches.get_patch(session, "2")
        outline = patches.outline(session, patch.id)
    assert (patch.remark, patch.stage, patch.version) == ("光伏板区", Stage.ISSUED, 1)
    assert shapely.equals(outline, shapely.from_wkb(make_patch_row("2")["geom"]))


def test_a_change_moves_the_patch_and_its_history_together(store: Store) -> None:
    fill_store(store, patches=1)
    with store.writing(actor(MANAGER)) as session:
        change_patches(session, [assign(1, 1)], at=NOON)
    with store.reading(actor()) as session:
        patch = patches.get_patch(session, "1")
        events = history.events_of(session, 1)
    assert (patch.stage, patch.version, patch.assignee) == (Stage.ASSIGNED, 2, "ranger-1")
    assert [(e.version, e.verb, e.actor) for e in events] == [
        (1, Verb.IMPORTED, "admin"),
        (2, Verb.ASSIGNED, "manager-1"),
    ]
    assert events[1].prev_hash == events[0].hash
    assert patch.head_hash == events[1].hash


def test_json_is_kept_as_the_text_that_is_hashed(store: Store) -> None:
    fill_store(store, patches=1)
    change = Change(
        1, 1, Verb.ASSIGNED, Stage.ASSIGNED, {"remark": "改"}, detail={"乙": 1, "a": [2]}
    )
    with store.writing(actor(MANAGER)) as session:
        change_patches(session, [change], at=NOON)
    with store.reading(actor()) as session:
        for column in (event.c.changes, event.c.detail, meta.c.value, batch.c.mapping):
            kept = select(cast(column, String), column)
            for text, value in session.connection.execute(kept):
                assert text == canonical_json(value)


def test_a_change_against_an_old_version_is_refused_and_nothing_of_the_call_is_kept(
    store: Store,
) -> None:
    fill_store(store, patches=2)
    with store.writing(actor()) as session:
        change_patches(session, [assign(2, 1)], at=NOON)
    with pytest.raises(OldVersion) as refusal, store.writing(actor()) as session:
        change_patches(session, [assign(1, 1), assign(2, 1, "ranger-2")], at=NOON)
    assert refusal.value.values == {"patch": "B1/2", "seen": 1, "standing": 2}
    with store.reading(actor()) as session:
        assert patches.get_patch(session, "1").stage is Stage.ISSUED
        assert patches.get_patch(session, "2").assignee == "ranger-1"


def test_a_move_that_is_not_in_the_table_is_refused(store: Store) -> None:
    fill_store(store, patches=1)
    change = Change(1, 1, Verb.CLOSED, Stage.CLOSED, reason="因为")
    with pytest.raises(NotAllowed) as refusal, store.writing(actor()) as session:
        change_patches(session, [change], at=NOON)
    assert refusal.value.code == "move_not_allowed"


def test_a_patch_outside_the_territory_is_neither_seen_nor_changed(store: Store) -> None:
    fill_store(store, patches=1, admin_code="159901001")
    elsewhere = actor(Person("m2", Role.GRID_MANAGER, prefixes=("159902",)))
    here = actor(Person("m1", Role.GRID_MANAGER, prefixes=("159901",)))
    with store.reading(elsewhere) as session:
        assert patches.count_patches(session, PatchFilter()) == 0
        assert patches.patch_frame(session, PatchFilter()).empty
        assert history.events_of(session, 1) == []
        with pytest.raises(NotFound):
            patches.get_patch(session, "1")
    with pytest.raises(NotFound), store.writing(elsewhere) as session:
        change_patches(session, [assign(1, 1)], at=NOON)
    with store.writing(here) as session:
        change_patches(session, [assign(1, 1)], at=NOON)


def test_a_ranger_sees_only_what_they_answer_for(store: Store) -> None:
    fill_store(store, patches=2)
    with store.writing(actor()) as session:
        change_patches(session, [assign(1, 1), assign(2, 1, "ranger-2")], at=NOON)
    with store.reading(actor(RANGER)) as session:
        assert [p.code for p in patches.find_patches(session, PatchFilter())] == ["1"]


def test_a_code_used_by_two_batches_has_to_name_its_batch(store: Store) -> None:
    fill_store(store, patches=1)
    fill_store(store, patches=1, batch="B2")
    with store.reading(actor()) as session:
        with pytest.raises(NotFound) as refusal:
            patches.get_patch(session, "1")
        assert refusal.value.code == "patch_ambiguous"
        assert patches.get_patch(session, "B2/1").batch == "B2"


def test_filters_narrow_by_stage_box_deadline_and_number(store: Store) -> None:
    fill_store(store, patches=12)
    with store.writing(actor()) as session:
        change_patches(session, [assign(3, 1)], at=NOON)

    def found(**wanted: object) -> list[str]:
        with store.reading(actor()) as session:
            return [p.code for p in patches.find_patches(session, PatchFilter(**wanted))]  # type: ignore[arg-type]

    assert found(stages=(Stage.ASSIGNED,)) == ["3"]
    assert found(bounds=(120.0035, 42.9, 120.0045, 43.1)) == ["2"]
    assert found(overdue_on=date(2026, 10, 2)) == ["3"]
    assert found(overdue_on=date(2026, 10, 1)) == []
    assert found(due_from=date(2026, 9, 30), due_until=date(2026, 10, 1)) == ["3"]
    assert sorted(found(search="1")) == ["1", "10", "11", "12"]
    assert len(found(located=False)) == 12


def test_numbers_sort_by_their_bytes_and_are_searched_whatever_their_capitals(store: Store) -> None:
    codes = ["b", "A-1", "a10", "乙", "B", "甲", "a_1", "é"]
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(count=len(codes)))
        insert_patches(session, [make_patch_row(code) for code in codes], at=NOON, detail={})

    def found(search: str = "") -> list[str]:
        with store.reading(actor()) as session:
            return [p.code for p in patches.find_patches(session, PatchFilter(search=search))]

    assert found() == sorted(codes, key=str.encode)
    assert found("A") == ["A-1", "a10", "a_1"]
    assert found("_") == ["a_1"]


@pytest.mark.parametrize("action", ["UPDATE event SET reason = 'x'", "DELETE FROM event"])
def test_history_cannot_be_rewritten_through_the_store(store: Store, action: str) -> None:
    fill_store(store, patches=1)
    with pytest.raises(DatabaseError, match=REFUSED), store.writing(actor()) as session:
        session.connection.exec_driver_sql(action)


def test_two_events_can_never_claim_the_same_version(store: Store) -> None:
    fill_store(store, patches=1)
    with store.writing(actor()) as session:
        row = session.connection.execute(event.select()).one()._asdict()
    again = {name: value for name, value in row.items() if name != "seq"}
    with pytest.raises(DatabaseError, match=r"(?i)unique"), store.writing(actor()) as session:
        session.connection.execute(event.insert(), [again])


def test_an_error_in_the_middle_of_a_transaction_leaves_nothing_behind(store: Store) -> None:
    fill_store(store, patches=1)
    with pytest.raises(ZeroDivisionError), store.writing(actor()) as session:
        change_patches(session, [assign(1, 1)], at=NOON)
        _ = 1 / 0
    with store.reading(actor()) as session:
        assert patches.get_patch(session, "1").version == 1
        assert len(history.events_of(session, 1)) == 1


def test_a_reader_keeps_its_snapshot_while_somebody_writes(store: Store) -> None:
    fill_store(store, patches=1)
    with store.reading(actor()) as reader:
        before = patches.get_patch(reader, "1").version
        with store.writing(actor()) as session:
            change_patches(session, [assign(1, 1)], at=NOON)
        assert patches.get_patch(reader, "1").version == before == 1


def test_the_revision_changes_with_every_event(store: Store) -> None:
    fill_store(store, patches=1)
    before = store.revision()
    assert store.revision() == before
    with store.writing(actor()) as session:
        change_patches(session, [assign(1, 1)], at=NOON)
    assert store.revision() != before


def test_the_revision_changes_with_a_corrected_delivery_and_a_template(store: Store) -> None:
    fill_store(store, patches=1)
    seen = {store.revision()}
    with store.writing(actor()) as session:
        batches.insert_delivery(session, make_delivery())
    seen.add(store.revision())
    for moment in (NOON, NOON + timedelta(seconds=1)):
        with store.writing(actor()) as session:
            session.connection.execute(mapping_template.delete())
            session.connection.execute(
                mapping_template.insert().values(
                    name="林业局", kind="patches", fields={}, made_at=moment, made_by="admin"
                )
            )
        seen.add(store.revision())
    assert len(seen) == 4


def test_a_batch_keeps_every_file_that_brought_it(store: Store) -> None:
    fill_store(store, patches=2)
    with store.writing(actor()) as session:
        batches.insert_delivery(session, make_delivery(counts={"changed": 1, "gone": 1}))
    with store.reading(actor()) as session:
        first, second = batches.deliveries_of(session, "B1")
        assert batches.deliveries_of(session, "B2") == []
    assert (first.digest, first.counts, first.imported_at) == ("digest of B1", {"new": 2}, NOON)
    assert second == make_delivery(counts={"changed": 1, "gone": 1})


def test_a_batch_is_found_by_any_of_its_files(store: Store) -> None:
    fill_store(store, patches=1)
    fill_store(store, patches=1, batch="B2")
    with store.writing(actor()) as session:
        batches.insert_delivery(session, make_delivery("B2"))

    def found(*digests: str) -> str | None:
        with store.reading(actor()) as session:
            batch = batches.find_batch_by_digest(session, *digests)
        return batch.code if batch else None

    assert found("digest of B1") == "B1"
    assert found("unknown", "corrected") == found("digest of B2") == "B2"
    assert found("unknown") is found() is None


def test_a_corrected_delivery_makes_a_batch_larger_and_never_smaller(store: Store) -> None:
    fill_store(store, patches=2)
    with store.writing(actor()) as session:
        batches.insert_delivery(session, make_delivery(counts={"new": 1, "gone": 2}))
        insert_patches(session, [make_patch_row("3")], at=NOON, detail={})
    with store.reading(actor()) as session:
        batch = batches.find_batch(session, "B1")
        assert history.verify(session).broken == ()
    assert batch is not None
    assert (batch.count, batch.digest) == (3, "digest of B1")


@pytest.mark.parametrize("action", ["UPDATE delivery SET digest = 'x'", "DELETE FROM delivery"])
def test_deliveries_cannot_be_rewritten_through_the_store(store: Store, action: str) -> None:
    fill_store(store, patches=1)
    with pytest.raises(DatabaseError, match=REFUSED), store.writing(actor()) as session:
        session.connection.exec_driver_sql(action)


def test_a_deadline_is_late_only_from_the_next_day_and_never_once_closed(store: Store) -> None:
    fill_store(store, patches=1)
    with store.writing(actor()) as session:
        change_patches(session, [assign(1, 1)], at=NOON)
    with store.reading(actor(ADMIN)) as session:
        patch = patches.get_patch(session, "1")
    due = patch.due
    assert due is not None
    assert not patch.is_overdue(due)
    assert patch.is_overdue(due + timedelta(days=1))


def test_a_workspace_is_never_made_twice_nor_opened_where_there_is_none(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(WorkspaceError) as refusal:
        Store.create(store.place)
    assert refusal.value.code in {"workspace_exists", "store_exists"}
    with pytest.raises(WorkspaceError) as refusal:
        Store.open(tmp_path / "elsewhere")
    assert refusal.value.code == "workspace_missing"


def test_a_file_that_is_no_workspace_is_called_broken(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "skyground.sqlite").write_bytes(b"this is no database, whatever its name says" * 99)
    with pytest.raises(WorkspaceError) as refusal:
        Store.open(folder)
    assert refusal.value.code == "workspace_broken"


def test_a_fresh_store_is_sound(store: Store) -> None:
    fill_store(store, patches=5)
    assert store.check_integrity() == []
