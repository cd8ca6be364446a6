"""Which layers somebody can switch on, and what they see of them."""

from pathlib import Path

import shapely

from geo.model.layer_kinds import LayerKind
from geo.model.stages import Role
from geo.model.things import Person
from geo.store.door import Store
from geo.store.references import delete_reference_layer
from geo.workflow.ground import ground_layers, ground_of, revision
from tests.builders import NOON, actor
from tests.store.test_references import add_layer, make_feature

HERE = actor(Person("m1", Role.GRID_MANAGER, prefixes=("150421",)))
ELSEWHERE = actor(Person("m2", Role.GRID_MANAGER, prefixes=("159901",)))


def names_of(store: Store, who, layer) -> list[str]:
    return list(ground_of(store, who, layer).names)


def fill(store: Store) -> None:
    add_layer(
        store,
        make_feature("a", name="北许可", admin_code="150421001"),
        make_feature("b", name="南许可", admin_code="159901001"),
        digest="permits",
    )
    add_layer(
        store,
        make_feature("150421", admin_code="150421"),
        kind=LayerKind.ADMIN,
        digest="admin",
    )
    add_layer(
        store,
        make_feature("r", name="路", admin_code="159901"),
        kind=LayerKind.REFERENCE,
        name="道路",
        digest="roads",
    )


def test_nobody_sees_or_learns_of_what_concerns_another_territory(store: Store) -> None:
    fill(store)
    here, elsewhere = ground_layers(store, HERE), ground_layers(store, ELSEWHERE)
    assert [layer.name for layer in here] == ["permits", "admin"]
    assert [(layer.kind.value, layer.title) for layer in elsewhere] == [
        ("reference", "道路"),
        ("permits", ""),
    ]
    assert names_of(store, HERE, here[0]) == ["北许可"]
    assert names_of(store, ELSEWHERE, elsewhere[1]) == ["南许可"]
    # Not even who knows a layer's number.
    roads = elsewhere[0]
    assert names_of(store, HERE, roads) == []


def test_somebody_without_borders_sees_all(store: Store) -> None:
    fill(store)
    layers = ground_layers(store, actor())
    assert [layer.kind.value for layer in layers] == ["reference", "permits", "admin"]
    assert names_of(store, actor(), layers[1]) == ["北许可", "南许可"]


def test_a_thing_without_a_name_is_called_by_its_code(store: Store) -> None:
    fill(store)
    units = ground_layers(store, HERE)[-1]
    assert names_of(store, HERE, units) == ["150421"]


def test_units_are_drawn_by_their_level(store: Store) -> None:
    codes = ["15", "150400", "150421", "150421000000", "150421001", "150421001002", "x" * 300]
    add_layer(store, *map(make_feature, codes), kind=LayerKind.ADMIN)
    (layer,) = ground_layers(store, actor())
    widths = [style.width_px for style in ground_of(store, actor(), layer).styles]
    assert widths == [2.6, 2.6, 2.6, 2.6, 1.6, 1.0, 1.0]


def test_the_revision_tells_that_a_layer_came_went_or_was_replaced(store: Store) -> None:
    seen = [revision(store, HERE)]
    first = add_layer(store, make_feature("a"))
    seen.append(revision(store, HERE))
    with store.writing(actor()) as session:
        delete_reference_layer(session, first)
    seen.append(revision(store, HERE))
    add_layer(store, make_feature("b"), at=NOON.replace(hour=5))
    seen.append(revision(store, HERE))
    assert seen[0] == seen[2]
    assert len(set(seen)) == 3


def test_shapes_come_as_they_were_brought(store: Store, tmp_path: Path) -> None:
    add_layer(store, make_feature("a", lon=121))
    (layer,) = ground_layers(store, actor())
    ground = ground_of(store, actor(), layer)
    assert ground.boxes.tolist() == [[121, 43, 121.01, 43.01]]
    assert shapely.equals(ground.features[0], shapely.box(121, 43, 121.01, 43.01))
