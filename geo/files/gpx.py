"""GPX: what receivers and patrol apps record, as layers of waypoints, tracks and routes."""

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import shapely
from gpxpy.gpx import (
    GPX,
    GPXException,
    GPXRoute,
    GPXRoutePoint,
    GPXTrack,
    GPXTrackPoint,
    GPXWaypoint,
)
from gpxpy.gpxfield import gpx_fields_from_xml

from geo.errors import FileRefused
from geo.files.assemble import Position, together
from geo.files.layer_rows import LayerRows
from geo.files.raw_layer import RawLayer
from geo.files.written_numbers import read_number
from geo.files.xml_guard import refuse_hostile_xml, xml_events

DRIVER = "GPX"
CRS = "EPSG:4326"
WAYPOINTS, TRACKS, ROUTES = "waypoints", "tracks", "routes"

_POINTS = frozenset({"wpt", "trkpt", "rtept"})
# What is read of a file is written in both versions of the format as in the newer one.
_VERSION = "1.1"
# All that is read of a point. What a receiver says about its satellites is often half empty, and
# one number of it that cannot be read would cost the whole file.
_READ = frozenset({"ele", "time", "name", "cmt", "desc", "src", "sym", "type"})

_Place = GPXWaypoint | GPXTrackPoint | GPXRoutePoint


def read_gpx(path: Path, *, source: str, encoding: str | None = None) -> list[RawLayer]:
    """Read a .gpx.

    Parameters
    ----------
    source
        The file's name, for messages.
    encoding
        To override what the file declares.

    Returns
    -------
    list of RawLayer
        Of ``waypoints``, ``tracks`` and ``routes`` those that hold something, in longitude and
        latitude (EPSG:4326). A track is one row, a line with a part for each of its segments; a
        single point stays a point. ``time`` is that of its first point in ISO 8601, ``time_end``
        that of its last, ``points`` how many it has.

    Raises
    ------
    FileRefused
        ``no_features``, ``file_unreadable``, or as `geo.files.xml_guard.refuse_hostile_xml`.
    """
    guess = refuse_hostile_xml(path, source, encoding=encoding)
    gpx = _parsed(path, source, guess.encoding)
    gathered = {name: LayerRows(source) for name in (WAYPOINTS, TRACKS, ROUTES)}
    for waypoint in gpx.waypoints:
        _add(gathered[WAYPOINTS], _waypoint_fields(waypoint), [[waypoint]])
    for track in gpx.tracks:
        segments = [segment.points for segment in track.segments]
        _add(gathered[TRACKS], _journey_fields(track, segments), segments)
    for route in gpx.routes:
        _add(gathered[ROUTES], _journey_fields(route, [route.points]), [route.points])
    layers = [
        rows.layer(name=name, driver=DRIVER, crs=CRS, encoding=guess)
        for name, rows in gathered.items()
        if len(rows)
    ]
    if not layers:
        raise FileRefused("no_features", path=source)
    return layers


def _parsed(path: Path, source: str, encoding: str) -> GPX:
    """Let gpxpy read a tree made by the guarded parser; its own looks for namespaces in the text.

    That search takes time by the square of a hostile text.
    """
    root: Element | None = None
    for event, element in xml_events(path, source, encoding, ("start", "end")):
        if event == "start":
            root = element if root is None else root
        elif root is not None:
            _simplify(element, root.tag.rpartition("}")[0])
    if root is None or root.tag != "gpx":
        raise FileRefused("file_unreadable", path=source, detail="gpx")
    gpx = GPX()
    tree: Any = root  # gpxpy declares a text and takes a tree
    try:
        gpx_fields_from_xml(gpx, tree, _VERSION)
    except (GPXException, ValueError) as error:
        raise FileRefused("file_unreadable", path=source, detail=str(error)) from error
    return gpx


def _simplify(element: Element, own_namespace: str) -> None:
    """Leave of an element what is read, and mark what is no number as such."""
    namespace, _, name = element.tag.rpartition("}")
    if namespace == own_namespace:
        element.tag = name
    if element.tag == "extensions":
        element.clear()
    if element.tag not in _POINTS:
        return
    for side in ("lat", "lon"):
        if read_number(element.get(side, "").strip()) is None:
            element.set(side, "nan")
    element[:] = [
        child
        for child in element
        if child.tag in _READ
        and (child.tag != "ele" or read_number((child.text or "").strip()) is not None)
    ]


# ---- Rows ---------------------------------------------------------------------------------------


def _waypoint_fields(waypoint: GPXWaypoint) -> dict[str, str]:
    elevation = waypoint.elevation
    return {
        **_words(waypoint),
        "time": _iso(waypoint.time),
        "ele": "" if elevation is None else f"{elevation:.15g}",
        "sym": waypoint.symbol or "",
    }


def _journey_fields(
    journey: GPXTrack | GPXRoute, segments: Sequence[Sequence[_Place]]
) -> dict[str, str]:
    points = [point for segment in segments for point in segment]
    times = [point.time for point in points if point.time is not None]
    return {
        **_words(journey),
        "time": _iso(times[0] if times else None),
        "time_end": _iso(times[-1] if times else None),
        "points": str(len(points)),
    }


def _words(thing: GPXWaypoint | GPXTrack | GPXRoute) -> dict[str, str]:
    words = {
        "name": thing.name,
        "cmt": thing.comment,
        "desc": thing.description,
        "type": thing.type,
        "src": thing.source,
    }
    return {name: (text or "").strip() for name, text in words.items()}


def _iso(time: datetime | None) -> str:
    if time is None:
        return ""
    try:
        return time.isoformat().replace("+00:00", "Z")
    except ValueError:
        # A zone further than a day away; the time of day would be wrong without it.
        return ""


def _add(rows: LayerRows, fields: dict[str, str], segments: Sequence[Sequence[_Place]]) -> None:
    """Add a row with the shape of its points: a part for each run of them."""
    lost = next((p for s in segments for p in s if not _is_placed(p)), None)
    if lost is not None:
        value = f"lat {lost.latitude}, lon {lost.longitude}"
        rows.complain("coordinates_unreadable", "geometry", {"value": value})
        rows.add(fields, None)
        return
    runs = [[(point.longitude, point.latitude) for point in segment] for segment in segments]
    drawn = [run for run in runs if len(run) > 1] or [run for run in runs if run][:1]
    rows.add(fields, together([_shape(run) for run in drawn]))


def _shape(run: Sequence[Position]) -> shapely.Geometry:
    # A segment of one point beside longer ones is a fix that was lost again: it draws nothing.
    return shapely.LineString(run) if len(run) > 1 else shapely.Point(run[0])


def _is_placed(point: _Place) -> bool:
    return math.isfinite(point.latitude) and math.isfinite(point.longitude)
