"""What went to the field and what came back: packages and findings in the store."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from geo.errors import NotFound
from geo.model.stages import FIELD, Chore, Verb
from geo.model.things import Finding, Photo, View
from geo.store.door import Session
from geo.store.schema import batch, finding, package, patch
from geo.store.scope import patch_scope

# SQLite takes at most 32,766 bound values in one statement.
CHUNK = 10_000


def has_package(session: Session, package_id: str) -> bool:
    """Tell whether a package with this id has left before."""
    found = session.connection.execute(select(package.c.id).where(package.c.id == package_id))
    return found.first() is not None


def insert_package(
    session: Session,
    package_id: str,
    *,
    assignee: str,
    patches: Sequence[tuple[int, int]],
    at: datetime,
) -> None:
    """Write down a package: for whom, and each patch's id with the version it left with.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    NotFound
        ``patch_gone``: one of the patches is not in the actor's territory.
    """
    session.require(FIELD, Chore.PACKING)
    _require_seen(session, [patch_id for patch_id, _ in patches])
    session.connection.execute(
        insert(package).values(
            id=package_id,
            assignee=assignee,
            made_at=at,
            made_by=session.actor.code,
            patches=[list(pair) for pair in patches],
        )
    )


def packed_versions(session: Session, package_ids: Collection[str]) -> dict[str, dict[int, int]]:
    """Tell with which version each patch of the territory left in these packages.

    Packages that are not known are left out.
    """
    rows = session.connection.execute(
        select(package.c.id, package.c.patches).where(package.c.id.in_(package_ids))
    ).all()
    seen = _seen(session, {int(patch_id) for row in rows for patch_id, _ in row.patches})
    return {
        row.id: {int(patch_id): int(v) for patch_id, v in row.patches if patch_id in seen}
        for row in rows
    }


def insert_findings(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write findings: mappings with the columns of the table but the id.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    NotFound
        ``patch_gone``: one of the patches is not in the actor's territory.
    """
    session.require(FIELD, Verb.FOUND)
    _require_seen(session, [row["patch_id"] for row in rows])
    if rows:
        session.connection.execute(insert(finding), list(rows))


def known_digests(session: Session) -> set[tuple[int, str]]:
    """Tell which findings of the territory have been taken before, as (patch id, digest)."""
    rows = session.connection.execute(
        select(finding.c.patch_id, finding.c.digest)
        .join(patch, patch.c.id == finding.c.patch_id)
        .where(patch_scope(session.actor))
    )
    return {(row.patch_id, row.digest) for row in rows}


def findings_of(session: Session, patch_id: int) -> list[Finding]:
    """Read what was found at a patch, newest first."""
    rows = session.connection.execute(
        select(finding, patch.c.batch, patch.c.code.label("patch_code"))
        .join(patch, patch.c.id == finding.c.patch_id)
        .join(batch, batch.c.code == patch.c.batch)
        .where(finding.c.patch_id == patch_id, patch_scope(session.actor))
        .order_by(finding.c.id.desc())
    )
    return [_finding(row) for row in rows]


def _seen(session: Session, ids: Collection[int]) -> set[int]:
    wanted, found = sorted(ids), set[int]()
    for start in range(0, len(wanted), CHUNK):
        some = patch.c.id.in_(wanted[start : start + CHUNK])
        query = select(patch.c.id).where(some, patch_scope(session.actor))
        found |= set(session.connection.execute(query).scalars())
    return found


def _require_seen(session: Session, ids: Collection[int]) -> None:
    if missing := set(ids) - _seen(session, set(ids)):
        raise NotFound("patch_gone", patch=min(missing))


def _finding(row: Row[Any]) -> Finding:
    return Finding(
        batch=row.batch,
        patch_code=row.patch_code,
        base_version=row.base_version,
        cause=row.cause,
        unlawful=row.unlawful,
        land_before=row.land_before,
        land_after=row.land_after,
        note=row.note,
        surveyor=row.surveyor,
        surveyed_at=row.surveyed_at,
        photos=tuple(
            Photo(**p | {"view": View(p["view"]) if p.get("view") else None}) for p in row.photos
        ),
    )
