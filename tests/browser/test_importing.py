"""An import on the real screens: a file that says nothing of itself, and a corrected delivery.

The pictures for ``docs/importing.md`` are taken on the way.
"""

import re
import zipfile
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from playwright.sync_api import Page, expect

from geo.model.filters import PatchFilter
from geo.model.stages import Role
from geo.model.things import Actor, Person
from geo.text import Lang, say
from geo.workflow import look
from geo.workflow.set_up import open_workspace
from tests.browser.conftest import OpenScreen, Screen
from tests.browser.steps import SAMPLE, drop, go_to, onward, picture, press, ready
from tests.browser.test_languages import ALLOWED, CHINESE, shown
from tests.stored import patch_layer

ADMIN = Actor(Person("A01", Role.ADMINISTRATOR))
LOCALES = {"zh": "zh-CN", "en": "en-US"}
STEPS = ["file", "content", "place", "confirm"]
REMARKS = ["疑似采伐", "新增道路", "开垦草地", "建设光伏", "取土", "疑似改变用途"]
# What a file calls its fields and values; the program's own words stand beside them.
FILE_WORDS = re.compile(r"CGCS2000|WGS84|GB18030|GBK|UTF-8")
PHONE = {"width": 390, "height": 844}


def hard_case(folder: Path, count: int) -> Path:
    """Make a zipped shapefile in GBK without .prj whose .cpg says UTF-8, with bare eastings."""
    frame = gpd.read_file(SAMPLE / "patches.zip", encoding="GBK").iloc[:count]
    made = gpd.GeoDataFrame(
        {
            "图斑号": frame["PAN_NO_TB"].astype(str),
            "村代码": frame["CUN"],
            "变化原因": frame["PAN_BHYY"],
            "面积": frame["MIAN_JI"],
            "备注": [REMARKS[n % len(REMARKS)] for n in range(count)],
        },
        geometry=shapely.transform(frame.geometry.to_numpy(), lambda xy: xy - [40_000_000, 0]),
        crs=frame.crs,
    )
    (folder / "parts").mkdir()
    made.to_file(folder / "parts" / "2026-2.shp", encoding="GBK")
    (folder / "parts" / "2026-2.cpg").write_text("UTF-8")
    with zipfile.ZipFile(folder / "2026-2.zip", "w") as archive:
        for part in sorted((folder / "parts").iterdir()):
            if part.suffix != ".prj":
                archive.write(part, part.name)
    return folder / "2026-2.zip"


def corrected_delivery(folder: Path) -> Path:
    """Deliver the demonstration's batch again: every ninth patch is larger, two are left out."""
    frame = gpd.read_file(SAMPLE / "patches.zip", encoding="GBK")
    wider = [
        shapely.affinity.scale(shape, 1.2, 1.2) if n % 9 == 0 else shape
        for n, shape in enumerate(frame.geometry)
    ]
    made = frame.set_geometry(gpd.GeoSeries(wider, crs=frame.crs)).drop(index=[11, 12])
    made.to_file(folder / "2026-1.gpkg", layer="patches", driver="GPKG")
    return folder / "2026-1.gpkg"


def primary(page: Page) -> dict[str, float]:
    """Where the one button stands that leads on, and that it can be seen whole."""
    buttons = page.locator(".st-key-import-foot button[kind='primary']")
    expect(buttons).to_have_count(1)
    box = buttons.bounding_box()
    assert box is not None
    size = page.viewport_size
    assert size is not None
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    assert min(box["x"], box["y"]) >= 0
    assert right <= size["width"]
    assert bottom <= size["height"]
    return {"right": round(right), "bottom": round(bottom)}


def speaks_one_language(page: Page, lang: Lang) -> list[str]:
    """List the words of the other language that the program shows."""
    if lang == "zh":
        text = FILE_WORDS.sub("", ALLOWED.sub("", shown(page)))
        return re.findall(r"[A-Za-z]{2,}", text)
    # A closed box shows the name of a field, which is the file's.
    return CHINESE.findall(shown(page).replace("中文", ""))


def fits(page: Page) -> bool:
    """Tell whether nothing lies beyond the right edge of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def open_import(open_screen: OpenScreen, application: str, lang: Lang, **look: str) -> Screen:
    screen = open_screen(application, locale=LOCALES[lang], **look)
    go_to(screen.page, "importing", lang)
    return screen


@pytest.mark.parametrize(("lang", "count"), [("en", 59), ("zh", 60)])
def test_a_file_that_says_nothing_of_itself_is_imported_and_located(
    application: str,
    workspace: Path,
    open_screen: OpenScreen,
    tmp_path: Path,
    *,
    lang: Lang,
    count: int,
) -> None:
    screen = open_import(open_screen, application, lang)
    page = screen.page
    before = count_of(workspace)
    drop(page, "patches", hard_case(tmp_path, count), lang)
    places = []
    for number, step in enumerate(STEPS, start=1):
        if step != "file":
            onward(page, step, lang)
        places.append(primary(page))
        assert (step, speaks_one_language(page, lang)) == (step, [])
        assert (step, screen.foreign()) == (step, [])
        assert (step, fits(page)) == (step, True)
        has_said(page, step, lang)
        picture(page, f"importing-{number}.{lang}")
    assert max(p["bottom"] for p in places) - min(p["bottom"] for p in places) <= 12
    assert len({p["right"] for p in places}) == 1
    assert count_of(workspace) == before, "nothing is written before the last button"

    box = page.get_by_label(say("import.batch", lang))
    box.fill(f"2026-2-{lang}")
    box.press("Enter")
    ready(page)
    press(page, say("import.do_patches", lang, count=count, batch=f"2026-2-{lang}"))
    expect(page.get_by_text(f"2026-2-{lang}").first).to_be_visible()
    press(page, say("import.locate", lang))
    expect(page.get_by_role("button", name=say("import.to_assign", lang))).to_be_visible()
    assert count_of(workspace) == before + count
    with open_workspace(str(workspace)) as store:
        frame = patch_layer(store, ADMIN)
    new = frame[frame["batch"] == f"2026-2-{lang}"]
    assert new["grid_code"].notna().mean() > 0.9
    assert new["remark"].iloc[0] == REMARKS[0]


def has_said(page: Page, step: str, lang: Lang) -> None:
    """Look for the sentence that matters most in a step."""
    if step == "content":
        lie = say("wizard.encoding_lies", lang, claimed="UTF-8", found="GB18030")
        expect(page.get_by_text(lie)).to_be_visible()
    if step == "place":
        expect(page.get_by_text("EPSG:4549").first).to_be_visible()
        expect(page.get_by_text(say("wizard.all_inside", lang)).last).to_be_visible()
        expect(page.locator(".sg-label", has_text="4548 / 4509")).to_be_visible()
        boxes = [label.bounding_box() for label in page.locator(".sg-label").all()]
        edges = sorted((b["x"], b["x"] + b["width"]) for b in boxes if b)
        overlaps = [left for (_, end), (left, _) in pairwise(edges) if left < end]
        assert overlaps == [], "no name lies on another"


def count_of(workspace: Path) -> int:
    with open_workspace(str(workspace)) as store:
        return look.count(store, ADMIN, PatchFilter())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_correction_is_seen_and_its_report_taken_along(
    application: str, open_screen: OpenScreen, tmp_path: Path, lang: Lang
) -> None:
    page = open_import(open_screen, application, lang).page
    drop(page, "patches", corrected_delivery(tmp_path), lang)
    for step in STEPS[1:]:
        onward(page, step, lang)
    expect(page.get_by_text(say("wizard.flagged", lang, count="25"))).to_be_visible()
    primary(page)
    picture(page, f"importing-correction.{lang}")
    ready(page)
    with page.expect_download() as waiting:
        press(page, say("wizard.report", lang))
    report = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(report)
    assert report.name == f"2026-1-{say('wizard.report_file', lang)}.xlsx"
    book = openpyxl.load_workbook(report)
    written = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    assert any(say("severity.repaired", lang) in cell for cell in written)
    if lang == "en":
        assert [cell for cell in written if CHINESE.search(cell)] == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_every_step_can_be_taken_on_a_phone(
    application: str, open_screen: OpenScreen, tmp_path: Path, color_scheme: str
) -> None:
    page = open_import(open_screen, application, "zh", color_scheme=color_scheme).page
    page.set_viewport_size(PHONE)
    ready(page)
    drop(page, "patches", hard_case(tmp_path, 20))
    for step in STEPS:
        if step != "file":
            onward(page, step)
        primary(page)
        assert (step, fits(page)) == (step, True)
        picture(page, f"phone-{color_scheme}-{step}")
