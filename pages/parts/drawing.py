"""Patches as a layer of the map, for one view of it."""

from datetime import date

from geo.maps.layers import Layer
from geo.maps.palette import stage_style
from geo.maps.view import View
from geo.maps.viewport import look
from geo.model.stages import Stage
from geo.workflow.patch_layer import late
from geo.workflow.patch_rows import STAGE_NO, Made, Outlines, Patches

# By late and stage: looked up for all patches at once.
_STYLES = [[stage_style(s, late=late) for s in Stage] for late in (False, True)]


def draw(patches: Patches, outlines: Outlines, view: View, title: str, today: date) -> Layer:
    """Draw patches as far as a view shows them."""
    is_late, stages = late(patches, today), patches[STAGE_NO]
    return look(
        outlines,
        patches.keys,
        Made(len(patches), lambda row: _STYLES[int(is_late[row])][stages[row]]),
        view,
        title=title,
        labels=patches.codes,
        boxes=patches.boxes,
        late=is_late,
    )
