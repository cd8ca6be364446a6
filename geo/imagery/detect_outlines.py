"""From changed pixels to outlines: specks sieved out, blocks joined, stairs smoothed.

Outlines are made in pixels, whose corners are whole numbers: what two blocks share is equal to the
last digit, and a shape cut by the edge of a block becomes one again.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.features import rasterize, shapes, sieve
from rasterio.windows import Window

from geo.imagery.raster_pair import Bools, Floats

Shapes = NDArray[np.object_]

# Specks larger than this are left to the measuring of areas: sieving them block by block would
# need as wide a frame around each.
MOST_SIEVED_PX = 64
# A stair of pixels leaves its slope by up to 0.71 of a pixel.
SMOOTH_PX = 0.75


@dataclass(frozen=True, slots=True)
class Pieces:
    """Outlines of changed pixels.

    Attributes
    ----------
    shapes
        Polygons in pixels of the pair.
    pixels
        How many pixels each holds.
    total
        Sum of the change over them.
    """

    shapes: Shapes
    pixels: NDArray[np.int64]
    total: NDArray[np.float64]


def pieces_in(change: Floats, threshold: float, block: Window, *, least_px: int) -> Pieces:
    """Outline what lies beyond the threshold in one block; specks are left out, small holes closed.

    Parameters
    ----------
    change
        The block's pixels.
    threshold
        Above 0.
    block
        Where they lie in the pair.
    least_px
        Fewer pixels that hang together by their edges are a speck, unless they touch the edge of
        the block: the rest of them may lie in the next one.
    """
    changed = (change >= threshold).astype(np.uint8)
    if changed.any() and least_px > 1:
        frame = min(least_px, MOST_SIEVED_PX)
        # What touches the edge goes on beyond it, so that it is no speck.
        wide = sieve(np.pad(changed, frame, mode="edge"), frame, connectivity=4)
        changed = wide[frame:-frame, frame:-frame]
    if not changed.any():
        return _none()
    place = Affine.translation(block.col_off, block.row_off)
    found = [
        shapely.geometry.shape(outline)
        for outline, _ in shapes(changed, mask=changed > 0, connectivity=4, transform=place)
    ]
    numbers = rasterize(
        [(shape, k) for k, shape in enumerate(found, 1)],
        out_shape=change.shape,
        transform=place,
        dtype="int32",
    )
    inside = numbers.ravel()
    pixels = np.bincount(inside, minlength=len(found) + 1)[1:]
    total = np.bincount(inside, change.ravel(), minlength=len(found) + 1)[1:]
    return Pieces(np.array(found, dtype=object), pixels.astype(np.int64), total.astype(np.float64))


def join_pieces(blocks: list[Pieces], block_px: int) -> Pieces:
    """Join the pieces of all blocks where they meet."""
    pieces = Pieces(
        np.concatenate([b.shapes for b in blocks] or [_none().shapes]),
        np.concatenate([b.pixels for b in blocks] or [_none().pixels]),
        np.concatenate([b.total for b in blocks] or [_none().total]),
    )
    on_edge = _touch_edges(shapely.bounds(pieces.shapes), block_px)
    if not on_edge.any():
        return pieces
    whole = shapely.get_parts(shapely.union_all(pieces.shapes[on_edge]))
    inner = shapely.point_on_surface(pieces.shapes[on_edge])
    piece, owner = shapely.STRtree(whole).query(inner, predicate="intersects")
    pixels, total = pieces.pixels[on_edge][piece], pieces.total[on_edge][piece]
    count = len(whole)
    return Pieces(
        np.append(pieces.shapes[~on_edge], whole),
        np.append(pieces.pixels[~on_edge], np.bincount(owner, pixels, count).astype(np.int64)),
        np.append(pieces.total[~on_edge], np.bincount(owner, total, count)),
    )


def smooth_outlines(outlines: Shapes, *, least_hole_px: float) -> Shapes:
    """Take the stairs out of outlines and close holes smaller than a patch may be."""
    closed = np.array([_without_holes(shape, least_hole_px) for shape in outlines], dtype=object)
    smooth = shapely.simplify(closed, SMOOTH_PX, preserve_topology=True)
    # A shape of very few pixels may lose more than its stairs.
    is_lost = shapely.area(smooth) < 0.7 * shapely.area(closed)
    return np.asarray(np.where(is_lost, closed, smooth))


def placed(outlines: Shapes, transform: Affine) -> Shapes:
    """Bring outlines from pixels into the system of the images."""
    points = shapely.get_coordinates(outlines)
    x, y = points[:, 0], points[:, 1]
    moved = np.stack(
        [
            transform.a * x + transform.b * y + transform.c,
            transform.d * x + transform.e * y + transform.f,
        ],
        axis=1,
    )
    return np.asarray(shapely.set_coordinates(outlines.copy(), moved))


def _none() -> Pieces:
    return Pieces(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0))


def _touch_edges(bounds: NDArray[np.float64], block_px: int) -> Bools:
    """Tell which shapes touch a line between blocks."""
    return np.asarray((bounds % block_px == 0).any(axis=1))


def _without_holes(shape: shapely.Polygon, least_px: float) -> shapely.Polygon:
    if not shape.interiors:
        return shape
    kept = [ring for ring in shape.interiors if shapely.Polygon(ring).area >= least_px]
    return shapely.Polygon(shape.exterior, kept)
