"""Numbers as people and programs write them into texts: decimals, and degrees with minutes."""

import math
import re

# More digits than any coordinate has; a longer one is an attack or a mistake.
_LONGEST = 64
_NEGATIVE_SIDES = ("S", "W", "南", "西")
_SIDES = "NSEW东西南北"
_UNITS = str.maketrans(
    {
        **dict.fromkeys("°º˚度", "d"),
        **dict.fromkeys("′’‘'´`分", "m"),
        **dict.fromkeys('″”“"秒', "s"),
    }
)
_ANGLE = re.compile(
    r"([+-]?)(\d{1,3})(?:d|\s|:)\s?(\d{1,2}(?:\.\d{1,20})?)(?:m|\s|:|$)\s?"
    r"(?:(\d{1,2}(?:\.\d{1,20})?)(?:s|mm)?)?"
)


def read_number(text: str) -> float | None:
    """Read a finite number; None where the text is none."""
    if not 0 < len(text) <= _LONGEST or "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_angle(text: str) -> float | None:
    """Read degrees, written as a decimal or with minutes and seconds; None where neither fits.

    South and west, as a letter before or behind, are negative. Minutes and seconds below 60.
    """
    number = read_number(text)
    if number is not None or len(text) > _LONGEST:
        return number
    bare = text.strip().upper()
    sign = -1.0 if bare.startswith(_NEGATIVE_SIDES) or bare.endswith(_NEGATIVE_SIDES) else 1.0
    bare = bare.strip(_SIDES + "经纬 ").translate(_UNITS)
    number = read_number(bare.removesuffix("d"))
    if number is not None:
        return sign * number
    match = _ANGLE.fullmatch(bare)
    if match is None:
        return None
    minus, degrees, minutes, seconds = match.groups()
    parts = float(minutes), float(seconds or 0)
    if max(parts) >= 60:
        return None
    sign = -sign if minus == "-" else sign
    return sign * (float(degrees) + parts[0] / 60 + parts[1] / 3600)
