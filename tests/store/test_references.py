"""Reference layers: looked at by whom they concern, and replaced when a newer one comes."""

from datetime import timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy.exc import IntegrityError

from geo.model.layer_kinds import LayerKind
from geo.model.stages import Role
from geo.model.things import Person
from geo.store import references
from geo.store.door import Session, Store
from tests.builders import NOON, actor

COUNTY = actor(Person("m1", Role.GRID_MANAGER, prefixes=("150421",)))


def make_feature(code: str = "1", *, lon: float = 120.0, **values: Any) -> dict[str, Any]:
    square = shapely.box(lon, 43, lon + 0.01, 43.01)
    return {"code": code, "geom": shapely.to_wkb(square)} | values


def insert_layer(session: Session, *rows: dict[str, Any], **values: Any) -> int:
    given: dict[str, Any] = {
        "kind": LayerKind.PERMITS,
        "name": "2026 年批准范围",
        "digest": "digest",
        "source_name": "permits.zip",
        "source_crs": "EPSG:4528",
        "encoding": "GBK",
        "mapping": {"code": "PZWH"},
        "report": {"taken": len(rows)},
        "at": NOON,
    }
    return references.insert_reference_layer(session, rows, **given | values)


def add_layer(store: Store, *rows: dict[str, Any], **values: Any) -> int:
    with store.writing(actor()) as session:
        return insert_layer(session, *rows, **values)


def codes(store: Store, who: Any = None, **wanted: Any) -> list[str]:
    with store.reading(who or actor()) as session:
        return list(references.reference_frame(session, **wanted)["code"])


def test_what_was_written_comes_back(store: Store) -> None:
    facts = {"approved_ha": 1.5, "valid_until": "2027-01-01"}
    full = make_feature(
        "林资许〔2026〕1号", name="风电", admin_code="150421", area_ha=91, facts=facts
    )
    layer_id = add_layer(store, full, make_feature("2"))
    with store.reading(actor()) as session:
        frame = references.reference_frame(session)
    assert frame.crs == "EPSG:4490"
    names = ["code", "name", "admin_code", "area_ha", "kind", "layer", "facts"]
    first, second = frame[names].values.tolist()
    kind, layer = "permits", "2026 年批准范围"
    assert first == ["林资许〔2026〕1号", "风电", "150421", 91.0, kind, layer, facts]
    assert second[:3] == ["2", "", ""]
    assert second[6] == {}
    assert list(frame["layer_id"]) == [layer_id, layer_id]
    assert shapely.equals(frame.geometry[0], shapely.from_wkb(full["geom"]))
    assert store.check_integrity() == []


def test_a_layer_is_found_by_its_file_and_kind(store: Store) -> None:
    layer_id = add_layer(store, make_feature())
    with store.reading(actor()) as session:
        found = references.find_reference_layer(session, LayerKind.PERMITS, "other", "digest")
        assert found is not None
        assert (found.id, found.count, found.imported_by) == (layer_id, 1, "admin")
        assert found.kind is LayerKind.PERMITS
        assert found.mapping == {"code": "PZWH"}
        assert references.find_reference_layer(session, LayerKind.RESERVES, "digest") is None
        assert references.find_reference_layer(session, LayerKind.PERMITS) is None


def test_the_same_file_is_one_layer_of_a_kind(store: Store) -> None:
    add_layer(store, make_feature())
    add_layer(store, make_feature(), kind=LayerKind.RESERVES)
    with pytest.raises(IntegrityError):
        add_layer(store, make_feature())


def test_layers_are_listed_newest_first(store: Store) -> None:
    add_layer(store, digest="a", name="旧", at=NOON)
    add_layer(store, digest="b", name="新", at=NOON + timedelta(days=1))
    add_layer(store, digest="c", name="别", kind=LayerKind.ADMIN, at=NOON - timedelta(days=1))
    with store.reading(actor()) as session:
        listed = [layer.name for layer in references.list_reference_layers(session)]
        permits = references.list_reference_layers(session, LayerKind.PERMITS)
    assert listed == ["新", "旧", "别"]
    assert [layer.name for layer in permits] == ["新", "旧"]


def test_features_are_read_by_kind_layer_and_box(store: Store) -> None:
    first = add_layer(store, make_feature("a"), make_feature("b", lon=121))
    second = add_layer(store, make_feature("c"), kind=LayerKind.RESERVES)
    assert codes(store) == ["a", "b", "c"]
    assert codes(store, kinds=[LayerKind.RESERVES]) == ["c"]
    assert codes(store, layer_ids=[first]) == ["a", "b"]
    assert codes(store, layer_ids=[first, second], bounds=(119.9, 42, 120.5, 44)) == ["a", "c"]
    assert codes(store, kinds=[LayerKind.ADMIN]) == []


@pytest.mark.parametrize(
    ("admin_code", "is_seen"),
    [
        ("", True),
        ("15", True),
        ("1504", True),
        ("150421", True),
        ("150421001", True),
        ("150421001002", True),
        ("150000", True),  # the province, filled with zeros
        ("150400", True),
        ("150400000000", True),
        ("150421000000", True),
        ("150422", False),
        ("1505", False),
        ("150500", False),
        ("15042", False),  # no level of the codes
        ("150402", False),
        ("%", False),
    ],
)
def test_a_feature_is_seen_within_and_above_a_territory(
    store: Store, admin_code: str, *, is_seen: bool
) -> None:
    add_layer(store, make_feature("x", admin_code=admin_code))
    assert codes(store, COUNTY) == (["x"] if is_seen else [])
    assert codes(store) == ["x"]


def test_a_deleted_layer_leaves_nothing_and_its_neighbour_alone(store: Store) -> None:
    gone = add_layer(store, make_feature("a"), make_feature("b"))
    add_layer(store, make_feature("c"), digest="other")
    with store.writing(actor()) as session:
        assert references.delete_reference_layer(session, gone)
        assert not references.delete_reference_layer(session, gone)
    assert codes(store) == codes(store, bounds=(119, 42, 122, 44)) == ["c"]
    assert store.check_integrity() == []


def test_a_layer_is_replaced_in_one_transaction(store: Store) -> None:
    old = add_layer(store, make_feature("a"))
    with store.writing(actor()) as session:
        references.delete_reference_layer(session, old)
        insert_layer(session, make_feature("b"), digest="newer")
    assert codes(store, bounds=(119, 42, 122, 44)) == ["b"]


def test_the_revision_changes_with_every_layer_that_comes_or_goes(store: Store) -> None:
    """Even where a layer takes the number, the time and the place of the one before."""
    seen = [store.revision()]
    layer_id = add_layer(store, make_feature())
    seen.append(store.revision())
    assert store.revision() == seen[-1]
    with store.writing(actor()) as session:
        references.delete_reference_layer(session, layer_id)
        layer_id = insert_layer(session, make_feature(), digest="newer")
    seen.append(store.revision())
    with store.writing(actor()) as session:
        references.delete_reference_layer(session, layer_id)
    assert store.revision() == seen[0]
    assert len(set(seen)) == 3
