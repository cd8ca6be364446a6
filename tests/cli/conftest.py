"""The command line, called as a person or a script calls it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from geo.cli.app import app

# Nothing of the machine's own: no workspace and no language but those of the test.
PLAIN = {"SKYGROUND_WORKSPACE": None, "SKYGROUND_LANG": None, "LANG": "C.UTF-8", "COLUMNS": "200"}


@dataclass(frozen=True)
class Said:
    """What a call answered."""

    exit_code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on standard output; anything else there is an error."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        parsed = json.loads(self.out, parse_constant=_no_constants)
        assert isinstance(parsed, dict)
        return parsed


def _no_constants(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


Geo = Callable[..., Said]


def geo_in(workspace: Path) -> Geo:
    """Make a function that calls verbs in a workspace: ``geo("list", "--stage", "issued")``."""

    def call(
        *words: object, lang: str = "en", is_json: bool = True, stdin: str | None = None
    ) -> Said:
        options = ["--workspace", str(workspace), "--lang", lang, *(["--json"] if is_json else [])]
        done = CliRunner(env=PLAIN).invoke(app, [*map(str, words), *options], input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    return call


@pytest.fixture
def geo(tmp_path: Path) -> Geo:
    """Verbs in a fresh workspace with its first staff."""
    call = geo_in(tmp_path / "workspace")
    assert call("init").exit_code == 0
    return call
