"""What patches lie on, as layers of the map: grids, and what the office has brought to compare."""

from geo.maps.layers import Labels, Layer
from geo.maps.palette import GRID_STYLE, GROUND_STYLES
from geo.maps.view import View
from geo.model.layer_kinds import LayerKind
from geo.workflow.ground import GroundLayer
from pages.parts import cached, state
from pages.parts.map_report import is_switched_on
from pages.parts.words import word


def ground_layers(name: str, view: View, *, only_grids: bool = False) -> list[Layer]:
    """Give the layers below the patches, lowest first; what is switched off is not even looked at.

    Parameters
    ----------
    name
        Of the map.
    view
        What it shows.
    only_grids
        For a small map, which has no room for more switches.
    """
    actor = state.actor()
    brought = () if only_grids else cached.ground_layers(actor)
    units = [_ground(name, one, view) for one in brought if one.kind is LayerKind.ADMIN]
    below = [_ground(name, one, view) for one in brought if one.kind is not LayerKind.ADMIN]
    return [*below, _grids(name, view), *units]


def _grids(name: str, view: View) -> Layer:
    title = word("map.grids")
    if not is_switched_on(name, "grids", at_first=True):
        return Layer("grids", title, (), Labels.ALWAYS, clickable=False, sign=GRID_STYLE)
    return cached.borders(state.actor(), view, title)


def _ground(name: str, layer: GroundLayer, view: View) -> Layer:
    # What the office has called it, or what it is.
    title = layer.title or word(f"map.{layer.kind}")
    if is_switched_on(name, layer.name, at_first=False):
        return cached.ground(state.actor(), layer, view, title)
    sign = GROUND_STYLES[layer.kind]
    return Layer(layer.name, title, (), Labels.ALWAYS, clickable=False, is_on=False, sign=sign)
