"""What the program has found out and the file does not say: for a person to confirm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from geo.files.layer_facts import LayerFacts
from geo.model import columns as c
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.shapes.gcj import Shifted
from geo.shapes.offset import OffsetVerdict
from geo.workflow.layer_crs import LayerCrs
from geo.workflow.layer_fields import PLAIN_REASONS, FieldMapping


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something the program found out but the file does not say.

    Attributes
    ----------
    what
        Key of a text ``proposal.WHAT``.
    value
        What is proposed.
    reason
        Key of the text that says why, and its fields.
    """

    what: str
    value: str
    reason: str
    reason_values: Mapping[str, object] = field(default_factory=dict)

    @property
    def said(self) -> tuple[str, dict[str, object]]:
        """The key of the text that says it, and its fields."""
        column = self.what.removeprefix("field_")
        if column in {self.what, c.CODE}:
            return f"proposal.{self.what}", {"value": self.value}
        return "proposal.field", {"column": column, "value": self.value}


def field_proposals(
    fields: FieldMapping, kind: LayerKind, count: int, *, is_numbering_said: bool
) -> Iterator[Proposal]:
    """Propose the field of the numbers, and every field that is not known by its name."""
    for found in fields.proposals:
        if found.column == c.CODE or found.reason not in PLAIN_REASONS:
            yield Proposal(f"field_{found.column}", found.field, f"field_because.{found.reason}")
    asks = any(col.is_required and col.name == c.CODE for col in LAYER_TABLES[kind].columns)
    if fields.makes_codes and asks and not is_numbering_said:
        yield Proposal("codes", str(count), "because.no_table")


def encoding_proposals(facts: LayerFacts, said: str | None) -> Iterator[Proposal]:
    """Propose an encoding that the bytes show, where the file says none or another."""
    if said is None and facts.is_encoding_guessed:
        reason = "because.bytes_against" if facts.claimed_encoding else "because.bytes"
        yield Proposal("encoding", facts.encoding, reason, {"claimed": facts.claimed_encoding})


def crs_proposals(system: LayerCrs, *, are_axes_said: bool) -> Iterator[Proposal]:
    """Propose a coordinate system and the order of its numbers, where they are open."""
    if system.is_open:
        yield Proposal("crs", system.crs, f"because.{system.reason}")
    if system.swaps_axes and not are_axes_said:
        yield Proposal("axes", system.crs, "because.north_first")


def shape_proposals(
    shift: Shifted | None, offset: OffsetVerdict | None, *, walks: int
) -> Iterator[Proposal]:
    """Propose to take a systematic offset out, and to take walks for outlines."""
    if shift is not None and offset is not None:
        yield Proposal("offset", str(shift), offset.text_key, offset.values)
    if walks:
        yield Proposal("outlines", str(walks), "because.closed_lines")
