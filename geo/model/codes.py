"""Code lists, each with its version: a batch names the version it was coded in.

Lists differ by year and by place, so nothing in the product compares with a bare number: it asks
the list that the batch names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geo.errors import NotFound
from geo.text import Lang


class Leaning(StrEnum):
    """What a cause suggests before anybody has been there. A proposal, never a verdict."""

    LAWFUL = "lawful"
    UNLAWFUL = "unlawful"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list."""

    code: str
    zh: str
    en: str
    leaning: Leaning = Leaning.OPEN

    def name(self, lang: Lang) -> str:
        """Say the entry in one language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes as one issuer put it out in one year."""

    key: str
    year: int
    issuer: str
    entries: Mapping[str, Code]

    def name(self, code: str, lang: Lang) -> str:
        """Say a code in words, with the code; an unknown one is shown as it came."""
        entry = self.entries.get(code)
        return f"{code} {entry.name(lang)}" if entry else code


def _entries(*codes: Code) -> Mapping[str, Code]:
    return MappingProxyType({c.code: c for c in codes})


_LAWFUL, _UNLAWFUL = Leaning.LAWFUL, Leaning.UNLAWFUL

# The causes of change as the forest-supervision field programs of 2019 carry them.
CAUSES_2019 = CodeList(
    "forest-causes-2019",
    2019,
    "forest supervision",
    _entries(
        Code("11", "人工造林或飞播", "Planted or sown from the air", _LAWFUL),
        Code("12", "更新造林", "Regeneration", _LAWFUL),
        Code("21", "采伐（有证）", "Felling, approved", _LAWFUL),
        Code("22", "采伐（无证）", "Felling, not approved", _UNLAWFUL),
        Code("30", "规划调整", "Replanning"),
        Code("411", "建设永久使用林地（已审批）", "Permanent construction, approved", _LAWFUL),
        Code("412", "建设临时使用林地（已审批）", "Temporary construction, approved", _LAWFUL),
        Code("413", "直接为林业服务设施（已审批）", "Forestry service works, approved", _LAWFUL),
        Code(
            "421", "建设永久使用林地（未审批）", "Permanent construction, not approved", _UNLAWFUL
        ),
        Code(
            "422", "建设临时使用林地（未审批）", "Temporary construction, not approved", _UNLAWFUL
        ),
        Code(
            "423", "直接为林业服务设施（未审批）", "Forestry service works, not approved", _UNLAWFUL
        ),
        Code("51", "开垦种植", "Cropping", _UNLAWFUL),
        Code("52", "土地整理", "Land levelling", _UNLAWFUL),
        Code("60", "抚育", "Tending", _LAWFUL),
        Code("71", "火灾", "Fire"),
        Code("72", "地质灾害", "Geological disaster", _LAWFUL),
        Code("73", "其他灾害", "Other disaster", _LAWFUL),
        Code("81", "封山育林", "Closed for regrowth", _LAWFUL),
        Code("82", "其他自然变化", "Other natural change", _LAWFUL),
        Code("91", "调查因素", "Survey cause", _LAWFUL),
        Code("94", "标准变化", "Standard changed", _LAWFUL),
        Code("95", "界线变化（一）", "Boundary change, kind 1", _LAWFUL),
        Code("96", "界线变化（二）", "Boundary change, kind 2", _LAWFUL),
        Code("97", "界线变化（三）", "Boundary change, kind 3", _LAWFUL),
        Code("98", "界线变化（四）", "Boundary change, kind 4", _LAWFUL),
        Code("99", "经营管理因素", "Management factor"),
    ),
)

# How forest land is used, as the same programs carry it.
FOREST_USE_2019 = CodeList(
    "forest-use-2019",
    2019,
    "forest supervision",
    _entries(
        Code("1", "未经审批", "Not approved", _UNLAWFUL),
        Code("2", "越权审批", "Approved beyond authority", _UNLAWFUL),
        Code("3", "少批多占", "Beyond the approved extent", _UNLAWFUL),
        Code("4", "批建不符", "Not for the approved purpose", _UNLAWFUL),
        Code("5", "超期使用", "Past its term", _UNLAWFUL),
        Code("6", "合法", "Lawful", _LAWFUL),
    ),
)

CAUSE_LISTS: Mapping[str, CodeList] = MappingProxyType({CAUSES_2019.key: CAUSES_2019})
DEFAULT_CAUSES = CAUSES_2019.key


def cause_list(key: str) -> CodeList:
    """Get a list of causes by its key.

    Raises
    ------
    NotFound
        ``code_list_unknown``.
    """
    if key not in CAUSE_LISTS:
        raise NotFound("code_list_unknown", list=key, known=", ".join(CAUSE_LISTS))
    return CAUSE_LISTS[key]
