"""What every import of a layer has in common: its outcome, its report, looking without writing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from geo.errors import FileRefused
from geo.files.read import Delivery
from geo.model.field_proposals import FieldProposal
from geo.model.layer_kinds import LayerKind
from geo.model.origin import Origin
from geo.model.problems import Problem
from geo.model.stages import OFFICE, Verb, require_role
from geo.model.things import Actor
from geo.shapes.crs_candidates import Candidate
from geo.store import batches
from geo.store.door import Session, Store
from geo.text import Lang, say
from geo.workflow.intake import ImportOptions, Intake, take_in
from geo.workflow.layer_crs import candidates_shown
from geo.workflow.look_into import imported_as
from geo.workflow.proposals import Proposal
from geo.workflow.surroundings import surroundings_of

MAX_BATCH_NAME = 80


class Outcome(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"  # the same file was imported before
    REFUSED = "refused"  # rows are wrong, and nothing was written
    EXAMINED = "examined"  # looked at only; it could be imported


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would not do.

    Attributes
    ----------
    name
        The batch of patches, or the file of another layer.
    rows_read, taken, repaired, refused
        Counts of rows; the refused are quarantined: listed, and not written.
    skipped
        Rows left out on purpose.
    area_ha
        Of everything taken.
    shift
        The systematic offset that was taken out.
    claimed_encoding
        The encoding that the file names and its bytes contradict.
    replaced
        The files of the layers that this one takes the place of.
    hindrance
        What else would keep the import from being done: the key of its sentence, and the fields.
    """

    outcome: Outcome
    name: str
    source_name: str
    rows_read: int
    taken: int = 0
    repaired: int = 0
    refused: int = 0
    skipped: int = 0
    area_ha: float = 0.0
    kind: LayerKind = LayerKind.PATCHES
    layer: str = ""
    driver: str = ""
    crs: str = ""
    swaps_axes: bool = False
    shift: str | None = None
    encoding: str = ""
    claimed_encoding: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    field_proposals: tuple[FieldProposal, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    contradictions: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    hindrance: tuple[str, Mapping[str, object]] | None = None
    problems: tuple[Problem, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Give the report as plain values, its sentences in one language."""
        return {
            "outcome": str(self.outcome),
            "kind": str(self.kind),
            "name": self.name,
            "source": self.source_name,
            "layer": self.layer,
            "format": self.driver,
            "rows_read": self.rows_read,
            "taken": self.taken,
            "repaired": self.repaired,
            "refused": self.refused,
            "skipped": self.skipped,
            "area_ha": self.area_ha,
            "crs": self.crs,
            "swaps_axes": self.swaps_axes,
            "shift": self.shift,
            "encoding": self.encoding,
            "claimed_encoding": self.claimed_encoding,
            "mapping": dict(self.mapping),
            "field_reasons": {p.column: str(p.reason) for p in self.field_proposals},
            "crs_candidates": candidates_shown(self.candidates),
            "contradictions": [
                {"code": code, "text": say(f"crs_clash.{code}", lang)}
                for code in self.contradictions
            ],
            "replaced": list(self.replaced),
            "hindrance": None if self.hindrance is None else self.hindered(lang),
            "problems": [p.as_row(lang) for p in self.problems],
            "proposals": [
                {
                    "what": p.what,
                    "value": p.value,
                    "reason": p.reason.partition(".")[2],
                    "text": say(p.said[0], lang, **p.said[1]),
                    "because": say(p.reason, lang, **p.reason_values),
                }
                for p in self.proposals
            ],
        }

    def hindered(self, lang: Lang) -> str:
        """Say what else would keep the import from being done; empty if nothing."""
        return "" if self.hindrance is None else say(self.hindrance[0], lang, **self.hindrance[1])


def report_on(intake: Intake, outcome: Outcome, name: str, *, skips: bool = False) -> ImportReport:
    """Sum up an intake.

    Parameters
    ----------
    skips
        Whether refused rows are left out on purpose.
    """
    return ImportReport(
        outcome=outcome,
        name=name,
        source_name=intake.source_name,
        rows_read=intake.rows_read,
        taken=len(intake.rows) if outcome is Outcome.IMPORTED else 0,
        repaired=intake.repaired_rows,
        refused=intake.refused_rows,
        skipped=intake.refused_rows if skips else 0,
        area_ha=round(float(intake.rows["area_ha"].sum()), 4),
        kind=intake.kind,
        layer=intake.facts.name,
        driver=intake.facts.driver,
        crs=intake.crs,
        swaps_axes=intake.swaps_axes,
        shift=None if intake.shift is None else str(intake.shift),
        encoding=intake.encoding,
        claimed_encoding=intake.facts.claimed_encoding,
        mapping=dict(intake.mapping),
        field_proposals=intake.field_proposals,
        candidates=intake.crs_verdict.candidates,
        contradictions=intake.crs_verdict.contradictions,
        problems=intake.problems,
        proposals=intake.proposals,
    )


def inspect(
    store: Store,
    actor: Actor,
    path: Path,
    kind: LayerKind,
    options: ImportOptions | None = None,
    *,
    delivery: Delivery | None = None,
) -> Intake:
    """Look at a file as an import of this kind would take it, writing nothing.

    Parameters
    ----------
    delivery
        The layer of this very file, if `geo.workflow.preview.preview` has read it.

    Raises
    ------
    FileRefused
        If it cannot be read as a layer of this kind.
    NotAllowed
        If the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.IMPORTED)
    surroundings = surroundings_of(store, actor, kind)
    return take_in(path, kind, options or ImportOptions(), surroundings, delivery=delivery)


def examine(
    store: Store,
    actor: Actor,
    path: Path,
    kind: LayerKind,
    options: ImportOptions | None = None,
    *,
    name: str | None = None,
) -> ImportReport:
    """Report on a file as `inspect` sees it: everything that an import would say, and nothing done.

    Parameters
    ----------
    name
        Of the batch or layer it would become; without one, the name of the file.

    Raises
    ------
    FileRefused
        If it cannot be read as a layer of this kind.
    """
    options = options or ImportOptions()
    intake = inspect(store, actor, path, kind, options)
    is_stopped = intake.is_stopped(skips_refused=options.skip_refused)
    outcome = Outcome.REFUSED if is_stopped else Outcome.EXAMINED
    known = imported_as(store, actor, kind, intake.digest)
    if known is not None:
        outcome = Outcome.UNCHANGED
    shown = known or name or path.stem
    report = report_on(intake, outcome, shown, skips=options.skip_refused)
    if known is None and kind is LayerKind.PATCHES:
        report = replace(report, hindrance=_hindrance(store, actor, shown))
    return report


def batch_name(name: str) -> str:
    """Check the name of a batch.

    Raises
    ------
    FileRefused
        ``batch_name_bad``.
    """
    name = name.strip()
    if not name or len(name) > MAX_BATCH_NAME or "/" in name or not name.isprintable():
        raise FileRefused("batch_name_bad", batch=name[:MAX_BATCH_NAME])
    return name


def refuse_same_batch(session: Session, name: str) -> None:
    """Refuse another file under the name of a batch that is there.

    Raises
    ------
    FileRefused
        ``batch_exists``, or ``batch_name_taken`` by one that the actor does not see;
        ``batch_of_machine`` if the program found its patches itself.
    """
    other = batches.find_batch(session, name)
    if other is not None and other.origin is Origin.MACHINE:
        raise FileRefused("batch_of_machine", batch=other.code)
    if other is not None:
        raise FileRefused(
            "batch_exists", batch=other.code, source=other.source_name, count=other.count
        )
    if batches.is_taken(session, name):
        raise FileRefused("batch_name_taken", batch=name)


def _hindrance(store: Store, actor: Actor, batch: str) -> tuple[str, Mapping[str, object]] | None:
    """Say why a delivery could not become a batch of this name."""
    try:
        with store.reading(actor) as session:
            refuse_same_batch(session, batch_name(batch))
    except FileRefused as refused:
        return f"error.{refused.code}", refused.values
    return None
