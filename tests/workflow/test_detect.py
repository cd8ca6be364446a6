"""What the machine finds is a batch of its own: marked, complete, and mixed with nothing."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.files.write import Format
from geo.imagery.detect import Wanted
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.things import DeliveredFile
from geo.store.batches import insert_delivery
from geo.store.door import Store
from geo.store.redelivered import standing_batch
from geo.workflow import look
from geo.workflow.comparison import compare_delivery
from geo.workflow.detect import DetectReport, detect
from geo.workflow.export_patches import export_patches, patch_table
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.importing import Outcome
from geo.workflow.intake import ImportOptions
from tests.builders import INSPECTOR, NOON, RANGER, actor, make_batch
from tests.deliveries import patches_frame, write_file
from tests.imagery.image_files import LEFT, TOP, land, planted, write
from tests.office import BATCH, deliver_patches, everything_in
from tests.refusals import refused_as

ACCEPT = ImportOptions(accept_proposals=True)
WANTED = Wanted(min_area_ha=0.1)
BOXES = ((30, 40, 20, 25), (80, 10, 9, 9))


@pytest.fixture
def images(tmp_path: Path) -> tuple[Path, Path]:
    return (
        write(tmp_path / "b_20250903.tif", land()),
        write(tmp_path / "a_20260709.tif", planted(land(seed=2), *BOXES)),
    )


def known() -> gpd.GeoDataFrame:
    """One patch where the larger change was planted, and one where nothing is."""
    shapes = [
        shapely.box(LEFT + 400, TOP - 500, LEFT + 650, TOP - 300),
        shapely.box(LEFT + 400, TOP - 1_190, LEFT + 650, TOP - 1_050),
    ]
    return patches_frame(("1", "2"), geometry=shapes)


def delivered_again(batch: str) -> DeliveredFile:
    names = ("digest", "source_name", "source_crs", "encoding", "mapping", "report")
    told = {name: getattr(make_batch(batch), name) for name in names}
    return DeliveredFile(batch=batch, counts={}, imported_at=NOON, imported_by="admin", **told)


def found(store: Store, images: tuple[Path, Path], **options: object) -> DetectReport:
    given = {"at": NOON, "wanted": WANTED} | options
    return detect(store, actor(INSPECTOR), *images, **given)


def test_candidates_become_a_batch_marked_as_machine_made(store, images):
    report = found(store, images)
    assert (report.outcome, report.candidates) == (Outcome.IMPORTED, 2)
    (batch,) = look.deliveries(store, actor())
    assert (batch.code, batch.origin, batch.count) == ("machine-a_20260709", Origin.MACHINE, 2)
    patches = sorted(look.find(store, actor()), key=lambda p: p.code)
    assert [p.code for p in patches] == ["M0001", "M0002"]
    assert patches[0].area_ha == pytest.approx(5.0, rel=0.03)
    assert {(p.image_before, p.image_after) for p in patches} == {("2025-09-03", "2026-07-09")}
    assert all(0.9 < p.attributes["confidence"] <= 1 for p in patches)
    assert look.story(store, actor(), "M0001").origin is Origin.MACHINE
    assert look.verify(store, actor()).broken == ()


def test_the_same_comparison_again_changes_nothing(store, images):
    found(store, images)
    before = everything_in(store)
    again = found(store, images, batch="other")
    assert (again.outcome, again.name) == (Outcome.UNCHANGED, "machine-a_20260709")
    assert everything_in(store) == before
    other = found(store, images, wanted=replace(WANTED, min_area_ha=1.0), batch="other")
    assert (other.outcome, other.candidates) == (Outcome.IMPORTED, 1)


def test_a_look_writes_nothing(store, images):
    before = everything_in(store)
    assert found(store, images, writes=False).outcome is Outcome.EXAMINED
    assert everything_in(store) == before


def test_days_are_those_that_are_said(store, images):
    found(store, images, days=("", "2026-07-11"))
    assert look.one(store, actor(), "M0001").image_after == "2026-07-11"
    assert look.one(store, actor(), "M0001").image_before == "2025-09-03"


def test_machine_patches_are_not_written_into_a_delivered_batch(store, images, tmp_path):
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    with refused_as("batch_of_delivery", batch=BATCH):
        found(store, images, batch=BATCH)
    assert everything_in(store) == before


def test_no_delivery_goes_into_a_machine_made_batch(store, images, tmp_path):
    found(store, images, batch="M")
    before = everything_in(store)
    path = write_file(patches_frame(), tmp_path / "delivery.gpkg")
    with refused_as("batch_of_machine", batch="M"):
        import_patches(store, actor(INSPECTOR), path, at=NOON, batch="M", options=ACCEPT)
    intake = inspect_patches(store, actor(INSPECTOR), path, ACCEPT)
    with refused_as("batch_machine_made", batch="M"):
        compare_delivery(store, actor(INSPECTOR), intake, "M")
    with refused_as("batch_machine_made"), store.reading(actor(INSPECTOR)) as session:
        standing_batch(session, "M")
    with refused_as("batch_machine_made"), store.writing(actor(INSPECTOR)) as session:
        insert_delivery(session, delivered_again("M"))
    with refused_as("batch_of_machine"):
        found(store, images, wanted=replace(WANTED, min_area_ha=0.2), batch="M")
    assert everything_in(store) == before


def test_exports_tell_both_kinds_apart(store, images, tmp_path):
    deliver_patches(store, tmp_path)
    found(store, images)
    table = patch_table(store, actor())
    told = dict(zip(table["patch_code"], table["origin"], strict=True))
    assert told == dict.fromkeys("123", "delivered") | dict.fromkeys(("M0001", "M0002"), "machine")
    out = tmp_path / "out.csv"
    export_patches(store, actor(), out, Format.CSV, wanted=PatchFilter(batches=(BATCH,)))
    assert out.read_text("utf-8").splitlines()[1].endswith("delivered")


def test_a_field_of_a_delivery_cannot_mark_it(store, tmp_path):
    deliver_patches(store, tmp_path, origin="machine", confidence=1)
    assert look.origins(store, actor()) == {BATCH: Origin.DELIVERED}


def test_what_is_known_is_counted_against_what_was_found(store, images, tmp_path):
    truth = write_file(known(), tmp_path / "truth.gpkg")
    report = found(store, images, truth=truth, writes=False)
    told = report.as_json()["truth"]
    assert {k: told[k] for k in ("known", "hits", "misses", "false_alarms")} == {
        "known": 2, "hits": 1, "misses": 1, "false_alarms": 1,
    }  # fmt: skip
    assert (told["recall"], told["precision"]) == (0.5, 0.5)


def test_who_does_not_import_does_not_compare(store, images):
    with refused_as("role_not_allowed"):
        detect(store, actor(RANGER), *images, at=NOON, wanted=WANTED, writes=False)


def test_nothing_found_is_a_batch_of_none(store, images):
    report = found(store, (images[0], images[0]))
    assert (report.outcome, report.candidates) == (Outcome.IMPORTED, 0)
    assert report.area_ha == 0
