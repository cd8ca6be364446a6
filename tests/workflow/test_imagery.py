"""The two images of a patch are those nearest to its own days; what is wrong with them is said."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.maps.images import ImagePair, ImageSide
from geo.model.imagery import ImageKind, ImageNote, Shift, image_day
from geo.model.things import Patch
from geo.store import patches
from geo.store.door import Store
from geo.text import LANGS, say
from geo.workflow.imagery import image_layers, image_pair, imagery_revision
from geo.workflow.import_imagery import image_path, import_image, register_service, remove_image
from tests.builders import ADMIN, MANAGER, NOON, actor, fill_store
from tests.pictures import LAT, LON, make_geotiff, make_mbtiles

BEFORE, AFTER = "2025-08-21", "20260628"


@pytest.fixture
def patch(store: Store) -> Patch:
    fill_store(store, patches=1, image_before=BEFORE, image_after=AFTER)
    with store.reading(actor()) as session:
        return patches.get_patch(session, "1")


def bring(store: Store, path: Path, day: str, title: str = "") -> int:
    day_taken = date.fromisoformat(day)
    return import_image(
        store, actor(), path, taken_on=day_taken, at=NOON, title=title or day
    ).image.id


def told(side: ImageSide | ImagePair) -> dict[ImageNote, dict]:
    for remark in side.remarks:
        for lang in LANGS:
            assert "{" not in say(f"image_note.{remark.code}", lang, **remark.values)
    return {remark.code: dict(remark.values) for remark in side.remarks}


def test_the_nearest_days_are_chosen(store: Store, tmp_path: Path, patch: Patch) -> None:
    for n, day in enumerate(("2024-08-01", "2025-08-20", "2025-10-01", "2026-06-28")):
        bring(store, make_geotiff(tmp_path / f"{n}.tif", colour=(n, n, n)), day)
    pair = image_pair(store, actor(), patch)
    assert (pair.before.layer.title, pair.before.days) == ("2025-08-20", -1)
    assert (pair.after.layer.title, pair.after.days) == ("2026-06-28", 0)
    assert (pair.before.covered, pair.before.clear, pair.remarks) == (1.0, 1.0, ())
    assert told(pair.before) == {ImageNote.OTHER_DAY: {"days": 1}}
    assert told(pair.after) == {}
    assert pair.after.layer.url == f"/imagery/{pair.after.layer.id}/{{z}}/{{x}}/{{y}}.webp"


def test_what_is_missing_the_same_or_without_a_day_is_said(
    store: Store, tmp_path: Path, patch: Patch
) -> None:
    pair = image_pair(store, actor(), patch)
    assert (pair.before.layer, pair.after.layer) == (None, None)
    assert ImageNote.MISSING in told(pair.before)
    bring(store, make_geotiff(tmp_path / "far.tif", corner=(LON + 1, LAT)), BEFORE)
    assert ImageNote.MISSING in told(image_pair(store, actor(), patch).before)
    number = bring(store, make_geotiff(tmp_path / "a.tif"), "2025-12-01")
    pair = image_pair(store, actor(), patch)
    assert pair.before.layer == pair.after.layer
    assert told(pair) == {ImageNote.SAME: {}}
    blank = replace(patch, image_before="", image_after="GF-2")
    pair = image_pair(store, actor(), blank)
    assert told(pair.before) == told(pair.after) == {ImageNote.NO_DATE: {}}
    remove_image(store, actor(), number, at=NOON)
    assert ImageNote.MISSING in told(image_pair(store, actor(), patch).after)


def test_what_covers_the_whole_patch_goes_before_what_is_nearer(
    store: Store, tmp_path: Path, patch: Patch
) -> None:
    middle = (LON + 0.0025, LAT + 0.006)
    bring(store, make_geotiff(tmp_path / "a.tif", corner=middle), BEFORE)
    pair = image_pair(store, actor(), patch)
    assert told(pair.before) == {ImageNote.PARTLY: {"percent": 50}}
    bring(store, make_mbtiles(tmp_path / "b.mbtiles"), "2025-08-01")
    pair = image_pair(store, actor(), patch)
    assert (pair.before.layer.title, pair.before.covered) == ("2025-08-01", 1.0)


def test_clouds_over_the_patch_and_a_broken_file_are_said(
    store: Store, tmp_path: Path, patch: Patch
) -> None:
    # Its patch lies in columns 163 to 204; the first 184 are masked.
    cloudy = make_geotiff(tmp_path / "a.tif", alpha=True, clear_from_column=184)
    bring(store, cloudy, BEFORE)
    pair = image_pair(store, actor(), patch)
    assert told(pair.before)[ImageNote.UNCLEAR]["percent"] == pytest.approx(49, abs=3)
    bring(store, make_geotiff(tmp_path / "b.tif"), "2026-06-01")
    (newest, _) = image_layers(store, actor())
    with store.reading(actor()) as session:
        from geo.store.imagery import find_image  # noqa: PLC0415

        path = image_path(store, find_image(session, newest.id))
    assert path is not None
    path.write_bytes(b"II*\0broken")
    pair = image_pair(store, actor(), patch)
    assert ImageNote.UNREADABLE in told(pair.after)
    assert pair.after.layer == pair.before.layer


def test_basemaps_are_layers_and_never_a_before_or_after(store: Store, patch: Patch) -> None:
    address = "http://10.0.0.8/{z}/{x}/{y}"
    before = imagery_revision(store)
    register_service(store, actor(), address, ImageKind.XYZ, at=NOON, shift=Shift.GCJ02)
    (layer,) = image_layers(store, actor())
    assert (layer.warning, layer.is_on) == ("image.warning_gcj02", False)
    assert ImageNote.MISSING in told(image_pair(store, actor(), patch).before)
    assert imagery_revision(store) != before
    known = {"at": NOON, "taken_on": date(2025, 8, 21), "shift": Shift.GCJ02}
    register_service(store, actor(), address, ImageKind.XYZ, **known)
    pair = image_pair(store, actor(), patch)
    assert told(pair.before) == {ImageNote.SHIFTED: {}}
    assert (pair.before.covered, pair.before.clear, pair.before.layer.is_on) == (1.0, None, False)


def test_images_of_another_county_are_not_chosen(
    store: Store, tmp_path: Path, patch: Patch
) -> None:
    other = actor(replace(ADMIN, prefixes=("150422",)))
    path = make_geotiff(tmp_path / "a.tif")
    import_image(store, other, path, taken_on=date(2025, 8, 21), at=NOON)
    own = actor(replace(MANAGER, prefixes=(patch.admin_code[:6],)))
    assert ImageNote.MISSING in told(image_pair(store, own, patch).before)
    assert image_layers(store, own) == []
    assert image_pair(store, actor(), patch).before.layer is not None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-08-21", date(2025, 8, 21)),
        ("20250821", date(2025, 8, 21)),
        ("2025/8/1", date(2025, 8, 1)),
        ("2025年8月21日", date(2025, 8, 21)),
        ("2025年8月", date(2025, 8, 1)),
        ("202508", date(2025, 8, 1)),
        ("2025-08-21T10:30:00", date(2025, 8, 21)),
        ("2025", None),
        ("20251345", None),
        ("GF2 2025", None),
        ("", None),
    ],
)
def test_days_of_images_are_read_as_deliveries_write_them(text: str, day: date | None) -> None:
    assert image_day(text) == day
