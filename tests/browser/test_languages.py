"""Every screen with a season under way: one language only, nothing cut off, links that open."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo.text import say
from geo.workflow.set_up import set_up_demo
from tests.browser.conftest import OpenScreen
from tests.browser.steps import SAMPLE, go_to, picture, ready

SCREENS = ["today", "patches", "assign", "field", "review", "cases", "importing", "history"]
# Chosen from the beginning, so that the screen History has something to show.
CHOSEN = "?patch=2026-1%2F20260002"
# On a Chinese screen: the switch of languages, units, keys, codes, and names of formats.
ALLOWED = re.compile(
    r"English|\bkm\b|KB\b|\b[A-Z]\d\d\b|\b[JKTP]\b|GeoJSON|GeoPackage|[\w-]+\.jpg|EPSG:\d+"
    r"|\.?(zip|gpkg|geojson|csv|shp|kml|kmz|gpx|txt|xlsx)\b"
    # Beginnings of hashes.
    r"|\b[0-9a-f]{10,16}\b"
    # Said only to who cannot see the sign, by the uploader itself.
    r"|\badd icon\b"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration."""
    folder = tmp_path_factory.mktemp("languages") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    return folder


def shown(page: Page) -> str:
    """Everything written on the screen; names of icons are drawn as icons."""
    page.add_style_tag(content='[data-testid="stIconMaterial"] { display: none; }')
    parts = [page.get_by_test_id(part).inner_text() for part in ("stSidebar", "stMain")]
    return "\n".join(parts)


def test_chinese_screens_show_no_english_and_fit_the_screen(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_screen(f"{application}/{CHOSEN}").page
    for name in SCREENS:
        go_to(page, name)
        picture(page, f"{name}.zh")
        left = re.findall(r"[A-Za-z]{2,}", ALLOWED.sub("", shown(page)))
        assert (name, left) == (name, [])
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (name, max(wider, 0)) == (name, 0)


def test_english_screens_show_no_chinese_but_data_and_fit_the_screen(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_screen(f"{application}/{CHOSEN}", locale="en-US").page
    for name in SCREENS:
        go_to(page, name, "en")
        picture(page, f"{name}.en")
        controls = page.locator("button, label, h1, [data-testid=stAlert]")
        written = " ".join(controls.all_inner_texts()).replace("中文", "")
        assert (name, CHINESE.findall(written)) == (name, [])
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (name, max(wider, 0)) == (name, 0)


def test_a_link_opens_the_same_patch_language_and_person(
    application: str, open_screen: OpenScreen
) -> None:
    address = f"{application}/patches?patch=2026-1%2F20260002&lang=en&person=I01"
    page = open_screen(address).page
    ready(page)
    expect(page.get_by_role("heading", name="20260002")).to_be_visible()
    expect(page.get_by_role("combobox", name="Working as")).to_have_value("I01 Inspector")
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", name="20260002")).to_be_visible()
    expect(page.get_by_role("combobox", name="Working as")).to_have_value("I01 Inspector")


def test_a_patch_clicked_on_the_map_is_the_selected_row_and_opens_beside_it(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_screen(f"{application}/patches?patch=2026-1%2F20260002").page
    ready(page)
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 17, "y": 33 * 4 + 16})
    expect(page).to_have_url(re.compile("patch=2026-1%2F20260004"))
    expect(page.get_by_role("heading", name="20260004")).to_be_visible()
    expect(page.get_by_text(say("verb.imported", "zh")).first).to_be_visible()
    if os.environ.get("SKYGROUND_PICTURES"):
        picture(page, "patches.zh")
