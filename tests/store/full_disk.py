"""A small disk, deliveries until it is full, and what has to be true of the store then."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.errors import WorkspaceError
from geo.store import batches
from geo.store.changes import insert_patches
from geo.store.disk import free_bytes
from geo.store.door import Store
from geo.workflow.look import count, verify
from tests.builders import NOON, actor, make_batch, make_patch_row

MOST = 1000


@contextmanager
def mounted(folder: Path, *, size_mb: int) -> Iterator[Path]:
    """Lay a disk of its own under a folder; only root may."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = f"no small disk can be mounted: {done.stderr.strip()}"
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def take_the_rest(disk: Path) -> None:
    """Leave no byte free."""
    with pytest.raises(OSError, match="No space"), (disk / "rest").open("wb") as rest:
        while True:
            rest.write(b"x" * 4096)
            rest.flush()
    assert free_bytes(disk) == 0


@dataclass(frozen=True)
class Deliveries:
    """Deliveries of one size, to a store that begins with three patches.

    Attributes
    ----------
    rows, remark_chars
        How large each is.
    full
        Codes of the errors that say that the disk is full.
    """

    rows: int
    remark_chars: int
    full: frozenset[str]

    def deliver(self, store: Store, number: int) -> None:
        batch, remark = f"D{number}", "x" * self.remark_chars
        rows = [make_patch_row(str(n), batch=batch, remark=remark) for n in range(self.rows)]
        with store.writing(actor()) as session:
            batches.insert_batch(session, make_batch(batch, count=self.rows))
            insert_patches(session, rows, at=NOON, detail={})

    def fill(self, store: Store) -> int:
        """Write deliveries until one is refused; tell how many were taken."""
        for number in range(MOST):
            try:
                self.deliver(store, number)
            except WorkspaceError as error:
                if error.code not in self.full:
                    raise
                return number
        pytest.fail("the disk never became full")

    def assert_whole(self, store: Store, deliveries: int) -> None:
        found = verify(store, actor())
        assert (found.broken, found.patches) == ((), 3 + deliveries * self.rows)
        assert count(store, actor()) == 3 + deliveries * self.rows
        assert store.check_integrity() == []
