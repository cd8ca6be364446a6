"""Imagery as the map and the screens show it: layers of tiles, and the pair of a patch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from geo.model.imagery import Bounds, Image, ImageNote, Shift

# Where the application serves tiles of imagery, below the path under which it is served itself.
IMAGERY = "/imagery"


@dataclass(frozen=True, slots=True)
class ImageLayer:
    """One image or basemap as a layer of tiles.

    Attributes
    ----------
    id
        Its number in the register.
    title
        May hold anything: set it as text.
    taken_on
        None: a basemap of many days.
    url
        Template with ``{z}``, ``{x}``, ``{y}`` (EPSG:3857, rows from the north), below the path
        under which the application is served.
    bounds
        In degrees, EPSG:4490: west, south, east, north.
    min_zoom, max_zoom
        Between which levels there are tiles; beyond them the map stretches or shrinks the nearest.
    warning
        Key of what has to be said beside it; None: nothing.
    is_on
        Whether it is shown unasked. Basemaps are not, nor what lies beside its place.
    """

    id: int
    title: str
    taken_on: date | None
    url: str
    bounds: Bounds
    min_zoom: int
    max_zoom: int
    warning: str | None = None
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class ImageRemark:
    """Something to be said of an image: ``image_note.CODE`` with these fields."""

    code: ImageNote
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImageSide:
    """One of the two images of a patch.

    Attributes
    ----------
    layer
        None: there is none to show; the remarks say why.
    wanted_on
        The day that the patch names.
    days
        How many days after that day it was taken; negative: before.
    covered
        Share of the patch's outline within the image, 0 to 1.
    clear
        Share of its pixels over the patch that hold something; None: the image does not tell.
    """

    layer: ImageLayer | None
    wanted_on: date | None
    days: int | None = None
    covered: float | None = None
    clear: float | None = None
    remarks: tuple[ImageRemark, ...] = ()


@dataclass(frozen=True, slots=True)
class ImagePair:
    """The images of a patch before and after the change, and what is to be said of both."""

    before: ImageSide
    after: ImageSide
    remarks: tuple[ImageRemark, ...] = ()


def image_layer(image: Image, *, is_on: bool = False) -> ImageLayer:
    """Make the layer of an image."""
    is_shifted = image.shift is Shift.GCJ02
    return ImageLayer(
        id=image.id,
        title=image.title,
        taken_on=image.taken_on,
        url=f"{IMAGERY}/{image.id}/{{z}}/{{x}}/{{y}}.webp",
        bounds=image.bounds,
        min_zoom=image.min_zoom,
        max_zoom=image.max_zoom,
        warning="image.warning_gcj02" if is_shifted else None,
        is_on=is_on and not is_shifted,
    )


@dataclass(frozen=True, slots=True)
class NextPatch:
    """The patch that is opened next: its images are fetched before somebody asks for them.

    Attributes
    ----------
    bounds
        In degrees, EPSG:4490: west, south, east, north.
    """

    pair: ImagePair
    bounds: Bounds


class Comparing(StrEnum):
    """The ways of looking at a patch before and after."""

    SWIPE = "swipe"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class MapImages:
    """The imagery of one map.

    Attributes
    ----------
    layers
        What can be laid under the patches.
    pair
        The two images of the chosen patch; None: none is chosen.
    following
        What to fetch ahead.
    prefers
        Which way of comparing the key B begins.
    opens
        Whether it is begun unasked, as long as there is an image and nobody has chosen otherwise.
    called
        Grows with each time that the page itself asks for the swipe.
    """

    layers: Sequence[ImageLayer] = ()
    pair: ImagePair | None = None
    following: NextPatch | None = None
    prefers: Comparing = Comparing.SWIPE
    opens: bool = False
    called: int = 0
