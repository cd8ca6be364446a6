"""The words of imagery: kinds, one registered image or basemap, and what can be said of a pair."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# Degrees, EPSG:4490: west, south, east, north.
Bounds = tuple[float, float, float, float]
WHOLE_EARTH: Bounds = (-180.0, -85.0, 180.0, 85.0)

# Below this share of clear pixels over a patch, somebody has to be told.
CLEAR_ENOUGH = 0.9
# From this share of its outline on, an image covers a patch.
COVERED_ENOUGH = 0.999

_DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*(?:[-/.月]?\s*(\d{1,2})\s*日?|月)?(?:[ T].*)?")


class ImageKind(StrEnum):
    """Where an image comes from."""

    GEOTIFF = "geotiff"
    MBTILES = "mbtiles"
    XYZ = "xyz"
    WMTS = "wmts"
    TIANDITU = "tianditu"

    @property
    def is_file(self) -> bool:
        """Whether its pixels lie in the workspace; otherwise a server is asked for tiles."""
        return self in {ImageKind.GEOTIFF, ImageKind.MBTILES}


class Shift(StrEnum):
    """The offset of an image's coordinates."""

    NONE = "none"
    GCJ02 = "gcj02"


class ImageNote(StrEnum):
    """What somebody who compares images has to be told; the words are ``image_note.NAME``."""

    NO_DATE = "no_date"
    MISSING = "missing"
    SAME = "same"
    PARTLY = "partly"
    UNCLEAR = "unclear"
    UNREADABLE = "unreadable"
    SHIFTED = "shifted"
    OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True)
class Image:
    """One registered image or basemap.

    Attributes
    ----------
    taken_on
        None: a basemap of many days.
    place
        Name of a file in the workspace's folder for imagery, or the template of an address.
    key_variable
        Name of the environment variable that holds the key; the key itself is kept nowhere.
    bounds
        In degrees, EPSG:4490.
    resolution_m
        Size of a pixel on the ground, in metres.
    clear_share
        Share of the pixels that hold something, 0 to 1; None: not known.
    admin_code
        Whose territory it belongs to; None: everybody's.
    digest
        Of the file as it was delivered; empty for addresses.
    facts
        What the tiles are made by: ``bands``, ``stretch``, ``form``.
    removed_at, removed_by
        When and by whom it was taken out. The row stays: it tells what people could look at.
    """

    id: int
    kind: ImageKind
    title: str
    taken_on: date | None
    place: str
    key_variable: str | None
    shift: Shift
    bounds: Bounds
    min_zoom: int
    max_zoom: int
    resolution_m: float | None
    clear_share: float | None
    admin_code: str | None
    digest: str
    source_name: str
    added_at: datetime
    added_by: str
    facts: Mapping[str, object] = field(default_factory=dict)
    removed_at: datetime | None = None
    removed_by: str | None = None


def image_day(text: str) -> date | None:
    """Read the day of an image as deliveries write it; a month alone counts from its first day.

    Returns
    -------
    date or None
        None if the text tells no day: it may be the name of a satellite, or nothing.
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
