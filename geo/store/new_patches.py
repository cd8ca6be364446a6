"""How whole deliveries of new patches are written: column by column, each with its first event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Date, Table

from geo.errors import NotAllowed
from geo.model.stages import OFFICE, Stage, Verb
from geo.model.things import Actor
from geo.store import engines
from geo.store.canonical import canonical_json, json_objects, json_texts
from geo.store.door import Session
from geo.store.history import GENESIS, digest_of, plain_value
from geo.store.schema import TRACKED, event, patch
from geo.store.types import utc_text

# Rows written at once. More are no faster, and what is made of them takes memory.
CHUNK = 10_000

_MADE_HERE = frozenset({"id", "version", "stage", "head_hash", "attributes", "geom"})
# What a column holds where a delivery says nothing.
_DEFAULTS: dict[str, Any] = {
    column.name: getattr(column.default, "arg", None)
    for column in patch.columns
    if column.name not in _MADE_HERE
}
_DATES = tuple(name for name in _DEFAULTS if isinstance(patch.c[name].type, Date))

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class NewPatches:
    """Patches to be written, as plain values of Python.

    Attributes
    ----------
    columns
        Columns of the table but `id`, `version`, `stage` and `head_hash`: a list with one value
        a row, or one value for all rows. A column left out takes its default.
    attributes
        The original attributes: columns again, by the names in the file, which is fast; or one
        mapping a row.
    geometries
        Shape (n,): outlines in EPSG:4490 (lon, lat).

    Raises
    ------
    ValueError
        If a column is not known or has more or fewer rows than there are outlines.
    """

    columns: Mapping[str, Any]
    attributes: Mapping[str, list[Any]] | Sequence[Mapping[str, Any]]
    geometries: np.ndarray

    def __post_init__(self) -> None:
        if unknown := set(self.columns) - set(_DEFAULTS):
            raise ValueError(f"no columns of a new patch: {', '.join(sorted(unknown))}")
        lists = [values for values in self.columns.values() if isinstance(values, list)]
        if isinstance(self.attributes, Mapping):
            lists += self.attributes.values()
        else:
            lists.append(list(self.attributes))
        if any(len(values) != len(self) for values in lists):
            raise ValueError("all columns of new patches have one value a row")

    def __len__(self) -> int:
        """Count the patches."""
        return len(self.geometries)

    def rows(self, start: int, stop: int) -> "NewPatches":
        """Take some of the rows."""
        some = slice(start, stop)
        if isinstance(self.attributes, Mapping):
            attributes: Any = {name: values[some] for name, values in self.attributes.items()}
        else:
            attributes = self.attributes[some]
        columns = {
            name: values[some] if isinstance(values, list) else values
            for name, values in self.columns.items()
        }
        return NewPatches(columns, attributes, self.geometries[some])


def insert_new_patches(
    session: Session,
    new: NewPatches,
    *,
    at: datetime,
    detail: Mapping[str, Any],
    progress: Progress | None = None,
) -> None:
    """Write new patches, their boxes and the first event of each.

    Parameters
    ----------
    at
        When they were imported.
    detail
        What the first event of each shall say about where it came from.
    progress
        Told how many of how many patches are written.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``; ``patches_beyond_territory`` if the actor would not see one of them.
    """
    session.require(OFFICE, Verb.IMPORTED)
    _require_inside(session.actor, new)
    for start in range(0, len(new), CHUNK):
        rows = new.rows(start, start + CHUNK)
        _insert_rows(session, rows, at=utc_text(at), detail=canonical_json(detail))
        if progress is not None:
            progress(start + len(rows), len(new))


def _require_inside(actor: Actor, new: NewPatches) -> None:
    if actor.is_everywhere:
        return
    codes = new.columns.get("admin_code") or ""
    listed = codes if isinstance(codes, list) else [codes] * len(new)
    beyond = [code for code in listed if not actor.has_say_in(code)]
    if beyond:
        place = beyond[0] or "-"
        raise NotAllowed("patches_beyond_territory", count=len(beyond), place=place)


def _insert_rows(session: Session, new: NewPatches, *, at: str, detail: str) -> None:
    ids = engines.next_ids(session.connection, patch, len(new))
    outlines = shapely.to_wkb(new.geometries).tolist()
    attributes = _attribute_texts(new)
    values = {name: new.columns.get(name, other) for name, other in _DEFAULTS.items()}
    values |= {name: _plain(values[name]) for name in _DATES}
    values["stage"] = Stage.ISSUED.value
    digests = {
        "geom_sha256": [digest_of(outline) for outline in outlines],
        "attributes_sha256": [digest_of(text.encode()) for text in attributes],
    }
    tracked = {name: values[name] for name in TRACKED} | digests
    changes = json_objects({name: _texts(column) for name, column in tracked.items()}, len(new))
    said = {
        "version": 1,
        "verb": Verb.IMPORTED.value,
        "stage_from": None,
        "stage_to": Stage.ISSUED.value,
        "actor": session.actor.code,
        "at": at,
        "reason": "",
    }
    # The texts that are kept are the texts that are hashed: none is made twice.
    whole = {name: _texts(value) for name, value in said.items()}
    whole |= {"patch_id": json_texts(ids), "changes": changes, "detail": detail}
    hashes = [digest_of((GENESIS + text).encode()) for text in json_objects(whole, len(new))]
    made = {"id": ids, "version": 1, "head_hash": hashes, "attributes": attributes}
    _insert(session, patch, values | made | {"geom": outlines}, len(new))
    made = {"patch_id": ids, "changes": changes, "detail": detail, "hash": hashes}
    _insert(session, event, said | made | {"prev_hash": GENESIS}, len(new))
    engines.index_boxes(session.connection, patch, ids, shapely.bounds(new.geometries))


def _attribute_texts(new: NewPatches) -> list[str]:
    if isinstance(new.attributes, Mapping):
        columns = {name: json_texts(values) for name, values in new.attributes.items()}
        return json_objects(dict(columns), len(new))
    return [canonical_json(row) for row in new.attributes]


def _texts(column: Any) -> list[str] | str:
    return json_texts(column) if isinstance(column, list) else canonical_json(column)


def _plain(column: Any) -> Any:
    if isinstance(column, list):
        return [plain_value(value) for value in column]
    return plain_value(column)


def _insert(session: Session, table: Table, columns: Mapping[str, Any], count: int) -> None:
    lists = {
        name: column if isinstance(column, list) else [column] * count
        for name, column in columns.items()
    }
    engines.insert_columns(session.connection, table, lists)
