"""Which files make up a shapefile."""

from pathlib import Path

SHAPEFILE_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})


def parts_of(shapefile: Path) -> list[Path]:
    """List the files that make up a bare shapefile, however their suffixes are written.

    What a program lays beside it for its own use (.qix, .sbn, .qpj) is no part of it.
    """
    return sorted(
        part
        for part in shapefile.parent.iterdir()
        if part.stem == shapefile.stem and part.suffix.lower() in SHAPEFILE_PARTS
    )
