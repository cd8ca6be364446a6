"""``import grids | patches | people | findings``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.run import Answer, Run, verb
from geo.model.problems import Problem
from geo.workflow.import_findings import FindingsReport, import_findings
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.import_people import import_people
from geo.workflow.importing import ImportReport, Outcome
from geo.workflow.intake import ImportOptions

SHOWN_PROBLEMS = 20

File = Annotated[Path, typer.Argument(help="File / 文件")]
Layer = Annotated[str | None, typer.Option("--layer", help="Layer / 图层")]
Fields = Annotated[
    list[str] | None, typer.Option("--field", help="COLUMN=FIELD, like code=cid / 栏=字段")
]
Crs = Annotated[
    str | None, typer.Option("--crs", help="Coordinate system, like EPSG:4528 / 坐标系")
]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of texts, like GB18030 / 编码")]
Skip = Annotated[bool, typer.Option("--skip-refused", help="Leave bad rows out / 跳过有问题的行")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "grids")(grids)
    verb(app, "patches")(patches)
    verb(app, "people")(people)
    verb(app, "findings")(findings)


def grids(
    run: Run,
    file: File,
    layer: Layer = None,
    field: Fields = None,
    crs: Crs = None,
    encoding: Encoding = None,
    skip_refused: Skip = False,
) -> Answer:
    """Import patrol grids / 导入网格."""

    def act(accepts: bool) -> ImportReport:
        options = ImportOptions(layer, _fields(run, field), crs, encoding, accepts, skip_refused)
        with run.progress("cli.reading"):
            return import_grids(run.store, run.actor, file, at=run.at, options=options)

    return _imported(run, file, run.confirmed(act))


def patches(
    run: Run,
    file: File,
    layer: Layer = None,
    field: Fields = None,
    crs: Crs = None,
    encoding: Encoding = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Name of the batch / 批次名")] = None,
    skip_refused: Skip = False,
) -> Answer:
    """Import a delivery of change patches / 导入图斑."""

    def act(accepts: bool) -> ImportReport:
        options = ImportOptions(layer, _fields(run, field), crs, encoding, accepts, skip_refused)
        with run.progress("cli.reading"):
            return import_patches(
                run.store, run.actor, file, at=run.at, batch=batch, options=options
            )

    return _imported(run, file, run.confirmed(act))


def people(run: Run, file: File) -> Answer:
    """Import people from a CSV table / 导入人员."""
    done = import_people(run.store, run.actor, file)
    return Answer(
        {"rows_read": done.rows_read, "added": done.added},
        [run.say("cli.people_done", rows_read=done.rows_read, added=done.added)],
    )


def findings(run: Run, file: File, skip_refused: Skip = False) -> Answer:
    """Take findings back from the field / 导入外业结果."""
    with run.progress("cli.merging"):
        report = import_findings(run.store, run.actor, file, at=run.at, skip_refused=skip_refused)
    return _merged(run, file, report)


def _fields(run: Run, pairs: Sequence[str] | None) -> dict[str, str]:
    fields = dict[str, str]()
    for pair in pairs or ():
        column, is_pair, name = pair.partition("=")
        if not is_pair or not column or not name:
            raise typer.BadParameter(run.say("cli.field_pairs", value=pair))
        fields[column] = name
    return fields


def _imported(run: Run, file: Path, report: ImportReport) -> Answer:
    data = report.as_json(run.lang)
    if report.outcome is Outcome.UNCHANGED:
        return Answer(data, [run.say("cli.import_unchanged", name=report.name)])
    lines = _problem_lines(run, report.problems)
    if report.outcome is Outcome.REFUSED:
        message = run.say("error.rows_refused", path=file, count=report.refused)
        data |= {"error": "rows_refused", "message": message}
        return Answer(data, [message, *lines], is_refused=True)
    done = run.say(
        "cli.import_done",
        name=report.name,
        rows_read=report.rows_read,
        taken=report.taken,
        repaired=report.repaired,
        refused=report.refused,
        crs=report.crs,
        encoding=report.encoding,
    )
    return Answer(data, [done, *lines])


def _merged(run: Run, file: Path, report: FindingsReport) -> Answer:
    data = report.as_json(run.lang)
    lines = _problem_lines(run, report.problems)
    if report.outcome is Outcome.REFUSED:
        message = run.say("error.rows_refused", path=file, count=report.refused)
        data |= {"error": "rows_refused", "message": message}
        return Answer(data, [message, *lines], is_refused=True)
    done = run.say(
        "cli.findings_done",
        source=report.source_name,
        rows_read=report.rows_read,
        taken=report.taken,
        unchanged=report.unchanged,
        unanswered=report.unanswered,
        refused=report.refused,
    )
    return Answer(data, [done, *lines])


def _problem_lines(run: Run, problems: Sequence[Problem]) -> list[str]:
    lines = [
        run.say("cli.problem", row=p.row, text=p.text(run.lang), fix=p.fix(run.lang))
        for p in problems[:SHOWN_PROBLEMS]
    ]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(run.say("cli.more_problems", count=len(problems) - SHOWN_PROBLEMS))
    return lines
