"""The sample, made once, and its layers read back as anybody would read them."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geo.sample.generate import SampleSummary, make_sample

COMMITTED = Path(__file__).parents[2] / "data" / "sample_grids"


@dataclass(frozen=True)
class Sample:
    """Everything in one folder."""

    folder: Path
    grids: gpd.GeoDataFrame
    banner: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    river: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    truth: pd.DataFrame
    people: pd.DataFrame
    permits: gpd.GeoDataFrame
    reserves: gpd.GeoDataFrame
    findings: list[dict]


def read_sample(folder: Path) -> Sample:
    """Read all files of a sample; codes as text."""

    def layer(file: str, name: str | None = None) -> gpd.GeoDataFrame:
        return pyogrio.read_dataframe(folder / file, layer=name)

    def table(file: str) -> pd.DataFrame:
        return pd.read_csv(folder / file, dtype=str, keep_default_na=False)

    with (folder / "findings.geojson").open(encoding="utf-8") as file:
        findings = json.load(file)["features"]
    return Sample(
        folder=folder,
        grids=layer("grids.gpkg", "grids"),
        banner=layer("admin.gpkg", "banner"),
        townships=layer("admin.gpkg", "townships"),
        villages=layer("admin.gpkg", "villages"),
        river=layer("base.gpkg", "river"),
        roads=layer("base.gpkg", "roads"),
        patches=layer("patches.zip"),
        truth=table("truth.csv"),
        people=table("people.csv"),
        permits=layer("permits.gpkg", "permits"),
        reserves=layer("reserves.gpkg", "reserves"),
        findings=findings,
    )


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def sample(summary: SampleSummary) -> Sample:
    return read_sample(summary.folder)


@pytest.fixture(scope="session")
def committed() -> Sample:
    return read_sample(COMMITTED)


@pytest.fixture(scope="session")
def noted(sample: Sample) -> Callable[[str], gpd.GeoDataFrame]:
    """Patches by a word of their note in the truth."""

    def find(word: str) -> gpd.GeoDataFrame:
        return sample.patches[sample.truth["note"].str.split().map(lambda words: word in words)]

    return find


@pytest.fixture(scope="session")
def members(sample: Sample) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(sample.folder / "patches.zip") as archive:
        return archive.infolist()
