"""Compare a corrected delivery with its batch as it stands, writing nothing.

What the file has no field for is not compared: a missing field is not an emptied one. What a format
writes in another way is no difference.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from geo.workflow.same_values import SAME_DIGITS, changed_fields, known_names, say_the_same

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
    understood
        How the file was understood, as `understanding_of` tells it.
    rows
        Each patch of the file in its order, then those the file does not carry.
    known_names
        Original field of the file to the name under which the batch has it, where a format has cut
        one of them or changed its capitals.
    """

    batch: str
    newest: int
    digest: str
    source_name: str
    understood: str
    rows: tuple[Compared, ...]
    known_names: Mapping[str, str] = field(default_factory=dict)

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
        # Numbers that were made from the rows, here or there, mean nothing.
        trusts_numbers=standing.has_numbers and not intake.makes_codes,
    )
    if intake.makes_codes:
        codes, found = _keep_numbers(standing, found)
    names = known_names(intake.attribute_columns, standing.attributes)
    return Comparison(
        batch=batch,
        newest=standing.newest,
        digest=intake.digest,
        source_name=intake.source_name,
        understood=understanding_of(intake),
        rows=(
            *_carried(standing, intake, found, codes, names),
            *_not_carried(standing, intake, found, codes),
        ),
        known_names=names,
    )


def understanding_of(intake: Intake) -> str:
    """Sum up how a file was understood: what was read of it as what, and where it was placed."""
    said = {
        "file": intake.digest,
        "kind": intake.kind,
        "layer": intake.facts.name,
        "mapping": dict(intake.mapping),
        "makes_codes": intake.makes_codes,
        "crs": intake.crs,
        "swaps_axes": intake.swaps_axes,
        "shift": intake.shift,
        "encoding": intake.encoding,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _keep_numbers(standing: StandingBatch, found: Rematch) -> tuple[list[str], Rematch]:
    """Number a file without numbers: each patch keeps its own, and a new one gets the next."""
    known: list[str] = standing.frame[c.CODE].tolist()
    free = count(1 + max((int(code) for code in known if re.fullmatch("[0-9]+", code)), default=0))
    is_known = (found.relation != Relation.SPLIT) & (found.relation != Relation.NEW)
    codes = [
        known[old] if is_old else str(next(free))
        for old, is_old in zip(found.old.tolist(), is_known.tolist(), strict=True)
    ]
    relation = found.relation.copy()
    relation[is_known] = Relation.SAME
    return codes, replace(found, relation=relation)


def _carried(
    standing: StandingBatch,
    intake: Intake,
    found: Rematch,
    codes: Sequence[str],
    names: Mapping[str, str],
) -> list[Compared]:
    """Compare the patches that the file carries, in its order."""
    changed = _changed_columns(standing, intake, found)
    known = standing.frame.to_dict("records")
    originals = intake.attribute_rows()
    areas_ha = intake.rows[c.AREA_HA].tolist()
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
                attributes=changed_fields(
                    (standing.attributes[old], originals[place]), intake.mapping, columns, names
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


def _not_carried(
    standing: StandingBatch, intake: Intake, found: Rematch, codes: Sequence[str]
) -> list[Compared]:
    """Say what became of the patches that the file does not carry: they are kept in any case."""
    numbers = _kept_numbers(standing, found, set(codes))
    pieces: dict[int, list[str]] = {}
    for place in np.flatnonzero(found.relation == Relation.SPLIT).tolist():
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
    """Tell for each column that the file fills, and each row, whether it differs from its patch."""
    old = standing.frame.iloc[found.old.clip(0)] if len(standing.frame) else standing.frame
    changed = {c.GEOMETRY: found.is_redrawn}
    if len(old) != len(intake.rows):  # an empty batch: all is new
        return changed
    for column in PATCH_COLUMNS:
        if column.name == c.CODE or column.name not in intake.mapping:
            continue
        was, becomes = old[column.name].to_numpy(), intake.rows[column.name].to_numpy()
        if column.kind is Kind.NUMBER:
            was, becomes = was.astype(float), becomes.astype(float)
            is_same = np.isclose(was, becomes, rtol=10.0**-SAME_DIGITS, atol=0, equal_nan=True)
        elif column.name == c.ADMIN_CODE:
            # Locating has found the finer code of the grid; a coarser one says nothing against it.
            is_same = np.array([a.startswith(b) for a, b in zip(was, becomes, strict=True)], bool)
        else:
            pairs = zip(was, becomes, strict=True)
            is_same = np.array([say_the_same(*pair) for pair in pairs], dtype=bool)
        changed[column.name] = ~is_same
    return changed
