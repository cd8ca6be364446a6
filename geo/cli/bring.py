"""``import people | findings``; layers: `geo.cli.bring_layers`."""

from pathlib import Path
from typing import Annotated

import typer

from geo.cli.problem_lines import problem_lines, rows_refused
from geo.cli.run import Answer, Run, verb
from geo.workflow.import_findings import FindingsReport, import_findings
from geo.workflow.import_people import import_people
from geo.workflow.importing import Outcome

File = Annotated[Path, typer.Argument(help="File / 文件")]
Skip = Annotated[bool, typer.Option("--skip-refused", help="Leave bad rows out / 跳过有问题的行")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    verb(app, "people")(people)
    verb(app, "findings")(findings)


def people(run: Run, file: File) -> Answer:
    """Import people from a table, CSV or XLSX / 导入人员."""
    done = import_people(run.store, run.actor, file, at=run.at)
    return Answer(
        {"rows_read": done.rows_read, "added": done.added},
        [run.say("cli.people_done", rows_read=done.rows_read, added=done.added)],
    )


def findings(run: Run, file: File, skip_refused: Skip = False) -> Answer:
    """Take findings back from the field / 导入外业结果."""
    with run.progress("cli.merging"):
        report = import_findings(run.store, run.actor, file, at=run.at, skip_refused=skip_refused)
    return _merged(run, file, report)


def _merged(run: Run, file: Path, report: FindingsReport) -> Answer:
    data = report.as_json(run.lang)
    if report.outcome is Outcome.REFUSED:
        return rows_refused(run, file, report.refused, report.problems, data)
    done = run.say(
        "cli.findings_done",
        source=report.source_name,
        rows_read=report.rows_read,
        taken=report.taken,
        unchanged=report.unchanged,
        unanswered=report.unanswered,
        refused=report.refused,
    )
    return Answer(data, [done, *problem_lines(run, report.problems)])
