"""A patch as it was at a moment, replayed from its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import Date, select

from geo.model.stages import Stage
from geo.model.things import Event
from geo.store.canonical import canonical_json
from geo.store.door import Session
from geo.store.history import digest_of, events_of
from geo.store.patches import get_patch
from geo.store.schema import former_outline, patch


@dataclass(frozen=True, slots=True)
class PatchThen:
    """A patch as it was.

    Attributes
    ----------
    patch_id, key
        The patch, under its number of then.
    version, stage
        As they were.
    values
        Its columns by their names, as the events say them: plain JSON, dates as text.
    attributes
        The original attributes of then.
    outline
        In EPSG:4490 (lon, lat).
    is_proven
        Whether outline and attributes are those whose digests stand in the history.
    events
        Oldest first, up to then.
    """

    patch_id: int
    key: str
    version: int
    stage: Stage
    values: Mapping[str, Any]
    attributes: Mapping[str, object]
    outline: Any
    is_proven: bool
    events: Sequence[Event]


def replay(events: Sequence[Event]) -> dict[str, Any]:
    """Give what a patch's columns became by some of its events, the oldest first."""
    values: dict[str, Any] = {}
    for event in events:
        values |= event.changes
        if "code_after" in event.detail:
            values["code"] = event.detail["code_after"]
    return values


def values_before(events: Sequence[Event]) -> dict[str, Any]:
    """Give back what the last of a patch's events changed, as it was before, in the columns' types.

    Parameters
    ----------
    events
        All of the patch, the oldest first.
    """
    before = replay(events[:-1])
    names = [name for name in events[-1].changes if name in patch.c and name != "stage"]
    return {name: _typed(name, before.get(name)) for name in names}


def _typed(name: str, value: Any) -> Any:
    is_day = isinstance(patch.c[name].type, Date)
    return date.fromisoformat(value) if is_day and value is not None else value


def patch_as_of(session: Session, key: str, until: datetime) -> PatchThen | None:
    """Tell what a patch was before a moment; None if it was not there yet.

    Parameters
    ----------
    key
        Its number of today, or ``BATCH/NUMBER``.

    Raises
    ------
    NotFound
        ``patch_unknown``, ``patch_ambiguous``.
    """
    now = get_patch(session, key)
    whole = events_of(session, now.id)
    version = max((e.version for e in whole if e.at < until), default=0)
    if version == 0:
        return None
    events = [e for e in whole if e.version <= version]
    values = replay(events)
    kept = _kept_at(session, now.id, version)
    # The first events of older histories do not say the number; the first new one says the former.
    later = [e for e in whole if e.version > version and "code_before" in e.detail]
    code = values.get("code") or (later[0].detail["code_before"] if later else now.code)
    digests = {
        "geom_sha256": digest_of(kept.geom),
        "attributes_sha256": digest_of(canonical_json(kept.attributes).encode()),
    }
    return PatchThen(
        patch_id=now.id,
        key=f"{now.batch}/{code}",
        version=version,
        stage=Stage(values["stage"]),
        values=values | {"batch": now.batch, "code": code},
        attributes=kept.attributes,
        outline=shapely.from_wkb(kept.geom),
        is_proven=all(values.get(name) == digest for name, digest in digests.items()),
        events=events,
    )


def _kept_at(session: Session, patch_id: int, version: int) -> Any:
    """Read outline and attributes: those that were replaced next, or today's."""
    former = (
        select(former_outline.c.geom, former_outline.c.attributes)
        .where(former_outline.c.patch_id == patch_id, former_outline.c.version >= version)
        .order_by(former_outline.c.version)
        .limit(1)
    )
    replaced = session.connection.execute(former).first()
    if replaced is not None:
        return replaced
    standing = select(patch.c.geom, patch.c.attributes).where(patch.c.id == patch_id)
    return session.connection.execute(standing).one()
