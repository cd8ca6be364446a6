"""Before and after in a real browser: side by side, the swipe, imagery under the map."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geo.model.filters import PatchFilter
from geo.model.imagery import Image, ImageKind, ImageNote, Shift
from geo.model.stages import Stage
from geo.model.things import Patch
from geo.text import LANGS, Lang, say
from geo.workflow import look
from geo.workflow.imagery import image_pair, list_images
from geo.workflow.import_imagery import import_image, register_service, remove_image
from geo.workflow.look import actor_of
from geo.workflow.set_up import add_sample_images, open_workspace, set_up_demo
from tests.browser.conftest import (
    SAMPLE,
    OpenScreen,
    Screen,
    free_port,
    served,
    uvicorn_command,
)
from tests.browser.steps import picture, press, ready
from tests.pictures import make_geotiff

HALVES = ".sg-half"
HOSTILE = '<img src=x onerror="window.ran=1">{{ 7*7 }}${window.ran=1}'
VIEWS = """(() => {
  const { halves } = kept.compare.pairView;
  return ['before', 'after'].map((side) => {
    const map = halves[side].map;
    const at = map.getCenter();
    return [at.lng, at.lat, map.getZoom(), map.getSize().x, map.getSize().y];
  });
})()"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A season under way, with the two images of its banner."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    now = datetime.now(UTC)
    with set_up_demo(folder, SAMPLE, at=now) as store:
        add_sample_images(store, SAMPLE, at=now)
        register_service(
            store,
            actor_of(store, "A01"),
            "http://127.0.0.1:9/{z}/{x}/{y}.png",
            ImageKind.XYZ,
            title=HOSTILE,
            shift=Shift.GCJ02,
            at=now,
        )
    return folder


def ask(page: Page, expression: str, name: str = "review") -> Any:
    return page.evaluate(
        f"() => {{ const kept = window.skygroundMaps.get('{name}'); return {expression}; }}"
    )


def open_at(screen: Screen, name: str) -> Page:
    """Wait until the map stands and its images have come."""
    page = screen.page
    page.wait_for_function(
        f"() => window.skygroundMaps?.get('{name}')?.ground.isConnected", timeout=30_000
    )
    return ready(page)


def settled(page: Page, selector: str) -> None:
    """Wait for pictures that have really come."""
    pictures = page.locator(f"{selector} img.leaflet-tile-loaded")
    expect(pictures.first).to_be_attached()
    page.wait_for_timeout(400)
    assert pictures.evaluate_all("all => all.every((one) => one.naturalWidth > 0)")


def way(page: Page, name: str, lang: Lang = "zh") -> None:
    page.get_by_role("button", name=say(f"compare.{name}", lang), exact=True).click()


@pytest.mark.parametrize("lang", LANGS)
def test_review_opens_with_both_images_and_b_goes_to_the_map_and_back(
    application: str, open_screen: OpenScreen, lang: Lang
) -> None:
    page = open_at(open_screen(f"{application}/review?person=I01&lang={lang}"), "review")
    halves = page.locator(HALVES)
    expect(halves).to_have_count(2)
    for i, (side, day) in enumerate((("before", "2025-09-03"), ("after", "2026-07-09"))):
        settled(page, f"{HALVES}:nth-child({i + 1})")
        caption = halves.nth(i).locator("figcaption")
        expect(caption).to_contain_text(f"{say(f'compare.{side}', lang)} {day}")
        assert ask(page, f"kept.compare.pairView.halves.{side}.outline.getLayers().length") == 2
    picture(page, f"review-before-after-{lang}")
    map_button = page.get_by_role("button", name=say("compare.map", lang), exact=True)
    page.keyboard.press("b")
    expect(page.locator(".sg-pair")).to_be_hidden()
    expect(map_button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".sg-ground").first).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".sg-pair")).to_be_visible()
    assert page.evaluate("() => document.querySelector('.sg-divider') === null")


def test_the_two_maps_move_together_and_outlive_reruns(
    application: str, open_screen: OpenScreen
) -> None:
    page = open_at(open_screen(f"{application}/review?person=I01&lang=zh"), "review")
    settled(page, f"{HALVES}:nth-child(2)")
    start = ask(page, VIEWS)
    assert start[0] == start[1]
    box = page.locator(".sg-half-ground").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 70, y + 30, steps=4)
    during = ask(page, VIEWS)
    page.mouse.up()
    assert during[0][:2] != start[0][:2]
    assert during[0] == pytest.approx(during[1], abs=1e-6)
    page.mouse.move(x + box["width"], y)
    page.mouse.wheel(0, -240)
    page.wait_for_timeout(500)
    wheeled = ask(page, VIEWS)
    assert wheeled[1][2] > during[1][2]
    assert wheeled[0] == pytest.approx(wheeled[1], abs=1e-6)
    # Between two whole levels, as two fingers do it, begun on the half after.
    ask(
        page,
        "kept.compare.pairView.place(kept.compare.pairView.halves.after.map, [43.2, 119.1], 13.37)",
    )
    assert ask(page, VIEWS)[0][2] == pytest.approx(13.37)
    page.set_viewport_size({"width": 1100, "height": 700})
    page.wait_for_timeout(500)
    resized = ask(page, VIEWS)
    assert resized[0] == pytest.approx(resized[1], abs=1e-6)
    assert resized[0][3] < start[0][3]
    ask(page, "(kept.compare.pairView.box.mark = 'kept')")
    page.keyboard.press("j")
    page.wait_for_function("(was) => !location.search.includes(was)", arg="nothing")
    ready(page)
    assert page.locator(".sg-pair").evaluate("(box) => box.mark") == "kept"
    moved = ask(page, VIEWS)
    assert moved[0] == pytest.approx(moved[1], abs=1e-6)
    assert moved[0][:2] != resized[0][:2]


def test_the_next_patchs_images_are_there_before_it_is_opened(
    application: str, open_screen: OpenScreen
) -> None:
    screen = open_screen(f"{application}/review?person=I01&lang=zh")
    page = open_at(screen, "review")
    settled(page, f"{HALVES}:nth-child(2)")
    page.wait_for_timeout(1500)
    fetched = {url for url in screen.requests if "/imagery/" in url}
    page.keyboard.press("j")
    ready(page)
    page.wait_for_timeout(400)
    # What lies in the frame of the next patch; a ring of tiles around it may come later.
    needed = ask(
        page,
        """['before', 'after'].flatMap((side) => {
            const half = kept.compare.pairView.halves[side];
            const frame = half.ground.getBoundingClientRect();
            return [...half.ground.querySelectorAll('img')].filter((one) => {
              const box = one.getBoundingClientRect();
              return box.right > frame.left && box.left < frame.right
                && box.bottom > frame.top && box.top < frame.bottom;
            }).map((one) => one.src);
        })""",
    )
    assert needed
    assert set(needed) <= fetched


def clips(page: Page) -> list[list[float]]:
    """Give left and right of what is seen of each image, from the map's left edge, in pixels."""
    told: list[list[float]] = ask(
        page,
        """['before', 'after'].map((side) => {
            const [, right, , left] = kept.compare.swipe.panes[side].style.clip
              .match(/-?[\\d.]+/g).map(Number);
            const corner = kept.map.containerPointToLayerPoint([0, 0]).x;
            return [left - corner, right - corner];
        })""",
        "patches",
    )
    return told


@pytest.mark.parametrize("lang", LANGS)
def test_the_swipe_is_dragged_and_clips(
    application: str, open_screen: OpenScreen, lang: Lang
) -> None:
    url = f"{application}/patches?person=A01&lang={lang}&patch=2026-1/20260001"
    page = open_at(open_screen(url), "patches")
    press(page, say("image_line.swipe", lang))
    divider = page.get_by_role("slider", name=say("compare.divider", lang))
    expect(divider).to_be_visible()
    for pane in ("before", "after"):
        settled(page, f".leaflet-sg-{pane}-pane")
    expect(divider.locator(".sg-before b")).to_have_text(
        f"{say('compare.before', lang)} 2025-09-03"
    )
    expect(divider.locator(".sg-after b")).to_have_text(f"{say('compare.after', lang)} 2026-07-09")
    picture(page, f"patches-swipe-{lang}")
    width = ask(page, "kept.map.getSize().x", "patches")
    assert clips(page) == [[0, pytest.approx(width / 2)], [pytest.approx(width / 2), width]]
    line = divider.bounding_box()
    frame = page.locator(".sg-map").bounding_box()
    assert line is not None
    assert frame is not None
    x = line["x"] + line["width"] / 2
    page.mouse.move(x, frame["y"] + 300)
    page.mouse.down()
    page.mouse.move(x - 150, frame["y"] + 310, steps=5)
    page.mouse.up()
    assert clips(page)[0][1] == pytest.approx(width / 2 - 150, abs=2)
    assert clips(page)[1][0] == pytest.approx(width / 2 - 150, abs=2)
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert clips(page)[0][1] == pytest.approx(width / 2 - 150 + 0.02 * width, abs=2)
    # The map moved under it: the clip stays where the line is.
    before = clips(page)
    ask(page, "kept.map.panBy([60, 20], { animate: false }) && null", "patches")
    assert clips(page) == [pytest.approx(side) for side in before]
    page.keyboard.press("b")
    expect(divider).to_be_hidden()
    expect(page.locator(".leaflet-sg-before-pane img")).to_have_count(0)


def test_the_swipe_follows_a_finger_on_a_phone(application: str, open_screen: OpenScreen) -> None:
    url = f"{application}/patches?person=A01&lang=zh&patch=2026-1/20260001"
    screen = open_screen(url)
    screen.page.set_viewport_size({"width": 390, "height": 844})
    page = open_at(screen, "patches")
    page.locator(".sg-map").scroll_into_view_if_needed()
    way(page, "swipe")
    settled(page, ".leaflet-sg-after-pane")
    grip = page.locator(".sg-grip").bounding_box()
    assert grip is not None
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 40, "y": y}]),
        ("touchMove", [{"x": x + 80, "y": y + 5}]),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    width = ask(page, "kept.map.getSize().x", "patches")
    assert clips(page)[0][1] == pytest.approx(width / 2 + 80, abs=3)
    picture(page, "phone-swipe")


@pytest.mark.parametrize("lang", LANGS)
def test_an_image_is_laid_under_the_map_and_a_shifted_basemap_warns(
    application: str, open_screen: OpenScreen, lang: Lang
) -> None:
    screen = open_screen(f"{application}/patches?person=A01&lang={lang}")
    page = open_at(screen, "patches")
    assert [url for url in screen.requests if "/imagery/" in url] == []
    page.get_by_label(say("compare.image", lang), exact=True).select_option(index=1)
    settled(page, ".leaflet-sg-image-pane")
    warning = page.locator(".sg-warning")
    expect(warning).to_be_hidden()
    page.get_by_role("slider", name=say("compare.strength", lang)).fill("40")
    opacity = "getComputedStyle(kept.map.getPane('sg-image').firstChild).opacity"
    assert ask(page, opacity, "patches") == "0.4"
    picture(page, f"patches-image-{lang}")
    basemaps = page.get_by_label(say("compare.basemap", lang), exact=True)
    expect(basemaps.locator("option").nth(1)).to_have_text(f"⚠ {HOSTILE}")
    basemaps.select_option(index=1)
    assert page.evaluate("() => window.ran") is None
    expect(warning).to_have_text(say("image.warning_gcj02", lang))
    page.get_by_label(say("compare.image", lang), exact=True).select_option(index=0)
    expect(page.locator(".leaflet-sg-image-pane img")).to_have_count(0)


def unclear_patch(workspace: Path) -> Patch:
    """Find a patch that waits for review and lies in the strip that the image after lacks."""
    with open_workspace(str(workspace)) as store:
        person = actor_of(store, "A01")
        for patch in look.find(store, person, PatchFilter()):
            after = image_pair(store, person, patch).after
            if any(remark.code is ImageNote.UNCLEAR for remark in after.remarks):
                return patch
    pytest.fail("no patch lies in the missing strip")


def test_pixels_that_are_missing_are_said(
    application: str, open_screen: OpenScreen, workspace: Path
) -> None:
    patch = unclear_patch(workspace)
    url = f"{application}/patches?person=A01&lang=zh&patch={patch.key}"
    page = open_at(open_screen(url), "patches")
    words = re.compile("个像元可用|的像元可用")
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text=words).first).to_be_visible()
    way(page, "side")
    expect(page.locator(HALVES).nth(1).locator(".sg-lacks")).to_contain_text(words)
    # One caption is longer: the maps are of one size all the same.
    sizes = [view[3:] for view in ask(page, VIEWS, "patches")]
    assert sizes[0] == sizes[1]
    picture(page, "before-after-unclear")


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_image_is_said_and_no_half_stays_without_words(
    workspace: Path, tmp_path: Path, open_screen: OpenScreen, lang: Lang
) -> None:
    copy = tmp_path / "workspace"
    shutil.copytree(workspace, copy)
    with open_workspace(str(copy)) as store:
        now, admin = datetime.now(UTC), actor_of(store, "A01")
        after = image_of(list_images(store, admin), date(2026, 7, 9))
        remove_image(store, admin, after.id, at=now)
        verified = PatchFilter(stages=(Stage.VERIFIED,))
        patch = next(p for p in look.find(store, admin, verified))
        port = free_port()
        command = uvicorn_command("app:app", port)
        with served(command, port, copy, tmp_path / "log") as address:
            page = open_at(
                open_screen(f"{address}/review?person=I01&lang={lang}&patch={patch.key}"), "review"
            )
            lacks = page.locator(".sg-lacks")
            expect(lacks).to_have_text([f"⚠ {say('image_note.same', lang)}"] * 2)
            before = image_of(list_images(store, admin), date(2025, 9, 3))
            remove_image(store, admin, before.id, at=now)
            far = make_geotiff(tmp_path / "far.tif", corner=(119.0, 43.1))
            import_image(store, admin, far, taken_on=date(2026, 7, 1), at=now)
            page.keyboard.press("b")
            page.keyboard.press("j")
            ready(page)
            # Nothing to see is no reason to hide it: the two halves say so, in words.
            way(page, "side", lang)
            absent = page.locator(".sg-absent")
            expect(absent).to_have_text([f"⚠ {say('image_note.missing', lang)}"] * 2)
            expect(page.locator(".sg-half img")).to_have_count(0)
            picture(page, f"before-after-missing-{lang}")


def image_of(images: list[Image], day: date) -> Image:
    (found,) = [image for image in images if image.taken_on == day]
    return found
