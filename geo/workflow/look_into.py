"""Look into a delivered file before anything is decided: its layers, and whether it is known."""

from pathlib import Path

from geo.files.layers import LayerFacts
from geo.files.read import look_into
from geo.model.things import Actor
from geo.store import batches, grids
from geo.store.door import Store

__all__ = ["LayerFacts", "layers_of", "name_of_batch", "name_of_grid_layer"]


def layers_of(path: Path) -> list[LayerFacts]:
    """List the layers of a delivered file without reading their rows.

    Raises
    ------
    FileRefused
        If it is missing, broken, too large, or of an unknown kind.
    """
    return look_into(path)


def name_of_batch(store: Store, actor: Actor, digest: str) -> str | None:
    """Tell as which batch a file was imported before; None if it is new.

    Parameters
    ----------
    digest
        SHA-256 of the file, as in `geo.workflow.intake.Intake`.
    """
    with store.reading(actor) as session:
        batch = batches.find_batch_by_digest(session, digest)
    return None if batch is None else batch.code


def name_of_grid_layer(store: Store, actor: Actor, digest: str) -> str | None:
    """Tell under which name a file of grids was imported before; None if it is new."""
    with store.reading(actor) as session:
        layer = grids.find_layer(session, digest)
    return None if layer is None else str(layer["source_name"])
