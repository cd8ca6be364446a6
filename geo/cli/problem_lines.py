"""Problems of a file as lines for a terminal."""

from collections.abc import Sequence

from geo.cli.run import Run
from geo.model.problems import Problem

SHOWN_PROBLEMS = 20


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
