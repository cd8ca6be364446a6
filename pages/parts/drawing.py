"""Patches as a layer of the map, for one view of it."""

from geo.maps.layers import Layer
from geo.maps.view import View
from geo.maps.viewport import look
from geo.workflow.patch_colours import Classes
from geo.workflow.patch_rows import Made, Outlines, Patches


def draw(patches: Patches, outlines: Outlines, view: View, title: str, colours: Classes) -> Layer:
    """Draw patches as far as a view shows them."""
    ids = patches["id"]
    return look(
        outlines,
        Made(len(patches), lambda row: str(ids[row])),
        Made(len(patches), lambda row: colours.styles[colours.numbers[row]]),
        view,
        title=title,
        labels=patches.codes,
        boxes=patches.boxes,
    )
