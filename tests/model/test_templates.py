"""Templates fit the files they were made for, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.templates import (
    BUILTIN_TEMPLATES,
    LONGEST_FIELD,
    LONGEST_NAME,
    Template,
    best_template,
    check_template,
    fill_columns,
    fits,
)
from geo.text import LANGS
from tests.refusals import refused_as

_LAYER_2019 = (
    "PAN_NO_TB SHENG XIAN XIANG CUN LIN_YE_JU LIN_CHANG LIN_BAN GPS_X GPS_Y MIAN_JI PAN_BHYY "
    "PAN_DILEI BEIZHU HSXBH BHYY SHIFOU_WF HS_QDL HS_XZDL"
)
_FORM_2023 = (
    "ly pddw pdtbbh qqyxsj hqyxsj pdtbmj pdbhyy hsxbh xzdl rdqdl hsbhyy xmfqmc xmyt dcdwmc dcry "
    "dcsj dcjl"
)
_BASE_MAP = "sheng xian xiang cun lin_ye_ju lin_chang lin_ban xiao_ban xbmj di_lei"
LAYER_2019, FORM_2023, BASE_MAP = _LAYER_2019.split(), _FORM_2023.split(), _BASE_MAP.split()
GRASSLAND = ["TBBH", "XZQDM", "QSX", "HSX", "TBMJ", "BHLX", "SFWF", "PZWH", "BZ"]


def make_template(name: str = "盟局", **fields: str) -> Template:
    return Template(name, LayerKind.PATCHES, fields or {"code": "BH", "cause": "YY"})


def builtin(name: str) -> Template:
    return next(t for t in BUILTIN_TEMPLATES if t.name == name)


# ---- Built-in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("template", BUILTIN_TEMPLATES, ids=lambda t: t.name)
def test_a_builtin_template_has_words_and_columns_of_its_kind(template: Template) -> None:
    assert len({template.label(lang) for lang in LANGS}) == len(LANGS)
    known = {column.name for column in LAYER_TABLES[template.kind].columns}
    assert template.fields.keys() <= known
    assert len(set(template.fields.values())) == len(template.fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("forest_2019", LAYER_2019),
        ("form_2023", FORM_2023),
        ("forest_base_map", BASE_MAP),
        ("grassland", GRASSLAND),
    ],
)
def test_each_builtin_template_is_the_best_for_its_own_layer(name: str, fields: list[str]) -> None:
    kind = builtin(name).kind
    assert best_template(BUILTIN_TEMPLATES, kind, fields) == builtin(name)
    assert fits(builtin(name), fields) == 1.0
    assert [t.name for t in BUILTIN_TEMPLATES if t.kind is kind and fits(t, fields) > 0.5] == [name]


# ---- Fitting ------------------------------------------------------------------------------------


def test_the_share_of_fields_that_are_there_is_counted() -> None:
    template = make_template(code="A", cause="B", remark="C", land_after="D")
    assert fits(template, ["a", "b", "X"]) == 0.5
    assert fits(template, []) == 0.0
    assert fits(Template("x", LayerKind.PATCHES, {}), ["a"]) == 0.0


@pytest.mark.parametrize(
    ("wanted", "cut"),
    [("WF_ZRBHD_JB", "wf_zrbhd_j"), ("判读变化原因", "判读变化原"), ("判读变化原因", "判读变")],
)
def test_a_name_cut_to_ten_bytes_counts(wanted: str, cut: str) -> None:
    assert fill_columns(make_template(cause=wanted), [cut]) == {"cause": cut}


def test_a_whole_name_goes_before_a_cut_one_and_its_own_capitals_before_others() -> None:
    template = make_template(cause="PAN_CHANGED_BY")
    assert fill_columns(template, ["PAN_CHANGE", "pan_changed_by"]) == {"cause": "pan_changed_by"}
    assert fill_columns(make_template(cause="bhyy"), ["BHYY", "bhyy"]) == {"cause": "bhyy"}
    assert fill_columns(make_template(cause="Bhyy"), ["bhyy", "BHYY"]) == {"cause": "BHYY"}


def test_two_names_that_were_cut_to_the_same_fill_nothing() -> None:
    template = Template(
        "x", LayerKind.RESERVES, {"name": "WF_ZRBHD_MC", "kind": "WF_ZRBHD_MJ", "level": "JB"}
    )
    assert fill_columns(template, ["WF_ZRBHD_M", "JB"]) == {"level": "JB"}
    assert fits(template, ["WF_ZRBHD_M", "JB"]) == pytest.approx(1 / 3)


def test_too_little_fitting_is_no_template() -> None:
    kind = LayerKind.PATCHES
    four = make_template(code="A", cause="B", remark="C", land_after="D")
    assert best_template([four], kind, ["A", "B", "C"]) == four
    assert best_template([four], kind, ["A", "B", "X"]) is None
    assert best_template([make_template(code="A")], kind, ["A"]) is None
    assert best_template([four], LayerKind.GRIDS, ["A", "B", "C", "D"]) is None
    assert best_template([four], None, ["A", "B", "C", "D"]) == four
    assert best_template([], kind, ["A"]) is None


def test_of_templates_that_fit_alike_the_fuller_is_taken_and_then_the_first() -> None:
    kind = LayerKind.PATCHES
    two, three = (
        make_template("2", code="A", cause="B"),
        make_template("3", code="A", cause="B", remark="C"),
    )
    other = make_template("other", code="B", cause="A")
    assert best_template([two, three], kind, ["A", "B", "C"]) == three
    assert best_template([two, other], kind, ["A", "B"]) == two
    assert best_template([other, two], kind, ["A", "B"]) == other


@given(st.permutations(["Bhyy", "BHYY", "bhyy", "PAN_CHANGE", "pan_chang", "CODE", "code"]))
def test_the_order_of_the_fields_does_not_matter(fields: list[str]) -> None:
    template = make_template(cause="bHYY", remark="PAN_CHANGED", code="Code")
    assert fill_columns(template, fields) == {
        "cause": "BHYY",
        "remark": "PAN_CHANGE",
        "code": "CODE",
    }


# ---- Keeping ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["盟局 2026（草原）", "x", "é" * LONGEST_NAME, "a.b-c_d", "'; --"])
def test_a_name_may_be_what_people_write(name: str) -> None:
    assert check_template(make_template(f" {name} ")).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "x" * (LONGEST_NAME + 1),
        "a/b",
        "a\\b",
        "a／b",
        "a\nb",
        "a\x00",
        "a\u202eb",
        "\ud800",
    ],
)
def test_a_bad_name_is_refused_and_can_be_shown(name: str) -> None:
    with refused_as("template_name_bad") as said:
        check_template(make_template(name))
    for text in said.values():
        assert len(text) < 300
        assert all(sign.isprintable() or sign == "\u3000" for sign in text.replace("\ufffd", ""))
        text.encode()


@pytest.mark.parametrize("name", ["forest_2019", "Forest_2019 ", "草原变化图斑（通用）"])
def test_the_names_of_builtin_templates_are_taken(name: str) -> None:
    with refused_as("template_name_taken", name=name.strip()):
        check_template(make_template(name))


@pytest.mark.parametrize("field", ["", "x" * (LONGEST_FIELD + 1), "a\x00b", "\ud800"])
def test_a_bad_field_is_refused(field: str) -> None:
    with refused_as("template_field_bad", column="code"):
        check_template(make_template(code=field))


def test_one_field_for_two_columns_a_column_of_another_kind_or_nothing_is_refused() -> None:
    with refused_as("template_field_bad", field="A"):
        check_template(make_template(code="A", cause="A"))
    with refused_as("template_column_unknown", column="manager"):
        check_template(make_template(code="A", manager="B"))
    with refused_as("template_empty"):
        check_template(Template("x", LayerKind.PATCHES, {}))
