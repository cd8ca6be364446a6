"""How layers travel to the map in the browser: small, and only when they have changed.

A layer's content is written once as JSON text and named by a token of that text. The map tells with
every message which tokens it still holds; content that it holds is not sent again. Coordinates are
whole millionths of a degree (a tenth of a metre), each but the first as a step from the one before.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from geo.maps.layers import (
    Counts,
    Geometries,
    Layer,
    Lines,
    Net,
    Numbers,
    Part,
    Polygons,
    Style,
    TileLayer,
)

UNITS_PER_DEGREE = 1_000_000

Json = dict[str, Any]


def pack_layer(layer: Layer | TileLayer, held: Collection[str] = (), base_path: str = "") -> Json:
    """Write one layer for the map.

    Parameters
    ----------
    layer
        What to show.
    held
        Tokens of contents that the map already has.
    base_path
        Under which this program is served.

    Returns
    -------
    dict
        Name, title, switches, and the `source` of its content: an inline one has a `token` and,
        unless the map holds it, the `body`; one in tiles has their addresses.
    """
    source = (
        _tile_source(layer, base_path)
        if isinstance(layer, TileLayer)
        else _inline_source(layer, held)
    )
    return {
        "name": layer.name,
        "title": layer.title,
        "labels": str(layer.labels),
        "clickable": layer.clickable,
        "on": layer.is_on,
        "source": source,
    } | _sign_of(layer)


def _sign_of(layer: Layer | TileLayer) -> Json:
    sign = layer.sign if isinstance(layer, Layer) else None
    return {"sign": pack_style(sign)} if sign else {}


def _tile_source(layer: TileLayer, base_path: str) -> Json:
    return {
        "kind": "tiles",
        "address": f"{base_path}{layer.address}",
        "count_below": layer.count_below,
        "changes": f"{base_path}{layer.changes_address}" if layer.changes_address else "",
        "label": f"{base_path}{layer.label_address}",
        "epoch": layer.epoch,
        "since": layer.since,
    }


def pack_tile_styles(layers: Sequence[Layer | TileLayer]) -> Json:
    """Write what the numbers in each layer of tiles stand for."""
    tiled = [layer for layer in layers if isinstance(layer, TileLayer)]
    return {layer.name: [pack_style(style) for style in layer.styles] for layer in tiled}


def pack_kept(content: Json, held: Collection[str]) -> Json:
    """Write what seldom changes: a token of it and, unless the map holds it, the thing itself."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    token = f"fixed-{hashlib.blake2b(body.encode(), digest_size=8).hexdigest()}"
    return {"token": token} if token in held else {"token": token, "body": body}


def tokens_in(packed: object) -> set[str]:
    """List the tokens of all contents that something for the map names."""
    if isinstance(packed, dict):
        own = {packed["token"]} if isinstance(packed.get("token"), str) else set()
        return own.union(*map(tokens_in, packed.values()))
    if isinstance(packed, list):
        return set().union(*(tokens_in(one) for one in packed if isinstance(one, dict)))
    return set()


def _inline_source(layer: Layer, held: Collection[str]) -> Json:
    if layer not in _WRITTEN:
        _WRITTEN[layer] = _write(layer)
    token, body = _WRITTEN[layer]
    source: Json = {"kind": "inline", "token": token}
    if token not in held:
        source["body"] = body
    return source


# A layer that several people look at is written once: the borders of 2,400 grids take 30 ms.
_WRITTEN: WeakKeyDictionary[Layer, tuple[str, str]] = WeakKeyDictionary()


def _write(layer: Layer) -> tuple[str, str]:
    body = json.dumps([_pack_part(part) for part in layer.parts], separators=(",", ":"))
    return hashlib.blake2b(body.encode(), digest_size=8).hexdigest(), body


def pack_style(style: Style) -> Json:
    """Write a style for the map."""
    return {
        "fill": style.fill,
        "line": style.line,
        "width": style.width_px,
        "dashed": bool(style.dashed),
        "opacity": style.opacity,
        "mark": str(style.mark),
        "late": bool(style.is_late),
    }


def pack_outline(geometry: shapely.Geometry | None) -> list[list[list[int]]] | None:
    """Write the shape of the selected thing: polygons of rings, in the same units as layers."""
    if geometry is None or geometry.is_empty:
        return None
    return _pack_polygons(np.array([geometry], dtype=object))[0]


def _pack_part(part: Part) -> Json:
    if isinstance(part, Counts):
        return _pack_counts(part)
    if isinstance(part, Net):
        return _pack_net(part)
    packed: Json
    if isinstance(part, Polygons):
        packed = {"kind": "polygons", "shapes": _pack_polygons(part.geometries)}
        if part.label_at_deg is not None:
            packed["label_at"] = _pack_places(part.label_at_deg[:, 0], part.label_at_deg[:, 1])
    elif isinstance(part, Lines):
        packed = {"kind": "lines", "shapes": _pack_lines(part.geometries)}
    else:
        packed = {"kind": "points", "at": _pack_places(part.lon_deg, part.lat_deg)}
    packed |= {"ids": [str(i) for i in part.ids]} | _pack_styles(part.styles)
    if part.labels is not None:
        packed["labels"] = [str(label) for label in part.labels]
    return packed


def _pack_styles(styles: Sequence[Style]) -> Json:
    numbers: dict[Style, int] = {}
    style_of = [numbers.setdefault(style, len(numbers)) for style in styles]
    return {"styles": [pack_style(style) for style in numbers], "style_of": style_of}


def _pack_counts(part: Counts) -> Json:
    return {
        "kind": "counts",
        "at": _pack_places(part.lon_deg, part.lat_deg),
        "n": part.n.tolist(),
        "late": part.late.tolist(),
        "bounds": np.round(part.bounds, 6).tolist(),
    }


def _pack_net(part: Net) -> Json:
    """All lines in one row of steps; each line begins with a step from where the last one ended."""
    places = np.round(shapely.get_coordinates(part.lines) * part.units_per_degree).astype(np.int64)
    return {
        "kind": "net",
        "style": pack_style(part.style),
        "units": part.units_per_degree,
        "lengths": shapely.get_num_coordinates(part.lines).tolist(),
        "steps": np.diff(places, axis=0, prepend=0).ravel().tolist(),
    }


def _pack_places(lon_deg: Numbers, lat_deg: Numbers) -> list[int]:
    places = np.stack([np.asarray(lon_deg), np.asarray(lat_deg)], axis=1)
    return np.round(places * UNITS_PER_DEGREE).astype(np.int64).ravel().tolist()


def _pack_polygons(geometries: Geometries) -> list[list[list[list[int]]]]:
    """Per shape its polygons, per polygon its rings, per ring its steps."""
    parts, shape_of_part = shapely.get_parts(geometries, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    steps = _steps(rings)
    per_part = _group(steps, part_of_ring, len(parts))
    return _group(per_part, shape_of_part, len(geometries))


def _pack_lines(geometries: Geometries) -> list[list[list[int]]]:
    """Per shape its lines, per line its steps."""
    parts, shape_of_part = shapely.get_parts(geometries, return_index=True)
    return _group(_steps(parts), shape_of_part, len(geometries))


def _steps(lines: Geometries) -> list[list[int]]:
    """Each line as x, y, then steps in x and y, in whole units; all lines in one computation."""
    if len(lines) == 0:
        return []
    places = np.round(shapely.get_coordinates(lines) * UNITS_PER_DEGREE).astype(np.int64)
    ends = np.cumsum(shapely.get_num_coordinates(lines))
    starts = np.concatenate([[0], ends[:-1]])
    steps = np.diff(places, axis=0, prepend=0)
    steps[starts] = places[starts]
    flat = steps.ravel().tolist()
    return [flat[2 * a : 2 * b] for a, b in pairwise([0, *ends.tolist()])]


def _group(items: Sequence[Any], owner: Any, count: int) -> list[list[Any]]:
    groups: list[list[Any]] = [[] for _ in range(count)]
    for item, group in zip(items, owner.tolist(), strict=True):
        groups[group].append(item)
    return groups
