"""What things are called in the sample: codes under a prefix that nobody has, invented names."""

from geo.sample.partition import Ints
from geo.sample.territory import Territory

# 15 is Inner Mongolia; 1599 is assigned to no league and 159901 to no banner.
PROVINCE_CODE = "15"
CITY_CODE = "1599"
BANNER_CODE = "159901"
BANNER_NAME = "样例旗"

_DIGITS = "一二三四五六七八九十"
# Townships: 100 and above are towns, 200 and above sumu.
_TOWNSHIP_KINDS = (("100", "镇"), ("201", "苏木"), ("202", "苏木"))


def township_codes() -> list[str]:
    """Nine-digit codes of the townships, rising from north to south as rows do."""
    return [BANNER_CODE + number for number, _ in _TOWNSHIP_KINDS]


def township_names() -> list[str]:
    """Names of the townships."""
    return [f"示例{_DIGITS[k]}{kind}" for k, (_, kind) in enumerate(_TOWNSHIP_KINDS)]


def village_codes(land: Territory) -> list[str]:
    """Twelve-digit codes of the villages, each beginning with its township's."""
    townships = township_codes()
    return [
        f"{townships[township]}{200 + number:03d}"
        for township, number in zip(
            land.township_of_village, _numbered(land.township_of_village), strict=True
        )
    ]


def village_names(land: Territory) -> list[str]:
    """Names of the villages, counted through the banner."""
    return [f"样例{_counted(k + 1)}嘎查" for k in range(len(land.villages))]


def grid_codes(land: Territory) -> list[str]:
    """Codes of the grids: the village's code and a number in it."""
    villages = village_codes(land)
    numbers = _numbered(land.village_of_grid)
    width = max(3, len(str(max(numbers))))
    return [
        f"{villages[village]}-{number:0{width}d}"
        for village, number in zip(land.village_of_grid, numbers, strict=True)
    ]


def grid_names(land: Territory) -> list[str]:
    """Names of the grids."""
    names = village_names(land)
    return [
        f"{names[village]}第{number}网格"
        for village, number in zip(
            land.village_of_grid, _numbered(land.village_of_grid), strict=True
        )
    ]


def _numbered(groups: Ints) -> list[int]:
    """Number the members of each group from 1, in the order they come."""
    seen: dict[int, int] = {}
    numbers = []
    for group in groups.tolist():
        seen[group] = seen.get(group, 0) + 1
        numbers.append(seen[group])
    return numbers


def _counted(number: int) -> str:
    """Write a number from 1 to 19 in Chinese."""
    if number <= 10:
        return _DIGITS[number - 1]
    return "十" + _DIGITS[number - 11]
