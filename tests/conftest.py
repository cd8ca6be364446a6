"""The engines that tests of the store and of the use cases run on."""

from collections.abc import Iterator

import pytest

from tests.postgres_server import Server, require_postgres, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server of the tests' own, started when the first test asks for it."""
    require_postgres()
    with running_server() as server:
        yield server
