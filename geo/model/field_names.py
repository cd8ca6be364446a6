"""How names of fields are spelled: pinyin, initials, what is cut, what is nearly the same."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from geo.model.columns import SHAPEFILE_NAME_BYTES, Column

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LEAST_LIKENESS_LATIN = 0.85
_LEAST_LIKENESS_CHINESE = 0.75
_SHORTEST_LATIN = 5
_SHORTEST_CHINESE = 3
_NUMBERED = 0.95
# Signs that may be added to a Chinese name, or be missing, without making it another thing. Any
# other sign may turn it around: verified, before, after, superior, mu.
_HARMLESS = frozenset("变化疑似判读遥感图斑编号码序公顷的0123456789")


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a name is spelled like.

    Attributes
    ----------
    column, rank
        The column whose known name it is, and the how-manieth of its names.
    is_initials
        First letters only.
    is_weak
        Two letters, full and first letters mixed, or cut short: it says less.
    """

    column: str
    rank: int
    is_initials: bool = False
    is_weak: bool = False


Spellings = Mapping[str, Spelling]


def is_chinese(name: str) -> bool:
    """Tell whether a name has a Chinese sign."""
    return _CHINESE.search(name) is not None


def squeeze(name: str) -> str:
    """Write a name in capitals, without blanks, brackets and lines between its parts."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).upper())


def find_spelling(field: str, columns: tuple[Column, ...]) -> Spelling | None:
    """Find the known name that a field's name spells in the other script.

    A Latin name is compared with known Chinese names: in pinyin, by initials, by both mixed, and in
    pinyin that a shapefile has cut. A Chinese name is spelled the same way and compared with known
    Latin names. What could mean two columns is nothing.
    """
    if is_chinese(field):
        return _chinese_spelling(field, _latin_names(columns))
    whole, cut = _spellings(columns)
    return whole.get(squeeze(field)) or cut.get(field.upper())


def likeness(field: str, known: str) -> float:
    """Measure how like two squeezed names are, 0 to 1; 0 where they may mean different things."""
    if field == known:
        return 1.0
    # What a program adds to a name that was there twice.
    if field.rstrip("0123456789") == known and len(known) >= _SHORTEST_CHINESE:
        return _NUMBERED
    is_latin = known.isascii()
    least = _LEAST_LIKENESS_LATIN if is_latin else _LEAST_LIKENESS_CHINESE
    # No ratio can be higher than the lengths allow; most pairs end here.
    if 2 * min(len(field), len(known)) < least * (len(field) + len(known)):
        return 0.0
    if not (_may_be_same_latin if is_latin else _may_be_same_chinese)(field, known):
        return 0.0
    ratio = SequenceMatcher(None, known, field, autojunk=False).ratio()
    return ratio if ratio >= least else 0.0


def _may_be_same_latin(field: str, known: str) -> bool:
    # The end tells what is held (number, area, cause, hectares), the beginning whose.
    return (
        field.isascii()
        and min(len(field), len(known)) >= _SHORTEST_LATIN
        and field[0] == known[0]
        and field[-2:] == known[-2:]
    )


def _may_be_same_chinese(field: str, known: str) -> bool:
    is_long_enough = min(len(field), len(known)) >= _SHORTEST_CHINESE
    return is_long_enough and set(field) ^ set(known) <= _HARMLESS


@lru_cache(maxsize=16)
def _latin_names(columns: tuple[Column, ...]) -> Spellings:
    found: dict[str, list[Spelling]] = {}
    for column in columns:
        for rank, name in enumerate(column.known_as):
            if name.isascii():
                found.setdefault(squeeze(name), []).append(Spelling(column.name, rank))
    return _unambiguous(found)


@lru_cache(maxsize=16)
def _spellings(columns: tuple[Column, ...]) -> tuple[Spellings, Spellings]:
    """Spell the known Chinese names, whole and as a shapefile cuts them."""
    whole: dict[str, list[Spelling]] = {}
    cuts: dict[str, list[Spelling]] = {}
    for column in columns:
        for rank, name in enumerate(column.known_as):
            if not is_chinese(name):
                continue
            syllables = _pinyin(name)
            for parts in product(*((syllable, syllable[0]) for syllable in syllables)):
                spelling = _spelling(column.name, rank, parts, syllables)
                whole.setdefault("".join(parts), []).append(spelling)
            for cut in _cut_spellings(syllables):
                cuts.setdefault(cut, []).append(Spelling(column.name, rank, is_weak=True))
    return _unambiguous(whole), _unambiguous(cuts)


def _spelling(column: str, rank: int, parts: Sequence[str], syllables: Sequence[str]) -> Spelling:
    if all(len(part) == 1 for part in parts):
        # Two letters stand for many words.
        return Spelling(column, rank, is_initials=True, is_weak=len(parts) <= 2)
    return Spelling(column, rank, is_weak=list(parts) != list(syllables))


def _cut_spellings(syllables: Sequence[str]) -> set[str]:
    """Cut pinyin to ten bytes, unless more than its last sign would be missing."""
    needed = len("".join(syllables[:-2])) + 1
    cuts = {between.join(syllables)[:SHAPEFILE_NAME_BYTES] for between in ("", "_")}
    return {cut for cut in cuts if len(squeeze(cut)) >= needed}


def _unambiguous(found: Mapping[str, Iterable[Spelling]]) -> Spellings:
    best = {}
    for form, spellings in found.items():
        if len({spelling.column for spelling in spellings}) == 1:
            best[form] = min(spellings, key=lambda s: (s.is_initials, s.is_weak, s.rank))
    return MappingProxyType(best)


def _chinese_spelling(field: str, known: Spellings) -> Spelling | None:
    syllables = _pinyin(unicodedata.normalize("NFKC", field))
    full, initials = ("".join(syllables), "".join(s[0] for s in syllables))
    if found := known.get(squeeze(full)):
        # A single sign sounds like many others.
        return Spelling(found.column, found.rank, is_weak=len(syllables) == 1)
    found = known.get(squeeze(initials))
    if found and len(initials) > 2:
        return Spelling(found.column, found.rank, is_initials=True)
    return None


def _pinyin(name: str) -> list[str]:
    # A fifth of a second to load, while the names of most files are known without it.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return [syllable.upper() for syllable in lazy_pinyin(name) if syllable.strip()]
