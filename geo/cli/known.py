"""What ``show`` answers about a day that has passed."""

from dataclasses import asdict
from datetime import date
from typing import Any

from rich.table import Table

from geo.cli.run import Answer, Run, visible
from geo.model import columns as c
from geo.workflow.as_known import KnownPatch, as_known

_SHOWN = (
    c.STAGE,
    c.GRID_CODE,
    c.SHARE,
    c.AREA_HA,
    c.ASSIGNEE,
    c.DUE,
    c.CAUSE,
    c.LAND_BEFORE,
    c.LAND_AFTER,
    c.IMAGE_BEFORE,
    c.IMAGE_AFTER,
    c.REMARK,
    c.ALERT,
)


def show_known(run: Run, patch: str, day: date) -> Answer:
    """Show a patch as it was known at the end of a day."""
    known = as_known(run.store, run.actor, patch, day)
    then = known.then
    counts = {"version": then.version, "events": len(then.events)}
    lines: list[Any] = [run.say("cli.known_on", patch=then.key, day=day, **counts)]
    table = Table(show_header=False, box=None)
    for name in _SHOWN:
        if (value := then.values.get(name)) not in {None, ""}:
            table.add_row(run.say(f"column.{name}"), visible(_shown(run, known, name, value)))
    lines.append(table)
    if known.sealed is None:
        lines.append(run.say("cli.known_loose"))
    else:
        sealed = known.sealed
        lines.append(run.say("cli.known_sealed", day=sealed.day, digest=sealed.digest))
    if not then.is_proven:
        lines.append(run.say("cli.known_unproven"))
    return Answer(_data(known), lines)


def _shown(run: Run, known: KnownPatch, name: str, value: object) -> str:
    if name in {c.STAGE, c.ALERT}:
        return run.say(f"{name}.{value}")
    return known.causes.name(str(value), run.lang) if name == c.CAUSE else str(value)


def _data(known: KnownPatch) -> dict[str, Any]:
    then, sealed = known.then, known.sealed
    values = {name: value for name, value in then.values.items() if not name.endswith("_sha256")}
    return {
        "patch": then.key,
        "on": known.day.isoformat(),
        "version": then.version,
        "values": values,
        "attributes": dict(then.attributes),
        "outline": then.outline.wkt,
        "is_proven": then.is_proven,
        "findings": [asdict(finding) for finding in known.findings],
        "events": len(then.events),
        "sealed_by": sealed and {"day": sealed.day.isoformat(), "digest": sealed.digest},
    }
