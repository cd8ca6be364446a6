"""Look at a workspace before anybody works in it: the file, and the newest sealed day."""

from pathlib import Path

from geo.errors import WorkspaceError
from geo.settings import STORE_FILE
from geo.store.door import Store
from geo.store.people import PROGRAM
from geo.workflow.seal import check_seals


def check_at_start(workspace: Path) -> None:
    """Refuse to start on a workspace that is broken or was altered behind the program's back.

    Where there is no workspace yet, there is nothing to check.

    Raises
    ------
    WorkspaceError
        ``workspace_broken``, ``seal_broken``, or what opening it refuses.
    """
    if not (workspace / STORE_FILE).exists():
        return
    with Store.open(workspace) as store:
        unsound = store.check_integrity(is_quick=True)
        if unsound:
            raise WorkspaceError("workspace_broken", path=workspace, detail=unsound[0])
        broken = check_seals(store, PROGRAM, only_newest=True).broken
    if broken is not None:
        raise WorkspaceError("seal_broken", day=broken.day, what_key=f"broken_day.{broken.what}")
