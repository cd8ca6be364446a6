"""From a delivered file to rows that could be stored, with everything that is wrong with them.

Nothing is written here: the command line, the wizard and both imports look at the same `Intake`
before anything happens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import FileRefused, NeedsConfirmation
from geo.files.layers import LayerFacts
from geo.files.read import Delivery, read_delivery
from geo.model import columns as c
from geo.model.columns import Column, Kind, propose_mapping
from geo.model.problems import Problem, Severity
from geo.shapes.crs import to_stored
from geo.shapes.measure import geodesic_area_ha
from geo.shapes.repair import Flaw, repair_polygons
from geo.workflow.cells import lost_digits, number_cells, plain_rows, text_cells
from geo.workflow.layer_crs import Boxes, boxes_of, far_rows, find_crs

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person says about a file; what they leave out is found out or proposed.

    Attributes
    ----------
    fields
        Column of the product to field of the file, for instance ``{"code": "cid"}``.
    accept_proposals
        Act on what the program proposes without asking.
    skip_refused
        Take the good rows and leave the refused ones out; otherwise one refused row stops all.
    """

    layer: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    encoding: str | None = None
    accept_proposals: bool = False
    skip_refused: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something the program found out but the file does not say."""

    what: str  # key of a text ``proposal.WHAT``
    value: str
    reason: str  # key of a text ``because.REASON``


@dataclass(frozen=True, slots=True)
class Intake:
    """A file, understood.

    Attributes
    ----------
    mapping
        Column of the product to field of the file.
    crs
        The coordinate system of the file's numbers.
    rows
        One row per feature that can be taken: the product's columns and ``area_ha``; its index is
        the row number in the file, from 1.
    attributes
        The original attributes of those rows.
    geometries
        Their polygons in EPSG:4490.
    problems
        Everything that is wrong, of all rows.
    """

    source_name: str
    digest: str
    facts: LayerFacts
    mapping: Mapping[str, str]
    crs: str
    encoding: str
    rows: pd.DataFrame
    attributes: list[dict[str, object]]
    geometries: np.ndarray
    rows_read: int
    problems: tuple[Problem, ...]
    proposals: tuple[Proposal, ...]

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
            what = tuple((f"proposal.{p.what}", {"value": p.value}) for p in self.proposals)
            raise NeedsConfirmation("proposals_open", count=len(self.proposals), what_key=what)


def take_in(path: Path, columns: tuple[Column, ...], options: ImportOptions) -> Intake:
    """Read a file and find out all there is to know about it, without writing anything.

    Raises
    ------
    FileRefused
        If the file cannot be read as a layer of polygons at all.
    """
    delivery = read_delivery(path, layer=options.layer, encoding=options.encoding)
    if len(delivery.attributes) == 0:
        raise FileRefused("layer_empty", path=path, layer=delivery.facts.name)
    mapping, proposals = _map_fields(delivery, columns, options, path)
    boxes = boxes_of(delivery.geometries)
    crs, guess = find_crs(boxes, options.crs or delivery.facts.crs, source=path)
    if options.encoding is None and delivery.facts.is_encoding_guessed:
        proposals.append(Proposal("encoding", delivery.facts.encoding, "bytes"))
    if guess is not None:
        proposals.append(Proposal("crs", guess.crs, guess.reason))
    rows, problems = _fill_columns(delivery.attributes, mapping, columns)
    far = {row: boxes[row] for row in far_rows(boxes, crs)}
    geometries, areas_ha, flaws = _shape_up(delivery.geometries, crs, far)
    _refuse_other_shapes(flaws, len(rows), delivery.facts, path)
    problems += flaws + _code_problems(rows[c.CODE], mapping[c.CODE])
    refused = {p.row for p in problems if p.severity is Severity.REFUSED}
    is_taken = ~rows.index.isin(refused)
    rows = rows.assign(**{c.AREA_HA: areas_ha})
    return Intake(
        source_name=path.name,
        digest=delivery.digest,
        facts=delivery.facts,
        mapping=mapping,
        crs=crs,
        encoding=delivery.facts.encoding,
        rows=rows[is_taken],
        attributes=plain_rows(delivery.attributes[is_taken]),
        geometries=geometries[is_taken],
        rows_read=len(rows),
        problems=tuple(sorted(problems, key=lambda p: (p.row, p.code))),
        proposals=tuple(proposals),
    )


def _map_fields(
    delivery: Delivery, columns: tuple[Column, ...], options: ImportOptions, path: Path
) -> tuple[dict[str, str], list[Proposal]]:
    fields = list(delivery.facts.fields)
    known = {column.name for column in columns}
    for name, given in options.fields.items():
        if name not in known:
            raise FileRefused("column_unknown", column=name, known=", ".join(sorted(known)))
        if given not in fields:
            raise FileRefused("field_unknown", path=path, field=given, known=", ".join(fields))
    found = propose_mapping(fields, columns)
    mapping = found | dict(options.fields)
    for column in columns:
        if column.is_required and column.name not in mapping:
            raise FileRefused(
                "field_needed", path=path, column=column.name, known=", ".join(fields)
            )
    proposals = [
        Proposal(f"field_{column.name}", mapping[column.name], "name")
        for column in columns
        if column.is_required and column.name not in options.fields
    ]
    return mapping, proposals


def _fill_columns(
    attributes: pd.DataFrame, mapping: Mapping[str, str], columns: tuple[Column, ...]
) -> tuple[pd.DataFrame, list[Problem]]:
    index = pd.RangeIndex(1, len(attributes) + 1)
    filled, problems = {}, list[Problem]()
    for column in columns:
        is_number = column.kind is Kind.NUMBER
        if column.name not in mapping:
            filled[column.name] = pd.Series(np.nan if is_number else "", index=index)
            continue
        field_name = mapping[column.name]
        raw = attributes[field_name].set_axis(index)
        filled[column.name] = number_cells(raw) if is_number else text_cells(raw)
        if is_number:
            unread = filled[column.name].isna() & (text_cells(raw) != "")
            problems += _told(raw[unread], field_name, "number_unreadable", Severity.NOTICE)
        elif column.name == c.CODE:
            inexact = raw[lost_digits(raw)]
            problems += _told(inexact, field_name, "code_inexact", Severity.REFUSED)
    return pd.DataFrame(filled, index=index), problems


def _told(cells: pd.Series, field_name: str, code: str, severity: Severity) -> list[Problem]:
    shown = text_cells(cells)
    return [
        Problem(int(row), field_name, code, severity, {"value": value})
        for row, value in zip(cells.index, shown, strict=True)
    ]


def _shape_up(
    raw: Shapes, crs: str, far: Mapping[int, Boxes]
) -> tuple[Shapes, npt.NDArray[np.float64], list[Problem]]:
    repaired = repair_polygons(raw, crs)
    problems = [
        Problem(row, c.GEOMETRY, flaw.code, _severity(flaw), flaw.values)
        for row, flaw in enumerate(repaired.flaws, start=1)
        if flaw is not None and row - 1 not in far
    ]
    for row, (west, south, *_) in far.items():
        values = {"value": f"{west:.1f}, {south:.1f}", "crs": crs}
        problems.append(Problem(row + 1, c.GEOMETRY, "bad_coordinates", Severity.REFUSED, values))
    is_placed = ~shapely.is_missing(repaired.geometries)
    is_placed[list(far)] = False
    geometries = np.full(len(raw), None, dtype=object)
    geometries[is_placed] = to_stored(repaired.geometries[is_placed], crs)
    areas_ha = np.full(len(raw), np.nan)
    areas_ha[is_placed] = geodesic_area_ha(geometries[is_placed]).round(4)
    return geometries, areas_ha, problems


def _refuse_other_shapes(
    flaws: Sequence[Problem], count: int, facts: LayerFacts, path: Path
) -> None:
    """Refuse a layer of points or lines as a whole: that is a wrong layer, not wrong rows."""
    kinds = [flaw for flaw in flaws if flaw.code == "wrong_geometry_type"]
    if len(kinds) == count:
        kind = kinds[0].values["value_key"]  # noqa: PD011 - of a problem, not of a frame
        raise FileRefused("layer_not_polygons", path=path, layer=facts.name, kind_key=kind)


def _severity(flaw: Flaw) -> Severity:
    return Severity.REPAIRED if flaw.is_mended else Severity.REFUSED


def _code_problems(codes: pd.Series, field_name: str) -> list[Problem]:
    problems = [
        Problem(int(row), field_name, "no_code", Severity.REFUSED)
        for row in codes.index[codes == ""]
    ]
    known = codes[codes != ""]
    times = known.map(known.value_counts())
    for row, code, count in zip(known.index, known, times, strict=True):
        if count > 1:
            values = {"value": code, "count": int(count)}
            problems.append(Problem(row, field_name, "duplicate_code", Severity.REFUSED, values))
    return problems
