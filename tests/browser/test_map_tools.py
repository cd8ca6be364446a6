"""The tools of the map on the real screens: each is used as a person would, in both languages."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.text import Lang, say
from geo.workflow import look
from geo.workflow.set_up import open_workspace
from tests.browser.conftest import OpenScreen
from tests.browser.steps import picture, press, ready
from tests.builders import actor

GEOD = pyproj.Geod(ellps="GRS80", rf=298.257222101)
OpenTools = Callable[..., Page]


@pytest.fixture
def open_tools(application: str, open_screen: OpenScreen) -> OpenTools:
    def open_one(
        name: str = "patches", *, lang: Lang = "zh", query: str = "", is_phone: bool = False
    ) -> Page:
        page = open_screen(f"{application}/{name}?lang={lang}{query}").page
        if is_phone:
            page.set_viewport_size({"width": 390, "height": 844})
        drawn(page, name)
        return page

    return open_one


def drawn(page: Page, name: str = "patches") -> None:
    page.wait_for_function(
        f"() => window.skygroundMaps?.get('{name}')?.ground.isConnected", timeout=30_000
    )
    ready(page)
    expect(page.locator(".sg-ground")).to_be_visible()


def ask(page: Page, expression: str, name: str = "patches") -> Any:
    return page.evaluate(
        f"() => {{ const kept = window.skygroundMaps.get('{name}'); return {expression}; }}"
    )


def tool(page: Page, word: str, lang: Lang = "zh") -> None:
    page.get_by_role("button", name=say(f"map_tool.{word}", lang), exact=True).click()


def at(page: Page, x: float, y: float) -> tuple[int, int]:
    """Say where on the window a part of the map is, and where on earth."""
    frame = page.locator(".sg-ground").bounding_box()
    assert frame is not None
    return round(frame["x"] + x * frame["width"]), round(frame["y"] + y * frame["height"])


def lonlat(page: Page, x: float, y: float, name: str = "patches") -> tuple[float, float]:
    frame = page.locator(".sg-ground").bounding_box()
    assert frame is not None
    got = ask(
        page,
        f"kept.map.containerPointToLatLng([{x - frame['x']}, {y - frame['y']}])",
        name,
    )
    return got["lng"], got["lat"]


def view_of(page: Page) -> dict[str, float]:
    view: dict[str, float] = ask(page, "kept.view()")
    return view


def search(page: Page, text: str, lang: Lang = "zh") -> None:
    field = page.get_by_role("combobox", name=say("map_tool.search", lang))
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_patch_a_grid_and_coordinates_are_found(open_tools: OpenTools, lang: Lang) -> None:
    page = open_tools(lang=lang)
    search(page, "2026000", lang)
    answers = page.get_by_role("listbox").get_by_role("option")
    expect(answers).to_have_count(8)
    picture(page, f"map-search-{lang}")
    field = page.get_by_role("combobox", name=say("map_tool.search", lang))
    field.press("ArrowDown")
    chosen = answers.nth(1).locator("b").inner_text()
    field.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text(re.compile(chosen)).first).to_be_visible()
    page.wait_for_function("(code) => location.search.includes(code)", arg=chosen)
    view = view_of(page)
    assert view["zoom"] > 12
    search(page, "4790000 40432100", lang)
    expect(answers).to_have_count(1)
    expect(answers.locator("small")).to_contain_text("40")
    answers.first.click()
    expect(page.locator(".sg-flag")).to_be_visible()
    east, north = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4528", always_xy=True).transform(
        *[ask(page, f"kept.map.getCenter().{axis}") for axis in ("lng", "lat")]
    )
    assert (east, north) == pytest.approx((40432100, 4790000), abs=60)
    search(page, "{{ 7*7 }}<b>", lang)
    expect(page.locator(".sg-answers")).to_have_text(say("map_tools.not_found", lang))
    page.keyboard.press("Escape")
    expect(page.locator(".sg-answers")).to_be_hidden()


def test_what_is_typed_into_the_search_is_no_key_of_the_page(open_tools: OpenTools) -> None:
    page = open_tools()
    page.get_by_role("combobox", name="查找图斑号、地名或坐标").type("jjff?")
    page.wait_for_timeout(500)
    assert "patch=" not in page.url
    expect(page.locator("dialog[open]")).to_have_count(0)
    page = open_tools("review")
    waiting = page.get_by_text(re.compile(r"^待审核（\d+）")).first.inner_text()
    tool(page, "print")
    page.get_by_role("textbox", name="标题").type("ptjkf?")
    page.wait_for_timeout(800)
    ready(page)
    assert page.get_by_text(re.compile(r"^待审核（\d+）")).first.inner_text() == waiting
    expect(page.get_by_role("textbox", name="标题")).to_have_value(re.compile("ptjkf"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_length_and_an_area_are_measured_while_they_are_drawn(
    open_tools: OpenTools, lang: Lang
) -> None:
    page = open_tools(lang=lang)
    tool(page, "measure", lang)
    strip = page.locator(".sg-strip-text")
    corners = [at(page, x, y) for x, y in ((0.35, 0.3), (0.6, 0.35), (0.55, 0.7))]
    for corner in corners[:2]:
        page.mouse.click(*corner)
    page.mouse.move(*corners[2])
    places = [lonlat(page, *corner) for corner in corners]
    expected = GEOD.line_length(*zip(*places, strict=True)) / 1000
    assert first_number(strip.inner_text()) == pytest.approx(expected, rel=1e-3)
    page.keyboard.press("Escape")
    expect(page.locator(".sg-strip")).to_be_hidden()
    tool(page, "measure", lang)
    page.get_by_role("button", name=say("map_tool.surface", lang), exact=True).click()
    for corner in corners:
        page.mouse.click(*corner)
    page.mouse.dblclick(*corners[2])
    ha = abs(GEOD.polygon_area_perimeter(*zip(*places, strict=True))[0]) / 10_000
    shown = strip.inner_text()
    assert first_number(shown) == pytest.approx(ha * 15 if lang == "zh" else ha, rel=1e-3)
    assert ("亩" in shown.split("（")[0]) == (lang == "zh")
    picture(page, f"map-measure-{lang}")
    # A click that is a corner chooses nothing.
    assert "patch=" not in page.url


def first_number(text: str) -> float:
    found = re.search(r"\d+(\.\d+)?", text)
    assert found, text
    return float(found[0])


def test_lengths_and_areas_are_those_of_the_ellipsoid(open_tools: OpenTools) -> None:
    page = open_tools()
    chance = np.random.default_rng(3)
    middles = np.column_stack([chance.uniform(75, 132, 60), chance.uniform(18, 53, 60)])
    reach = 10.0 ** chance.uniform(-4, 0, (60, 1, 1))
    rings = middles[:, None] + reach * np.array([[0, 0], [1, 0.2], [0.8, 1], [0.1, 0.7]])
    told = page.evaluate(
        """async ([front, rings]) => {
            const m = await import(`${front}/geodesy.js`);
            return rings.map((ring) => [m.lengthOf(ring), m.areaOf(ring)]); }""",
        [ask(page, "kept.data.front"), rings.tolist()],
    )
    for ring, (length, area) in zip(rings, told, strict=True):
        assert length == pytest.approx(GEOD.line_length(*ring.T), rel=1e-4)
        assert area == pytest.approx(abs(GEOD.polygon_area_perimeter(*ring.T)[0]), rel=1e-4)


def test_the_pointers_metres_are_those_of_the_registry(open_tools: OpenTools) -> None:
    page = open_tools()
    chance = np.random.default_rng(4)
    places = np.column_stack([chance.uniform(75, 132, 200), chance.uniform(4, 53, 200)])
    told = page.evaluate(
        """async ([front, places]) => {
            const m = await import(`${front}/projection.js`);
            return places.map(([lon, lat]) => [3, 6].map((width) => {
                const zone = m.zoneOf(lon, width);
                const { east, north } = m.gaussKrueger(lon, lat, zone.meridian);
                return [zone.number, zone.meridian, east, north]; })); }""",
        [ask(page, "kept.data.front"), places.tolist()],
    )
    for place, both in zip(places, told, strict=True):
        for width, (number, meridian, east, north) in zip((3, 6), both, strict=True):
            assert meridian == (3 * number if width == 3 else 6 * number - 3)
            crs = f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80 +rf=298.257222101"
            way = pyproj.Transformer.from_crs("EPSG:4490", crs, always_xy=True)
            assert (east, north) == pytest.approx(way.transform(*place), abs=0.001)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pointers_place_is_told_in_the_chosen_form_and_remembered(
    open_tools: OpenTools, lang: Lang
) -> None:
    page = open_tools(lang=lang)
    line = page.locator(".sg-pointer")
    forms = []
    for _ in range(4):
        page.mouse.move(*at(page, 0.5, 0.5))
        forms.append(line.inner_text())
        line.click()
    picture(page, f"map-pointer-{lang}")
    assert "″" in forms[1]
    assert "40" in forms[2] or "39" in forms[2]
    page.mouse.move(*at(page, 0.5, 0.5))
    assert line.inner_text() == forms[0]
    line.click()
    page.reload()
    drawn(page)
    page.mouse.move(*at(page, 0.5, 0.5))
    assert line.inner_text() == forms[1]


def test_a_drawing_is_told_to_the_page_and_saved(open_tools: OpenTools, tmp_path: Path) -> None:
    page = open_tools()
    tool(page, "draw")
    corners = [at(page, x, y) for x, y in ((0.4, 0.3), (0.5, 0.3), (0.52, 0.5), (0.4, 0.55))]
    for corner in [*corners[:3], at(page, 0.7, 0.7)]:
        page.mouse.click(*corner)
    page.keyboard.press("Backspace")
    page.mouse.click(*corners[3])
    page.keyboard.press("Enter")
    expect(page.get_by_text("画出的范围")).to_be_visible()
    expect(page.get_by_text("4 个顶点")).to_be_visible()
    picture(page, "map-draw-zh")
    with page.expect_download() as waiting:
        press(page, "导出")
    waiting.value.save_as(tmp_path / "drawn.geojson")
    (feature,) = json.loads((tmp_path / "drawn.geojson").read_text())["features"]
    places = [lonlat(page, *corner) for corner in corners]
    assert np.allclose(feature["geometry"]["coordinates"][0][:4], places, atol=1e-4)
    press(page, "擦掉")
    expect(page.get_by_text("画出的范围")).to_have_count(0)
    tool(page, "draw")
    page.get_by_role("button", name="切割线", exact=True).click()
    page.mouse.click(*corners[0])
    page.keyboard.press("Escape")
    expect(page.locator(".sg-strip")).to_be_hidden()


def test_an_area_on_the_map_ticks_the_table_and_is_assigned(
    open_tools: OpenTools, workspace: Path
) -> None:
    page = open_tools("assign")
    tool(page, "select")
    drag(page, (0.25, 0.55), (0.6, 0.98))
    expect(page.get_by_text(re.compile("^地图上选了"))).to_be_visible()
    ready(page)
    first = chosen_count(page)
    assert first > 3
    picture(page, "map-select-zh")
    page.keyboard.down("Shift")
    drag(page, (0.35, 0.25), (0.6, 0.6))
    page.keyboard.up("Shift")
    page.wait_for_timeout(800)
    ready(page)
    more = chosen_count(page)
    assert more > first
    page.get_by_role("button", name="多边形", exact=True).click()
    for x, y in ((0.3, 0.5), (0.5, 0.5), (0.5, 0.97), (0.3, 0.97)):
        page.mouse.click(*at(page, x, y))
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    ready(page)
    assert 0 < chosen_count(page) < more
    count = chosen_count(page)
    page.keyboard.press("Escape")
    before = count_at(workspace, Stage.ISSUED)
    press(page, f"派发 {count} 个图斑")
    # Those outside every grid are left out, and told.
    done = page.get_by_text(re.compile(r"^已派发 \d+ 个图斑")).first
    expect(done).to_be_visible()
    assigned = int(first_number(done.inner_text()))
    assert count - 3 <= assigned <= count
    assert count_at(workspace, Stage.ISSUED) == before - assigned


def test_a_selection_can_be_cleared(open_tools: OpenTools) -> None:
    page = open_tools("assign", lang="en")
    tool(page, "select", "en")
    drag(page, (0.15, 0.25), (0.9, 0.8))
    expect(page.get_by_text(re.compile("chosen on the map"))).to_be_visible()
    picture(page, "map-select-en")
    press(page, "Clear the selection")
    expect(page.get_by_text(re.compile("chosen on the map"))).to_have_count(0)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=4)
    page.mouse.up()


def chosen_count(page: Page) -> int:
    text = page.get_by_text(re.compile(r"^已选 \d+ 个图斑")).first.inner_text()
    return int(first_number(text))


def count_at(workspace: Path, *stages: Stage) -> int:
    with open_workspace(str(workspace)) as store:
        return look.count(store, actor(), PatchFilter(stages=stages))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_is_printed(open_tools: OpenTools, tmp_path: Path, lang: Lang) -> None:
    page = open_tools(lang=lang)
    page.wait_for_timeout(800)
    tool(page, "print", lang)
    picture(page, f"map-print-dialog-{lang}")
    size = ask(page, "[kept.ground.clientWidth, kept.ground.clientHeight]")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=say("map_tool.print_png", lang), exact=True).click()
    name = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(name)
    made = Image.open(BytesIO(name.read_bytes())).convert("RGB")
    keep(name, f"printed-{lang}.png")
    assert made.width == 2 * (size[0] + 32)
    assert made.height > 2 * (size[1] + 100)
    dots = np.asarray(made).reshape(-1, 3)
    assert 0.001 < (dots.sum(axis=1) < 200).mean() < 0.3
    orange = np.abs(dots.astype(int) - (213, 94, 0)).sum(axis=1) < 30
    assert orange.sum() > 500
    tool(page, "print", lang)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=say("map_tool.print_pdf", lang), exact=True).click()
    name = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(name)
    content = name.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    if (program := shutil.which("pdftoppm")) is not None:
        subprocess.run([program, "-png", "-r", "100", name, tmp_path / "page"], check=True)
        (sheet,) = tmp_path.glob("page*.png")
        keep(sheet, f"printed-pdf-{lang}.png")
        assert np.asarray(Image.open(sheet).convert("L")).min() < 100


def keep(file: Path, name: str) -> None:
    if folder := os.environ.get("SKYGROUND_PICTURES"):
        shutil.copy(file, Path(folder) / name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_readers_place_is_shown_or_why_not(open_tools: OpenTools, lang: Lang) -> None:
    page = open_tools(lang=lang)
    page.context.set_geolocation({"longitude": 119.1, "latitude": 43.2, "accuracy": 25})
    page.context.grant_permissions([])
    tool(page, "locate", lang)
    strip = page.locator(".sg-strip-text")
    expect(strip).to_have_text(say("map_tool.locate_refused", lang))
    picture(page, f"map-locate-refused-{lang}")
    page.context.grant_permissions(["geolocation"])
    tool(page, "locate", lang)
    expect(strip).to_contain_text("25")
    assert ask(page, "kept.map.getCenter().lat") == pytest.approx(43.2, abs=1e-3)


def test_the_map_fills_the_screen_and_comes_back(open_tools: OpenTools) -> None:
    page = open_tools()
    tool(page, "full_screen")
    page.wait_for_function(
        "() => { const root = window.skygroundMaps.get('patches').root;"
        " return root.getRootNode().fullscreenElement === root"
        " && root.clientHeight === window.innerHeight; }"
    )
    picture(page, "map-full-zh")
    tool(page, "leave_full")
    page.wait_for_function("() => !document.fullscreenElement")
    assert ask(page, "kept.ground.clientHeight") < 500


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_keys_go_through_the_list_late_ones_first(open_tools: OpenTools, lang: Lang) -> None:
    page = open_tools(lang=lang)
    page.mouse.click(5, 700)
    seen = []
    for key in ("j", "j", "k", "k"):
        before = page.url
        page.keyboard.press(key)
        page.wait_for_function("(old) => location.href !== old", arg=before)
        ready(page)
        seen.append(re.search(r"patch=([^&]*)", page.url)[1])
    first, second, back, last = seen
    assert first == back != second
    assert last not in {first, second}
    before_zoom = view_of(page)["zoom"]
    page.keyboard.press("f")
    page.wait_for_function(
        f"() => window.skygroundMaps.get('patches').map.getZoom() > {before_zoom} + 1"
    )
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text(say("map_tools.key_next", lang))
    picture(page, f"map-keys-{lang}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_on_review_the_keys_are_told_and_f_leads_to_the_patch(open_tools: OpenTools) -> None:
    page = open_tools("review")
    page.evaluate(
        "() => window.skygroundMaps.get('review').map.setView([43.5, 118], 9, {animate: false})"
    )
    page.mouse.click(5, 700)
    page.keyboard.press("f")
    page.wait_for_function("() => window.skygroundMaps.get('review').map.getZoom() > 12")
    page.keyboard.press("?")
    for what in ("通过", "退回", "下一个图斑"):
        expect(page.get_by_role("dialog")).to_contain_text(what)


def test_an_address_opens_the_same_view_filter_and_patch(open_tools: OpenTools) -> None:
    page = open_tools()
    page.get_by_role("combobox", name=re.compile("阶段")).click()
    page.get_by_role("option", name=re.compile("已派发")).click()
    page.keyboard.press("Escape")
    page.get_by_text("只看逾期").click()
    page.get_by_text("只看逾期").click()
    ready(page)
    page.mouse.click(5, 700)
    page.keyboard.press("j")
    page.wait_for_function("() => location.search.includes('patch=')")
    page.keyboard.press("f")
    page.wait_for_function("() => window.skygroundMaps.get('patches').map.getZoom() > 11")
    page.wait_for_timeout(1500)
    ready(page)
    url, view, count = page.url, view_of(page), caption(page)
    assert "stage=assigned" in url
    assert "at=" in url
    assert "late" not in url
    other = page.context.browser.new_page(viewport={"width": 1366, "height": 768})
    other.goto(url)
    drawn(other)
    other.wait_for_timeout(1500)
    assert caption(other) == count
    assert not caption(other).startswith("300")
    assert view_of(other)["zoom"] == pytest.approx(view["zoom"])
    assert view_of(other)["west"] == pytest.approx(view["west"], abs=1e-3)
    code = re.search(r"patch=[^&]*?(\d+)(&|$)", url)[1]
    main = other.get_by_test_id("stMain")
    expect(main).to_contain_text(code)
    # Somebody of another territory sees nothing of it.
    other.goto(f"{url}&person=R02")
    drawn(other)
    other.wait_for_timeout(1000)
    expect(main).to_contain_text(say("patches.choose_one", "zh"))
    expect(main).not_to_contain_text(code)
    assert int(caption(other).split("/")[1].split()[0]) < 100
    other.close()


def caption(page: Page) -> str:
    return page.get_by_text(re.compile(r"^\d[\d,]* / \d")).first.inner_text()


@pytest.mark.parametrize(("name", "lang"), [("patches", "en"), ("assign", "zh"), ("review", "en")])
def test_on_a_phone_nothing_lies_over_anything_else(
    open_tools: OpenTools, name: str, lang: Lang
) -> None:
    page = open_tools(name, lang=lang, is_phone=True)
    page.locator(".sg-ground").scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    picture(page, f"phone-{name}-{lang}")
    tool(page, "measure", lang)
    boxes = page.evaluate(
        """(name) => [...window.skygroundMaps.get(name).root.querySelectorAll(
            '.leaflet-control, .sg-search, .sg-strip')].filter((one) => one.offsetWidth)
            .map((one) => { const b = one.getBoundingClientRect();
                return [one.className, b.left, b.top, b.right, b.bottom]; })""",
        name,
    )
    frame = page.locator(".sg-ground").bounding_box()
    for i, (what, left, top, right, bottom) in enumerate(boxes):
        assert left >= frame["x"], what
        assert right <= frame["x"] + frame["width"], what
        assert bottom <= frame["y"] + frame["height"], what
        for other, west, north, east, south in boxes[i + 1 :]:
            is_clear = right <= west or east <= left or bottom <= north or south <= top
            assert is_clear, (what, other)
