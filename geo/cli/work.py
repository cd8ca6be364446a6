"""``locate`` and ``assign``."""

from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.workflow import assign as assigning
from geo.workflow import locate as locating
from geo.workflow.look import one


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "locate")(locate)
    verb(app, "assign")(assign)


def locate(run: Run) -> Answer:
    """Find the grid of every patch nobody answers for yet / 把图斑定位到网格."""
    with run.progress("cli.locating"):
        report = locating.locate(run.store, run.actor, at=run.at)
    counts = {
        "patches": report.patches,
        "located": report.located,
        "outside": report.outside,
        "ties": len(report.ties),
        "straddling": report.straddling,
        "seconds": report.seconds,
    }
    ties = [
        run.say("cli.tie", patch=t.patch, grid=t.grid, others=", ".join(t.others))
        for t in report.ties
    ]
    data = counts | {
        "changed": report.changed,
        "outside_patches": list(report.outside_codes),
        "tied_patches": [
            {"patch": t.patch, "grid": t.grid, "others": list(t.others)} for t in report.ties
        ],
    }
    return Answer(data, [run.say("cli.locate_done", **counts), *ties])


def assign(
    run: Run,
    patch: Annotated[
        list[str] | None, typer.Option("--patch", help="Patch, may be repeated / 图斑号，可多次")
    ] = None,
    take_all: Annotated[
        bool, typer.Option("--all", help="All that nobody answers for / 全部未派发的图斑")
    ] = False,
    to: Annotated[
        str | None, typer.Option("--to", help="Person; else each grid's ranger / 责任人编号")
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", help="Deadline, like 2026-11-23 / 期限")
    ] = None,
    grid: Annotated[
        str | None, typer.Option("--grid", help="Grid for patches in none / 指定网格")
    ] = None,
) -> Answer:
    """Give patches to people / 派发图斑."""
    if bool(patch) == take_all:
        raise typer.BadParameter(run.say("cli.choose_patches"))
    if take_all:
        chosen = assigning.assignable(run.store, run.actor)
    else:
        named = [one(run.store, run.actor, key) for key in patch or ()]
        # The same patch may have been named with its batch and without.
        chosen = list({p.id: p for p in named}.values())
    with run.progress("cli.assigning"):
        report = assigning.assign_patches(
            run.store, run.actor, chosen, at=run.at, to=to, due=run.date(due), grid=grid
        )
    said = run.say(
        "cli.assign_done",
        assigned=report.assigned,
        people=len(report.by_person),
        due=report.due,
        unchanged=report.unchanged,
        not_located=report.not_located,
    )
    data = {
        "assigned": report.assigned,
        "unchanged": report.unchanged,
        "not_located": report.not_located,
        "by_person": report.by_person,
        "due": report.due.isoformat(),
    }
    return Answer(data, [said])
