"""MBTiles: delivered ones written anew as a file of our own, and tiles read from that."""

import io
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pysqlite3 import dbapi2 as sqlite

from geo.errors import FileRefused
from geo.imagery.facts import ImageFacts
from geo.model.imagery import Bounds, ImageKind

# What the first bytes of a picture say.
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
LARGEST_TILE = 4_000_000  # bytes
LARGEST_SIDE_PX = 1_024
DEEPEST = 24
TILE_PX = 256
# Metres a pixel at zoom 0 on the equator, with tiles of 256 pixels.
_METRES_AT_0 = 156_543.03392804097
# How many tiles are decoded to see how much of the whole is clear.
_LOOKED_AT = 64


def picture_type(content: bytes) -> str | None:
    """Tell the media type of a picture by its first bytes; None if it is none that is shown."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)


def bring_mbtiles(path: Path, target: Path, *, room_mb: int) -> ImageFacts:
    """Write the tiles of a delivered file anew, and tell what they are.

    Raises
    ------
    FileRefused
        ``image_unreadable``, ``image_vector``, ``image_empty``, ``image_no_room``.
    """
    if path.stat().st_size * 1.1 > room_mb * 1_000_000:
        needed = round(path.stat().st_size * 1.1 / 1_000_000)
        raise FileRefused("image_no_room", path=path, needed=needed, free=room_mb)
    try:
        with closing(_opened(path)) as source, closing(sqlite.connect(target)) as made:
            _copy(source, made, path)
            return _facts(made, path)
    except sqlite.Error as error:
        raise FileRefused("image_unreadable", path=path, detail=str(error)[:200]) from error


def open_tiles(path: Path) -> Any:
    """Open a file that `bring_mbtiles` has written."""
    return _opened(path)


def tile_in(opened: Any, z: int, x: int, y: int) -> bytes | None:
    """Read a tile by its place in a web map (rows from the north); None if there is none."""
    found = opened.execute(
        "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
        (z, x, 2**z - 1 - y),
    ).fetchone()
    return None if found is None else bytes(found[0])


def clear_pixels(content: bytes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which pixels of a tile hold something."""
    with _picture(content) as picture:
        alpha = np.asarray(picture.convert("RGBA"))[:, :, 3]
    return np.asarray(alpha > 0)


def tile_at(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Give the place of a point in degrees, counted in tiles from the north-west."""
    side = 2**z
    sine = math.sin(math.radians(max(-85.0511, min(85.0511, lat))))
    y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return (lon + 180) / 360 * side, y * side


@contextmanager
def _picture(content: bytes) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
        yield picture


def _opened(path: Path) -> Any:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    opened = sqlite.connect(address, uri=True, check_same_thread=False)
    opened.execute("PRAGMA trusted_schema=OFF")
    opened.execute("PRAGMA query_only=ON")
    opened.execute("PRAGMA cell_size_check=ON")
    return opened


def _copy(source: Any, made: Any, path: Path) -> None:
    form = source.execute("SELECT value FROM metadata WHERE name='format'").fetchone()
    if form is not None and form[0] in {"pbf", "mvt"}:
        raise FileRefused("image_vector", path=path)
    made.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "CREATE TABLE metadata (name TEXT, value TEXT);"
        "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, "
        "tile_data BLOB);"
    )
    rows = source.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
    made.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", _checked(rows, path))
    made.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
    made.commit()


def _checked(rows: Any, path: Path) -> Iterator[tuple[int, int, int, bytes]]:
    for z, x, y, content in rows:
        is_place = all(isinstance(n, int) for n in (z, x, y)) and 0 <= z <= DEEPEST
        if not is_place or not (0 <= x < 2**z and 0 <= y < 2**z):
            raise FileRefused("image_unreadable", path=path, detail=f"{z}/{x}/{y}")
        if not isinstance(content, bytes) or len(content) > LARGEST_TILE:
            raise FileRefused("image_unreadable", path=path, detail=f"{z}/{x}/{y}")
        if content.startswith(b"\x1f\x8b"):  # packed: tiles of shapes
            raise FileRefused("image_vector", path=path)
        if picture_type(content) is None:
            raise FileRefused("image_unreadable", path=path, detail=f"{z}/{x}/{y}")
        with _picture(content) as picture:
            if max(picture.size) > LARGEST_SIDE_PX:
                raise FileRefused("image_unreadable", path=path, detail=str(picture.size))
        yield z, x, y, content


def _facts(made: Any, path: Path) -> ImageFacts:
    low, high = made.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    if high is None:
        raise FileRefused("image_empty", path=path)
    made.execute("INSERT INTO metadata VALUES ('minzoom', ?), ('maxzoom', ?)", (low, high))
    made.commit()
    bounds = _bounds(made, high)
    middle = math.radians((bounds[1] + bounds[3]) / 2)
    return ImageFacts(
        kind=ImageKind.MBTILES,
        bounds=bounds,
        min_zoom=low,
        max_zoom=high,
        resolution_m=_METRES_AT_0 * math.cos(middle) / 2**high,
        clear_share=_clear_share(made, low, high),
        crs="EPSG:3857",
    )


def _extent(made: Any, z: int) -> tuple[int, int, int, int]:
    """Give the first and last column and row of a zoom level, rows from the north."""
    west, east, south, north = made.execute(
        "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row) FROM tiles "
        "WHERE zoom_level=?",
        (z,),
    ).fetchone()
    return west, east, 2**z - 1 - north, 2**z - 1 - south


def _bounds(made: Any, z: int) -> Bounds:
    west, east, north, south = _extent(made, z)
    return (_lon(west, z), _lat(south + 1, z), _lon(east + 1, z), _lat(north, z))


def _lon(x: int, z: int) -> float:
    return float(x / 2**z * 360 - 180)


def _lat(y: int, z: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**z))))


def _clear_share(made: Any, low: int, high: int) -> float:
    """Look at the most detailed level that has few tiles."""
    count = "SELECT count(*) FROM tiles WHERE zoom_level=?"
    levels = [z for z in range(low, high + 1) if made.execute(count, (z,)).fetchone()[0]]
    few = [z for z in levels if made.execute(count, (z,)).fetchone()[0] <= _LOOKED_AT]
    z = max(few, default=min(levels))
    wanted = "SELECT tile_data FROM tiles WHERE zoom_level=? LIMIT ?"
    tiles = made.execute(wanted, (z, _LOOKED_AT)).fetchall()
    total = made.execute(count, (z,)).fetchone()[0]
    clear = float(np.mean([clear_pixels(content).mean() for (content,) in tiles]))
    west, east, north, south = _extent(made, z)
    return clear * float(total) / ((east - west + 1) * (south - north + 1))
