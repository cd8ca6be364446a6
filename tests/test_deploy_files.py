"""What is delivered for administrators, read: units, container, settings, how to run it."""

import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import RawConfigParser
from pathlib import Path

import pytest

from geo.settings import MIN_FREE_VARIABLE, STORE_VARIABLE, WORKSPACE_VARIABLE
from tests.house_rules import own_files
from tests.test_documents import DOCUMENTS, ROOT, wrong_with

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PAGES = ("docs/operations.md", "docs/operations.zh.md")
CONTAINER = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
PROXY = (DEPLOY / "nginx" / "skyground.conf").read_text(encoding="utf-8")
A_SECRET = re.compile(r"(?i)(?:password|passwd|secret|token)\w*\s*[=:]\s*['\"]?[^\s'\"<]{4,}")
AN_ADDRESS = re.compile(r"postgres(?:ql)?://[^\s/@]*:[^\s/@]+@")


def read_unit(path: Path) -> RawConfigParser:
    """Read a unit; where a setting stands twice the last one is kept."""
    unit = RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    return unit


def settings() -> dict[str, str]:
    text = (DEPLOY / "skyground.env.example").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


# ---- Secrets ------------------------------------------------------------------------------------


def test_no_secret_is_in_what_is_delivered() -> None:
    delivered = [path for path in own_files(ROOT) if DEPLOY in path.parents]
    assert len(delivered) > 5
    for path in delivered:
        text = path.read_text(encoding="utf-8")
        assert A_SECRET.findall(text) == [], path
        assert AN_ADDRESS.findall(text) == [], path
        assert "PRIVATE KEY" not in text, path


def test_a_secret_would_be_noticed() -> None:
    assert A_SECRET.search("PGPASSWORD=river-stone")
    assert A_SECRET.search('client_secret: "abcdef"')
    assert AN_ADDRESS.search("postgresql://skyground:river@db/skyground")


def test_the_settings_are_ones_that_the_program_or_a_unit_knows() -> None:
    known = {WORKSPACE_VARIABLE, STORE_VARIABLE, MIN_FREE_VARIABLE, "SKYGROUND_LANG"}
    assert set(settings()) == known | {"SKYGROUND_BACKUPS"}
    nightly = (DEPLOY / "systemd" / "skyground-nightly.service").read_text(encoding="utf-8")
    assert "$$SKYGROUND_BACKUPS" in nightly


# ---- Units --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_has_few_rights(path: Path) -> None:
    service = read_unit(path)["Service"]
    assert service["User"] == service["Group"] == "skyground"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictSUIDSGID"):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    writable = service["ReadWritePaths"].split()
    wanted = [settings()[WORKSPACE_VARIABLE]]
    wanted += [settings()["SKYGROUND_BACKUPS"]] if "backup" in service["ExecStart"] else []
    for folder in wanted:
        assert any(Path(folder).is_relative_to(place) for place in writable), folder


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_the_walls_of_the_reading_process_can_still_be_built(path: Path) -> None:
    """A list of allowed calls would leave Landlock out, and that wall fails without a word."""
    service = read_unit(path)["Service"]
    assert service["SystemCallFilter"].startswith("~")
    assert "@sandbox" not in service["SystemCallFilter"]
    assert "MemoryDenyWriteExecute" not in service


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_command_of_a_service_exists(path: Path) -> None:
    command = read_unit(path)["Service"]["ExecStart"].replace("%i", "8501")
    calls = re.findall(r"-m geo ([^;&']+)", command)
    assert len(calls) == (2 if "nightly" in path.name else 1)
    assert [wrong_with(shlex.split(call)) for call in calls] == [""] * len(calls)


def test_the_proxy_and_the_units_name_the_same_ports() -> None:
    served = re.findall(r"server 127\.0\.0\.1:(\d+)", PROXY)
    assert len(served) == 2
    for page in PAGES:
        enabled = re.findall(r"enable --now(.*)", DOCUMENTS[page])[0]
        assert re.findall(r"skyground@(\d+)", enabled) == served


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = text.replace("/usr/local/lib/skyground/.venv/bin/python", "/bin/sh")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


# ---- The proxy and the container ----------------------------------------------------------------


def test_the_proxy_takes_uploads_as_large_as_the_screens_do() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    (most,) = re.findall(r"upload_file/.*?client_max_body_size\s+(\d+)m;", PROXY, re.DOTALL)
    assert int(most) == config["server"]["maxUploadSize"] + 1


def test_the_container_is_plain() -> None:
    steps = re.sub(r"\\\n", " ", CONTAINER)
    bases = re.findall(r"^FROM (\S+)", steps, re.MULTILINE)
    assert {re.fullmatch(r"debian:12\.\d+-slim", base) is not None for base in bases} == {True}
    assert re.findall(r"^USER (\S+)", steps, re.MULTILINE) == ["skyground"]
    for line in re.findall(r"^COPY (?!--from)(.*)", steps, re.MULTILINE):
        for source in line.split()[:-1]:
            assert source == "wheels*" or (ROOT / source).exists(), source
    assert "--require-hashes" in steps
    (health,) = re.findall(r"^HEALTHCHECK (.*)", steps, re.MULTILINE)
    assert "/_stcore/health" in health
    (command,) = re.findall(r"^CMD .*-m geo (.*)", steps, re.MULTILINE)
    assert wrong_with(shlex.split(command)) == ""


def test_everything_that_the_program_needs_is_in_the_container() -> None:
    copied = {word for line in re.findall(r"^COPY (.*)", CONTAINER, re.M) for word in line.split()}
    assert {"app.py", "geo", "pages", ".streamlit"} <= copied


# ---- The page -----------------------------------------------------------------------------------


def blocks(page: str) -> list[str]:
    return re.findall(r"^```(?:sh)?\n(.*?)^```$", DOCUMENTS[page], re.MULTILINE | re.DOTALL)


def calls(page: str) -> list[list[str]]:
    found = [
        line
        for text in blocks(page) + re.findall(r"`([^`\n]+)`", DOCUMENTS[page])
        for line in re.findall(r"^geo ([a-z].*)", text.replace("\\\n", " "), re.MULTILINE)
    ]
    return [shlex.split(line.partition(" | ")[0]) for line in found]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_exists(page: str) -> None:
    shown = calls(page)
    assert len(shown) > 20
    assert [fault for words in shown if (fault := wrong_with(words))] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_delivered_file_that_the_page_names_exists(page: str) -> None:
    named = set(
        re.findall(
            r"(?<![\w/.])(?:/usr/local/lib/skyground/)?(deploy/[\w./@-]*\w)", DOCUMENTS[page]
        )
    )
    assert len(named) > 3
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_both_pages_show_the_same_commands() -> None:
    english, chinese = (blocks(page) for page in PAGES)
    assert english == chinese
