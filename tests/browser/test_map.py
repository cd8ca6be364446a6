"""The map in a real browser: it draws, answers, stays, and runs nothing that is in a name."""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    OpenScreen,
    Screen,
    free_port,
    is_local,
    served,
    streamlit_command,
    uvicorn_command,
)
from tests.browser.hostile_names import HOSTILE

FEW = 300
MANY = 12_000
PICTURES = os.environ.get("SKYGROUND_PICTURES")


@pytest.fixture(scope="module")
def map_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    folder = tmp_path_factory.mktemp("map")
    command = uvicorn_command("tests.browser.map_application:app", port)
    with served(command, port, folder / "none", folder / "map.log") as address:
        yield address


@pytest.fixture
def open_map(map_application: str, open_screen: OpenScreen) -> Callable[..., Screen]:
    def open_one(*, count: int = FEW, lang: str = "zh", color_scheme: str = "light") -> Screen:
        url = f"{map_application}/?count={count}&lang={lang}"
        screen = open_screen(url, color_scheme=color_scheme)
        wait_until_drawn(screen.page)
        return screen

    return open_one


KEPT = "const kept = window.skygroundMaps.get('test_map');"


def ask(page: Page, expression: str) -> object:
    """Evaluate an expression about the kept map."""
    return page.evaluate(f"() => {{ {KEPT} return {expression}; }}")


def wait_until(page: Page, expression: str) -> None:
    page.wait_for_function(
        f"() => {{ {KEPT.replace('.get', '?.get')} return kept && {expression}; }}", timeout=15_000
    )


def wait_until_drawn(page: Page) -> None:
    wait_until(page, "kept.drawing.layers.has('patches') && kept.isServed()")
    page.wait_for_timeout(300)


def where(page: Page, code: str) -> tuple[float, float]:
    """Say at which place of the window a patch lies."""
    x, y = page.evaluate(
        f"""(code) => {{ {KEPT}
            const path = kept.drawing.layers.get('patches').byId.get(code);
            const at = path.getLatLng ? path.getLatLng() : path.getBounds().getCenter();
            const place = kept.map.latLngToContainerPoint(at);
            const frame = kept.ground.getBoundingClientRect();
            return [frame.left + place.x, frame.top + place.y];
        }}""",
        code,
    )
    return x, y


def move_to(page: Page, lon: float, lat: float, zoom: int) -> None:
    page.evaluate(
        f"() => {{ {KEPT} kept.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}); }}"
    )
    wait_until(page, "kept.isServed()")
    page.wait_for_timeout(200)


def click_on(page: Page, code: str) -> None:
    page.mouse.click(*where(page, code))


def picture(page: Page, name: str) -> None:
    """Save what is seen, for whoever wants to look."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_patches_and_grids_are_drawn(open_map):
    page = open_map().page
    assert ask(page, "kept.drawing.layers.get('patches').byId.size") == FEW
    assert ask(page, "kept.drawing.layers.get('grids').byId.size") == 16
    ink = ask(
        page,
        """(() => { const canvas = kept.ground.querySelector('canvas');
            const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return dots.data.filter((value, i) => i % 4 === 3 && value > 0).length; })()""",
    )
    assert ink > 5_000
    picture(page, "map-far-zh")


def test_polygons_are_drawn_from_near_and_marks_from_far(open_map):
    page = open_map().page
    kind = "kept.drawing.layers.get('patches').byId.get('P00150').constructor === kept.drawing.Mark"
    assert ask(page, kind) is True
    move_to(page, 116.5, 43.5, 12)
    assert ask(page, kind) is False
    picture(page, "map-near-zh")


def test_a_click_brings_the_patch_into_the_page(open_map):
    page = open_map().page
    click_on(page, "P00150")
    expect(page.get_by_text("chosen: P00150", exact=True)).to_be_visible()
    expect(page.get_by_text("clicks: 1", exact=True)).to_be_visible()
    click_on(page, "P00150")
    expect(page.get_by_text("clicks: 2", exact=True)).to_be_visible()
    assert ask(page, "kept.drawing.selected.join()") == "P00150"


def test_a_click_on_the_ground_chooses_nothing(open_map):
    page = open_map().page
    click_on(page, "P00150")
    expect(page.get_by_text("chosen: P00150", exact=True)).to_be_visible()
    frame = page.locator(".sg-ground").bounding_box()
    page.mouse.click(frame["x"] + 90, frame["y"] + 400)
    expect(page.get_by_text("chosen: None", exact=True)).to_be_visible()


def test_a_click_is_answered_at_once_with_little_traffic(open_map, record_property):
    screen = open_map()
    page = screen.page
    move_to(page, 116.5, 43.5, 11)
    codes = page.evaluate(
        f"""() => {{ {KEPT} const seen = kept.map.getBounds().pad(-0.2);
            return [...kept.drawing.layers.get('patches').byId]
                .filter(([, path]) => seen.contains(path.getBounds())).map(([id]) => id); }}"""
    )
    seconds, sizes = [], []
    for code in codes[:9]:
        screen.received_bytes.clear()
        at = where(page, code)
        start = time.perf_counter()
        page.mouse.click(*at)
        page.wait_for_function(
            "(text) => document.body.innerText.includes(text)", arg=f"chosen: {code}"
        )
        seconds.append(time.perf_counter() - start)
        page.wait_for_timeout(150)
        sizes.append(sum(screen.received_bytes))
    median_ms = 1000 * statistics.median(seconds)
    figures = f"click to detail: median {median_ms:.0f} ms, {statistics.median(sizes):.0f} bytes"
    print(figures)  # noqa: T201 - seen with pytest -s
    record_property("click_to_detail_ms", round(median_ms))
    record_property("click_bytes", statistics.median(sizes))
    assert median_ms < 1_000
    # What the map holds already is not sent again.
    assert ask(page, "kept.data.layers.some((layer) => 'body' in layer.source)") is False
    assert statistics.median(sizes) < 12_000


def test_the_map_stays_when_the_page_runs_again(open_map):
    page = open_map().page
    move_to(page, 116.31, 43.42, 11)
    page.evaluate(f"() => {{ {KEPT} kept.ground.dataset.mark = 'mine'; window.first = kept.map; }}")
    before = ask(page, "JSON.stringify(kept.view())")
    page.get_by_text("every second").click()
    expect(page.get_by_text("patches: 150", exact=True)).to_be_visible()
    wait_until(page, "!kept.drawing.layers.get('patches').byId.has('P00151')")
    assert ask(page, "JSON.stringify(kept.view())") == before
    assert ask(page, "kept.map === window.first && kept.ground.dataset.mark") == "mine"
    assert page.locator(".sg-ground[data-mark=mine]").count() == 1


def test_the_map_is_as_it_was_after_another_page(open_map):
    page = open_map().page
    move_to(page, 116.31, 43.42, 11)
    page.evaluate(f"() => {{ {KEPT} window.first = kept.map; }}")
    before = ask(page, "JSON.stringify(kept.view())")
    page.get_by_text("elsewhere").click()
    expect(page.locator(".sg-ground")).to_have_count(0)
    page.get_by_text("elsewhere").click()
    expect(page.locator(".sg-ground")).to_be_visible()
    wait_until_drawn(page)
    assert ask(page, "JSON.stringify(kept.view())") == before
    assert ask(page, "kept.map === window.first") is True


def test_a_content_that_the_browser_lost_is_sent_again(open_map):
    page = open_map().page
    click_on(page, "P00150")
    expect(page.get_by_text("clicks: 1", exact=True)).to_be_visible()
    page.evaluate(f"() => {{ {KEPT} kept.contents.clear(); }}")
    page.get_by_text("every second").click()
    expect(page.get_by_text("patches: 150", exact=True)).to_be_visible()
    wait_until(page, "kept.drawing.layers.get('patches').byId.size === 150")
    assert ask(page, "kept.drawing.layers.get('grids').byId.size") == 16


def test_hostile_names_are_shown_as_text_and_run_nothing(open_map):
    page = open_map().page
    move_to(page, 116.06, 43.03, 12)
    for name in HOSTILE:
        page.mouse.move(*where(page, name))
        expect(page.locator(".sg-tip")).to_have_text(name)
        click_on(page, name)
        expect(page.get_by_text(f"chosen: {name}", exact=True)).to_be_visible()
    assert page.evaluate("window.ran") is None
    assert page.locator(".sg-map img").count() == 0


def test_many_patches_are_counted_from_far_and_drawn_from_near(open_map):
    page = open_map(count=MANY).page
    numbers = page.locator(".sg-count").all_inner_texts()
    alone = ask(page, "kept.drawing.layers.get('patches').byId.size")
    assert len(numbers) > 10
    assert sum(map(int, numbers)) + int(alone) == MANY
    picture(page, "map-counts-zh")
    page.locator(".sg-count").nth(len(numbers) // 2).click()
    wait_until(page, "kept.map.getZoom() > 9 && kept.isServed()")
    move_to(page, 116.5, 43.5, 13)
    expect(page.locator(".sg-count")).to_have_count(0)
    assert 0 < int(ask(page, "kept.drawing.layers.get('patches').byId.size")) < 1_500


def test_a_layer_can_be_switched_off_and_on(open_map):
    page = open_map().page
    page.get_by_label("网格", exact=True).uncheck()
    assert ask(page, "kept.map.hasLayer(kept.drawing.layers.get('grids').group)") is False
    page.get_by_text("every second").click()
    expect(page.get_by_text("patches: 150", exact=True)).to_be_visible()
    assert ask(page, "kept.map.hasLayer(kept.drawing.layers.get('grids').group)") is False
    page.get_by_label("网格", exact=True).check()
    assert ask(page, "kept.map.hasLayer(kept.drawing.layers.get('grids').group)") is True


def test_the_whole_area_is_one_click_away_and_the_keyboard_zooms(open_map):
    page = open_map().page
    start = float(str(ask(page, "kept.map.getZoom()")))
    move_to(page, 116.1, 43.1, 14)
    page.get_by_role("button", name="全图").click()
    wait_until(page, f"kept.map.getZoom() === {start}")
    page.locator(".sg-ground").focus()
    page.keyboard.press("+")
    wait_until(page, f"kept.map.getZoom() > {start}")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["图例", "已派发", "逾期", "网格"]),
        ("en", ["Legend", "Assigned", "Overdue", "Grids"]),
    ],
)
def test_the_tools_speak_the_readers_language(open_map, lang, words):
    page = open_map(lang=lang).page
    panel = page.locator(".sg-panel").inner_text()
    assert [word for word in words if word not in panel] == []
    titles = page.locator(".sg-map [title]").evaluate_all("all => all.map(one => one.title)")
    is_english = [title.isascii() for title in titles]
    assert set(is_english) == {lang == "en"}
    frame = page.locator(".sg-ground").bounding_box()
    page.mouse.move(frame["x"] + 200, frame["y"] + 200)
    pointer = page.locator(".sg-pointer").inner_text()
    assert ("东经" in pointer) == (lang == "zh")
    picture(page, f"map-tools-{lang}")


def test_the_map_is_readable_in_the_dark_theme(open_map):
    page = open_map(color_scheme="dark").page
    picture(page, "map-dark-zh")
    ground = page.locator(".sg-ground").evaluate("one => getComputedStyle(one).backgroundColor")
    panel = page.locator(".sg-panel").evaluate("one => getComputedStyle(one).backgroundColor")
    assert ground != panel
    assert page.locator(".sg-panel").evaluate("one => getComputedStyle(one).color") != panel


def test_every_request_stays_at_home(open_map):
    screen = open_map()
    screen.page.wait_for_timeout(500)
    assert any("/vendor/leaflet" in url for url in screen.requests)
    assert screen.foreign() == []


def test_a_foreign_request_would_be_noticed():
    assert not is_local("https://cdn.example.org/leaflet.js")
    assert not is_local("wss://stream.example.org/")
    assert is_local("http://127.0.0.1:8501/vendor/x")
    assert is_local("data:image/png;base64,AAAA")


@pytest.mark.parametrize("way", ["uvicorn", "streamlit"])
def test_the_application_starts_both_ways(way, workspace, tmp_path, open_screen):
    port = free_port()
    command = {
        "uvicorn": uvicorn_command("app:app", port),
        "streamlit": streamlit_command("app.py", port),
    }[way]
    with served(command, port, workspace, tmp_path / "log") as address:
        screen = open_screen(address)
        expect(screen.page.locator("[data-testid=stMain]")).to_be_visible()
        expect(screen.page.locator("[data-testid=stSidebar]")).to_contain_text("今日")
        expect(screen.page.locator(".sg-ground")).to_be_visible(timeout=20_000)
        expect(screen.page.locator("[data-testid=stAppDeployButton]")).to_have_count(0)
        assert screen.page.request.get(f"{address}/vendor/nothing.js").status == 404
        kept = screen.page.request.get(f"{address}/vendor/leaflet-1.9.4/leaflet.js")
        assert "immutable" in kept.headers["cache-control"]


def test_the_report_is_small(open_map):
    page = open_map().page
    click_on(page, "P00150")
    expect(page.get_by_text("clicks: 1", exact=True)).to_be_visible()
    report = page.evaluate(
        f"() => {{ {KEPT} let told; const tell = kept.tell; kept.tell = (one) => {{ told = one; }};"
        f" kept.report(); kept.tell = tell; return told; }}"
    )
    assert set(report) == {"view", "size", "fit_token", "click", "held"}
    assert len(json.dumps(report)) < 1_000
