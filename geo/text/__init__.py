"""Every word that a person reads, in Chinese and in English, side by side.

A table maps a key to its (Chinese, English) pair; each table is one room of the product. Values are
filled in with `str.format` fields of the same names in both languages.
"""

from typing import Literal, get_args

from geo.text.cli import CLI
from geo.text.compare import COMPARE
from geo.text.conflict import CONFLICT
from geo.text.crs import CRS
from geo.text.detect import DETECT
from geo.text.errors import ERRORS
from geo.text.formats import FORMATS
from geo.text.gate import GATE
from geo.text.imagery import IMAGERY
from geo.text.import_report import IMPORT_REPORT
from geo.text.layer_checks import LAYER_CHECKS
from geo.text.map_tools import MAP_TOOLS
from geo.text.mapping import MAPPING
from geo.text.maps import MAPS
from geo.text.problems import PROBLEMS
from geo.text.proof import PROOF
from geo.text.redelivery import REDELIVERY
from geo.text.rights import RIGHTS
from geo.text.screens import SCREENS
from geo.text.screens_field import SCREENS_FIELD
from geo.text.screens_import import SCREENS_IMPORT
from geo.text.sign_in import SIGN_IN
from geo.text.store import STORE
from geo.text.terms import TERMS
from geo.text.wizard import WIZARD
from geo.text.workflow import WORKFLOW

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
# Each language in its own words, for whoever reads only that one.
LANG_NAMES: dict[Lang, str] = {"zh": "中文", "en": "English"}

TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "screens": SCREENS,
    "screens_import": SCREENS_IMPORT,
    "screens_field": SCREENS_FIELD,
    "terms": TERMS,
    "workflow": WORKFLOW,
    "cli": CLI,
    "errors": ERRORS,
    "maps": MAPS,
    "map_tools": MAP_TOOLS,
    "problems": PROBLEMS,
    "gate": GATE,
    "formats": FORMATS,
    "crs": CRS,
    "conflict": CONFLICT,
    "detect": DETECT,
    "mapping": MAPPING,
    "layer_checks": LAYER_CHECKS,
    "proof": PROOF,
    "redelivery": REDELIVERY,
    "rights": RIGHTS,
    "store": STORE,
    "sign_in": SIGN_IN,
    "imagery": IMAGERY,
    "compare": COMPARE,
    "import_report": IMPORT_REPORT,
    "wizard": WIZARD,
}
_TEXTS: dict[str, tuple[str, str]] = {
    key: pair for table in TABLES.values() for key, pair in table.items()
}


# What stands between several things that are said in one field.
_BETWEEN: dict[Lang, str] = {"zh": "；", "en": "; "}
# Fields whose values are words of the product themselves: ``{stage}`` filled with ``assigned`` reads
# "已派发" or "Assigned".
_WORDS = frozenset({"stage", "verb", "role", "level", "verdict", "column"})


def say(key: str, lang: Lang, **values: object) -> str:
    """Say the text of a key in one language.

    Parameters
    ----------
    key
        For instance ``stage.assigned``.
    lang
        ``zh`` or ``en``.
    **values
        The fields of the text. The names of stages, verbs, roles, levels and columns are said in
        the same language, and so is a field given as ``NAME_key``, whose value is a key itself, or
        several keys each with its fields.

    Raises
    ------
    KeyError
        If the key or one of its fields is missing: a defect of the program, found by the tests.
    """
    text = _TEXTS[key][LANGS.index(lang)]
    return text.format(**_spoken(values, lang)) if values else text


def _spoken(values: dict[str, object], lang: Lang) -> dict[str, object]:
    spoken = dict[str, object]()
    for name, value in values.items():
        if name.endswith("_key"):
            texts = value if isinstance(value, tuple) else ((str(value), {}),)
            said = [say(key, lang, **fields) for key, fields in texts]
            spoken[name.removesuffix("_key")] = _BETWEEN[lang].join(said)
        elif name in _WORDS and knows(f"{name}.{value}"):
            spoken[name] = say(f"{name}.{value}", lang)
        else:
            spoken[name] = value
    return spoken


def knows(key: str) -> bool:
    """Tell whether a key has a text."""
    return key in _TEXTS
