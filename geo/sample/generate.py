"""The whole sample from one seed: an invented banner, one season of patches, people, permits."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import WorkspaceError
from geo.sample.findings import make_findings
from geo.sample.imagery import write_images
from geo.sample.names import (
    BANNER_CODE,
    BANNER_NAME,
    grid_codes,
    grid_names,
    township_codes,
    township_names,
    village_codes,
    village_names,
)
from geo.sample.partition import Shapes
from geo.sample.patches import FEWEST_PATCHES, SEASON, Season, make_season
from geo.sample.people import GRID_MANAGER, Staff, make_staff
from geo.sample.permits import make_reserve
from geo.sample.territory import SAMPLE_CRS, SAMPLE_GRIDS, Territory, make_territory
from geo.sample.write import write_csv, write_geojson, write_geopackage, write_shapefile_zip

SEED = 20260901
SAMPLE_PATCHES = 300
FEWEST_GRIDS = 40
SHAPEFILE = f"{BANNER_NAME}变化图斑{SEASON}"

# Each part has its own stream of chance: more patches leave the land as it is.
_LAND, _PATCHES, _PEOPLE, _RESERVE, _FINDINGS, _IMAGES = range(1, 7)


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was made.

    Attributes
    ----------
    folder
        Where it lies.
    townships, villages, grids, patches, people, permits, findings
        How many of each.
    outside, straddling, ties, invalid
        How many patches lie in no grid, in more than one, in two by equal parts; how many have a
        ring that crosses itself.
    paths
        The files, in the order written.
    """

    folder: Path
    townships: int
    villages: int
    grids: int
    patches: int
    people: int
    permits: int
    findings: int
    outside: int
    straddling: int
    ties: int
    invalid: int
    paths: tuple[Path, ...]


def make_sample(
    out: Path,
    *,
    seed: int = SEED,
    patches: int = SAMPLE_PATCHES,
    grids: int | None = None,
) -> SampleSummary:
    """Make the synthetic banner and write its files; the same seed gives the same files.

    Parameters
    ----------
    out
        Folder for the files; made if it is missing, files of the same names are replaced.
    seed
        Whole number that everything is drawn from.
    patches
        How many change patches, at least 50.
    grids
        How many patrol grids, at least 40; the usual 120 if not given.

    Raises
    ------
    WorkspaceError
        ``sample_too_small``.
    """
    grids = SAMPLE_GRIDS if grids is None else grids
    if patches < FEWEST_PATCHES or grids < FEWEST_GRIDS:
        raise WorkspaceError(
            "sample_too_small",
            patches=patches,
            grids=grids,
            least_patches=FEWEST_PATCHES,
            least_grids=FEWEST_GRIDS,
        )
    land = make_territory(_chance(seed, _LAND), grids=grids)
    staff = make_staff(land, _chance(seed, _PEOPLE))
    season = make_season(land, patches, _chance(seed, _PATCHES))
    reserve = make_reserve(land, _chance(seed, _RESERVE))
    findings = make_findings(season, staff.ranger_of_grid, _chance(seed, _FINDINGS))
    out.mkdir(parents=True, exist_ok=True)
    paths = (
        write_geopackage(out / "grids.gpkg", {"grids": _grid_layer(land, staff)}),
        write_geopackage(out / "admin.gpkg", _admin_layers(land)),
        write_geopackage(out / "base.gpkg", _base_layers(land)),
        write_shapefile_zip(out / "patches.zip", season.delivered, SHAPEFILE),
        write_csv(out / "truth.csv", season.truth),
        write_csv(out / "people.csv", staff.table),
        write_geopackage(out / "permits.gpkg", {"permits": season.permits.table}),
        write_geopackage(out / "reserves.gpkg", {"reserves": reserve}),
        write_geojson(out / "findings.geojson", findings),
        *write_images(
            out,
            land,
            shapely.make_valid(season.delivered.geometry.to_numpy()),
            season.truth["true_cause"].tolist(),
            _chance(seed, _IMAGES),
        ),
    )
    return _summary(out, land, staff, season, findings=len(findings), paths=paths)


def _chance(seed: int, part: int) -> np.random.Generator:
    return np.random.default_rng([seed, part])


def _summary(
    out: Path,
    land: Territory,
    staff: Staff,
    season: Season,
    *,
    findings: int,
    paths: tuple[Path, ...],
) -> SampleSummary:
    note = season.truth["note"].str
    return SampleSummary(
        folder=out,
        townships=len(land.townships),
        villages=len(land.villages),
        grids=len(land.grids),
        patches=len(season.delivered),
        people=len(staff.table),
        permits=len(season.permits.table),
        findings=findings,
        outside=int(note.contains("outside").sum()),
        straddling=int(note.contains("straddles|tie").sum()),
        ties=int(note.contains("tie").sum()),
        invalid=int(note.contains("invalid").sum()),
        paths=paths,
    )


def _grid_layer(land: Territory, staff: Staff) -> gpd.GeoDataFrame:
    codes = village_codes(land)
    villages = [codes[village] for village in land.village_of_grid]
    return _layer(
        land.grids,
        WGBH=grid_codes(land),
        WGMC=grid_names(land),
        XIANG=[village[:9] for village in villages],
        CUN=villages,
        WGZ=[GRID_MANAGER] * len(land.grids),
        HLY=staff.ranger_of_grid,
    )


def _admin_layers(land: Territory) -> dict[str, gpd.GeoDataFrame]:
    outline = np.array([land.outline], dtype=object)
    return {
        "banner": _layer(outline, code=[BANNER_CODE], name=[BANNER_NAME]),
        "townships": _layer(land.townships, code=township_codes(), name=township_names()),
        "villages": _layer(land.villages, code=village_codes(land), name=village_names(land)),
    }


def _base_layers(land: Territory) -> dict[str, gpd.GeoDataFrame]:
    rank = ["干流", *["支流"] * (len(land.rivers) - 1)]
    kind = ["国道", *["县道"] * 4, *["乡道"] * (len(land.roads) - 5)]
    return {
        "river": _layer(land.rivers, name=["样例河", "样例一支河"], rank=rank),
        "roads": _layer(
            land.roads, name=[f"样例{k + 1}号{r}" for k, r in enumerate(kind)], kind=kind
        ),
    }


def _layer(shapes: Shapes, **columns: Sequence[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=SAMPLE_CRS)
