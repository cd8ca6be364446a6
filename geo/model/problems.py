"""What is wrong with the rows of a user's file, all of it at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.text import Lang, say


class Severity(StrEnum):
    """How much a problem weighs."""

    REFUSED = "refused"  # this row cannot be taken as it is
    REPAIRED = "repaired"  # taken, after a change that is listed
    NOTICE = "notice"  # taken as it is; worth a look


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one row of a file.

    Attributes
    ----------
    row
        Number of the row as a spreadsheet shows it: the first data row is 1. 0: the whole layer.
    column
        The field, or ``geometry``, or empty.
    code
        Key of the texts ``problem.CODE`` and ``fix.CODE``.
    severity
        Whether the row is refused, repaired, or only worth a look.
    values
        The fields of the texts.
    """

    row: int
    column: str
    code: str
    severity: Severity
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """Say what is wrong."""
        return say(f"problem.{self.code}", lang, **self.values)

    def fix(self, lang: Lang) -> str:
        """Say what to do about it."""
        return say(f"fix.{self.code}", lang, **self.values)

    def as_row(self, lang: Lang) -> dict[str, object]:
        """Give the problem as a row of a table or of a JSON report."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": str(self.severity),
            "text": self.text(lang),
            "fix": self.fix(lang),
        }


def refused(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the problems that stop a row from being taken."""
    return [p for p in problems if p.severity is Severity.REFUSED]
