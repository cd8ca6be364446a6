"""Copy a workspace while people work in it, and make one from a copy again."""

from datetime import datetime
from pathlib import Path

from geo.errors import NotAllowed
from geo.model.stages import ADMINISTRATION
from geo.model.things import Actor
from geo.store import backup as copies
from geo.store.backup import Manifest
from geo.store.door import Store

__all__ = ["Manifest", "back_up", "restore"]

FOLDER = "backups"


def back_up(
    store: Store,
    actor: Actor,
    to: Path | None = None,
    *,
    at: datetime,
    keep: int | None = None,
    with_keys: bool = False,
) -> copies.Backup:
    """Copy the whole workspace into a folder.

    Parameters
    ----------
    to
        The folder; without one ``backups`` in the workspace. It had better lie on another disk.
    keep
        How many copies stay there; older ones are removed once this one is whole.
    with_keys
        Copy the key of the seals too. Whoever holds it can seal.

    Raises
    ------
    WorkspaceError
        ``disk_full``, ``cannot_write``, ``backup_running``; ``backup_unsound`` if the copy is not
        what it should be.
    NotAllowed
        If the actor is no administrator.
    """
    if actor.role not in ADMINISTRATION:
        raise NotAllowed("role_not_allowed", role=actor.role, verb="backed_up")
    folder = to or store.folder / FOLDER
    return copies.back_up(store, folder, at=at, keep=keep, with_keys=with_keys)


def restore(file: Path, workspace: Path) -> Manifest:
    """Make a workspace from a copy; everything is checked before it gets its name.

    Raises
    ------
    FileRefused
        ``no_backup``, ``backup_altered``.
    WorkspaceError
        ``place_not_empty``, ``disk_full``, ``cannot_write``, ``workspace_newer``.
    """
    return copies.restore(file, workspace)
