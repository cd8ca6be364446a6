"""Whoever imports patches in a territory can see them, whatever codes the file carries."""

from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import shapely

from geo.model.stages import Role
from geo.model.things import Actor, Person
from geo.settings import Place
from geo.store import people
from geo.store.door import Store
from geo.workflow import look
from geo.workflow.import_grids import import_grids
from geo.workflow.import_patches import import_patches
from geo.workflow.intake import ImportOptions
from geo.workflow.locate import locate
from geo.workflow.seal import check_seals, seal_day
from geo.workflow.start_check import check_at_start
from tests.builders import NOON

HERE = Actor(Person("A01", Role.ADMINISTRATOR, prefixes=("159901",)))
ACCEPT = ImportOptions(accept_proposals=True)
WEST, SOUTH = 40_430_000.0, 4_800_000.0


def layer(path: Path, **columns: list[str]) -> Path:
    box = shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100)
    gpd.GeoDataFrame(columns, geometry=[box], crs="EPSG:4528").to_file(path, layer="l")
    return path


def test_patches_without_a_code_are_seen_by_who_imported_them_and_refined_by_locating(
    made_place: Place, tmp_path: Path
) -> None:
    grids = layer(tmp_path / "g.gpkg", WGBH=["G1"], CUN=["159901100201"])
    patches = layer(tmp_path / "p.gpkg", TBBH=["1"])
    with Store.open(made_place) as store:
        with store.writing(HERE) as session:
            people.insert_people(session, [HERE.person], at=NOON)
        import_grids(store, HERE, grids, at=NOON, options=ACCEPT)
        import_patches(store, HERE, patches, at=NOON, options=ACCEPT)
        assert look.one(store, HERE, "1").admin_code == "159901"
        locate(store, HERE, at=NOON)
        assert look.one(store, HERE, "1").admin_code == "159901100201"


def test_a_finer_code_of_the_delivery_stays(made_place: Place, tmp_path: Path) -> None:
    grids = layer(tmp_path / "g.gpkg", WGBH=["G1"], XIANG=["159901100"])
    patches = layer(tmp_path / "p.gpkg", TBBH=["1"], CUN=["159901100203"])
    with Store.open(made_place) as store:
        with store.writing(HERE) as session:
            people.insert_people(session, [HERE.person], at=NOON)
        import_grids(store, HERE, grids, at=NOON, options=ACCEPT)
        import_patches(store, HERE, patches, at=NOON, options=ACCEPT)
        locate(store, HERE, at=NOON)
        assert look.one(store, HERE, "1").admin_code == "159901100203"


def test_a_day_is_sealed_whole_by_an_administrator_of_a_part(
    made_place: Place, tmp_path: Path
) -> None:
    patches = layer(tmp_path / "p.gpkg", TBBH=["1"])
    elsewhere = Actor(Person("A02", Role.ADMINISTRATOR, prefixes=("159902",)))
    with Store.open(made_place, folder=tmp_path) as store:
        with store.writing(people.PROGRAM) as session:
            people.insert_people(session, [HERE.person, elsewhere.person], at=NOON)
        import_patches(store, HERE, patches, at=NOON, options=ACCEPT)
        sealed = seal_day(store, elsewhere, at=NOON + timedelta(hours=1), is_open_day=True).sealed
        assert sealed.digest == look.verify(store, elsewhere).digest
        assert sealed.patches == 1
        check_at_start(store)
        assert check_seals(store, elsewhere).broken is None
