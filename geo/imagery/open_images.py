"""Images that are kept open between tiles: a few, each used by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.imagery.mbtiles import open_tiles
from geo.imagery.rasters import open_for_map
from geo.model.imagery import ImageKind

MOST_OPEN = 48
# The file, and which overview of it.
_Key = tuple[Path, int | None]


class OpenImages:
    """Open files that wait for the next tile; the one that waited longest is closed first."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: OrderedDict[int, tuple[_Key, Any]] = OrderedDict()
        self._next = 0

    @contextmanager
    def borrowed(self, path: Path, kind: ImageKind, overview: int | None = None) -> Iterator[Any]:
        """Lend an open file to the block: a raster of rasterio's, or a connection to MBTiles.

        Parameters
        ----------
        overview
            Which of a raster's overviews stands for it, the finest being 0; None: itself.

        Raises
        ------
        OSError
            If the file is not there or cannot be read.
        """
        is_raster = kind is ImageKind.GEOTIFF
        key = (path, overview if is_raster else None)
        opened = self._take(key)
        if opened is None:
            opened = open_for_map(*key) if is_raster else open_tiles(path)
        try:
            yield opened
        except BaseException:
            opened.close()
            raise
        self._give_back(key, opened)

    def close(self, path: Path | None = None) -> None:
        """Close what waits, of one file or of all."""
        with self._lock:
            gone = [n for n, (held, _) in self._idle.items() if path in {None, held[0]}]
            opened = [self._idle.pop(number)[1] for number in gone]
        for one in opened:
            one.close()

    def _take(self, key: _Key) -> Any:
        with self._lock:
            found = next((n for n, (held, _) in self._idle.items() if held == key), None)
            return None if found is None else self._idle.pop(found)[1]

    def _give_back(self, key: _Key, opened: Any) -> None:
        surplus = []
        with self._lock:
            self._next += 1
            self._idle[self._next] = (key, opened)
            while len(self._idle) > self._most:
                surplus.append(self._idle.popitem(last=False)[1][1])
        for one in surplus:
            one.close()


OPEN_IMAGES = OpenImages()
