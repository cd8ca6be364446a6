"""What the screens make of what the tools of a map tell them; a browser may tell anything."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from tests.pages.seen import button, press, said

EVERYWHERE = [[100, 30], [130, 30], [130, 55], [100, 55]]


def use(app: AppTest, name: str, tool: str, seq: int = 1, **value: Any) -> None:
    """Report what a tool was used for, as the browser would."""
    report = {"tool": {"name": tool, "value": value, "seq": seq}}
    app.session_state[name] = {"report": report}
    app.run()
    assert not app.exception


def kept(app: AppTest, name: str) -> Any:
    return app.session_state[f"kept.{name}"]


def test_what_was_found_is_answered_and_chosen(demo: Path, open_page: OpenPage) -> None:
    app = open_page("patches")
    use(app, "patches", "search", text="20260131", asked=77)
    found = kept(app, "found.patches")
    assert (found.asked, found.answers[0].key) == (77, "2026-1/20260131")
    use(app, "patches", "choose", 2, key="2026-1/20260131")
    assert "20260131" in said(app)
    assert app.query_params["patch"] == "2026-1/20260131"


def test_nobody_finds_or_chooses_what_lies_outside_their_territory(
    demo: Path, open_page: OpenPage
) -> None:
    app = open_page("patches", person="R02")
    use(app, "patches", "search", text="20260131", asked=1)
    assert kept(app, "found.patches").answers == ()
    assert "43.456" in kept(app, "found.patches").sentence
    use(app, "patches", "choose", 2, key="2026-1/20260131")
    assert "20260131" not in said(app)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "area", "points": "{{ 7*7 }}", "id": 1},
        {"kind": "area", "points": [[1, 2]] * 9999, "id": 1},
        {"kind": "line", "points": [[None, 2], [1, 1]], "id": 1},
        {"text": ["x"], "asked": {"a": 1}, "polygon": {"x": 1}, "mode": 7, "key": None},
    ],
)
def test_whatever_a_browser_tells_breaks_nothing(
    demo: Path, open_page: OpenPage, value: dict[str, Any]
) -> None:
    app = open_page("patches")
    for seq, tool in enumerate(["draw", "search", "choose", "select", "unknown"], start=1):
        use(app, "patches", tool, seq, **value)
    app = open_page("assign")
    use(app, "assign", "select", 1, **value)


def test_a_drawing_is_shown_with_its_size_until_it_is_dropped(
    demo: Path, open_page: OpenPage
) -> None:
    app = open_page("patches")
    corners = [[119, 43], [119.01, 43], [119.01, 43.01], [119, 43.01]]
    use(app, "patches", "draw", kind="area", points=corners, id=5)
    assert "画出的范围" in said(app)
    assert "90.56" in said(app).replace(",", "") or "公顷" in said(app)
    press(app, "擦掉")
    assert "画出的范围" not in said(app)


def test_a_selection_is_more_than_the_table_and_is_added_to_and_cleared(
    demo: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.parts.patch_table.MOST_ROWS", 3)
    monkeypatch.setattr("pages.parts.selection.MOST_ROWS", 3)
    app = open_page("assign")
    use(app, "assign", "select", polygon=EVERYWHERE, mode="replace")
    assert button(app, "派发 43 个图斑")
    assert "其中 40 个不在下表" in said(app)
    use(app, "assign", "select", 2, polygon=[[0, 0], [1, 0], [1, 1]], mode="add")
    assert button(app, "派发 43 个图斑")
    use(app, "assign", "select", 3, polygon=[[0, 0], [1, 0], [1, 1]], mode="replace")
    assert button(app, "派发 0 个图斑").disabled
    use(app, "assign", "select", 4, polygon=EVERYWHERE, mode="replace")
    press(app, "派发 43 个图斑")
    assert "已派发 40 个图斑" in "".join(toast.value for toast in app.toast)


def test_the_address_tells_the_filter_and_what_is_not_seen_is_left_out(
    demo: Path, open_page: OpenPage
) -> None:
    app = open_page("patches")
    app.multiselect[0].set_value(["assigned"]).run()
    app.text_input[0].set_value("2026").run()
    assert app.query_params["stage"] == "assigned"
    assert app.query_params["search"] == "2026"
    app.multiselect[0].set_value([]).run()
    assert "stage" not in app.query_params
    other = open_page("today")
    other.query_params["stage"] = ["assigned", "{{ 7*7 }}"]
    other.query_params["grid"] = "no-such-grid"
    other.query_params["late"] = "1"
    other.switch_page("patches.py").run()
    assert not other.exception
    assert other.toggle[0].value is True
    assert [str(stage) for stage in other.multiselect[0].value] == ["assigned"]
    assert other.query_params["stage"] == "assigned"
    assert "grid" not in other.query_params
