"""Registered images and basemaps in the store."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, true, update

from geo.errors import NotAllowed, NotFound
from geo.model.imagery import Bounds, Image, ImageKind, Shift
from geo.model.stages import ADMINISTRATION, OFFICE, Chore
from geo.store.door import Session
from geo.store.schema import grid, imagery
from geo.store.scope import begins_with

_SIDES = ("west", "south", "east", "north")


def insert_image(
    session: Session,
    *,
    kind: ImageKind,
    title: str,
    taken_on: date | None,
    place: str,
    bounds: Bounds,
    min_zoom: int,
    max_zoom: int,
    at: datetime,
    shift: Shift = Shift.NONE,
    key_variable: str | None = None,
    resolution_m: float | None = None,
    clear_share: float | None = None,
    digest: str = "",
    source_name: str = "",
    facts: Mapping[str, object] | None = None,
) -> Image:
    """Register an image; it belongs to the territory of whoever brings it.

    An address is asked by this server, so only an administrator registers one.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``.
    """
    session.require(OFFICE if kind.is_file else ADMINISTRATION, Chore.IMAGERY)
    values = {
        "kind": kind.value,
        "title": title,
        "taken_on": taken_on,
        "place": place,
        "key_variable": key_variable,
        "shift": shift.value,
        **dict(zip(_SIDES, bounds, strict=True)),
        "min_zoom": min_zoom,
        "max_zoom": max_zoom,
        "resolution_m": resolution_m,
        "clear_share": clear_share,
        "admin_code": session.actor.home_prefix or None,
        "digest": digest,
        "source_name": source_name,
        "facts": dict(facts or {}),
        "added_at": at,
        "added_by": session.actor.code,
    }
    written = insert(imagery).values(values).returning(imagery.c.id)
    return find_image(session, session.connection.execute(written).scalar_one())


def find_image(session: Session, number: int) -> Image:
    """Find one image that the actor may see and that was not taken out.

    Raises
    ------
    NotFound
        ``image_unknown``.
    """
    wanted = select(imagery).where(imagery.c.id == number, *_standing(session))
    row = session.connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("image_unknown", image=number)
    return _image(row)


def find_image_by_digest(session: Session, digest: str) -> Image | None:
    """Find the image that came from a file, as far as the actor may see it."""
    wanted = select(imagery).where(imagery.c.digest == digest, *_standing(session))
    row = session.connection.execute(wanted.order_by(imagery.c.id).limit(1)).one_or_none()
    return None if row is None else _image(row)


def list_images(session: Session) -> list[Image]:
    """List what the actor may see: dated images first, newest first, then basemaps."""
    wanted = select(imagery).where(*_standing(session))
    found = [_image(row) for row in session.connection.execute(wanted.order_by(imagery.c.id))]
    return sorted(found, key=lambda i: i.taken_on or date.min, reverse=True)


def remove_image(session: Session, number: int, *, at: datetime) -> Image:
    """Take an image out; its row stays and tells when and by whom.

    Raises
    ------
    NotAllowed
        ``role_not_allowed``; ``image_beyond_territory`` if others beyond the actor's territory
        look at it too.
    NotFound
        ``image_unknown``.
    """
    session.require(ADMINISTRATION, Chore.IMAGERY)
    image = find_image(session, number)
    if not (session.actor.is_everywhere or session.actor.has_say_in(image.admin_code or "")):
        raise NotAllowed("image_beyond_territory", image=number)
    gone = update(imagery).where(imagery.c.id == number)
    session.connection.execute(gone.values(removed_at=at, removed_by=session.actor.code))
    return image


def imagery_revision(session: Session) -> tuple[int, int]:
    """Tell apart the states of what is registered: how much came, how much was taken out."""
    count = select(func.count(), func.count(imagery.c.removed_at))
    came, gone = session.connection.execute(count).one()
    return int(came), int(gone)


def _standing(session: Session) -> list[ColumnElement[bool]]:
    return [imagery.c.removed_at.is_(None), _scope(session)]


def _scope(session: Session) -> ColumnElement[bool]:
    """Make the condition for images whose territory and the actor's overlap."""
    actor = session.actor
    if actor.is_everywhere:
        return true()
    places = set(actor.prefixes)
    if actor.grids:
        own = select(grid.c.admin_code).where(grid.c.code.in_(actor.grids))
        places |= set(session.connection.execute(own).scalars())
    code = imagery.c.admin_code
    concerns: list[ColumnElement[bool]] = [code.is_(None)]
    for place in sorted(filter(None, places)):
        above = [place[:digits] for digits in range(1, len(place))]
        concerns += [begins_with(code, place), code.in_(above)]
    return or_(*concerns)


def _image(row: Row[Any]) -> Image:
    values = row._asdict()
    bounds = tuple(values.pop(side) for side in _SIDES)
    told = {"kind": ImageKind(row.kind), "shift": Shift(row.shift), "bounds": bounds}
    return Image(**values | told)
