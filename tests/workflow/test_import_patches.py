"""A delivery becomes a batch: whole, once, and with everything that stood in it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo.model.stages import Role, Stage
from geo.store.door import Store
from geo.workflow import import_patches as importing
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.importing import Outcome
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look import deliveries, find, story, verify
from tests.builders import ADMIN, INSPECTOR, NOON, STAFF, actor
from tests.deliveries import patches_frame, square, write_file
from tests.office import ACCEPT, BATCH, deliver_patches, everything_in, patch_of
from tests.refusals import refused_as


def test_every_row_becomes_an_issued_patch_with_what_the_file_says_of_it(
    store: Store, tmp_path: Path
) -> None:
    report = deliver_patches(store, tmp_path, PAN_BHYY=["421", "52", "71"])
    assert (report.outcome, report.taken, report.refused) == (Outcome.IMPORTED, 3, 0)
    assert (report.crs, report.encoding, report.name) == ("EPSG:4528", "GBK", BATCH)
    patch = patch_of(store, "2")
    assert (patch.stage, patch.version, patch.batch) == (Stage.ISSUED, 1, BATCH)
    assert (patch.cause, patch.land_after, patch.remark) == ("52", "建设用地", "新增道路")
    assert (patch.admin_code, patch.area_delivered_ha) == ("159901001001", 1.0)
    assert patch.attributes["PAN_DILEI"] == "建设用地"
    assert (patch.grid_code, patch.assignee, patch.due, patch.verdict) == (None, None, None, None)


def test_a_square_of_a_hectare_on_the_meridian_measures_one(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    # On the central meridian the plane is true to scale; 200 m east it still is to the last digit.
    assert [patch_of(store, code).area_ha for code in ("1", "2", "3")] == [1.0, 1.0, 1.0]


def test_the_batch_keeps_where_it_came_from_and_what_was_found_out(
    store: Store, tmp_path: Path
) -> None:
    deliver_patches(store, tmp_path)
    (batch,) = deliveries(store, actor())
    assert (batch.code, batch.source_name, batch.count) == (BATCH, "图斑.zip", 3)
    assert (batch.source_crs, batch.cause_list) == ("EPSG:4528", "forest-causes-2019")
    assert batch.mapping["code"] == "PAN_NO_TB"
    assert (batch.imported_by, batch.imported_at) == (INSPECTOR.code, NOON)
    event = story(store, actor(), "1").events[0]
    assert event.detail == {"file_sha256": batch.digest}
    assert verify(store, actor()).broken == ()


def test_a_batch_is_called_after_its_file_unless_it_is_named(store: Store, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "二〇二六年.gpkg")
    assert import_patches(store, actor(), path, at=NOON, options=ACCEPT).name == "二〇二六年"


def test_the_same_file_twice_changes_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    path = tmp_path / "delivery" / "图斑.zip"
    for batch in (BATCH, "another name", None):
        again = import_patches(store, actor(), path, at=NOON + timedelta(days=1), batch=batch)
        assert (again.outcome, again.name, again.taken) == (Outcome.UNCHANGED, BATCH, 0)
    assert everything_in(store) == before


def test_another_file_under_the_same_batch_is_refused_and_nothing_is_written(
    store: Store, tmp_path: Path
) -> None:
    deliver_patches(store, tmp_path)
    before = everything_in(store)
    path = write_file(patches_frame(("7",)), tmp_path / "other.gpkg")
    with refused_as("batch_exists", batch=BATCH, source="图斑.zip", count=3):
        import_patches(store, actor(), path, at=NOON, batch=BATCH, options=ACCEPT)
    assert everything_in(store) == before


def test_each_of_several_layers_of_a_file_can_be_a_batch(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "二季.gpkg"
    for layer, codes in (("春季", ("1",)), ("秋季", ("2", "3"))):
        write_file(patches_frame(codes), path, layer=layer)
    for layer, count in (("春季", 1), ("秋季", 2)):
        options = ImportOptions(layer=layer, accept_proposals=True)
        report = import_patches(store, actor(), path, at=NOON, batch=layer, options=options)
        assert (report.outcome, report.taken) == (Outcome.IMPORTED, count)
        again = import_patches(store, actor(), path, at=NOON, batch=layer, options=options)
        assert again.outcome is Outcome.UNCHANGED
    assert len(find(store, actor())) == 3


@pytest.mark.parametrize("name", ["", "  ", "2026/1", "第一\n批", "批" * 81])
def test_a_batch_name_that_could_not_be_written_later_is_refused(
    store: Store, tmp_path: Path, name: str
) -> None:
    path = write_file(patches_frame(), tmp_path / "x.gpkg")
    before = everything_in(store)
    with refused_as("batch_name_bad"):
        import_patches(store, actor(), path, at=NOON, batch=name, options=ACCEPT)
    assert everything_in(store) == before


@pytest.mark.parametrize("person", STAFF, ids=[p.role for p in STAFF])
def test_only_the_office_imports(store: Store, tmp_path: Path, person: object) -> None:
    path = write_file(patches_frame(), tmp_path / "x.gpkg")
    before = everything_in(store)
    who = actor(person)  # type: ignore[arg-type]
    if who.role in {Role.ADMINISTRATOR, Role.INSPECTOR}:
        assert import_patches(store, who, path, at=NOON, options=ACCEPT).taken == 3
        return
    with refused_as("role_not_allowed", role=who.role):
        import_patches(store, who, path, at=NOON, options=ACCEPT)
    assert everything_in(store) == before


def test_an_unknown_code_list_is_refused_before_the_file_is_read(
    store: Store, tmp_path: Path
) -> None:
    with refused_as("code_list_unknown", list="forest-causes-1999"):
        import_patches(store, actor(), tmp_path / "x.zip", at=NOON, causes="forest-causes-1999")


# ---- What the program finds out and a person confirms -------------------------------------------


def test_nothing_that_was_only_found_out_is_acted_on_unasked(store: Store, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.zip", without=("cpg", "prj"))
    before = everything_in(store)
    with refused_as("proposals_open", count=3):
        import_patches(store, actor(), path, at=NOON)
    assert everything_in(store) == before
    found = {p.what: p.value for p in inspect_patches(store, actor(), path).proposals}
    assert found == {"field_code": "PAN_NO_TB", "encoding": "GB18030", "crs": "EPSG:4528"}


def test_what_a_person_says_needs_no_confirmation(store: Store, tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.zip", without=("cpg", "prj"))
    said = ImportOptions(fields={"code": "PAN_NO_TB"}, crs="EPSG:4528", encoding="GBK")
    report = import_patches(store, actor(), path, at=NOON, options=said)
    assert (report.taken, report.proposals) == (3, ())


def test_the_field_that_a_person_names_holds_the_number(store: Store, tmp_path: Path) -> None:
    frame = patches_frame(XH=["0007", "0008", "0009"])
    path = write_file(frame, tmp_path / "x.gpkg")
    options = ImportOptions(fields={"code": "XH", "remark": "PAN_DILEI"}, accept_proposals=True)
    import_patches(store, actor(), path, at=NOON, options=options)
    assert patch_of(store, "0008").remark == "建设用地"


@pytest.mark.parametrize(
    ("codes", "kept"),
    [
        (["0017", "15990100120120260001", " 18 "], ["0017", "15990100120120260001", "18"]),
        (np.array([150421000001, 2, 3]), ["150421000001", "2", "3"]),
        (np.array([1.0, 150421000001.0, 3.5]), ["1", "150421000001", "3.5"]),
    ],
    ids=["text", "whole numbers", "decimal numbers"],
)
@pytest.mark.parametrize("suffix", [".zip", ".gpkg", ".geojson"])
def test_numbers_of_patches_keep_their_digits(
    store: Store, tmp_path: Path, codes: list[str], kept: list[str], suffix: str
) -> None:
    path = write_file(patches_frame(codes), tmp_path / f"x{suffix}")
    import_patches(store, actor(), path, at=NOON, options=ACCEPT)
    assert {p.code for p in find(store, actor())} == set(kept)


def test_a_number_with_a_slash_is_found_with_its_batch_and_without(
    store: Store, tmp_path: Path
) -> None:
    for batch, suffix in (("甲", ".gpkg"), ("乙", ".geojson")):
        path = write_file(patches_frame(("2026/17", f"{batch}/1")), tmp_path / f"x{suffix}")
        import_patches(store, actor(), path, at=NOON, batch=batch, options=ACCEPT)
    with refused_as("patch_ambiguous", patch="2026/17", known="甲/2026/17, 乙/2026/17"):
        patch_of(store, "2026/17")
    assert patch_of(store, "乙/2026/17").batch == "乙"
    assert patch_of(store, "甲/1").code == "甲/1"


def test_of_two_who_bring_a_batch_of_one_name_the_second_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        write_file(patches_frame((code,)), tmp_path / f"{code}.gpkg") for code in ("1", "2")
    )
    real = importing.inspect_patches

    def interrupted(*asked: Any) -> Intake:
        # While the second file is read, somebody else brings the first.
        monkeypatch.setattr(importing, "inspect_patches", real)
        import_patches(store, actor(INSPECTOR), first, at=NOON, batch=BATCH, options=ACCEPT)
        return real(*asked)

    monkeypatch.setattr(importing, "inspect_patches", interrupted)
    with refused_as("batch_exists", batch=BATCH, source="1.gpkg", count=1):
        import_patches(store, actor(ADMIN), second, at=NOON, batch=BATCH, options=ACCEPT)
    assert [p.code for p in find(store, actor())] == ["1"]


def test_a_shape_in_parts_or_with_heights_is_one_flat_patch(store: Store, tmp_path: Path) -> None:
    parts = shapely.MultiPolygon([square(0), square(10)])
    shapes = [parts, shapely.force_3d(square(20), 1000.0)]
    path = write_file(patches_frame(("1", "2"), geometry=shapes), tmp_path / "x.gpkg")
    import_patches(store, actor(), path, at=NOON, options=ACCEPT)
    first, second = (story(store, actor(), code) for code in ("1", "2"))
    assert (first.patch.area_ha, second.patch.area_ha) == (2.0, 1.0)
    assert len(first.outline.geoms) == 2
    assert not second.outline.has_z


def test_a_crossing_ring_is_repaired_and_reported(store: Store, tmp_path: Path) -> None:
    east, north = 40_500_000, 4_800_000
    corners = [(0, 0), (100, 100), (100, 0), (0, 100)]  # a bow tie of two halves of 0.25 ha
    bow_tie = shapely.Polygon([(east + x, north + y) for x, y in corners])
    path = write_file(patches_frame(("1",), geometry=[bow_tie]), tmp_path / "x.gpkg")
    report = import_patches(store, actor(), path, at=NOON, options=ACCEPT)
    assert (report.taken, report.repaired, report.refused) == (1, 1, 0)
    (problem,) = report.problems
    assert (problem.row, problem.code) == (1, "repaired")
    assert "边界自相交" in problem.text("zh")
    assert patch_of(store).area_ha == 0.5
    assert shapely.is_valid(story(store, actor(), "1").outline)


def test_a_list_a_table_and_bytes_among_the_attributes_are_kept_as_plain_values(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "x.geojson"
    shape = shapely.to_geojson(shapely.box(120, 43, 120.001, 43.001))
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        '{"TBBH": "1", "photos": ["a.jpg", "b.jpg"], "more": {"n": [1, 2]}}, '
        f'"geometry": {shape}}}]}}'
    )
    import_patches(store, actor(ADMIN), path, at=NOON, options=ACCEPT)
    assert patch_of(store).attributes == {
        "TBBH": "1",
        "photos": ["a.jpg", "b.jpg"],
        "more": '{ "n": [ 1, 2 ] }',
    }
    assert verify(store, actor()).broken == ()
