"""The map on a page, without a browser: what it is told, and what the page learns."""

# ruff: noqa: PLC0415 - the page is a script of its own

import json

from streamlit.testing.v1 import AppTest

from pages.parts.map_report import memory_key

CLICK = {"layer": "patches", "id": "7", "lon": 116.1, "lat": 43.2, "seq": 1}
VIEW = {"west": 116.0, "south": 43.0, "east": 116.2, "north": 43.1, "zoom": 13}


def page():
    import numpy as np
    import shapely
    import streamlit as st

    from geo.maps.legend import stage_legend
    from geo.maps.palette import stage_style
    from geo.maps.viewport import look
    from geo.model.stages import Stage
    from pages.parts.map_report import map_event
    from pages.parts.map_view import current_view, show_map

    def choose(click):
        st.session_state.chosen = click.id
        st.session_state.calls = st.session_state.get("calls", 0) + 1

    token = st.session_state.get("token", "all")
    place = {"fit": (116.0, 43.0, 117.0, 44.0), "fit_token": token}
    st.text(f"chosen {st.session_state.get('chosen')} {st.session_state.get('calls', 0)}")
    known = map_event("m").clicked
    st.text(f"above {known and known.id}")
    view = current_view("m", **place)
    st.text(f"zoom {view.zoom}")
    squares = shapely.box(np.array([116.1, 116.5]), 43.1, np.array([116.2, 116.6]), 43.2)
    layer = look(squares, ["7", "8"], [stage_style(Stage.ISSUED)] * 2, view, title="T")
    st.button("again")
    event = show_map(
        "m",
        [layer],
        lang=st.session_state.get("lang", "zh"),
        selected=st.session_state.get("chosen"),
        legend=stage_legend([Stage.ISSUED]),
        on_click=choose,
        **place,
    )
    st.text(f"below {event.clicked and event.clicked.id}")


def started():
    return AppTest.from_function(page, default_timeout=20).run()


def told(at):
    """What the component was given."""
    (element,) = at.get("bidi_component")
    return json.loads(element.proto.json)


def fixed(data):
    """What the component was given once."""
    return json.loads(data["fixed"]["body"])


def texts(at):
    assert not at.exception
    return [text.value for text in at.text]


def report(at, **fields):
    at.session_state["m"] = {"report": {"fit_token": "all", **fields}}
    return at.run()


def test_the_component_is_told_everything_at_first():
    at = started()
    assert texts(at) == ["chosen None 0", "above None", "zoom 8.5", "below None"]
    data = told(at)
    assert [layer["name"] for layer in data["layers"]] == ["patches"]
    assert "body" in data["layers"][0]["source"]
    assert fixed(data)["legend"][0]["text"] == "已下发"
    assert (data["selected"], data["fit"]) == ([], [116.0, 43.0, 117.0, 44.0])
    assert data["front"].startswith("/front/")


def test_the_tools_speak_the_language_of_the_page():
    at = started()
    chinese = fixed(told(at))["texts"]
    at.session_state["lang"] = "en"
    english = fixed(told(at.run()))["texts"]
    assert chinese["full_extent"] == "全图"
    assert english["full_extent"] == "Whole area"
    assert chinese.keys() == english.keys()


def test_a_click_is_known_above_the_map_and_told_once():
    at = report(started(), click=CLICK)
    assert texts(at) == ["chosen 7 1", "above 7", "zoom 8.5", "below 7"]
    assert told(at)["selected"] == ["7"]
    at.button[0].click().run()
    assert texts(at)[0] == "chosen 7 1"


def test_a_second_click_on_the_same_patch_is_seen():
    at = report(started(), click=CLICK)
    at = report(at, click=CLICK | {"seq": 2})
    assert texts(at)[0] == "chosen 7 2"


def test_a_click_on_the_ground_has_no_identifier():
    at = report(started(), click=CLICK)
    at = report(at, click=CLICK | {"layer": "", "id": None, "seq": 2})
    assert texts(at)[0] == "chosen None 2"


def test_what_the_map_shows_decides_what_is_drawn():
    at = report(started(), view=VIEW)
    assert texts(at)[2] == "zoom 13.0"
    assert told(at)["view"] == VIEW


def test_a_new_place_to_fit_counts_more_than_the_view_before():
    at = report(started(), view=VIEW)
    at.session_state["token"] = "elsewhere"
    assert texts(at.run())[2] == "zoom 8.5"
    assert told(at)["fit_token"] == "elsewhere"


def test_what_the_map_holds_is_not_sent_again():
    at = started()
    token = told(at)["layers"][0]["source"]["token"]
    again = report(at, held=[token])
    assert told(again)["layers"][0]["source"] == {"kind": "inline", "token": token}


def test_the_view_is_kept_while_the_map_is_away():
    at = report(started(), view=VIEW)
    del at.session_state["m"]
    assert at.session_state[memory_key("m")]["view"] == VIEW
    assert texts(at.run())[2] == "zoom 13.0"
