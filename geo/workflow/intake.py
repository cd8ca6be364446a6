"""From a delivered file to rows that could be stored, with everything that is wrong with them.

Nothing is written here: the command line, the wizard and both imports look at the same `Intake`
before anything happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geo.errors import FileRefused, NeedsConfirmation
from geo.files.layers import LayerFacts
from geo.files.read import Delivery, read_delivery
from geo.model import columns as c
from geo.model.columns import Column, Kind, propose_mapping
from geo.model.problems import Problem, Severity
from geo.shapes.crs import guess_crs, has_plausible_bounds, known_crs, to_stored
from geo.shapes.measure import geodesic_area_ha
from geo.shapes.repair import Flaw, repair_polygons


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
        """How many shapes were repaired."""
        return sum(p.severity is Severity.REPAIRED for p in self.problems)

    def confirm(self, *, is_accepted: bool) -> None:
        """Stop unless the proposals are accepted or there are none.

        Raises
        ------
        NeedsConfirmation
            ``proposals_open``, naming them.
        """
        if self.proposals and not is_accepted:
            what = ", ".join(f"{p.what} = {p.value}" for p in self.proposals)
            raise NeedsConfirmation("proposals_open", count=len(self.proposals), what=what)


def take_in(path: Path, columns: tuple[Column, ...], options: ImportOptions) -> Intake:
    """Read a file and find out all there is to know about it, without writing anything.

    Raises
    ------
    FileRefused
        If the file cannot be read as a layer of polygons at all.
    """
    delivery = read_delivery(path, layer=options.layer, encoding=options.encoding)
    mapping, proposals = _map_fields(delivery, columns, options, path)
    crs, crs_proposal = _find_crs(delivery, options, path)
    if options.encoding is None and delivery.facts.is_encoding_guessed:
        proposals.append(Proposal("encoding", delivery.facts.encoding, "bytes"))
    proposals += crs_proposal
    rows = _fill_columns(delivery.attributes, mapping, columns)
    geometries, areas_ha, problems = _shape_up(delivery.geometries, crs)
    problems += _code_problems(rows[c.CODE], mapping[c.CODE])
    refused = {p.row for p in problems if p.severity is Severity.REFUSED}
    is_taken = ~rows.index.isin(refused)
    rows = rows.assign(**{c.AREA_HA: areas_ha})
    return Intake(
        source_name=path.name,
        digest=delivery.digest,
        facts=delivery.facts,
        mapping=mapping,
        crs=crs,
        encoding=options.encoding or delivery.facts.encoding,
        rows=rows[is_taken],
        attributes=_original(delivery.attributes[is_taken]),
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


def _find_crs(delivery: Delivery, options: ImportOptions, path: Path) -> tuple[str, list[Proposal]]:
    given = options.crs or delivery.facts.crs
    bounds = shapely.total_bounds(delivery.geometries)
    if given is None:
        guess = guess_crs(tuple(bounds))
        if guess is None:
            shown = ", ".join(f"{b:.1f}" for b in bounds)
            raise FileRefused("crs_missing", path=path, bounds=shown)
        return guess.crs, [Proposal("crs", guess.crs, guess.reason)]
    crs = known_crs(given)
    name = crs.to_string() if (epsg := crs.to_epsg()) is None else f"EPSG:{epsg}"
    if np.isfinite(bounds).all() and not has_plausible_bounds(tuple(bounds), name):
        shown = ", ".join(f"{b:.1f}" for b in bounds)
        raise FileRefused("crs_implausible", path=path, crs=name, bounds=shown)
    return name, []


def _fill_columns(
    attributes: pd.DataFrame, mapping: Mapping[str, str], columns: tuple[Column, ...]
) -> pd.DataFrame:
    index = pd.RangeIndex(1, len(attributes) + 1)
    filled = {}
    for column in columns:
        if column.name not in mapping:
            empty = np.nan if column.kind is Kind.NUMBER else ""
            filled[column.name] = pd.Series(empty, index=index)
            continue
        raw = attributes[mapping[column.name]]
        values = pd.to_numeric(raw, errors="coerce") if column.kind is Kind.NUMBER else _text(raw)
        filled[column.name] = values.set_axis(index)
    return pd.DataFrame(filled, index=index)


def _text(values: pd.Series) -> pd.Series:
    """Write codes as text: 150421000001, never 150421000001.0."""
    if pd.api.types.is_float_dtype(values):
        return values.map(
            lambda v: "" if pd.isna(v) else str(int(v)) if float(v).is_integer() else str(v)
        ).astype(object)
    return values.map(lambda v: "" if pd.isna(v) else str(v).strip()).astype(object)


def _shape_up(raw: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray, list[Problem]]:
    repaired = repair_polygons(raw, crs)
    problems = [
        Problem(row, c.GEOMETRY, flaw.code, _severity(flaw), flaw.values)
        for row, flaw in enumerate(repaired.flaws, start=1)
        if flaw is not None
    ]
    has_shape = ~shapely.is_missing(repaired.geometries)
    geometries = np.full(len(raw), None, dtype=object)
    geometries[has_shape] = to_stored(repaired.geometries[has_shape], crs)
    areas_ha = np.full(len(raw), np.nan)
    areas_ha[has_shape] = geodesic_area_ha(geometries[has_shape]).round(4)
    return geometries, areas_ha, problems


def _severity(flaw: Flaw) -> Severity:
    return Severity.REPAIRED if flaw.is_mended else Severity.REFUSED


def _code_problems(codes: pd.Series, field_name: str) -> list[Problem]:
    problems = [
        Problem(int(row), field_name, "no_code", Severity.REFUSED)
        for row in codes.index[codes == ""]
    ]
    counts = codes[codes != ""].value_counts()
    for code, count in counts[counts > 1].items():
        values = {"value": code, "count": int(count)}
        problems += [
            Problem(int(row), field_name, "duplicate_code", Severity.REFUSED, values)
            for row in codes.index[codes == code]
        ]
    return problems


def _original(attributes: pd.DataFrame) -> list[dict[str, object]]:
    plain = attributes.astype(object).where(attributes.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]
