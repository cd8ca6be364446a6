"""From one patch to the next, in the order in which lists show them."""

import numpy as np
import pandas as pd

from geo.workflow.patch_layer import DUE_NO, KEY


def next_key(layer: pd.DataFrame, key: str | None, by: int) -> str | None:
    """Name the patch that follows another, the earliest deadline first.

    Nothing is sorted: a million patches take a few milliseconds.

    Parameters
    ----------
    layer
        As `geo.workflow.patch_layer` gives it; what has the same deadline stays in its order.
    key
        BATCH/CODE of the patch to start from; if it is not in the layer, the first follows, and
        the last goes before.
    by
        1 for the one that follows, -1 for the one before.

    Returns
    -------
    str or None
        At the end the first again; None if the layer is empty.
    """
    if layer.empty:
        return None
    sign = 1 if by > 0 else -1
    # Backwards is forwards on the layer turned round.
    due = layer[DUE_NO].to_numpy().astype(np.int64)[::sign] * sign
    keys = layer[KEY].to_numpy()[::sign]
    found = np.flatnonzero(keys == key)
    if len(found):
        row = int(found[0])
        same = np.flatnonzero(due[row + 1 :] == due[row])
        if len(same):
            return str(keys[row + 1 + same[0]])
        later = due > due[row]
        if later.any():
            due = np.where(later, due, np.iinfo(np.int64).max)
    return str(keys[int(due.argmin())])
