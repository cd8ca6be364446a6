"""A batch that is delivered again, corrected: the steps of the tests about it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geo.model.alerts import Compared
from geo.model.things import Patch
from geo.shapes.crs import to_stored
from geo.store.door import Store
from geo.workflow.comparison import Comparison
from geo.workflow.import_patches import import_patches, inspect_patches
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look import story, verify
from geo.workflow.redelivery import RedeliveryReport, apply_delivery, compare_delivery
from tests.builders import INSPECTOR, NOON, actor
from tests.deliveries import ZONE_40, square, write_file
from tests.office import ACCEPT, BATCH, LATER

OFFICER = actor(INSPECTOR)
WIDER = [square(0, side_m=120), square(2), square(4)]


def read(store: Store, folder: Path, frame: gpd.GeoDataFrame, *, name: str = "更正.gpkg") -> Intake:
    path = write_file(frame, folder / "again" / name)
    return inspect_patches(store, OFFICER, path, ACCEPT)


def deliver(
    store: Store,
    folder: Path,
    frame: gpd.GeoDataFrame,
    *,
    name: str = "首次.gpkg",
    options: ImportOptions = ACCEPT,
) -> None:
    """Import a batch from a file of any format."""
    path = write_file(frame, folder / "first" / name)
    import_patches(store, OFFICER, path, at=NOON, batch=BATCH, options=options)


def compare(store: Store, folder: Path, frame: gpd.GeoDataFrame) -> Comparison:
    return compare_delivery(store, OFFICER, read(store, folder, frame), BATCH)


def correct(
    store: Store, folder: Path, frame: gpd.GeoDataFrame, **options: Any
) -> RedeliveryReport:
    """Deliver the batch again."""
    intake = read(store, folder, frame)
    seen = compare_delivery(store, OFFICER, intake, BATCH)
    chosen = replace(ACCEPT, **options)
    return apply_delivery(store, OFFICER, seen, intake, at=LATER, options=chosen)


def about(seen: Comparison) -> dict[str, Compared]:
    """The rows by the number after."""
    return {row.code_after: row for row in seen.rows}


def fates(seen: Comparison) -> dict[str, str]:
    return {code: str(row.difference) for code, row in about(seen).items()}


def outline_of(store: Store, key: str) -> shapely.Geometry:
    return story(store, actor(), key).outline


def stored(shape: shapely.Geometry) -> shapely.Geometry:
    return to_stored([shape], ZONE_40)[0]


def assert_sound(store: Store) -> None:
    assert verify(store, actor()).broken == ()
    assert store.check_integrity() == []


def kept(patch: Patch) -> tuple[object, ...]:
    return (
        patch.id,
        patch.stage,
        patch.grid_code,
        patch.share,
        patch.assignee,
        patch.due,
        patch.verdict,
    )


HALVES = {
    "geometry": [
        shapely.box(*square(0).bounds[:2], square(0.5).bounds[0], square(0).bounds[3]),
        shapely.box(square(0.5).bounds[0], *square(0).bounds[1:]),
        square(2),
        square(4),
    ]
}
