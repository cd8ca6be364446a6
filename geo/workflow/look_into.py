"""Look into a delivered file before anything is decided: its layers, and whether it is known."""

from pathlib import Path

from geo.files.layer_facts import LayerFacts
from geo.files.read import look_into
from geo.files.sealed import start_reader
from geo.model.layer_kinds import LayerKind
from geo.model.things import Actor
from geo.store import batches, grids, references
from geo.store.door import Store

__all__ = ["LayerFacts", "get_ready_to_read", "imported_as", "layers_of"]


def layers_of(path: Path, *, encoding: str | None = None) -> list[LayerFacts]:
    """List the layers of a delivered file without reading their rows.

    Raises
    ------
    FileRefused
        If it is missing, broken, too large, or of an unknown kind.
    """
    return look_into(path, encoding=encoding)


def get_ready_to_read() -> None:
    """Prepare for the first file ahead of it."""
    start_reader()


def imported_as(store: Store, actor: Actor, kind: LayerKind, digest: str) -> str | None:
    """Tell under which name this very layer was imported before; None if it is new.

    Parameters
    ----------
    digest
        SHA-256 of the file, as in `geo.workflow.intake.Intake`.
    """
    with store.reading(actor) as session:
        if kind is LayerKind.PATCHES:
            batch = batches.find_batch_by_digest(session, digest)
            return None if batch is None else batch.code
        if kind is LayerKind.GRIDS:
            layer = grids.find_layer(session, digest)
            return None if layer is None else str(layer["source_name"])
        reference = references.find_reference_layer(session, kind, digest)
    return None if reference is None else reference.name
