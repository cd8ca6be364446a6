"""A process that raises a counter on patches, run many times at once by the concurrency test.

Each of its steps reads a patch, adds one to the number in its remark, and writes it back: the sum
of all remarks tells how many updates survived.
"""

import os
import random
import sys
from datetime import UTC, datetime

from sqlalchemy import text

from geo.errors import OldVersion
from geo.model.stages import Stage, Verb
from geo.settings import place_of
from geo.store import patches
from geo.store.changes import Change, change_patches
from geo.store.door import Store
from tests.builders import actor


def add_one_checked(store: Store, patch_id: int) -> None:
    """Read, then write against the version that was read; start over if somebody was faster."""
    while True:
        with store.reading(actor()) as session:
            seen = patches.find_patches_by_id(session, [patch_id])[0]
        change = Change(
            patch_id,
            seen.version,
            Verb.ASSIGNED,
            Stage.ASSIGNED,
            {"remark": str(int(seen.remark) + 1)},
        )
        try:
            with store.writing(actor()) as session:
                change_patches(session, [change], at=datetime.now(UTC))
        except OldVersion:
            continue
        return


def add_one_unchecked(store: Store, patch_id: int) -> None:
    """The control: the same without the version check."""
    with store.reading(actor()) as session:
        seen = patches.find_patches_by_id(session, [patch_id])[0]
    with store.writing(actor()) as session:
        session.connection.execute(
            text("UPDATE patch SET remark = :new, version = version + 1 WHERE id = :id"),
            {"new": str(int(seen.remark) + 1), "id": patch_id},
        )


def main(place: str, way: str, writers: int, updates: int, rows: int) -> None:
    """Start the writers as processes of their own, each on randomly chosen rows."""
    # Forked after the imports, which would take eight times longer than the updates.
    for seed in range(writers):
        if os.fork() == 0:
            write(place, way, updates, rows, seed)
            os._exit(0)
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(writers)]
    sys.exit(max(codes))


def write(place: str, way: str, updates: int, rows: int, seed: int) -> None:
    """Make so many updates."""
    add_one = {"checked": add_one_checked, "unchecked": add_one_unchecked}[way]
    choose = random.Random(seed)
    with Store.open(place_of(place)) as store:
        for _ in range(updates):
            add_one(store, choose.randint(1, rows))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
