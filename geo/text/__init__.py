"""Every word that a person reads, in Chinese and in English, side by side.

A table maps a key to its (Chinese, English) pair; each table is one room of the product. Values are
filled in with `str.format` fields of the same names in both languages.
"""

from typing import Literal, get_args

from geo.text.errors import ERRORS
from geo.text.maps import MAPS
from geo.text.problems import PROBLEMS
from geo.text.terms import TERMS

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "terms": TERMS,
    "errors": ERRORS,
    "maps": MAPS,
    "problems": PROBLEMS,
}
_TEXTS: dict[str, tuple[str, str]] = {
    key: pair for table in TABLES.values() for key, pair in table.items()
}


def say(key: str, lang: Lang, **values: object) -> str:
    """Say the text of a key in one language.

    Parameters
    ----------
    key
        For instance ``stage.assigned``.
    lang
        ``zh`` or ``en``.
    **values
        The fields of the text.

    Raises
    ------
    KeyError
        If the key or one of its fields is missing: a defect of the program, found by the tests.
    """
    text = _TEXTS[key][LANGS.index(lang)]
    return text.format(**values) if values else text


def knows(key: str) -> bool:
    """Tell whether a key has a text."""
    return key in _TEXTS
