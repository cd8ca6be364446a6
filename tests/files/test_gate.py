"""What stands at the gate before anything is read: files that are named, signs of kinds, links."""

import os
from pathlib import Path

import pyproj
import pytest

from geo.files.content import check_content
from geo.files.read import look_into, read_delivery
from geo.shapes.crs_text import MAX_DEPTH, MAX_SIGNS, harmless_crs
from geo.shapes.prj import read_prj
from tests.deliveries import patches_frame, shapefile_parts, write_file, zip_members
from tests.files.corpus_shp_bytes import GEOGCS, PRJ_40
from tests.refusals import refused_as

BOUND = (
    'BOUNDCRS[SOURCECRS[GEODCRS["x",DATUM["D",ELLIPSOID["CGCS2000",6378137,298.257222101]],'
    'CS[ellipsoidal,2],AXIS["latitude",north],AXIS["longitude",east],'
    'UNIT["degree",0.0174532925199433]]],TARGETCRS[GEODCRS["WGS 84",'
    'DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],'
    'CS[ellipsoidal,2],AXIS["latitude",north],AXIS["longitude",east],'
    'UNIT["degree",0.0174532925199433]]],ABRIDGEDTRANSFORMATION["t",METHOD["NTv2",ID["EPSG",9615]],'
    'PARAMETERFILE["Latitude and longitude difference file","FILE",ID["EPSG",8656]]]]'
)
NAMING_FILES = [
    "+init=FILE:a",
    "init=FILE:a",
    '+init="FILE:a"',
    "+init = FILE:a",
    "+title=x +init=FILE:a +type=crs",
    "proj=longlat init=FILE:a type=crs",
    "+proj=longlat +datum=WGS84 +nadgrids=FILE +type=crs",
    "+proj=longlat +nadgrids=@null,FILE +type=crs",
    "+proj=longlat +nadgrids=@FILE +type=crs",
    "+init=epsg:4326 +nadgrids=FILE",
    "+proj=pipeline +step +proj=hgridshift +grids=FILE",
    "+proj=pipeline +step +proj=tinshift +file=FILE",
    "+proj=pipeline +step +proj=defmodel +model=FILE",
    f'{GEOGCS[:-1]},EXTENSION["PROJ4","+proj=longlat +nadgrids=FILE"]]',
    f'{GEOGCS[:-1]},EXTENSION["PROJ4_GRIDS","FILE"]]',
    BOUND,
]


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe that nobody writes into: whoever opens it waits for ever, or is seen."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def is_open(pipe: Path) -> bool:
    """Tell whether somebody reads it: only then can it be opened to write without waiting."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("text", NAMING_FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_no_file_that_a_coordinate_system_names_is_opened(
    pipe: Path, text: str, encoding: str
) -> None:
    said = text.replace("FILE", str(pipe)).encode(encoding).decode("latin-1")
    harmless = harmless_crs(said)
    assert harmless is not None
    # If PROJ opened the pipe it would wait in it, and this test with it.
    read_prj(harmless.encode("latin-1"))
    read_prj(harmless)
    assert not is_open(pipe)


def test_in_json_no_file_is_opened_either(pipe: Path) -> None:
    plain = pyproj.CRS.from_wkt(BOUND).to_json()
    for said in (plain.replace("FILE", str(pipe)), plain.replace("transf", "tr\\u0061nsf")):
        assert harmless_crs(said) == "{}"


@pytest.mark.parametrize(
    "text",
    [
        PRJ_40,
        GEOGCS,
        "EPSG:4528",
        "+init=epsg:4528 +towgs84=1,2,3",
        "+proj=merc +a=6378137 +b=6378137 +nadgrids=@null +type=crs",
        'PROJCS["x",EXTENSION["PROJ4","+proj=merc +nadgrids=@null +wktext"]]',
        "测绘院，profile=3",
        "",
        pyproj.CRS("EPSG:4528").to_json(),
        pyproj.CRS("EPSG:4528").to_wkt("WKT2_2019"),
    ],
)
def test_a_description_that_names_no_file_stays_as_it_is(text: str) -> None:
    assert harmless_crs(text) == text


@pytest.mark.parametrize("text", ["+init=epsg:4528", "init=EPSG:4528 +no_defs +type=crs"])
def test_a_code_as_it_was_written_before_2019_is_the_code(text: str) -> None:
    assert harmless_crs(text) == "EPSG:4528"


def test_nothing_said_stays_nothing() -> None:
    assert harmless_crs(None) is None


def test_a_description_is_cut_to_a_size_and_a_depth() -> None:
    assert len(harmless_crs(" " * 10 * MAX_SIGNS) or "") == MAX_SIGNS
    for opening in ("A[", '{"a":', "("):
        assert harmless_crs(opening * MAX_DEPTH) == opening * MAX_DEPTH
        assert harmless_crs(opening * (MAX_DEPTH + 1)) == "{}"


def test_a_damaged_prj_does_not_lose_the_shapes(tmp_path: Path) -> None:
    path = write_file(patches_frame(), tmp_path / "x.shp")
    for damaged in (b'PROJCS["x",,,', b"GEOGCS[" * 9_000, b"\xff" * 100, b""):
        path.with_suffix(".prj").write_bytes(damaged)
        delivery = read_delivery(path)
        assert len(delivery.geometries) == 3
        assert delivery.facts.crs in {damaged.decode("latin-1"), "{}"}
        assert path.with_suffix(".prj").read_bytes() == damaged, "only our own copy is taken away"


@pytest.mark.parametrize(
    ("suffix", "head"),
    [
        (".shp", b"\0\0\x27\x0b"),
        (".gpkg", b"SQLite format 2\0"),
        (".xlsx", b"\xd0\xcf\x11\xe0"),
        (".geojson", b"<OGRVRTDataSource>"),
        (".json", b"\0{"),
        (".kml", b"{}"),
        (".gpx", b"PK\3\4"),
    ],
)
def test_a_file_is_not_read_as_what_its_first_bytes_are_not(
    tmp_path: Path, suffix: str, head: bytes
) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(head)
    with refused_as("format_mismatch", path=path, suffix=suffix):
        check_content(path, suffix, source=path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "link", ["symbolic", "to-itself", "to-nothing", "to-a-pipe", "to-a-folder"]
)
def test_a_link_leads_to_a_file_or_is_refused(tmp_path: Path, pipe: Path, link: str) -> None:
    delivered = write_file(patches_frame(), tmp_path / "x.gpkg")
    path = tmp_path / "link.gpkg"
    targets = {
        "symbolic": delivered,
        "to-itself": path,
        "to-nothing": tmp_path / "nothing",
        "to-a-pipe": pipe,
        "to-a-folder": tmp_path,
    }
    path.symlink_to(targets[link])
    if link == "symbolic":
        assert look_into(path)[0].count == 3
    else:
        with refused_as("file_missing", path=path):
            look_into(path)


def test_names_of_layers_are_names_and_nothing_else(tmp_path: Path) -> None:
    parts = shapefile_parts(patches_frame(), tmp_path / "parts")
    for n, stem in enumerate(("--help", "x|layerid=0", "vsicurl/x", "%s{0}", "a;b&c`d`")):
        members = {f"{stem}{suffix}": raw for suffix, raw in parts.items()}
        path = zip_members(tmp_path / f"{n}.zip", members)
        (facts,) = look_into(path)
        assert facts.name == stem.rpartition("/")[2]
        assert len(read_delivery(path, layer=facts.name).geometries) == 3
