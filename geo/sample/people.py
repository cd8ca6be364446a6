"""Who works in the sample: forty rangers and six others, by role and number, without names."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.model.stages import Level, Role
from geo.sample.names import BANNER_CODE, CITY_CODE, PROVINCE_CODE, village_codes
from geo.sample.partition import Ints
from geo.sample.territory import SAMPLE_CRS, Territory
from geo.shapes.crs import to_stored

RANGERS = 40
GRID_MANAGER = "M01"

_OTHERS: tuple[tuple[str, Role, int, str, str], ...] = (
    ("A01", Role.ADMINISTRATOR, 1, "", BANNER_CODE),
    ("I01", Role.INSPECTOR, 1, Level.COUNTY, BANNER_CODE),
    ("I02", Role.INSPECTOR, 2, Level.CITY, CITY_CODE),
    ("I03", Role.INSPECTOR, 3, Level.PROVINCE, PROVINCE_CODE),
    (GRID_MANAGER, Role.GRID_MANAGER, 1, "", BANNER_CODE),
    ("C01", Role.CHIEF, 1, "", BANNER_CODE),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The people, and who walks which grid.

    Attributes
    ----------
    table
        code, role, number, level, admin_code, home_lon, home_lat (degrees, EPSG:4490).
    ranger_of_grid
        Code of the ranger for each grid.
    """

    table: pd.DataFrame
    ranger_of_grid: list[str]


def make_staff(land: Territory, rng: np.random.Generator) -> Staff:
    """Share the rangers out over the villages, by their grids, and give everybody a home.

    A ranger belongs to one village and walks grids of that village only.
    """
    of_village = _shares(np.bincount(land.village_of_grid, minlength=len(land.villages)), RANGERS)
    codes = [f"R{k + 1:02d}" for k in range(RANGERS)]
    ranger_of_grid = np.empty(len(land.grids), dtype="<U3")
    homes: list[shapely.Point] = []
    first = 0
    for village, count in enumerate(of_village.tolist()):
        grids = np.flatnonzero(land.village_of_grid == village)
        for k, own in enumerate(np.array_split(grids, count)):
            ranger_of_grid[own] = codes[first + k]
            homes.append(_home(land, own if len(own) else grids, rng))
        first += count
    villages = np.repeat(village_codes(land), of_village)
    table = pd.DataFrame(
        [
            (c, Role.RANGER, k + 1, "", v)
            for k, (c, v) in enumerate(zip(codes, villages, strict=True))
        ]
        + list(_OTHERS),
        columns=["code", "role", "number", "level", "admin_code"],
    )
    # The others sit at the seat, where the roads meet.
    seat = shapely.Point(shapely.get_coordinates(land.roads[1])[0])
    lon_lat = to_stored(homes + [seat] * len(_OTHERS), SAMPLE_CRS)
    table["home_lon"] = np.round(shapely.get_x(lon_lat), 6)
    table["home_lat"] = np.round(shapely.get_y(lon_lat), 6)
    return Staff(table, ranger_of_grid.tolist())


def _shares(weights: Ints, total: int) -> Ints:
    """Share a number out by weight, the largest remainders last, nobody getting none."""
    fair = weights * total / weights.sum()
    shares = np.maximum(np.floor(fair), 1).astype(np.int64)
    while shares.sum() != total:
        step = 1 if shares.sum() < total else -1
        # Whom it suits best; on the way down nobody falls below one.
        gap = np.where((shares > 1) | (step > 0), step * (fair - shares), -np.inf)
        shares[int(gap.argmax())] += step
    return np.asarray(shares)


def _home(land: Territory, grids: Ints, rng: np.random.Generator) -> shapely.Point:
    """Find a place by a road where one crosses the grids, else somewhere in the first of them."""
    along = shapely.intersection(shapely.union_all(land.roads), land.grids[grids])
    beside = np.flatnonzero(shapely.length(along) > 1.0)
    if len(beside):
        road = along[beside[0]]
        part = shapely.get_parts(road)[0]
        return shapely.line_interpolate_point(part, rng.uniform(0.2, 0.8), normalized=True)
    return shapely.point_on_surface(land.grids[grids[0]])
