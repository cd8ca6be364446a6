"""Whatever zone and format a patch is delivered in, it is the same patch."""

import tempfile
from pathlib import Path

import numpy as np
import pyproj
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.model.columns import STORED_CRS
from geo.model.layer_kinds import LayerKind
from geo.shapes.crs import from_stored
from geo.shapes.measure import geodesic_area_ha
from geo.workflow.intake import ImportOptions, Intake, take_in
from tests.deliveries import patches_frame, write_file

ZONES = range(25, 46)
M_PER_DEG = 111_320.0
SQUARE_METRE_HA = 1e-4
ACCEPT = ImportOptions(accept_proposals=True)

formats = st.sampled_from((".gpkg", ".geojson", ".zip", ".shp"))
zones = st.sampled_from([f"EPSG:{4513 + zone - ZONES[0]}" for zone in ZONES])
within = st.floats(0, 1)


@st.composite
def outlines(draw: st.DrawFn, *, crs: str, reach_m: int) -> shapely.Polygon:
    """A star of a few corners, around a place where a system is used; in degrees."""
    west, south, east, north = pyproj.CRS(crs).area_of_use.bounds
    lon, lat = west + draw(within) * (east - west), south + draw(within) * (north - south)
    radii = draw(st.lists(st.integers(reach_m // 4, reach_m), min_size=5, max_size=12))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    dx = np.array(radii) * np.cos(angles) / M_PER_DEG / np.cos(np.radians(lat))
    dy = np.array(radii) * np.sin(angles) / M_PER_DEG
    return shapely.Polygon(np.column_stack([lon + dx, lat + dy]))


@st.composite
def placed(draw: st.DrawFn, reach_m: int) -> tuple[str, shapely.Polygon]:
    crs = draw(zones)
    return crs, draw(outlines(crs=crs, reach_m=reach_m))


def delivered(shape: shapely.Polygon, crs: str, suffix: str, *, says_crs: bool = True) -> Intake:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"图斑{suffix}"
        frame = patches_frame(("1",), geometry=[shape], crs=crs)
        write_file(frame, path, **({} if says_crs else {"without": ("prj",)}))
        return take_in(path, LayerKind.PATCHES, ACCEPT)


def apart_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """How far two outlines with as many corners lie apart, in metres."""
    assert shapely.get_num_coordinates(one) == shapely.get_num_coordinates(other)
    return float(shapely.hausdorff_distance(one, other)) * M_PER_DEG


@settings(max_examples=40, deadline=None)
@given(placed(reach_m=200), formats)
def test_a_patch_from_any_zone_keeps_its_outline_and_its_area(
    place: tuple[str, shapely.Polygon], suffix: str
) -> None:
    crs, outline = place
    intake = delivered(from_stored([outline], crs)[0], crs, suffix)
    assert intake.crs == crs
    assert apart_m(intake.geometries[0], outline) < 1e-7
    true_ha = geodesic_area_ha([outline])[0]
    assert abs(geodesic_area_ha(intake.geometries)[0] - true_ha) < 1e-8
    # What is kept is rounded to the square metre.
    assert abs(intake.rows["area_ha"].iloc[0] - true_ha) <= SQUARE_METRE_HA / 2 + 1e-8


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ZONES), st.data(), formats)
def test_a_patch_in_degrees_is_kept_as_it_is(zone: int, data: st.DataObject, suffix: str) -> None:
    outline = data.draw(outlines(crs=f"EPSG:{4513 + zone - ZONES[0]}", reach_m=200))
    intake = delivered(outline, STORED_CRS, suffix)
    assert intake.crs == STORED_CRS
    assert apart_m(intake.geometries[0], outline) < 1e-9


@settings(max_examples=20, deadline=None)
@given(placed(reach_m=5_000), formats)
def test_long_edges_stay_straight_in_the_plane_they_were_drawn_in(
    place: tuple[str, shapely.Polygon], suffix: str
) -> None:
    crs, outline = place
    drawn = from_stored([outline], crs)[0]
    intake = delivered(drawn, crs, suffix)
    back = from_stored(intake.geometries, crs)[0]
    assert shapely.get_num_coordinates(back) > shapely.get_num_coordinates(drawn)
    assert shapely.hausdorff_distance(back, drawn, densify=0.1) < 1e-6
    assert abs(back.area - drawn.area) < 1e-2


@settings(max_examples=20, deadline=None)
@given(placed(reach_m=200))
def test_the_zone_is_found_though_the_file_does_not_say_it(
    place: tuple[str, shapely.Polygon],
) -> None:
    crs, outline = place
    intake = delivered(from_stored([outline], crs)[0], crs, ".zip", says_crs=False)
    assert intake.crs == crs
    assert [p.value for p in intake.proposals if p.what == "crs"] == [crs]
