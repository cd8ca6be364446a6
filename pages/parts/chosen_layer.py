"""An uploaded layer with what the person has said about it: read once, kept while looked at."""

from dataclasses import dataclass
from enum import StrEnum

from geo.model import columns as c
from geo.model.columns import Column
from geo.workflow.import_grids import inspect_grids
from geo.workflow.import_patches import inspect_patches
from geo.workflow.intake import ImportOptions, Intake
from geo.workflow.look_into import LayerFacts, layers_of
from pages.parts import state
from pages.parts.busy import busy
from pages.parts.uploads import Upload, as_file
from pages.parts.words import word

LAYERS, INTAKE = "importing-layers", "importing-intake"


class Kind(StrEnum):
    """What a file of polygons is imported as."""

    PATCHES = "patches"
    GRIDS = "grids"


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.PATCHES: c.PATCH_COLUMNS,
    Kind.GRIDS: c.GRID_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An uploaded layer with what the person has said about it.

    Attributes
    ----------
    batch
        Name of the delivery; empty for grids.
    """

    upload: Upload
    kind: Kind
    options: ImportOptions
    batch: str = ""


def layers_in(upload: Upload) -> list[LayerFacts]:
    """List the layers of an uploaded file.

    Raises
    ------
    FileRefused
        If it has none, or cannot be read.
    """
    kept = state.remembered(LAYERS)
    if isinstance(kept, tuple) and kept[0] == upload.file_id:
        return list(kept[1])
    with busy(word("import.looking")), as_file(upload) as path:
        layers = layers_of(path)
    state.remember(LAYERS, (upload.file_id, layers))
    return layers


def understood(chosen: Chosen, facts: LayerFacts) -> Intake:
    """Read a layer as it would be imported; the same layer with the same answers only once.

    Raises
    ------
    FileRefused
        If it cannot be read like this.
    """
    token = (chosen.upload.file_id, chosen.kind, chosen.options)
    kept = state.remembered(INTAKE)
    if isinstance(kept, tuple) and kept[0] == token and isinstance(kept[1], Intake):
        return kept[1]
    inspect = inspect_patches if chosen.kind is Kind.PATCHES else inspect_grids
    doing = word("import.reading", count=f"{facts.count:,}")
    with busy(doing), as_file(chosen.upload) as path:
        intake = inspect(path, chosen.options)
    state.remember(INTAKE, (token, intake))
    return intake


def forget_file() -> None:
    """Let go of the file that was looked at; a large one is not kept for nothing."""
    state.remember(LAYERS, None)
    state.remember(INTAKE, None)
