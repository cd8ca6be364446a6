"""Which field of a file could fill which column, why, and how surely.

A proposal is shown to a person and never acted upon unasked. Reasons are tried from strong to weak,
and what a stronger one has settled is not reopened:

1. a saved template that fits the file;
2. a name that files are known to use, whole or cut short;
3. pinyin of a known Chinese name, in full or as initials, and the other way round;
4. a name that is nearly a known one;
5. sample values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geo.model import columns as c
from geo.model.columns import Column, propose_mapping
from geo.model.field_names import find_spelling, is_chinese, likeness, squeeze
from geo.model.field_values import are_admin_codes, fields_by_values, is_contradicted, number_field
from geo.model.templates import Template, best_template, fill_columns, fits


class FieldReason(StrEnum):
    """Why a field is proposed for a column, strongest first."""

    TEMPLATE = "template"
    NAME = "name"
    CUT_NAME = "cut_name"
    PINYIN = "pinyin"
    INITIALS = "initials"
    SIMILAR = "similar"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class FieldProposal:
    """One field proposed for one column.

    ``sureness`` orders proposals, 0 to 1; it is no probability.
    """

    column: str
    field: str
    reason: FieldReason
    sureness: float


@dataclass(frozen=True, slots=True)
class _Table:
    """What is known about a file while its fields are given to columns."""

    columns: tuple[Column, ...]  # all, for what a name could mean
    open: tuple[Column, ...]  # those that no field fills yet
    free: tuple[str, ...]  # fields that fill no column yet, sorted
    samples: Mapping[str, Sequence[str]]
    templates: Sequence[Template]

    def open_column(self, name: str) -> Column | None:
        return next((column for column in self.open if column.name == name), None)

    def may_fill(self, column: Column, field: str) -> bool:
        return not is_contradicted(column, self.samples.get(field, ()))


# The weakest of one reason stays above the strongest of the next.
_SURENESS = MappingProxyType(
    {
        FieldReason.TEMPLATE: 1.0,
        FieldReason.NAME: 0.95,
        FieldReason.CUT_NAME: 0.85,
        FieldReason.PINYIN: 0.75,
        FieldReason.INITIALS: 0.65,
        FieldReason.SIMILAR: 0.5,
        FieldReason.VALUES: 0.35,
    }
)
_STEP = 0.002  # from one known name to the next
_MOST_STEPS = 20
_WEAK = 0.05  # for what says less: two letters, half a word

_CODE_WORD = "代码"
# The year in which a change was noticed is that of the later image.
_NEAR_IN_MEANING = MappingProxyType({c.IMAGE_AFTER: ("变化年", "变化年份", "变化年度")})


def propose_fields(
    fields: Sequence[str],
    columns: tuple[Column, ...],
    samples: Mapping[str, Sequence[str]],
    templates: Sequence[Template] = (),
) -> dict[str, FieldProposal]:
    """Propose which field of a file fills which column.

    No field is proposed for two columns, and the order of the fields doesn't matter.

    Parameters
    ----------
    fields
        The file's field names.
    columns
        The columns of the layer's kind.
    samples
        Some values of each field as text, row by row; may be empty. Values that cannot belong to a
        column (a village's name where its code should stand) speak against a name that fits.
    templates
        Those for this kind of layer, the office's own first.

    Returns
    -------
    dict
        Column name to proposal, in the order of the columns. What nothing fits is left out, also
        where it is required: then a person has to say.
    """
    found: dict[str, FieldProposal] = {}
    free = set(fields)
    known = {name for column in columns for name in column.known_as}
    for look in (_by_template, _by_name, _by_spelling, _by_likeness, _by_values, _by_number):
        is_open = tuple(column for column in columns if column.name not in found)
        table = _Table(columns, is_open, tuple(sorted(free)), samples, templates)
        if is_open and free:
            found |= _without_conflicts(look(table), columns)
        free -= {proposal.field for proposal in found.values()}
        if look is _by_name:
            # What is known as one thing is not taken for another.
            free = {field for field in free if field.upper() not in known}
    return {column.name: found[column.name] for column in columns if column.name in found}


def _without_conflicts(
    proposals: Iterable[FieldProposal], columns: tuple[Column, ...]
) -> dict[str, FieldProposal]:
    """Give each field to one column: the surest first, then in the order of the columns."""
    place = {column.name: number for number, column in enumerate(columns)}
    chosen: dict[str, FieldProposal] = {}
    taken = set[str]()
    for new in sorted(proposals, key=lambda p: (-p.sureness, place[p.column], p.field)):
        if new.column not in chosen and new.field not in taken:
            chosen[new.column] = new
            taken.add(new.field)
    return chosen


def _proposal(
    column: str, field: str, reason: FieldReason, *, rank: int = 0, is_weak: bool = False
) -> FieldProposal:
    sureness = _SURENESS[reason] - _WEAK * is_weak - _STEP * min(rank, _MOST_STEPS)
    return FieldProposal(column, field, reason, round(sureness, 4))


# ---- Templates and known names ------------------------------------------------------------------


def _by_template(table: _Table) -> Iterable[FieldProposal]:
    named = {column.name: column for column in table.columns}
    usable = [t for t in table.templates if t.fields.keys() <= named.keys()]
    template = best_template(usable, None, table.free)
    if template is None:
        return
    rank = round((1 - fits(template, table.free)) * _MOST_STEPS)
    for column, field in fill_columns(template, table.free).items():
        if table.may_fill(named[column], field):
            yield _proposal(column, field, FieldReason.TEMPLATE, rank=rank)


def _by_name(table: _Table) -> Iterable[FieldProposal]:
    for column in table.open:
        left, rank = list(table.free), 0
        while field := propose_mapping(left, (column,)).get(column.name):
            is_whole = field.upper() in column.known_as
            reason = FieldReason.NAME if is_whole else FieldReason.CUT_NAME
            if table.may_fill(column, field):
                yield _proposal(column.name, field, reason, rank=rank)
            left.remove(field)
            rank += 1


# ---- Spelling and likeness ----------------------------------------------------------------------


def _by_spelling(table: _Table) -> Iterable[FieldProposal]:
    for field in table.free:
        found = find_spelling(field, table.columns)
        column = table.open_column(found.column) if found else None
        if not found or not column or not table.may_fill(column, field):
            continue
        values = table.samples.get(field, ())
        if column.name == c.ADMIN_CODE and is_chinese(field) and not _is_code(field, values):
            continue
        reason = FieldReason.INITIALS if found.is_initials else FieldReason.PINYIN
        yield _proposal(column.name, field, reason, rank=found.rank, is_weak=found.is_weak)


def _is_code(field: str, values: Sequence[str]) -> bool:
    # A village's name is not its code.
    return field.endswith(_CODE_WORD) or are_admin_codes(values)


def _by_likeness(table: _Table) -> Iterable[FieldProposal]:
    known = [
        (column, squeeze(name))
        for column in table.open
        for name in (*column.known_as, *_NEAR_IN_MEANING.get(column.name, ()))
    ]
    for field in table.free:
        name = squeeze(field)
        for column, other in known:
            like = likeness(name, other)
            if like and table.may_fill(column, field):
                # A name less like a known one counts as a name further down the list.
                rank = round((1 - like) * _MOST_STEPS)
                yield _proposal(column.name, field, FieldReason.SIMILAR, rank=rank)


# ---- Values -------------------------------------------------------------------------------------


def _by_values(table: _Table) -> Iterable[FieldProposal]:
    for column, field in fields_by_values(_free_samples(table), table.open).items():
        yield _proposal(column, field, FieldReason.VALUES)


def _by_number(table: _Table) -> Iterable[FieldProposal]:
    required = [column for column in table.open if column.is_required]
    field = number_field(_free_samples(table))
    if required and field is not None:
        yield _proposal(required[0].name, field, FieldReason.VALUES, is_weak=True)


def _free_samples(table: _Table) -> dict[str, Sequence[str]]:
    return {field: table.samples[field] for field in table.free if field in table.samples}
