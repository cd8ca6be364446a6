"""What the documents say is there: files, folders, commands, options, fields, rules."""

import importlib
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from geo.cli.app import app
from geo.files.layers import KNOWN
from geo.files.write import SHORT_NAMES, Format
from geo.model import columns as c
from geo.model.alerts import Alert
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.stages import Level, Role, Stage
from geo.settings import ImageryLimits, ReadingLimits, imagery_variable, limit_variable
from geo.store.door import Store
from geo.text import say
from geo.workflow.answers import NO, YES
from geo.workflow.export_grids import export_grids
from geo.workflow.export_patches import patch_table
from geo.workflow.import_people import HEADINGS, OPTIONAL, REQUIRED
from geo.workflow.locate import locate
from geo.workflow.set_up import set_up
from tests.builders import MANAGER, NOON, STAFF, actor
from tests.house_rules import own_files
from tests.office import assign_all, deliver_grids, deliver_patches, send_out

ROOT = Path(__file__).resolve().parents[1]
VENDORED = ROOT / "geo" / "web" / "vendor"
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in own_files(ROOT)
    if path.suffix == ".md"
}
WALKS = ("README.md", "README.zh.md", "docs/journey.md", "docs/fields.md", "docs/cli.md")
FIELDS = DOCUMENTS["docs/fields.md"]
COMMANDS = typer.main.get_command(app)

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
QUOTED = re.compile(r"`([^`\n]+)`")
A_PATH = re.compile(r"(?:geo|pages|tests|docs|data|benchmarks|\.streamlit|\.ci)/[\w./-]*")
A_NAME = re.compile(r"geo(?:\.\w+)+")
CALL = re.compile(r"(?:\$ |\| |^|xargs )(?:[\w./]*/)?python -m geo ([^\n|>`]*)", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def quoted(name: str) -> list[str]:
    return QUOTED.findall(re.sub(r"```.*?```", "", DOCUMENTS[name], flags=re.DOTALL))


# ---- Links and names ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str):
    targets = [t for t in LINK.findall(DOCUMENTS[name]) if "://" not in t]
    folder = (ROOT / name).parent
    assert [t for t in targets if not (folder / t).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_folder_that_is_named_exists(name: str):
    paths = [word for word in quoted(name) if A_PATH.fullmatch(word)]
    # Names end where what may be asked for begins: ``geo/maps/legend`` is a module.
    found = [p for p in paths if not ((ROOT / p).exists() or (ROOT / f"{p}.py").exists())]
    assert found == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_of_the_program_that_is_named_exists(name: str):
    assert [word for word in quoted(name) if A_NAME.fullmatch(word) and not is_there(word)] == []


def is_there(dotted: str) -> bool:
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False


# ---- Commands -----------------------------------------------------------------------------------


def calls(name: str) -> Iterator[list[str]]:
    """Every call of the command line in a document, as words."""
    for line in CALL.findall(DOCUMENTS[name]):
        words = shlex.split(line)
        if words and words[0].islower():
            yield words


def wrong_with(words: list[str]) -> str:
    """Say what a call asks for that is not there; empty if all is well."""
    command, rest = COMMANDS, list(words)
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            return f"no verb: {' '.join(words)}"
        command = command.commands[rest.pop(0)]
    known = {opt for param in command.params for opt in param.opts}
    asked = {word for word in rest if re.fullmatch(r"--[a-z-]+|-[a-z]", word)}
    return "".join(f"no {opt}: {' '.join(words)}" for opt in sorted(asked - known - {"--help"}))


@pytest.mark.parametrize("name", WALKS)
def test_every_command_that_is_shown_exists(name: str):
    assert [fault for words in calls(name) if (fault := wrong_with(words))] == []


def test_a_command_that_does_not_exist_is_noticed():
    assert wrong_with(["import", "patches", "delivery.zip", "--batch", "1"]) == ""
    assert wrong_with(["import", "trees", "x"]) == "no verb: import trees x"
    assert wrong_with(["locate", "--slowly"]) == "no --slowly: locate --slowly"


def test_the_readmes_and_the_walk_show_the_whole_way():
    for name in ("README.md", "README.zh.md", "docs/journey.md"):
        verbs = {" ".join(w for w in words[:2] if w.isalpha()) for words in calls(name)}
        whole = ["init", "import grids", "import patches", "locate", "assign", "export field"]
        whole += ["import findings", "history", "verify", "export patches"]
        assert [verb for verb in whole if verb not in verbs] == [], name


def test_both_readmes_show_the_same_commands():
    english, chinese = ([words[:3] for words in calls(n)] for n in ("README.md", "README.zh.md"))
    assert english == chinese


@pytest.mark.parametrize("name", WALKS)
def test_every_option_of_start_that_is_shown_exists(name: str):
    start = (ROOT / "start").read_text(encoding="utf-8")
    shown = re.findall(r"\./start((?: --?[a-z]+)+)", DOCUMENTS[name])
    asked = {option for options in shown for option in options.split()}
    assert [option for option in asked if option not in start] == []


def test_the_programs_in_the_walk_can_be_read():
    programs = PYTHON.findall(DOCUMENTS["docs/journey.md"])
    assert len(programs) > 3
    for program in programs:
        compile(program, "journey.md", "exec")


# ---- The architecture ---------------------------------------------------------------------------


def test_the_architecture_has_two_pages_at_most():
    text = DOCUMENTS["ARCHITECTURE.md"]
    assert len(text.splitlines()) <= 120
    assert len(text.split()) <= 900


def test_the_architecture_names_every_folder():
    named = {word.strip("/") for word in quoted("ARCHITECTURE.md")}
    tracked = [path.relative_to(ROOT) for path in own_files(ROOT)]
    top = {path.parts[0] for path in tracked if len(path.parts) > 1}
    rooms = {"/".join(p.parts[:2]) for p in tracked if p.parts[0] == "geo" and len(p.parts) > 2}
    assert (top | rooms) - named == set()


def product(*folders: str) -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def where(pattern: str, *folders: str) -> set[str]:
    return {name for name, code in product(*folders).items() if re.search(pattern, code)}


def test_only_two_places_ask_for_the_time():
    clock = r"\b(?:datetime\.now|date\.today|time\.time)\("
    assert where(clock, "geo", "pages") == {"geo/cli/run.py", "pages/parts/cached.py"}


def test_only_two_places_touch_the_session():
    session = r"\bsession_state\b"
    assert where(session, "pages") == {"pages/parts/state.py", "pages/parts/map_report.py"}


def test_only_one_place_keeps_data_between_runs():
    assert where(r"cache_(?:data|resource)\b", "pages", "geo") == {"pages/parts/cached.py"}


def test_only_the_store_speaks_sql():
    speakers = where(r"(?:from|import) (?:sqlalchemy|pysqlite3)\b", "geo", "pages")
    # MBTiles are SQLite files by definition; none of them is the store.
    elsewhere = {name for name in speakers if not name.startswith("geo/store/")}
    assert elsewhere == {"geo/imagery/mbtiles.py"}


def test_only_the_maps_know_folium():
    users = where(r"(?:from|import) (?:folium|branca|streamlit_folium)\b", "geo", "pages")
    assert {name for name in users if not name.startswith("geo/maps/")} == set()


# ---- Fields -------------------------------------------------------------------------------------


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of docs/fields.md, without its head."""
    below = FIELDS.split(f"\n{heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert rows is not None
    lines = rows.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def first_names(heading: str) -> list[str]:
    return [QUOTED.findall(row[0])[0] for row in table(heading)]


LAYER_HEADINGS = {
    LayerKind.PATCHES: "### Patches",
    LayerKind.GRIDS: "### Grids",
    LayerKind.ADMIN: "### Administrative units",
    LayerKind.PERMITS: "### Permits",
    LayerKind.RESERVES: "### Reserves",
    LayerKind.REFERENCE: "### Reference layers",
}


@pytest.mark.parametrize("kind", LayerKind)
def test_the_known_names_of_fields_are_told(kind: LayerKind):
    told = [
        (QUOTED.findall(row[0])[0], "(required)" in row[0], tuple(QUOTED.findall(row[2])))
        for row in table(LAYER_HEADINGS[kind])
    ]
    columns = LAYER_TABLES[kind].columns
    assert told == [(column.name, column.is_required, column.known_as) for column in columns]


def test_every_kind_of_file_that_is_read_is_told():
    told = [name for row in table("## Files that are read") for name in QUOTED.findall(row[0])]
    assert {name.removeprefix(".") for name in told} == {*KNOWN.split(", "), "json"}


def test_the_limits_that_are_named_can_be_set():
    for name in WALKS:
        asked = re.findall(r"SKYGROUND_LIMIT_[A-Z_]*[A-Z]", DOCUMENTS[name])
        known = {limit_variable(limit) for limit in ReadingLimits.__dataclass_fields__}
        assert set(asked) - known == set(), name


def test_the_limits_of_imagery_are_told():
    told = set(re.findall(r"SKYGROUND_IMAGERY_[A-Z_]*[A-Z]", DOCUMENTS["docs/cli.md"]))
    assert told == {imagery_variable(name) for name in ImageryLimits.__dataclass_fields__}


def test_the_columns_of_the_people_table_are_told():
    heading = "## People: a table, CSV or XLSX"
    rows = table(heading)
    assert first_names(heading) == [*REQUIRED, *OPTIONAL]
    assert {QUOTED.findall(row[0])[0]: tuple(QUOTED.findall(row[2])) for row in rows} == HEADINGS
    holds = {QUOTED.findall(row[0])[0]: set(QUOTED.findall(row[1])) for row in rows}
    assert holds["role"] == set(Role)
    assert holds["level"] == set(Level)
    words = {say(f"role.{role}", "zh") for role in Role}
    words |= {say(f"level.{level}", "zh") for level in Level}
    assert words - set(QUOTED.findall(FIELDS.split(heading, 1)[1].split("| column", 1)[0])) == set()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An office whose patches have been located and assigned."""
    with set_up(tmp_path / "workspace", staff=STAFF, at=NOON) as made:
        deliver_grids(made, tmp_path)
        deliver_patches(made, tmp_path)
        locate(made, actor(MANAGER), at=NOON)
        assign_all(made)
        yield made


def test_the_columns_of_exported_patches_are_told(store: Store):
    heading = "## Patches out: `export patches`"
    exported = list(patch_table(store, actor()).columns.drop(c.GEOMETRY))
    assert first_names(heading) == exported
    assert tuple(exported[: len(c.EXPORT_COLUMNS)]) == c.EXPORT_COLUMNS


def test_the_columns_of_exported_grids_are_told(store: Store, tmp_path: Path):
    export_grids(store, actor(), tmp_path / "grids.csv", Format.CSV)
    head = (tmp_path / "grids.csv").read_text(encoding="utf-8").splitlines()[0]
    told = re.search(r"same formats with the columns\s(.*?)\(geo", FIELDS, re.DOTALL)
    assert told is not None
    assert QUOTED.findall(told.group(1)) == head.split(",")


def test_the_short_names_in_shapefiles_are_told():
    told = re.search(r"ten letters\. There (.*?)\.\n", FIELDS, re.DOTALL)
    assert told is not None
    names = QUOTED.findall(told.group(1))
    assert dict(zip(names[::2], names[1::2], strict=True)) == SHORT_NAMES


def test_the_stages_are_told_in_both_languages():
    words = [[f"`{s}`", say(f"stage.{s}", "zh"), say(f"stage.{s}", "en")] for s in Stage]
    assert table("### Stages") == words


def test_the_alerts_are_told_in_both_languages():
    words = [[f"`{a}`", say(f"alert.{a}", "zh"), say(f"alert.{a}", "en")] for a in Alert]
    assert table("### Alerts") == words


def test_the_fields_of_a_field_package_are_told(store: Store, tmp_path: Path):
    content = json.loads(send_out(store, tmp_path).read_text(encoding="utf-8"))
    assert first_names("## The field package: `export field`") == list(
        content["features"][0]["properties"]
    )


def test_the_words_for_yes_and_no_are_told():
    told = set(QUOTED.findall(FIELDS.split("## Findings", 1)[1]))
    assert {*YES, *NO} - told - {"1", "0"} == set()


# ---- Figures ------------------------------------------------------------------------------------


def test_the_changelog_knows_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\n## [{project['version']}]" in DOCUMENTS["CHANGELOG.md"]


def test_every_decision_is_in_the_index():
    index = LINK.findall(DOCUMENTS["docs/decisions/README.md"])
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert index == pages
    for page in pages:
        title = DOCUMENTS[f"docs/decisions/{page}"].splitlines()[0]
        assert title.startswith(f"# {page[:4]} · ")


# ---- What is promised about security ------------------------------------------------------------


def test_every_promise_about_security_names_the_tests_that_hold_it():
    promised = DOCUMENTS["docs/security.md"].partition("## Promised")[2].partition("###")[0]
    rows = [line for line in promised.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 10
    for row in rows:
        held_by = [ROOT / name for name in QUOTED.findall(row.split("|")[2])]
        assert held_by, row
        assert all(path.is_file() and path.name.startswith("test_") for path in held_by), row
