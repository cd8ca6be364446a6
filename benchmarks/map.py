"""The map in a real browser: how long until all is drawn, and what a click and a filter take.

    python benchmarks/map.py --patches 1000000 --workspace DIR

Starts the real application on a workspace (made first, which takes twenty minutes for a million
patches), opens its Patches screen in Chromium with a fresh profile, and prints seconds, bytes and
memory. Beside it, in the same run: an empty Streamlit page, which is the floor; and folium.GeoJson
through st_folium with a thousand and with ten thousand patches.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.load import COOKIE, HOME, free_port, memory_mb, served, wait_for  # noqa: E402
from benchmarks.office import make_office, sign_in  # noqa: E402
from benchmarks.wire import Wire, counted  # noqa: E402
from geo.model.filters import PatchFilter  # noqa: E402
from geo.model.stages import Stage  # noqa: E402
from geo.store.door import Store  # noqa: E402
from geo.workflow import look  # noqa: E402
from geo.workflow.assign import assign_patches  # noqa: E402

BROWSER = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu"]
VIEW = {"width": 1366, "height": 768}
OPENINGS = 5
CLICKS = 11
WAIT_MS = 60_000
CLICK_MS = 5_000
FOLIUM_SIZES = (1_000, 10_000)
TILES_A_ZOOM = 60

MAP = "window.skygroundMaps?.get('patches')"
GRID = f"{MAP}?.tiles.layers.get('patches')?.grid"
# All tiles in view are there and painted; gives the moment, counted from the page's opening.
DRAWN = f"""() => {{ const grid = {GRID};
    return grid && !grid._loading && grid.held.size && [...grid.held.values()].every((t) => t.ids)
        && grid.source.address !== window.before && performance.now(); }}"""
EMPTY_DRAWN = "() => document.querySelector('[data-testid=stText]') && performance.now()"


@dataclass
class Seen:
    """What was measured of one page."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """Give the medians in seconds."""
        return {"cold_s": _median(self.cold), "warm_s": _median(self.warm)}


def _median(values: Sequence[float], digits: int = 2) -> float:
    return round(statistics.median(values), digits) if values else float("nan")


# ---- Opening a page -----------------------------------------------------------------------------


def open_pages(browser: Browser, url: str, drawn: str, *, cookie: str = "") -> Seen:
    """Open a page in fresh profiles, and in each once more."""
    seen = Seen()
    for _ in range(OPENINGS):
        context = new_context(browser, url, cookie)
        for times in (seen.cold, seen.warm):
            page = context.new_page()
            times.append(opened(page, url, drawn))
            page.close()
        context.close()
    return seen


def new_context(browser: Browser, url: str, cookie: str) -> BrowserContext:
    """Make a profile in which nothing is kept yet, signed in."""
    context = browser.new_context(viewport=VIEW)
    if cookie:
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])
    return context


def opened(page: Page, url: str, drawn: str) -> float:
    """Open a page and wait until all is drawn; gives seconds."""
    page.goto(url, wait_until="commit")
    handle = page.wait_for_function(drawn, timeout=WAIT_MS, polling="raf")
    return float(handle.json_value()) / 1000


@contextmanager
def streamlit_page(name: str, *arguments: str) -> Iterator[str]:
    """Run one of the pages that are compared with; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "benchmarks" / name)]
    options = ["--server.port", str(port), "--server.headless", "true"]
    options += ["--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"]
    with subprocess.Popen([*command, *options, "--", *arguments], stdout=subprocess.DEVNULL) as run:
        try:
            wait_for(port, run)
            yield f"http://{HOME}:{port}"
        finally:
            run.terminate()


# ---- Using the map ------------------------------------------------------------------------------


def clicks(page: Page, wire: Wire) -> dict[str, float]:
    """Click on patches; how long until the panel shows the clicked one, and what was sent.

    ``click_kb`` are the messages as the page unpacks them, ``click_wire_kb`` what travelled.
    """
    sent: list[int] = []
    travelled: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: sent.append(len(f))))
    page.reload()
    page.wait_for_function(DRAWN, timeout=WAIT_MS, polling="raf")
    page.evaluate(f"() => {MAP}.map.setView({MAP}.map.getCenter(), 15, {{ animate: false }})")
    page.wait_for_function(DRAWN, timeout=WAIT_MS, polling="raf")
    page.wait_for_timeout(1000)
    places = page.evaluate(
        f"""() => {{ const map = {MAP}.map; const grid = {GRID}; const box = map.getSize();
            const frame = map.getContainer().getBoundingClientRect(); const found = [];
            const held = [...grid.held.values()];
            for (const tile of held) for (const {{ rings: [ring] }} of tile.shown.areas) {{
                let [x, y] = [0, 0];
                for (let i = 0; i < ring.length; i += 2) [x, y] = [x + ring[i], y + ring[i + 1]];
                const n = ring.length / 2;
                const at = map.latLngToContainerPoint(grid.latLngOf(tile, x / n, y / n));
                const under = grid.thingAt(map.containerPointToLatLng(at));
                if (under && at.x > 320 && at.x < box.x - 220 && at.y > 60 && at.y < box.y - 60)
                    found.push([under.id, frame.x + at.x, frame.y + at.y]);
            }} return [...new Map(found.map((one) => [one[0], one])).values()]; }}"""
    )
    seconds, sizes = [], []
    for _, x, y in places[:CLICKS]:
        before = page.evaluate("() => document.querySelector('h3')?.innerText ?? ''")
        sent.clear()
        wire_before = wire.to_browser
        start = time.perf_counter()
        page.mouse.click(x, y)
        with suppress(TooLate):  # a place at which the same patch lies again
            page.wait_for_function(
                "(text) => (document.querySelector('h3')?.innerText ?? '') !== text",
                arg=before,
                timeout=CLICK_MS,
            )
        if time.perf_counter() - start > CLICK_MS / 1000:
            continue
        seconds.append(time.perf_counter() - start)
        page.wait_for_timeout(700)
        sizes.append(sum(sent))
        travelled.append(wire.to_browser - wire_before)
    return {
        "clicks": len(seconds),
        "click_s": _median(seconds, 3),
        "click_kb": round(_median(sizes) / 1024, 1),
        "click_wire_kb": round(_median(travelled) / 1024, 1),
    }


def filters(page: Page) -> float:
    """Narrow the map down and lift that again; the median seconds until it is drawn anew."""
    seconds = []
    box = page.get_by_text("Overdue", exact=True).first
    for _ in range(6):
        page.evaluate(f"() => {{ window.before = {GRID}.source.address; }}")
        start = time.perf_counter()
        box.click()
        page.wait_for_function(DRAWN, timeout=WAIT_MS, polling="raf")
        seconds.append(time.perf_counter() - start)
        page.wait_for_timeout(500)
    return _median(seconds, 3)


def change_seen(page: Page, workspace: Path) -> float:
    """Move a patch on behind the map's back; the seconds until the map shows it."""
    with Store.open(workspace) as store:
        admin = look.actor_of(store, "A01")
        wanted = PatchFilter(stages=(Stage.ISSUED,), located=True)
        patch = look.find(store, admin, wanted, limit=1)[0]
        start = time.perf_counter()
        assign_patches(store, admin, [patch], at=datetime.now(UTC))
        number = patch.id
    layer = f"{MAP}.tiles.layers.get('patches')"
    page.wait_for_function(f"() => {layer}.classes.has({number})", timeout=WAIT_MS, polling=50)
    return round(time.perf_counter() - start, 2)


def tile_ms(page: Page, base: str, cookie: str) -> dict[str, float]:
    """Ask for tiles over the places of patches, zoom by zoom; the 95th percentile in ms."""
    address = page.evaluate(f"() => {GRID}.source.address").replace("{v}", "0")
    bounds = page.evaluate(
        f"() => {{ const b = {MAP}.data.extent; return [b[0], b[1], b[2], b[3]]; }}"
    )
    chance = np.random.default_rng(1)
    found = {}
    for z in range(3, 19):
        times = []
        for _ in range(TILES_A_ZOOM):
            lon = chance.uniform(bounds[0], bounds[2])
            lat = np.radians(chance.uniform(bounds[1], bounds[3]))
            x = int((lon + 180) / 360 * 2**z)
            y = int((1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * 2**z)
            path = address.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
            times.append(_asked(f"{base}{path}", cookie))
        found[f"z{z}"] = round(float(np.percentile(times, 95)) * 1000, 1)
    return found


def _asked(url: str, cookie: str) -> float:
    request = urllib.request.Request(url, headers={"Cookie": f"{COOKIE}={cookie}"})
    start = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return time.perf_counter() - start


# ---- All of it ----------------------------------------------------------------------------------


def measure_ours(browser: Browser, workspace: Path) -> dict[str, object]:
    """Measure this program on a workspace."""
    (cookie,) = sign_in(workspace, 1)
    with served(workspace) as (port, pid), counted(port) as wire:
        base = f"http://{HOME}:{wire.port}"
        url = f"{base}/patches?lang=en"
        context = new_context(browser, base, cookie)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        first = opened(page, url, DRAWN)
        found: dict[str, object] = {"first_after_start_s": round(first, 2)}
        found |= open_pages(browser, url, DRAWN, cookie=cookie).told()
        found |= clicks(page, wire)
        opened(page, url, DRAWN)
        found["filter_s"] = filters(page)
        found["change_seen_s"] = change_seen(page, workspace)
        found["tile_p95_ms"] = tile_ms(page, base, cookie)
        own, children = memory_mb(pid)
        found |= {"memory_mb": round(own), "reading_process_mb": round(children)}
        context.close()
    return found


def measure_others(browser: Browser, say: Callable[[str, object], None]) -> None:
    """Measure what this program is compared with."""
    with streamlit_page("map_empty.py") as url:
        say("empty_streamlit_page", open_pages(browser, url, EMPTY_DRAWN).told())
    for size in FOLIUM_SIZES:
        drawn = f"""() => {{ const inner = document.querySelector('iframe')?.contentDocument;
            return inner?.querySelectorAll('path.leaflet-interactive').length >= {size}
                && performance.now(); }}"""
        with streamlit_page("map_folium.py", str(size)) as url:
            page = browser.new_context(viewport=VIEW).new_page()
            say(f"folium_geojson_{size}", {"cold_s": round(opened(page, url, drawn), 2)})
            page.context.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path, help="one that was made before")
    options = parser.parse_args()

    def say(name: str, found: object) -> None:
        sys.stdout.write(json.dumps({name: found}) + "\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = options.workspace or Path(folder) / "workspace"
        if not workspace.exists():
            make_office(workspace.parent, options.patches, verified=2_000)
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        say(f"skyground_{options.patches}", measure_ours(browser, workspace))
        measure_others(browser, say)
        browser.close()


if __name__ == "__main__":
    main()
