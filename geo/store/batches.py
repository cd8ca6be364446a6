"""Deliveries of patches in the store."""

from typing import Any

from sqlalchemy import Row, insert, select

from geo.model.things import Batch
from geo.store.door import Session
from geo.store.schema import batch


def insert_batch(session: Session, new: Batch) -> None:
    """Write a delivery."""
    session.connection.execute(
        insert(batch).values(
            code=new.code,
            digest=new.digest,
            source_name=new.source_name,
            source_crs=new.source_crs,
            encoding=new.encoding,
            cause_list=new.cause_list,
            mapping=dict(new.mapping),
            report=dict(new.report),
            imported_at=new.imported_at,
            imported_by=new.imported_by,
            count=new.count,
        )
    )


def find_batch(session: Session, code: str) -> Batch | None:
    """Find a delivery by its code."""
    row = session.connection.execute(select(batch).where(batch.c.code == code)).one_or_none()
    return None if row is None else _batch(row)


def find_batch_by_digest(session: Session, *digests: str) -> Batch | None:
    """Find the first delivery that came from a file with one of these digests."""
    row = session.connection.execute(
        select(batch).where(batch.c.digest.in_(digests)).order_by(batch.c.imported_at).limit(1)
    ).one_or_none()
    return None if row is None else _batch(row)


def list_batches(session: Session) -> list[Batch]:
    """List deliveries, newest first."""
    rows = session.connection.execute(select(batch).order_by(batch.c.imported_at.desc()))
    return [_batch(row) for row in rows]


def _batch(row: Row[Any]) -> Batch:
    return Batch(**row._asdict())
