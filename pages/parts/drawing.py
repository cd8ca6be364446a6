"""Patches as a layer of the map, for one view of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geo.maps.layers import Layer
from geo.maps.legend import LegendEntry
from geo.maps.view import View
from geo.maps.viewport import look
from geo.workflow.patch_colours import Scheme
from geo.workflow.patch_rows import Made, Outlines, Patches


def draw(patches: Patches, outlines: Outlines, view: View, title: str, scheme: Scheme) -> Layer:
    """Draw patches as far as a view shows them."""
    ids, numbers = patches["id"], scheme.numbers(patches)
    return look(
        outlines,
        Made(len(patches), lambda row: str(ids[row])),
        Made(len(patches), lambda row: scheme.styles[numbers[row]]),
        view,
        title=title,
        labels=patches.codes,
        boxes=patches.boxes,
    )


def named(legend: Sequence[LegendEntry], names: Mapping[str, str]) -> list[LegendEntry]:
    """Say the names of causes and people instead of their codes, where they are known."""
    return [
        entry if entry.text is None else replace(entry, text=names.get(entry.text, entry.text))
        for entry in legend
    ]
