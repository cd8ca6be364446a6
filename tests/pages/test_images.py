"""The two images of a patch on the screens, in words."""

from datetime import UTC, date, datetime
from pathlib import Path

from geo.model.filters import PatchFilter
from geo.text import say
from geo.workflow import look
from geo.workflow.import_imagery import import_image
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import OpenPage
from tests.pages.seen import labels, said
from tests.pictures import make_geotiff


def test_a_workspace_without_imagery_says_so(demo: Path, open_page: OpenPage) -> None:
    page = open_page("patches")
    page.session_state["patch"] = "2026-1/20260001"
    page.run()
    assert say("image_line.none", "zh") in said(page)
    assert say("image_line.swipe", "zh") not in labels(page)


def test_the_panel_tells_both_dates_and_what_lacks(
    demo: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    with open_workspace(str(demo)) as store:
        admin = look.actor_of(store, "A01")
        patch = look.find(store, admin, PatchFilter())[0]
        west, south, east, north = look.story(store, admin, patch.key).outline.bounds
        corner = (west - 0.005, north + 0.005)
        size = (round((north - south + 0.01) * 11_100), round((east - west + 0.01) * 8_200))
        image = make_geotiff(tmp_path / "a.tif", corner=corner, size=size, pixel_m=10)
        import_image(store, admin, image, taken_on=date(2025, 9, 3), at=datetime.now(UTC))
    page = open_page("patches")
    page.session_state["patch"] = patch.key
    page.run()
    assert "前 2025-09-03 · 后 2025-09-03" in said(page)
    assert say("image_note.same", "zh") in said(page)
    assert say("image_line.swipe", "zh") in labels(page)
