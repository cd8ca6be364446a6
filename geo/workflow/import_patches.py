"""Import a delivery of suspected change patches as one batch."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from geo.files.read import possible_digests
from geo.model import columns as c
from geo.model.codes import DEFAULT_CAUSES, cause_list
from geo.model.layer_kinds import LayerKind
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor, Batch
from geo.store import batches
from geo.store.door import Store
from geo.store.new_patches import NewPatches, insert_new_patches
from geo.workflow.importing import (
    ImportReport,
    Outcome,
    batch_name,
    inspect,
    refuse_same_batch,
    report_on,
)
from geo.workflow.intake import ImportOptions, Intake

Progress = Callable[[int, int], None]


def inspect_patches(
    store: Store, actor: Actor, path: Path, options: ImportOptions | None = None
) -> Intake:
    """Look at a file of patches as `import_patches` would take it, writing nothing.

    Raises
    ------
    FileRefused
        If it cannot be read as a layer of polygons with numbers.
    """
    return inspect(store, actor, path, LayerKind.PATCHES, options)


def import_patches(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    at: datetime,
    batch: str | None = None,
    options: ImportOptions | None = None,
    causes: str = DEFAULT_CAUSES,
    intake: Intake | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file of patches: every row, or none.

    The same file twice changes nothing and says so.

    Parameters
    ----------
    batch
        Name of the delivery; without one, the name of the file.
    causes
        Key of the list of causes the delivery was coded in.
    intake
        What `inspect_patches` has found in this very file with these options, if it has looked.
    progress
        Told how many of how many patches are written.

    Returns
    -------
    ImportReport
        ``refused`` if rows are wrong and `options` do not leave them out; then nothing was
        written.

    Raises
    ------
    FileRefused
        ``batch_exists`` for another file under the same name, ``batch_name_bad``, or if the file
        cannot be read.
    NeedsConfirmation
        If something was only found out and nobody has confirmed it.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    cause_list(causes)
    options = options or ImportOptions()
    name = batch_name(batch if batch is not None else path.stem)
    digests = possible_digests(path, options.layer)
    before = _delivered_before(store, actor, digests, path, name)
    if before is not None:
        return before
    if intake is None or intake.digest not in digests:
        intake = inspect_patches(store, actor, path, options)
    intake.confirm(is_accepted=options.accept_proposals)
    if intake.is_stopped(skips_refused=options.skip_refused):
        return report_on(intake, Outcome.REFUSED, name)
    report = report_on(intake, Outcome.IMPORTED, name, skips=options.skip_refused)
    new = _new_patches(intake, name, territory=actor.home_prefix)
    with store.writing(actor) as session:
        refuse_same_batch(session, name)
        batches.insert_batch(
            session,
            Batch(
                code=name,
                digest=intake.digest,
                source_name=intake.source_name,
                source_crs=intake.crs,
                encoding=intake.encoding,
                cause_list=causes,
                mapping=intake.mapping,
                report=report.as_json("zh"),
                imported_at=at,
                imported_by=actor.code,
                count=len(new),
            ),
        )
        detail = {"file_sha256": intake.digest}
        insert_new_patches(session, new, at=at, detail=detail, progress=progress)
    return report


def patch_rows(intake: Intake, batch: str, *, territory: str) -> list[dict[str, Any]]:
    """Make the rows of the patch table from what was taken in.

    A delivery without administrative codes belongs to the territory of whoever imports it, until
    locating finds the finer code of the grid: otherwise its patches would be nobody's.
    """
    new = _new_patches(intake, batch, territory=territory)
    blobs = shapely.to_wkb(intake.geometries)
    names = [name for name, values in new.columns.items() if isinstance(values, list)]
    values = zip(*(new.columns[name] for name in names), strict=True)
    return [
        dict(zip(names, row, strict=True)) | {"batch": batch, "geom": blob, "attributes": original}
        for row, blob, original in zip(values, blobs, intake.attribute_rows(), strict=True)
    ]


def _new_patches(intake: Intake, batch: str, *, territory: str) -> NewPatches:
    rows = intake.rows
    columns: dict[str, Any] = {
        str(name): rows[name].astype(object).where(rows[name].notna(), None).tolist()
        for name in rows.columns
    }
    columns[c.ADMIN_CODE] = [code or territory for code in columns[c.ADMIN_CODE]]
    return NewPatches(columns | {"batch": batch}, intake.attribute_columns, intake.geometries)


def _delivered_before(
    store: Store, actor: Actor, digests: Sequence[str], path: Path, name: str
) -> ImportReport | None:
    with store.reading(actor) as session:
        same_file = batches.find_batch_by_digest(session, *digests)
        if same_file is None:
            refuse_same_batch(session, name)
    if same_file is not None:
        return ImportReport(
            outcome=Outcome.UNCHANGED,
            name=same_file.code,
            source_name=path.name,
            rows_read=same_file.count,
            crs=same_file.source_crs,
            encoding=same_file.encoding,
            mapping=dict(same_file.mapping),
        )
    return None
