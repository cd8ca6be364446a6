"""Templates are kept by name, and nobody's is lost unseen."""

import pytest
from sqlalchemy import select

from geo.model.layer_kinds import LayerKind
from geo.model.templates import Template
from geo.store.door import Store
from geo.store.schema import mapping_template
from geo.store.templates import delete_template, find_template, list_templates, save_template
from tests.builders import INSPECTOR, NOON, actor
from tests.refusals import refused_as

OWN = Template("盟局", LayerKind.PATCHES, {"code": "图斑号", "cause": "YY"})
GRIDS = Template("Grids of ours", LayerKind.GRIDS, {"code": "WGH"})


def save(store: Store, template: Template) -> bool:
    with store.writing(actor(INSPECTOR)) as session:
        return save_template(session, template, at=NOON)


def kept(store: Store, kind: LayerKind | None = None) -> list[Template]:
    with store.reading(actor()) as session:
        return list_templates(session, kind=kind)


def test_what_was_saved_comes_back_with_who_and_when(store: Store) -> None:
    assert [save(store, OWN), save(store, GRIDS)] == [False, False]
    assert kept(store) == [GRIDS, OWN]
    assert kept(store, LayerKind.PATCHES) == [OWN]
    assert kept(store, LayerKind.RESERVES) == []
    with store.reading(actor()) as session:
        assert find_template(session, " 盟局 ") == OWN
        assert find_template(session, "盟") is None
        row = session.connection.execute(
            select(mapping_template).where(mapping_template.c.name == OWN.name)
        ).one()
    assert (row.made_by, row.made_at) == ("inspector-1", NOON)


def test_the_same_name_replaces_and_says_so(store: Store) -> None:
    save(store, OWN)
    save(store, GRIDS)
    changed = Template(" 盟局", LayerKind.PATCHES, {"code": "TBBH"})
    assert save(store, changed)
    assert kept(store) == [GRIDS, Template("盟局", LayerKind.PATCHES, {"code": "TBBH"})]


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (Template("盟局", LayerKind.GRIDS, {"code": "X"}), "template_name_taken"),
        (Template("form_2023", LayerKind.PATCHES, {"code": "X"}), "template_name_taken"),
        (Template("a/b", LayerKind.PATCHES, {"code": "X"}), "template_name_bad"),
        (Template("a", LayerKind.PATCHES, {"manager": "X"}), "template_column_unknown"),
    ],
)
def test_a_refused_template_changes_nothing(store: Store, template: Template, code: str) -> None:
    save(store, OWN)
    with refused_as(code):
        save(store, template)
    assert kept(store) == [OWN]


def test_only_the_named_one_is_forgotten(store: Store) -> None:
    save(store, OWN)
    save(store, GRIDS)
    with store.writing(actor()) as session:
        assert delete_template(session, "盟局 ")
        assert not delete_template(session, "盟局")
    assert kept(store) == [GRIDS]
