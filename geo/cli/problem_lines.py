"""Problems of a file as lines for a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from geo.cli.run import Answer, Run
from geo.model.problems import Problem

SHOWN_PROBLEMS = 20


def rows_refused(
    run: Run, file: Path, count: int, problems: Sequence[Problem], data: Mapping[str, object]
) -> Answer:
    """Answer that rows are wrong, so that nothing was written."""
    message = run.say("error.rows_refused", path=file, count=count)
    return Answer(
        {**data, "error": "rows_refused", "message": message},
        [message, *problem_lines(run, problems)],
        is_refused=True,
    )


def problem_lines(run: Run, problems: Sequence[Problem]) -> list[str]:
    """Say the first problems, and how many more there are."""
    lines = [
        run.say("cli.problem", row=p.row, text=p.text(run.lang), fix=p.fix(run.lang))
        if p.row
        else run.say("cli.layer_problem", text=p.text(run.lang), fix=p.fix(run.lang))
        for p in problems[:SHOWN_PROBLEMS]
    ]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(run.say("cli.more_problems", count=len(problems) - SHOWN_PROBLEMS))
    return lines
