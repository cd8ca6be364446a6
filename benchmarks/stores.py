"""The same patches in a file and in a team's database: written, searched, read, carried.

    python benchmarks/stores.py --patches 100000 --repeat 5

Starts a PostgreSQL of its own that waits for the disk as one in an office does. Both engines take
turns in one run; each figure is the median.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.model.filters import PatchFilter  # noqa: E402
from geo.model.stages import Role, Stage, Verb  # noqa: E402
from geo.model.things import Actor, Batch, Person  # noqa: E402
from geo.settings import Place  # noqa: E402
from geo.store import batches, history, patches, people  # noqa: E402
from geo.store.changes import Change, change_patches  # noqa: E402
from geo.store.door import Store  # noqa: E402
from geo.store.new_patches import NewPatches, insert_new_patches  # noqa: E402
from geo.workflow.move import move  # noqa: E402
from tests.postgres_server import LEAKPROOF, running_server  # noqa: E402

SEED, VERTICES = 20260901, 30
NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Actor(Person("admin", Role.ADMINISTRATOR))
COUNTY = Actor(Person("m1", Role.GRID_MANAGER, prefixes=("159901",)))
# About a four-hundredth of all, as a screen shows it.
VIEW = (120.5, 43.0, 120.6, 43.1)
DURABLE = {"shared_buffers": "512MB", "max_wal_size": "2GB", "max_connections": "100"}


def make_patches(count: int) -> NewPatches:
    """Outlines of 30 vertices over two degrees, half of them in one county."""
    rng = np.random.default_rng(SEED)
    turn = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    radius = rng.uniform(0.0002, 0.0008, (count, 1))
    lon = rng.uniform(119.5, 121.5, (count, 1)) + radius * np.cos(turn)
    lat = rng.uniform(42, 44, (count, 1)) + radius * np.sin(turn)
    rings = np.stack([lon, lat], -1)
    columns = {
        "batch": "B1",
        "code": [str(n) for n in range(count)],
        "area_ha": rng.uniform(0.1, 5, count).tolist(),
        "admin_code": [f"15990{1 + n % 2}{n % 100:03d}" for n in range(count)],
        "cause": "421",
    }
    attributes = {
        "TBBH": [str(n) for n in range(count)],
        "MIAN_JI": rng.uniform(0.1, 5, count).tolist(),
    }
    return NewPatches(
        columns, attributes, shapely.polygons(np.concatenate([rings, rings[:, :1]], 1))
    )


def timed(times: dict[str, list[float]], name: str, act: Callable[[], object]) -> None:
    start = time.perf_counter()
    act()
    times.setdefault(name, []).append((time.perf_counter() - start) * 1000)


def measure(place: Place, new: NewPatches, repeat: int) -> dict[str, list[float]]:
    """Do each thing in one store."""
    times: dict[str, list[float]] = {}
    with Store.open(place) as store:
        timed(times, "write all", lambda: write(store, new))
    for _ in range(repeat):
        timed(times, "open", lambda: Store.open(place).close())
        with Store.open(place) as store:
            store.revision()
            timed(times, "revision", store.revision)
            for name, who in (("admin", ADMIN), ("county", COUNTY)):
                timed(
                    times,
                    f"view, {name}",
                    lambda who=who: frame(store, who, PatchFilter(bounds=VIEW)),
                )  # type: ignore[misc]
                timed(times, f"layer, {name}", lambda who=who: frame(store, who, PatchFilter()))  # type: ignore[misc]
                timed(times, f"count, {name}", lambda who=who: count(store, who))  # type: ignore[misc]
            timed(times, "verify", lambda: verify(store))
            for n in range(20):
                timed(times, "one change", lambda n=n: change(store, n))  # type: ignore[misc]
    return times


def write(store: Store, new: NewPatches) -> None:
    batch = Batch(
        "B1", "d", "s", "EPSG:4490", "UTF-8", "forest-causes-2019", {}, {}, NOW, "admin", len(new)
    )
    with store.writing(ADMIN) as session:
        batches.insert_batch(session, batch)
        insert_new_patches(session, new, at=NOW, detail={"file_sha256": "x" * 64})


def frame(store: Store, who: Actor, wanted: PatchFilter) -> object:
    with store.reading(who) as session:
        return patches.patch_frame(session, wanted)


def count(store: Store, who: Actor) -> int:
    with store.reading(who) as session:
        return patches.count_patches(session, PatchFilter())


def verify(store: Store) -> history.Verification:
    with store.reading(people.PROGRAM) as session:
        found = history.verify(session)
    assert found.broken == ()
    return found


def change(store: Store, number: int) -> None:
    with store.reading(ADMIN) as session:
        (seen,) = patches.find_patches_by_id(session, [number + 1])
    with store.writing(ADMIN) as session:
        step = Change(seen.id, seen.version, Verb.ASSIGNED, Stage.ASSIGNED, {"remark": "x"})
        change_patches(session, [step], at=NOW)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    new = make_patches(asked.patches)
    found: dict[str, dict[str, float]] = {}
    with (
        tempfile.TemporaryDirectory(dir=ROOT / "build") as folder,
        running_server(DURABLE) as server,
    ):
        file = Path(folder) / "workspace"
        with server.database() as team, server.database() as plain, server.database() as copy:
            server.run(LEAKPROOF.replace("LEAKPROOF", "NOT LEAKPROOF"), database=plain)
            places: dict[str, Place] = {
                "SQLite": file,
                "PostGIS": server.url(team),
                "PostGIS, function not leakproof": server.url(plain),
            }
            for name, place in places.items():
                Store.create(place).close()
                times = measure(place, new, asked.repeat)
                found[name] = {k: round(statistics.median(v), 1) for k, v in times.items()}
            moved: dict[str, list[float]] = {}
            timed(moved, "move to PostGIS", lambda: move(file, server.url(copy)))
            back = Path(folder) / "back"
            timed(moved, "move to SQLite", lambda: move(server.url(copy), back))
            found["move"] = {k: round(v[0]) for k, v in moved.items()}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
