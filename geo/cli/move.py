"""``move``: the data of a workspace from a file into a team's database, or back."""

from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.settings import place_name, place_of
from geo.workflow.move import move as move_data


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "move")(move)


def move(
    run: Run,
    source: Annotated[
        str, typer.Option("--from", help="Folder or postgresql:// address to take from / 来源")
    ],
    target: Annotated[
        str, typer.Option("--to", help="Empty folder or database to bring it to / 空的目标")
    ],
) -> Answer:
    """Carry all data into an empty place and compare both / 搬动全部数据并核对."""
    old, new = place_of(source), place_of(target)
    with run.progress("cli.moving"):
        moved = move_data(old, new)
    counts = {"patches": moved.patches, "events": moved.events, "digest": moved.digest}
    names = {"source": place_name(old), "target": place_name(new)}
    return Answer(
        {"from": names["source"], "to": names["target"], **counts, "rows": dict(moved.rows)},
        [run.say("cli.moved", **names, **counts)],
    )
