"""The tools of a map as data: texts are sent once, and everything stays plain text."""

import json

from geo.maps.map_tools import ALWAYS, Answer, Found, MapTools, pack_tools
from geo.text import TABLES

HOSTILE = "{{ 7*7 }}<img src=x onerror=alert(1)>${1}"


def test_a_map_that_is_only_looked_at_has_none():
    assert pack_tools(None, "zh") is None


def test_the_texts_are_sent_until_the_browser_has_them():
    tools = MapTools(names=ALWAYS)
    zh, en = pack_tools(tools, "zh"), pack_tools(tools, "en")
    assert zh["token"] != en["token"]
    assert zh["texts"]["measure"] != en["texts"]["measure"]
    assert set(zh["texts"]) == set(en["texts"])
    assert "texts" not in pack_tools(tools, "zh", [zh["token"]])
    assert "texts" in pack_tools(tools, "zh", [en["token"]])
    assert len(json.dumps(pack_tools(tools, "zh", [zh["token"]]))) < 400


def test_every_text_of_the_tools_is_sent():
    wanted = {key.partition(".")[2] for key in TABLES["map_tools"] if key.startswith("map_tool.")}
    assert set(pack_tools(MapTools(), "zh")["texts"]) == wanted


def test_answers_travel_as_they_are():
    answer = Answer(HOSTILE, HOSTILE, (1.0, 2.0, 3.0, 4.0), HOSTILE)
    packed = pack_tools(MapTools(found=Found(5, (answer,))), "zh", base_path="/sky")
    assert packed["found"]["answers"][0]["title"] == HOSTILE
    assert packed["found"]["asked"] == 5
    assert packed["pdf"].startswith("/sky/vendor/jspdf-")
