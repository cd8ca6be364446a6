"""How well outlines that were found agree with known ones: hits, misses, false alarms."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.shapes.measure import geodesic_area_ha

# Two outlines mean the same where so much of one lies in the other.
LEAST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found beside what is known, row by row.

    Attributes
    ----------
    covered, right
        Share of each known outline that was found; share of each found one that is known.
    known_ha, found_ha
        Areas on the ellipsoid.
    """

    covered: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    known_ha: npt.NDArray[np.float64]
    found_ha: npt.NDArray[np.float64]

    @property
    def hits(self) -> int:
        """How many known outlines were found: at least `LEAST_SHARE` of each."""
        return int((self.covered >= LEAST_SHARE).sum())

    @property
    def misses(self) -> int:
        """How many known outlines were not found."""
        return len(self.covered) - self.hits

    @property
    def false_alarms(self) -> int:
        """How many found outlines lie, by less than `LEAST_SHARE`, in none that is known."""
        return int((self.right < LEAST_SHARE).sum())

    @property
    def recall(self) -> float:
        """Share of the known outlines that were found; 0 if none is known."""
        return self.hits / max(len(self.covered), 1)

    @property
    def precision(self) -> float:
        """Share of the found outlines that are known; 0 if none was found."""
        return (len(self.right) - self.false_alarms) / max(len(self.right), 1)

    @property
    def area_covered(self) -> float:
        """Share of the known area that was found."""
        return float((self.covered * self.known_ha).sum() / max(self.known_ha.sum(), 1e-12))

    @property
    def area_right(self) -> float:
        """Share of the found area that is known."""
        return float((self.right * self.found_ha).sum() / max(self.found_ha.sum(), 1e-12))


def compare_outlines(found: Iterable[object], known: Iterable[object]) -> Hits:
    """Compare outlines that were found with those that are known.

    Several found outlines may cover one that is known, and the other way round.

    Parameters
    ----------
    found, known
        Valid polygons in EPSG:4490. Those of one side should not overlap one another.
    """
    ours, theirs = np.array(list(found), dtype=object), np.array(list(known), dtype=object)
    found_ha, known_ha = geodesic_area_ha(ours), geodesic_area_ha(theirs)
    row, column = shapely.STRtree(ours).query(theirs, predicate="intersects")
    both = shapely.intersection(theirs[row], ours[column])
    # Along a line or in a point they only touch.
    flat = shapely.get_dimensions(both) == 2
    part_ha = np.zeros(len(both))
    part_ha[flat] = geodesic_area_ha([_surface(shape) for shape in both[flat]])
    return Hits(
        covered=_shares(row, part_ha, known_ha),
        right=_shares(column, part_ha, found_ha),
        known_ha=known_ha,
        found_ha=found_ha,
    )


def _shares(
    rows: npt.NDArray[np.int64], part_ha: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    total = np.bincount(rows, part_ha, minlength=len(whole))
    return np.asarray(np.minimum(total / np.maximum(whole, 1e-12), 1.0), dtype=np.float64)


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    """Leave out the lines and points of what two outlines share."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])
