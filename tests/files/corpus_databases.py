"""GeoPackages and file geodatabases, of one layer and of several, with plain tables beside them."""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from tests.deliveries import zip_members
from tests.files.corpus_case import ACCEPT, Case, patch_case, refused, taken
from tests.files.corpus_drawing import FIRST, REMARK, patches

WHOLE = {"crs": "EPSG:4528", "first_code": FIRST, "texts": (REMARK,)}
SOME_DAY = "2026-06-01T00:00:00.000Z"
Layers = Mapping[str, pd.DataFrame]


@contextlib.contextmanager
def on_some_day() -> Iterator[None]:
    """Databases note when they were written; here always on the same day."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": SOME_DAY})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """What the writer thinks of a layer that is wrong on purpose is of no interest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def two_seasons() -> Layers:
    """Three patches of spring, two of autumn."""
    return {"春季": patches(), "秋季": patches().iloc[:2]}


def gpkg(layers: Callable[[], Layers], **options: Any) -> Callable[[Path], None]:
    """Make a GeoPackage; a frame without shapes becomes a plain table."""

    def make(path: Path) -> None:
        # Written under a plain name: the one it gets is the case's own affair.
        with on_some_day(), TemporaryDirectory() as place, without_warnings():
            database = Path(place) / "x.gpkg"
            for name, frame in layers().items():
                pyogrio.write_dataframe(frame, database, layer=name, driver="GPKG", **options)
            path.write_bytes(database.read_bytes())

    return make


def packed_gdb(layers: Callable[[], Layers], folder: str = "成果.gdb") -> Callable[[Path], None]:
    """Make an archive of a file geodatabase, which is a folder."""

    def make(path: Path) -> None:
        with on_some_day(), TemporaryDirectory() as place:
            database = Path(place) / "x.gdb"
            for name, frame in layers().items():
                pyogrio.write_dataframe(frame, database, layer=name, driver="OpenFileGDB")
            files = sorted(database.iterdir())
            zip_members(path, {f"{folder}/{f.name}": f.read_bytes() for f in files})

    return make


def _layer() -> Layers:
    return {"图斑": patches()}


def _layer_and_tables() -> Layers:
    tables = {name: pd.DataFrame({"styleQML": ["<qgis/>"]}) for name in ("layer_styles", "说明")}
    return _layer() | tables


def _tables() -> Layers:
    return {"台账": pd.DataFrame({"PAN_NO_TB": ["1"], "BEIZHU": [REMARK]})}


def _no_rows() -> Layers:
    return {"图斑": patches().iloc[:0]}


def _mixed() -> Layers:
    frame = patches()
    frame.loc[1, "geometry"] = frame.union_all()
    return {"图斑": frame}


def _without_a_system() -> Layers:
    return {"图斑": gpd.GeoDataFrame(patches()).set_crs(None, allow_override=True)}


def _in_zip(path: Path) -> None:
    with TemporaryDirectory() as place:
        inner = Path(place) / "x.gpkg"
        gpkg(_layer)(inner)
        zip_members(path, {"下发/图斑.gpkg": inner.read_bytes()})


CASES: tuple[Case, ...] = (
    patch_case("gpkg", "图斑.gpkg", gpkg(_layer), taken(**WHOLE)),
    patch_case(
        "gpkg-two-layers",
        "图斑.gpkg",
        gpkg(two_seasons),
        refused("layer_needed", layers=frozenset({"春季", "秋季"})),
    ),
    patch_case(
        "gpkg-one-of-two",
        "图斑.gpkg",
        gpkg(two_seasons),
        taken(2, **WHOLE),
        options=ACCEPT | {"layer": "秋季"},
    ),
    patch_case("gpkg-and-tables", "图斑.gpkg", gpkg(_layer_and_tables), taken(**WHOLE)),
    patch_case("gpkg-tables-only", "台账.gpkg", gpkg(_tables), refused("layer_without_shapes")),
    patch_case("gpkg-no-rows", "图斑.gpkg", gpkg(_no_rows), refused("layer_empty")),
    patch_case("gpkg-mixed", "图斑.gpkg", gpkg(_mixed), taken(**WHOLE)),
    patch_case(
        "gpkg-no-system",
        "图斑.gpkg",
        gpkg(_without_a_system),
        taken(proposals=frozenset({"crs"}), **WHOLE),
    ),
    patch_case("gpkg-in-zip", "图斑.zip", _in_zip, taken(**WHOLE)),
    patch_case("gdb-zip", "成果.zip", packed_gdb(_layer), taken(**WHOLE)),
    patch_case("gdb-gdb-zip", "成果.gdb.zip", packed_gdb(_layer), taken(**WHOLE)),
    patch_case(
        "gdb-in-folders", "成果.zip", packed_gdb(_layer, "交付/六月/TB.gdb"), taken(**WHOLE)
    ),
    patch_case(
        "gdb-two-layers",
        "成果.zip",
        packed_gdb(two_seasons),
        refused("layer_needed", layers=frozenset({"春季", "秋季"})),
    ),
    patch_case(
        "gdb-one-of-two",
        "成果.zip",
        packed_gdb(two_seasons),
        taken(2, **WHOLE),
        options=ACCEPT | {"layer": "秋季"},
    ),
)
