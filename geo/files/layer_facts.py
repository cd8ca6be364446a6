"""What one layer says about itself."""

from dataclasses import dataclass

SHAPEFILE = "ESRI Shapefile"
NO_SHAPES = "None"  # what fiona calls the geometry of a plain table


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What one layer says about itself.

    Attributes
    ----------
    name
        As people know it: the layer's, or for a shapefile the name of the file.
    driver
        The format, as in the texts ``format.DRIVER``.
    geometry_type
        For instance ``Polygon``; ``None`` for a plain table.
    count
        How many features it says it has.
    crs
        As written in the file: the text of a .prj, else well-known text or a name; None if the file
        does not say.
    encoding
        Of its texts.
    is_encoding_guessed
        True if the file does not name its encoding, or names one that its bytes contradict.
    claimed_encoding
        The encoding it names where its bytes contradict that; else empty.
    made_codes
        Whether there is no table, so that numbers have to be made.
    """

    name: str
    driver: str
    fields: tuple[str, ...]
    geometry_type: str
    count: int
    crs: str | None
    encoding: str
    is_encoding_guessed: bool
    claimed_encoding: str = ""
    made_codes: bool = False
