"""What every verb has in common: workspace, person, language, and how it answers.

A verb is a plain function that takes a `Run` and its own options, and returns an `Answer`. The
decorator `verb` adds the common options, opens nothing by itself, turns errors into sentences, and
prints: words for people, or exactly one JSON object on standard output with ``--json``.
"""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geo.errors import NeedsConfirmation, SkyGroundError
from geo.model.stages import Role
from geo.model.things import Actor
from geo.settings import Place, place_name, store_place, workspace_path
from geo.store.door import Store
from geo.text import Lang, say
from geo.workflow.clock import local_day
from geo.workflow.look import actor_of, everybody

DONE, REFUSED = 0, 1
# The control signs but the line break, shown as their pictures: U+2400 and following.
_STEERING = {code: 0x2400 + code for code in range(32) if code != ord("\n")}
_STEERING |= dict.fromkeys(range(127, 160), ord("\N{REPLACEMENT CHARACTER}"))

Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Folder of the workspace / 工作区文件夹"),
]
StoreAt = Annotated[
    str | None,
    typer.Option("--store", help="postgresql:// address of the data / 数据库地址"),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Answer with one JSON object / 以一个 JSON 对象回答")
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Accept what the program proposes / 接受程序的建议")
]
AsPerson = Annotated[
    str | None, typer.Option("--as", help="Who acts: CODE or CODE/ROLE / 操作人编号")
]
Language = Annotated[Lang | None, typer.Option("--lang", help="Language / 语言: zh | en")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb says: data for scripts, lines for people, and whether it was refused."""

    data: Mapping[str, Any]
    lines: Sequence[RenderableType] = ()
    is_refused: bool = False


@dataclass
class Run:
    """One call of the command line.

    ``place`` is where the data are: the workspace's folder, or the address of a database.
    """

    workspace: Path
    place: Place
    is_json: bool
    accepts: bool
    person: str | None
    lang: Lang
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def words(self) -> Console:
        """Where words for people go: standard error where standard output is for JSON."""
        return Console(stderr=self.is_json, highlight=False, soft_wrap=True)

    @cached_property
    def store(self) -> Store:
        """The workspace, opened when it is first needed."""
        return Store.open(self.place)

    @cached_property
    def actor(self) -> Actor:
        """Whoever acts: the person named, or the workspace's first administrator.

        Raises
        ------
        SkyGroundError
            ``person_unknown``; ``no_role`` if nobody holds the role today.
        """
        today = local_day(self.store, self.at)
        if self.person is not None:
            code, _, role = self.person.partition("/")
            if role and role not in set(Role):
                raise SkyGroundError("role_unknown", role=role, known=", ".join(Role))
            return actor_of(self.store, code, role=Role(role) if role else None, on=today)
        standing = everybody(self.store, role=Role.ADMINISTRATOR, on=today)
        if not standing:
            raise SkyGroundError("no_role", person="-", role=Role.ADMINISTRATOR)
        return Actor(standing[0])

    def say(self, key: str, **values: object) -> str:
        """Say a text in the reader's language."""
        return say(key, self.lang, **values)

    @contextmanager
    def progress(self, key: str) -> Iterator[None]:
        """Show that a long step runs, and for how long, on a terminal."""
        console = Console(stderr=True)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as shown:
            shown.add_task(self.say(key), total=None)
            yield

    def confirmed(self, act: Callable[[bool], Any], *, before: Sequence[str] = ()) -> Any:
        """Do something that may need a confirmation: ask for it where somebody can answer.

        Parameters
        ----------
        before
            What they have to see before they can.
        """
        try:
            return act(self.accepts)
        except NeedsConfirmation as open_question:
            if not self.is_json:
                for line in before:
                    self.words.print(visible(line), markup=False)
            if self.is_json or not sys.stdin.isatty():
                raise
            question = self.say(f"error.{open_question.code}", **open_question.values)
            self.words.print(question, markup=False)
            if not typer.confirm(self.say("cli.accept")):
                raise
            return act(True)  # noqa: FBT003 - the answer to the question

    def date(self, text: str | None) -> date | None:
        """Read a day.

        Raises
        ------
        SkyGroundError
            ``date_bad``.
        """
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise SkyGroundError("date_bad", value=text) from error


COMMON: Mapping[str, tuple[Any, Any]] = {
    "workspace": (Workspace, None),
    "store": (StoreAt, None),
    "as_json": (AsJson, False),
    "yes": (Yes, False),
    "as_person": (AsPerson, None),
    "lang": (Language, None),
}


def verb(app: typer.Typer, name: str) -> Callable[[Callable[..., Answer]], Callable[..., None]]:
    """Register a function as a verb, with the options that every verb has."""

    def register(function: Callable[..., Answer]) -> Callable[..., None]:
        @wraps(function)
        def command(**options: Any) -> None:
            common = {key: options.pop(key) for key in COMMON}
            workspace = workspace_path(common["workspace"])
            run = Run(
                workspace=workspace,
                place=store_place(common["store"], workspace=workspace),
                is_json=common["as_json"],
                accepts=common["yes"],
                person=common["as_person"],
                lang=_language(common["lang"]),
            )
            raise typer.Exit(_answer(run, function, options))

        own = list(inspect.signature(function).parameters.values())[1:]
        shared = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for key, (kind, default) in COMMON.items()
        ]
        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        vars(command)["__signature__"] = inspect.Signature([*own, *shared])
        command.__annotations__ = {p.name: p.annotation for p in [*own, *shared]}
        app.command(name)(command)
        return command

    return register


def _answer(run: Run, function: Callable[..., Answer], options: Mapping[str, Any]) -> int:
    try:
        answer = function(run, **options)
    except SkyGroundError as error:
        message = run.say(f"error.{error.code}", **error.values)
        answer = _refused(error.code, message)
    except OSError as error:
        detail = error.strerror or str(error)
        message = run.say(
            "error.cannot_access",
            path=error.filename or options.get("file") or place_name(run.place),
            detail=detail,
        )
        answer = _refused("cannot_access", message)
    finally:
        if "store" in vars(run):
            run.store.close()
    if run.is_json:
        sys.stdout.write(json.dumps(answer.data, ensure_ascii=False, default=str) + "\n")
    if not run.is_json or answer.is_refused:
        for line in answer.lines:
            shown = visible(line) if isinstance(line, str) else line
            run.words.print(shown, markup=False)
    return REFUSED if answer.is_refused else DONE


def visible(text: str) -> str:
    """Show signs that steer a terminal instead of sending them: texts come from other people."""
    return text.translate(_STEERING)


def _refused(code: str, message: str) -> Answer:
    return Answer({"error": code, "message": message}, [message], is_refused=True)


def _language(given: Lang | None) -> Lang:
    wanted = given or os.environ.get("SKYGROUND_LANG") or os.environ.get("LANG", "")
    return "zh" if wanted.lower().startswith("zh") else "en"
