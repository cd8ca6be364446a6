"""Roles given and taken back on the screen."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from geo.workflow import look
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import OpenPage
from tests.pages.seen import button, press, said


def fill(app: AppTest, label: str, text: str) -> None:
    next(f for f in app.text_input if f.label == label).set_value(text).run()


def roles(workspace: Path, code: str) -> list[str]:
    with open_workspace(str(workspace)) as store:
        return [p.role for p in look.everybody(store) if p.code == code]


def test_a_role_is_given_and_taken_back(demo: Path, open_page: OpenPage) -> None:
    app = open_page("people")
    fill(app, "编号", "W9")
    fill(app, "行政区代码", "159901100")
    button(app, "授权").click().run()
    assert roles(demo, "W9") == ["ranger"]
    fill(app, "按编号或名称查找", "w9")
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["编号"], row["范围"], row["状态"]) == ("W9", "159901100", "有效")
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    press(app, "收回这项授权")
    assert roles(demo, "W9") == []


def test_what_cannot_be_given_is_said_beside_the_form(demo: Path, open_page: OpenPage) -> None:
    app = open_page("people")
    fill(app, "编号", "W9")
    fill(app, "行政区代码", "15")
    button(app, "授权").click().run()
    assert "超出您自己的辖区" in said(app)
    assert roles(demo, "W9") == []


def test_only_an_administrator_finds_the_screen(demo: Path, open_page: OpenPage) -> None:
    from pages.parts.navigation import screens_for  # noqa: PLC0415

    with open_workspace(str(demo)) as store:
        seen = {p.role: {s.name for s in screens_for(p.role)} for p in look.everybody(store)}
    assert [role for role, names in seen.items() if "people" in names] == ["administrator"]
