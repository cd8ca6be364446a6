"""``account add | reset | disable | list | sessions | sign-out``: who can sign in."""

import sys
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from geo.cli.run import Answer, Run, verb
from geo.model.accounts import Account, WebSession
from geo.workflow import accounts

Person = Annotated[str, typer.Argument(metavar="CODE", help="Code of the person / 人员编号")]
OwnPassword = Annotated[
    bool,
    typer.Option(
        "--password", help="Ask for the password, or read it from standard input / 自己设一次性密码"
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "add")(add)
    verb(app, "reset")(reset)
    verb(app, "disable")(disable)
    verb(app, "list")(list_accounts)
    verb(app, "sessions")(sessions)
    verb(app, "sign-out")(sign_out)


def add(
    run: Run,
    code: Person,
    password: OwnPassword = False,
    subject: Annotated[
        str | None,
        typer.Option("--subject", help="Identifier at the office's sign-in server / 统一登录标识"),
    ] = None,
) -> Answer:
    """Let somebody sign in, with a password for one use / 开通账号."""
    given = accounts.add_account(
        run.store, run.actor, code, at=run.at, password=_asked(run, password), subject=subject
    )
    return _given(run, given, "cli.account_made")


def reset(run: Run, code: Person, password: OwnPassword = False) -> Answer:
    """Give another password for one use; unlocks the account / 重置密码."""
    given = accounts.reset_account(
        run.store, run.actor, code, at=run.at, password=_asked(run, password)
    )
    return _given(run, given, "cli.account_reset")


def disable(run: Run, code: Person) -> Answer:
    """Let somebody sign in no more, at once / 停用账号."""
    ended = accounts.disable_account(run.store, run.actor, code, at=run.at)
    said = run.say("cli.account_disabled", person=code, sessions=ended)
    return Answer({"person": code, "sessions": ended}, [said])


def list_accounts(run: Run) -> Answer:
    """List who can sign in / 列出账号."""
    found = accounts.list_accounts(run.store, run.actor)
    lines = [
        run.say(
            "cli.account_line",
            person=one.person,
            state_key=f"account.{_state(one, run.at)}",
            ways_key=f"account.{_ways(one)}",
            changed=_moment(run, one.changed_at),
        )
        for one in found
    ]
    told = [_told(one, run.at) for one in found]
    return Answer({"accounts": told}, lines or [run.say("cli.account_none")])


def sessions(run: Run, code: Person) -> Answer:
    """List where somebody is signed in / 列出登录."""
    found = accounts.list_sessions(run.store, run.actor, code, at=run.at)
    lines = [
        run.say(
            "cli.account_sessions",
            session=one.short_id,
            client=one.client,
            began=_moment(run, one.began_at),
            seen=_moment(run, one.seen_at),
            ends=_moment(run, one.ends_at),
        )
        for one in found
    ]
    none = run.say("cli.account_signed_out", person=code, sessions=0)
    return Answer({"person": code, "sessions": [_session(s) for s in found]}, lines or [none])


def sign_out(
    run: Run,
    code: Person,
    session: Annotated[
        str | None,
        typer.Option("--session", help="Only the one that begins so / 只退出编号以此开头的一处"),
    ] = None,
) -> Answer:
    """End somebody's sessions / 强制退出."""
    ended = accounts.sign_out_everywhere(run.store, run.actor, code, at=run.at, only=session)
    said = run.say("cli.account_signed_out", person=code, sessions=ended)
    return Answer({"person": code, "sessions": ended}, [said])


def _asked(run: Run, is_asked: bool) -> str | None:
    """Ask for a password at a terminal, else take the first line of standard input."""
    if not is_asked:
        return None
    if sys.stdin.isatty():
        question = run.say("cli.account_ask")
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _given(run: Run, given: accounts.GivenPassword, key: str) -> Answer:
    data: dict[str, Any] = {"person": given.person, "password": given.password}
    lines = [run.say(key, person=given.person)]
    if given.password is not None:
        lines.append(run.say("cli.account_password", password=given.password))
    return Answer(data, lines)


def _state(one: Account, at: datetime) -> str:
    if one.is_disabled:
        return "disabled"
    if one.locked_until is not None and at < one.locked_until:
        return "locked"
    return "must_change" if one.must_change else "active"


def _ways(one: Account) -> str:
    if one.subject is None:
        return "by_password"
    return "by_subject" if one.password_hash is None else "by_both"


def _told(one: Account, at: datetime) -> dict[str, Any]:
    return {
        "person": one.person,
        "state": _state(one, at),
        "has_password": one.password_hash is not None,
        "subject": one.subject,
        "locked_until": one.locked_until,
        "changed_at": one.changed_at,
    }


def _session(one: WebSession) -> dict[str, Any]:
    return {
        "session": one.short_id,
        "client": one.client,
        "began_at": one.began_at,
        "seen_at": one.seen_at,
        "ends_at": one.ends_at,
    }


def _moment(run: Run, at: datetime) -> str:
    zone = ZoneInfo(run.store.rules().time_zone)
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
