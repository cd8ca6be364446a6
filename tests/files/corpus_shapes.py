"""Shapes that are wrong, each beside two that are right."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from tests.deliveries import zip_members
from tests.files.corpus_case import ACCEPT, SKIP, Case, Expect, any_of, patch_case, refused, taken
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import FIRST, in_system, patches, square
from tests.files.corpus_geojson import collection, written
from tests.files.corpus_shp_bytes import named, shapefile

Shape = shapely.Geometry | None
MANY: Final = 200_000
X, Y = square(2).bounds[:2]


def third(shape: Shape) -> list[Shape]:
    """Two shapes that are right, and this one after them."""
    return [square(0), square(4), shape]


def ring(*corners: tuple[float, float]) -> shapely.Polygon:
    """A ring through corners in metres from the south-west corner of the free square."""
    return shapely.Polygon([(X + east, Y + north) for east, north in corners])


def with_corner(x: float, y: float) -> shapely.Polygon:
    """The free square, one of its corners somewhere else."""
    corners = shapely.get_coordinates(square(2))
    corners[1] = (x, y)
    return shapely.set_coordinates(square(2), corners)


def in_gpkg(shape: Shape) -> Callable[[Path], None]:
    """Make a GeoPackage of the three."""
    return gpkg(lambda: {"图斑": patches(geometry=third(shape))})


def in_shp(shape: Shape) -> Callable[[Path], None]:
    """Make a zipped shapefile of the three."""
    return lambda path: zip_members(path, named(shapefile(patches(geometry=third(shape))))) and None


def in_json(coordinates: Sequence[Any], kind: str = "Polygon") -> Callable[[Path], None]:
    """Make a GeoJSON of the three, the last one as it is given."""
    content = collection(in_system(patches()))
    content["features"][2]["geometry"] = {"type": kind, "coordinates": coordinates}
    return written(content)


BOW_TIE = ring((0, 0), (100, 100), (100, 0), (0, 100))
SPIKE = ring((0, 0), (0, 100), (50, 100), (50, 400), (50, 100), (100, 100), (100, 0))
HOLE_OUTSIDE = shapely.Polygon(square(2).exterior, [square(2, 3).exterior.coords[::-1]])
SAME_RINGS = shapely.MultiPolygon([square(2), square(2)])
HOLE_IS_ALL = shapely.Polygon(square(2).exterior, [square(2).exterior.coords[::-1]])
NESTED_HOLES = shapely.Polygon(
    square(2, side_m=300).exterior,
    [square(2.5, 0.5, side_m=200).exterior, square(3, 1, side_m=50).exterior],
)
FLAT = ring((0, 0), (100, 100), (0, 0))
LINE = shapely.LineString([(X, Y), (X + 100, Y + 100)])
COLLECTION = shapely.GeometryCollection([square(2), LINE])
CURVES = shapely.Polygon(shapely.Point(X, Y).buffer(60, quad_segs=16).exterior)


def jagged(count: int = MANY) -> shapely.Polygon:
    """A valid ring of so many vertices: a circle whose radius goes up and down by a metre."""
    angles = np.linspace(0, 2 * math.pi, count, endpoint=False)
    radius = 300 + np.arange(count) % 2
    xy = np.column_stack([X + radius * np.cos(angles), Y + radius * np.sin(angles)])
    return shapely.Polygon(xy.round(3))


def _many_vertices(path: Path) -> None:
    zip_members(path, named(shapefile(patches(("1",), geometry=[jagged()]))))


def _not_a_number_in_json(path: Path) -> None:
    """Python writes such numbers, and the standard has none."""
    content = collection(in_system(patches()))
    corner = [math.nan, math.inf]
    ring_of_four = [[119.1, 43.3], corner, [119.2, 43.3], [119.1, 43.3]]
    content["features"][2]["geometry"] = {"type": "Polygon", "coordinates": [ring_of_four]}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def mended(**more: Any) -> Expect:
    """All are taken, one of them after repair."""
    problems = frozenset({"repaired"})
    return taken(repaired=1, problems=problems, first_code=FIRST, **more)


def without_third(*problems: str) -> Expect:
    """Two are taken, and of the last one is said why not."""
    return Expect(
        "imported",
        rows_read=3,
        taken=2,
        quarantined=1,
        first_code=FIRST,
        problems=frozenset(problems),
    )


NO_SHAPE, OTHER_KIND = without_third("no_geometry"), without_third("wrong_geometry_type")
BAD = without_third("bad_coordinates")
GPKG, ZIP, JSON = "图斑.gpkg", "图斑.zip", "图斑.geojson"

CASES: tuple[Case, ...] = (
    patch_case("shape-bow-tie", GPKG, in_gpkg(BOW_TIE), mended()),
    patch_case("shape-bow-tie-shp", ZIP, in_shp(BOW_TIE), mended()),
    patch_case("shape-hole-outside", GPKG, in_gpkg(HOLE_OUTSIDE), mended()),
    patch_case("shape-rings-twice", GPKG, in_gpkg(SAME_RINGS), mended()),
    patch_case("shape-holes-nested", GPKG, in_gpkg(NESTED_HOLES), mended()),
    patch_case("shape-spike", GPKG, in_gpkg(SPIKE), mended()),
    patch_case("shape-and-line", GPKG, in_gpkg(COLLECTION), mended()),
    patch_case("shape-circle", GPKG, in_gpkg(CURVES), taken(first_code=FIRST)),
    patch_case(
        "shape-hole-is-all",
        GPKG,
        in_gpkg(HOLE_IS_ALL),
        without_third("not_repairable"),
        options=SKIP,
    ),
    patch_case("shape-flat", GPKG, in_gpkg(FLAT), without_third("not_repairable"), options=SKIP),
    patch_case("shape-empty", GPKG, in_gpkg(shapely.Polygon()), NO_SHAPE, options=SKIP),
    patch_case("shape-empty-json", JSON, in_json([]), NO_SHAPE, options=SKIP),
    patch_case("shape-null", GPKG, in_gpkg(None), NO_SHAPE, options=SKIP),
    patch_case("shape-null-shp", ZIP, in_shp(None), NO_SHAPE, options=SKIP),
    patch_case(
        "shape-null-not-skipped",
        ZIP,
        in_shp(None),
        Expect("refused_rows", rows_read=3, quarantined=1, problems=frozenset({"no_geometry"})),
        options=ACCEPT,
    ),
    patch_case("shape-line-among", GPKG, in_gpkg(LINE), OTHER_KIND, options=SKIP),
    patch_case(
        "shape-point-among-json", JSON, in_json([119.1, 43.3], "Point"), OTHER_KIND, options=SKIP
    ),
    patch_case(
        "shape-points-only",
        GPKG,
        gpkg(lambda: {"图斑": patches(geometry=[square(n).centroid for n in range(3)])}),
        refused("layer_not_polygons"),
        options=SKIP,
    ),
    patch_case("shape-not-a-number", ZIP, in_shp(with_corner(math.nan, Y)), BAD, options=SKIP),
    patch_case("shape-infinite", ZIP, in_shp(with_corner(X, math.inf)), BAD, options=SKIP),
    patch_case("shape-huge-number", ZIP, in_shp(with_corner(1e308, -1e308)), BAD, options=SKIP),
    patch_case("shape-no-data-number", ZIP, in_shp(with_corner(-1e39, -1e39)), BAD, options=SKIP),
    patch_case(
        "shape-not-a-number-json",
        JSON,
        _not_a_number_in_json,
        Expect(
            any_of("imported", "refused_file"),
            error="file_unreadable",
            problems=frozenset({"bad_coordinates"}),
        ),
        options=SKIP,
    ),
    patch_case(
        "shape-huge-number-json",
        JSON,
        in_json([[[1e308, 1e308], [119, 43], [119.1, 43], [1e308, 1e308]]]),
        BAD,
        options=SKIP,
    ),
    patch_case("shape-far-away", GPKG, in_gpkg(shapely.box(0, 0, 10, 10)), BAD, options=SKIP),
    patch_case(
        "shape-too-few-points-json",
        JSON,
        in_json([[[119.1, 43.3], [119.2, 43.3]]]),
        Expect(any_of("imported", "refused_file"), error="file_unreadable"),
        options=SKIP,
    ),
    patch_case("shape-many-vertices", ZIP, _many_vertices, taken(1, first_code="1")),
)
