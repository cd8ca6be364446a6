"""Imagery comes into the workspace whole or not at all, on both engines."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import rasterio
from sqlalchemy import select

from geo.errors import FileRefused
from geo.model.imagery import Image, ImageKind, Shift
from geo.settings import imagery_variable
from geo.store import imagery, schema
from geo.store.door import Store
from geo.workflow import import_imagery as importing
from geo.workflow.import_imagery import (
    FOLDER,
    image_path,
    import_image,
    register_service,
    remove_image,
)
from geo.workflow.importing import Outcome
from tests.builders import ADMIN, INSPECTOR, MANAGER, NOON, actor
from tests.pictures import make_geotiff, make_mbtiles
from tests.refusals import refused_as

DAY = date(2026, 5, 1)
AT = {"taken_on": DAY, "at": NOON}
KEYED = "https://tiles.example/{z}/{x}/{y}.png?tk={key}"


def listed(store: Store) -> list[Image]:
    with store.reading(actor()) as session:
        return imagery.list_images(session)


def in_folder(store: Store) -> list[str]:
    folder = store.folder / FOLDER
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def test_a_geotiff_becomes_an_image_of_the_workspace(store: Store, tmp_path: Path) -> None:
    path = make_geotiff(tmp_path / "六月.tif", alpha=True, clear_from_column=60)
    done = import_image(store, actor(INSPECTOR), path, **AT)
    path.unlink()
    (image,) = listed(store)
    assert done.image == image
    assert (done.outcome, image.title, image.taken_on) == (Outcome.IMPORTED, "六月", DAY)
    assert (image.kind, image.shift, image.added_by) == (
        ImageKind.GEOTIFF,
        Shift.NONE,
        "inspector-1",
    )
    assert image.clear_share == pytest.approx(0.9, abs=0.01)
    assert image.facts == {"bands": [1, 2, 3], "stretch": [], "overviews": [2, 4]}
    kept = image_path(store, image)
    assert kept is not None
    with rasterio.open(kept) as own:
        assert own.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert in_folder(store) == [image.place]


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = make_mbtiles(tmp_path / "a.mbtiles")
    first = import_image(store, actor(), path, title="底图", **AT)
    again = import_image(store, actor(), path.rename(tmp_path / "b.mbtiles"), **AT)
    assert again.outcome is Outcome.UNCHANGED
    assert again.image == first.image
    assert len(listed(store)) == len(in_folder(store)) == 1


def test_what_is_taken_out_leaves_its_entry_and_may_come_again(
    store: Store, tmp_path: Path
) -> None:
    path = make_geotiff(tmp_path / "a.tif")
    image = import_image(store, actor(), path, **AT).image
    with refused_as("role_not_allowed"):
        remove_image(store, actor(INSPECTOR), image.id, at=NOON)
    remove_image(store, actor(), image.id, at=NOON)
    assert listed(store) == in_folder(store) == []
    with refused_as("image_unknown"):
        remove_image(store, actor(), image.id, at=NOON)
    with store.reading(actor()) as session:
        row = session.connection.execute(select(schema.imagery)).one()
    assert (row.removed_at, row.removed_by, row.title) == (NOON, "admin", "a")
    again = import_image(store, actor(), path, **AT)
    assert (again.outcome, again.image.id) == (Outcome.IMPORTED, image.id + 1)


def test_imagery_belongs_to_whoever_brought_it_and_to_those_below(
    store: Store, tmp_path: Path
) -> None:
    county = actor(replace(INSPECTOR, prefixes=("159901",)))
    path = make_geotiff(tmp_path / "a.tif")
    image = import_image(store, county, path, **AT).image
    assert image.admin_code == "159901"
    for prefix, sees in (("159901001", True), ("1599", True), ("159902", False)):
        with store.reading(actor(replace(MANAGER, prefixes=(prefix,)))) as session:
            assert bool(imagery.list_images(session)) is sees
    # A neighbour who cannot see it brings their own.
    neighbour = actor(replace(INSPECTOR, prefixes=("159902",)))
    assert import_image(store, neighbour, path, **AT).outcome is Outcome.IMPORTED
    village = actor(replace(ADMIN, prefixes=("159901001",)))
    with refused_as("image_beyond_territory"):
        remove_image(store, village, image.id, at=NOON)


def test_what_is_no_image_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    text = tmp_path / "a.tif"
    text.write_text("<VRTDataset/>")
    good = make_geotiff(tmp_path / "b.tif")
    vector = make_mbtiles(tmp_path / "v.mbtiles", form="pbf")
    for path, options, code in (
        (text, {}, "image_no_picture"),
        (tmp_path / "none.tif", {}, "file_missing"),
        (make_geotiff(tmp_path / "c.tif", crs=None), {}, "image_no_crs"),
        (vector, {}, "image_vector"),
        (good, {"bands": (5, 4, 3)}, "image_band_absent"),
        (good, {"taken_on": None}, "image_no_date"),
        (good, {"taken_on": NOON.date() + timedelta(days=2)}, "image_date_future"),
        (good, {"title": "a\nb"}, "image_title_bad"),
    ):
        with refused_as(code):
            import_image(store, actor(), path, **AT | options)
    with refused_as("role_not_allowed"):
        import_image(store, actor(MANAGER), good, **AT)
    assert listed(store) == in_folder(store) == []


def test_limits_are_told_with_what_raises_them(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_geotiff(tmp_path / "a.tif")
    for name, code in (
        ("file_mb", "image_too_large"),
        ("megapixels", "image_too_large"),
        ("seconds", "image_too_long"),
    ):
        with monkeypatch.context() as patched:
            patched.setenv(imagery_variable(name), "0")
            with refused_as(code, setting=imagery_variable(name)):
                import_image(store, actor(), path, **AT)
    monkeypatch.setenv("SKYGROUND_MIN_FREE_MB", "1000000000")
    with refused_as("disk_nearly_full"):
        import_image(store, actor(), path, **AT)
    assert in_folder(store) == []


def test_what_fails_at_the_last_step_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_geotiff(tmp_path / "a.tif")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("gone")))
        with refused_as("cannot_write"):
            import_image(store, actor(), path, **AT)
    assert listed(store) == in_folder(store) == []
    left = store.folder / FOLDER / f".killed{importing._PART}"
    left.mkdir()
    os.utime(left, (0, 0))
    import_image(store, actor(), path, **AT)
    assert not left.exists()


def test_a_service_is_written_down_with_the_name_of_its_key(store: Store) -> None:
    known = {"key_variable": "SKYGROUND_KEY_MAP", "at": NOON}
    image = register_service(store, actor(), KEYED, ImageKind.XYZ, **known).image
    assert (image.place, image.key_variable, image.taken_on) == (KEYED, "SKYGROUND_KEY_MAP", None)
    wmts = "http://10.0.0.8/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}"
    image = register_service(store, actor(), wmts, ImageKind.WMTS, at=NOON, shift=Shift.GCJ02).image
    assert image.place.endswith("TILEMATRIX={z}&TILEROW={y}&TILECOL={x}")
    assert image.shift is Shift.GCJ02
    tianditu = register_service(store, actor(), None, ImageKind.TIANDITU, **known).image
    assert tianditu.place.startswith("https://t0.tianditu.gov.cn/")
    assert image_path(store, tianditu) is None


def test_only_an_administrator_names_a_server_to_ask(store: Store) -> None:
    with refused_as("role_not_allowed"):
        register_service(store, actor(INSPECTOR), None, ImageKind.TIANDITU, at=NOON)
    with pytest.raises(FileRefused, match="image_key_in_address"):
        address = KEYED.replace("{key}", "0123")
        register_service(store, actor(), address, ImageKind.XYZ, at=NOON)
    assert listed(store) == []
