"""Import a layer that patches are compared with: units, permits, reserves, or any other."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from geo.errors import FileRefused, NeedsConfirmation
from geo.files.read import possible_digests
from geo.model import columns as c
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor, ReferenceLayer
from geo.store import references
from geo.store.door import Store
from geo.workflow.importing import ImportReport, Outcome, inspect, report_on
from geo.workflow.intake import ImportOptions, Intake

REFERENCE_KINDS = tuple(kind for kind, table in LAYER_TABLES.items() if not table.is_work)
# Columns of the table itself; what else a kind knows is kept with the feature as its facts.
_COLUMNS = frozenset({c.CODE, c.NAME, c.ADMIN_CODE, c.AREA_HA})
MAX_NAME = 80


def import_reference(
    store: Store,
    actor: Actor,
    path: Path,
    kind: LayerKind,
    *,
    at: datetime,
    name: str | None = None,
    options: ImportOptions | None = None,
    intake: Intake | None = None,
) -> ImportReport:
    """Import a reference layer: every row, or none. The same file twice changes nothing.

    A layer of the same kind and name is replaced: it is looked at only, no work hangs on it.

    Parameters
    ----------
    kind
        One of `REFERENCE_KINDS`.
    name
        Of the layer; without one, the name of the file.
    intake
        What `geo.workflow.importing.inspect` has found in this very file, if it has looked.

    Raises
    ------
    FileRefused
        ``layer_name_bad``, or if the file cannot be read as a layer of this kind.
    NeedsConfirmation
        If something was only found out and nobody has confirmed it.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    options = options or ImportOptions()
    shown = layer_name(name if name is not None else path.stem)
    digests = possible_digests(path, options.layer)
    with store.reading(actor) as session:
        before = references.find_reference_layer(session, kind, *digests)
    if before is not None and not _says_how(options):
        return _unchanged(before, path)
    if intake is None or intake.digest not in digests or intake.kind is not kind:
        intake = inspect(store, actor, path, kind, options)
    if before is not None and _is_understood_alike(before, intake):
        return _unchanged(before, path)
    replaced = layers_replaced(store, actor, kind, shown, intake.digest)
    intake.confirm(is_accepted=options.accept_proposals)
    if replaced and not options.accept_proposals:
        old = replaced[0]
        raise NeedsConfirmation(
            "layer_replaces", layer=shown, source=old.source_name, count=old.count
        )
    if intake.is_stopped(skips_refused=options.skip_refused):
        return report_on(intake, Outcome.REFUSED, shown)
    report = replace(
        report_on(intake, Outcome.IMPORTED, shown, skips=options.skip_refused),
        replaced=tuple(layer.source_name for layer in replaced),
    )
    rows = _rows(intake)
    with store.writing(actor) as session:
        for layer in replaced:
            references.delete_reference_layer(session, layer.id)
        references.insert_reference_layer(
            session,
            rows,
            kind=kind,
            name=shown,
            digest=intake.digest,
            source_name=intake.source_name,
            source_crs=intake.crs,
            encoding=intake.encoding,
            mapping=intake.mapping,
            report=report.as_json("zh"),
            at=at,
        )
    return report


def layer_name(name: str) -> str:
    """Check the name of a layer.

    Raises
    ------
    FileRefused
        ``layer_name_bad``.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise FileRefused("layer_name_bad", layer=name[:MAX_NAME])
    return name


def reference_layers(
    store: Store, actor: Actor, kind: LayerKind | None = None
) -> Sequence[ReferenceLayer]:
    """List the reference layers, newest first."""
    with store.reading(actor) as session:
        return references.list_reference_layers(session, kind)


def layers_replaced(
    store: Store, actor: Actor, kind: LayerKind, name: str, digest: str
) -> list[ReferenceLayer]:
    """List the layers that one of this name, or from this very file, takes the place of."""
    return [
        layer
        for layer in reference_layers(store, actor, kind)
        if layer.name == name or layer.digest == digest
    ]


def _says_how(options: ImportOptions) -> bool:
    """Tell whether somebody says how the file is to be read: it may have been wrong before."""
    said = (
        options.crs,
        options.encoding,
        options.swaps_axes,
        options.shift,
        options.fields or None,
    )
    return any(value is not None for value in said)


def _is_understood_alike(before: ReferenceLayer, intake: Intake) -> bool:
    """Tell whether a file would come out as it did before; a shift shows in the report only."""
    return (
        (before.source_crs, before.encoding, dict(before.mapping))
        == (intake.crs, intake.encoding, dict(intake.mapping))
        and before.report.get("shift") == (None if intake.shift is None else str(intake.shift))
        and before.report.get("swaps_axes") == intake.swaps_axes
    )


def _unchanged(before: ReferenceLayer, path: Path) -> ImportReport:
    return ImportReport(
        outcome=Outcome.UNCHANGED,
        name=before.name,
        source_name=path.name,
        rows_read=before.count,
        kind=LayerKind(before.kind),
        crs=before.source_crs,
    )


def _rows(intake: Intake) -> list[dict[str, Any]]:
    blobs = shapely.to_wkb(intake.geometries)
    plain = intake.rows.astype(object).where(intake.rows.notna(), None).to_dict("records")
    return [
        {str(name): value for name, value in row.items() if name in _COLUMNS}
        | {"facts": _facts(row)}
        | {"geom": blob, "attributes": original}
        for row, blob, original in zip(plain, blobs, intake.attribute_rows(), strict=True)
    ]


def _facts(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Keep what its kind knows beyond the columns of the table, where the file says it."""
    return {str(name): v for name, v in row.items() if name not in _COLUMNS and v not in {None, ""}}
