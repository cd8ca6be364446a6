"""What the field teams sent back: findings for eighty patches, with what is known of each photo."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pyproj
import shapely

from geo.sample.causes import (
    BEYOND_PERMIT_NOTE,
    LAND_BEFORE,
    LAND_BEFORE_SHARES,
    UNLAWFUL,
    field_note,
    land_after,
    mistake,
)
from geo.sample.linework import Floats
from geo.sample.patches import Season
from geo.sample.territory import SAMPLE_CRS
from geo.shapes.crs import to_stored

FINDINGS = 80
SHARE_WRONG = 0.05
SHARE_OUTLINED = 0.4

_DEGREE_DIGITS = 7
_BEIJING = timezone(timedelta(hours=8))
_FIRST_DAY = datetime(2026, 9, 3, tzinfo=_BEIJING)
_DAYS = 20
_FAR_M, _NEAR_M = (50.0, 140.0), (4.0, 14.0)
_AIM_ERROR_DEG = 6.0
_CGCS2000 = pyproj.Geod(a=6378137.0, rf=298.257222101)


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where somebody stood with a camera, and the point on the patch's edge it was held at."""

    place: Floats
    target: Floats


def make_findings(
    season: Season, ranger_of_grid: list[str], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Write the findings for some of the patches that lie in a grid.

    Parameters
    ----------
    season
        The patches and what is true about them.
    ranger_of_grid
        Who walks each grid.
    rng
        Source of chance.

    Returns
    -------
    list of dict
        RFC 7946 features: longitude, latitude in degrees (EPSG:4490) with 7 decimals, outer rings
        counter-clockwise; the outline as walked, or a point in the patch.
    """
    shapes = season.delivered.geometry.to_numpy()
    able = np.flatnonzero((season.owner >= 0) & shapely.is_valid(shapes))
    rows = np.sort(rng.choice(able, min(FINDINGS, len(able)), replace=False))
    is_wrong = np.isin(rows, rng.choice(rows, round(SHARE_WRONG * len(rows)), replace=False))
    return [
        _feature(season, row, ranger_of_grid[season.owner[row]], is_wrong=wrong, rng=rng)
        for row, wrong in zip(rows.tolist(), is_wrong.tolist(), strict=True)
    ]


def _feature(
    season: Season, row: int, surveyor: str, *, is_wrong: bool, rng: np.random.Generator
) -> dict[str, Any]:
    shape = season.delivered.geometry.iloc[row]
    truth = season.truth.iloc[row]
    cause = str(truth["true_cause"])
    is_unlawful = truth["lawful"] == 0
    note = BEYOND_PERMIT_NOTE if is_unlawful and cause not in UNLAWFUL else field_note(cause)
    if is_wrong:
        cause = mistake(cause)
        is_unlawful, note = cause in UNLAWFUL, field_note(cause)
    done = _moment(rng)
    found = shape if rng.random() < SHARE_OUTLINED else shape.point_on_surface()
    return {
        "type": "Feature",
        "geometry": _geometry(found),
        "properties": {
            "batch": None,
            "patch_code": str(truth["patch_code"]),
            "base_version": None,
            "found_cause": cause,
            "found_unlawful": int(is_unlawful),
            "found_land_before": LAND_BEFORE[rng.choice(len(LAND_BEFORE), p=LAND_BEFORE_SHARES)],
            "found_land_after": str(land_after(np.array([cause]))[0]),
            "found_note": note,
            "surveyor": surveyor,
            "surveyed_at": done.isoformat(timespec="seconds"),
            "photos": _photos(str(truth["patch_code"]), shape, done, rng),
        },
    }


def _moment(rng: np.random.Generator) -> datetime:
    """Draw a time of a working day."""
    return _FIRST_DAY + timedelta(
        days=int(rng.integers(_DAYS)), seconds=int(rng.integers(9 * 3600, 17 * 3600))
    )


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    degrees = shapely.set_precision(to_stored([shape], SAMPLE_CRS), 10.0**-_DEGREE_DIGITS)[0]
    turned = shapely.orient_polygons(degrees)
    rounded: dict[str, Any] = _rounded(shapely.geometry.mapping(turned))
    return rounded


def _rounded(value: Any) -> Any:
    """Cut what the binary fractions leave behind the seventh decimal."""
    if isinstance(value, float):
        return round(value, _DEGREE_DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


def _photos(
    code: str, shape: shapely.Geometry, done: datetime, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Describe three or four photos from afar and as many from near, in the order taken."""
    views = ["far"] * int(rng.integers(3, 5)) + ["near"] * int(rng.integers(3, 5))
    stands = [_stand(shape, _FAR_M if view == "far" else _NEAR_M, rng) for view in views]
    degrees = to_stored(shapely.points([s.place for s in stands]), SAMPLE_CRS)
    aims = to_stored(shapely.points([s.target for s in stands]), SAMPLE_CRS)
    lon, lat = shapely.get_x(degrees), shapely.get_y(degrees)
    azimuth = _CGCS2000.inv(lon, lat, shapely.get_x(aims), shapely.get_y(aims))[0]
    azimuth = (np.asarray(azimuth) + rng.normal(0.0, _AIM_ERROR_DEG, len(views))) % 360.0
    before_s = np.sort(rng.integers(60, 2400, len(views)))[::-1]
    return [
        {
            "file": f"{code}-{k + 1:02d}.jpg",
            "lon": round(float(lon[k]), _DEGREE_DIGITS),
            "lat": round(float(lat[k]), _DEGREE_DIGITS),
            "azimuth_deg": round(float(azimuth[k]), 1) % 360.0,
            "taken_at": (done - timedelta(seconds=int(before_s[k]))).isoformat(timespec="seconds"),
            "view": view,
        }
        for k, view in enumerate(views)
    ]


def _stand(
    shape: shapely.Geometry, reach_m: tuple[float, float], rng: np.random.Generator
) -> _Stand:
    """Find a place before the patch's edge from which the edge can be seen."""
    edge = shape.boundary
    while True:
        along = rng.uniform(0.0, edge.length)
        here = shapely.get_coordinates(edge.interpolate(along))[0]
        ahead = shapely.get_coordinates(edge.interpolate((along + 0.5) % edge.length))[0]
        step = ahead - here
        length = np.hypot(*step)
        if length == 0:
            continue
        out = np.array([step[1], -step[0]]) / length * (1 if rng.random() < 0.5 else -1)
        place = here + out * rng.uniform(*reach_m)
        # Neither inside the patch nor behind another arm of it.
        if not shape.intersects(shapely.LineString([here + out * 0.2, place])):
            return _Stand(place, here)
