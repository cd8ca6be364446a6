"""Real rasters in, candidates out: what was planted is found, and nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio import Affine
from rasterio.enums import ColorInterp
from rasterio.warp import Resampling, calculate_default_transform, reproject

from geo.imagery import detect as detecting
from geo.imagery import raster_pair
from geo.imagery.detect import Candidates, Wanted, confidence, find_candidates
from geo.imagery.detect_index import Index, Scale
from geo.imagery.detect_threshold import otsu
from geo.imagery.raster_pair import taken_on
from geo.shapes.crs import to_stored
from geo.shapes.measure import geodesic_area_ha
from tests.imagery.image_files import LEFT, PIXEL_M, TOP, land, planted, write
from tests.refusals import refused_as

WANTED = Wanted(min_area_ha=0.1)
BOX = (30, 40, 20, 25)  # 500 pixels of 10 m: 5 ha
NOTHING = ("", "", "", "")
# Otherwise a fourth band is called alpha.
PLAIN = {"photometric": "minisblack", "alpha": "unspecified"}


def area_ha(found: Candidates) -> np.ndarray:
    return geodesic_area_ha(to_stored(found.shapes, found.crs))


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return write(tmp_path / "before.tif", land())


def after(folder: Path, *boxes: tuple[int, int, int, int], **options: object) -> Path:
    return write(folder / "after.tif", planted(land(seed=2), *boxes), **options)


# ---- What is found ------------------------------------------------------------------------------


def test_a_planted_change_is_found_with_its_place_and_area(before: Path, tmp_path: Path) -> None:
    found = find_candidates(before, after(tmp_path, BOX), WANTED)
    assert found.scale.index is Index.NDVI
    assert area_ha(found) == pytest.approx([5.0], rel=0.03)
    middle = shapely.get_coordinates(shapely.centroid(found.shapes))[0]
    assert middle == pytest.approx((LEFT + 52.5 * PIXEL_M, TOP - 40 * PIXEL_M), abs=5)
    assert found.pixels.tolist() == [500]
    assert found.confidence[0] > 0.9
    assert shapely.is_valid(found.shapes).all()


def test_between_an_image_and_itself_nothing_is_found(before: Path) -> None:
    for index in Index:
        assert len(find_candidates(before, before, replace(WANTED, index=index)).shapes) == 0


def test_noise_alone_is_no_change(before: Path, tmp_path: Path) -> None:
    for index in Index:
        found = find_candidates(before, after(tmp_path), replace(WANTED, index=index))
        assert len(found.shapes) == 0


def test_what_the_season_does_everywhere_is_no_change(before: Path, tmp_path: Path) -> None:
    image = planted(land(seed=2), BOX).astype(int)
    image[3] -= 25
    paler = write(tmp_path / "after.tif", np.clip(image, 1, 255).astype(np.uint8))
    found = find_candidates(before, paler, WANTED)
    assert found.scale.middle > 0.05
    assert area_ha(found) == pytest.approx([5.0], rel=0.03)
    image = land(seed=2).astype(int)
    image[3] -= 60
    autumn = write(tmp_path / "autumn.tif", image.astype(np.uint8))
    assert len(find_candidates(before, autumn, WANTED).shapes) == 0


def test_changes_smaller_than_wanted_are_left_out(before: Path, tmp_path: Path) -> None:
    second = after(tmp_path, BOX, (80, 10, 5, 5), (10, 80, 2, 2))
    assert len(find_candidates(before, second, replace(WANTED, min_area_ha=0.2)).shapes) == 2
    assert len(find_candidates(before, second, replace(WANTED, min_area_ha=1.0)).shapes) == 1


def test_greening_is_no_loss(before: Path, tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.tif", planted(land(), BOX))
    assert len(find_candidates(bare, write(tmp_path / "a.tif", land(seed=2)), WANTED).shapes) == 0


def test_an_island_that_stays_is_a_hole(before: Path, tmp_path: Path) -> None:
    image = planted(land(seed=2), (20, 20, 60, 60))
    image[:, 45:55, 45:55] = land(seed=3)[:, 45:55, 45:55]
    image[:, 30:32, 30:32] = land(seed=3)[:, 30:32, 30:32]
    found = find_candidates(before, write(tmp_path / "after.tif", image), WANTED)
    assert [len(shape.interiors) for shape in found.shapes] == [1]
    assert area_ha(found) == pytest.approx([35.0], rel=0.03)


# ---- Two images that differ in form -------------------------------------------------------------


def test_finer_pixels_are_brought_onto_the_first_image(before: Path, tmp_path: Path) -> None:
    image = planted(land(480, 400, seed=2), tuple(4 * v for v in BOX))
    fine = write(tmp_path / "after.tif", image, pixel_m=PIXEL_M / 4)
    assert area_ha(find_candidates(before, fine, WANTED)) == pytest.approx([5.0], rel=0.03)


def test_half_a_pixel_off_is_warped_and_still_found(before: Path, tmp_path: Path) -> None:
    image = planted(land(seed=2), BOX)
    aside = write(tmp_path / "after.tif", image, left=LEFT + 5, top=TOP + 5)
    found = find_candidates(before, aside, WANTED)
    assert area_ha(found) == pytest.approx([5.0], rel=0.1)
    middle = shapely.get_coordinates(shapely.centroid(found.shapes))[0]
    assert middle == pytest.approx((LEFT + 530, TOP - 395), abs=2)


def test_what_an_alpha_band_or_a_mask_inside_the_file_hides_is_no_change(
    before: Path, tmp_path: Path
) -> None:
    alpha = np.full((1, 120, 100), 255, dtype=np.uint8)
    alpha[0, 25:55, 35:70] = 0
    image = np.concatenate([planted(land(seed=2), BOX), alpha])
    for shift in (0, 5):
        second = write(tmp_path / "alpha.tif", image, left=LEFT + shift, **PLAIN)
        with rasterio.open(second, "r+") as file:
            file.colorinterp = [*file.colorinterp[:4], ColorInterp.alpha]
        assert len(find_candidates(before, second, WANTED).shapes) == 0
        second = write(tmp_path / "mask.tif", image[:4], left=LEFT + shift, **PLAIN)
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(second, "r+") as file:
            file.write_mask(alpha[0])
        assert len(find_candidates(before, second, WANTED).shapes) == 0


def test_beyond_the_edge_of_a_turned_image_nothing_is_seen(before: Path, tmp_path: Path) -> None:
    place = Affine.translation(LEFT, TOP) @ Affine.rotation(20) @ Affine.scale(10, -10)
    turned = write(tmp_path / "after.tif", land(seed=2), transform=place, **PLAIN)
    found = find_candidates(before, turned, WANTED)
    assert len(found.shapes) == 0
    assert found.seen_share < 0.9


def test_coarser_pixels_too(before: Path, tmp_path: Path) -> None:
    coarse = write(
        tmp_path / "after.tif", planted(land(60, 50, seed=2), (15, 20, 10, 13)), pixel_m=20
    )
    assert area_ha(find_candidates(before, coarse, WANTED)) == pytest.approx([5.2], rel=0.1)


def test_only_the_land_that_both_show_is_compared(before: Path, tmp_path: Path) -> None:
    # The second image begins 30 pixels to the east and 20 to the south of the first.
    image = planted(land(seed=2), (10, 10, 20, 25), (90, 80, 20, 15))
    moved = write(tmp_path / "after.tif", image, left=LEFT + 300, top=TOP - 200)
    found = find_candidates(before, moved, WANTED)
    middle = shapely.get_coordinates(shapely.centroid(found.shapes))
    assert middle == pytest.approx(np.array([[LEFT + 525, TOP - 400]]), abs=5)
    assert found.seen_share > 0.95


def test_another_system_is_brought_to_that_of_the_first(before: Path, tmp_path: Path) -> None:
    plain = after(tmp_path, BOX)
    with rasterio.open(plain) as source:
        where, width, height = calculate_default_transform(
            source.crs, "EPSG:4490", source.width, source.height, *source.bounds
        )
        image = np.zeros((4, height, width), dtype=np.uint8)
        reproject(
            source.read(), image, src_transform=source.transform, src_crs=source.crs,
            dst_transform=where, dst_crs="EPSG:4490", resampling=Resampling.bilinear,
        )  # fmt: skip
    degrees = write(tmp_path / "degrees.tif", image, crs="EPSG:4490", transform=where, nodata=0)
    assert area_ha(find_candidates(before, degrees, WANTED)) == pytest.approx([5.0], rel=0.06)
    # And the other way round: the grid of the first is one of degrees.
    back = write(tmp_path / "plain.tif", land(seed=4))
    assert len(find_candidates(degrees, back, WANTED).shapes) == 0


def test_a_change_across_blocks_is_one(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = after(tmp_path, BOX, (31, 70, 2, 2), (62, 62, 3, 4))
    whole = find_candidates(before, second, WANTED)
    for module in (raster_pair, detecting):
        monkeypatch.setattr(module, "BLOCK_PX", 32)
    cut = find_candidates(before, second, WANTED)
    assert sorted(cut.pixels) == sorted(whole.pixels) == [12, 500]
    assert sorted(area_ha(cut)) == pytest.approx(sorted(area_ha(whole)), rel=1e-6)
    assert sorted(cut.confidence) == sorted(whole.confidence)


# ---- What cannot be seen ------------------------------------------------------------------------


def test_no_data_is_no_change(before: Path, tmp_path: Path) -> None:
    image = planted(land(seed=2), BOX)
    image[:, :, 80:] = 0
    found = find_candidates(before, write(tmp_path / "after.tif", image, nodata=0), WANTED)
    assert area_ha(found) == pytest.approx([5.0], rel=0.03)
    assert found.seen_share == pytest.approx(0.8, abs=0.01)


def test_what_a_mask_of_clouds_hides_is_no_change(before: Path, tmp_path: Path) -> None:
    cloud = (60, 10, 40, 40)
    second = write(tmp_path / "after.tif", planted(land(seed=2), BOX, cloud, colour=[240] * 4))
    assert len(find_candidates(before, second, WANTED).shapes) == 2
    mask = np.zeros((1, 60, 50), dtype=np.uint8)
    mask[0, 30:50, 5:25] = 1
    clouds = write(tmp_path / "clouds.tif", mask, pixel_m=20, names=())
    found = find_candidates(before, second, replace(WANTED, clouds=(clouds,)))
    assert area_ha(found) == pytest.approx([5.0], rel=0.03)


def test_nothing_seen_in_both_is_said(before: Path, tmp_path: Path) -> None:
    empty = write(tmp_path / "after.tif", np.zeros((4, 120, 100), dtype=np.uint8), nodata=0)
    with refused_as("detect_nothing_seen", after=empty):
        find_candidates(before, empty, WANTED)


def test_images_of_different_places_are_refused(before: Path, tmp_path: Path) -> None:
    for far in (LEFT + 50_000, LEFT - 1_001):
        elsewhere = after(tmp_path, left=far)
        with refused_as("detect_apart", before=before, after=elsewhere):
            find_candidates(before, elsewhere, WANTED)


# ---- Bands --------------------------------------------------------------------------------------


def test_without_the_bands_brightness_is_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    ground = rng.integers(60, 140, (1, 120, 100)).repeat(3, axis=0)
    noise = rng.integers(-2, 3, (3, 120, 100))
    before = write(tmp_path / "b.tif", ground.astype(np.uint8), names=())
    # The second day is darker and flatter, but for one place that is brighter.
    dark = planted((ground * 0.7 + 10 + noise).astype(np.uint8), BOX, colour=(230, 230, 230))
    found = find_candidates(before, write(tmp_path / "a.tif", dark, names=()), WANTED)
    assert found.scale.index is Index.BRIGHTNESS
    assert found.scale.gain == pytest.approx(1 / 0.7, rel=0.05)
    assert area_ha(found) == pytest.approx([5.0], rel=0.05)


def test_the_vegetation_index_needs_its_bands_named(tmp_path: Path) -> None:
    one, other = (write(tmp_path / f"{k}.tif", land(seed=k), names=()) for k in (1, 2))
    with refused_as("detect_no_index", path=one):
        find_candidates(one, other, replace(WANTED, index=Index.NDVI))
    found = find_candidates(one, other, replace(WANTED, index=Index.NDVI, red=1, near=4))
    assert found.scale.index is Index.NDVI
    with refused_as("detect_no_band", band=5, count=4):
        find_candidates(one, other, replace(WANTED, red=1, near=5))


def test_bands_are_known_by_their_names_wherever_they_stand(tmp_path: Path) -> None:
    turned = [3, 2, 1, 0]
    names = ("近红外", "", "", "Red ")
    one = write(tmp_path / "b.tif", land()[turned], names=names)
    other = write(tmp_path / "a.tif", planted(land(seed=2), BOX)[turned], names=names)
    found = find_candidates(one, other, WANTED)
    assert found.scale.index is Index.NDVI
    assert area_ha(found) == pytest.approx([5.0], rel=0.03)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ red }}", "${nir}", "nir; --"])
def test_hostile_names_of_bands_are_text_that_says_nothing(tmp_path: Path, name: str) -> None:
    one = write(tmp_path / "b.tif", land(), names=(name, *NOTHING[1:]))
    other = write(tmp_path / "a.tif", land(seed=2), names=(name, *NOTHING[1:]))
    assert find_candidates(one, other, WANTED).scale.index is Index.BRIGHTNESS


# ---- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"II*\x00", b"\x89PNG\r\n\x1a\n", b"<VRTDataset/>"])
def test_what_is_no_geotiff_is_refused(before: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "after.tif"
    broken.write_bytes(content)
    with refused_as("detect_unreadable", path=broken):
        find_candidates(before, broken, WANTED)


def test_a_file_that_breaks_off_is_refused(before: Path, tmp_path: Path) -> None:
    second = after(tmp_path, BOX)
    second.write_bytes(second.read_bytes()[:30_000])
    with refused_as("detect_unreadable"):
        find_candidates(before, second, WANTED)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("missing", [{"crs": None}, {"transform": rasterio.Affine.identity()}])
def test_an_image_without_a_place_is_refused(before: Path, tmp_path: Path, missing: dict) -> None:
    nowhere = after(tmp_path, **missing)
    with refused_as("detect_no_place", path=nowhere):
        find_candidates(before, nowhere, WANTED)


def test_files_beside_an_image_are_not_looked_at(before: Path, tmp_path: Path) -> None:
    second = after(tmp_path, BOX, **PLAIN)
    hidden = write(tmp_path / "after.tif.msk", np.zeros((1, 120, 100), dtype=np.uint8), names=())
    with rasterio.open(hidden, "r+") as mask:
        mask.update_tags(INTERNAL_MASK_FLAGS_1="2")
    (tmp_path / "after.tfw").write_text("10\n0\n0\n-10\n0\n0\n", encoding="ascii")
    assert len(find_candidates(before, second, WANTED).shapes) == 1


def test_an_image_too_large_is_refused_before_it_is_read(
    before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_pair, "MOST_PIXELS", 11_999)
    with refused_as("detect_too_large", path=before):
        find_candidates(before, before, WANTED)


def test_far_too_many_changes_are_refused(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detecting, "MOST_CANDIDATES", 1)
    with refused_as("detect_too_many"):
        find_candidates(before, after(tmp_path, BOX, (80, 10, 9, 9)), WANTED)


def test_the_day_of_an_image_is_told_by_it_or_by_its_name(tmp_path: Path) -> None:
    named = write(tmp_path / "GF1_20260709_L1A0001.tif", land())
    assert taken_on(named) == "2026-07-09"
    with rasterio.open(named, "r+") as image:
        image.update_tags(TIFFTAG_DATETIME="2026:07:10 03:12:00")
    assert taken_on(named) == "2026-07-10"
    assert taken_on(write(tmp_path / "20269999-a.tif", land())) == ""


# ---- The parts ----------------------------------------------------------------------------------


def test_otsu_parts_two_heaps_between_them() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(1, 0.1, 5_000), rng.normal(3, 0.2, 400)])
    assert 1.4 < otsu(values) < 2.4
    assert otsu(np.full(7, 0.5)) == 0.5
    # By hand: of 0, 0, 0, 1, 1 nothing but the gap parts them.
    assert 0 < otsu(np.array([0.0, 0, 0, 1, 1])) < 1


def test_confidence_halves_its_doubt_with_each_spread() -> None:
    scale = Scale(Index.NDVI, 1, 0, 1, 0, spread=0.1, threshold=0.3)
    assert confidence(np.array([0.2, 0.3, 0.4, 0.5]), scale).tolist() == [0, 0, 0.5, 0.75]
