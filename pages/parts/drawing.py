"""Patches as a layer of the map, for one view of it."""

from datetime import date

import numpy as np
import pandas as pd

from geo.maps.layers import Layer
from geo.maps.palette import stage_style
from geo.maps.view import View
from geo.maps.viewport import look
from geo.model import columns as c
from geo.model.stages import Stage
from geo.workflow.patch_layer import BOX, KEY, STAGE_NO, Outlines, late

# By late and stage: looked up for all patches at once.
_STYLES = np.array([[stage_style(s, late=late) for s in Stage] for late in (False, True)], object)


def draw(frame: pd.DataFrame, view: View, title: str, today: date) -> Layer:
    """Draw patches, as `geo.workflow.patch_layer` gives them, as far as a view shows them."""
    is_late = late(frame, today)
    return look(
        Outlines(frame),
        frame[KEY].tolist(),
        _STYLES[is_late.astype(int), frame[STAGE_NO].to_numpy()].tolist(),
        view,
        title=title,
        labels=frame[c.PATCH_CODE].tolist(),
        boxes=frame[BOX].to_numpy(),
        late=is_late,
    )
