"""Repair: valid afterwards, nothing lost, everything reported."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.model.problems import Problem, Severity
from geo.shapes.repair import Code, Reason, Repaired, repair_polygons
from geo.text import LANGS, knows

PLANE = "EPSG:4528"
SQUARE = "POLYGON((0 0,4 0,4 4,0 4,0 0))"


def _repair(*wkts: str, crs: str = PLANE) -> Repaired:
    return repair_polygons(shapely.from_wkt(list(wkts)), crs)


def test_a_valid_polygon_comes_back_untouched():
    repaired = _repair(SQUARE)
    assert repaired.geometries[0].equals_exact(shapely.from_wkt(SQUARE))
    assert repaired.flaws == (None,)
    assert repaired.codes == repaired.reasons == (None,)
    assert repaired.area_change_m2.tolist() == [0.0]


def test_the_direction_of_a_ring_is_no_fault():
    assert _repair("POLYGON((0 0,0 4,4 4,4 0,0 0))").flaws == (None,)


# Each on squared paper: what GEOS complains about, the area afterwards, and the change.
@pytest.mark.parametrize(
    ("wkt", "reason", "area", "change"),
    [
        ("POLYGON((0 0,2 2,2 0,0 2,0 0))", Reason.SELF_INTERSECTION, 2, 2),
        (
            "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 1,3 1,3 3,1 3,1 1)))",
            Reason.SELF_INTERSECTION,
            7,
            -1,
        ),
        (
            "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((1 1,3 1,3 3,1 3,1 1)))",
            Reason.PARTS_NESTED,
            81,
            -4,
        ),
        ("POLYGON((0 0,4 0,4 4,0 4,0 0,1 0,1 1,0 0))", Reason.RING_TOUCHES_ITSELF, 16, -0.5),
        ("POLYGON((0 0,4 0,4 4,0 4,0 0),(5 5,6 5,6 6,5 5))", Reason.HOLE_OUTSIDE, 16.5, 1),
        (
            "POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,2 5,5 5,5 2,2 2),(3 3,3 4,4 4,4 3,3 3))",
            Reason.HOLES_NESTED,
            72,
            1,
        ),
        (
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 4,4 2,2 0,0 2))",
            Reason.SPLIT_BY_HOLES,
            8,
            0,
        ),
        (
            "GEOMETRYCOLLECTION(POINT(9 9),POLYGON((0 0,4 0,4 4,0 4,0 0)))",
            Reason.STRAY_PARTS,
            16,
            0,
        ),
    ],
)
def test_a_fault_is_mended_and_said(wkt, reason, area, change):
    repaired = _repair(wkt)
    assert shapely.is_valid(repaired.geometries[0])
    assert repaired.geometries[0].area == pytest.approx(area)
    assert repaired.codes == (Code.REPAIRED,)
    assert repaired.reasons == (reason,)
    assert repaired.area_change_m2[0] == pytest.approx(change)


@pytest.mark.parametrize(
    ("wkt", "code", "reason"),
    [
        ("POLYGON((0 0,1 1,2 2,0 0))", Code.NOT_REPAIRABLE, Reason.SELF_INTERSECTION),
        ("POLYGON((0 0,1 0,1 0,0 0))", Code.NOT_REPAIRABLE, Reason.TOO_FEW_POINTS),
        ("POLYGON EMPTY", Code.NO_GEOMETRY, None),
        ("POINT(1 1)", Code.WRONG_GEOMETRY_TYPE, Reason.POINT),
        ("MULTILINESTRING((0 0,1 1))", Code.WRONG_GEOMETRY_TYPE, Reason.LINE),
        ("GEOMETRYCOLLECTION(POINT(1 1))", Code.WRONG_GEOMETRY_TYPE, Reason.COLLECTION),
    ],
)
def test_what_cannot_be_used_is_dropped_and_said(wkt, code, reason):
    repaired = _repair(wkt)
    assert repaired.geometries[0] is None
    assert repaired.codes == (code,)
    assert repaired.reasons == (reason,)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_coordinates_that_are_no_numbers_are_told_apart(bad):
    ring = shapely.set_coordinates(
        shapely.from_wkt("POLYGON((0 0,1 0,1 1,0 0))"), [[0, 0], [1, bad], [1, 1], [0, 0]]
    )
    repaired = repair_polygons([ring, None], PLANE)
    assert repaired.geometries.tolist() == [None, None]
    assert repaired.codes == (Code.BAD_COORDINATES, Code.NO_GEOMETRY)
    assert repaired.flaws[0].values["crs"] == PLANE


def test_one_bad_shape_does_not_move_the_others():
    repaired = _repair(SQUARE, "POINT(1 1)", "POLYGON((0 0,2 2,2 0,0 2,0 0))", SQUARE)
    assert [f is None for f in repaired.flaws] == [True, False, False, True]
    assert repaired.geometries[3].equals_exact(shapely.from_wkt(SQUARE))


def test_when_mending_itself_fails_the_row_is_reported(monkeypatch):
    def fail(*args: object, **options: object) -> None:
        raise shapely.errors.GEOSException("side location conflict")

    monkeypatch.setattr(shapely, "make_valid", fail)
    repaired = _repair("POLYGON((0 0,2 2,2 0,0 2,0 0))", SQUARE)
    assert repaired.codes == (Code.NOT_REPAIRABLE, None)


def test_in_degrees_the_change_is_measured_on_the_ground():
    # Two triangles of 0.01 degrees side and height 0.005: about 2 x 22.6 ha at 42 N.
    bow = "POLYGON((119 42,119.01 42.01,119.01 42,119 42.01,119 42))"
    change = _repair(bow, crs="EPSG:4490").area_change_m2[0]
    assert change == pytest.approx(2 * 22.98e4, rel=0.01)


def test_heights_are_dropped():
    repaired = _repair("POLYGON Z((0 0 1,4 0 1,4 4 1,0 0 1))")
    assert not shapely.has_z(repaired.geometries[0])


def test_the_callers_array_is_left_alone():
    shapes = shapely.from_wkt(["POLYGON((0 0,2 2,2 0,0 2,0 0))"])
    repair_polygons(shapes, PLANE)
    assert not shapely.is_valid(shapes[0])


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=3, max_size=12, unique=True
    )
)
def test_any_ring_ends_up_valid_or_reported(points):
    shape = shapely.Polygon(points)
    repaired = repair_polygons([shape], PLANE)
    mended, flaw = repaired.geometries[0], repaired.flaws[0]
    assert (flaw is None) == shapely.is_valid(shape)
    if mended is None:
        assert flaw is not None
        assert not flaw.is_mended
    else:
        assert shapely.is_valid(mended)
        assert shapely.get_type_id(mended) in (
            shapely.GeometryType.POLYGON,
            shapely.GeometryType.MULTIPOLYGON,
        )


def test_every_flaw_reads_well_in_both_languages():
    ring = shapely.set_coordinates(
        shapely.from_wkt("POLYGON((0 0,1 0,1 1,0 0))"), [[0, 0], [1, np.inf], [1, 1], [0, 0]]
    )
    shapes = [ring, *shapely.from_wkt(["POLYGON((0 0,2 2,2 0,0 2,0 0))", "POINT(0 0)"]), None]
    for flaw in repair_polygons(shapes, PLANE).flaws:
        assert flaw is not None
        problem = Problem(1, "geometry", flaw.code, Severity.REFUSED, flaw.values)
        for lang in LANGS:
            assert "{" not in problem.text(lang) + problem.fix(lang)
            assert "reason." not in problem.text(lang)
    bow = repair_polygons(shapes, PLANE).flaws[1]
    assert bow is not None
    said = Problem(1, "geometry", bow.code, Severity.REPAIRED, bow.values).text("zh")
    assert said == "图形有错误（边界自相交），已修复，面积变化 +2.0 平方米"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason):
    assert knows(f"reason.{reason}")
