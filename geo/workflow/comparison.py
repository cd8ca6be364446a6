"""Compare a corrected delivery with its batch as it stands, writing nothing."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.model import columns as c
from geo.model.alerts import Alert, Compared, Difference, alert_for
from geo.model.columns import PATCH_COLUMNS, Kind
from geo.model.stages import OFFICE, Stage, Verb, require_role
from geo.model.things import Actor
from geo.shapes.rematch import NumberedOutlines, Relation, Rematch, rematch
from geo.store.door import Store
from geo.store.redelivered import StandingBatch, standing_batch
from geo.text import Lang
from geo.workflow.intake import Intake

_DIFFERENCES = {
    Relation.RENUMBERED: Difference.RENUMBERED,
    Relation.MOVED: Difference.MOVED,
    Relation.SPLIT: Difference.SPLIT,
    Relation.NEW: Difference.NEW,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A corrected delivery beside its batch.

    Attributes
    ----------
    newest
        Number of the batch's newest delivery when it was compared.
    digest, source_name
        Of the file.
    rows
        Each patch of the file in its order, then those the file does not carry.
    """

    batch: str
    newest: int
    digest: str
    source_name: str
    rows: tuple[Compared, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether the file says nothing that the store does not know."""
        return not any(row.is_written for row in self.rows)

    def counts(self) -> dict[Difference, int]:
        """Count the patches by what becomes of them; all differences are named.

        Pieces are new patches; ``split`` counts those whose place they took. What is not sure to be
        gone is not counted.
        """
        found = Counter(
            Difference.NEW if row.patch_id is None else row.difference
            for row in self.rows
            if not row.is_unsure
        )
        return {difference: found[difference] for difference in Difference}

    def alerts(self) -> dict[Alert, int]:
        """Count the patches that a person has to look at, by the reason."""
        return dict(Counter(row.alert for row in self.rows if row.alert is not None))

    def as_rows(self, lang: Lang, *, all_rows: bool = False) -> list[dict[str, object]]:
        """Give what differs, or everything, as rows of a table or of a JSON report."""
        return [
            row.as_row(lang)
            for row in self.rows
            if all_rows or row.difference is not Difference.UNCHANGED
        ]

    def outlines(self) -> gpd.GeoDataFrame:
        """Give the outlines of what differs, before and after, as a layer in EPSG:4490.

        Returns
        -------
        geopandas.GeoDataFrame
            ``code``, ``difference``, ``needs_person``, ``side`` (``before`` or ``after``).
        """
        found = [
            (row.code_after, str(row.difference), row.needs_person, side, shape)
            for row in self.rows
            for side, shape in (("before", row.before), ("after", row.after))
            if shape is not None
        ]
        names = ["code", "difference", "needs_person", "side", "geometry"]
        return gpd.GeoDataFrame(found, columns=names, geometry="geometry", crs=c.STORED_CRS)


def compare_delivery(store: Store, actor: Actor, intake: Intake, batch: str) -> Comparison:
    """Compare a corrected file with the batch it corrects. Nothing is written.

    Raises
    ------
    NotFound
        ``batch_unknown``.
    NotAllowed
        ``batch_beyond_territory``, or if the actor's role does not import.
    """
    require_role(actor.role, OFFICE, Verb.REDELIVERED)
    with store.reading(actor) as session:
        standing = standing_batch(session, batch)
    codes = intake.rows[c.CODE].tolist()
    found = rematch(
        NumberedOutlines(standing.frame[c.CODE].tolist(), standing.geometries),
        NumberedOutlines(codes, intake.geometries),
    )
    rows = (*_carried(standing, intake, found), *_not_carried(standing, intake, found))
    return Comparison(batch, standing.newest, intake.digest, intake.source_name, rows)


def _carried(standing: StandingBatch, intake: Intake, found: Rematch) -> list[Compared]:
    """Compare the patches that the file carries, in its order."""
    changed = _changed_columns(standing, intake, found)
    known = standing.frame.to_dict("records")
    originals = intake.attribute_rows()
    codes, areas_ha = intake.rows[c.CODE].tolist(), intake.rows[c.AREA_HA].tolist()
    compared = []
    for place, row in enumerate(intake.rows.index.tolist()):
        relation, old = found.relation[place], int(found.old[place])
        here = {
            "row": row,
            "code_after": codes[place],
            "area_after_ha": areas_ha[place],
            "after": intake.geometries[place],
        }
        if relation in {Relation.NEW, Relation.SPLIT}:
            if relation is Relation.SPLIT:
                here |= {"parent": known[old][c.CODE], "parent_id": int(known[old]["id"])}
            compared.append(Compared(_DIFFERENCES[relation], **here))
            continue
        columns = tuple(name for name, is_changed in changed.items() if is_changed[place])
        compared.append(
            _compare(
                known[old],
                here | {"before": standing.geometries[old]},
                relation=relation,
                columns=columns,
                attributes=_changed_attributes(
                    (standing.attributes[old], originals[place]), intake.mapping, columns
                ),
                is_back=known[old]["id"] in standing.absent,
            )
        )
    return compared


def _compare(
    old: Mapping[Hashable, Any],
    here: Mapping[str, Any],
    *,
    relation: Relation,
    columns: tuple[str, ...],
    attributes: tuple[str, ...],
    is_back: bool,
) -> Compared:
    stage = Stage(old["stage"])
    is_redrawn, is_corrected = c.GEOMETRY in columns, bool(columns or attributes)
    difference = _DIFFERENCES.get(relation, Difference.CHANGED)
    if relation is Relation.SAME and not (is_corrected or is_back):
        difference = Difference.UNCHANGED
    values = dict(here) | _identity(old)
    if not is_redrawn:
        values |= {"area_after_ha": values["area_before_ha"]}
    if difference is Difference.UNCHANGED:
        return Compared(difference, **values | {"before": None, "after": None})
    return Compared(
        difference,
        columns=columns,
        attributes=attributes,
        alert=alert_for(stage, is_redrawn=is_redrawn, is_corrected=is_corrected),
        is_back=is_back,
        **values,
    )


def _identity(old: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {
        "patch_id": int(old["id"]),
        "version": int(old["version"]),
        "stage": Stage(old["stage"]),
        "code_before": old[c.CODE],
        "area_before_ha": float(old[c.AREA_HA]),
    }


def _not_carried(standing: StandingBatch, intake: Intake, found: Rematch) -> list[Compared]:
    """Say what became of the patches that the file does not carry: they are kept in any case."""
    codes = intake.rows[c.CODE].tolist()
    numbers = _kept_numbers(standing, found, set(codes))
    pieces: dict[int, list[str]] = {}
    for place in np.flatnonzero(found.relation == Relation.SPLIT):
        pieces.setdefault(int(found.old[place]), []).append(codes[place])
    compared = []
    for old in np.flatnonzero(found.is_gone | found.is_split).tolist():
        row = standing.frame.iloc[old].to_dict()
        is_known = row["id"] in standing.absent and numbers[old] == row[c.CODE]
        if is_known:
            continue
        is_split = bool(found.is_split[old])
        # A row that could not be read may be this very patch.
        is_unsure = intake.refused_rows > 0 and not is_split
        alert = Alert.SPLIT if is_split else Alert.GONE
        compared.append(
            Compared(
                Difference.SPLIT if is_split else Difference.GONE,
                code_after=numbers[old],
                pieces=tuple(sorted(pieces.get(old, ()))) if is_split else (),
                alert=None if is_unsure else alert,
                is_unsure=is_unsure,
                before=standing.geometries[old],
                **_identity(row),
            )
        )
    return compared


def _kept_numbers(standing: StandingBatch, found: Rematch, used: set[str]) -> dict[int, str]:
    """Give patches that the file does not carry a number that it does not use."""
    codes = standing.frame[c.CODE].tolist()
    taken = used | set(codes)
    kept = {}
    for old in np.flatnonzero(found.is_gone | found.is_split).tolist():
        kept[old] = codes[old]
        if codes[old] in used:
            free = (f"{codes[old]}~{n}" for n in count(1))
            kept[old] = next(code for code in free if code not in taken)
            taken.add(kept[old])
    return kept


def _changed_columns(
    standing: StandingBatch, intake: Intake, found: Rematch
) -> dict[str, npt.NDArray[np.bool_]]:
    """Tell for each column and each row of the file whether it differs from its patch."""
    old = standing.frame.iloc[found.old.clip(0)] if len(standing.frame) else standing.frame
    changed = {c.GEOMETRY: found.is_redrawn}
    if len(old) != len(intake.rows):  # an empty batch: all is new
        return changed
    for column in PATCH_COLUMNS:
        if column.name == c.CODE:
            continue
        was, becomes = old[column.name].to_numpy(), intake.rows[column.name].to_numpy()
        if column.kind is Kind.NUMBER:
            was, becomes = was.astype(float), becomes.astype(float)
            is_same = (was == becomes) | (np.isnan(was) & np.isnan(becomes))
        elif column.name == c.ADMIN_CODE:
            # Locating has found the finer code of the grid; a coarser one says nothing against it.
            is_same = np.array([a.startswith(b) for a, b in zip(was, becomes, strict=True)], bool)
        else:
            is_same = was == becomes
        changed[column.name] = ~is_same
    return changed


def _changed_attributes(
    both: tuple[Mapping[str, object], Mapping[str, object]],
    mapping: Mapping[str, str],
    columns: Sequence[str],
) -> tuple[str, ...]:
    """List original fields that differ and that no changed column, nor the number, stands for."""
    was, becomes = both
    if was == becomes:
        return ()
    told = {mapping.get(name) for name in (*columns, c.CODE)}
    missing = object()
    fields = {*was, *becomes} - told
    return tuple(sorted(f for f in fields if was.get(f, missing) != becomes.get(f, missing)))
