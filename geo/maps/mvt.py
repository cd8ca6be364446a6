"""Writes vector tiles, all features of a tile in one computation.

After the Mapbox Vector Tile Specification 2.1. A tile holds features with a number, one attribute
and points or polygons; nothing here is text of a person. One feature after the other, as libraries
do it, a tile of thousands takes seconds; as arrays it takes milliseconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Bytes = NDArray[np.uint8]

EXTENT = 4096
POINT, POLYGON = 1, 3
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7
# Keys of the protocol buffers: field number and wire type.
_TILE_LAYER = 3 << 3 | 2
_NAME, _FEATURE, _KEY, _VALUE = (n << 3 | 2 for n in (1, 2, 3, 4))
_EXTENT, _VERSION = 5 << 3, 15 << 3
_ID, _TAGS, _TYPE, _GEOMETRY = 1 << 3, 2 << 3 | 2, 3 << 3, 4 << 3 | 2
_UINT_VALUE = 5 << 3
_MOST_BYTES = 10


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """Rings one after the other, without the closing vertex.

    Parameters
    ----------
    at
        Rows of x and y in the tile's units.
    starts
        Where each ring begins in `at`, and at the end how many there are.
    owners
        The feature, counted from 0, that each ring belongs to; ascending.
    """

    at: Whole
    starts: Whole
    owners: Whole


def layer_of_points(name: str, key: str, ids: Whole, values: Whole, at: Whole) -> bytes:
    """Write a layer of points.

    Parameters
    ----------
    name, key
        Of the layer and of its one attribute.
    ids
        Numbers of the features, not negative.
    values
        What the attribute is, not negative.
    at
        Rows of x and y in the tile's units, y growing southward.
    """
    moves = np.full((len(ids), 3), 1 << 3 | _MOVE_TO, dtype=np.int64)
    moves[:, 1:] = _zigzag(at)
    counts = np.full(len(ids), 3, dtype=np.int64)
    return _layer(name, key, _features(ids, values, POINT, moves.ravel(), counts), values)


def layer_of_polygons(name: str, key: str, ids: Whole, values: Whole, rings: Rings) -> bytes:
    """Write a layer of polygons; parameters as for `layer_of_points`.

    Outer rings run clockwise as they are seen, inner ones the other way, as the specification
    wants; the caller sees to that. Each feature has a ring, and each ring three vertices or more.
    """
    commands, counts = _commands(rings, len(ids))
    return _layer(name, key, _features(ids, values, POLYGON, commands, counts), values)


def tile(*layers: bytes) -> bytes:
    """Put layers together."""
    return b"".join(_bytes(np.array([_TILE_LAYER, len(one)])).tobytes() + one for one in layers)


def _commands(rings: Rings, count: int) -> tuple[Whole, Whole]:
    """Write rings as commands; gives them all, and how many belong to each feature."""
    sizes = np.diff(rings.starts)
    first = rings.starts[:-1]
    steps = np.diff(rings.at, axis=0, prepend=0)
    # The pen stands where the ring before ended, and for each feature anew at the corner.
    is_new = np.diff(rings.owners, prepend=-1) != 0
    steps[first[is_new]] = rings.at[first[is_new]]
    lengths = 2 * sizes + 3  # move, two coordinates, line, the others, close
    ends = np.cumsum(lengths)
    begins = ends - lengths
    commands = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    commands[begins] = 1 << 3 | _MOVE_TO
    commands[begins + 3] = (sizes - 1) << 3 | _LINE_TO
    commands[ends - 1] = 1 << 3 | _CLOSE
    within = np.arange(len(rings.at)) - np.repeat(first, sizes)
    place = np.repeat(begins, sizes) + 2 * within + np.where(within == 0, 1, 2)
    zigzag = _zigzag(steps)
    commands[place], commands[place + 1] = zigzag[:, 0], zigzag[:, 1]
    counts = np.bincount(rings.owners, weights=lengths, minlength=count).astype(np.int64)
    return commands, counts


def _features(ids: Whole, values: Whole, kind: int, commands: Whole, counts: Whole) -> Bytes:
    """Write features: each a head of whole numbers, then its commands."""
    if len(ids) == 0:
        return np.empty(0, dtype=np.uint8)
    value_at = np.unique(values, return_inverse=True)[1]
    starts = np.cumsum(counts) - counts
    room = np.add.reduceat(_byte_counts(commands), starts)
    head = np.empty((len(ids), 12), dtype=np.int64)
    head[:, 0] = _FEATURE
    head[:, 2], head[:, 3] = _ID, ids
    head[:, 4], head[:, 5], head[:, 6], head[:, 7] = _TAGS, 1 + _byte_counts(value_at), 0, value_at
    head[:, 8], head[:, 9] = _TYPE, kind
    head[:, 10], head[:, 11] = _GEOMETRY, room
    head[:, 1] = _byte_counts(head[:, 2:]).sum(axis=1) + room
    # A head of twelve numbers before the commands of each.
    shift = 12 * np.arange(1, len(ids) + 1)
    numbers = np.empty(head.size + len(commands), dtype=np.int64)
    numbers[np.arange(len(commands)) + np.repeat(shift, counts)] = commands
    numbers[(starts + shift - 12)[:, None] + np.arange(12)] = head
    return _bytes(numbers)


def _layer(name: str, key: str, features: Bytes, values: Whole) -> bytes:
    parts = [_text(_NAME, name), features.tobytes(), _text(_KEY, key)]
    for value in np.unique(values):
        written = _bytes(np.array([_UINT_VALUE, value]))
        parts.append(_bytes(np.array([_VALUE, len(written)])).tobytes() + written.tobytes())
    parts.append(_bytes(np.array([_EXTENT, EXTENT, _VERSION, 2])).tobytes())
    return b"".join(parts)


def _text(field: int, text: str) -> bytes:
    return _bytes(np.array([field, len(text.encode())])).tobytes() + text.encode()


def _zigzag(numbers: Whole) -> Whole:
    return (numbers << 1) ^ (numbers >> 63)


def _byte_counts(numbers: Whole) -> Whole:
    """Say how many bytes each number takes: seven bits in each."""
    counts = np.ones(numbers.shape, dtype=np.int64)
    for byte in range(1, _MOST_BYTES):
        is_longer = numbers >> (7 * byte) > 0
        if not is_longer.any():
            break
        counts += is_longer
    return counts


def _bytes(numbers: Whole) -> Bytes:
    """Write numbers, none negative, in as few bytes as each takes."""
    counts = _byte_counts(numbers)
    starts = np.cumsum(counts) - counts
    written = np.empty(int(counts.sum()), dtype=np.uint8)
    for byte in range(int(counts.max(initial=0))):
        has = counts > byte
        part = numbers[has] >> (7 * byte) & 0x7F
        written[starts[has] + byte] = part | (counts[has] > byte + 1) << 7
    return written
