"""``grant add | revoke | list``: who holds which role where."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table

from geo.cli.run import Answer, Run, verb, visible
from geo.model.stages import Level, Role
from geo.model.things import Grant
from geo.workflow import grants
from geo.workflow.clock import local_day

Person = Annotated[str, typer.Argument(help="Code of the person / 人员编号")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "add")(add)
    verb(app, "revoke")(revoke)
    verb(app, "list")(list_grants)


def add(
    run: Run,
    person: Person,
    role: Annotated[Role, typer.Argument(help="Role / 角色")],
    level: Annotated[Level | None, typer.Option("--level", help="Of review / 审核级别")] = None,
    admin: Annotated[
        str | None, typer.Option("--admin", help="Administrative code / 行政区代码")
    ] = None,
    grid: Annotated[str | None, typer.Option("--grid", help="One grid / 单个网格")] = None,
    label: Annotated[str, typer.Option("--label", help="Of somebody new / 显示名")] = "",
    first: Annotated[str | None, typer.Option("--from", help="First day / 起始日期")] = None,
    last: Annotated[str | None, typer.Option("--until", help="Last day / 截止日期")] = None,
) -> Answer:
    """Give somebody a role in a place / 授权."""
    place = admin if admin is not None or grid is not None else run.actor.home_prefix
    wanted = Grant(
        person,
        role,
        level,
        admin_code=place,
        grid_code=grid if admin is None else None,
        valid_from=run.date(first),
        valid_until=run.date(last),
    )
    given = grants.give_role(run.store, run.actor, wanted, at=run.at, label=label)
    return Answer(_values(run, given), [run.say("cli.grant_given", **_words(run, given))])


def revoke(
    run: Run, number: Annotated[int, typer.Argument(help="Number of the grant / 授权编号")]
) -> Answer:
    """Take a role back / 收回授权."""
    taken = grants.take_back(run.store, run.actor, number, at=run.at)
    return Answer(_values(run, taken), [run.say("cli.grant_taken", **_words(run, taken))])


def list_grants(
    run: Run,
    person: Annotated[str | None, typer.Option("--person", help="Only theirs / 某人")] = None,
) -> Answer:
    """List who holds which role where / 列出授权."""
    found = grants.grants(run.store, run.actor, person=person)
    headings = ("number", "person", "role", "place", "term", "state")
    table = Table(*[run.say(f"cli.grant_{heading}") for heading in headings], box=None)
    for grant in found:
        said = {name: visible(str(value)) for name, value in _words(run, grant).items()}
        table.add_row(*(said[name] for name in headings))
    return Answer({"grants": [_values(run, grant) for grant in found]}, [table])


def _words(run: Run, grant: Grant) -> dict[str, Any]:
    level = f" {run.say(f'level.{grant.level}')}" if grant.level else ""
    today = local_day(run.store, run.at)
    return {
        "number": grant.id,
        "person": grant.person,
        "role": f"{run.say(f'role.{grant.role}')}{level}",
        "place": grant.grid_code or grant.admin_code or run.say("place.everywhere"),
        "term": _term(grant.valid_from, grant.valid_until),
        "state": run.say(f"grant.{grant.standing_on(today)}"),
    }


def _term(first: date | None, last: date | None) -> str:
    return f"{first or '…'} – {last or '…'}" if first or last else "–"


def _values(run: Run, grant: Grant) -> dict[str, Any]:
    return asdict(grant) | {"holds": grant.holds_on(local_day(run.store, run.at))}
