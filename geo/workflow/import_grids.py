"""Import a layer of patrol grids."""

from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from geo.errors import FileRefused
from geo.files.read import possible_digests
from geo.model.layer_kinds import LayerKind
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor
from geo.store import grids
from geo.store.door import Store
from geo.workflow.importing import ImportReport, Outcome, inspect, report_on
from geo.workflow.intake import ImportOptions, Intake


def inspect_grids(
    store: Store, actor: Actor, path: Path, options: ImportOptions | None = None
) -> Intake:
    """Look at a file of grids as `import_grids` would take it, writing nothing."""
    return inspect(store, actor, path, LayerKind.GRIDS, options)


def import_grids(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    at: datetime,
    options: ImportOptions | None = None,
    intake: Intake | None = None,
) -> ImportReport:
    """Import a file of grids: every row, or none. The same file twice changes nothing.

    Parameters
    ----------
    intake
        What `inspect_grids` has found in this very file with these options, if it has looked.

    Raises
    ------
    FileRefused
        ``grids_exist`` if another layer has brought one of the codes, or if the file cannot be
        read.
    NeedsConfirmation
        If something was only found out and nobody has confirmed it.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    options = options or ImportOptions()
    digests = possible_digests(path, options.layer)
    before = _imported_before(store, actor, path, digests)
    if before is not None:
        return before
    if intake is None or intake.digest not in digests:
        intake = inspect_grids(store, actor, path, options)
    intake.confirm(is_accepted=options.accept_proposals)
    if intake.is_stopped(skips_refused=options.skip_refused):
        return report_on(intake, Outcome.REFUSED, path.name)
    report = report_on(intake, Outcome.IMPORTED, path.name, skips=options.skip_refused)
    rows = _grid_rows(intake)
    with store.writing(actor) as session:
        clash = grids.known_codes(session, [row["code"] for row in rows])
        if clash:
            raise FileRefused("grids_exist", path=path, count=len(clash), example=min(clash))
        grids.insert_layer(
            session,
            rows,
            digest=intake.digest,
            source_name=intake.source_name,
            source_crs=intake.crs,
            report=report.as_json("zh"),
            at=at,
        )
    return report


def _grid_rows(intake: Intake) -> list[dict[str, Any]]:
    blobs = shapely.to_wkb(intake.geometries)
    return [
        {str(k): v for k, v in row.items()} | {"geom": blob, "attributes": original}
        for row, blob, original in zip(
            intake.rows.to_dict("records"), blobs, intake.attribute_rows(), strict=True
        )
    ]


def _imported_before(
    store: Store, actor: Actor, path: Path, digests: tuple[str, ...]
) -> ImportReport | None:
    with store.reading(actor) as session:
        layer = grids.find_layer(session, *digests)
    if layer is None:
        return None
    return ImportReport(
        outcome=Outcome.UNCHANGED,
        name=layer["source_name"],
        source_name=path.name,
        rows_read=layer["count"],
        kind=LayerKind.GRIDS,
        crs=layer["source_crs"],
    )
