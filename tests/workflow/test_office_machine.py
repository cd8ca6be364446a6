"""The office does what the plain table says, whatever is done in whatever order."""

from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings

from geo.model.things import Person
from geo.settings import Rules
from geo.store.door import Store
from geo.workflow.set_up import set_up
from tests.builders import NOON
from tests.postgres_server import Server
from tests.workflow.office_machine import OfficeMachine, sqlite_store


class SqliteOffice(OfficeMachine):
    make_store = staticmethod(sqlite_store)


class PostgresOffice(OfficeMachine):
    server: ClassVar[Server]

    def __init__(self) -> None:
        self.databases = ExitStack()
        super().__init__()

    def make_store(self, folder: Path, staff: tuple[Person, ...], rules: Rules) -> Store:
        name = self.databases.enter_context(self.server.database())
        set_up(self.server.url(name), staff=staff, at=NOON, rules=rules).close()
        (folder / "workspace").mkdir()
        return Store.open(self.server.url(name), folder=folder / "workspace")

    def teardown(self) -> None:
        super().teardown()
        self.databases.close()


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


class TestSqliteOffice(SqliteOffice.TestCase):
    settings = few(25)


class TestPostgresOffice(PostgresOffice.TestCase):
    settings = few(8)

    @pytest.fixture(autouse=True)
    def _served(self, postgres: Server) -> None:
        PostgresOffice.server = postgres
