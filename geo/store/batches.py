"""Deliveries of patches in the store."""

from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select, update

from geo.errors import NotAllowed, NotFound
from geo.model.origin import Origin
from geo.model.stages import OFFICE, Verb
from geo.model.things import Batch, DeliveredFile
from geo.store.door import Session
from geo.store.schema import batch, delivery
from geo.store.scope import batch_scope


def insert_batch(session: Session, new: Batch) -> None:
    """Write a batch, and the file it came in as the first of its deliveries.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(OFFICE, Verb.IMPORTED)
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
    _write_delivery(
        session,
        DeliveredFile(
            batch=new.code,
            digest=new.digest,
            source_name=new.source_name,
            source_crs=new.source_crs,
            encoding=new.encoding,
            mapping=new.mapping,
            report=new.report,
            counts={"new": new.count},
            imported_at=new.imported_at,
            imported_by=new.imported_by,
        ),
    )


def insert_delivery(session: Session, new: DeliveredFile) -> None:
    """Write a corrected delivery of a batch that is there.

    The batch grows by ``counts["new"]``: as many patches `history.verify` expects to find. Those
    that are gone from the file stay.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``; ``batch_machine_made``.
    """
    session.require(OFFICE, Verb.REDELIVERED)
    known = find_batch(session, new.batch)
    if known is None:
        raise NotFound("batch_unknown", batch=new.batch)
    if known.origin is Origin.MACHINE:
        raise NotAllowed("batch_machine_made", batch=new.batch)
    _write_delivery(session, new)
    grown = batch.c.count + new.counts.get("new", 0)
    session.connection.execute(
        update(batch).where(batch.c.code == new.batch).values({batch.c.count: grown})
    )


def deliveries_of(session: Session, batch_code: str) -> list[DeliveredFile]:
    """List the files that brought a batch, the first one first."""
    rows = session.connection.execute(
        select(*(column for column in delivery.c if column.name != "id"))
        .where(
            delivery.c.batch == batch_code,
            batch_scope(session.actor, delivery.c.batch, delivery.c.imported_by),
        )
        .order_by(delivery.c.id)
    )
    return [DeliveredFile(**row._asdict()) for row in rows]


def is_taken(session: Session, code: str) -> bool:
    """Tell whether any batch has this code, wherever its patches lie."""
    query = select(batch.c.code).where(batch.c.code == code)
    return session.connection.execute(query).first() is not None


def cause_list_of(session: Session, code: str) -> str:
    """Name the list of causes of a batch that is seen; empty if it is not."""
    query = select(batch.c.cause_list).where(batch.c.code == code, _is_seen(session))
    return str(session.connection.execute(query).scalar() or "")


def cause_lists(session: Session) -> dict[str, str]:
    """Name the list of causes of each batch that is seen."""
    query = select(batch.c.code, batch.c.cause_list).where(_is_seen(session))
    return {row.code: row.cause_list for row in session.connection.execute(query)}


def origins(session: Session) -> dict[str, Origin]:
    """Tell of each batch that is seen where its patches come from."""
    told = batch.c.report["origin"].as_string().label("origin")
    rows = session.connection.execute(select(batch.c.code, told).where(_is_seen(session)))
    return {r.code: Origin(r.origin) if r.origin else Origin.DELIVERED for r in rows}


def find_batch(session: Session, code: str) -> Batch | None:
    """Find a batch by its code; one that brought nothing into the territory is not found."""
    row = session.connection.execute(
        select(batch).where(batch.c.code == code, _is_seen(session))
    ).one_or_none()
    return None if row is None else _batch(row)


def find_batch_by_digest(session: Session, *digests: str) -> Batch | None:
    """Find the first batch of which a delivery came from a file with one of these digests."""
    delivered = select(delivery.c.batch).where(delivery.c.digest.in_(digests))
    row = session.connection.execute(
        select(batch)
        .where(or_(batch.c.digest.in_(digests), batch.c.code.in_(delivered)), _is_seen(session))
        .order_by(batch.c.imported_at)
        .limit(1)
    ).one_or_none()
    return None if row is None else _batch(row)


def list_batches(session: Session) -> list[Batch]:
    """List the batches that brought something into the actor's territory, newest first."""
    query = select(batch).where(_is_seen(session)).order_by(batch.c.imported_at.desc())
    rows = session.connection.execute(query)
    return [_batch(row) for row in rows]


def _is_seen(session: Session) -> ColumnElement[bool]:
    return batch_scope(session.actor, batch.c.code, batch.c.imported_by)


def _write_delivery(session: Session, new: DeliveredFile) -> None:
    session.connection.execute(
        insert(delivery).values(
            batch=new.batch,
            digest=new.digest,
            source_name=new.source_name,
            source_crs=new.source_crs,
            encoding=new.encoding,
            mapping=dict(new.mapping),
            report=dict(new.report),
            counts=dict(new.counts),
            imported_at=new.imported_at,
            imported_by=new.imported_by,
        )
    )


def _batch(row: Row[Any]) -> Batch:
    return Batch(**row._asdict())
