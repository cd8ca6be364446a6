"""Somebody signs in for the first time, works, and signs out; pictures of the pages before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo.text import Lang, say
from tests.browser.conftest import OpenScreen, free_port, served, uvicorn_command
from tests.browser.steps import picture, ready
from tests.web.conftest import PASSWORD, make_season

NEW = "three herons by the lake"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A season in an office where people sign in; the manager has a password for one use."""
    folder = tmp_path_factory.mktemp("office") / "workspace"
    return make_season(folder, signs_in=("A01",), first_time=("M01",))


@pytest.fixture(scope="module")
def application(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "application.log"
    with served(uvicorn_command("app:app", port), port, workspace, log) as address:
        yield address


def sign_in(page: Page, person: str, password: str, lang: Lang = "zh") -> None:
    page.get_by_label(say("sign_in.person", lang), exact=True).fill(person)
    page.get_by_label(say("sign_in.password", lang), exact=True).fill(password)
    page.get_by_role("button", name=say("sign_in.go", lang), exact=True).click()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_says_what_is_wrong(
    application: str, open_screen: OpenScreen, lang: Lang, scheme: str
) -> None:
    locale = "zh-CN" if lang == "zh" else "en-US"
    page = open_screen(application, locale=locale, color_scheme=scheme).page
    for name, width, height in (("", 1366, 768), ("-phone", 360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"sign-in-{lang}-{scheme}{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    sign_in(page, "M01", "wrong", lang)
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, f"sign-in-refused-{lang}-{scheme}-phone")
    assert page.get_by_label(say("sign_in.person", lang), exact=True).input_value() == "M01"


def test_the_language_is_switched_and_the_way_on_kept(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_screen(f"{application}/patches?patch=1").page
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "next=%2Fpatches%3Fpatch%3D1" in page.url


def test_somebody_signs_in_changes_the_password_works_and_signs_out(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_screen(application).page
    sign_in(page, "M01", PASSWORD)
    expect(page.get_by_text(say("sign_in.must_change", "zh"))).to_be_visible()
    picture(page, "password-zh")
    page.goto(application)  # no way around it
    page.get_by_label(say("sign_in.old", "zh"), exact=True).fill(PASSWORD)
    page.get_by_label(say("sign_in.new", "zh"), exact=True).fill(NEW)
    page.get_by_label(say("sign_in.again", "zh"), exact=True).fill(NEW)
    page.get_by_role("button", name=say("sign_in.save", "zh")).click()

    ready(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("M01")).to_be_visible()
    picture(page, "signed-in-zh")
    page.get_by_role("link", name="派发").click()
    ready(page)

    page.get_by_role("button", name=say("frame.sign_out", "zh"), exact=True).click()
    expect(page.get_by_text(say("sign_in.out", "zh"))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name=say("sign_in.go", "zh"), exact=True)).to_be_visible()
    expect(page.get_by_text("派发")).to_have_count(0)

    sign_in(page, "M01", NEW)
    ready(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("M01")).to_be_visible()
