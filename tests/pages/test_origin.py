"""Machine-made patches beside delivered ones: the mark is seen, and the filter parts them."""

from pathlib import Path

import pytest

from geo.imagery.detect import Wanted
from geo.workflow import look
from geo.workflow.detect import detect
from geo.workflow.set_up import open_workspace
from tests.builders import NOON
from tests.imagery.image_files import land, planted, write
from tests.pages.conftest import OpenPage
from tests.pages.seen import said


@pytest.fixture
def mixed(demo: Path, tmp_path: Path) -> Path:
    """The demonstration, and one patch that the program has found."""
    before = write(tmp_path / "b_20250903.tif", land())
    after = write(tmp_path / "a_20260709.tif", planted(land(seed=2), (30, 40, 20, 25)))
    with open_workspace(str(demo)) as store:
        wanted = Wanted(min_area_ha=0.1)
        detect(store, look.actor_of(store, "A01"), before, after, at=NOON, wanted=wanted, batch="M")
    return demo


def test_the_filter_parts_machine_made_from_delivered(mixed: Path, open_page: OpenPage) -> None:
    page = open_page("patches", lang="en")
    batch = next(box for box in page.selectbox if box.label == "Batch")
    assert batch.options[1:3] == ["All delivered", "All machine-made"]
    assert "M · Machine-made" in batch.options
    batch.set_value("/machine").run()
    assert "1 / 301" in said(page)
    next(box for box in page.selectbox if box.label == "Batch").set_value("/delivered").run()
    assert "300 / 301" in said(page)


def test_without_machine_made_batches_nothing_is_asked(demo: Path, open_page: OpenPage) -> None:
    page = open_page("patches", lang="en")
    batch = next(box for box in page.selectbox if box.label == "Batch")
    assert not [name for name in batch.options if "achine" in name]


def test_the_patch_says_that_the_machine_made_it_and_how_sure_it_is(
    mixed: Path, open_page: OpenPage
) -> None:
    page = open_page("patches", lang="en")
    page.session_state["patch"] = "M/M0001"
    page.run()
    text = said(page)
    assert "Machine-made" in text
    assert "Confidence" in text
    assert "%" in text


def test_the_list_of_deliveries_names_the_origin(mixed: Path, open_page: OpenPage) -> None:
    page = open_page("importing", lang="en")
    table = page.dataframe[0].value
    assert sorted(table["Origin"]) == ["Delivered", "Machine-made"]
