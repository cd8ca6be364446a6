"""Import a shapefile of patches, from the file to the committed batch, beside reading it alone.

    python benchmarks/import.py --patches 100000 --repeat 3

Every run is a process of its own, in turn: `geopandas.read_file` on the file, timed without its
own start; then this program's import, whole, the start of its reading process included.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
SEED = 20260901
VERTICES = 30
ZONE_40 = "EPSG:4528"
MB = 1024


def make_delivery(path: Path, count: int) -> None:
    """Write patches as they are delivered: 16 fields in GBK, 30 vertices each, zone 40."""
    rng = np.random.default_rng(SEED)
    east = rng.uniform(40_400_000, 40_560_000, count)
    north = rng.uniform(4_700_000, 4_900_000, count)
    turn = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    radius = rng.uniform(20, 80, (count, 1)) * (1 + 0.2 * rng.uniform(-1, 1, (count, VERTICES)))
    x, y = east[:, None] + radius * np.cos(turn), north[:, None] + radius * np.sin(turn)
    rings = np.stack([x, y], -1)
    outlines = shapely.polygons(np.concatenate([rings, rings[:, :1]], 1))
    # One in five hundred crosses itself, so that something is to be mended.
    for row in range(0, count, 500):
        outlines[row] = shapely.Polygon(rings[row][[0, 10, 5, 15, 20]])
    columns = {
        "PAN_NO_TB": np.arange(count) + 15_990_100_000,
        "SHENG": "15",
        "XIAN": "159901",
        "XIANG": "159901100",
        "CUN": rng.choice([f"159901100{n:03d}" for n in range(200, 260)], count),
        "LIN_YE_JU": "159901",
        "LIN_CHANG": "159901001",
        "LIN_BAN": rng.choice([f"{n:04d}" for n in range(1, 400)], count),
        "GPS_X": east.astype(int),
        "GPS_Y": north.astype(int),
        "MIAN_JI": rng.uniform(0.1, 5, count).round(4),
        "PAN_BHYY": rng.choice(["421", "411", "51", "71"], count),
        "PAN_DILEI": rng.choice(["建设用地", "其他草地", "乔木林地"], count),
        "BEIZHU": rng.choice(["新增道路", "光伏板区", "疑似采伐", ""], count),
        "QQYXSJ": "2025-06-01",
        "HQYXSJ": "2026-06-01",
    }
    frame = gpd.GeoDataFrame(columns, geometry=outlines, crs=ZONE_40)
    frame.to_file(path, encoding="GBK")


# ---- What each process does ---------------------------------------------------------------------


def read_alone(path: Path) -> dict[str, object]:
    """Read the file with geopandas, and do nothing with it."""
    with _watched() as peak:
        start = time.perf_counter()
        frame = gpd.read_file(path)
        took = time.perf_counter() - start
    return {"rows": len(frame), "steps": {"read_file": took}, "peak_mb": peak[0] / MB}


def import_whole(path: Path) -> dict[str, object]:
    """Import the file into an empty workspace, step by step."""
    from geo.files.read import read_delivery  # noqa: PLC0415 - the other process needs none of it
    from geo.model.layer_kinds import LayerKind  # noqa: PLC0415
    from geo.workflow.import_patches import import_patches  # noqa: PLC0415
    from geo.workflow.importing import inspect  # noqa: PLC0415
    from geo.workflow.intake import ImportOptions  # noqa: PLC0415
    from geo.workflow.look import actor_of, verify  # noqa: PLC0415
    from geo.workflow.set_up import set_up  # noqa: PLC0415

    steps: dict[str, float] = {}
    options = ImportOptions(accept_proposals=True)
    with tempfile.TemporaryDirectory() as folder, _watched() as peak:
        store = set_up(Path(folder) / "workspace", at=datetime.now(UTC))
        actor = actor_of(store, "admin")
        with _timed(steps, "read in the reading process"):
            delivery = read_delivery(path)
        with _timed(steps, "understand: fields, system, repair, area, checks"):
            intake = inspect(store, actor, path, LayerKind.PATCHES, options, delivery=delivery)
        del delivery
        with _timed(steps, "write: patches, history, boxes, commit"):
            report = import_patches(
                store, actor, path, at=datetime.now(UTC), batch="B", options=options, intake=intake
            )
        rows = report.taken
        del intake, report
        peak_kb = peak[0]
        broken = verify(store, actor).broken
        store.close()
    if broken:
        raise SystemExit(f"the history is broken: {broken[:3]}")
    return {"rows": rows, "steps": steps, "peak_mb": peak_kb / MB}


@contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    steps[name] = time.perf_counter() - start


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Watch the memory of this process and all it has started, shared pages counted once."""
    peak, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            peak[0] = max(peak[0], sum(_pss_kb(pid) for pid in _family(os.getpid())))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        others = [
            child
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return found
    for child in {*text.split(), *others}:
        found += _family(int(child))
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


JOBS = {"alone": read_alone, "whole": import_whole}


# ---- The comparison -----------------------------------------------------------------------------


def run(job: str, path: Path) -> dict[str, object]:
    """Do one job in a process of its own."""
    command = [sys.executable, __file__, "--job", job, "--file", str(path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def compare(path: Path, repeat: int) -> None:
    """Print both in turn, the ratio pair by pair, and where the time goes."""
    run("alone", path)  # the file is in the system's cache from here on
    pairs = [(run("alone", path), run("whole", path)) for _ in range(repeat)]
    alone = [sum(a["steps"].values()) for a, _ in pairs]
    whole = [sum(w["steps"].values()) for _, w in pairs]
    ratios = [w / a for a, w in zip(alone, whole, strict=True)]
    print(f"\n{pairs[0][1]['rows']:,} patches, {repeat} runs in turn, median seconds\n")
    print("| step | s | × read_file |\n|---|---|---|")
    base = statistics.median(alone)
    print(f"| geopandas.read_file alone | {base:.2f} | 1.0 |")
    for name in pairs[0][1]["steps"]:
        took = statistics.median(w["steps"][name] for _, w in pairs)
        print(f"| {name} | {took:.2f} | {took / base:.1f} |")
    total = statistics.median(whole)
    print(f"| **import, whole** | {total:.2f} | {statistics.median(ratios):.1f} |")
    memory = [max(p[n]["peak_mb"] for p in pairs) for n in (0, 1)]
    print(f"\nratio, pair by pair: {', '.join(f'{r:.2f}' for r in ratios)}")
    print(f"peak memory: read_file {memory[0]:,.0f} MB, import with its reader {memory[1]:,.0f} MB")


def main() -> None:
    """Make the delivery and compare, or do one job of the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--job", choices=JOBS)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.job:
        print(json.dumps(JOBS[asked.job](asked.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.shp"
        make_delivery(path, asked.patches)
        compare(path, asked.repeat)


if __name__ == "__main__":
    main()
