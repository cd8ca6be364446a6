"""How imagery travels to the map: addresses of tiles, and in words what an image lacks."""

import hashlib
import json
from collections.abc import Collection
from functools import cache
from typing import Any

from geo.maps.images import ImageLayer, ImagePair, ImageRemark, ImageSide, MapImages
from geo.model.imagery import ImageNote
from geo.text import TABLES, Lang, say

Json = dict[str, Any]

_ROOM = "compare."


def pack_images(
    images: MapImages | None, lang: Lang, held: Collection[str] = (), base_path: str = ""
) -> Json | None:
    """Write the imagery of a map.

    Parameters
    ----------
    images
        None for a map without any.
    lang
        Language of what is said.
    held
        Tokens of what the browser has already: the list of imagery and the texts are sent once.
    base_path
        Under which the application is served.
    """
    if images is None or not (images.layers or images.pair):
        return None
    layers = [_pack_layer(layer, lang, base_path) for layer in images.layers]
    known = {"layers": layers, "texts": _texts(lang)}
    digest = hashlib.blake2b(json.dumps(known).encode(), digest_size=8).hexdigest()
    token = f"images {digest}"
    following = images.following
    packed: Json = {
        "token": token,
        "pair": images.pair and _pack_pair(images.pair, lang, base_path),
        "next": following
        and {
            "bounds": following.bounds,
            "pair": _pack_pair(following.pair, lang, base_path),
        },
        "prefers": str(images.prefers),
        "opens": images.opens,
        "called": images.called,
    }
    return packed if token in held else packed | {"known": known}


def remark_text(remark: ImageRemark, lang: Lang) -> str:
    """Say what there is to be said of an image."""
    return say(f"image_note.{remark.code}", lang, **remark.values)


def _pack_layer(layer: ImageLayer, lang: Lang, base_path: str) -> Json:
    return {
        "id": layer.id,
        "title": layer.title,
        "day": layer.taken_on.isoformat() if layer.taken_on else "",
        "url": f"{base_path}{layer.url}",
        "bounds": layer.bounds,
        "min": layer.min_zoom,
        "max": layer.max_zoom,
        "warning": say(layer.warning, lang) if layer.warning else "",
    }


def _pack_pair(pair: ImagePair, lang: Lang, base_path: str) -> Json:
    return {
        name: _pack_side(side, pair.remarks, lang, base_path)
        for name, side in (("before", pair.before), ("after", pair.after))
    }


def _pack_side(
    side: ImageSide, of_both: tuple[ImageRemark, ...], lang: Lang, base_path: str
) -> Json:
    # The distance in days is told with the date; all else is a warning.
    warnings = [one for one in (*side.remarks, *of_both) if one.code is not ImageNote.OTHER_DAY]
    return {
        "layer": side.layer and _pack_layer(side.layer, lang, base_path),
        "days": days_text(side, lang),
        "warnings": [remark_text(one, lang) for one in warnings],
    }


def days_text(side: ImageSide, lang: Lang) -> str:
    """Say how far an image lies from the day that the patch names; empty: there is none."""
    if side.days is None or side.wanted_on is None:
        return ""
    if side.days == 0:
        return say("compare.same_day", lang)
    key = "compare.days_later" if side.days > 0 else "compare.days_earlier"
    return say(key, lang, days=abs(side.days), wanted=side.wanted_on.isoformat())


@cache
def _texts(lang: Lang) -> dict[str, str]:
    return {
        key.removeprefix(_ROOM): say(key, lang)
        for key in TABLES["compare"]
        if key.startswith(_ROOM) and not key.startswith(f"{_ROOM}days_")
    }
