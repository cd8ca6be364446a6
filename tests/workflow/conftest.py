"""An office with its staff and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.store.door import Store
from geo.workflow.set_up import set_up
from tests.builders import NOON, STAFF


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with set_up(tmp_path / "workspace", staff=STAFF, at=NOON) as made:
        yield made
