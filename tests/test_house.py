"""The repository keeps its own rules, and each rule can be seen to fail."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from enum import StrEnum
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from geo.model.stages import Level, Role, Stage, Verb
from geo.shapes.repair import Code, Reason
from geo.text import TABLES
from tests import house_rules as rules

ROOT = Path(__file__).resolve().parents[1]
FILES = rules.own_files(ROOT)
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in FILES
    if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts
}
PRODUCT = {
    name: ast.parse(source)
    for name, source in SOURCES.items()
    if name.startswith(("geo/", "pages/")) or name == "app.py"
}
WORDS = {key: pair for table in TABLES.values() for key, pair in table.items()}
# Other people's files keep their own form.
VENDORED = ROOT / "geo" / "web" / "vendor"


def in_each(check: Callable[..., list[str]], things: dict, *more: object) -> list[str]:
    return [f"{name}: {found}" for name, thing in things.items() for found in check(thing, *more)]


def own_texts() -> dict[str, str]:
    texts = {}
    for path in FILES:
        if path.is_relative_to(VENDORED) and path.suffix != ".md":
            continue
        text = rules.text_of(path)
        if text is not None:
            texts[str(path.relative_to(ROOT))] = text
    return texts


# ---- Files --------------------------------------------------------------------------------------


def test_no_text_names_a_path_of_one_machine():
    assert in_each(rules.machine_paths, own_texts()) == []


def test_no_text_names_a_package_registry():
    assert in_each(rules.registry_hosts, own_texts()) == []


def test_every_module_is_named_by_what_it_does():
    assert rules.shapeless_names(p.relative_to(ROOT) for p in FILES if p.suffix == ".py") == []


def test_what_was_asked_for_stands_where_it_was_asked_for():
    asked = [
        *("app.py", "geo", "pages", "data/sample_grids", "tests", "requirements.txt"),
        *("start", "test", ".ci/run", "LICENSE", "README.md", "README.zh.md", "ARCHITECTURE.md"),
        *("CHANGELOG.md", "docs/decisions", "docs/journey.md", "benchmarks/locate.py"),
    ]
    assert [name for name in asked if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", ["start", "test", "compile", ".ci/run"])
def test_each_command_can_be_run(name: str):
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_the_synthetic_sample_is_small():
    folders = (ROOT / "data" / "sample_grids", ROOT / "geo" / "sample")
    files = [p for folder in folders for p in FILES if p.is_relative_to(folder)]
    # Two images of a banner of 1,500 km² take six million of it.
    assert 0 < sum(p.stat().st_size for p in files) < 8_000_000


# ---- Modules and functions ----------------------------------------------------------------------


def test_every_module_says_what_it_is():
    assert in_each(rules.missing_docstring, PRODUCT) == []


def test_no_module_is_too_long_to_read():
    assert in_each(rules.too_long, SOURCES) == []


def test_no_function_is_too_long_to_read():
    trees = {name: ast.parse(source) for name, source in SOURCES.items()}
    assert in_each(rules.long_functions, trees) == []


# ---- Words --------------------------------------------------------------------------------------


def test_every_text_says_the_same_in_both_languages():
    assert rules.bad_pairs(WORDS) == []


def test_no_key_stands_in_two_tables():
    assert rules.doubled_keys(TABLES) == []


def test_every_problem_has_a_way_out():
    assert rules.lonely_problems(WORDS) == []


def test_every_word_that_code_wants_to_say_exists():
    assert in_each(rules.unknown_keys, PRODUCT, WORDS) == []


def test_every_text_is_given_its_fields():
    assert in_each(rules.unfilled_texts, PRODUCT, WORDS) == []


def test_every_error_has_a_sentence_and_fills_it():
    classes = rules.error_classes(PRODUCT.values())
    assert in_each(rules.bad_error_codes, PRODUCT, classes, WORDS) == []


def test_every_problem_code_has_its_texts():
    assert in_each(rules.bad_problem_codes, PRODUCT, WORDS) == []


@pytest.mark.parametrize(
    ("room", "codes"),
    [
        ("stage", Stage),
        ("role", Role),
        ("verb", Verb),
        ("level", Level),
        ("reason", Reason),
        ("problem", Code),
        ("fix", Code),
    ],
)
def test_every_code_of_a_list_has_a_word(room: str, codes: type[StrEnum]):
    assert [c for c in codes if f"{room}.{c}" not in WORDS] == []


# ---- Requirements -------------------------------------------------------------------------------


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_locked_with_hashes(name: str):
    lock = read(f"{name}.txt")
    assert rules.direct_requirements(read(f"{name}.in")) <= rules.pins(lock).keys()
    assert rules.unhashed(lock) == []
    assert "./compile" in lock.splitlines()[1]
    assert not re.search(r"^--|://", lock, flags=re.MULTILINE)


def test_the_tests_run_on_the_versions_that_are_shipped():
    shipped, tested = rules.pins(read("requirements.txt")), rules.pins(read("requirements-dev.txt"))
    assert {n: tested[n] for n in shipped.keys() & tested} == {
        n: shipped[n] for n in shipped.keys() & tested
    }


def test_what_is_required_is_what_is_imported():
    known = packages_distributions()
    imported = rules.imported_packages(PRODUCT.values()) - set(sys.stdlib_module_names)
    packages = {known[n][0].lower().replace("_", "-") for n in imported - {"geo", "pages"}}
    required = rules.direct_requirements(read("requirements.in"))
    assert packages - required == set()
    # The server is started as a program of its own; these two serve others that ask for them.
    assert required - packages <= {"uvicorn", "psycopg", "python-multipart"}


def test_the_five_named_packages_do_real_work():
    imported = rules.imported_packages(PRODUCT.values())
    assert {"geopandas", "shapely", "folium", "fiona", "streamlit"} <= imported


def test_start_and_the_project_agree_on_the_pythons():
    lowest, highest = re.findall(r"^(?:lowest|highest)=(3\.\d+)$", read("start"), re.MULTILINE)
    major, _, minor = highest.partition(".")
    requires = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    assert requires == f">={lowest},<{major}.{int(minor) + 1}"


# ---- Layers -------------------------------------------------------------------------------------


def test_a_screen_leaves_nothing_in_its_module_that_callbacks_would_keep():
    screens = {n: t for n, t in PRODUCT.items() if re.fullmatch(r"pages/\w+\.py", n)}
    assert len(screens) > 8
    assert in_each(rules.kept_by_screens, screens) == []


def test_every_part_of_the_engine_stands_in_a_layer():
    inside = [Path(name).parts for name in SOURCES if name.startswith("geo/")]
    parts = {p[1].removesuffix(".py") for p in inside} - {"__init__", "__main__"}
    assert rules.unlayered(read("pyproject.toml"), parts) == []


LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in SOURCES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        ("One-way layers", "geo/model/stages.py", "import geo.store.door"),
        ("Screens speak to use cases", "pages/frame.py", "import geo.store.door"),
        ("Nothing below the screens knows Streamlit", "geo/errors.py", "import streamlit"),
        ("The words and the geometry do no input", "geo/shapes/measure.py", "import pyogrio"),
        ("One SQLite library", "geo/store/sqlite.py", "import sqlite3"),
        ("Nothing calls another machine", "geo/web/assets.py", "import requests"),
    ],
)
def test_each_layer_rule_goes_red_when_it_is_broken(
    copy: Path, contract: str, module: str, line: str
):
    broken = copy / module
    broken.write_text(f"{broken.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", done.stdout)


def test_every_layer_rule_is_broken_once_above(copy: Path):
    done = lint_imports(copy)
    assert re.search(r"Contracts: 6 kept, 0 broken", done.stdout), done.stdout


# ---- Each check sees what it is there for -------------------------------------------------------

BAD = {
    "error.known": ("{path} 有误", "{path} is wrong"),
    "problem.known": ("有误", "Wrong"),
    "fix.known": ("改正", "Mend it"),
    "stage.known": ("已知", "Known"),
}
ERRORS = {"SkyGroundError", "NotFound"}


def tree(source: str) -> ast.Module:
    return ast.parse(source)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (rules.machine_paths('open("/' + 'home/x")'), 1),
        (rules.machine_paths("see ../" + "shared/data"), 1),
        (rules.machine_paths("field/work and ./test and /review"), 0),
        (rules.registry_hosts("from https://" + "pypi" + ".org/simple"), 1),
        (rules.shapeless_names([Path("geo/utils/a.py"), Path("geo/shapes/common.py")]), 2),
        (rules.missing_docstring(tree("x = 1")), 1),
        (rules.too_long("x = 1\n" * 351), 1),
        (rules.too_long("x = 1\n" * 350), 0),
        (rules.long_functions(tree("def f():\n" + "    x = 1\n" * 60)), 1),
        (
            rules.long_functions(tree('def f():\n    """Say\n' + "more\n" * 60 + '"""\n    x = 1')),
            0,
        ),
        (rules.bad_pairs({"a.b": ("", "Empty")}), 1),
        (rules.bad_pairs({"a.b": ("{n} 个", "{m} of them")}), 1),
        (rules.bad_pairs({"a.b": ("{} 个", "{} of them")}), 1),
        (rules.bad_pairs({"a.b": ("图斑", "the 图斑")}), 1),
        (rules.bad_pairs({"a.b": ("图斑 patch", "Patch")}), 1),
        (rules.bad_pairs({"a.b": ("图斑, 网格", "Patch, grid")}), 1),
        (rules.bad_pairs({"a.b": ("用 --layer 选 GeoJSON（{path}）", "--layer, {path}")}), 0),
        (rules.doubled_keys({"one": BAD, "two": BAD}), 4),
        (rules.lonely_problems({"problem.a": ("有误", "Wrong"), "fix.b": ("改", "Mend")}), 2),
        (rules.unknown_keys(tree('say("stage.unknown", lang)'), BAD), 1),
        (rules.unknown_keys(tree('say("unknown.room", lang)'), BAD), 1),
        (rules.unknown_keys(tree('remember("stage.unknown", x)\nopen("stage.py")'), BAD), 0),
        (rules.unknown_keys(tree('label = "stage.unknown"'), BAD), 1),
        (rules.unknown_keys(tree('st.radio(x, key="stage.unknown")'), BAD), 0),
        (rules.unknown_keys(tree('word(f"stag.{x}")'), BAD), 1),
        (rules.unknown_keys(tree('word(f"stage.{x}")'), BAD), 0),
        (rules.unfilled_texts(tree('say("error.known", lang)'), BAD), 1),
        (rules.unfilled_texts(tree('say("error.known", lang, path=p)'), BAD), 0),
        (rules.bad_error_codes(tree('raise NotFound("unknown")'), ERRORS, BAD), 1),
        (rules.bad_error_codes(tree('raise NotFound("known")'), ERRORS, BAD), 1),
        (rules.bad_error_codes(tree('raise NotFound("known", path=p)'), ERRORS, BAD), 0),
        (rules.bad_problem_codes(tree('Problem(1, "c", "unknown", s)'), BAD), 2),
        (rules.bad_problem_codes(tree('Problem(1, "c", code="unknown")'), BAD), 2),
        (rules.bad_problem_codes(tree('Problem(1, "c", "known", s)'), BAD), 0),
        (
            rules.bad_problem_codes(
                tree('def no(row, code):\n    return Problem(row, "c", code)\nno(1, "unknown")'),
                BAD,
            ),
            2,
        ),
        (rules.kept_by_screens(tree("frame = patches()\nwith left:\n    frame.head()")), 2),
        (rules.kept_by_screens(tree('"""Say."""\nPX = 3\ntoday = day()\nmain()')), 0),
        (rules.unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n"), 1),
        (rules.unlayered(read("pyproject.toml"), ["store", "attic"]), 1),
    ],
)
def test_a_check_sees_what_it_is_there_for(found: list[str], expected: int):
    assert len(found) == expected, found


def test_errors_of_errors_are_found():
    classes = tree("class A(SkyGroundError): ...\nclass B(A): ...\nclass C(Exception): ...")
    assert rules.error_classes([classes]) == {"SkyGroundError", "A", "B"}


def test_imports_are_found():
    source = tree("import numpy.typing as npt\nfrom geo.text import say\nfrom . import x")
    assert rules.imported_packages([source]) == {"numpy", "geo"}


def test_without_git_the_files_are_found_too(tmp_path: Path):
    (tmp_path / ".gitignore").write_text(".venv/\n", encoding="utf-8")
    for name in ("geo/a.py", ".venv/b.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    names = {str(p.relative_to(tmp_path)) for p in rules.own_files(tmp_path)}
    assert names == {".gitignore", "geo/a.py"}
