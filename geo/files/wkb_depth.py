"""How deep shapes lie within shapes, told from their bytes before a library follows them down.

GEOS calls itself for each level and has no limit: ten thousand levels, ninety kilobytes, end the
process it runs in.
"""

import struct

MAX_NESTED = 50
# A level takes nine bytes at least, so what is shorter than this cannot be deep enough to do harm.
SHALLOW_BYTES = 4096
_ORDERS = {0: ">", 1: "<"}
_HEAD_BYTES, _COUNT_BYTES, _NUMBER_BYTES = 5, 4, 8
_POINT, _LINES, _AREAS = 1, frozenset({2, 8}), frozenset({3, 17})
_COLLECTIVE = frozenset({4, 5, 6, 7, 9, 10, 11, 12, 15, 16})
_HEIGHT, _MEASURE, _SYSTEM = 0x80000000, 0x40000000, 0x20000000
_PER_DIMENSION = 1000  # kinds with heights are 1001 and more, with measures 2001, with both 3001


def is_nested_deep(wkb: bytes) -> bool:
    """Tell whether a shape holds others more than `MAX_NESTED` levels deep.

    Parameters
    ----------
    wkb
        Well-known binary, plain or with PostGIS's marks. What cannot be followed counts as deep.
    """
    try:
        return _deepest(wkb) > MAX_NESTED
    except (struct.error, IndexError, KeyError, ValueError):
        return True


def _deepest(wkb: bytes) -> int:
    at, deepest = 0, 0
    left = list[int]()  # how many parts are still to come, level by level
    while True:
        order = _ORDERS[wkb[at]]
        kind, dimensions, marked = _kind(struct.unpack_from(f"{order}I", wkb, at + 1)[0])
        at += _HEAD_BYTES + marked
        if kind in _COLLECTIVE:
            (count,) = struct.unpack_from(f"{order}I", wkb, at)
            at += _COUNT_BYTES
            left.append(count)
            deepest = max(deepest, len(left))
            if deepest > MAX_NESTED:
                return deepest
        else:
            at = _behind(wkb, at, order, kind, dimensions * _NUMBER_BYTES)
            if left:
                left[-1] -= 1
        while left and left[-1] == 0:
            left.pop()
            if left:
                left[-1] -= 1
        if not left:
            return deepest


def _kind(code: int) -> tuple[int, int, int]:
    """Take a code apart: the kind, how many numbers a vertex has, bytes of the mark behind it."""
    plain = code & 0xFFFF
    more, kind = divmod(plain, _PER_DIMENSION)
    if more > 3 or code & ~(0xFFFF | _HEIGHT | _MEASURE | _SYSTEM):
        raise ValueError(code)
    has_height = bool(code & _HEIGHT) or more in {1, 3}
    has_measure = bool(code & _MEASURE) or more in {2, 3}
    return kind, 2 + has_height + has_measure, 4 if code & _SYSTEM else 0


def _behind(wkb: bytes, at: int, order: str, kind: int, vertex_bytes: int) -> int:
    """Tell where the bytes of a point, a line or an area end."""
    if kind == _POINT:
        return at + vertex_bytes
    if kind not in _LINES | _AREAS:
        raise ValueError(kind)
    rings = 1
    if kind in _AREAS:
        (rings,) = struct.unpack_from(f"{order}I", wkb, at)
        at += _COUNT_BYTES
    for _ in range(rings):
        (count,) = struct.unpack_from(f"{order}I", wkb, at)
        at += _COUNT_BYTES + count * vertex_bytes
    return at
