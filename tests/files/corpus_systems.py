"""Coordinate systems: named in every way, not named, and named wrongly."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyproj
import shapely

from tests.deliveries import zip_members
from tests.files.corpus_case import ACCEPT, ASK, Case, Expect, any_of, patch_case, refused, taken
from tests.files.corpus_databases import gpkg
from tests.files.corpus_drawing import (
    FIRST,
    REMARK,
    in_system,
    moved_shapes,
    patches,
    shifted,
    squares,
)
from tests.files.corpus_shp_bytes import GEOGCS, PRJ_40, named, plane_prj, shapefile

XIAN_80: Final = (
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
BEIJING_54: Final = (
    'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
PRJ_120E: Final = plane_prj("CGCS2000_3_Degree_GK_CM_120E", 500_000, 120)
PRJ_39: Final = plane_prj("CGCS2000_3_Degree_GK_Zone_39", 39_500_000, 117)
PRJ_6_20: Final = plane_prj("CGCS2000_GK_Zone_20", 20_500_000, 117)
HEIGHTS: Final = (
    'VERTCS["Yellow_Sea_1985",VDATUM["Yellow_Sea_1985"],PARAMETER["Vertical_Shift",0.0],'
    'PARAMETER["Direction",1.0],UNIT["Meter",1.0]]'
)
BOUND: Final = (
    f'COMPD_CS["CGCS2000 zone 40 + Yellow Sea",{PRJ_40},VERT_CS["Yellow Sea 1985",'
    'VERT_DATUM["Yellow Sea 1985",2005],UNIT["metre",1.0],AXIS["Up",UP]]]'
)
LOCAL: Final = 'LOCAL_CS["工地坐标",UNIT["Meter",1.0]]'
WEB_MAP: Final = (
    'PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",'
    'SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Mercator_Auxiliary_Sphere"],'
    'PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],'
    'PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]'
)
UTM_50: Final = (
    'PROJCS["WGS_1984_UTM_Zone_50N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",'
    'SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",0.9996],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
Shapes = Callable[[], list[shapely.Geometry]]


def bare() -> list[shapely.Geometry]:
    """Eastings without the number of the zone: 430,000 instead of 40,430,000."""
    return shifted(squares(), -40_000_000, 0)


def in_crs(crs: str, decimals: int = 3) -> Shapes:
    """The squares in another system."""
    return lambda: moved_shapes(squares(), crs, decimals)


def degrees() -> list[shapely.Geometry]:
    """The squares in degrees."""
    return moved_shapes(squares())


def swapped() -> list[shapely.Geometry]:
    """Latitude first, as the register has it and no file should."""
    return [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in degrees()]


def said(prj: str | bytes | None, shapes: Shapes = squares) -> Callable[[Path], None]:
    """Make a zipped shapefile whose .prj says this, or is not there."""

    def make(path: Path) -> None:
        frame = patches(geometry=shapes()).set_crs(None, allow_override=True)
        zip_members(path, named(shapefile(frame, prj=prj)))

    return make


def _gpkg_by_name(path: Path) -> None:
    """A system that the file writes out without any number of a register."""
    frame = patches().set_crs(pyproj.CRS(PRJ_40), allow_override=True)
    gpkg(lambda: {"图斑": frame})(path)


def _gpkg_in_degrees(path: Path) -> None:
    gpkg(lambda: {"图斑": in_system(patches())})(path)


def doubted(what: str, error: str = "crs_implausible") -> Expect:
    """Nobody can take this as it stands: it is refused, or a person is asked."""
    return Expect(
        frozenset({"refused_file", "confirm"}),
        error=any_of(error, "crs_missing"),
        contradictions=frozenset({what}),
    )


ZIP = "图斑.zip"
WHOLE: Mapping[str, Any] = {"first_code": FIRST, "texts": (REMARK,)}
IN_40: Mapping[str, Any] = {"crs": "EPSG:4528"} | WHOLE
GUESSED = {"proposals": frozenset({"crs"})} | WHOLE
TOLD = ASK | {"fields": {"code": "PAN_NO_TB"}}
UNSHIFTED = Expect(frozenset({"refused_file", "confirm"}), error="crs_no_shift")

CASES: tuple[Case, ...] = (
    patch_case("crs-name-zone-40", ZIP, said(PRJ_40), taken(**IN_40), options=TOLD),
    patch_case("crs-name-120e", ZIP, said(PRJ_120E, bare), taken(crs="EPSG:4549", **WHOLE)),
    patch_case("crs-name-degrees", ZIP, said(GEOGCS, degrees), taken(crs="EPSG:4490", **WHOLE)),
    patch_case(
        "crs-name-6-degrees",
        ZIP,
        said(PRJ_6_20, in_crs("EPSG:4498")),
        taken(crs="EPSG:4498", **WHOLE),
    ),
    patch_case("crs-heights", ZIP, said(f"{PRJ_40},{HEIGHTS}"), taken(**IN_40)),
    patch_case("crs-heights-compound", ZIP, said(BOUND), taken(**IN_40)),
    patch_case("crs-short-name", ZIP, said("EPSG:4528"), taken(**IN_40)),
    patch_case("crs-bom", ZIP, said(b"\xef\xbb\xbf" + PRJ_40.encode()), taken(**IN_40)),
    patch_case("crs-blanks", ZIP, said(f"\r\n  {PRJ_40}\r\n\x00"), taken(**IN_40)),
    patch_case("crs-empty-prj", ZIP, said(""), taken(crs="EPSG:4528", **GUESSED)),
    patch_case(
        "crs-nonsense-prj",
        ZIP,
        said("见附件说明"),
        Expect(any_of("imported", "refused_file"), error=any_of("crs_unknown", "file_unreadable")),
    ),
    patch_case(
        "crs-building-site",
        ZIP,
        said(LOCAL),
        Expect(any_of("imported", "refused_file"), error="crs_unknown"),
    ),
    patch_case("crs-none-zone", ZIP, said(None), taken(crs="EPSG:4528", **GUESSED)),
    patch_case(
        "crs-none-unasked",
        ZIP,
        said(None),
        Expect("confirm", crs="EPSG:4528", proposals=frozenset({"crs"})),
        options=TOLD,
    ),
    patch_case("crs-none-degrees", ZIP, said(None, degrees), taken(crs="EPSG:4490", **GUESSED)),
    # Eastings without a zone fit every zone: without more, nobody knows where this is.
    patch_case(
        "crs-none-bare",
        ZIP,
        said(None, bare),
        Expect(any_of("refused_file", "confirm"), error="crs_missing"),
        options=TOLD,
    ),
    patch_case(
        "crs-none-bare-told",
        ZIP,
        said(None, bare),
        taken(crs="EPSG:4549", **WHOLE),
        options=ACCEPT | {"crs": "EPSG:4549"},
    ),
    patch_case(
        "crs-none-6-degrees",
        ZIP,
        said(None, in_crs("EPSG:4498")),
        taken(crs="EPSG:4498", **GUESSED),
    ),
    patch_case("crs-degrees-under-plane", ZIP, said(PRJ_40, degrees), doubted("crs"), options=TOLD),
    patch_case(
        "crs-degrees-under-plane-told",
        ZIP,
        said(PRJ_40, degrees),
        taken(crs="EPSG:4490", **WHOLE),
        options=ACCEPT | {"crs": "EPSG:4490"},
    ),
    patch_case("crs-plane-under-degrees", ZIP, said(GEOGCS), doubted("crs"), options=TOLD),
    patch_case("crs-swapped", ZIP, said(GEOGCS, swapped), doubted("axes"), options=TOLD),
    patch_case("crs-swapped-untold", ZIP, said(None, swapped), doubted("axes"), options=TOLD),
    patch_case("crs-other-zone", ZIP, said(PRJ_39), doubted("zone"), options=TOLD),
    patch_case("crs-bare-under-zone", ZIP, said(PRJ_40, bare), doubted("zone"), options=TOLD),
    patch_case("crs-zone-under-bare", ZIP, said(PRJ_120E), doubted("zone"), options=TOLD),
    patch_case(
        "crs-xian-1980",
        ZIP,
        said(plane_prj("Xian_1980_3_Degree_GK_Zone_40", 40_500_000, 120, XIAN_80)),
        UNSHIFTED,
        options=TOLD,
    ),
    patch_case(
        "crs-beijing-1954",
        ZIP,
        said(plane_prj("Beijing_1954_3_Degree_GK_Zone_40", 40_500_000, 120, BEIJING_54)),
        UNSHIFTED,
        options=TOLD,
    ),
    patch_case(
        "crs-web-map",
        ZIP,
        said(WEB_MAP, in_crs("EPSG:3857")),
        taken(crs="EPSG:3857", **WHOLE),
    ),
    patch_case(
        "crs-utm-50",
        ZIP,
        said(UTM_50, in_crs("EPSG:32650")),
        taken(crs="EPSG:32650", **WHOLE),
    ),
    patch_case("crs-gpkg-by-name", "图斑.gpkg", _gpkg_by_name, taken(**IN_40)),
    patch_case("crs-gpkg-degrees", "图斑.gpkg", _gpkg_in_degrees, taken(crs="EPSG:4490", **WHOLE)),
    patch_case(
        "crs-told-none-such",
        ZIP,
        said(PRJ_40),
        refused("crs_unknown"),
        options=ACCEPT | {"crs": "EPSG:999999"},
    ),
)
