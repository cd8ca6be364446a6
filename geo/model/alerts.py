"""What a corrected delivery does to patches, and where a person has to look."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geo.model import columns as c
from geo.model.columns import PATCH_COLUMNS
from geo.model.stages import CLOSED_STAGES, REVIEWED_STAGES, Stage
from geo.model.things import Patch
from geo.text import Lang, say

_BETWEEN: dict[Lang, str] = {"zh": "、", "en": ", "}
_NAMED = frozenset({c.GEOMETRY, *(column.name for column in PATCH_COLUMNS)})


class Difference(StrEnum):
    """What a corrected delivery says about one patch; the words are ``difference.NAME``."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    SPLIT = "split"  # of both: the pieces, and a patch whose place they took
    GONE = "gone"


class Alert(StrEnum):
    """Why somebody has to look at a patch; the words are ``alert.NAME``."""

    CHANGED_AFTER_CLOSE = "changed_after_close"
    CHANGED_AFTER_FINDING = "changed_after_finding"
    CHANGED_IN_FIELD = "changed_in_field"
    GONE = "gone"
    SPLIT = "split"


# The patch is kept though the newest delivery doesn't carry it.
ABSENT = frozenset({Difference.GONE, Difference.SPLIT})
FOUND_STAGES = frozenset(
    {Stage.VERIFIED, Stage.CASE_OPEN, Stage.RECTIFYING, Stage.ACCEPTED} | REVIEWED_STAGES
)


def alert_for(stage: Stage, *, is_redrawn: bool, is_corrected: bool) -> Alert | None:
    """Tell why a person has to look at a patch that the newest delivery still carries.

    Parameters
    ----------
    stage
        Where the patch stands.
    is_redrawn
        Whether its outline changed.
    is_corrected
        Whether anything at all changed but its number.
    """
    if stage in CLOSED_STAGES and is_corrected:
        return Alert.CHANGED_AFTER_CLOSE
    if stage in FOUND_STAGES and is_redrawn:
        return Alert.CHANGED_AFTER_FINDING
    # What is out in the field carries the old version: its finding will not be taken.
    return Alert.CHANGED_IN_FIELD if stage is Stage.IN_FIELD else None


def alert_reason(patch: Patch, lang: Lang, *, pieces: str = "–") -> str:
    """Say in a sentence why somebody has to look at a patch; empty where nobody has to."""
    if patch.alert is None:
        return ""
    return say(f"redelivery.because_{patch.alert}", lang, stage=patch.stage, pieces=pieces)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a corrected delivery says about one patch.

    Attributes
    ----------
    patch_id, version, stage
        The patch as it stood when it was compared; None for one that is not there yet.
    row
        Number of the row in the file; None for a patch that the file does not carry.
    code_before, code_after
        Its number in the store before and after; empty for one that is not there yet. A patch that
        the file does not carry keeps its number, unless the file gives that to another one.
    columns
        The product's columns that change; ``geometry`` for the outline.
    attributes
        Original fields that change and stand behind none of these columns.
    parent, parent_id
        Number and id of the patch it was cut from.
    pieces
        Numbers of what was cut from it.
    alert
        Why a person has to look at it.
    is_back
        Whether an earlier delivery had left it out.
    is_unsure
        Rows of the file could not be read, and it may be one of them: nothing is written.
    before, after
        Its outline in EPSG:4490, where anything differs.
    """

    difference: Difference
    patch_id: int | None = None
    version: int | None = None
    stage: Stage | None = None
    row: int | None = None
    code_before: str = ""
    code_after: str = ""
    columns: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    area_before_ha: float | None = None
    area_after_ha: float | None = None
    parent: str = ""
    parent_id: int | None = None
    pieces: tuple[str, ...] = ()
    alert: Alert | None = None
    is_back: bool = False
    is_unsure: bool = False
    before: Any = None
    after: Any = None

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to look at the patch before work on it goes on."""
        return self.alert is not None

    @property
    def is_written(self) -> bool:
        """Whether applying the delivery writes anything for this patch."""
        return self.difference is not Difference.UNCHANGED and not self.is_unsure

    def as_row(self, lang: Lang) -> dict[str, object]:
        """Give the comparison of one patch as a row of a table or of a JSON report."""
        changed = [
            say(f"column.{name}", lang) if name in _NAMED else name
            for name in (*self.columns, *self.attributes)
        ]
        return {
            "difference": str(self.difference),
            "code_before": self.code_before,
            "code_after": self.code_after,
            "stage": str(self.stage or ""),
            "columns": list(self.columns),
            "attributes": list(self.attributes),
            "area_before_ha": self.area_before_ha,
            "area_after_ha": self.area_after_ha,
            "parent": self.parent,
            "pieces": list(self.pieces),
            "needs_person": self.needs_person,
            "alert": str(self.alert or ""),
            "difference_text": say(f"difference.{self.difference}", lang),
            "changed_text": _BETWEEN[lang].join(changed),
            "reason": self._reason(lang),
        }

    def _reason(self, lang: Lang) -> str:
        if self.is_unsure:
            return say("redelivery.unsure", lang)
        if self.alert is None or self.stage is None:
            return ""
        pieces = _BETWEEN[lang].join(self.pieces)
        return say(f"redelivery.because_{self.alert}", lang, stage=self.stage, pieces=pieces)
