"""Which field of a delivered layer fills which column, and the columns filled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import FileRefused
from geo.files.read import Delivery
from geo.model import columns as c
from geo.model.columns import Column, Kind
from geo.model.field_proposals import FieldProposal, FieldReason, propose_fields
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.problems import Problem, Severity
from geo.model.templates import Template
from geo.workflow.cells import lost_digits, number_cells, text_cells

SAMPLED_ROWS = 500
# How a spreadsheet writes a number too long for it.
_ROUNDED = r"\d\.\d+[eE]\+?\d{2}|\d[eE]\+\d{2}"
# How a field was found: by these nobody needs to be asked, but for the number of each shape.
PLAIN_REASONS = frozenset({FieldReason.TEMPLATE, FieldReason.NAME, FieldReason.CUT_NAME})


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Which fields fill which columns.

    Attributes
    ----------
    fields
        Column to field.
    proposals
        Those that were found out, not said.
    makes_codes
        Whether no field holds the numbers, so that they are made from the rows.
    """

    fields: Mapping[str, str]
    proposals: tuple[FieldProposal, ...]
    makes_codes: bool = False


def map_fields(
    delivery: Delivery,
    columns: tuple[Column, ...],
    said: Mapping[str, str],
    *,
    path: Path,
    templates: Iterable[Template] = (),
    makes_codes: bool = False,
) -> FieldMapping:
    """Find which fields fill which columns.

    Parameters
    ----------
    said
        What a person says: column to field; an empty field leaves the column empty.
    makes_codes
        Whether numbers may be made where no field fits.

    Raises
    ------
    FileRefused
        ``column_unknown``, ``field_unknown`` or ``field_needed``.
    """
    fields = list(delivery.facts.fields)
    known = {column.name for column in columns}
    for name, given in said.items():
        if name not in known:
            raise FileRefused("column_unknown", column=name, known=", ".join(sorted(known)))
        if given and given not in fields:
            raise FileRefused("field_unknown", path=path, field=given, known=", ".join(fields))
    left = [field for field in fields if field not in said.values()]
    asked = tuple(column for column in columns if column.name not in said)
    found = propose_fields(left, asked, _samples(delivery.attributes, left), tuple(templates))
    mapping = {name: proposal.field for name, proposal in found.items()}
    mapping |= {name: given for name, given in said.items() if given}
    # A number that no field holds is made where there is no table, or where nobody asks for one.
    is_asked = any(column.name == c.CODE and column.is_required for column in columns)
    has_no_table = delivery.facts.made_codes or not fields
    if c.CODE not in mapping and is_asked and not (has_no_table or makes_codes):
        raise FileRefused("field_needed", path=path, column=c.CODE, known=", ".join(fields))
    ordered = {column.name: mapping[column.name] for column in columns if column.name in mapping}
    return FieldMapping(ordered, tuple(found.values()), makes_codes=c.CODE not in mapping)


def fill_columns(
    attributes: pd.DataFrame, mapping: FieldMapping, columns: tuple[Column, ...]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Fill the product's columns, and say which cells could not be understood.

    Returns
    -------
    tuple
        One row per feature, numbered from 1; and the problems.
    """
    index = pd.RangeIndex(1, len(attributes) + 1)
    filled, problems = {}, list[Problem]()
    for column in columns:
        is_number = column.kind is Kind.NUMBER
        field_name = mapping.fields.get(column.name)
        if field_name is None:
            filled[column.name] = pd.Series(np.nan if is_number else "", index=index)
            continue
        raw = attributes[field_name].set_axis(index)
        filled[column.name] = number_cells(raw) if is_number else text_cells(raw)
        if is_number:
            unread = filled[column.name].isna() & (text_cells(raw) != "")
            problems += _told(raw[unread], field_name, "number_unreadable", Severity.NOTICE)
        elif column.name == c.CODE:
            inexact = raw[lost_digits(raw) | filled[c.CODE].str.fullmatch(_ROUNDED)]
            problems += _told(inexact, field_name, "code_inexact", Severity.REFUSED)
    if mapping.makes_codes:
        filled[c.CODE] = pd.Series([str(number) for number in index], index=index, dtype=object)
    return pd.DataFrame(filled, index=index), problems


def code_problems(codes: pd.Series, field_name: str, kind: LayerKind) -> list[Problem]:
    """Say which numbers are missing or stand more than once.

    Of patches and grids each has a number of its own. Elsewhere several shapes may carry one: an
    approval with two parcels, a unit in two parts.
    """
    missing = "no_code" if kind is LayerKind.PATCHES else "no_number"
    problems = [
        Problem(int(row), field_name, missing, Severity.REFUSED) for row in codes.index[codes == ""]
    ]
    known = codes[codes != ""]
    again = known[known.duplicated(keep=False)]
    if not LAYER_TABLES[kind].is_work:
        return problems
    times = again.map(again.value_counts())
    for row, code, count in zip(again.index, again, times, strict=True):
        values = {"value": code, "count": int(count)}
        problems.append(Problem(row, field_name, "duplicate_code", Severity.REFUSED, values))
    return problems


def beyond_territory(
    admin_codes: pd.Series, mapping: FieldMapping, prefixes: tuple[str, ...]
) -> list[Problem]:
    """Say which patches lie where whoever imports them has nothing to say."""
    if "" in prefixes:
        return []
    strange = admin_codes[(admin_codes != "") & ~admin_codes.str.startswith(prefixes)]
    field_name = mapping.fields.get(c.ADMIN_CODE, "")
    return [
        Problem(row, field_name, "beyond_territory", Severity.REFUSED, {"value": code})
        for row, code in zip(strange.index.tolist(), strange, strict=True)
    ]


def _samples(attributes: pd.DataFrame, fields: Iterable[str]) -> dict[str, list[str]]:
    head = attributes.head(SAMPLED_ROWS)
    return {field: text_cells(head[field]).tolist() for field in fields}


def _told(cells: pd.Series, field_name: str, code: str, severity: Severity) -> list[Problem]:
    shown = text_cells(cells)
    return [
        Problem(int(row), field_name, code, severity, {"value": value})
        for row, value in zip(cells.index, shown, strict=True)
    ]
