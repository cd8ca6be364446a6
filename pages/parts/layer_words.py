"""A layer of a file in plain words."""

from geo.workflow.look_into import LayerFacts
from pages.parts.words import word

_ROOMS = {"Polygon": "polygon", "Line": "line", "Point": "point", "None": "none"}


def shapes_word(facts: LayerFacts) -> str:
    """Say how many shapes of which kind a layer holds."""
    room = next((room for sign, room in _ROOMS.items() if sign in facts.geometry_type), "mixed")
    return word(f"shapes.{room}", count=f"{facts.count:,}")
