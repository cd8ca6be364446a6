"""Patches in tiles on the real screens: they stay, change by themselves and hide nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geo.model.filters import PatchFilter
from geo.model.stages import Stage
from geo.model.things import Patch
from geo.store.door import Store
from geo.text import say
from geo.workflow import look
from geo.workflow.assign import assign_patches
from tests.browser.conftest import OpenScreen, Screen
from tests.browser.steps import ready

LAYER = "window.skygroundMaps?.get('patches')?.tiles.layers.get('patches')"
DRAWN = f"""() => {{ const grid = {LAYER}?.grid;
    return Boolean(grid) && !grid._loading
        && [...grid.held.values()].every((tile) => tile.ids); }}"""
LIMIT_BYTES = 500_000
CLICK_BYTES = 24 * 1024

OpenPatches = Callable[..., Screen]


@pytest.fixture
def open_patches(application: str, open_screen: OpenScreen) -> OpenPatches:
    def open_one(query: str = "lang=zh") -> Screen:
        screen = open_screen(f"{application}/patches?{query}")
        wait_for_tiles(screen.page)
        return screen

    return open_one


def wait_for_tiles(page: Page) -> None:
    page.wait_for_function(DRAWN, timeout=30_000)
    ready(page)


def ask(page: Page, expression: str) -> Any:
    return page.evaluate(
        f"() => {{ const layer = {LAYER}; const kept = window.skygroundMaps.get('patches');"
        f" return {expression}; }}"
    )


def shown(page: Page) -> dict[int, int]:
    """What all tiles hold: the class of each patch, as it is painted."""
    pairs = ask(
        page,
        """[...layer.grid.held.values()]
            .flatMap((tile) => [...tile.shown.areas, ...tile.shown.marks])
            .map(({ id, number }) => [id, layer.classes.get(id) ?? number])""",
    )
    return {number: kind for number, kind in pairs if kind >= 0}


def look_at(page: Page, patch: Patch, workspace: Path, zoom: int = 15) -> tuple[float, float]:
    """Move the map to a patch; gives where it is on the screen."""
    with Store.open(workspace) as store:
        west, south, east, north = look.story(store, office(store), patch.key).outline.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
    ask(page, f"(kept.map.setView([{lat}, {lon}], {zoom}, {{ animate: false }}), null)")
    wait_for_tiles(page)
    x, y = ask(
        page,
        f"""(() => {{ const at = kept.map.latLngToContainerPoint([{lat}, {lon}]);
            const frame = kept.ground.getBoundingClientRect();
            return [frame.x + at.x, frame.y + at.y]; }})()""",
    )
    return x, y


def office(store: Store) -> Any:
    return look.actor_of(store, "A01")


def some_patch(workspace: Path, stage: Stage, number: int = 0) -> Patch:
    with Store.open(workspace) as store:
        return look.find(store, office(store), PatchFilter(stages=(stage,), located=True))[number]


def give(workspace: Path, patch: Patch) -> None:
    """Assign a patch behind the screens' back."""
    with Store.open(workspace) as store:
        assign_patches(store, office(store), [patch], at=datetime.now(UTC))


def test_all_patches_are_there_and_no_tile_is_large(open_patches: OpenPatches) -> None:
    screen = open_patches()
    sizes: list[int] = []
    screen.page.on(
        "response",
        lambda one: sizes.append(len(one.body())) if ".mvt" in one.url and one.ok else None,
    )
    screen.page.reload()
    wait_for_tiles(screen.page)
    assert len(shown(screen.page)) == 300
    assert max(sizes) < LIMIT_BYTES


def test_a_click_chooses_the_patch_that_lies_there(
    open_patches: OpenPatches, workspace: Path
) -> None:
    screen = open_patches()
    page = screen.page
    for stage in (Stage.IN_FIELD, Stage.ISSUED):
        patch = some_patch(workspace, stage)
        at = look_at(page, patch, workspace)
        screen.received_bytes.clear()
        page.mouse.click(*at)
        expect(page.locator("h3").first).to_contain_text(patch.code)
        ready(page)
        assert sum(screen.received_bytes) < CLICK_BYTES
        assert ask(page, "[...layer.selected]") == [patch.id]
    assert "/patches" in page.url
    assert f"patch={patch.batch}" in page.url or patch.code in page.url


def test_the_pointer_is_told_which_patch_it_is_over(
    open_patches: OpenPatches, workspace: Path
) -> None:
    page = open_patches().page
    patch = some_patch(workspace, Stage.IN_FIELD, 1)
    page.mouse.move(*look_at(page, patch, workspace))
    expect(page.locator(".sg-tip")).to_have_text(patch.code)
    page.mouse.move(10, 10)
    expect(page.locator(".sg-tip")).to_have_count(0)


def test_a_filter_changes_what_is_shown_and_the_map_stays(open_patches: OpenPatches) -> None:
    page = open_patches().page
    ask(page, "kept.ground.dataset.mark = 'mine'")
    view = ask(page, "JSON.stringify(kept.view())")
    before = shown(page)
    page.get_by_text(say("filter.late", "zh"), exact=True).click()
    page.wait_for_function(
        f"() => {LAYER}.grid.held.size && [...{LAYER}.grid.held.values()]"
        ".flatMap((tile) => [...tile.ids ?? []]).length < 300"
    )
    wait_for_tiles(page)
    after = shown(page)
    assert 0 < len(after) < len(before)
    assert page.get_by_text(f"{len(after)} / 300").count() == 1
    assert ask(page, "JSON.stringify(kept.view())") == view
    assert page.locator(".sg-ground[data-mark=mine]").count() == 1


def test_a_change_is_seen_on_every_open_map_without_a_new_picture(
    open_patches: OpenPatches, workspace: Path
) -> None:
    pages = [open_patches().page, open_patches("lang=en").page]
    patch = some_patch(workspace, Stage.ISSUED)
    for page in pages:
        look_at(page, patch, workspace)
        ask(page, "[...layer.grid.held.keys()].forEach((one) => { one.dataset.old = 'yes'; })")
        assert shown(page)[patch.id] == list(Stage).index(Stage.ISSUED)
    tiles = next((workspace / "tiles").iterdir())
    asked: list[str] = []
    pages[0].on("request", lambda one: asked.append(one.url) if ".mvt" in one.url else None)
    give(workspace, patch)
    for page in pages:
        assigned = list(Stage).index(Stage.ASSIGNED)
        page.wait_for_function(
            f"() => {LAYER}.classes.get({patch.id}) === {assigned}", timeout=5_000
        )
        assert ask(page, "[...layer.grid.held.keys()].every((one) => one.dataset.old === 'yes')")
    assert asked == []
    assert next((workspace / "tiles").iterdir()) == tiles


def test_what_no_longer_fits_the_filter_goes_and_what_begins_to_fit_comes(
    open_patches: OpenPatches, workspace: Path
) -> None:
    patch = some_patch(workspace, Stage.ISSUED, 1)
    leaves = open_patches("lang=zh&stage=issued").page
    comes = open_patches("lang=zh&stage=assigned").page
    for page in (leaves, comes):
        look_at(page, patch, workspace, zoom=13)
    assert patch.id in shown(leaves)
    assert patch.id not in shown(comes)
    give(workspace, patch)
    leaves.wait_for_function(f"() => {LAYER}.classes.get({patch.id}) === -1", timeout=5_000)
    assert patch.id not in shown(leaves)
    comes.wait_for_function(
        f"() => [...{LAYER}.grid.held.values()].some((tile) => tile.ids?.has({patch.id}))",
        timeout=5_000,
    )
    assert shown(comes)[patch.id] == list(Stage).index(Stage.ASSIGNED)


def test_the_map_comes_back_as_it_was_after_another_screen(
    open_patches: OpenPatches, workspace: Path
) -> None:
    page = open_patches().page
    look_at(page, some_patch(workspace, Stage.IN_FIELD, 2), workspace)
    view = ask(page, "JSON.stringify(kept.view())")
    for name in ("history", "patches"):
        page.locator(f'[data-testid="stSidebarNav"] a[href*="/{name}"]').click()
        ready(page)
    wait_for_tiles(page)
    assert ask(page, "JSON.stringify(kept.view())") == view


def test_a_layer_of_tiles_is_switched_off_and_on(open_patches: OpenPatches) -> None:
    page = open_patches().page
    box = page.locator(".sg-panel").get_by_label(say("map.patches", "zh"), exact=True)
    box.uncheck()
    assert ask(page, "kept.map.hasLayer(layer.grid)") is False
    box.check()
    wait_for_tiles(page)
    assert len(shown(page)) > 290
