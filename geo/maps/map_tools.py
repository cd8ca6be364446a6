"""What people can do on a map besides looking at it, as plain data for the map in the browser."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo.maps.vendored import PDF_ADDRESS
from geo.maps.view import Bounds
from geo.text import TABLES, Lang, say

SEARCH, SELECT, DRAW, MEASURE = "search", "select", "draw", "measure"
FIT, LOCATE, PRINT, FULL_SCREEN = "fit", "locate", "print", "fullscreen"
KEYS, ADDRESS = "keys", "address"
# For any map on which people work.
ALWAYS = frozenset({MEASURE, PRINT, FULL_SCREEN})
# What a tool tells by another name than its own: an answer of the search that was chosen.
CHOOSE = "choose"
_ROOM = "map_tool."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the search.

    Parameters
    ----------
    title, detail
        As they are read.
    bounds
        Where it lies (west, south, east, north in degrees).
    key
        Name of the patch that it is; None for anything else.
    """

    title: str
    detail: str
    bounds: Bounds
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Parameters
    ----------
    asked
        Which question this answers, as the map had numbered it.
    answers
        The likeliest first.
    sentence
        What is said where there is none.
    """

    asked: int
    answers: tuple[Answer, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class MapTools:
    """The tools of one map.

    Parameters
    ----------
    names
        Which of them are offered.
    title, system, day
        What stands on the printed map: its title, the name of this program, today's date.
    goal
        Where F leads: bounds of the chosen patch.
    keys
        Keys of the screen and what they do, told by "?".
    found
        Answer to the last search.
    drawn
        Number of the drawing that the page has; None: it has none, so the map drops its own.
    """

    names: frozenset[str] = frozenset()
    title: str = ""
    system: str = ""
    day: str = ""
    goal: Bounds | None = None
    keys: tuple[tuple[str, str], ...] = ()
    found: Found | None = None
    drawn: int | None = None


def pack_tools(
    tools: MapTools | None, lang: Lang, held: Collection[str] = (), base_path: str = ""
) -> dict[str, Any] | None:
    """Write the tools for the map.

    Parameters
    ----------
    tools
        None for a map that is only looked at.
    lang
        Language of what they say.
    held
        Tokens of what the browser has already: the texts are sent once.
    base_path
        Under which the application is served.
    """
    if tools is None:
        return None
    token, texts = _texts(lang)
    packed: dict[str, Any] = {
        "names": sorted(tools.names),
        "token": token,
        "title": tools.title,
        "system": tools.system,
        "day": tools.day,
        "pdf": f"{base_path}{PDF_ADDRESS}",
        "goal": tools.goal,
        "keys": tools.keys,
        "found": tools.found and _pack_found(tools.found),
        "drawn": tools.drawn,
    }
    return packed if token in held else packed | {"texts": texts}


def _pack_found(found: Found) -> dict[str, Any]:
    answers = [
        {"title": one.title, "detail": one.detail, "bounds": one.bounds, "key": one.key}
        for one in found.answers
    ]
    return {"asked": found.asked, "answers": answers, "sentence": found.sentence}


@cache
def _texts(lang: Lang) -> tuple[str, dict[str, str]]:
    texts = {
        key.removeprefix(_ROOM): say(key, lang)
        for key in TABLES["map_tools"]
        if key.startswith(_ROOM)
    }
    digest = hashlib.blake2b(json.dumps(texts).encode(), digest_size=6).hexdigest()
    return f"texts {lang} {digest}", texts
