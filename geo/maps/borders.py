"""What of grids, administrative units, permits and reserves is worth drawing in one view.

They are the ground that patches lie on: never counted, cut to the view, thinned out to what the
screen can show, and left out where they would be a grey mass. Coordinates are longitude and
latitude in degrees, EPSG:4490.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.maps.layers import (
    Geometries,
    Labels,
    Layer,
    Lines,
    Net,
    Numbers,
    Part,
    Points,
    Polygons,
    Style,
    Whole,
)
from geo.maps.view import PAD, TILE_PX, View, screen_size
from geo.maps.viewport import look_at_borders, simplify_to_screen

# With more areas than this in and around the view their names have no room: only borders travel.
NAMED_AREAS = 160
# Areas smaller than this on the screen are a grey mass.
LEAST_AREA_PX = 16.0
LEAST_FEATURE_PX = 4.0
FEATURE_CAP = 800
NET_TOLERANCE_PX = 0.7
NET_VERTEX_CAP = 40_000
NET_UNITS_PER_PX = 2

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Areas that join each other, with their borders.

    Parameters
    ----------
    areas, boxes, names
        Polygons and multipolygons, their bounds and what they are called.
    arcs, arc_boxes
        Their borders, as `geo.shapes.arcs.arcs_of` cuts them, and the bounds of these.
    """

    areas: Geometries
    boxes: Numbers
    names: Sequence[str]
    arcs: Geometries
    arc_boxes: Numbers


def look_at_partition(
    partition: Partition, style: Style, view: View, *, name: str, title: str
) -> Layer:
    """Choose what of a partition the map draws in this view.

    Parameters
    ----------
    style
        Of all borders.
    name, title
        Of the layer that comes back.

    Returns
    -------
    Layer
        From near the areas with their names; from further away nothing but borders, each once;
        nothing where most areas are under `LEAST_AREA_PX`.
    """
    seen = np.flatnonzero(meets(partition.boxes, view))
    if len(seen) <= NAMED_AREAS:
        return look_at_borders(
            partition.areas,
            partition.names,
            style,
            view,
            name=name,
            title=title,
            labels=partition.names,
            boxes=partition.boxes,
        )
    size = np.maximum(*screen_size(partition.boxes[seen], view.zoom))
    parts: list[Part] = []
    if np.median(size) >= LEAST_AREA_PX:
        arcs = partition.arcs[meets(partition.arc_boxes, view)]
        parts.append(_net(arcs, style, view.zoom))
    return Layer(name, title, parts, Labels.ALWAYS, clickable=False)


def look_at_features(
    features: Geometries,
    names: Sequence[str],
    styles: Sequence[Style],
    view: View,
    *,
    name: str,
    title: str,
    boxes: Numbers,
) -> Layer:
    """Choose what of the features of a reference layer the map draws in this view.

    Parameters
    ----------
    features
        Of any kind: areas, lines, places.
    names, styles, boxes
        One for each feature; boxes are their bounds.
    name, title
        Of the layer that comes back; it is off until somebody switches it on.

    Returns
    -------
    Layer
        What is larger than `LEAST_FEATURE_PX`; of more than `FEATURE_CAP` the largest.
    """
    seen = np.flatnonzero(meets(boxes, view))
    size = np.maximum(*screen_size(boxes[seen], view.zoom))
    is_place = shapely.get_dimensions(features[seen]) == 0
    size[is_place] = np.inf  # a place is a mark of one size
    seen, size = seen[size >= LEAST_FEATURE_PX], size[size >= LEAST_FEATURE_PX]
    seen = seen[np.argsort(-size, kind="stable")][:FEATURE_CAP]
    dimension = shapely.get_dimensions(features[seen])
    parts: list[Part] = []
    if len(areas := seen[dimension == 2]):
        shown = simplify_to_screen(cut(features[areas], boxes[areas], view), view.zoom)
        at = _label_places(shown, view)
        parts.append(Polygons(*_of(areas, names, shown, styles), label_at_deg=at))
    if len(lines := seen[dimension == 1]):
        shown = simplify_to_screen(cut(features[lines], boxes[lines], view), view.zoom)
        parts.append(Lines(*_of(lines, names, shown, styles)))
    if len(places := seen[dimension == 0]):
        single, row = shapely.get_parts(features[places], return_index=True)
        lon, lat = shapely.get_coordinates(single).T
        ids, _, style_of, labels = _of(places[row], names, single, styles)
        parts.append(Points(ids, lon, lat, style_of, labels))
    return Layer(name, title, parts, Labels.ALWAYS, clickable=False, is_on=False)


def meets(boxes: Numbers, view: View) -> Mask:
    """Tell which boxes reach into the view and the margin that is drawn around it."""
    west, south, east, north = view.padded()
    # A comparison with nan (an empty shape's box) is False.
    is_seen: Mask = (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
    return is_seen & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)


def cut(shapes: Geometries, boxes: Numbers, view: View) -> Geometries:
    """Cut off what of large shapes lies so far outside that no move without a new look shows it."""
    edges = view.padded(PAD * 1.2)
    west, south, east, north = edges
    reaches_out = (boxes[:, :2] < [west, south]).any(axis=1)
    reaches_out |= (boxes[:, 2:] > [east, north]).any(axis=1)
    inside = shapely.clip_by_rect(shapes[reaches_out], *edges)
    # A piece of another dimension is what a shape that only touches the edge leaves.
    is_lost = shapely.get_dimensions(inside) != shapely.get_dimensions(shapes[reaches_out])
    is_lost |= shapely.get_type_id(inside) == shapely.GeometryType.GEOMETRYCOLLECTION
    shown = shapes.copy()
    shown[reaches_out] = np.where(is_lost, shapes[reaches_out], inside)
    return shown


def _net(arcs: Geometries, style: Style, zoom: float) -> Net:
    px_per_degree = TILE_PX * 2.0**zoom / 360.0
    # Each border alone, its ends kept: they still meet. Many are drawn with fewer corners.
    for tolerance_px in (NET_TOLERANCE_PX, 2 * NET_TOLERANCE_PX, 4 * NET_TOLERANCE_PX):
        shown = shapely.simplify(arcs, tolerance_px / px_per_degree, preserve_topology=False)
        if shapely.get_num_coordinates(shown).sum() <= NET_VERTEX_CAP:
            break
    return Net(np.asarray(shown), style, int(np.ceil(px_per_degree * NET_UNITS_PER_PX)))


def _label_places(areas: Geometries, view: View) -> Numbers:
    seen = shapely.clip_by_rect(areas, view.west, view.south, view.east, view.north)
    outside = shapely.is_empty(seen)
    seen[outside] = areas[outside]
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(seen)))


def _of(
    rows: Whole, names: Sequence[str], shapes: Geometries, styles: Sequence[Style]
) -> tuple[list[str], Geometries, list[Style], list[str]]:
    picked = [names[row] for row in rows]
    ids = [str(row) for row in rows]
    return ids, shapes, [styles[row] for row in rows], picked
