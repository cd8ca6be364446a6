"""Every screen as every role, inside and outside the territory, over the real wire."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.model.filters import PatchFilter
from geo.model.stages import Role, Stage
from geo.model.things import Grant
from geo.workflow import look
from geo.workflow.grants import give_role
from pages.parts.navigation import SCREENS, screens_for
from tests.builders import ADMIN, actor
from tests.web.conftest import Server, give_account, make_season, served

TABLE = Path(__file__).parents[2] / "docs" / "rights.md"
ROLES = [
    *(Role.ADMINISTRATOR, Role.INSPECTOR, Role.GRID_MANAGER),
    *(Role.RANGER, Role.CHIEF, Role.PARTNER),
]
HERE, THERE = "159901", "1402"


def table() -> dict[str, dict[Role, bool]]:
    text = TABLE.read_text(encoding="utf-8").partition("## Screens")[2]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return {
        row[0].strip(" `"): dict(
            zip(ROLES, (cell.strip() == "yes" for cell in row[2:]), strict=True)
        )
        for row in rows
    }


SCREENS_OF = table()


@dataclass
class Office:
    """A season that is served, and a patch of it."""

    server: Server
    key: str
    case: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Somebody of every role works here, and somebody of every role in another territory."""
    folder = tmp_path_factory.mktemp("rights")
    make_season(folder / "workspace", signs_in=())
    with served(folder / "workspace", folder / "log") as server, server.store() as store:
        at = datetime.now(UTC)
        for role in ROLES:
            for place in (HERE, THERE):
                code = f"{role}-{place}"
                give_role(store, actor(ADMIN), Grant(code, role, admin_code=place), at=at)
                give_account(store, actor(ADMIN), code)
        (first, *_) = look.find(store, actor(ADMIN), PatchFilter(stages=(Stage.VERIFIED,)))
        (case, *_) = look.find(store, actor(ADMIN), PatchFilter(stages=(Stage.CASE_OPEN,)))
        yield Office(server, first.key, case.key)


def test_the_table_is_that_of_the_sidebar() -> None:
    assert list(SCREENS_OF) == [screen.name for screen in SCREENS]
    for role in ROLES:
        listed = [screen.name for screen in screens_for(role)]
        assert [name for name, roles in SCREENS_OF.items() if roles[role]] == listed


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_served_its_own_screens_and_no_other(office: Office, role: Role) -> None:
    visitor = office.server.visitor()
    visitor.sign_in(f"{role}-{HERE}")
    with visitor.tab() as tab:
        offered = set(re.findall(r'url_pathname: "(\w+)"', tab.run()))
        assert offered | {"today"} == {n for n, roles in SCREENS_OF.items() if roles[role]}
        for name, roles in SCREENS_OF.items():
            # The first screen has no address of its own.
            shown = tab.run("" if name == "today" else name)
            assert ("page_not_found" in shown) is not roles[role], name


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_a_patch_of_another_territory_by_a_link(office: Office, role: Role) -> None:
    codes = [key.partition("/")[2] for key in (office.key, office.case)]
    visitor = office.server.visitor()
    visitor.sign_in(f"{role}-{THERE}")
    with visitor.tab() as tab:
        for name in (name for name, roles in SCREENS_OF.items() if roles[role]):
            for key in (office.key, office.case):
                page = "" if name == "today" else name
                shown = tab.run(page, query=f"lang=en&patch={key}")
                # The key itself comes back in what was typed; what it leads to must not.
                told = shown.replace("\\", "").replace("%2F", "/")
                for typed in (office.key, office.case):
                    told = told.replace(typed, "")
                assert [code for code in codes if code in told] == [], (name, key)
                assert "Finding came back" not in told, (name, key)
