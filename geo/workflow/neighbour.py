"""From one patch to the next, in the order in which lists show them."""

import numpy as np

from geo.store.patch_columns import DUE_NO
from geo.workflow.patch_rows import Patches


def next_key(patches: Patches, key: str | None, by: int) -> str | None:
    """Name the patch that follows another, the earliest deadline first.

    Nothing is sorted: a million patches take a few milliseconds.

    Parameters
    ----------
    patches
        What is listed; of the same deadline in their own order.
    key
        BATCH/CODE of the patch to start from; if it is not listed, the first follows, and the last
        goes before.
    by
        1 for the one that follows, -1 for the one before.

    Returns
    -------
    str or None
        At the end the first again; None if nothing is listed.
    """
    if patches.empty:
        return None
    sign = 1 if by > 0 else -1
    # Backwards is forwards in the list turned round.
    due = patches[DUE_NO].astype(np.int64)[::sign] * sign
    last = len(due) - 1
    place = None if key is None else patches.place_of(key)
    found = int(due.argmin())
    if place is not None:
        start = place if sign > 0 else last - place
        same = np.flatnonzero(due[start + 1 :] == due[start])
        later = due > due[start]
        if len(same):
            found = start + 1 + int(same[0])
        elif later.any():
            found = int(np.where(later, due, np.iinfo(np.int64).max).argmin())
    return patches.keys[found if sign > 0 else last - found]
