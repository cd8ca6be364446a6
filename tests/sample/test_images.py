"""The two images: small, the same on every run, and true to what happened in each patch."""

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from geo.sample.imagery import AFTER_FILE, BEFORE_FILE, CLOUDS_FILE
from geo.sample.scene import COLOURS


@pytest.fixture(scope="module")
def images(sample):
    with (
        rasterio.open(sample.folder / BEFORE_FILE) as before,
        rasterio.open(sample.folder / AFTER_FILE) as after,
        rasterio.open(sample.folder / CLOUDS_FILE) as clouds,
    ):
        assert before.transform == after.transform == clouds.transform
        return before.read(), after.read(), clouds.read(1), before.transform


@pytest.mark.parametrize(("name", "day"), [(BEFORE_FILE, "2025:09:03"), (AFTER_FILE, "2026:07:09")])
def test_an_image_says_what_it_is(sample, name, day):
    with rasterio.open(sample.folder / name) as image:
        assert image.crs.to_epsg() == 4528
        assert image.descriptions == ("red", "green", "blue", "nir")
        assert image.tags()["TIFFTAG_DATETIME"].startswith(day)
        assert image.profile["tiled"]
        assert image.profile["compress"] == "deflate"
        assert image.overviews(1) == [4, 8]
        assert image.nodata == 0


def test_both_images_are_small(sample):
    names = (BEFORE_FILE, AFTER_FILE, CLOUDS_FILE)
    assert sum((sample.folder / name).stat().st_size for name in names) < 6_000_000


def test_some_of_the_second_image_is_cloudy_and_some_missing(images):
    before, after, clouds, _ = images
    land = before[0] > 0
    assert 0.01 < (land & (after[0] == 0)).sum() / land.sum() < 0.1
    assert 0.01 < (clouds > 0).sum() / land.sum() < 0.06
    assert not (clouds[after[0] == 0] > 0).any()
    assert after[:3, clouds > 0].max(axis=0).mean() > 120


def _greenness(image):
    red, near = image[0].astype(float), image[3].astype(float)
    return (near - red) / np.maximum(near + red, 1)


def test_patches_look_as_their_true_cause_leaves_them(sample, images):
    before, after, clouds, transform = images
    shapes = shapely.make_valid(sample.patches.geometry.to_numpy())
    burnt = list(zip(shapes, range(1, len(shapes) + 1), strict=True))
    rows = rasterize(burnt, out_shape=clouds.shape, transform=transform, dtype="int32")
    is_seen = (after[0] > 0) & (before[0] > 0) & (clouds == 0)
    drop = _greenness(before) - _greenness(after)
    count = np.bincount(rows[is_seen], minlength=301)[1:]
    mean = np.bincount(rows[is_seen], drop[is_seen], minlength=301)[1:] / np.maximum(count, 1)
    middle = {
        cause: np.median(mean[(sample.truth["true_cause"] == cause) & (count > 15)])
        for cause in ("11", "21", "22", "60", "421", "82")
    }
    quiet = drop[is_seen & (rows == 0)].mean()
    assert min(middle[c] for c in ("21", "22", "421")) > quiet + 0.25
    assert max(middle[c] for c in ("60", "82")) < quiet + 0.25
    assert middle["11"] < quiet


def test_every_cover_has_a_colour_of_four_bands():
    assert all(len(c) == 4 and min(c) > 0 and max(c) < 256 for c in COLOURS.values())
