"""Locating patches in grids: ours beside what others offer, on the same made-up data.

Run it from the root of the repository:

    python benchmarks/locate.py --patches 100000 --grids 24000 --repeat 5
    python benchmarks/locate.py --scale

Everybody gets the data in memory in the form they like; only the work is timed. Runs alternate, so
that a busy machine hurts all alike; processor time says what the clock hides. The answers must be
the same: one owner for each patch, shares within 1e-6.
"""

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, not installed

from benchmarks.made_up import CRS, make_grids, make_patches
from geo.dispatch.locate import locate_patches

TOLERANCE_M = 1e-6
SHARE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Data:
    """What everybody works on."""

    patches: np.ndarray
    grids: np.ndarray
    codes: list[str]

    def tables(self) -> list[tuple[str, str, np.ndarray]]:
        """Name the key and the table of both layers, for those who speak SQL."""
        return [("patch", "patches", self.patches), ("grid", "grids", self.grids)]


@dataclass(frozen=True, slots=True)
class Answer:
    """Row of the owning grid (-1: none) and its share, for each patch."""

    owner: np.ndarray
    share: np.ndarray


@dataclass(slots=True)
class Contender:
    """Somebody who can locate, and how long it took each time."""

    name: str
    run: Callable[[], Answer]
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def time_once(self) -> Answer:
        """Run once and note the time."""
        wall, cpu = time.perf_counter(), time.process_time()
        answer = self.run()
        self.wall_s.append(time.perf_counter() - wall)
        self.cpu_s.append(time.process_time() - cpu)
        return answer


def answer_of_pairs(data: Data, patch: np.ndarray, grid: np.ndarray, area: np.ndarray) -> Answer:
    """Choose owners from overlap areas by the product's rule, written anew."""
    touch = TOLERANCE_M * shapely.length(data.patches)
    pairs = pd.DataFrame({"patch": patch, "grid": grid, "area": area})
    pairs = pairs[pairs["area"] > touch[pairs["patch"]]]
    largest = pairs.groupby("patch")["area"].transform("max")
    pairs = pairs[pairs["area"] >= largest - touch[pairs["patch"]]]
    code = np.asarray(data.codes)[pairs["grid"]]
    pairs = pairs.assign(code=code).sort_values(["patch", "code"]).drop_duplicates("patch")
    owner = np.full(len(data.patches), -1)
    owner[pairs["patch"]] = pairs["grid"]
    share = np.zeros(len(data.patches))
    share[pairs["patch"]] = pairs["area"] / shapely.area(data.patches[pairs["patch"]])
    return Answer(owner, share)


def skyground(data: Data, threads: int | None) -> Contender:
    def run() -> Answer:
        found = locate_patches(
            data.patches, data.grids, data.codes, tolerance_m=TOLERANCE_M, threads=threads
        )
        return Answer(found.grid, found.share)

    return Contender("skyground", run)


def geopandas_overlay(data: Data) -> Contender:
    patches = gpd.GeoDataFrame(
        {"patch": np.arange(len(data.patches))}, geometry=data.patches, crs=CRS
    )
    grids = gpd.GeoDataFrame({"grid": np.arange(len(data.grids))}, geometry=data.grids, crs=CRS)

    def run() -> Answer:
        cut = gpd.overlay(patches, grids, how="intersection", keep_geom_type=True)
        return answer_of_pairs(
            data, cut["patch"].to_numpy(), cut["grid"].to_numpy(), cut.area.to_numpy()
        )

    return Contender("geopandas.overlay", run)


OVERLAPS_SQL = """
    SELECT p.patch, g.grid, ST_Area(ST_Intersection(p.geom, g.geom)) AS area
    FROM patches p JOIN grids g ON ST_Intersects(p.geom, g.geom)
"""


def duckdb_spatial(data: Data) -> Contender | str:
    if importlib.util.find_spec("duckdb") is None:
        return "DuckDB: left out, the package duckdb is not installed."
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect()
    try:
        if importlib.util.find_spec("duckdb_extensions") is not None:
            from duckdb_extensions import import_extension  # noqa: PLC0415

            import_extension("spatial")
        connection.execute("LOAD spatial")
    except (duckdb.Error, OSError, ImportError) as error:
        reason = str(error).splitlines()[0]
        return f"DuckDB {duckdb.__version__}: left out, no spatial extension ({reason})."
    for key, table, shapes in data.tables():
        rows = pd.DataFrame({key: np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
        connection.register("incoming", rows)
        connection.execute(
            f"CREATE TABLE {table} AS SELECT {key}, ST_GeomFromWKB(wkb) AS geom FROM incoming"
        )
        connection.unregister("incoming")

    def run() -> Answer:
        pairs = connection.execute(OVERLAPS_SQL).fetchnumpy()
        return answer_of_pairs(data, pairs["patch"], pairs["grid"], pairs["area"])

    return Contender(f"DuckDB {duckdb.__version__} spatial", run)


def sedonadb(data: Data) -> Contender | str:
    if importlib.util.find_spec("sedonadb") is None:
        return "SedonaDB: left out, the package sedonadb is not installed."
    import sedonadb as sedona  # noqa: PLC0415

    context = sedona.connect()
    for key, table, shapes in data.tables():
        frame = gpd.GeoDataFrame({key: np.arange(len(shapes))}, geometry=shapes, crs=CRS)
        context.create_data_frame(frame.rename_geometry("geom")).to_view(table)

    def run() -> Answer:
        pairs = context.sql(OVERLAPS_SQL).to_pandas()
        return answer_of_pairs(
            data, pairs["patch"].to_numpy(), pairs["grid"].to_numpy(), pairs["area"].to_numpy()
        )

    return Contender(f"SedonaDB {sedona.__version__}", run)


def differences(ours: Answer, theirs: Answer) -> str:
    """Say how two answers differ; empty if they do not."""
    owners = int((ours.owner != theirs.owner).sum())
    widest = float(np.abs(ours.share - theirs.share).max(initial=0.0))
    if owners == 0 and widest <= SHARE_TOLERANCE:
        return ""
    return f"{owners} owners differ, shares by up to {widest:.1e}"


def compare(data: Data, repeat: int, threads: int | None) -> bool:
    """Let everybody run in turn, print the table, and tell whether all answers are the same."""
    ours = skyground(data, threads)
    contenders = [ours]
    for candidate in (geopandas_overlay(data), duckdb_spatial(data), sedonadb(data)):
        if isinstance(candidate, str):
            print(candidate)
        else:
            contenders.append(candidate)
    complaints = dict.fromkeys((c.name for c in contenders), "")
    for turn in range(repeat):
        answers = {c.name: c.time_once() for c in contenders}
        for name, answer in answers.items():
            complaints[name] = complaints[name] or differences(answers[ours.name], answer)
        print(f"run {turn + 1} of {repeat}", file=sys.stderr)
    print_table(contenders, complaints)
    return not any(complaints.values())


def print_table(contenders: list[Contender], complaints: dict[str, str]) -> None:
    ours = contenders[0]
    heads = ("", "min s", "median s", "× min", "× median", "cpu s", "× cpu", "same answers")
    rows = [heads]
    for c in contenders:
        low, middle, cpu = min(c.wall_s), statistics.median(c.wall_s), min(c.cpu_s)
        rows.append(
            (
                c.name,
                f"{low:.2f}",
                f"{middle:.2f}",
                f"{low / min(ours.wall_s):.1f}",
                f"{middle / statistics.median(ours.wall_s):.1f}",
                f"{cpu:.2f}",
                f"{cpu / min(ours.cpu_s):.1f}",
                complaints[c.name] or "yes",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    for row in rows:
        name = row[0].ljust(widths[0])
        numbers = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join([name, *numbers]))


def scale(grid_count: int, repeat: int, threads: int | None) -> None:
    """Time ours on 100,000 and on 1,000,000 patches in turn, and print the ratio."""
    grids, codes = make_grids(grid_count)
    million = make_patches(1_000_000, grids)
    # Every tenth, so that both are scattered over memory alike.
    runs = [
        skyground(Data(patches, grids, codes), threads)
        for patches in (million[::10].copy(), million)
    ]
    for turn in range(repeat):
        for contender in runs:
            contender.time_once()
        print(f"run {turn + 1} of {repeat}", file=sys.stderr)
    small, large = runs
    print(f"patches      min s  median s   cpu s   ({grid_count:,} grids)")
    for count, c in ((100_000, small), (1_000_000, large)):
        middle = statistics.median(c.wall_s)
        print(f"{count:>9,}  {min(c.wall_s):>8.2f}  {middle:>8.2f}  {min(c.cpu_s):>6.2f}")
    wall = min(large.wall_s) / min(small.wall_s)
    cpu = min(large.cpu_s) / min(small.cpu_s)
    print(f"ten times the patches: {wall:.1f} times the time, {cpu:.1f} times the processor time")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--grids", type=int, default=24_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=None, help="of ours; default: all")
    parser.add_argument("--scale", action="store_true", help="ours alone, 100,000 and 1,000,000")
    options = parser.parse_args()
    if options.scale:
        scale(options.grids, options.repeat, options.threads)
        return 0
    grids, codes = make_grids(options.grids)
    data = Data(make_patches(options.patches, grids), grids, codes)
    print(f"{options.patches:,} patches, {options.grids:,} grids, {options.repeat} runs in turn")
    return 0 if compare(data, options.repeat, options.threads) else 1


if __name__ == "__main__":
    sys.exit(main())
