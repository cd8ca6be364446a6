"""Grids and patches made up for benchmarks, from a seed.

Independent of the product's sample: other shapes, other code, no file to read. Coordinates are
metres as in EPSG:4528.
"""

import numpy as np
import shapely

CRS = "EPSG:4528"
CELL_M = 2_160.0  # 467 ha, 7,000 mu: a grid as they are drawn
GRID_VERTICES = 65
PATCH_VERTICES = 30

_ORIGIN = np.array([40_400_000.0, 4_600_000.0])
_CORNER_JITTER = 0.2
_EDGE_WIGGLE = 0.12
_EDGE_PIECES = (GRID_VERTICES - 1) // 4
_MARGIN_M = 500.0  # patches lie up to this far outside, as in a delivery cut by a loose frame


def make_grids(count: int, *, seed: int = 1) -> tuple[np.ndarray, list[str]]:
    """Make irregular grids of 65 vertices that cover a block of land without gap or overlap.

    Corners are shifted, and every shared edge winds between its corners; both neighbours use the
    same vertices.

    Returns
    -------
    tuple of numpy.ndarray and list of str
        Polygons, and their codes in shuffled order.
    """
    rng = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    rows = int(np.ceil(count / columns))
    lattice = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1)
    jitter = rng.uniform(-_CORNER_JITTER, _CORNER_JITTER, lattice.shape)
    corners = _ORIGIN + CELL_M * (lattice + jitter)
    across = _winding(corners[:, :-1], corners[:, 1:], rng)
    upward = _winding(corners[:-1], corners[1:], rng)
    rings = np.concatenate(
        [
            corners[:-1, :-1, None],
            across[:-1],
            corners[:-1, 1:, None],
            upward[:, 1:],
            corners[1:, 1:, None],
            across[1:, :, ::-1],
            corners[1:, :-1, None],
            upward[:, :-1, ::-1],
            corners[:-1, :-1, None],
        ],
        axis=2,
    )
    polygons = shapely.polygons(rings.reshape(-1, GRID_VERTICES, 2)[:count])
    codes = [f"C{number:06d}" for number in rng.permutation(count)]
    return polygons, codes


def _winding(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put vertices between corners, shifted to the sides, less so near the corners."""
    along = np.arange(1, _EDGE_PIECES) / _EDGE_PIECES
    step = (end - start)[..., None, :]
    sideways = np.stack([-step[..., 1], step[..., 0]], axis=-1)
    room = np.sqrt(4 * along * (1 - along)) * np.minimum(1, 3 * np.minimum(along, 1 - along))
    shift = rng.uniform(-_EDGE_WIGGLE, _EDGE_WIGGLE, (*start.shape[:-1], len(along))) * room
    winding: np.ndarray = start[..., None, :] + step * along[:, None] + sideways * shift[..., None]
    return winding


def make_patches(count: int, grids: np.ndarray, *, seed: int = 2) -> np.ndarray:
    """Make blobs of 30 vertices, log-normal in size with a median of 0.9 ha, over the grids.

    Some reach beyond the outermost grids, some lie outside them.
    """
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(grids)
    centres = np.stack(
        [
            rng.uniform(west - _MARGIN_M, east + _MARGIN_M, count),
            rng.uniform(south - _MARGIN_M, north + _MARGIN_M, count),
        ],
        axis=-1,
    )
    radius = np.clip(rng.lognormal(np.log(60.0), 0.8, count), 8.0, 600.0)
    vertices = PATCH_VERTICES - 1  # and the first one again
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    turn = turn + rng.uniform(0, 0.15, (count, vertices))
    reach = radius[:, None] * rng.uniform(0.6, 1.2, (count, vertices))
    rings = centres[:, None] + np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=-1)
    return np.asarray(shapely.polygons(rings))
