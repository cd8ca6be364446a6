"""A layer of grids comes in whole, once, with who answers for each grid."""

from datetime import timedelta
from pathlib import Path

import pytest
import shapely

from geo.model.stages import Role
from geo.store.door import Store
from geo.workflow.import_grids import import_grids, inspect_grids
from geo.workflow.importing import Outcome
from geo.workflow.intake import ImportOptions
from geo.workflow.look import grid_layer
from tests.builders import NOON, STAFF, actor
from tests.deliveries import grids_frame, square, write_file
from tests.office import ACCEPT, deliver_grids, everything_in
from tests.refusals import refused_as

TWO = {"G2": square(1), "G1": square(0)}


def test_every_grid_is_kept_with_its_people(store: Store, tmp_path: Path) -> None:
    report = deliver_grids(store, tmp_path, TWO)
    assert (report.outcome, report.taken, report.area_ha) == (Outcome.IMPORTED, 2, 2.0)
    layer = grid_layer(store, actor())
    assert layer["grid_code"].tolist() == ["G1", "G2"]
    assert layer["name"].tolist() == ["网格 G1", "网格 G2"]
    assert set(layer["ranger"]) == {"ranger-1"}
    assert set(layer["manager"]) == {"manager-1"}
    assert layer["area_ha"].tolist() == [1.0, 1.0]
    assert layer.crs.to_epsg() == 4490


def test_neighbours_still_share_their_edge_after_they_were_brought_to_degrees(
    store: Store, tmp_path: Path
) -> None:
    deliver_grids(store, tmp_path, TWO)
    west, east = grid_layer(store, actor()).geometry
    assert shapely.touches(west, east)
    assert shapely.intersection(west, east).geom_type == "LineString"


def test_the_same_file_of_grids_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    deliver_grids(store, tmp_path, TWO)
    before = everything_in(store)
    path = tmp_path / "delivery" / "网格.gpkg"
    again = import_grids(store, actor(), path, at=NOON + timedelta(days=1))
    assert (again.outcome, again.taken, again.name) == (Outcome.UNCHANGED, 0, "网格.gpkg")
    assert everything_in(store) == before


def test_a_second_layer_of_grids_joins_the_first(store: Store, tmp_path: Path) -> None:
    deliver_grids(store, tmp_path, TWO)
    path = write_file(grids_frame({"G3": square(2)}), tmp_path / "more.gpkg")
    import_grids(store, actor(), path, at=NOON, options=ACCEPT)
    assert grid_layer(store, actor())["grid_code"].tolist() == ["G1", "G2", "G3"]


def test_the_field_of_the_code_can_be_named(store: Store, tmp_path: Path) -> None:
    frame = grids_frame(TWO, WGMC=["同名"] * 2).rename(columns={"WGBH": "x1"})
    path = write_file(frame, tmp_path / "x.gpkg")
    with refused_as("field_needed", path=path, column="code"):
        inspect_grids(store, actor(), path)
    options = ImportOptions(fields={"code": "x1"})
    assert import_grids(store, actor(), path, at=NOON, options=options).taken == 2


def test_a_grid_layer_with_a_wrong_row_is_not_half_imported(store: Store, tmp_path: Path) -> None:
    before = everything_in(store)
    frame = grids_frame(TWO, WGBH=["G1", "G1"])
    path = write_file(frame, tmp_path / "x.gpkg")
    report = import_grids(store, actor(), path, at=NOON, options=ACCEPT)
    assert (report.outcome, report.refused) == (Outcome.REFUSED, 2)
    assert everything_in(store) == before


@pytest.mark.parametrize("person", STAFF, ids=[p.role for p in STAFF])
def test_only_the_office_imports_grids(store: Store, tmp_path: Path, person: object) -> None:
    path = write_file(grids_frame(TWO), tmp_path / "x.gpkg")
    who = actor(person)  # type: ignore[arg-type]
    if who.role in {Role.ADMINISTRATOR, Role.INSPECTOR}:
        assert import_grids(store, who, path, at=NOON, options=ACCEPT).taken == 2
        return
    with refused_as("role_not_allowed", role=who.role):
        import_grids(store, who, path, at=NOON, options=ACCEPT)
