"""What travels to the map about imagery: addresses, dates, and in words what an image lacks."""

from dataclasses import replace
from datetime import date

import pytest

from geo.maps.image_wire import days_text, pack_images
from geo.maps.images import (
    Comparing,
    ImageLayer,
    ImagePair,
    ImageRemark,
    ImageSide,
    MapImages,
    NextPatch,
)
from geo.model.imagery import ImageNote
from geo.text import LANGS, say

HOSTILE = "</script>{{ 7*7 }}${1}"
LAYER = ImageLayer(7, HOSTILE, date(2025, 9, 3), "/imagery/7/{z}/{x}/{y}.webp", (1, 2, 3, 4), 9, 12)
SEEN = ImageSide(
    LAYER, date(2025, 9, 1), 2, 1.0, 1.0, (ImageRemark(ImageNote.OTHER_DAY, {"days": 2}),)
)
ABSENT = ImageSide(None, date(2026, 7, 1), remarks=(ImageRemark(ImageNote.MISSING),))


def test_without_imagery_nothing_travels():
    assert pack_images(None, "zh") is None
    assert pack_images(MapImages(), "zh") is None


@pytest.mark.parametrize("lang", LANGS)
def test_an_image_that_is_missing_is_said_and_one_that_is_there_has_its_address(lang):
    packed = pack_images(MapImages([LAYER], ImagePair(SEEN, ABSENT)), lang, base_path="/office")
    before, after = packed["pair"]["before"], packed["pair"]["after"]
    assert before["layer"]["url"] == "/office/imagery/7/{z}/{x}/{y}.webp"
    assert before["layer"]["title"] == HOSTILE
    assert before["layer"]["day"] == "2025-09-03"
    assert before["warnings"] == []
    assert after == {
        "layer": None,
        "days": "",
        "warnings": [say("image_note.missing", lang)],
    }


def test_what_is_wrong_with_both_is_said_of_both():
    pair = ImagePair(SEEN, replace(SEEN, days=-300), (ImageRemark(ImageNote.SAME),))
    packed = pack_images(MapImages([LAYER], pair), "zh")["pair"]
    assert [packed[side]["warnings"] for side in packed] == [[say("image_note.same", "zh")]] * 2


def test_a_shifted_basemap_carries_its_warning():
    shifted = replace(LAYER, taken_on=None, warning="image.warning_gcj02")
    (packed,) = pack_images(MapImages([shifted]), "en")["known"]["layers"]
    assert packed["warning"] == say("image.warning_gcj02", "en")
    assert packed["day"] == ""


@pytest.mark.parametrize(
    ("days", "key"),
    [(0, "compare.same_day"), (2, "compare.days_later"), (-2, "compare.days_earlier")],
)
def test_the_distance_from_the_patchs_day_has_a_direction(days, key):
    said = say(key, "zh", days=2, wanted="2025-09-01")
    assert days_text(replace(SEEN, days=days), "zh") == said
    assert days_text(ABSENT, "zh") == ""


def test_the_list_travels_once_and_what_follows_is_told():
    images = MapImages(
        [LAYER],
        ImagePair(SEEN, ABSENT),
        NextPatch(ImagePair(SEEN, SEEN), (1, 2, 3, 4)),
        prefers=Comparing.SIDE,
        opens=True,
    )
    first = pack_images(images, "zh")
    again = pack_images(images, "zh", held=[first["token"]])
    assert first["known"]["texts"]["swipe"] == say("compare.swipe", "zh")
    assert "known" not in again
    other = pack_images(replace(images, layers=[]), "zh", held=[first["token"]])
    assert other["known"]["layers"] == []
    assert again["next"]["bounds"] == (1, 2, 3, 4)
    assert (again["prefers"], again["opens"]) == ("side", True)
