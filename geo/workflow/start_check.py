"""Look at a workspace before anybody works in it: the file, and the newest sealed day."""

from geo.errors import WorkspaceError
from geo.store.door import Store
from geo.store.people import PROGRAM
from geo.workflow.seal import check_seals


def check_at_start(store: Store) -> None:
    """Refuse to start on a workspace that is broken or was altered behind the program's back.

    Raises
    ------
    WorkspaceError
        ``workspace_broken``, ``seal_broken``.
    """
    unsound = store.check_integrity(is_quick=True)
    if unsound:
        raise WorkspaceError("workspace_broken", path=store.name, detail=unsound[0])
    broken = check_seals(store, PROGRAM, only_newest=True).broken
    if broken is not None:
        raise WorkspaceError("seal_broken", day=broken.day, what_key=f"broken_day.{broken.what}")
