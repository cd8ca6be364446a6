"""Everything comes from the application itself: every screen, in both languages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.text import LANGS
from geo.workflow.set_up import set_up_demo
from pages.parts.navigation import SCREENS
from tests.browser.conftest import OpenScreen
from tests.browser.steps import SAMPLE, go_to, ready


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration."""
    folder = tmp_path_factory.mktemp("offline") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    return folder


@pytest.mark.parametrize("lang", LANGS)
def test_no_screen_asks_another_host(application: str, open_screen: OpenScreen, lang: str) -> None:
    screen = open_screen(f"{application}/?lang={lang}&patch=2026-1%2F20260002")
    for one in SCREENS:
        go_to(screen.page, one.name, lang)
        for box in screen.page.locator(".sg-switches input").all():
            box.check()
        ready(screen.page)
    assert any("/vendor/leaflet" in url for url in screen.requests)
    assert screen.foreign() == []


def test_a_request_to_another_host_is_noticed(application: str, open_screen: OpenScreen) -> None:
    screen = open_screen(application)
    ready(screen.page)
    outside = "https://tiles.example.org/1.js"
    for way in (
        f"fetch('{outside}').catch(() => {{}})",
        f"void (new Image().src = '{outside}')",
        f"import('{outside}').catch(() => {{}})",
    ):
        screen.page.evaluate(f"() => {{ {way} }}")
        screen.page.wait_for_timeout(200)
        assert screen.foreign() == [outside]
        screen.requests.clear()
