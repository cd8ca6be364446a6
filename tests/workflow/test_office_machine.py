"""The office does what the plain table says, whatever is done in whatever order."""

from hypothesis import HealthCheck, settings

from tests.workflow.office_machine import OfficeMachine, sqlite_store


class SqliteOffice(OfficeMachine):
    make_store = staticmethod(sqlite_store)


TestSqliteOffice = SqliteOffice.TestCase
TestSqliteOffice.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
