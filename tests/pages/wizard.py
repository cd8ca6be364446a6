"""The steps of an import on a screen under test, and the files that are dropped there."""

import zipfile
from pathlib import Path

import geopandas as gpd
import shapely
from streamlit.testing.v1 import AppTest

from geo.workflow import look
from geo.workflow.look import actor_of
from geo.workflow.set_up import open_workspace
from tests.pages.conftest import SAMPLE
from tests.pages.seen import said, upload

PATCHES = (SAMPLE / "patches.zip").read_bytes()
GRIDS = (SAMPLE / "grids.gpkg").read_bytes()
ZONE_40 = "EPSG:4528"
FILE, CONTENT, PLACE, CONFIRM = 1, 2, 3, 4


def choose_kind(app: AppTest, kind: str) -> None:
    app.radio(key="importing-kind").set_value(kind).run()
    assert not app.exception


def drop(app: AppTest, name: str, content: bytes | Path, *, kind: str = "", step: int = FILE):
    """Drop a file and go on to a step."""
    if kind:
        choose_kind(app, kind)
    upload(app, (name, content.read_bytes() if isinstance(content, Path) else content))
    go_on(app, step)


def go_on(app: AppTest, step: int) -> None:
    """Go on until a step is reached."""
    while step_of(app) < step:
        before = step_of(app)
        onward = app.button(key="import-next")
        assert not onward.disabled, said(app)
        onward.click().run()
        assert not app.exception
        assert step_of(app) == before + 1


def step_of(app: AppTest) -> int:
    """Tell which step is open: its name stands in bold letters."""
    steps = [b for b in app.button if (b.key or "").startswith("import-step-")]
    return next(number for number, b in enumerate(steps, start=1) if b.label.startswith("**"))


def go_to_step(app: AppTest, step: int) -> None:
    app.button(key=f"import-step-{step}").click().run()
    assert not app.exception
    assert step_of(app) == step


def field_for(app: AppTest, label: str):
    """Find the box that asks which field fills a column."""
    return next(s for s in app.selectbox if s.label in {label, f"{label} *"})


def system(app: AppTest):
    """Find the list of coordinate systems."""
    return next(r for r in app.radio if (r.key or "").startswith("system-"))


def table(app: AppTest, *heads: str):
    """Find the table that has these columns."""
    return next(t.value for t in app.dataframe if set(heads) <= set(t.value.columns))


def count_patches(workspace: Path) -> int:
    with open_workspace(str(workspace)) as store:
        return look.count(store, actor_of(store, "A01"))


def squares(count: int, *, step_m: float = 200.0) -> gpd.GeoDataFrame:
    """Squares of 1 ha in the 3-degree zone 40 and in the sample's banner, numbered from 1."""
    west, south = 40_430_000.0, 4_800_000.0
    boxes = [
        shapely.box(west + n * step_m, south, west + n * step_m + 100, south + 100)
        for n in range(count)
    ]
    numbers = list(range(1, count + 1))
    columns = {"PAN_NO_TB": numbers, "CUN": "159901100201"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=ZONE_40)


def without_zone(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the number of the zone out of the eastings: they then fit any zone."""
    bare = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy - [40_000_000, 0])
    return frame.set_geometry(gpd.GeoSeries(bare, index=frame.index, crs=frame.crs))


def as_gpkg(frame: gpd.GeoDataFrame, path: Path, *, layer: str = "patches") -> Path:
    frame.to_file(path, layer=layer, driver="GPKG")
    return path


def as_zip(
    frame: gpd.GeoDataFrame, folder: Path, *, drop: tuple[str, ...] = (), cpg: str = ""
) -> bytes:
    """Write a shapefile in GBK and pack it, without some of its files; its .cpg may lie."""
    folder.mkdir()
    frame.to_file(folder / "图斑.shp", encoding="GBK")
    if cpg:
        (folder / "图斑.cpg").write_text(cpg)
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as target:
        for part in sorted(folder.iterdir()):
            if part.suffix not in drop:
                target.write(part, part.name)
    return archive.read_bytes()
