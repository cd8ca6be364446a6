"""A pixel of an image lies in the tile, and in it where, the formula of web maps says."""

import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image as Picture
from pyproj import Transformer

from geo.imagery.geotiff import bring_geotiff
from geo.imagery.mbtiles import bring_mbtiles
from geo.imagery.open_images import OPEN_IMAGES, OpenImages
from geo.imagery.over_patch import look_at
from geo.imagery.tiles import BLANK, Tile, cut_tile
from geo.model.imagery import Image, ImageKind, Shift
from tests.pictures import GK, GREEN, LAT, LON, RED, make_geotiff, make_mbtiles, png, tile_place
from tests.refusals import refused_as

PATCH = shapely.box(LON + 0.002, LAT, LON + 0.003, LAT + 0.001)


def brought(path: Path, **more: object) -> tuple[Image, Path]:
    """An image as it is registered, and its file."""
    target = path.with_name(f"own-{path.name}")
    if path.suffix == ".tif":
        facts = bring_geotiff(path, target, megapixels=100, room_mb=1000, **more)
    else:
        facts = bring_mbtiles(path, target, room_mb=1000)
    image = Image(
        id=1,
        kind=facts.kind,
        title="",
        taken_on=None,
        place=target.name,
        key_variable=None,
        shift=Shift.NONE,
        bounds=facts.bounds,
        min_zoom=facts.min_zoom,
        max_zoom=facts.max_zoom,
        resolution_m=facts.resolution_m,
        clear_share=facts.clear_share,
        admin_code=None,
        digest="",
        source_name=path.name,
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
        added_by="",
        facts=facts.for_tiles,
    )
    return image, target


def pixels(tile: Tile) -> np.ndarray:
    return np.asarray(Picture.open(io.BytesIO(tile.content)).convert("RGBA"))


def middle_of(row: int, column: int) -> tuple[float, float]:
    """Where the middle of a pixel of `make_geotiff` lies, in degrees."""
    to_plane = Transformer.from_crs("EPSG:4490", GK, always_xy=True)
    x, y = to_plane.transform(LON - 0.002, LAT + 0.006)
    back = Transformer.from_crs(GK, "EPSG:4490", always_xy=True)
    return back.transform(x + (column + 0.5) * 2, y - (row + 0.5) * 2)


@pytest.mark.parametrize("form", ["png", "webp"])
def test_a_known_pixel_lands_in_its_tile(tmp_path: Path, form: str) -> None:
    marks = {(r, c): RED for r in range(299, 302) for c in range(399, 402)}
    image, path = brought(make_geotiff(tmp_path / "a.tif", marks=marks))
    x, y, across, down = tile_place(*middle_of(300, 400), 17)
    tile = cut_tile(image, path, 17, x, y, form=form)
    assert tile.media_type == f"image/{form}"
    seen = pixels(tile).astype(int)
    reddest = seen[:, :, 0] - seen[:, :, 1]
    rows, columns = np.nonzero(reddest > 120)
    # A pixel of the image is about two of the tile here.
    assert rows.mean() + 0.5 == pytest.approx(down, abs=1.0)
    assert columns.mean() + 0.5 == pytest.approx(across, abs=1.0)


def test_far_away_an_overview_is_read_and_looks_the_same(tmp_path: Path) -> None:
    marks = {(r, c): RED for r in range(1000, 2000) for c in range(2000)}
    image, path = brought(make_geotiff(tmp_path / "a.tif", size=(2000, 2000), marks=marks))
    assert image.facts["overviews"] == [2, 4, 8]
    for z in range(12, 17):
        x, y, across, down = tile_place(*middle_of(1300, 1000), z)
        seen = pixels(cut_tile(image, path, z, x, y, form="png"))
        assert abs(seen[int(down), int(across)].astype(int) - (*RED, 255)).max() <= 2, z
        x, y, across, down = tile_place(*middle_of(700, 1000), z)
        seen = pixels(cut_tile(image, path, z, x, y, form="png"))
        assert abs(seen[int(down), int(across)].astype(int) - (*GREEN, 255)).max() <= 2, z


def test_beyond_an_image_a_tile_is_transparent(tmp_path: Path) -> None:
    image, path = brought(make_geotiff(tmp_path / "a.tif"))
    x, y, across, _ = tile_place(LON - 0.002, LAT + 0.003, 16)
    alpha = pixels(cut_tile(image, path, 16, x, y, form="png"))[:, :, 3]
    assert alpha[128, int(across) + 4] == 255
    assert alpha[128, int(across) - 4] == 0
    for place in ((16, x - 5, y), (3, 0, 0), (16, 2**16, 0), (99, 0, 0), (5, -1, 2)):
        assert cut_tile(image, path, *place) == BLANK
    assert pixels(BLANK)[:, :, 3].max() == 0


def test_other_numbers_than_bytes_are_stretched_and_bands_chosen(tmp_path: Path) -> None:
    marks = {(r, c): (1000, 3000, 500) for r in range(0, 600, 2) for c in range(600)}
    made = make_geotiff(tmp_path / "a.tif", dtype="uint16", colour=(200, 400, 100), marks=marks)
    image, path = brought(made, bands=(2, 1, 3))
    assert image.facts["bands"] == [2, 1, 3]
    x, y, _, _ = tile_place(*middle_of(300, 300), 18)
    seen = pixels(cut_tile(image, path, 18, x, y, form="png"))
    assert seen[:, :, :3].min() <= 5
    assert seen[:, :, :3].max() >= 250


def test_one_band_is_grey(tmp_path: Path) -> None:
    image, path = brought(make_geotiff(tmp_path / "a.tif", bands=1, colour=(77,)))
    x, y, _, _ = tile_place(*middle_of(300, 300), 18)
    seen = pixels(cut_tile(image, path, 18, x, y, form="png"))
    assert seen[128, 128].tolist() == [77, 77, 77, 255]


def test_ready_made_tiles_are_given_as_they_are(tmp_path: Path) -> None:
    content = png(RED, form="JPEG")
    image, path = brought(make_mbtiles(tmp_path / "a.mbtiles", content=content, form="jpg"))
    assert (image.min_zoom, image.max_zoom) == (14, 15)
    x, y, _, _ = tile_place(LON + 0.002, LAT + 0.0005, 15)
    assert cut_tile(image, path, 15, x, y) == Tile(content, "image/jpeg")
    assert cut_tile(image, path, 15, x + 9, y) == BLANK
    west, south, east, north = image.bounds
    assert west < LON < east
    assert south < LAT < north


def test_what_is_no_file_of_pictures_is_refused(tmp_path: Path) -> None:
    shapes = make_mbtiles(tmp_path / "v.mbtiles", content=b"\x1f\x8b\x08", form="pbf")
    hidden = make_mbtiles(tmp_path / "h.mbtiles", content=b"\x1f\x8b\x08")
    for path in (shapes, hidden):
        with refused_as("image_vector"):
            bring_mbtiles(path, tmp_path / "own", room_mb=10)
        (tmp_path / "own").unlink()
    script = make_mbtiles(tmp_path / "s.mbtiles", content=b"<svg onload=alert(1)>")
    with refused_as("image_unreadable"):
        bring_mbtiles(script, tmp_path / "own", room_mb=10)
    with refused_as("image_empty"):
        bring_mbtiles(make_mbtiles(tmp_path / "e.mbtiles", zooms=()), tmp_path / "2", room_mb=10)


@pytest.mark.parametrize(
    ("clear_from", "covered", "clear"), [(0, 1.0, 1.0), (250, 1.0, 0.65), (500, 1.0, 0.0)]
)
def test_what_is_clear_over_a_patch_is_counted(
    tmp_path: Path, clear_from: int, covered: float, clear: float
) -> None:
    # The patch lies between 163 and 204 metres from the corner times two: columns 163 to 204.
    made = make_geotiff(tmp_path / "a.tif", alpha=True, clear_from_column=clear_from)
    image, path = brought(made)
    west, east = 163, 204
    expected = 1.0 if clear_from <= west else max(0.0, (east - clear_from) / (east - west))
    seen = look_at(image, path, PATCH)
    assert seen.covered == pytest.approx(covered, abs=1e-6)
    assert seen.clear == pytest.approx(expected, abs=0.03)
    del clear


def test_a_patch_at_the_edge_is_covered_in_part(tmp_path: Path) -> None:
    image, path = brought(make_geotiff(tmp_path / "a.tif"))
    edge = shapely.box(LON - 0.003, LAT, LON - 0.001, LAT + 0.001)
    seen = look_at(image, path, edge)
    assert seen.covered == pytest.approx(0.5, abs=0.01)
    assert seen.clear == 1.0
    assert look_at(image, path, shapely.box(100, 30, 100.1, 30.1)).covered == 0.0


def test_ready_made_tiles_are_looked_at_too(tmp_path: Path) -> None:
    half = png(GREEN, clear_from=128)
    for content, expected in ((png(GREEN), 1.0), (half, 0.5)):
        made = make_mbtiles(tmp_path / f"{expected}.mbtiles", content=content, zooms=(14,))
        image, path = brought(made)
        x, _y, _, _ = tile_place(LON + 0.002, LAT + 0.0005, 14)
        width = 360 / 2**14
        left = x * width - 180
        patch = shapely.box(left + width / 4, LAT, left + width * 3 / 4, LAT + 0.001)
        seen = look_at(image, path, patch)
        assert seen.covered == pytest.approx(1.0)
        assert seen.clear == pytest.approx(expected, abs=0.03)


def test_files_are_kept_open_a_few_at_a_time(tmp_path: Path) -> None:
    paths = [make_geotiff(tmp_path / f"{n}.tif", size=(8, 8)) for n in range(3)]
    kept = OpenImages(most=2)
    opened = []
    for path in paths:
        with kept.borrowed(path, ImageKind.GEOTIFF) as one:
            opened.append(one)
    assert [one.closed for one in opened] == [True, False, False]
    with kept.borrowed(paths[2], ImageKind.GEOTIFF) as same:
        assert same is opened[2]
        with kept.borrowed(paths[2], ImageKind.GEOTIFF) as other:
            assert other is not same
    kept.close()
    assert opened[1].closed


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    image, path = brought(make_geotiff(tmp_path / "a.tif"))
    OPEN_IMAGES.close()
    path.unlink()
    with refused_as("image_unreadable"):
        cut_tile(image, path, 16, 1, 1)
