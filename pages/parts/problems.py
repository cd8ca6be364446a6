"""Problems of a file as a table: which row, what is wrong, what to do about it."""

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from geo.model.problems import Problem, Severity
from geo.text import knows
from pages.parts import state
from pages.parts.words import word

ROW_PX = 36
SHOWN_ROWS = 6
# The heaviest first: what stops a row is what has to be mended.
WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


def show_problems(problems: Sequence[Problem], *, sources: Sequence[str] | None = None) -> None:
    """Show all problems at once, the heaviest first; nothing if there are none.

    Parameters
    ----------
    problems
        Of one or several files.
    sources
        The file of each problem, where there are several.
    """
    if not problems:
        return
    table = problem_table(problems, sources)
    st.dataframe(
        table,
        hide_index=True,
        height=ROW_PX * (1 + min(len(table), SHOWN_ROWS)),
        row_height=ROW_PX,
        column_config={
            word("problems.row"): st.column_config.TextColumn(width=60),
            word("problems.severity"): st.column_config.TextColumn(width=90),
            word("problems.column"): st.column_config.TextColumn(width=120),
            word("problems.what"): st.column_config.TextColumn(width="large"),
            word("problems.fix"): st.column_config.TextColumn(width="large"),
        },
    )


def problem_table(
    problems: Sequence[Problem], sources: Sequence[str] | None = None
) -> pd.DataFrame:
    """Say problems in the language of the screen, one in a row."""
    names = sources or [""] * len(problems)
    ordered = sorted(
        zip(problems, names, strict=True), key=lambda pair: (WEIGHT[pair[0].severity], pair[1])
    )
    rows = [
        {
            word("problems.file"): name,
            word("problems.row"): str(p.row) if p.row else word("problems.whole_layer"),
            word("problems.severity"): word(f"severity.{p.severity}"),
            word("problems.column"): column_word(p.column),
            word("problems.what"): p.text(state.lang()),
            word("problems.fix"): p.fix(state.lang()),
        }
        for p, name in ordered
    ]
    table = pd.DataFrame(rows)
    return table if sources else table.drop(columns=word("problems.file"))


def column_word(name: str) -> str:
    """Name a column as people know it; a field of their own file keeps its name."""
    keys = (f"{room}.{name}" for room in ("column", "answer"))
    known = next((key for key in keys if knows(key)), None)
    return word(known) if known else name


def count_by_severity(problems: Iterable[Problem]) -> str:
    """Say how many rows each kind of problem touches, for a heading."""
    rows: dict[Severity, set[int]] = {}
    for problem in problems:
        rows.setdefault(problem.severity, set()).add(problem.row)
    counts = [
        word(f"problems.count_{severity}", count=f"{len(rows[severity]):,}")
        for severity in Severity
        if severity in rows
    ]
    return word("list.comma").join(counts)
