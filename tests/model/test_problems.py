"""A problem says what is wrong and what to do, in the reader's language."""

import pytest

from geo.model.problems import Problem, Severity, refused
from geo.shapes.repair import Code, Flaw, Reason
from geo.text import LANGS
from geo.text.problems import PROBLEMS

CODES = sorted(key.removeprefix("problem.") for key in PROBLEMS if key.startswith("problem."))
# Everything that some text asks for.
VALUES: dict[str, object] = {
    "value": "12",
    "count": 2,
    "all": 3,
    "reason": "x",
    "change_m2": "+1.0",
    "crs": "EPSG:4528",
    "field": "found_unlawful",
    "known": "B1, B2",
    "stage": "assigned",
    "seen": 3,
    "standing": 5,
    "list": "forest-causes-2019",
}


@pytest.mark.parametrize("code", CODES)
def test_every_problem_says_what_is_wrong_and_what_to_do_in_both_languages(code: str) -> None:
    problem = Problem(4, "TBBH", code, Severity.REFUSED, VALUES)
    said = [(problem.text(lang), problem.fix(lang)) for lang in LANGS]
    assert all(text and fix and text != fix for text, fix in said)
    assert said[0] != said[1]
    assert not any(mark in text for pair in said for text in pair for mark in "{}")


def test_a_duplicate_is_told_with_its_number_and_how_often_it_occurs() -> None:
    problem = Problem(2, "TBBH", "duplicate_code", Severity.REFUSED, {"value": "17", "count": 3})
    assert problem.text("zh") == "编号 17 在本文件中出现 3 次"
    assert problem.text("en") == "The number 17 appears 3 times in this file"
    assert problem.fix("zh") == "给每个图形一个唯一编号，或选择另一个编号字段"


def test_the_words_inside_a_problem_are_in_its_language_too() -> None:
    problem = Problem(1, "patch_code", "not_in_field", Severity.REFUSED, VALUES)
    assert "“已派发”" in problem.text("zh")
    assert "“Assigned”" in problem.text("en")
    flaw = Flaw(Code.REPAIRED, Reason.SELF_INTERSECTION, area_change_m2=12.34)
    mended = Problem(1, "geometry", flaw.code, Severity.REPAIRED, flaw.values)
    assert mended.text("zh") == "图形有错误（边界自相交），已修复，面积变化 +12.3 平方米"
    assert "its outline crosses itself" in mended.text("en")
    assert "changed by +12.3 m²" in mended.text("en")


def test_a_problem_becomes_a_row_of_a_report() -> None:
    problem = Problem(9, "TBBH", "no_code", Severity.REFUSED)
    assert problem.as_row("en") == {
        "row": 9,
        "column": "TBBH",
        "code": "no_code",
        "severity": "refused",
        "text": "This row has no patch number",
        "fix": problem.fix("en"),
    }


def test_only_refused_problems_stop_a_row() -> None:
    problems = [Problem(n, "", "no_code", severity) for n, severity in enumerate(Severity)]
    assert [p.severity for p in refused(problems)] == [Severity.REFUSED]
