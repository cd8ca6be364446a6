"""What a file says of its coordinate system, made harmless before PROJ reads it in our process.

A PROJ text may name files, ``+init=/dev/zero:a`` for instance, and PROJ opens them wherever they
lie. No delivery needs that: this program has no grids of shifts and looks for none.
"""

import re
from typing import Final

# The longest known texts have 10,000 signs.
MAX_SIGNS: Final = 64 * 1024
# And twelve brackets within each other; PROJ itself stops at sixteen, but not in JSON.
MAX_DEPTH: Final = 40
_NO_FILE: Final = r"(?!@null(?=[\s\"\]]|$)|(?:epsg|esri)\s*:\s*\d+\b)"
_FILE: Final = re.compile(rf"\+?\b(?:init|file|model|\w*grids)\s*=\s*{_NO_FILE}[^\s\"\],]*", re.I)
_FILE_WORDS: Final = re.compile(r"PARAMETERFILE|PROJ4_GRIDS|(?<=\w)[ _]file(?=\s*\")", re.I)

# How codes were written before 2019; PROJ reads it, and complains.
_OLD_CODE: Final = re.compile(
    r"\s*\+?init\s*=\s*(epsg|esri)\s*:\s*(\d+)(?:\s+\+(?:no_defs|type=crs|wktext))*\s*", re.I
)
# In JSON a shift names its file by number, and an escaped letter hides any word.
_JSON_SHIFT: Final = re.compile(r"\{.*(?:transformation|\\)", re.S)


def harmless_crs(text: str | None) -> str | None:
    """Take the names of files out of the description of a coordinate system, and cut it to a size.

    What is left says no more than before: a system without its shift is one without a known shift.
    """
    if text is None:
        return None
    text = text[:MAX_SIGNS]
    plain = text.replace("\0", "")  # in UTF-16 every second byte
    bare = _FILE_WORDS.sub(" ", _FILE.sub(" ", plain))
    if _JSON_SHIFT.search(plain) or _deepest(plain) > MAX_DEPTH:
        bare = "{}"
    if old := _OLD_CODE.fullmatch(bare):
        return f"{old[1].upper()}:{old[2]}"
    return text if bare == plain else bare


def _deepest(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign in "[({") - (sign in "])}")
        deepest = max(deepest, depth)
    return deepest
