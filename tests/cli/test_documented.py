"""Every verb explains itself in both languages and stands in docs/cli.md as it really is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from geo.cli.app import app
from geo.cli.run import COMMON
from geo.model.layer_kinds import LayerKind
from tests.cli.conftest import ROOT, Season

DOCUMENT = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
CHINESE, LATIN = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]")


def commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


VERBS = dict(commands(typer.main.get_command(app)))
every_verb = pytest.mark.parametrize("verb", VERBS)


def asked(command: Any) -> list[str]:
    """What a verb takes beyond what every verb takes."""
    own = [p for p in command.params if p.name not in COMMON]
    return [p.opts[0] if p.opts[0].startswith("--") else p.name.upper() for p in own]


def table_rows() -> dict[str, list[str]]:
    """The table of verbs: verb to its other cells."""
    table = DOCUMENT.partition("## Verbs")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def examples() -> dict[str, dict[str, Any]]:
    """The JSON under each heading that names a verb."""
    answers = DOCUMENT.partition("## Answers")[2]
    found = re.findall(
        r"^### `([a-z -]+)`$(.*?)```json\n(.*?)```", answers, re.DOTALL | re.MULTILINE
    )
    assert all("###" not in between for _, between, _ in found)
    return {verb: json.loads(text) for verb, _, text in found}


def is_in_both_languages(text: str) -> bool:
    return bool(CHINESE.search(text) and LATIN.search(text))


@every_verb
def test_every_verb_explains_itself_in_both_languages(verb: str) -> None:
    assert is_in_both_languages(VERBS[verb].help)


@every_verb
def test_every_option_explains_itself_in_both_languages(verb: str) -> None:
    helps = {p.name: getattr(p, "help", "") or "" for p in VERBS[verb].params}
    assert [name for name, text in helps.items() if not is_in_both_languages(text)] == []


def test_the_table_has_every_verb_and_no_other() -> None:
    assert sorted(table_rows()) == sorted(VERBS)


@every_verb
def test_the_table_has_every_option_of_a_verb_and_no_other(verb: str) -> None:
    assert re.findall(r"`([^`]+)`", table_rows()[verb][0]) == asked(VERBS[verb])


@every_verb
def test_the_table_says_in_both_languages_what_a_verb_does(verb: str) -> None:
    _, chinese, english = table_rows()[verb]
    assert CHINESE.search(chinese)
    assert LATIN.search(english)
    assert not CHINESE.search(english)


def test_what_every_verb_takes_is_documented() -> None:
    command = VERBS["locate"]
    head = DOCUMENT.partition("## Verbs")[0]
    options = [option for p in command.params for option in p.opts]
    assert [option for option in options if f"`{option}" not in head] == []


def test_every_verb_has_an_example_of_its_answer() -> None:
    assert sorted(examples()) == sorted(VERBS)


SEEN = sorted(VERBS.keys() - {"serve", "sample"})


@pytest.mark.parametrize("verb", SEEN)
def test_an_example_has_the_keys_of_the_real_answer(season: Season, verb: str) -> None:
    assert list(examples()[verb]) == list(season.answers[verb])


def test_examples_of_nested_answers_have_their_real_keys(season: Season) -> None:
    told, shown = season.answers, examples()
    for verb, name in (
        ("import patches", "problems"),
        ("import patches", "proposals"),
        ("import patches", "crs_candidates"),
        ("template list", "templates"),
        ("export field", "packages"),
        ("locate", "tied_patches"),
        ("history", "events"),
        ("show", "findings"),
    ):
        assert shown[verb][name][0].keys() == told[verb][name][0].keys()
    assert shown["list"]["patches"][0].keys() <= told["list"]["patches"][0].keys()


def test_everything_that_can_be_said_of_a_layer_is_explained() -> None:
    section = DOCUMENT.partition("## What can be said of a layer")[2].partition("\n## ")[0]
    told = {option for option in re.findall(r"`(--[a-z-]+)", section) if option != "--yes"}
    layers = [VERBS[f"import {kind}"] for kind in LayerKind]
    params = [p for command in layers for p in command.params if p.name not in COMMON]
    assert told == {o for p in params for o in (*p.opts, *p.secondary_opts) if o.startswith("--")}


def test_every_kind_of_layer_is_named() -> None:
    kinds = re.search(r"`KIND` is one of(.*?)\n\n", DOCUMENT, re.DOTALL)
    assert kinds is not None
    assert re.findall(r"`([a-z]+)`", kinds.group(1)) == list(LayerKind)


def test_every_key_of_a_report_is_explained(season: Season) -> None:
    section = DOCUMENT.partition("### `import grids`")[2].partition("```json")[0]
    told = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in _names(row)
    }
    assert told == set(season.answers["import grids"])


def _names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_answer_to_a_corrected_delivery_is_told(season: Season) -> None:
    section = DOCUMENT.partition("With `--corrects`")[2]
    shown = json.loads(section.partition("```json\n")[2].partition("```")[0])
    real = season.answers["correct"]
    assert list(shown) == list(real)
    assert list(shown["counts"]) == list(real["counts"])
    assert list(shown["differences"][0]) == list(real["differences"][0])


def test_an_undocumented_verb_would_be_found() -> None:
    assert "audit" not in table_rows()
    assert sorted({**VERBS, "audit": None}) != sorted(table_rows())
