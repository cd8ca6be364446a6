"""The screens without a browser, on a workspace of their own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.workflow.import_people import read_people
from geo.workflow.set_up import set_up, set_up_demo
from tests.builders import NOON

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample_grids"
FRAME = ROOT / "pages" / "frame.py"
PATIENCE_SECONDS = 60

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    set_up_demo(folder, SAMPLE, at=datetime.now(UTC)).close()
    return folder


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty workspace with the sample's people, which the screens open."""
    folder = tmp_path / "workspace"
    set_up(folder, staff=read_people(SAMPLE / "people.csv"), at=NOON, is_demo=True).close()
    yield from _opened(folder, monkeypatch)


@pytest.fixture
def demo(demo_made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A season under way, which the screens open."""
    folder = tmp_path / "workspace"
    shutil.copytree(demo_made_once, folder)  # closed, so its files are complete
    yield from _opened(folder, monkeypatch)


def _opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SKYGROUND_WORKSPACE", str(folder))
    st.cache_resource.clear()
    st.cache_data.clear()
    yield folder
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> OpenPage:
    """Open a screen as a person, in a language."""

    def open_one(name: str, *, person: str = "A01", lang: str = "zh") -> AppTest:
        test = AppTest.from_file(str(FRAME), default_timeout=PATIENCE_SECONDS)
        test.session_state["lang"] = lang
        test.session_state["person"] = person
        test.run()
        test.switch_page(f"{name}.py").run()
        assert not test.exception
        return test

    return open_one
