"""What is found out about an image once, when it comes in."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.model.imagery import Bounds, ImageKind


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an image is.

    Attributes
    ----------
    kind
        ``geotiff`` or ``mbtiles``.
    bounds
        In degrees, EPSG:4490.
    min_zoom, max_zoom
        Between which zoom levels of a web map it has something to show.
    resolution_m
        Size of a pixel on the ground, in metres.
    clear_share
        Share of pixels that are neither without data nor masked, 0 to 1.
    bands
        Which are shown as red, green and blue, or the one in grey; empty for ready-made tiles.
    stretch
        Per shown band the values that become black and full colour; empty: they are bytes.
    overviews
        How many times coarser each overview in the file is, the finest first.
    crs
        What the file says of its coordinates, for people.
    """

    kind: ImageKind
    bounds: Bounds
    min_zoom: int
    max_zoom: int
    resolution_m: float
    clear_share: float
    bands: Sequence[int] = ()
    stretch: Sequence[Sequence[float]] = ()
    overviews: Sequence[int] = ()
    crs: str = ""

    @property
    def for_tiles(self) -> dict[str, object]:
        """What is kept to cut tiles by, as JSON."""
        stretch = [list(values) for values in self.stretch]
        return {
            "bands": list(self.bands),
            "stretch": stretch,
            "overviews": list(self.overviews),
        }
