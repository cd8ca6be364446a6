"""Steps that a person takes on the screens, for the tests that drive a browser."""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from geo.text import Lang, say

SAMPLE = Path(__file__).parents[2] / "data" / "sample_grids"
SETTLE_MS = 400
ROW_PX = 33


def ready(page: Page) -> Page:
    """Wait until the screen has run."""
    page.wait_for_timeout(SETTLE_MS)  # what was just done reaches the server first
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning"
    )
    return page


def go_to(page: Page, name: str, lang: Lang = "zh") -> None:
    """Open a screen from the sidebar."""
    link = page.get_by_role("link", name=re.compile(f"^{say(f'page.{name}', lang)}"))
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    ready(page)


def press(page: Page, name: str) -> None:
    """Press the button whose name begins so."""
    button = page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first
    expect(button).to_be_enabled()
    button.click()


def tick_rows(page: Page, rows: list[int]) -> None:
    """Tick rows of the first table, whose boxes stand at its left edge."""
    table: Locator = page.locator('[data-testid="stDataFrame"]').first
    table.scroll_into_view_if_needed()
    for count, row in enumerate(rows, start=1):
        table.click(position={"x": 17, "y": ROW_PX * (row + 1) + ROW_PX // 2})
        expect(page.get_by_text(f"已选 {count} 个图斑")).to_be_visible()


def upload(page: Page, *files: Path) -> None:
    page.locator('input[type="file"]').set_input_files([str(f) for f in files])
    ready(page)


def onward(page: Page, step: str, lang: Lang = "zh") -> None:
    """Go on to a step of the import: content, place, confirm."""
    name = say(f"wizard.step_{step}", lang)
    press(page, say("wizard.next", lang, step=name))
    expect(page.locator(".st-key-import-steps strong")).to_contain_text(name)
    ready(page)


def drop(page: Page, kind: str, file: Path, lang: Lang = "zh") -> None:
    """Say what a file is, and drop it."""
    main = page.get_by_test_id("stMain")
    main.get_by_text(say(f"import.{kind}", lang), exact=True).first.click()
    ready(page)
    upload(page, file)
    expect(page.locator(".st-key-import-next button")).to_be_enabled()


def switch_layers_on(page: Page) -> None:
    """Switch on every layer of the map."""
    page.locator(".sg-switches").wait_for()
    for box in page.locator(".sg-switches input").all():
        box.check()
    ready(page)


def picture(page: Page, name: str) -> None:
    """Save a picture for the documents, if somebody asked for them."""
    folder = os.environ.get("SKYGROUND_PICTURES")
    if folder:
        page.mouse.move(5, 5)
        page.wait_for_timeout(600)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
