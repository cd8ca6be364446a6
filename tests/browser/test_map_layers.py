"""Layers that are switched on, names that stand clear of each other, colours that are chosen."""

import re
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.workflow.set_up import set_up_demo
from tests.browser.conftest import OpenScreen
from tests.browser.steps import SAMPLE, go_to, picture, ready

KEPT = "const kept = window.skygroundMaps.get('patches');"
GROUND = ("行政区", "审批范围", "保护地")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration."""
    folder = tmp_path_factory.mktemp("layers") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    return folder


@pytest.fixture
def page(application: str, open_screen: OpenScreen) -> Page:
    page = open_screen(f"{application}/patches").page
    page.locator(".sg-ground").wait_for()
    return ready(page)


def things_in(page: Page, layer: str) -> int:
    count = page.evaluate(
        f"(name) => {{ {KEPT} return kept.drawing.layers.get(name).group.getLayers().length; }}",
        layer,
    )
    return int(count)


def switch(page: Page, layer: str) -> Locator:
    return page.get_by_role("checkbox", name=layer, exact=True)


def choose(page: Page, by: str) -> None:
    page.locator(".sg-colours select").select_option(by)
    ready(page)


def test_the_ground_comes_when_it_is_switched_on_and_not_before(page: Page) -> None:
    for name in GROUND:
        expect(switch(page, name)).not_to_be_checked()
    expect(switch(page, "网格")).to_be_checked()
    assert things_in(page, "reserves") == 0
    for name in GROUND:
        switch(page, name).check()
    page.wait_for_function(
        f"() => {{ {KEPT} return kept.drawing.layers.get('reserves').byId.size === 1 "
        "&& kept.drawing.layers.get('permits').byId.size > 0; }"
    )
    assert things_in(page, "admin") == 15
    picture(page, "patches-layers.zh")
    switch(page, "保护地").uncheck()
    ready(page)
    assert things_in(page, "reserves") == 0


def test_no_name_lies_over_another_or_under_the_tools(page: Page) -> None:
    switch(page, "行政区").check()
    expect(page.get_by_text("样例三嘎查", exact=True)).to_be_visible()
    for zoom_in in range(3):
        labels, tools = boxes(page, ".sg-label"), boxes(page, ".leaflet-control")
        assert len(labels) > 2, zoom_in
        assert [pair for pair in combinations(labels, 2) if overlap(*pair)] == []
        assert [(a, b) for a in labels for b in tools if overlap(a, b)] == []
        page.get_by_role("button", name="放大").click()
        page.wait_for_function(f"() => {{ {KEPT} return kept.isServed(); }}")
        page.wait_for_timeout(600)


def boxes(page: Page, selector: str) -> list[list[float]]:
    """Left, top, right, bottom of all that is seen."""
    found: list[list[float]] = page.locator(selector).evaluate_all(
        """all => all.map((one) => one.getBoundingClientRect())
            .filter((box) => box.width && box.height)
            .map((box) => [box.left, box.top, box.right, box.bottom])"""
    )
    return found


def overlap(one: list[float], other: list[float]) -> bool:
    wide = one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5
    return wide and one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5


def test_what_lies_under_the_pointer_is_told(page: Page) -> None:
    for name in GROUND:
        switch(page, name).check()
    ready(page)
    frame = page.locator(".sg-ground").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 480, frame["y"] + 300)
    page.mouse.move(frame["x"] + 497, frame["y"] + 300)
    expect(page.locator(".sg-tip")).to_contain_text("网格")
    expect(page.locator(".sg-tip")).to_contain_text("行政区")


def test_colours_are_chosen_on_the_map_and_kept_in_the_address(page: Page) -> None:
    expect(page.locator(".sg-legend")).to_contain_text("核查中")
    choose(page, "cause")
    expect(page).to_have_url(re.compile("colour=cause"))
    expect(page.locator(".sg-legend")).to_contain_text("22 采伐（无证）")
    expect(page.locator(".sg-legend")).to_contain_text("其他")
    picture(page, "patches-cause.zh")
    choose(page, "due")
    expect(page.locator(".sg-legend")).to_contain_text("14 天以后到期")
    choose(page, "person")
    expect(page.locator(".sg-legend")).to_contain_text("护林员 R")
    go_to(page, "review")
    expect(page).to_have_url(re.compile("colour=person"))
    expect(page.locator(".sg-colours select")).to_have_value("person")


def test_a_link_opens_in_its_colours(application: str, open_screen: OpenScreen) -> None:
    page = open_screen(f"{application}/patches?colour=due&lang=en").page
    expect(page.locator(".sg-colours select")).to_have_value("due")
    expect(page.locator(".sg-legend")).to_contain_text("Due later than 14 days")
    page.goto(f"{application}/patches?colour=%7B%7B7%2A7%7D%7D")
    expect(page.locator(".sg-colours select")).to_have_value("stage")
