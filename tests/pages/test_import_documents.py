"""docs/importing.md speaks of the import as it is: its words, its problems, its limits."""

import re
from pathlib import Path

import pytest

from geo.settings import ReadingLimits
from geo.text import TABLES, Lang
from tests.pages.conftest import ROOT

DOCUMENTS = {"zh": "docs/importing.zh.md", "en": "docs/importing.md"}
PICTURE = re.compile(r"\((pictures/[\w.-]+)\)")
FIELD = re.compile(r"\{\w+\}")
LANGS = pytest.mark.parametrize("lang", ["zh", "en"])


def text(lang: Lang) -> str:
    return (ROOT / DOCUMENTS[lang]).read_text(encoding="utf-8")


def texts(lang: Lang) -> dict[str, str]:
    side = 0 if lang == "zh" else 1
    return {key: pair[side] for table in TABLES.values() for key, pair in table.items()}


def rows(lang: Lang, number: int) -> list[list[str]]:
    """Give the rows of a table of the document, without its head."""
    tables = re.findall(r"(?:^\|.*\n)+", text(lang), re.MULTILINE)
    lines = tables[number].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@LANGS
def test_what_is_quoted_stands_on_the_screen(lang: Lang) -> None:
    said = [re.sub(r"\d[\d,-]*", "", FIELD.sub("", t)) for t in texts(lang).values()]
    quoted = re.findall(r"“([^”]+)”", re.sub(r"\s+", " ", text(lang)))
    # A sentence that ends in a question mark is for somebody on the telephone.
    asked = [q for q in quoted if not q.endswith(("?", "？")) and len(q) < 60]
    plain = [re.sub(r"\d[\d,-]*", "", q) for q in asked]
    assert [q for q in plain if not any(q in t for t in said)] == []
    assert len(plain) >= 7


@LANGS
def test_every_problem_that_is_explained_is_one(lang: Lang) -> None:
    problems = [t for key, t in texts(lang).items() if key.startswith("problem.")]
    for row in rows(lang, 0):
        parts = [p.strip() for p in re.split(r"……|…|、|;", row[0]) if p.strip()]
        wrong = [p for p in parts if not any(p in t for t in problems)]
        assert wrong == [], row[0]


@LANGS
def test_the_limits_are_those_of_the_program(lang: Lang) -> None:
    limits = ReadingLimits()
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    upload_mb = int(re.findall(r"maxUploadSize = (\d+)", config)[0])
    told = [int(re.sub(r"\D", "", row[1])) for row in rows(lang, 2)]
    assert told == [
        upload_mb,
        limits.archive_members,
        limits.archive_mb,
        limits.layers,
        limits.vertices,
        limits.seconds,
        limits.memory_mb,
    ]


@LANGS
def test_every_step_has_a_picture_in_its_language(lang: Lang) -> None:
    pictures = PICTURE.findall(text(lang))
    steps = ["1", "2", "3", "4", "correction"]
    assert pictures == [f"pictures/importing-{step}.{lang}.png" for step in steps]
    sizes = [(ROOT / "docs" / p).stat().st_size for p in map(Path, pictures)]
    assert max(sizes) < 100_000


def test_both_languages_say_the_same_in_the_same_order() -> None:
    assert [len(rows("zh", n)) for n in range(3)] == [len(rows("en", n)) for n in range(3)]
    levels = [re.findall(r"^#+", text(lang), re.MULTILINE) for lang in DOCUMENTS]
    assert levels[0] == levels[1]
