"""GeoTIFFs come in as they are, and what is no picture of a place is refused in words."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image as Picture

from geo.errors import FileRefused
from geo.imagery.geotiff import bring_geotiff
from tests.pictures import GK, GREEN, LAT, LON, make_geotiff
from tests.refusals import refused_as

ROOM = {"megapixels": 100, "room_mb": 1000}


def test_values_and_place_are_kept_and_overviews_are_added(tmp_path: Path) -> None:
    path = make_geotiff(tmp_path / "前.tif", size=(900, 800), bands=4, dtype="uint16")
    facts = bring_geotiff(path, tmp_path / "own.tif", **ROOM)
    with rasterio.open(path) as given, rasterio.open(tmp_path / "own.tif") as own:
        assert np.array_equal(given.read(), own.read())
        assert (own.crs, own.transform) == (given.crs, given.transform)
        assert own.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert own.overviews(1)
    west, south, _east, north = facts.bounds
    assert (west, north) == (pytest.approx(LON - 0.002, abs=1e-5), pytest.approx(LAT + 0.006))
    assert (north - south) * 111_195 == pytest.approx(1800, rel=0.01)
    assert facts.resolution_m == pytest.approx(2.0)
    assert facts.bands == (1, 2, 3)
    assert len(facts.stretch) == 3
    assert (facts.clear_share, facts.crs) == (1.0, "CGCS2000 / 3-degree Gauss-Kruger CM 120E")
    assert facts.min_zoom < facts.max_zoom <= 17


@pytest.mark.parametrize("options", [{"alpha": True}, {"nodata": 0}])
def test_the_clear_share_counts_what_holds_something(tmp_path: Path, options: dict) -> None:
    path = make_geotiff(tmp_path / "a.tif", clear_from_column=150, **options)
    facts = bring_geotiff(path, tmp_path / "own.tif", **ROOM)
    assert facts.clear_share == pytest.approx(0.75, abs=0.01)


def test_numbers_that_are_none_are_not_clear(tmp_path: Path) -> None:
    path = make_geotiff(tmp_path / "a.tif", dtype="float32", bands=1)
    with rasterio.open(path, "r+") as raster:
        values = raster.read()
        values[:, :, :300] = np.nan
        raster.write(values)
    assert bring_geotiff(path, tmp_path / "own.tif", **ROOM).clear_share == pytest.approx(0.5)


def test_what_lost_something_before_is_not_blown_up(tmp_path: Path) -> None:
    options = {"compress": "JPEG", "photometric": "YCBCR", "tiled": True}
    path = make_geotiff(tmp_path / "a.tif", size=(1024, 1024), **options)
    bring_geotiff(path, tmp_path / "own.tif", **ROOM)
    with rasterio.open(tmp_path / "own.tif") as own:
        assert "JPEG" in own.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"]
        assert abs(own.read()[:, 500, 500].astype(int) - GREEN).max() <= 3


@pytest.mark.parametrize(
    ("made", "more", "code"),
    [
        ({"crs": None}, {}, "image_no_crs"),
        ({"crs": "EPSG:4610", "pixel_m": 0.0001}, {}, "crs_no_way"),  # Xian 1980
        ({}, {"megapixels": 0}, "image_too_large"),
        ({}, {"room_mb": 1}, "image_no_room"),
        ({}, {"bands": (4, 3, 2)}, "image_band_absent"),
        ({}, {"bands": (1, 2)}, "image_band_absent"),
        ({"nodata": 0, "colour": (0, 0, 0)}, {}, "image_empty"),
    ],
)
def test_what_cannot_be_laid_on_a_map_is_refused(
    tmp_path: Path, made: dict, more: dict, code: str
) -> None:
    path = make_geotiff(tmp_path / "a.tif", **{"crs": GK} | made)
    with refused_as(code):
        bring_geotiff(path, tmp_path / "own.tif", **ROOM | more)


def test_a_picture_without_a_place_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    Picture.new("RGB", (10, 10)).save(tmp_path / "a.tif")
    with refused_as("image_no_place"):
        bring_geotiff(tmp_path / "a.tif", tmp_path / "own.tif", **ROOM)
    whole = make_geotiff(tmp_path / "b.tif", compress="DEFLATE").read_bytes()
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) // 2])
    with refused_as("image_unreadable"):
        bring_geotiff(tmp_path / "b.tif", tmp_path / "own.tif", **ROOM)


def test_no_other_format_and_no_other_file_is_read(tmp_path: Path) -> None:
    """A description that names another raster, and a world file and a mask beside one."""
    other = make_geotiff(tmp_path / "other.tif")
    vrt = tmp_path / "a.tif"
    with rasterio.open(other) as raster:
        rasterio.shutil.copy(raster, vrt, driver="VRT")
    with pytest.raises(FileRefused) as refusal:
        bring_geotiff(vrt, tmp_path / "own.tif", **ROOM)
    assert refusal.value.code == "image_unreadable"
    path = make_geotiff(tmp_path / "c.tif", crs=None)
    (tmp_path / "c.tif.aux.xml").write_text(
        f"<PAMDataset><SRS>{rasterio.CRS.from_string(GK).to_wkt()}</SRS></PAMDataset>"
    )
    with refused_as("image_no_crs"):
        bring_geotiff(path, tmp_path / "own.tif", **ROOM)
