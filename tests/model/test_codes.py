"""Code lists: complete, versioned, said in both languages."""

import pytest

from geo.errors import NotFound
from geo.model.codes import (
    CAUSE_LISTS,
    CAUSES_2019,
    DEFAULT_CAUSES,
    FOREST_USE_2019,
    CodeList,
    Leaning,
    cause_list,
)
from geo.text import LANGS, say

LISTS = (CAUSES_2019, FOREST_USE_2019)
APPROVED, NOT_APPROVED = ("411", "412", "413"), ("421", "422", "423")


def test_the_causes_of_2019_are_all_there() -> None:
    assert set(CAUSES_2019.entries) == {
        *APPROVED,
        *NOT_APPROVED,
        *("51", "52", "21", "22", "11", "12", "30", "60", "71", "72", "73", "81", "82"),
        *("91", "94", "95", "96", "97", "98", "99"),
    }


def test_the_kinds_of_forest_use_are_all_there() -> None:
    assert set(FOREST_USE_2019.entries) == set("123456")


@pytest.mark.parametrize("codes", LISTS, ids=[c.key for c in LISTS])
def test_every_list_names_its_year_and_its_issuer(codes: CodeList) -> None:
    assert codes.year == 2019
    assert codes.issuer
    assert codes.key.endswith(str(codes.year))


@pytest.mark.parametrize("codes", LISTS, ids=[c.key for c in LISTS])
def test_every_code_has_two_names_of_its_own(codes: CodeList) -> None:
    for lang in LANGS:
        names = [entry.name(lang) for entry in codes.entries.values()]
        assert all(names)
        assert len(names) == len(set(names))
    assert all(key == entry.code for key, entry in codes.entries.items())


def test_approval_decides_which_way_a_construction_leans() -> None:
    leanings = {code: CAUSES_2019.entries[code].leaning for code in (*APPROVED, *NOT_APPROVED)}
    assert {leanings[code] for code in APPROVED} == {Leaning.LAWFUL}
    assert {leanings[code] for code in NOT_APPROVED} == {Leaning.UNLAWFUL}
    assert FOREST_USE_2019.entries["3"].leaning is Leaning.UNLAWFUL
    assert FOREST_USE_2019.entries["6"].leaning is Leaning.LAWFUL


def test_a_code_is_said_with_its_number_and_an_unknown_one_as_it_came() -> None:
    assert CAUSES_2019.name("22", "zh") == "22 采伐（无证）"
    assert CAUSES_2019.name("22", "en") == "22 Felling, not approved"
    assert CAUSES_2019.name("50", "zh") == "50"


def test_a_list_cannot_be_changed_while_the_program_runs() -> None:
    with pytest.raises(TypeError):
        CAUSES_2019.entries["50"] = CAUSES_2019.entries["51"]  # type: ignore[index]
    with pytest.raises(TypeError):
        CAUSE_LISTS["mine"] = CAUSES_2019  # type: ignore[index]


def test_a_batch_that_names_no_known_list_is_refused_with_those_that_are_known() -> None:
    assert cause_list(DEFAULT_CAUSES) is CAUSES_2019
    with pytest.raises(NotFound) as refusal:
        cause_list("forest-causes-1999")
    text = say(f"error.{refusal.value.code}", "en", **refusal.value.values)
    assert "forest-causes-1999" in text
    assert "forest-causes-2019" in text
