"""Take a corrected delivery of a batch: what is right is corrected, what was decided stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import shapely

from geo.errors import NotAllowed, NotFound, OldVersion
from geo.model import columns as c
from geo.model.alerts import Alert, Compared, Difference
from geo.model.problems import Problem
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor, DeliveredFile, Patch
from geo.store.batches import find_batch, insert_delivery
from geo.store.changes import Change, change_patches, insert_patches
from geo.store.door import Session, Store
from geo.store.redelivered import Rewrite, mappings_of, newest_delivery, rewrite_patches
from geo.text import Lang
from geo.workflow.comparison import Comparison, compare_delivery, understanding_of
from geo.workflow.import_patches import patch_rows
from geo.workflow.importing import Outcome
from geo.workflow.intake import ImportOptions, Intake

__all__ = ["RedeliveryReport", "apply_delivery", "compare_delivery", "mapping_of", "settle_alert"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RedeliveryReport:
    """What a corrected delivery did, or would not do.

    Attributes
    ----------
    rows_read, refused
        Rows of the file, and those of them that could not be taken.
    counts
        Patches by what the file says about them.
    alerts
        Patches that a person has to look at, by the reason.
    """

    outcome: Outcome
    batch: str
    source_name: str
    rows_read: int
    refused: int
    counts: Mapping[Difference, int]
    alerts: Mapping[Alert, int]
    problems: tuple[Problem, ...] = ()

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Give the report as plain values, its sentences in one language."""
        return {
            "outcome": str(self.outcome),
            "batch": self.batch,
            "source": self.source_name,
            "rows_read": self.rows_read,
            "refused": self.refused,
            "counts": {str(name): count for name, count in self.counts.items()},
            "alerts": {str(name): count for name, count in self.alerts.items()},
            "problems": [p.as_row(lang) for p in self.problems],
        }


def apply_delivery(
    store: Store,
    actor: Actor,
    comparison: Comparison,
    intake: Intake,
    *,
    at: datetime,
    options: ImportOptions | None = None,
) -> RedeliveryReport:
    """Correct a batch by a file that was compared with it: everything, or nothing.

    Stages, grids, assignees, deadlines, verdicts, findings and the history stay. A patch that the
    file does not carry is kept. Where a decision may no longer fit, the patch gets an alert. A
    file that says nothing new writes nothing.

    Parameters
    ----------
    comparison
        Of this very file, understood in this way, as the person who decides has seen it.

    Returns
    -------
    RedeliveryReport
        ``refused`` if rows are wrong and `options` do not leave them out; ``unchanged`` if the
        file says nothing new. Nothing was written then.

    Raises
    ------
    OldVersion
        ``patch_changed`` or ``redelivered_meanwhile``: it is to be compared again.
    NeedsConfirmation
        If something was only found out and nobody has confirmed it.
    NotAllowed
        If the actor's role does not import.
    ValueError
        If the comparison is of another file, or of another understanding of it.
    """
    require_role(actor.role, OFFICE, Verb.REDELIVERED)
    if comparison.digest != intake.digest:
        raise ValueError("the comparison is of another file")
    if comparison.understood != understanding_of(intake):
        raise ValueError("the comparison is of this file in another understanding")
    options = options or ImportOptions()
    intake.confirm(is_accepted=options.accept_proposals)
    if intake.is_stopped(skips_refused=options.skip_refused):
        return _report(comparison, intake, Outcome.REFUSED)
    if comparison.is_unchanged:
        return _report(comparison, intake, Outcome.UNCHANGED)
    report = _report(comparison, intake, Outcome.IMPORTED)
    by_row = _rows_of_file(comparison, intake, actor)
    rewrites = [
        _rewrite(comparison, compared, by_row.get(compared.row or 0, {}))
        for compared in comparison.rows
        if compared.is_written and compared.patch_id is not None
    ]
    with store.writing(actor) as session:
        _refuse_later_delivery(session, comparison)
        rewrite_patches(session, rewrites, at=at)
        _insert_new(session, comparison, by_row, at)
        insert_delivery(session, _delivered_file(actor, intake, report, at))
    return report


def mapping_of(store: Store, actor: Actor, batch: str, fields: Iterable[str]) -> dict[str, str]:
    """Give the mapping with which a batch was delivered, where another file has all its fields.

    Of several deliveries the mapping with the most columns counts, and of equals the newest.

    Parameters
    ----------
    fields
        Of the other file.

    Returns
    -------
    dict
        Column to field; empty if no delivery's fields are all there.

    Raises
    ------
    NotFound
        ``batch_unknown``.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.REDELIVERED)
    present = set(fields)
    with store.reading(actor) as session:
        known = find_batch(session, batch)
        if known is None:
            raise NotFound("batch_unknown", batch=batch)
        mappings = mappings_of(session, known)
    fitting = [mapping for mapping in mappings if present.issuperset(mapping.values())]
    best: Mapping[str, str] = max(fitting, key=len, default={})
    return dict(best)


def settle_alert(store: Store, actor: Actor, patch: Patch, *, reason: str, at: datetime) -> None:
    """Say that somebody has looked at what a corrected delivery changed, and what came of it.

    Parameters
    ----------
    patch
        As that person has seen it: a later version is refused.
    reason
        What they found; needed.

    Raises
    ------
    NotAllowed
        ``no_alert``, or what the table of moves says.
    OldVersion
        ``patch_changed``.
    """
    if patch.alert is None:
        raise NotAllowed("no_alert", patch=patch.key)
    change = Change(
        patch.id,
        patch.version,
        Verb.SETTLED,
        patch.stage,
        new_values={c.ALERT: None},
        reason=reason,
        detail={"alert": patch.alert},
    )
    with store.writing(actor) as session:
        change_patches(session, [change], at=at)


def _refuse_later_delivery(session: Session, comparison: Comparison) -> None:
    if newest_delivery(session, comparison.batch) != comparison.newest:
        raise OldVersion("redelivered_meanwhile", batch=comparison.batch)


def _rows_of_file(comparison: Comparison, intake: Intake, actor: Actor) -> dict[int, Row]:
    """Make rows of the patch table by their number in the file, in the batch's own field names."""
    rows = patch_rows(intake, comparison.batch, territory=actor.home_prefix)
    known = comparison.known_names
    if known:
        for row in rows:
            row["attributes"] = {known.get(f, f): v for f, v in row["attributes"].items()}
    return dict(zip(intake.rows.index.tolist(), rows, strict=True))


def _rewrite(comparison: Comparison, compared: Compared, row: Row) -> Rewrite:
    """Write down what becomes of one patch; `row` is empty if the file does not carry it."""
    new_values: dict[str, Any] = {
        name: row[name] for name in compared.columns if name != c.GEOMETRY
    }
    if row:
        new_values["attributes"] = row["attributes"]
    if c.GEOMETRY in compared.columns:
        new_values |= {"geom": shapely.to_wkb(compared.after), c.AREA_HA: row[c.AREA_HA]}
    if compared.code_after != compared.code_before:
        new_values[c.CODE] = compared.code_after
    # An alert stays until somebody settles it, or the patch that was missing is back.
    if compared.alert is not None or compared.is_back:
        new_values[c.ALERT] = None if compared.alert is None else compared.alert.value
    detail: dict[str, object] = {
        "difference": compared.difference.value,
        "code_before": compared.code_before,
        "code_after": compared.code_after,
        "file_sha256": comparison.digest,
        "source": comparison.source_name,
    }
    if compared.pieces:
        detail["pieces"] = list(compared.pieces)
    return Rewrite(compared.patch_id or 0, compared.version or 0, new_values, detail)


def _insert_new(
    session: Session, comparison: Comparison, by_row: Mapping[int, Row], at: datetime
) -> None:
    new = [row for row in comparison.rows if row.is_written and row.patch_id is None]
    for parent, group in groupby(sorted(new, key=_parent_of), key=_parent_of):
        pieces = list(group)
        detail: dict[str, object] = {"file_sha256": comparison.digest}
        if parent:
            detail |= {"parent": pieces[0].parent, "parent_id": parent}
        rows = [{**by_row[piece.row or 0], c.CODE: piece.code_after} for piece in pieces]
        insert_patches(session, rows, at=at, detail=detail)


def _parent_of(compared: Compared) -> int:
    return compared.parent_id or 0


def _delivered_file(
    actor: Actor, intake: Intake, report: RedeliveryReport, at: datetime
) -> DeliveredFile:
    return DeliveredFile(
        batch=report.batch,
        digest=intake.digest,
        source_name=intake.source_name,
        source_crs=intake.crs,
        encoding=intake.encoding,
        mapping=intake.mapping,
        report=report.as_json("zh"),
        counts={str(name): count for name, count in report.counts.items()},
        imported_at=at,
        imported_by=actor.code,
    )


def _report(comparison: Comparison, intake: Intake, outcome: Outcome) -> RedeliveryReport:
    return RedeliveryReport(
        outcome=outcome,
        batch=comparison.batch,
        source_name=intake.source_name,
        rows_read=intake.rows_read,
        refused=intake.refused_rows,
        counts=comparison.counts(),
        alerts=comparison.alerts(),
        problems=intake.problems,
    )
