"""Problems of a file as a table: which row, what is wrong, what to do about it."""

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geo.model.problems import Problem, Severity
from geo.text import knows
from pages.parts import state
from pages.parts.words import word

HEIGHT_PX, NARROW_HEIGHT_PX = 330, 250
# Streamlit breaks lines in rows of more than 4 rem (60 pixels) only.
ROW_PX, BROKEN_ROW_PX, LINE_PX = 36, 62, 19
# Width of the columns of sentences, and of a Chinese sign; a Latin one takes about half.
WIDE_PX, NARROW_PX, SIGN_PX = 420, 180, 14
LAST_LATIN = 0x2FF
# The heaviest first: what stops a row is what has to be mended.
WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


def show_problems(
    problems: Sequence[Problem], *, sources: Sequence[str] | None = None, is_narrow: bool = False
) -> None:
    """Show all problems at once, the heaviest first; nothing if there are none.

    Parameters
    ----------
    problems
        Of one or several files.
    sources
        The file of each problem, where there are several.
    is_narrow
        Whether the table has only half of the screen.
    """
    if not problems:
        return
    table = problem_table(problems, sources)
    if is_narrow:
        table = _narrowed(table)
    said_px = NARROW_PX if is_narrow else WIDE_PX
    widths_px = {"file": 95, "row": 45, "severity": 80, "column": 110}
    widths_px |= {"what": said_px, "fix": said_px}
    row_px = _row_height(table, said_px)
    height_px = ROW_PX + row_px * len(table)
    limit_px = NARROW_HEIGHT_PX if is_narrow else HEIGHT_PX
    st.dataframe(
        table,
        hide_index=True,
        height="content" if height_px < limit_px else limit_px,
        row_height=row_px,
        column_config={
            word(f"problems.{name}"): st.column_config.TextColumn(width=width)
            for name, width in widths_px.items()
        },
    )


def _narrowed(table: pd.DataFrame) -> pd.DataFrame:
    """Say in the sentence itself if a row was taken after all, instead of in a column."""
    severity, what = word("problems.severity"), word("problems.what")
    is_taken = table[severity] != word(f"severity.{Severity.REFUSED}")
    said = table[what].where(~is_taken, table[severity] + word("list.colon") + table[what])
    return table.assign(**{what: said}).drop(columns=[severity, word("problems.column")])


def _row_height(table: pd.DataFrame, said_px: int) -> int:
    """Choose the height at which the longest sentence of the table can be read whole."""
    said = [*table[word("problems.what")], *table[word("problems.fix")]]
    longest_px = max(sum(1 if ord(s) > LAST_LATIN else 0.5 for s in t) for t in said) * SIGN_PX
    # A line that breaks between words is not quite full.
    lines = math.ceil(longest_px / (said_px - 20) * 1.1)
    return ROW_PX if longest_px <= said_px - 20 else max(BROKEN_ROW_PX, lines * LINE_PX + 8)


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


def count_by_severity(problems: Sequence[Problem], sources: Sequence[str] | None = None) -> str:
    """Say how many rows each kind of problem touches, for a heading."""
    rows: dict[Severity, set[tuple[str, int]]] = {}
    for problem, name in zip(problems, sources or [""] * len(problems), strict=True):
        rows.setdefault(problem.severity, set()).add((name, problem.row))
    counts = [
        word(f"problems.count_{severity}", count=f"{len(rows[severity]):,}")
        for severity in Severity
        if severity in rows
    ]
    return word("list.comma").join(counts)
