"""Shapes prepared for tiles: whole numbers in files mapped into memory, near ones together.

A shape's number, its box and its rings, in the order of a Z-shaped curve through the world: what
one tile shows lies side by side. Nothing here says how a shape is drawn: that may change at any
moment without these files being touched. Coordinates are those of the web map's plane, the world
being `WORLD` units wide (1.9 cm at the equator): for drawing, never for measuring.
"""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.maps.view import TILE_PX, world_pixels

Whole = NDArray[np.int64]
Places = NDArray[np.int32]

WORLD_BITS = 31
WORLD = 1 << WORLD_BITS
CODE_BITS = 26  # per axis; a cell of the curve is 60 cm wide
_AT_ONCE = 100_000
DRAFT = ".making-"  # how a folder is called while it is written


@dataclass(frozen=True, slots=True, eq=False)
class TileShapes:
    """Shapes in the order of the curve; all arrays have a row for each but the last three.

    Attributes
    ----------
    ids
        Their numbers.
    codes
        Where the middle of the box lies on the curve; ascending.
    boxes
        West, north, east, south.
    first_ring
        Where their rings begin; one more at the end.
    first_place
        For each ring where its vertices begin; one more at the end.
    places
        Rows of x and y, y growing southward. Outer rings run clockwise as they are seen; the
        closing vertex is left out.
    """

    ids: Whole
    codes: Whole
    boxes: Places
    first_ring: Whole
    first_place: Whole
    places: Places

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, ids: Whole, geometries: NDArray[np.object_]) -> Self:
        """Prepare polygons and multipolygons in EPSG:4490 (degrees); empty ones are left out."""
        is_there = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
        ids, geometries = ids[is_there], geometries[is_there]
        turned = shapely.orient_polygons(geometries, exterior_cw=True)
        rings, owner = _rings_of(turned)
        at, _ = vertices_of(rings)
        places = _to_world(at)
        first_place = np.append(0, np.cumsum(shapely.get_num_coordinates(rings) - 1))
        first_ring = np.append(0, np.cumsum(np.bincount(owner, minlength=len(ids))))
        boxes = _boxes(places, first_place[first_ring])
        return cls(ids, _codes(boxes), boxes, first_ring, first_place, places).take(None)

    def take(self, rows: Whole | None) -> Self:
        """Give some of the shapes, or all, in the order of the curve."""
        rows = np.arange(len(self.ids)) if rows is None else rows
        rows = rows[np.argsort(self.codes[rows], kind="stable")]
        rings, ring_counts = pieces(self.first_ring, rows)
        places, place_counts = pieces(self.first_place, rings)
        return type(self)(
            np.asarray(self.ids[rows]),
            np.asarray(self.codes[rows]),
            np.asarray(self.boxes[rows]),
            np.append(0, np.cumsum(ring_counts)),
            np.append(0, np.cumsum(place_counts)),
            np.asarray(self.places[places]),
        )

    @classmethod
    def write(cls, parts: Iterable[Self], folder: Path) -> None:
        """Write the files of shapes that come part by part; the folder is there whole or not.

        No more than a part and what is small of all is in memory: a million shapes take 150 MB
        while they are written, at once they took a gigabyte.

        Raises
        ------
        OSError
            If there is no room, or nothing may be written there.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=DRAFT))
        try:
            small = cls._collected(parts, made / "unsorted")
            _write_sorted(small, made)
            (made / "unsorted").unlink()
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker: what it wrote is the same
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)

    @classmethod
    def _collected(cls, parts: Iterable[Self], file: Path) -> Self:
        """Put parts one after the other, the vertices in a file."""
        none = cls.of(np.empty(0, np.int64), np.empty(0, object))
        small = [replace(none, first_ring=none.first_ring[:0], first_place=none.first_place[:0])]
        rings = places = 0
        with file.open("wb") as stream:
            for part in parts:
                small.append(
                    replace(
                        part,
                        first_ring=part.first_ring[:-1] + rings,
                        first_place=part.first_place[:-1] + places,
                        places=none.places,
                    )
                )
                rings += len(part.first_place) - 1
                places += len(part.places)
                part.places.tofile(stream)
        joined = {f.name: np.concatenate([getattr(p, f.name) for p in small]) for f in fields(cls)}
        joined["first_ring"] = np.append(joined["first_ring"], rings)
        joined["first_place"] = np.append(joined["first_place"], places)
        if places:
            joined["places"] = np.memmap(file, np.int32, "r", shape=(places, 2))
        return cls(**joined)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the files into memory; only what is looked at is read.

        Raises
        ------
        OSError, ValueError, EOFError
            If a file is missing or broken.
        """
        # What every tile searches is read whole: a page fault at each step would cost more.
        whole = {"ids", "codes"}
        return cls(
            **{
                f.name: np.load(
                    folder / f"{f.name}.npy", mmap_mode=None if f.name in whole else "r"
                )
                for f in fields(cls)
            }
        )


def pieces(starts: Whole, rows: Whole) -> tuple[Whole, Whole]:
    """Number what belongs to some rows, one row after the other.

    Parameters
    ----------
    starts
        Where the pieces of each row begin; one more at the end.

    Returns
    -------
    tuple of numpy.ndarray
        The numbers of all pieces, and how many each row has.
    """
    begins = np.asarray(starts[rows])
    counts = np.asarray(starts[rows + 1]) - begins
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begins - (ends - counts), counts), counts


def vertices_of(rings: NDArray[np.object_]) -> tuple[NDArray[np.float64], Whole]:
    """Give the vertices of rings without the closing ones, and to which ring each belongs."""
    at, ring = shapely.get_coordinates(rings, return_index=True)
    is_last = np.append(ring[1:] != ring[:-1], True)[: len(at)]
    return at[~is_last], ring[~is_last]


def code_of(x: Whole, y: Whole) -> Whole:
    """Weave the bits of two numbers of `CODE_BITS` bits: the place on the curve."""
    return _spread(x) | _spread(y) << 1


def _rings_of(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], Whole]:
    parts, shape_of_part = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    return rings, shape_of_part[part_of_ring]


def _to_world(at_deg: NDArray[np.float64]) -> Places:
    x, y = world_pixels(at_deg[:, 0], at_deg[:, 1], 0.0)
    scaled = np.stack([x, y], axis=1) * (WORLD / TILE_PX)
    return np.clip(np.round(scaled), 0, WORLD - 1).astype(np.int32)


def _boxes(places: Places, starts: Whole) -> Places:
    if len(starts) == 1:
        return np.empty((0, 4), dtype=np.int32)
    low = np.minimum.reduceat(places, starts[:-1], axis=0)
    high = np.maximum.reduceat(places, starts[:-1], axis=0)
    return np.hstack([low, high])


def _codes(boxes: Places) -> Whole:
    wide = boxes.astype(np.int64)
    middle = (wide[:, :2] + wide[:, 2:]) >> (1 + WORLD_BITS - CODE_BITS)
    return code_of(middle[:, 0], middle[:, 1])


def _spread(numbers: Whole) -> Whole:
    """Put a nought between each two bits of numbers of 32 bits at most."""
    wide = numbers.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        wide = (wide | wide << np.uint64(shift)) & np.uint64(mask)
    return wide.astype(np.int64)


def _write_sorted(shapes: TileShapes, folder: Path) -> None:
    """Write all files in the order of the curve, the vertices some at a time."""
    rows = np.argsort(shapes.codes, kind="stable")
    rings, ring_counts = pieces(shapes.first_ring, rows)
    place_counts = np.diff(shapes.first_place)[rings]
    first_place = np.append(0, np.cumsum(place_counts))
    np.save(folder / "ids.npy", shapes.ids[rows])
    np.save(folder / "codes.npy", shapes.codes[rows])
    np.save(folder / "boxes.npy", shapes.boxes[rows])
    np.save(folder / "first_ring.npy", np.append(0, np.cumsum(ring_counts)))
    np.save(folder / "first_place.npy", first_place)
    file = folder / "places.npy"
    sorted_places = np.lib.format.open_memmap(file, "w+", np.int32, shapes.places.shape)
    for start in range(0, len(rings), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        found, counts = pieces(shapes.first_place, rings[some])
        begin = first_place[start]
        sorted_places[begin : begin + counts.sum()] = shapes.places[found]
    sorted_places.flush()
