"""An office at work: the steps that bring a patch to where a test begins, by the use cases."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import select

from geo.model.stages import Level, Stage
from geo.model.things import Actor, Patch, Review
from geo.store import schema
from geo.store.door import Store
from geo.workflow.assign import assign_patches, assignable
from geo.workflow.close import CaseStep, advance_case, close
from geo.workflow.export_field import export_field
from geo.workflow.import_findings import FindingsReport, import_findings
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.importing import ImportReport
from geo.workflow.intake import ImportOptions
from geo.workflow.locate import locate
from geo.workflow.look import one
from geo.workflow.review import review
from tests.builders import INSPECTOR, MANAGER, NOON, actor
from tests.deliveries import grids_frame, patches_frame, square, write_file

ACCEPT = ImportOptions(accept_proposals=True)
BATCH = "2026-1"
LATER = NOON + timedelta(days=5)
CASE_STAGES = {
    CaseStep.OPEN: Stage.CASE_OPEN,
    CaseStep.RECTIFY: Stage.RECTIFYING,
    CaseStep.ACCEPT: Stage.ACCEPTED,
}
ANSWER: Mapping[str, object] = {
    "found_cause": "421",
    "found_unlawful": 1,
    "found_note": "现场核实",
    "surveyed_at": "2026-09-03T10:00:00+08:00",
}
LAWFUL: Mapping[str, object] = dict(ANSWER) | {"found_cause": "411", "found_unlawful": 0}


def everything_in(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to see whether anything was written."""
    with store.reading(actor()) as session:
        return {
            table.name: sorted(
                tuple(map(str, row)) for row in session.connection.execute(select(table)).all()
            )
            for table in schema.metadata.sorted_tables
        }


def deliver_patches(
    store: Store, folder: Path, codes: Sequence[str] = ("1", "2", "3"), **columns: Any
) -> ImportReport:
    """Import squares of one hectare, two hundred metres apart from west to east."""
    path = write_file(patches_frame(codes, **columns), folder / "delivery" / "图斑.zip")
    return import_patches(store, actor(INSPECTOR), path, at=NOON, batch=BATCH, options=ACCEPT)


def deliver_grids(
    store: Store, folder: Path, shapes: Mapping[str, shapely.Geometry] | None = None, **columns: Any
) -> ImportReport:
    """Import grids; without any, one that holds every square: it is the first ranger's."""
    frame = grids_frame(shapes or {"G1": square(-1, -1, side_m=100_000)}, **columns)
    path = write_file(frame, folder / "delivery" / "网格.gpkg")
    return import_grids(store, actor(INSPECTOR), path, at=NOON, options=ACCEPT)


def assign_all(store: Store, **options: Any) -> None:
    manager = actor(MANAGER)
    assign_patches(store, manager, assignable(store, manager), at=NOON, **options)


def send_out(store: Store, folder: Path) -> Path:
    """Write the package of the one person who has patches."""
    (package,) = export_field(store, actor(MANAGER), folder / "field", at=NOON)
    return package.path


def fill_in(
    package: Path, answers: Mapping[str, Mapping[str, object]], *, name: str = "回.geojson"
) -> Path:
    """Answer a package by patch code, as a field program saves it."""
    collection = json.loads(package.read_text(encoding="utf-8"))
    for feature in collection["features"]:
        feature["properties"] |= dict(answers.get(feature["properties"]["patch_code"], {}))
    path = package.parent / name
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def bring_back(
    store: Store,
    package: Path,
    answers: Mapping[str, Mapping[str, object]],
    *,
    name: str = "回.geojson",
    **options: Any,
) -> FindingsReport:
    """Fill a package in and import it."""
    path = fill_in(package, answers, name=name)
    return import_findings(store, actor(MANAGER), path, at=NOON + timedelta(days=2), **options)


def patch_of(store: Store, code: str = "1") -> Patch:
    """A patch as it stands now."""
    return one(store, actor(), code)


def bring_to(
    store: Store, folder: Path, stage: Stage, *, answer: Mapping[str, object] = ANSWER
) -> Patch:
    """Bring the patch 1 of a fresh delivery to a stage, in an office with one level of review."""
    deliver_grids(store, folder)
    deliver_patches(store, folder)
    locate(store, actor(MANAGER), at=NOON)
    for reached, step in _way(store, folder, stage, answer):
        if patch_of(store).stage is stage:
            break
        step()
        assert patch_of(store).stage is reached
    return patch_of(store)


def _way(
    store: Store, folder: Path, stage: Stage, answer: Mapping[str, object]
) -> Iterator[tuple[Stage, Callable[[], object]]]:
    inspector = actor(INSPECTOR)
    yield Stage.ASSIGNED, lambda: assign_all(store)
    yield Stage.IN_FIELD, lambda: send_out(store, folder)
    yield Stage.VERIFIED, lambda: bring_back(store, send_out(store, folder), {"1": answer})
    yield Stage.COUNTY_PASSED, lambda: pass_on(store, Level.COUNTY)
    if stage is not Stage.CLOSED_LAWFUL:
        for step, reached in CASE_STAGES.items():
            yield (
                reached,
                partial(
                    advance_case, store, inspector, patch_of(store), step, reason="依法", at=LATER
                ),
            )
    end = Stage.CLOSED_LAWFUL if stage is Stage.CLOSED_LAWFUL else Stage.CLOSED
    yield end, lambda: close(store, inspector, patch_of(store), reason="手续齐全", at=LATER)


def reviewer(level: Level) -> Actor:
    return actor(replace(INSPECTOR, code=f"inspector-{level}", level=level))


def pass_on(store: Store, level: Level, code: str = "1") -> Review:
    return review(store, reviewer(level), patch_of(store, code), is_passed=True, at=LATER)
