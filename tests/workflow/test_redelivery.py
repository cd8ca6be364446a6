"""The same batch delivered again, corrected: what is decided stays, what is wrong is put right."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from geo.model.alerts import FOUND_STAGES, Alert, Difference
from geo.model.filters import PatchFilter
from geo.model.stages import CLOSED_STAGES, Level, Stage, Verb
from geo.model.things import Patch, Person
from geo.settings import Rules
from geo.shapes.gcj import Shifted
from geo.store import schema
from geo.store.batches import find_batch
from geo.store.door import Store
from geo.store.redelivered import Rewrite, former_outlines, rewrite_patches
from geo.workflow import redelivery
from geo.workflow.assign import assign_patches
from geo.workflow.close import reopen
from geo.workflow.importing import Outcome
from geo.workflow.locate import locate
from geo.workflow.look import find, story
from geo.workflow.redelivery import (
    apply_delivery,
    compare_delivery,
    mapping_of,
    settle_alert,
)
from geo.workflow.set_up import set_up
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, STAFF, actor
from tests.corrections import (
    HALVES,
    OFFICER,
    WIDER,
    about,
    assert_sound,
    compare,
    correct,
    deliver,
    fates,
    kept,
    outline_of,
    read,
    stored,
)
from tests.deliveries import patches_frame, square
from tests.office import (
    ACCEPT,
    ANSWER,
    BATCH,
    LATER,
    LAWFUL,
    bring_back,
    bring_to,
    deliver_grids,
    deliver_patches,
    everything_in,
    pass_on,
    patch_of,
    send_out,
)
from tests.refusals import refused_as

# ---- Nothing new --------------------------------------------------------------------------------


def test_the_same_content_again_changes_nothing_and_says_so(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    report = correct(store, tmp_path, patches_frame())
    assert report.outcome is Outcome.UNCHANGED
    assert report.counts[Difference.UNCHANGED] == 3
    assert everything_in(store) == before


def test_a_corrected_file_twice_changes_nothing_the_second_time(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path, ("1", "2", "3", "4"))
    frame = patches_frame(
        ["2", "1", "3a", "3b"],
        geometry=[square(0), square(2), square(4, side_m=50), square(4.5, side_m=50)],
    )
    # Two quarters of the third square don't cover it: it is gone, and so is the fourth.
    assert correct(store, tmp_path, frame).outcome is Outcome.IMPORTED
    before = everything_in(store)
    assert correct(store, tmp_path, frame).outcome is Outcome.UNCHANGED
    assert correct(store, tmp_path, frame[::-1]).outcome is Outcome.UNCHANGED
    assert everything_in(store) == before
    assert_sound(store)


def _corrections() -> st.SearchStrategy[dict[str, tuple[int, int, int]]]:
    """Numbers 1 to 5 with column, row and side in halves of a square: many overlap."""
    place = st.tuples(st.integers(0, 8), st.integers(0, 1), st.integers(1, 3))
    return st.dictionaries(st.sampled_from("12345"), place, min_size=1, max_size=5)


@settings(deadline=None, max_examples=25)
@given(corrections=st.lists(_corrections(), min_size=1, max_size=3), data=st.data())
def test_whatever_is_delivered_again_in_any_order_changes_nothing(corrections, data):
    with TemporaryDirectory() as name:
        folder = Path(name)
        with set_up(folder / "workspace", staff=STAFF, at=NOON) as store:
            deliver_patches(store, folder)
            for places in corrections:
                shapes = [square(x / 2, y, side_m=50 * size) for x, y, size in places.values()]
                frame = patches_frame(list(places), geometry=shapes)
                correct(store, folder, frame)
                for code, shape in zip(places, shapes, strict=True):
                    assert shapely.equals(outline_of(store, f"{BATCH}/{code}"), stored(shape))
                before = everything_in(store)
                order = data.draw(st.permutations(range(len(places))))
                assert correct(store, folder, frame.iloc[order]).outcome is Outcome.UNCHANGED
                assert everything_in(store) == before
            assert_sound(store)


# ---- What is decided stays ----------------------------------------------------------------------


ALERTED = {
    Stage.IN_FIELD: Alert.CHANGED_IN_FIELD,
    **dict.fromkeys(FOUND_STAGES, Alert.CHANGED_AFTER_FINDING),
    **dict.fromkeys(CLOSED_STAGES, Alert.CHANGED_AFTER_CLOSE),
}


@pytest.fixture
def high_office(tmp_path: Path) -> Iterator[Store]:
    """An office with all three levels of review."""
    with set_up(tmp_path / "high", rules=Rules(review_levels=3), staff=STAFF, at=NOON) as made:
        yield made


def reach(store: Store, high_office: Store, folder: Path, stage: Stage) -> Store:
    """Bring the patch 1 to any stage, in the office that has it."""
    if stage not in {Stage.CITY_PASSED, Stage.AUDITED}:
        answer = LAWFUL if stage is Stage.CLOSED_LAWFUL else ANSWER
        bring_to(store, folder, stage, answer=answer)
        return store
    bring_to(high_office, folder, Stage.COUNTY_PASSED)
    pass_on(high_office, Level.CITY)
    if stage is Stage.AUDITED:
        pass_on(high_office, Level.PROVINCE)
    return high_office


@pytest.mark.parametrize("stage", Stage)
def test_a_redrawn_patch_keeps_all_that_was_decided(
    store: Store, high_office: Store, tmp_path: Path, stage: Stage
):
    store = reach(store, high_office, tmp_path, stage)
    before, others = story(store, actor(), "1"), [patch_of(store, code) for code in "23"]
    assert before.patch.stage is stage
    report = correct(store, tmp_path, patches_frame(geometry=WIDER))
    after = story(store, actor(), "1")
    assert kept(after.patch) == kept(before.patch)
    assert after.findings == before.findings
    assert after.events[:-1] == before.events
    assert after.patch.version == before.patch.version + 1
    assert after.patch.alert == ALERTED.get(stage)
    assert report.alerts == ({ALERTED[stage]: 1} if stage in ALERTED else {})
    assert after.patch.area_ha == pytest.approx(1.44, abs=1e-3)
    assert shapely.equals(after.outline, stored(WIDER[0]))
    assert [patch_of(store, code) for code in "23"] == others
    with store.reading(actor()) as session:
        ((version, former),) = former_outlines(session, before.patch.id)
    assert (version, former) == (before.patch.version, before.outline)
    assert_sound(store)


@pytest.mark.parametrize("stage", [Stage.VERIFIED, Stage.CASE_OPEN, Stage.CLOSED, Stage.IN_FIELD])
def test_a_remark_that_changes_is_told_only_where_it_matters(
    store: Store, tmp_path: Path, stage: Stage
):
    bring_to(store, tmp_path, stage)
    correct(store, tmp_path, patches_frame(BEIZHU=["更正", "新增道路", "新增道路"]))
    standing = patch_of(store)
    assert standing.remark == "更正"
    assert standing.attributes["BEIZHU"] == "更正"
    # A finding about the same ground still holds; what was closed on other facts may not.
    matters = stage in CLOSED_STAGES | {Stage.IN_FIELD}
    assert (standing.alert is not None) is matters
    assert_sound(store)


def test_the_event_says_what_was_before(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    first = story(store, actor(), "1").events[0]
    intake = read(store, tmp_path, patches_frame(geometry=WIDER, BEIZHU=["更正"] * 3))
    apply_delivery(
        store, OFFICER, compare_delivery(store, OFFICER, intake, BATCH), intake, at=LATER,
        options=ACCEPT,
    )  # fmt: skip
    event = story(store, actor(), "1").events[-1]
    assert (event.verb, event.stage_from, event.stage_to) == (
        Verb.REDELIVERED,
        Stage.ISSUED,
        Stage.ISSUED,
    )
    assert set(event.changes) == {"remark", "area_ha", "geom_sha256", "attributes_sha256", "stage"}
    told = dict(event.detail["before"])
    assert told == {name: first.changes[name] for name in set(event.changes) - {"stage"}}
    assert (event.detail["difference"], event.detail["file_sha256"]) == ("changed", intake.digest)


# ---- Numbers ------------------------------------------------------------------------------------


def test_two_patches_exchange_their_numbers_with_all_that_was_decided(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.CLOSED)
    first, second = patch_of(store, "1"), patch_of(store, "2")
    frame = patches_frame(["2", "1", "3"])
    assert fates(compare(store, tmp_path, frame)) == {
        "1": "renumbered",
        "2": "renumbered",
        "3": "unchanged",
    }
    report = correct(store, tmp_path, frame)
    assert kept(patch_of(store, "2")) == kept(first)
    assert kept(patch_of(store, "1")) == kept(second)
    # The ground is the same: what was decided holds. But what is in the field has the old number.
    assert report.alerts == {Alert.CHANGED_IN_FIELD: 1}
    assert patch_of(store, "2").alert is None
    assert_sound(store)


def test_an_answer_from_before_never_reaches_the_patch_that_has_its_number_now(
    store: Store, tmp_path: Path
):
    deliver_grids(store, tmp_path)
    deliver_patches(store, tmp_path)
    locate(store, actor(MANAGER), at=NOON)
    assign_patches(store, actor(MANAGER), [patch_of(store, "1")], at=NOON, to="ranger-2")
    assign_patches(store, actor(MANAGER), find(store, actor()), at=NOON, to="ranger-1")
    package = send_out(store, tmp_path)
    left = patch_of(store, "1").version
    correct(store, tmp_path, patches_frame(("2", "1", "3")))
    # As chance would have it, the other patch has now the version with which this one left.
    assert patch_of(store, "1").version == left
    report = bring_back(store, package, {"1": ANSWER})
    assert [str(p.code) for p in report.problems] == ["old_version"]
    assert patch_of(store, "1").stage is Stage.IN_FIELD


def test_a_shifted_list_takes_findings_along_and_frees_the_number_of_what_is_gone(
    store: Store, tmp_path: Path
):
    bring_to(store, tmp_path, Stage.VERIFIED)
    first, second = patch_of(store, "1"), patch_of(store, "2")
    frame = patches_frame(geometry=[square(2), square(4), square(6)])
    seen = compare(store, tmp_path, frame)
    assert fates(seen) == {"1": "renumbered", "2": "renumbered", "3": "new", "1~1": "gone"}
    correct(store, tmp_path, frame)
    assert kept(patch_of(store, "1~1")) == kept(first)
    assert patch_of(store, "1~1").alert == Alert.GONE
    assert kept(patch_of(store, "1")) == kept(second)
    assert patch_of(store, "3").stage is Stage.ISSUED
    assert_sound(store)


def test_a_patch_that_moved_keeps_its_number_and_its_decisions(store: Store, tmp_path: Path):
    before = bring_to(store, tmp_path, Stage.VERIFIED)
    frame = patches_frame(geometry=[square(20), square(2), square(4)])
    assert fates(compare(store, tmp_path, frame))["1"] == "moved"
    correct(store, tmp_path, frame)
    assert kept(patch_of(store)) == kept(before)
    assert patch_of(store).alert == Alert.CHANGED_AFTER_FINDING
    # The box follows: where it was is nothing now.
    for column, found in ((0, []), (20, ["1"])):
        box = tuple(stored(square(column)).bounds)
        assert [p.code for p in find(store, actor(), PatchFilter(bounds=box))] == found


# ---- Split, gone, back --------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.VERIFIED])
def test_a_patch_that_was_split_is_kept_and_its_pieces_name_it(
    store: Store, tmp_path: Path, stage: Stage
):
    before = bring_to(store, tmp_path, stage)
    frame = patches_frame(["1-1", "1-2", "2", "3"], **HALVES)
    seen = compare(store, tmp_path, frame)
    assert fates(seen) == dict.fromkeys(["1", "1-1", "1-2"], "split") | dict.fromkeys(
        ["2", "3"], "unchanged"
    )
    assert about(seen)["1"].pieces == ("1-1", "1-2")
    correct(store, tmp_path, frame)
    assert kept(patch_of(store)) == kept(before)
    assert patch_of(store).alert == Alert.SPLIT
    for code in ("1-1", "1-2"):
        piece = story(store, actor(), code)
        assert piece.patch.stage is Stage.ISSUED
        assert piece.patch.area_ha == pytest.approx(0.5, abs=1e-3)
        assert (piece.events[0].detail["parent"], piece.events[0].detail["parent_id"]) == (
            "1",
            before.id,
        )
    assert_sound(store)


@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.IN_FIELD, Stage.CLOSED])
def test_a_patch_that_is_gone_is_kept_and_comes_back_with_its_decisions(
    store: Store, tmp_path: Path, stage: Stage
):
    before = bring_to(store, tmp_path, stage)
    without = patches_frame(["2", "3"], geometry=[square(2), square(4)])
    assert correct(store, tmp_path, without).counts[Difference.GONE] == 1
    gone = patch_of(store)
    assert (kept(gone), gone.alert) == (kept(before), Alert.GONE)
    settle_alert(store, OFFICER, gone, reason="已核对", at=LATER)
    # It is known to be gone: nobody is called a second time.
    assert correct(store, tmp_path, without[::-1]).outcome is Outcome.UNCHANGED
    assert correct(store, tmp_path, patches_frame()).outcome is Outcome.IMPORTED
    back = patch_of(store)
    assert kept(back) == kept(before)
    assert back.alert == (Alert.CHANGED_IN_FIELD if stage is Stage.IN_FIELD else None)
    assert correct(store, tmp_path, patches_frame()).outcome is Outcome.UNCHANGED
    assert_sound(store)


def test_an_alert_about_what_is_gone_ends_when_it_is_back(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    correct(store, tmp_path, patches_frame(["2", "3"], geometry=[square(2), square(4)]))
    assert patch_of(store).alert == Alert.GONE
    correct(store, tmp_path, patches_frame())
    assert patch_of(store).alert is None
    assert_sound(store)


def test_an_alert_stays_through_a_later_correction_that_raises_none(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.VERIFIED)
    correct(store, tmp_path, patches_frame(geometry=WIDER))
    correct(store, tmp_path, patches_frame(geometry=WIDER, BEIZHU=["更正"] * 3))
    assert patch_of(store).alert == Alert.CHANGED_AFTER_FINDING


# ---- Rows that cannot be read -------------------------------------------------------------------


def test_rows_that_cannot_be_read_stop_the_delivery(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    report = correct(store, tmp_path, patches_frame(["1", "2", "2"], geometry=WIDER))
    assert (report.outcome, report.refused) == (Outcome.REFUSED, 2)
    assert everything_in(store) == before


def test_what_may_be_a_row_that_cannot_be_read_is_not_called_gone(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    frame = patches_frame(["1", "2", "2"], geometry=WIDER)
    seen = compare(store, tmp_path, frame)
    unsure = [row for row in seen.rows if row.is_unsure]
    assert [row.code_before for row in unsure] == ["2", "3"]
    assert not any(row.needs_person for row in unsure)
    report = correct(store, tmp_path, frame, skip_refused=True)
    assert report.counts[Difference.GONE] == 0
    assert [patch_of(store, code).alert for code in "123"] == [None] * 3
    assert [patch_of(store, code).version for code in "123"] == [2, 1, 1]


# ---- Two people, and a machine that stops -------------------------------------------------------


def test_whoever_changed_a_patch_meanwhile_is_not_overwritten(store: Store, tmp_path: Path):
    patch = bring_to(store, tmp_path, Stage.CLOSED)
    intake = read(store, tmp_path, patches_frame(geometry=WIDER))
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    reopen(store, actor(INSPECTOR), patch, reason="举报", at=LATER)
    before = everything_in(store)
    with refused_as("patch_changed", patch=patch.key, seen=patch.version) as texts:
        apply_delivery(store, OFFICER, seen, intake, at=LATER, options=ACCEPT)
    assert "1" in texts["zh"]
    assert everything_in(store) == before


def test_a_patch_the_file_leaves_as_it_is_may_be_worked_on_meanwhile(store: Store, tmp_path: Path):
    bring_to(store, tmp_path, Stage.ASSIGNED)
    intake = read(store, tmp_path, patches_frame(geometry=WIDER))
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    assign_patches(store, actor(MANAGER), [patch_of(store, "2")], at=NOON, to="ranger-2")
    report = apply_delivery(store, OFFICER, seen, intake, at=LATER, options=ACCEPT)
    assert report.outcome is Outcome.IMPORTED
    assert patch_of(store, "2").assignee == "ranger-2"


def test_the_second_of_two_deliveries_compared_at_once_is_refused(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    first = read(store, tmp_path, patches_frame(["1", "2", "3", "4"]), name="甲.gpkg")
    second = read(store, tmp_path, patches_frame(["1", "2", "3", "5"]), name="乙.gpkg")
    seen = [compare_delivery(store, OFFICER, intake, BATCH) for intake in (first, second)]
    apply_delivery(store, OFFICER, seen[0], first, at=LATER, options=ACCEPT)
    before = everything_in(store)
    with refused_as("redelivered_meanwhile", batch=BATCH):
        apply_delivery(store, OFFICER, seen[1], second, at=LATER, options=ACCEPT)
    assert everything_in(store) == before


@pytest.mark.parametrize("step", ["_insert_new", "insert_delivery"])
def test_a_machine_that_stops_halfway_has_written_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    bring_to(store, tmp_path, Stage.VERIFIED)
    before = everything_in(store)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(redelivery, step, stop)
    with pytest.raises(KeyboardInterrupt):
        correct(store, tmp_path, patches_frame(["2", "1", "4"], geometry=WIDER))
    assert everything_in(store) == before


# ---- Who may, and what is written down ----------------------------------------------------------


def test_the_delivery_is_written_down_with_its_counts(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    frame = patches_frame(["1", "2", "4"], geometry=[WIDER[0], square(2), square(30)])
    correct(store, tmp_path, frame)
    with store.reading(actor()) as session:
        row = session.connection.execute(
            select(schema.delivery).order_by(schema.delivery.c.id.desc()).limit(1)
        ).one()
        known = find_batch(session, BATCH)
    assert (row.batch, row.imported_by, row.imported_at) == (BATCH, "inspector-1", LATER)
    assert row.counts == {d.value: 0 for d in Difference} | dict.fromkeys(
        ["changed", "unchanged", "new", "gone"], 1
    )
    assert known is not None
    assert known.count == 4


@pytest.mark.parametrize("person", [MANAGER, RANGER, CHIEF])
def test_only_the_office_redelivers(store: Store, tmp_path: Path, person: Person):
    deliver_patches(store, tmp_path)
    intake = read(store, tmp_path, patches_frame(geometry=WIDER))
    with refused_as("role_not_allowed"):
        compare_delivery(store, actor(person), intake, BATCH)
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    with refused_as("role_not_allowed"):
        apply_delivery(store, actor(person), seen, intake, at=LATER, options=ACCEPT)


def test_the_store_asks_the_table_of_moves_itself(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    rewrite = Rewrite(patch_of(store).id, 1, {"remark": "更正"}, {"code_before": "1"})
    with refused_as("role_not_allowed"), store.writing(actor(MANAGER)) as session:
        rewrite_patches(session, [rewrite], at=LATER)


def test_a_comparison_of_another_file_is_a_defect(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    seen = compare(store, tmp_path, patches_frame())
    with pytest.raises(ValueError, match="another file"):
        apply_delivery(store, OFFICER, seen, read(store, tmp_path, patches_frame(["9"])), at=LATER)


@pytest.mark.parametrize(
    "other",
    [
        {"mapping": {"code": "PAN_NO_TB"}},
        {"mapping": {"code": "PAN_NO_TB", "remark": "PAN_DILEI"}},
        {"makes_codes": True},
        {"crs": "EPSG:4527"},
        {"swaps_axes": True},
        {"shift": Shifted.GCJ02},
        {"encoding": "GB18030"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_comparison_of_another_understanding_is_a_defect(
    store: Store, tmp_path: Path, other: dict[str, Any]
):
    deliver_patches(store, tmp_path)
    intake = read(store, tmp_path, patches_frame(BEIZHU=["更正"] * 3))
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    before = everything_in(store)
    with pytest.raises(ValueError, match="another understanding"):
        apply_delivery(store, OFFICER, seen, replace(intake, **other), at=LATER, options=ACCEPT)
    assert everything_in(store) == before
    report = apply_delivery(store, OFFICER, seen, replace(intake), at=LATER, options=ACCEPT)
    assert report.outcome is Outcome.IMPORTED


def test_the_mapping_of_a_batch_is_known_for_its_correction(store: Store, tmp_path: Path):
    said = {"code": "PAN_NO_TB", "remark": "甲"}
    frame = patches_frame(甲=["路"] * 3)
    deliver(store, tmp_path, frame, options=replace(ACCEPT, fields=said))
    fields = [name for name in frame.columns if name != "geometry"]
    known = mapping_of(store, OFFICER, BATCH, [*fields, "乙"])
    assert known | said == known
    assert mapping_of(store, OFFICER, BATCH, set(fields) - {"甲"}) == {}
    # A correction that carries less leaves the mapping of the whole.
    correct(store, tmp_path, patches_frame(geometry=WIDER)[["PAN_NO_TB", "geometry"]])
    assert mapping_of(store, OFFICER, BATCH, fields) == known
    assert mapping_of(store, OFFICER, BATCH, ["PAN_NO_TB"]) == {"code": "PAN_NO_TB"}
    with refused_as("batch_unknown", batch="没有"):
        mapping_of(store, OFFICER, "没有", fields)
    with refused_as("role_not_allowed"):
        mapping_of(store, actor(RANGER), BATCH, fields)


def test_proposals_are_confirmed_before_anything_is_written(store: Store, tmp_path: Path):
    deliver_patches(store, tmp_path)
    intake = read(store, tmp_path, patches_frame(geometry=WIDER))
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    with refused_as("proposals_open"):
        apply_delivery(store, OFFICER, seen, intake, at=LATER)


# ---- Alerts -------------------------------------------------------------------------------------


@pytest.fixture
def alerted(store: Store, tmp_path: Path) -> Patch:
    bring_to(store, tmp_path, Stage.CLOSED)
    correct(store, tmp_path, patches_frame(geometry=WIDER))
    return patch_of(store)


def test_whoever_looked_settles_the_alert_with_a_reason(store: Store, alerted: Patch):
    settle_alert(store, OFFICER, alerted, reason="原结论成立", at=LATER)
    after = story(store, actor(), "1")
    assert after.patch == replace(
        alerted, alert=None, version=alerted.version + 1, head_hash=after.patch.head_hash
    )
    event = after.events[-1]
    assert (event.verb, event.reason) == (Verb.SETTLED, "原结论成立")
    assert event.detail == {"alert": "changed_after_close"}
    assert_sound(store)


def test_an_alert_is_settled_once_with_a_reason_and_by_the_office(store: Store, alerted: Patch):
    with refused_as("reason_needed"):
        settle_alert(store, OFFICER, alerted, reason=" ", at=LATER)
    with refused_as("role_not_allowed"):
        settle_alert(store, actor(MANAGER), alerted, reason="看过", at=LATER)
    settle_alert(store, OFFICER, alerted, reason="看过", at=LATER)
    with refused_as("patch_changed"):
        settle_alert(store, OFFICER, alerted, reason="看过", at=LATER)
    with refused_as("no_alert"):
        settle_alert(store, OFFICER, patch_of(store), reason="看过", at=LATER)
