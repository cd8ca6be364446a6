"""Whatever a field holds is shown as it was typed, and runs neither here nor on the server."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import String

from geo.model.stages import Role
from geo.model.things import Actor, Person
from geo.store import schema
from geo.text import say
from geo.workflow import look
from geo.workflow.set_up import open_workspace, set_up_demo
from pages.parts.navigation import SCREENS
from tests.browser.conftest import OpenScreen
from tests.browser.planting import OWN, PLANTED, Planting
from tests.browser.steps import SAMPLE, ready, switch_layers_on

ADMIN = Actor(Person("A01", Role.ADMINISTRATOR))
WITH_MAP = ["patches", "assign", "review", "cases"]


@pytest.fixture(scope="module")
def planting(tmp_path_factory: pytest.TempPathFactory) -> Planting:
    return Planting(tmp_path_factory.mktemp("sign") / "ran")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, planting: Planting) -> Path:
    """The demonstration, with something harmful in every text field."""
    folder = tmp_path_factory.mktemp("hostile") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    planting.plant(folder / "skyground.sqlite")
    return folder


@pytest.fixture(autouse=True)
def nothing_ran(planting: Planting) -> Iterator[None]:
    """No text has run as a template on the server."""
    yield
    assert not planting.sign.exists()


def open_at(application: str, open_screen: OpenScreen, screen: str, patch: str = "") -> Page:
    page = open_screen(f"{application}/{screen}?patch={quote(patch, safe='')}").page
    ready(page)
    return page


def key_of(planting: Planting, number: int) -> str:
    return f"{planting.value(0)}/{planting.value(number)}"


def assert_harmless(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator(".sg-map img, .sg-map script, .sg-map svg[onload]").count() == 0
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text(say("error.defect", "zh")).count() == 0
    expect(page.get_by_text("49", exact=True)).to_have_count(0)


def flat(text: str) -> str:
    """Text as a page shows it: any white space is one blank."""
    return re.sub(r"\s+", " ", text).strip()


def test_every_text_field_of_every_layer_is_planted() -> None:
    for table, planted in PLANTED.items():
        texts = {
            column.name
            for column in schema.metadata.tables[table].columns
            if isinstance(column.type, String)
        }
        assert texts - OWN.get(table, set()) == set(planted), table


def test_what_was_planted_is_kept(workspace: Path, planting: Planting) -> None:
    with open_workspace(str(workspace)) as store:
        patches = look.find(store, ADMIN)
        assert {p.code for p in patches} == {planting.value(p.id) for p in patches}
        assert len({p.cause for p in patches}) == 14


@pytest.mark.parametrize("screen", [screen.name for screen in SCREENS])
def test_no_screen_runs_what_a_field_holds(
    application: str, open_screen: OpenScreen, planting: Planting, screen: str
) -> None:
    page = open_at(application, open_screen, screen, key_of(planting, 5))
    if screen in WITH_MAP:
        switch_layers_on(page)
        for by in ("cause", "batch", "person"):
            page.locator(".sg-colours select").select_option(by)
            ready(page)
    assert_harmless(page)


KEPT = "const kept = window.skygroundMaps.get('patches');"


def show_patch(page: Page, code: str) -> tuple[float, float]:
    """Move the map onto a patch and give a place of the window that lies in it."""
    layer = f"{KEPT} const layer = kept.tiles.layers.get('patches');"
    drawn = f"""() => {{ {layer} const grid = layer.grid;
        return !grid._loading && [...grid.held.values()].every((tile) => tile.ids); }}"""
    page.wait_for_function(drawn)
    number = page.evaluate(
        f"""async (code) => {{ {layer}
            for (const tile of layer.grid.held.values())
                for (const one of [...tile.shown.areas, ...tile.shown.marks]) {{
                    const answer = await fetch(layer.source.label.replace('{{id}}', one.id));
                    if (!(await answer.json()).label.endsWith(code)) continue;
                    const at = one.rings ? [one.rings[0][0], one.rings[0][1]] : [one.x, one.y];
                    kept.map.setView(layer.grid.latLngOf(tile, ...at), 16, {{animate: false}});
                    return one.id;
                }}
            return null; }}""",
        code,
    )
    page.wait_for_timeout(300)
    page.wait_for_function(drawn)
    x, y = page.evaluate(
        f"""(number) => {{ {layer}
            const middle = kept.map.getSize().divideBy(2);
            for (let i = 0; i < 900; i += 1) {{  // outward from the middle
                const place = middle.add([i / 6 * Math.cos(i), i / 6 * Math.sin(i)]);
                const at = kept.map.containerPointToLatLng(place);
                if (layer.grid.thingAt(at)?.id !== number) continue;
                const frame = kept.ground.getBoundingClientRect();
                return [frame.left + place.x, frame.top + place.y];
            }} return null; }}""",
        number,
    )
    return x, y


def test_a_patch_is_named_as_typed_on_the_map_and_beside_it(
    application: str, open_screen: OpenScreen, planting: Planting
) -> None:
    page = open_at(application, open_screen, "patches")
    everything = page.get_by_role("button", name="全图")
    for number in range(1, len(planting.values) + 1):
        everything.click()
        page.wait_for_function(f"() => {{ {KEPT} return kept.isServed(); }}")
        page.wait_for_timeout(500)
        value = planting.value(number)
        x, y = show_patch(page, value)
        page.mouse.move(x - 1, y)
        page.wait_for_timeout(60)  # the map looks for what is below the pointer now and then
        page.mouse.move(x, y)
        page.wait_for_timeout(60)
        assert flat(page.locator(".sg-tip").first.text_content() or "") == flat(value)
        page.mouse.click(x, y)
        expect(page.get_by_role("heading", name=flat(value), exact=True)).to_be_visible()
        ready(page)
        main = flat(page.get_by_test_id("stMain").inner_text())
        assert flat(planting.value(number % 14)) in main  # the cause
        assert flat(planting.value(number + 3)) in main  # the remark
        assert_harmless(page)


def test_the_ground_and_the_legend_are_named_as_typed(
    application: str, open_screen: OpenScreen, planting: Planting
) -> None:
    page = open_at(application, open_screen, "patches")
    switch_layers_on(page)
    titles = [flat(t) for t in page.locator(".sg-switches bdi").all_text_contents()]
    assert flat(planting.value(3)) in titles  # the layer that has no other name
    page.locator(".sg-colours select").select_option("cause")
    expect(page.locator(".sg-legend li")).to_have_count(10)
    texts = [flat(t) for t in page.locator(".sg-legend bdi").all_text_contents()[:8]]
    assert set(texts) <= {flat(planting.value(n)) for n in range(14)}
    frame = page.locator(".sg-ground").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 5, frame["y"] + 5)
    grids = set()
    for step in range(8):
        page.mouse.move(frame["x"] + 150 + 20 * step, frame["y"] + 150 + 18 * step)
        page.wait_for_timeout(450)
        grids |= {flat(t) for t in page.locator(".sg-tip bdi").all_text_contents()}
    known = {flat(planting.value(n)) for n in range(500)}
    assert len(grids) > 3
    assert grids <= known
    assert_harmless(page)
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
        page.wait_for_timeout(500)
    expect(page.locator(".sg-label").first).to_be_attached()
    labels = page.locator(".sg-label").all_text_contents()
    cut = {flat(label).removesuffix("…") for label in labels}
    assert all(any(value.startswith(label) for value in known) for label in cut)
    assert_harmless(page)
