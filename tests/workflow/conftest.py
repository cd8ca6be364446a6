"""An office with its staff and nothing else, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.settings import Place
from geo.store import people
from geo.store.door import Store
from tests.builders import NOON, STAFF
from tests.postgres_server import Server

# What reads and writes patches runs on both engines; what is about files runs on one.
ON_BOTH = {
    *("test_assign", "test_close", "test_export_field", "test_locate", "test_redelivery"),
    "test_find_place",
    *("test_review", "test_sign_in", "test_territory", "test_two_people"),
    *("test_as_known", "test_backup", "test_grants", "test_locks", "test_patch_layer"),
    *("test_patch_tiles", "test_import_imagery", "test_imagery"),
    *("test_seal", "test_undo", "test_detect"),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "made_place" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".")[2]
        engines = ["sqlite", "postgres"] if name in ON_BOTH else ["sqlite"]
        metafunc.parametrize("made_place", engines, indirect=True)


@pytest.fixture
def made_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a store without anybody in it is."""
    if request.param == "sqlite":
        Store.create(tmp_path / "workspace").close()
        yield tmp_path / "workspace"
    else:
        (tmp_path / "workspace").mkdir()  # for the files beside
        server: Server = request.getfixturevalue("postgres")
        with server.store_url() as url:
            yield url


@pytest.fixture
def store(made_place: Place, tmp_path: Path) -> Iterator[Store]:
    with Store.open(made_place, folder=tmp_path / "workspace") as made:
        with made.writing(people.PROGRAM) as session:
            people.insert_people(session, STAFF, at=NOON)
        yield made
