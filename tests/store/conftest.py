"""The engines that every test of the store's contract runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.store.door import Store


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store on each engine."""
    with Store.create(tmp_path / "workspace") as made:
        yield made
