"""Send patches to the field: one package per person, each patch with the version it left with."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.errors import FileRefused, NotAllowed
from geo.files.field_package import PackageHead, write_package
from geo.model import columns as c
from geo.model.codes import DEFAULT_CAUSES, CodeList, cause_list
from geo.model.filters import PatchFilter
from geo.model.stages import Stage, Verb
from geo.model.things import Actor, Patch
from geo.store import batches, fieldwork, patches
from geo.store.changes import Change, change_patches
from geo.store.door import Session, Store

SENT = ("batch", "patch_code", "grid_code", "due", "assignee", "cause", "land_before", "land_after")


@dataclass(frozen=True, slots=True)
class FieldPackage:
    """A package that lies ready for somebody.

    ``is_new`` is False if it had left before and nothing changed since: the file was written again,
    the patches were left alone.
    """

    id: str
    assignee: str
    path: Path
    patches: int
    is_new: bool


def export_field(
    store: Store,
    actor: Actor,
    out: Path,
    *,
    at: datetime,
    grids: Sequence[str] = (),
    people: Sequence[str] = (),
) -> list[FieldPackage]:
    """Write the packages of everybody who has patches to check, and mark those as in the field.

    Doing it again without a change writes the same files and changes nothing.

    Parameters
    ----------
    out
        Folder for the files; it is made if it does not exist.
    grids, people
        Only these grids, only these people.

    Raises
    ------
    NotAllowed
        ``nothing_to_export``.
    FileRefused
        ``out_exists``, ``cannot_write``; then nothing was changed.
    """
    if out.exists() and not out.is_dir():
        raise FileRefused("out_exists", path=out)
    wanted = PatchFilter(
        stages=(Stage.ASSIGNED, Stage.IN_FIELD), grids=tuple(grids), people=tuple(people)
    )
    with store.writing(actor) as session:
        chosen = patches.find_patches(session, wanted)
        if not chosen:
            raise NotAllowed("nothing_to_export")
        leaving = [p for p in chosen if p.stage is Stage.ASSIGNED]
        change_patches(session, [_leave(p) for p in leaving], at=at)
        frame = patches.patch_frame(session, wanted).set_index("id")
        by_person = sorted(chosen, key=lambda p: (p.assignee or "", p.batch, p.code))
        # The files are written before the transaction ends: if a disk is full, nothing has left.
        return [
            _pack(session, out, frame, assignee=assignee or "", group=list(group), at=at)
            for assignee, group in groupby(by_person, key=lambda p: p.assignee)
        ]


def _leave(patch: Patch) -> Change:
    return Change(patch.id, patch.version, Verb.EXPORTED, Stage.IN_FIELD)


def _pack(
    session: Session,
    out: Path,
    frame: gpd.GeoDataFrame,
    *,
    assignee: str,
    group: list[Patch],
    at: datetime,
) -> FieldPackage:
    part = frame.loc[[p.id for p in group]]
    versions = [(int(i), int(v)) for i, v in zip(part.index, part[c.VERSION], strict=True)]
    package_id = hashlib.sha256(f"{assignee}:{versions}".encode()).hexdigest()[:16]
    path = out / f"field_{re.sub(r'[^0-9A-Za-z_-]', '_', assignee)}_{package_id[:8]}.geojson"
    is_new = not fieldwork.has_package(session, package_id)
    if is_new:
        fieldwork.insert_package(session, package_id, assignee=assignee, patches=versions, at=at)
    causes = _causes(session, {p.batch for p in group})
    head = PackageHead(package_id, assignee, _words(causes))
    rows = [_properties(row, package_id, causes) for row in part.to_dict("records")]
    write_package(path, head, rows, part.geometry.to_numpy())
    return FieldPackage(package_id, assignee, path, len(group), is_new)


def _properties(
    row: Mapping[str, Any], package_id: str, causes: Mapping[str, CodeList]
) -> dict[str, Any]:
    sent = {name: row[name] for name in SENT}
    return sent | {
        "due": None if row["due"] is None else row["due"].isoformat(),
        "cause_words": causes[row["batch"]].name(row["cause"], "zh") if row["cause"] else "",
        "area_ha": row[c.AREA_HA],
        "area_mu": row[c.AREA_MU],
        "remark": row[c.REMARK],
        "package": package_id,
        "base_version": int(row[c.VERSION]),
    }


def _causes(session: Session, wanted: set[str]) -> dict[str, CodeList]:
    lists = {b.code: cause_list(b.cause_list) for b in batches.list_batches(session)}
    return {code: lists.get(code, cause_list(DEFAULT_CAUSES)) for code in wanted}


def _words(causes: Mapping[str, CodeList]) -> dict[str, dict[str, str]]:
    return {
        code: {"zh": entry.zh, "en": entry.en}
        for codes in causes.values()
        for code, entry in codes.entries.items()
    }
