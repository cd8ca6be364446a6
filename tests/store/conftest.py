"""The engines that every test of the store's contract runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.settings import Place
from geo.store.door import Store
from tests.postgres_server import Server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where an empty store is, on each engine."""
    if request.param == "sqlite":
        Store.create(tmp_path / "workspace").close()
        yield tmp_path / "workspace"
    else:
        server: Server = request.getfixturevalue("postgres")
        with server.store_url() as url:
            yield url


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """An empty store on each engine."""
    with Store.open(place) as made:
        yield made
