"""What both imports of layers have in common: their outcome, and the report that is kept."""

from dataclasses import dataclass
from enum import StrEnum

from geo.model.problems import Problem
from geo.text import Lang
from geo.workflow.intake import Intake, Proposal


class Outcome(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"  # the same file was imported before
    REFUSED = "refused"  # rows are wrong, and nothing was written


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would not do.

    Attributes
    ----------
    name
        The batch of patches, or the file of grids.
    rows_read, taken, repaired, refused
        Counts of rows.
    area_ha
        Of everything taken.
    """

    outcome: Outcome
    name: str
    source_name: str
    rows_read: int
    taken: int
    repaired: int
    refused: int
    area_ha: float
    crs: str
    encoding: str
    mapping: dict[str, str]
    problems: tuple[Problem, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    def as_json(self, lang: Lang) -> dict[str, object]:
        """Give the report as plain values, its sentences in one language."""
        return {
            "outcome": str(self.outcome),
            "name": self.name,
            "source": self.source_name,
            "rows_read": self.rows_read,
            "taken": self.taken,
            "repaired": self.repaired,
            "refused": self.refused,
            "area_ha": self.area_ha,
            "crs": self.crs,
            "encoding": self.encoding,
            "mapping": self.mapping,
            "problems": [p.as_row(lang) for p in self.problems],
            "proposals": [
                {"what": p.what, "value": p.value, "reason": p.reason} for p in self.proposals
            ],
        }


def report_on(intake: Intake, outcome: Outcome, name: str) -> ImportReport:
    """Sum up an intake."""
    return ImportReport(
        outcome=outcome,
        name=name,
        source_name=intake.source_name,
        rows_read=intake.rows_read,
        taken=len(intake.rows) if outcome is Outcome.IMPORTED else 0,
        repaired=intake.repaired_rows,
        refused=intake.refused_rows,
        area_ha=round(float(intake.rows["area_ha"].sum()), 4),
        crs=intake.crs,
        encoding=intake.encoding,
        mapping=dict(intake.mapping),
        problems=intake.problems,
        proposals=intake.proposals,
    )
