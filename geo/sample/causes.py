"""What changed, as the sample knows it: causes and land classes in the codes of 2019.

Which cause goes with which kind of outline, how it looks from the sky, what is mistaken for what,
and what a field team would write. The weights are invented.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geo.model.codes import CAUSES_2019, Leaning
from geo.sample.outlines import KINDS, Kind
from geo.sample.partition import Bools, Ints

Texts = NDArray[np.str_]

UNLAWFUL: frozenset[str] = frozenset(
    code for code, entry in CAUSES_2019.entries.items() if entry.leaning is Leaning.UNLAWFUL
)

# Without a permit. Felling licences, fire and disaster records need no approval of land use.
_WITHOUT_PERMIT: Mapping[Kind, Mapping[str, float]] = MappingProxyType(
    {
        Kind.CLEARING: {"22": 0.36, "21": 0.24, "71": 0.12, "60": 0.1, "12": 0.1, "82": 0.08},
        Kind.ROAD: {"422": 0.4, "423": 0.28, "421": 0.2, "99": 0.12},
        Kind.PIT: {"421": 0.4, "422": 0.42, "72": 0.18},
        Kind.PARCEL: {"51": 0.5, "52": 0.18, "11": 0.16, "421": 0.16},
        Kind.SCATTERED: {"71": 0.45, "22": 0.35, "73": 0.2},
    }
)

# With a permit: approved construction only.
_WITH_PERMIT: Mapping[Kind, Mapping[str, float]] = MappingProxyType(
    {
        Kind.ROAD: {"411": 0.3, "412": 0.35, "413": 0.35},
        Kind.PIT: {"411": 0.55, "412": 0.45},
        Kind.PARCEL: {"411": 0.8, "413": 0.2},
    }
)
PERMIT_KINDS: frozenset[Kind] = frozenset(_WITH_PERMIT)

# What the interpreter takes it for when the image misleads, the likeliest first.
_MISTAKEN_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "11": ("51",),
        "12": ("82",),
        "21": ("22",),
        "22": ("21", "82"),
        "51": ("11", "52"),
        "52": ("51",),
        "60": ("22",),
        "71": ("22",),
        "72": ("422",),
        "73": ("22",),
        "82": ("22",),
        "99": ("423",),
        "411": ("421",),
        "412": ("422",),
        "413": ("423",),
        "421": ("411", "52"),
        "422": ("412", "72"),
        "423": ("413", "99"),
    }
)

# Four-digit land classes of the forest base map; other places and years use other lists.
_LAND_AFTER: Mapping[str, str] = MappingProxyType(
    {
        "11": "0141",
        "12": "0141",
        "21": "0161",
        "22": "0161",
        "51": "0210",
        "52": "0163",
        "60": "0111",
        "71": "0162",
        "72": "0163",
        "73": "0163",
        "82": "0172",
        "99": "0180",
        "411": "0250",
        "412": "0250",
        "413": "0180",
        "421": "0250",
        "422": "0250",
        "423": "0180",
    }
)
LAND_BEFORE: tuple[str, ...] = ("0111", "0131", "0132", "0120", "0171")
LAND_BEFORE_SHARES: tuple[float, ...] = (0.4, 0.24, 0.16, 0.08, 0.12)

_REMARKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "11": ("疑似新造林地", ""),
        "12": ("疑似更新造林", ""),
        "21": ("疑似采伐，林木减少", "林相变化明显"),
        "22": ("疑似采伐，林木减少", "林中新增空地"),
        "51": ("疑似开垦", "林地内新增耕作痕迹", ""),
        "52": ("疑似平整土地", ""),
        "60": ("疑似抚育间伐", ""),
        "71": ("疑似过火", "影像呈黑褐色"),
        "72": ("疑似塌方", ""),
        "73": ("疑似受灾", ""),
        "82": ("植被变化，原因不明", ""),
        "99": ("疑似防火道", ""),
        "411": ("疑似建设用地", "新增建设"),
        "412": ("疑似临时用地", ""),
        "413": ("疑似林区道路", ""),
        "421": ("疑似建设用地", "新增建设", "请核实用地手续"),
        "422": ("疑似临时用地", "新增裸地", "请核实用地手续"),
        "423": ("疑似新修道路", "林地内新增线状开挖"),
    }
)

_FIELD_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "11": "新栽幼树成行，有造林标牌，地表未见其他使用。",
        "12": "采伐后已更新造林，幼树成活情况良好。",
        "21": "现场为采伐迹地，伐桩整齐，作业设计与现场一致。",
        "22": "现场有新伐桩，当事人未能出示采伐许可证。",
        "51": "林地已翻耕并种植作物，原有林木已清除。",
        "52": "地表已推平，可见机械作业痕迹，未见审批手续。",
        "60": "林分经抚育，保留木分布均匀，剩余物已清理。",
        "71": "地表过火，树干熏黑，有扑救记录可查。",
        "72": "坡面塌方，未见人为开挖痕迹。",
        "73": "林木受灾枯死，未见人为破坏。",
        "82": "植被自然变化，未见人为活动。",
        "99": "防火道清理，属日常经营管理。",
        "411": "建设项目已开工，现场与审批材料相符。",
        "412": "临时用地正在使用，四至与批准范围相符。",
        "413": "林区道路和设施，现场与批准材料相符。",
        "421": "地面已硬化并有建筑物，未见使用林地审批手续。",
        "422": "正在取土堆料，机械在场，未见临时用地审批手续。",
        "423": "新修道路穿过林地，路基已压实，未见审批手续。",
    }
)
BEYOND_PERMIT_NOTE = "实际占地超出批准范围，超出部分已动工。"


def draw_causes(kinds: Ints, has_permit: Bools, rng: np.random.Generator) -> Texts:
    """Draw the true cause of each patch by its kind and by whether it was approved.

    Parameters
    ----------
    kinds
        Positions in `KINDS`.
    has_permit
        Only true for kinds in `PERMIT_KINDS`.
    rng
        Source of chance.
    """
    causes = np.full(len(kinds), "", dtype="<U3")
    chance = rng.random(len(kinds))
    for position, kind in enumerate(KINDS):
        for approved, table in ((False, _WITHOUT_PERMIT), (True, _WITH_PERMIT)):
            rows = np.flatnonzero((kinds == position) & (has_permit == approved))
            if len(rows):
                codes, shares = zip(*table[kind].items(), strict=True)
                # The last step is left open above: shares that add up to 0.999… miss nobody.
                steps = np.cumsum(shares)[:-1]
                causes[rows] = np.array(codes)[np.searchsorted(steps, chance[rows], side="right")]
    return causes


def see_from_the_sky(causes: Texts, share_wrong: float, rng: np.random.Generator) -> Texts:
    """Give the causes as an interpreter would, a share of them mistaken."""
    wrong = rng.choice(len(causes), round(share_wrong * len(causes)), replace=False)
    seen = causes.copy()
    seen[wrong] = _drawn_from(_MISTAKEN_FOR, causes[wrong], rng)
    return seen


def mistake(cause: str) -> str:
    """Give the cause that this one is most easily mistaken for."""
    return _MISTAKEN_FOR[cause][0]


def land_after(causes: Texts) -> Texts:
    """Give the land class that each cause leaves behind."""
    known, where = np.unique(causes, return_inverse=True)
    return np.array([_LAND_AFTER[str(code)] for code in known])[where]


def remarks(causes: Texts, rng: np.random.Generator) -> Texts:
    """Give what the interpreter noted about each patch; often nothing."""
    return _drawn_from(_REMARKS, causes, rng)


def field_note(cause: str) -> str:
    """Give what a field team would write about a cause."""
    return _FIELD_NOTES[cause]


def _drawn_from(
    table: Mapping[str, tuple[str, ...]], causes: Texts, rng: np.random.Generator
) -> Texts:
    known, where = np.unique(causes, return_inverse=True)
    chance = rng.random(len(causes))
    drawn = np.full(len(causes), "", dtype="<U24")
    for k, code in enumerate(known):
        rows = np.flatnonzero(where == k)
        choices = np.array(table[str(code)], dtype="<U24")
        drawn[rows] = choices[(chance[rows] * len(choices)).astype(np.int64)]
    return drawn
