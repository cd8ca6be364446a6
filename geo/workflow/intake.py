"""From a delivered file to rows that could be stored, with everything that is wrong with them.

Nothing is written here: the command line, the wizard and every import look at the same `Intake`
before anything happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import FileRefused, NeedsConfirmation
from geo.files.layer_facts import LayerFacts
from geo.files.read import Delivery, read_delivery
from geo.model import columns as c
from geo.model.field_proposals import FieldProposal
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.problems import Problem, Severity
from geo.shapes.crs_candidates import CrsVerdict
from geo.shapes.gcj import Shifted
from geo.shapes.offset import OffsetVerdict, test_offset
from geo.workflow.cells import plain_columns, rows_of
from geo.workflow.layer_crs import LayerCrs, boxes_of, far_rows, find_crs, said_crs
from geo.workflow.layer_fields import (
    FieldMapping,
    beyond_territory,
    code_problems,
    fill_columns,
    map_fields,
)
from geo.workflow.layer_shapes import (
    PlacedShapes,
    look_at_shapes,
    outlines_of_walks,
    place_shapes,
    refuse_other_shapes,
)
from geo.workflow.proposals import (
    Proposal,
    crs_proposals,
    encoding_proposals,
    field_proposals,
    shape_proposals,
)
from geo.workflow.surroundings import NOWHERE, Surroundings

# What a person says against a proposed correction.
NO_SHIFT = "none"
# Reasons for refusing a row that the reader has met; everything else it tells is worth a look.
_UNUSABLE = frozenset({"feature_unreadable"})


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person says about a file; what they leave out is found out or proposed.

    Attributes
    ----------
    fields
        Column of the product to field of the file, for instance ``{"code": "cid"}``.
    swaps_axes
        Whether the numbers stand north before east; None: found out.
    shift
        ``gcj02`` or ``bd09``: take that offset out; ``none``: there is none; None: found out.
    makes_codes
        Number the shapes where no field does.
    accept_proposals
        Act on what the program proposes without asking.
    skip_refused
        Take the good rows and leave the refused ones out; otherwise one refused row stops all.
    """

    layer: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    encoding: str | None = None
    swaps_axes: bool | None = None
    shift: str | None = None
    makes_codes: bool = False
    accept_proposals: bool = False
    skip_refused: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """A file, understood.

    Attributes
    ----------
    mapping
        Column of the product to field of the file.
    makes_codes
        Whether no field holds the numbers: they were made from the rows and say nothing.
    field_proposals
        Why each field that nobody has named was taken.
    crs
        The coordinate system of the file's numbers.
    swaps_axes
        Whether they stand north before east.
    shift
        The offset that was taken out; None if none was.
    crs_verdict
        What else the numbers could be, and what contradicts what.
    rows
        One row per feature that can be taken: the product's columns and ``area_ha``; its index is
        the row number in the file, from 1.
    attribute_columns
        The original attributes of those rows, by the names in the file.
    geometries
        Their shapes in EPSG:4490.
    problems
        Everything that is wrong, of all rows.
    """

    kind: LayerKind
    source_name: str
    digest: str
    facts: LayerFacts
    mapping: Mapping[str, str]
    field_proposals: tuple[FieldProposal, ...]
    crs: str
    swaps_axes: bool
    shift: Shifted | None
    crs_verdict: CrsVerdict
    offset: OffsetVerdict | None
    encoding: str
    rows: pd.DataFrame
    attribute_columns: Mapping[str, list[object]]
    geometries: np.ndarray
    rows_read: int
    problems: tuple[Problem, ...]
    proposals: tuple[Proposal, ...]
    makes_codes: bool = False

    def attribute_rows(self) -> list[dict[str, object]]:
        """Give the original attributes row by row; made anew with each call."""
        return rows_of(self.attribute_columns, len(self.rows))

    @property
    def refused_rows(self) -> int:
        """How many rows cannot be taken."""
        return self.rows_read - len(self.rows)

    @property
    def repaired_rows(self) -> int:
        """How many of the shapes that can be taken were repaired."""
        repaired = {p.row for p in self.problems if p.severity is Severity.REPAIRED}
        return len(repaired & set(self.rows.index))

    def is_stopped(self, *, skips_refused: bool) -> bool:
        """Tell whether nothing can be written: a row is refused and none may be left out, or all.

        Parameters
        ----------
        skips_refused
            Whether refused rows may be left out.
        """
        return self.rows.empty or (self.refused_rows > 0 and not skips_refused)

    def confirm(self, *, is_accepted: bool) -> None:
        """Stop unless the proposals are accepted or there are none.

        Raises
        ------
        NeedsConfirmation
            ``proposals_open``, naming them.
        """
        if self.proposals and not is_accepted:
            what = tuple(p.said for p in self.proposals)
            raise NeedsConfirmation("proposals_open", count=len(self.proposals), what_key=what)


def take_in(
    path: Path,
    kind: LayerKind,
    options: ImportOptions,
    surroundings: Surroundings = NOWHERE,
    *,
    delivery: Delivery | None = None,
) -> Intake:
    """Read a file and find out all there is to know about it, without writing anything.

    Parameters
    ----------
    kind
        What its layer is to be.
    surroundings
        What the office has already, to compare with.
    delivery
        The layer of this very file that `options` name, if it was read before.

    Raises
    ------
    FileRefused
        If the file cannot be read as a layer of this kind at all.
    """
    if delivery is None:
        delivery = read_delivery(path, layer=options.layer, encoding=options.encoding)
    if len(delivery.attributes) == 0:
        raise FileRefused("layer_empty", path=path, layer=delivery.facts.name)
    found = _find_out(delivery, kind, options, surroundings, path)
    rows, problems = fill_columns(delivery.attributes, found.fields, LAYER_TABLES[kind].columns)
    placed, shift, offset = _place(found, kind, options, surroundings)
    problems += placed.problems + _reader_problems(delivery)
    problems += code_problems(rows[c.CODE], found.fields.fields.get(c.CODE, ""), kind)
    if kind is LayerKind.PATCHES:
        problems += beyond_territory(rows[c.ADMIN_CODE], found.fields, surroundings.prefixes)
    problems += look_at_shapes(
        placed, rows[c.CODE], kind, crs=found.system.crs, territory=surroundings.territory
    )
    refused = {p.row for p in problems if p.severity is Severity.REFUSED}
    is_taken = ~rows.index.isin(refused)
    return Intake(
        kind=kind,
        source_name=path.name,
        digest=delivery.digest,
        facts=delivery.facts,
        mapping=found.fields.fields,
        makes_codes=found.fields.makes_codes,
        field_proposals=found.fields.proposals,
        crs=found.system.crs,
        swaps_axes=found.system.swaps_axes,
        shift=shift,
        crs_verdict=found.system.verdict,
        offset=offset,
        encoding=delivery.facts.encoding,
        rows=rows.assign(**{c.AREA_HA: placed.areas_ha})[is_taken],
        attribute_columns=plain_columns(delivery.attributes[is_taken]),
        geometries=placed.geometries[is_taken],
        rows_read=len(rows),
        problems=tuple(sorted(problems, key=lambda p: (p.row, p.code))),
        proposals=(
            *field_proposals(found.fields, kind, len(rows), is_numbering_said=options.makes_codes),
            *encoding_proposals(delivery.facts, options.encoding),
            *crs_proposals(found.system, are_axes_said=options.swaps_axes is not None),
            *shape_proposals(shift, offset, walks=found.walks),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found out about a layer before its shapes are brought into place."""

    fields: FieldMapping
    system: LayerCrs
    raw: np.ndarray
    walks: int


def _find_out(
    delivery: Delivery,
    kind: LayerKind,
    options: ImportOptions,
    surroundings: Surroundings,
    path: Path,
) -> _Found:
    table = LAYER_TABLES[kind]
    raw, walks = outlines_of_walks(delivery.geometries, table)
    refuse_other_shapes(raw, table, layer=delivery.facts.name, path=path)
    fields = map_fields(
        delivery,
        table.columns,
        options.fields,
        path=path,
        templates=surroundings.templates,
        makes_codes=options.makes_codes,
    )
    system = find_crs(
        boxes_of(raw),
        said_crs(delivery.facts),
        source=path,
        chosen=options.crs,
        swaps_axes=options.swaps_axes,
        territory=surroundings.bounds,
    )
    return _Found(fields, system, raw, walks)


def _place(
    found: _Found, kind: LayerKind, options: ImportOptions, surroundings: Surroundings
) -> tuple[PlacedShapes, Shifted | None, OffsetVerdict | None]:
    """Bring shapes into place; where a systematic offset shows, once more without it."""
    crs, swaps = found.system.crs, found.system.swaps_axes
    boxes = boxes_of(found.raw)
    if swaps:
        boxes = boxes[:, [1, 0, 3, 2]]
    far = {row: boxes[row] for row in far_rows(boxes, crs)}
    place = partial(place_shapes, found.raw, crs, far, LAYER_TABLES[kind], swaps_axes=swaps)
    if options.shift is not None:
        shift = None if options.shift == NO_SHIFT else Shifted(options.shift)
        return place(shift=shift), shift, None
    placed = place()
    if len(surroundings.outlines) == 0:
        return placed, None, None
    offset = test_offset(placed.geometries, surroundings.outlines)
    if offset.system is None:
        return placed, None, offset
    return place(shift=offset.system), offset.system, offset


def _reader_problems(delivery: Delivery) -> list[Problem]:
    return [
        Problem(
            t.row,
            t.column,
            t.code,
            Severity.REFUSED if t.code in _UNUSABLE else Severity.NOTICE,
            dict(t.values),
        )
        for t in delivery.troubles
    ]
