"""Offices keep their templates and hand them on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SkyGroundError
from geo.model.layer_kinds import LAYER_TABLES, LayerKind
from geo.model.stages import OFFICE
from geo.model.templates import BUILTIN_TEMPLATES, Template, check_template
from geo.model.things import Person
from geo.store.door import Store
from geo.workflow.templates import (
    LARGEST_TEMPLATE,
    delete_template,
    export_template,
    import_template,
    list_templates,
    read_template,
    save_template,
    template_named,
)
from tests.builders import CHIEF, INSPECTOR, MANAGER, NOON, RANGER, STAFF, actor
from tests.refusals import refused_as

PATCHES = LayerKind.PATCHES
OWN = Template("盟局", PATCHES, {"code": "图斑号", "cause": "YY"})


def names(store: Store, kind: LayerKind = PATCHES) -> list[str]:
    return [template.name for template in list_templates(store, actor(RANGER), kind)]


def a_file(**other: object) -> str:
    content = json.loads(export_template(OWN))
    return json.dumps(content | other)


def test_what_somebody_else_has_saved_meanwhile_is_not_replaced_unseen(store: Store) -> None:
    assert not save_template(store, actor(), OWN, at=NOON, seen=None)
    theirs = Template(OWN.name, OWN.kind, {"code": "别的"})
    assert save_template(store, actor(INSPECTOR), theirs, at=NOON, seen=OWN)
    for stale in (OWN, None):
        with refused_as("template_changed", name=OWN.name):
            save_template(store, actor(), OWN, at=NOON, seen=stale)
    assert save_template(store, actor(), OWN, at=NOON, seen=theirs)


def test_the_offices_own_come_before_the_builtin_ones(store: Store) -> None:
    assert names(store) == ["forest_2019", "form_2023", "grassland"]
    assert not save_template(store, actor(), OWN, at=NOON)
    assert names(store) == ["盟局", "forest_2019", "form_2023", "grassland"]
    assert names(store, LayerKind.REFERENCE) == ["forest_base_map"]
    assert names(store, LayerKind.GRIDS) == []
    assert save_template(store, actor(INSPECTOR), OWN, at=NOON)


def test_a_template_is_found_by_its_name_among_those_of_its_kind(store: Store) -> None:
    save_template(store, actor(), OWN, at=NOON)
    assert template_named(store, actor(CHIEF), PATCHES, " 盟局 ") == OWN
    assert template_named(store, actor(CHIEF), PATCHES, "form_2023") in BUILTIN_TEMPLATES
    with refused_as("template_unknown", known="盟局, forest_2019, form_2023, grassland"):
        template_named(store, actor(), PATCHES, "旗局")
    with refused_as("template_unknown", known="—"):
        template_named(store, actor(), LayerKind.GRIDS, "盟局")


def test_a_template_is_forgotten_but_not_a_builtin_one(store: Store) -> None:
    save_template(store, actor(), OWN, at=NOON)
    with refused_as("template_builtin", name="form_2023"):
        delete_template(store, actor(), PATCHES, "form_2023")
    with refused_as("template_unknown"):
        delete_template(store, actor(), LayerKind.GRIDS, OWN.name)
    assert OWN.name in names(store)
    delete_template(store, actor(INSPECTOR), PATCHES, OWN.name)
    assert OWN.name not in names(store)


@pytest.mark.parametrize("person", [p for p in STAFF if p.role not in OFFICE], ids=lambda p: p.code)
def test_only_the_office_changes_templates(store: Store, person: Person) -> None:
    save_template(store, actor(), OWN, at=NOON)
    changed = Template(OWN.name, PATCHES, {"code": "X"})
    for change in (
        lambda: save_template(store, actor(person), changed, at=NOON),
        lambda: import_template(
            store, actor(person), export_template(changed), at=NOON, replace=True
        ),
        lambda: delete_template(store, actor(person), PATCHES, OWN.name),
    ):
        with refused_as("role_not_allowed", role=person.role):
            change()
    assert template_named(store, actor(MANAGER), PATCHES, OWN.name) == OWN


# ---- From office to office ----------------------------------------------------------------------


def test_a_template_goes_from_one_office_to_another(store: Store) -> None:
    text = export_template(OWN)
    assert "图斑号" in text
    assert import_template(store, actor(), text, at=NOON) == (OWN, False)
    assert template_named(store, actor(), PATCHES, OWN.name) == OWN
    assert import_template(store, actor(), f"\ufeff{text}", at=NOON) == (OWN, False)


def test_another_template_of_the_same_name_is_replaced_only_if_somebody_says_so(
    store: Store,
) -> None:
    save_template(store, actor(), OWN, at=NOON)
    other = Template(OWN.name, PATCHES, {"code": "TBBH"})
    with refused_as("template_exists", name=OWN.name):
        import_template(store, actor(), export_template(other), at=NOON)
    assert template_named(store, actor(), PATCHES, OWN.name) == OWN
    done = import_template(store, actor(), export_template(other), at=NOON, replace=True)
    assert done == (other, True)
    assert template_named(store, actor(), PATCHES, OWN.name) == other
    grids = Template(OWN.name, LayerKind.GRIDS, {"code": "TBBH"})
    with refused_as("template_name_taken"):
        import_template(store, actor(), export_template(grids), at=NOON, replace=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "template_unreadable"),
        ("[]", "template_unreadable"),
        ("{", "template_unreadable"),
        ("[" * 15_000, "template_unreadable"),
        ("9" * 15_000, "template_unreadable"),
        (a_file(format="other"), "template_unreadable"),
        (a_file(version=2), "template_unreadable"),
        (a_file(name=1), "template_unreadable"),
        (a_file(kind=None), "template_unreadable"),
        (a_file(fields=["code"]), "template_unreadable"),
        (a_file(fields={"code": 1}), "template_unreadable"),
        (a_file(fields={"code": {"a": "b"}}), "template_unreadable"),
        (a_file().replace('"cause"', '"code"'), "template_unreadable"),
        (a_file() + " " * LARGEST_TEMPLATE, "template_too_large"),
        (a_file(kind="roads\u202e"), "template_kind_unknown"),
        (a_file(fields={"code": "A", "owner": "B"}), "template_column_unknown"),
        (a_file(fields={}), "template_empty"),
        (a_file(fields={"code": "\ud800"}), "template_field_bad"),
        (a_file(name="a/b"), "template_name_bad"),
        (a_file(name="\ud800"), "template_name_bad"),
        (export_template(BUILTIN_TEMPLATES[0]), "template_name_taken"),
    ],
)
def test_a_file_that_is_no_good_template_is_refused_and_nothing_is_kept(
    store: Store, text: str, code: str
) -> None:
    before = names(store)
    with refused_as(code) as said:
        import_template(store, actor(), text, at=NOON)
    assert "\u202e" not in "".join(said.values())
    assert names(store) == before


@given(data=st.data())
def test_every_template_that_may_be_kept_comes_back_from_its_file(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(LayerKind))
    columns = [column.name for column in LAYER_TABLES[kind].columns]
    fields = data.draw(st.dictionaries(st.sampled_from(columns), st.text(max_size=210)))
    template = Template(data.draw(st.text(max_size=70)), kind, fields)
    try:
        kept = check_template(template)
    except SkyGroundError:
        return
    assert read_template(export_template(kept)) == kept
