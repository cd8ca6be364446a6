"""``show``, ``list``, ``history``."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from geo.cli.judge import Patch
from geo.cli.known import show_known
from geo.cli.run import Answer, Run, verb, visible
from geo.model import columns as c
from geo.model import things
from geo.model.filters import PatchFilter
from geo.model.origin import Origin
from geo.model.stages import Stage
from geo.workflow import look
from geo.workflow.clock import local_day

Stages = Annotated[list[Stage] | None, typer.Option("--stage", help="Stage / 阶段")]
Grids = Annotated[list[str] | None, typer.Option("--grid", help="Grid / 网格")]
People = Annotated[list[str] | None, typer.Option("--person", help="Assignee / 责任人")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only late ones / 只列逾期")]
Alerted = Annotated[
    bool, typer.Option("--alert", help="Only corrected ones to look at / 只列更正后待核对的")
]
Origins = Annotated[
    Origin | None, typer.Option("--origin", help="Delivered or machine-made / 下发或机器生成")
]

VERDICT = "verdict"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "show")(show)
    verb(app, "list")(list_patches)
    verb(app, "history")(history)


def show(
    run: Run,
    patch: Patch,
    on: Annotated[
        str | None, typer.Option("--on", help="As it was known on a day / 某日的情况")
    ] = None,
) -> Answer:
    """Show one patch / 查看图斑."""
    if (day := run.date(on)) is not None:
        return show_known(run, patch, day)
    story = look.story(run.store, run.actor, patch)
    values = patch_values(story.patch, story.origin)
    findings = [asdict(f) for f in story.findings]
    table = Table(show_header=False, box=None)
    for name in values:
        value = values[name]
        if name != "attributes" and (value or name != c.ALERT):
            if name == c.CAUSE and value:
                value = story.causes.name(value, run.lang)
            table.add_row(_heading(run, name), _shown(run, name, value))
    data = values | {"findings": findings, "events": len(story.events)}
    return Answer(data, [table])


def list_patches(
    run: Run,
    stage: Stages = None,
    grid: Grids = None,
    person: People = None,
    overdue: Overdue = False,
    alert: Alerted = False,
    origin: Origins = None,
) -> Answer:
    """List patches, overdue first / 列出图斑."""
    wanted = patch_filter(run, stage, grid, person, overdue=overdue)
    wanted = replace(wanted, has_alert=alert)
    found = look.find(run.store, run.actor, wanted)
    origins = look.origins(run.store, run.actor)
    if origin is not None:
        found = [p for p in found if origins.get(p.batch, Origin.DELIVERED) is origin]
    listed = [patch_values(p, origins.get(p.batch, Origin.DELIVERED)) for p in found]
    data = {"count": len(found), "patches": listed}
    if not found:
        return Answer(data, [run.say("cli.nothing_listed")])
    names = [c.PATCH_CODE, c.BATCH, c.STAGE, c.GRID_CODE, c.ASSIGNEE, c.DUE, c.AREA_MU]
    if Origin.MACHINE in origins.values():
        names.append(c.ORIGIN)
    if alert:
        names.append(c.ALERT)
    table = Table(*[run.say(f"column.{n}") for n in names], box=None)
    for values in listed:
        table.add_row(*[_shown(run, n, values[n]) for n in names])
    return Answer(data, [table, run.say("cli.listed", shown=len(found))])


def history(run: Run, patch: Patch) -> Answer:
    """Show everything that happened to a patch / 图斑历史."""
    story = look.story(run.store, run.actor, patch)
    events = [
        asdict(e) | {"at": e.at.isoformat(), "changes": dict(e.changes), "detail": dict(e.detail)}
        for e in story.events
    ]
    table = Table(box=None, show_header=False)
    zone = ZoneInfo(run.store.rules().time_zone)
    for e in story.events:
        # The office's clock, as on the screens and in deadlines, wherever this machine stands.
        when = e.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        done, stage = run.say(f"verb.{e.verb}"), run.say(f"stage.{e.stage_to}")
        table.add_row(str(e.version), when, done, stage, e.actor, visible(e.reason))
    return Answer({"patch": story.patch.key, "events": events}, [table])


def patch_filter(
    run: Run,
    stage: list[Stage] | None,
    grid: list[str] | None,
    person: list[str] | None,
    *,
    overdue: bool,
) -> PatchFilter:
    """Make a filter from the options that several verbs share."""
    return PatchFilter(
        stages=tuple(stage or ()),
        grids=tuple(grid or ()),
        people=tuple(person or ()),
        overdue_on=local_day(run.store, run.at) if overdue else None,
    )


def patch_values(patch: things.Patch, origin: Origin = Origin.DELIVERED) -> dict[str, Any]:
    """Give a patch as plain values, under the names that exports use."""
    values = asdict(patch)
    values[c.PATCH_CODE] = values.pop("code")
    values[c.AREA_MU] = round(patch.area_ha * 15, 2)
    values[c.DUE] = patch.due.isoformat() if patch.due else None
    values[c.ORIGIN] = str(origin)
    first = {name: values.pop(name) for name in c.EXPORT_COLUMNS}
    return first | {k: v for k, v in values.items() if k not in {"id", "head_hash"}}


def _heading(run: Run, name: str) -> str:
    headings: Mapping[str, str] = {"version": "cli.version", "verdict": "cli.verdict"}
    return run.say(headings.get(name, f"column.{name}"))


def _shown(run: Run, name: str, value: object) -> str:
    if value is None or value == "":
        return "—"
    # Codes that the product itself gives are said in words.
    return (
        run.say(f"{name}.{value}")
        if name in {c.STAGE, VERDICT, c.ALERT, c.ORIGIN}
        else visible(str(value))
    )
