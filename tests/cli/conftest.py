"""The command line, called as a person or a script calls it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from geo.cli.app import app
from tests.deliveries import patches_frame, write_file
from tests.pictures import make_geotiff

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample_grids"
INSPECTOR = ("--as", "I01")
# Nothing of the machine's own: no workspace and no language but those of the test.
PLAIN = dict.fromkeys(("SKYGROUND_WORKSPACE", "SKYGROUND_STORE", "SKYGROUND_LANG"))
PLAIN |= {"LANG": "C.UTF-8", "COLUMNS": "200"}


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


@dataclass(frozen=True)
class Season:
    """A season that was gone through once; the tests look at what was answered on the way."""

    geo: Geo
    folder: Path
    answers: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Season:
    folder = tmp_path_factory.mktemp("season")
    geo = geo_in(folder / "workspace")
    answers: dict[str, dict[str, Any]] = {}

    def do(name: str, *words: object) -> dict[str, Any]:
        said = geo(*words)
        assert said.exit_code == 0, said.err
        assert said.err == "", "a script that asks for JSON is told nothing else"
        answers[name] = said.data
        return said.data

    do("init", "init", "--people", SAMPLE / "people.csv")
    do("import people", "import", "people", SAMPLE / "people.csv")
    do("import grids", "import", "grids", SAMPLE / "grids.gpkg", "--yes")
    do("import patches", "import", "patches", SAMPLE / "patches.zip", "--batch", "2026-1", "--yes")
    do("locate", "locate")
    do("assign", "assign", "--all", "--as", "M01")
    do("export field", "export", "field", "--out", folder / "field", "--as", "M01")
    bring_references(do)
    bring_imagery(do, folder)
    do("import findings", "import", "findings", SAMPLE / "findings.geojson", "--as", "M01")
    verified = do("list", "list", "--stage", "verified")["patches"]
    by_verdict = {p["verdict"]: p["patch_code"] for p in reversed(verified)}
    lawful, unlawful = by_verdict["lawful"], by_verdict["unlawful"]
    back = next(p["patch_code"] for p in verified if p["patch_code"] not in {lawful, unlawful})
    do("return", "review", back, "return", "--reason", "照片不清", *INSPECTOR)
    for code in (lawful, unlawful):
        do("review", "review", code, "pass", *INSPECTOR)
    do("close", "close", lawful, "--reason", "手续齐全", *INSPECTOR)
    for step in ("open", "rectify", "accept"):
        do("case", "case", unlawful, step, "--reason", "依法办理", "--as", "C01")
    do("close the case", "close", unlawful, "--reason", "三个到位", "--as", "C01")
    do("reopen", "reopen", lawful, "--reason", "群众举报", *INSPECTOR)
    do("undo", "undo", lawful, "--reason", "点错了", *INSPECTOR)
    do("reopen", "reopen", lawful, "--reason", "群众举报", *INSPECTOR)
    do("seal", "seal", "--now")
    do("show", "show", unlawful)
    do("show on", "show", unlawful, "--on", answers["seal"]["day"])
    do("history", "history", f"2026-1/{unlawful}")
    do("account add", "account", "add", "A01")
    do("account reset", "account", "reset", "A01")
    do("account list", "account", "list")
    do("account sessions", "account", "sessions", "A01")
    do("account sign-out", "account", "sign-out", "A01")
    do("account add again", "account", "add", "I01")
    do("account disable", "account", "disable", "I01")
    do("verify", "verify")
    do("export patches", "export", "patches", "--out", folder / "out" / "图斑.csv")
    do("export grids", "export", "grids", "--out", folder / "out" / "网格.gpkg")
    give_and_take(do)
    do("move", "move", "--from", folder / "workspace", "--to", folder / "moved")
    do("backup", "backup", "--to", folder / "copies")
    restored = geo_in(folder / "restored")("restore", answers["backup"]["file"])
    assert restored.exit_code == 0, restored.err
    answers["restore"] = restored.data
    look_from_above(do)
    keep_templates(do, folder / "out" / "字段.json")
    correct_a_delivery(folder / "corrected", answers)
    return Season(geo, folder, answers)


def bring_references(do: Callable[..., dict[str, Any]]) -> None:
    """Import what patches of the sample are compared with."""
    do("import admin", "import", "admin", SAMPLE / "admin.gpkg", "--layer", "villages", "--yes")
    do("import permits", "import", "permits", SAMPLE / "permits.gpkg", "--yes")
    do("import reserves", "import", "reserves", SAMPLE / "reserves.gpkg", "--yes")
    roads = (SAMPLE / "base.gpkg", "--layer", "roads", "--name", "道路")
    do("import reference", "import", "reference", *roads, "--yes")


def bring_imagery(do: Callable[..., dict[str, Any]], folder: Path) -> None:
    """Import an image, look at the list, and take it out again."""
    path = make_geotiff(folder / "六月.tif", size=(64, 64))
    brought = do("import imagery", "import", "imagery", path, "--date", "2026-06-28")
    do("imagery list", "imagery", "list")
    do("imagery remove", "imagery", "remove", brought["id"])


def look_from_above(do: Callable[..., dict[str, Any]]) -> None:
    """Compare the images of the sample, and what is found with its patches; nothing is written."""
    do(
        "detect",
        "detect",
        *("--before", SAMPLE / "before_20250903.tif", "--after", SAMPLE / "after_20260709.tif"),
        *("--clouds", SAMPLE / "after_20260709_clouds.tif"),
        *("--truth", SAMPLE / "patches.zip", "--dry-run"),
    )


def give_and_take(do: Callable[..., dict[str, Any]]) -> None:
    """Give somebody new a role, and take it back."""
    given = do("grant add", "grant", "add", "W01", "inspector", "--until", "2030-12-31")
    do("grant revoke", "grant", "revoke", given["id"])
    do("grant list", "grant", "list", "--person", "W01")


def keep_templates(do: Callable[..., dict[str, Any]], file: Path) -> None:
    """Keep a mapping, hand it on, forget it, and take it back."""
    fields = ("--field", "code=TBBH", "--field", "cause=BHLX")
    do("template save", "template", "save", "patches", "草原", *fields)
    do("template list", "template", "list", "patches")
    do("template show", "template", "show", "patches", "草原")
    do("template export", "template", "export", "patches", "草原", "--out", file)
    do("template delete", "template", "delete", "patches", "草原")
    do("template import", "template", "import", file)


def correct_a_delivery(folder: Path, answers: dict[str, dict[str, Any]]) -> None:
    """Deliver a batch again without one of its patches, in a workspace of its own."""
    geo = geo_in(folder / "workspace")
    first = write_file(patches_frame(), folder / "第一次.gpkg")
    again = write_file(patches_frame(("1", "2")), folder / "更正.gpkg")
    for name, words in {
        "init again": ("init",),
        "deliver": ("import", "patches", first, "--batch", "B1", "--yes"),
        "correct": ("import", "patches", again, "--batch", "B1", "--corrects", "--yes"),
        "settle": ("settle", "3", "--reason", "已与下发单位核实"),
    }.items():
        said = geo(*words)
        assert said.exit_code == 0, said.err
        answers[name] = said.data


@pytest.fixture
def geo(tmp_path: Path) -> Geo:
    """Verbs in a fresh workspace with its first staff."""
    call = geo_in(tmp_path / "workspace")
    assert call("init").exit_code == 0
    return call
