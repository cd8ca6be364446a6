"""What a map tells the page: its view, clicks, uses of tools; kept for the session.

In a page's test no browser runs; the element is a ``bidi_component``. What the map would report is
put in its place in the session before a run, all fields being optional::

    at.session_state[key] = {"report": {
        "click": {"layer": "patches", "id": "7", "lon": 116.1, "lat": 43.2, "seq": 1},
        "view": {"west": …, "south": …, "east": …, "north": …, "zoom": 12},
        "fit_token": …,
        "tool": {"name": "search", "value": {…}, "seq": 1},
        "colour": {"by": "cause", "seq": 1},
        "switched": {"grids": False},
    }}
    at.run()

`on_click` and `on_tool` are then called as they would be in a browser.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.maps.view import View
from pages.parts.undisturbed import undisturbed


@dataclass(frozen=True, slots=True)
class Click:
    """One click on the map.

    Parameters
    ----------
    layer, id
        What was clicked; ``""`` and None for the ground.
    lon_deg, lat_deg
        Where.
    seq
        Grows with each click, so that a second click on the same thing is seen.
    """

    layer: str
    id: str | None
    lon_deg: float
    lat_deg: float
    seq: int


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What a tool of the map was used for last.

    Parameters
    ----------
    tool
        Its name: ``search``, ``select``, ``draw``.
    value
        What it tells, as it came from the browser: never trusted.
    seq
        Grows with each use.
    """

    tool: str
    value: Mapping[str, Any]
    seq: int


@dataclass(frozen=True, slots=True)
class MapEvent:
    """What the person did on the map up to now.

    Parameters
    ----------
    view
        What the map showed when it last told; it tells nothing while what is drawn covers what is
        seen. None before it first did.
    clicked
        The last click, of this run or of an earlier one: compare `Click.seq`, or use `on_click`.
    """

    view: View | None = None
    clicked: Click | None = None


Heard = Callable[[Click], None] | None
ToolHeard = Callable[[ToolUse], None] | None


def map_event(key: str) -> MapEvent:
    """Read what the person did on a map, also before the map is shown in this run."""
    return event_in(report_of(key))


def memory_key(key: str) -> str:
    """Name the place in the session where a map's last report is kept while it is not shown."""
    return f"map.{key}"


def report_of(key: str) -> dict[str, Any]:
    """Give a map's last report as it came."""
    # Streamlit forgets a component's state when its page is left; this copy stays.
    return st.session_state.get(memory_key(key)) or {}


def colour_of(key: str) -> tuple[int, str]:
    """Tell what somebody last chose on a map to colour by.

    Returns
    -------
    tuple of int and str
        A number that grows with each choice, 0 before the first; and the choice as it came from the
        browser: it may be anything.
    """
    chosen = report_of(key).get("colour")
    if not isinstance(chosen, dict):
        return 0, ""
    return int(chosen["seq"]), str(chosen["by"])


def is_switched_on(key: str, layer: str, *, at_first: bool) -> bool:
    """Tell whether a layer of a map is on; `at_first` as long as nobody has touched its switch."""
    switched = report_of(key).get("switched")
    wanted = switched.get(layer) if isinstance(switched, dict) else None
    return at_first if wanted is None else bool(wanted)


def held_by(key: str) -> set[str]:
    """Tell which contents a map has: those that it reported, and what it was sent since then.

    If it has lost some of that, it says so with its next report.
    """
    reported = report_of(key).get("held") or ()
    return {str(token) for token in reported} | st.session_state.get(_sent_key(key), set())


def note_sent(key: str, tokens: set[str]) -> None:
    """Take note of contents that a map is being sent."""
    st.session_state[_sent_key(key)] = st.session_state.get(_sent_key(key), set()) | tokens


def _sent_key(key: str) -> str:
    return f"{memory_key(key)}.sent"


@undisturbed
def announce(key: str, on_click: Heard, on_tool: ToolHeard) -> None:
    """Take note of a report before the page runs."""
    remember_report(key, on_click, on_tool)


def remember_report(key: str, on_click: Heard, on_tool: ToolHeard) -> bool:
    """Take note of a new report, and tell whether there was one."""
    report = (st.session_state.get(key) or {}).get("report")
    before = report_of(key)
    if not isinstance(report, dict) or report == before:
        return False
    st.session_state[memory_key(key)] = report
    st.session_state.pop(_sent_key(key), None)
    last, click = event_in(before).clicked, event_in(report).clicked
    if on_click and click and (last is None or click.seq > last.seq):
        on_click(click)
    used, use = _use_in(before), _use_in(report)
    if on_tool and use and (used is None or use.seq > used.seq):
        on_tool(use)
    return True


def event_in(report: Mapping[str, Any]) -> MapEvent:
    """Read view and click out of a report."""
    view, click = report.get("view"), report.get("click")
    return MapEvent(
        View(**{side: float(view[side]) for side in View.__slots__}) if view else None,
        Click(
            str(click["layer"]),
            None if click["id"] is None else str(click["id"]),
            float(click["lon"]),
            float(click["lat"]),
            int(click["seq"]),
        )
        if click
        else None,
    )


def _use_in(report: Mapping[str, Any]) -> ToolUse | None:
    use = report.get("tool")
    if not isinstance(use, dict):
        return None
    value = use.get("value")
    return ToolUse(str(use["name"]), value if isinstance(value, dict) else {}, int(use["seq"]))
