"""Patches as a layer of the map, for one view of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.maps.layers import Layer
from geo.maps.legend import LegendEntry
from geo.maps.view import View
from geo.maps.viewport import look
from geo.model import columns as c
from geo.workflow.patch_colours import Scheme
from geo.workflow.patch_layer import BOX, KEY, Outlines, late


def draw(frame: pd.DataFrame, view: View, title: str, scheme: Scheme) -> Layer:
    """Draw patches, as `geo.workflow.patch_layer` gives them, as far as a view shows them."""
    styles = np.array(scheme.styles, dtype=object)
    return look(
        Outlines(frame),
        frame[KEY].tolist(),
        styles[scheme.numbers(frame)].tolist(),
        view,
        title=title,
        labels=frame[c.PATCH_CODE].tolist(),
        boxes=frame[BOX].to_numpy(),
        late=late(frame, scheme.today),
    )


def named(legend: Sequence[LegendEntry], names: Mapping[str, str]) -> list[LegendEntry]:
    """Say the names of causes and people instead of their codes, where they are known."""
    return [
        entry if entry.text is None else replace(entry, text=names.get(entry.text, entry.text))
        for entry in legend
    ]
