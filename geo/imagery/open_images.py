"""Images that are kept open between tiles: a few, each used by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.imagery.mbtiles import open_tiles
from geo.imagery.rasters import open_raster
from geo.model.imagery import ImageKind

MOST_OPEN = 24


class OpenImages:
    """Open files that wait for the next tile; the one that waited longest is closed first."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: OrderedDict[int, tuple[Path, Any]] = OrderedDict()
        self._next = 0

    @contextmanager
    def borrowed(self, path: Path, kind: ImageKind) -> Iterator[Any]:
        """Lend an open file to the block: a raster of rasterio's, or a connection to MBTiles.

        Raises
        ------
        OSError
            If the file is not there or cannot be read.
        """
        opened = self._take(path)
        if opened is None:
            opened = open_raster(path) if kind is ImageKind.GEOTIFF else open_tiles(path)
        try:
            yield opened
        except BaseException:
            opened.close()
            raise
        self._give_back(path, opened)

    def close(self, path: Path | None = None) -> None:
        """Close what waits, of one file or of all."""
        with self._lock:
            gone = [n for n, (held, _) in self._idle.items() if path in {None, held}]
            opened = [self._idle.pop(number)[1] for number in gone]
        for one in opened:
            one.close()

    def _take(self, path: Path) -> Any:
        with self._lock:
            found = next((n for n, (held, _) in self._idle.items() if held == path), None)
            return None if found is None else self._idle.pop(found)[1]

    def _give_back(self, path: Path, opened: Any) -> None:
        surplus = []
        with self._lock:
            self._next += 1
            self._idle[self._next] = (path, opened)
            while len(self._idle) > self._most:
                surplus.append(self._idle.popitem(last=False)[1][1])
        for one in surplus:
            one.close()


OPEN_IMAGES = OpenImages()
