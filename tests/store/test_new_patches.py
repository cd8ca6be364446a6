"""Whole deliveries are written column by column, and nobody can tell it from the rows."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from geo.model.filters import PatchFilter
from geo.store import batches, engines, history, new_patches, patches, schema
from geo.store.canonical import canonical_json, json_objects, json_texts
from geo.store.changes import insert_patches
from geo.store.door import Store
from geo.store.new_patches import NewPatches, insert_new_patches
from geo.store.schema import event, patch
from geo.store.types import utc_text
from tests.builders import NOON, actor, make_batch, make_patch_row

DETAIL = {"file_sha256": "x", "来源": "100%"}

# Control signs, quotes, signs beyond the first plane, percent signs; but nothing UTF-8 cannot hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), NUMBERS, TEXT, st.lists(TEXT | NUMBERS, max_size=2)
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Columns of the same length; some of one type, as files have them, some mixed."""
    count = draw(st.integers(0, 5))
    kinds = st.sampled_from([TEXT, NUMBERS, st.integers(), st.none(), CELLS, TEXT | st.none()])
    names = draw(st.lists(TEXT, max_size=5, unique=True))
    return {name: draw(st.lists(draw(kinds), min_size=count, max_size=count)) for name in names}


def squares(count: int) -> np.ndarray:
    lon = 120 + np.arange(count) * 0.002
    squares: np.ndarray = shapely.box(lon, 43, lon + 0.001, 43.001)
    return squares


def make_new(count: int, **columns: Any) -> NewPatches:
    given: dict[str, Any] = {
        "batch": "B1",
        "code": [str(n) for n in range(1, count + 1)],
        "area_ha": [0.9] * count,
    }
    attributes = {"PAN_NO_TB": list(range(count)), "100%": ["%s"] * count}
    return NewPatches(given | columns, attributes, squares(count))


def write(store: Store, new: NewPatches, **options: Any) -> None:
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(count=len(new)))
        insert_new_patches(session, new, at=NOON, detail=DETAIL, **options)


@given(tables())
def test_a_table_written_by_columns_is_the_text_of_its_rows(table: dict[str, list[Any]]) -> None:
    count = len(next(iter(table.values()), []))
    rows = [{name: values[i] for name, values in table.items()} for i in range(count)]
    texts = {name: json_texts(values) for name, values in table.items()}
    assert json_objects(texts, count) == [canonical_json(row) for row in rows]


@given(TEXT, CELLS, st.integers(0, 3))
def test_one_text_can_stand_in_every_row(name: str, value: Any, count: int) -> None:
    rows = json_objects({name: canonical_json(value)}, count)
    assert rows == [canonical_json({name: value})] * count


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_without_end_is_never_written(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_texts([1.0, value])


def test_columns_of_different_lengths_are_no_table() -> None:
    with pytest.raises(ValueError, match="zip"):
        json_objects({"a": ["1", "2"], "b": ["1"]}, 2)
    with pytest.raises(ValueError, match="one value a row"):
        NewPatches({"code": ["1"]}, [{}, {}], squares(2))
    with pytest.raises(ValueError, match="colour"):
        NewPatches({"colour": ["1", "2"]}, [{}, {}], squares(2))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    attributes=tables(),
    remark=TEXT,
    delivered=st.none() | NUMBERS,
    detail=st.dictionaries(TEXT, CELLS, max_size=2),
)
def test_first_events_are_those_of_the_generic_way(
    tmp_path: Path, attributes: dict[str, list[Any]], remark: str, delivered: Any, detail: Any
) -> None:
    """Texts, hashes and digests are recomputed by the slow way from what was written."""
    count = len(next(iter(attributes.values()), []))
    new = NewPatches(
        {
            "batch": "B1",
            "code": [str(n) for n in range(count)],
            "area_ha": 0.5,
            "area_delivered_ha": delivered,
            "remark": [remark] * count,
            "due": date(2026, 10, 1),
        },
        attributes,
        squares(count),
    )
    number = len(list(tmp_path.iterdir()))
    with Store.create(tmp_path / str(number)) as store:
        with store.writing(actor()) as session:
            batches.insert_batch(session, make_batch(count=count))
            insert_new_patches(session, new, at=NOON, detail=detail)
        with store.reading(actor()) as session:
            events = session.connection.execute(select(event)).all()
            standing = session.connection.execute(select(patch)).all()
            texts = session.connection.exec_driver_sql("SELECT changes, detail FROM event").all()
            assert history.verify(session).broken == ()
    for row, link, (changes, said) in zip(standing, events, texts, strict=True):
        assert link.hash == row.head_hash == history.event_hash(history.GENESIS, link._asdict())
        assert changes == canonical_json(history.tracked_values(row._asdict()))
        assert said == canonical_json(detail)


def test_rows_and_columns_leave_the_same_store(store: Store) -> None:
    rows = [make_patch_row(str(n)) for n in (1, 2, 3)]
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch(count=3))
        batches.insert_batch(session, make_batch("B2", count=3))
        insert_patches(session, rows, at=NOON, detail=DETAIL)
        names = set(rows[0]) - {"attributes", "geom"}
        columns = {name: [row[name] for row in rows] for name in names} | {"batch": "B2"}
        attributes = {"PAN_NO_TB": [1, 2, 3]}
        new = NewPatches(columns, attributes, shapely.from_wkb([row["geom"] for row in rows]))
        insert_new_patches(session, new, at=NOON, detail=DETAIL)
    with store.reading(actor()) as session:
        events = [history.events_of(session, n)[0] for n in range(1, 7)]
        found = patches.find_patches(session, PatchFilter(batches=("B2",)))
        assert history.verify(session).broken == ()
    assert [e.changes for e in events[:3]] == [e.changes for e in events[3:]]
    assert (found[0].code, found[0].remark, found[0].attributes) == ("1", "", {"PAN_NO_TB": 1})


def test_progress_is_told_after_every_part(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_patches, "CHUNK", 2)
    told: list[tuple[int, int]] = []
    write(store, make_new(5), progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]
    with store.reading(actor()) as session:
        found = patches.find_patches(session, PatchFilter(bounds=(120.0035, 42, 120.0085, 44)))
        assert [(p.id, p.code) for p in found] == [(3, "3"), (4, "4"), (5, "5")]
        assert history.verify(session).broken == ()
    assert store.check_integrity() == []


def test_a_second_delivery_counts_on_from_the_first(store: Store) -> None:
    write(store, make_new(2))
    with store.writing(actor()) as session:
        batches.insert_batch(session, make_batch("B2", count=1))
        new = make_new(1, batch="B2", admin_code=["159901"], verdict=None)
        insert_new_patches(session, new, at=NOON, detail=DETAIL)
    with store.reading(actor()) as session:
        assert patches.get_patch(session, "B2/1").id == 3
        assert history.verify(session).broken == ()


def test_no_patches_are_no_rows(store: Store) -> None:
    write(store, make_new(0))
    with store.reading(actor()) as session:
        assert patches.count_patches(session, PatchFilter()) == 0


@pytest.mark.parametrize(
    "columns", [{"code": ["1", "1"]}, {"batch": "B9"}, {"area_ha": [0.9, None]}, {"cause": None}]
)
def test_what_the_tables_forbid_is_refused_whole(store: Store, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        write(store, make_new(2, **columns))
    with store.reading(actor()) as session:
        assert batches.list_batches(session) == []


def test_inserting_by_columns_is_inserting(store: Store) -> None:
    """`insert_columns` against the way of SQLAlchemy, None in all, in some and in no rows."""
    columns: dict[str, list[Any]] = {
        "person": ["a", "b"],
        "role": ["ranger", "chief"],
        "level": [None, "county"],
        "admin_code": ["", "乙"],
        "grid_code": [None, None],
        "given_at": [utc_text(NOON)] * 2,
        "given_by": ["", ""],
    }
    both = [{"code": code, "label": ""} for code in ("a", "aa", "b", "bb")]
    with store.writing(actor()) as session:
        engines.insert_columns(session.connection, batches.batch, {})
        session.connection.execute(insert(schema.person), both)
        table = schema.role_grant
        engines.insert_columns(session.connection, table, columns)
        rows = [{name: values[i] for name, values in columns.items()} for i in (0, 1)]
        again = [row | {"person": row["person"] * 2, "given_at": NOON} for row in rows]
        session.connection.execute(insert(table), again)
        found = session.connection.execute(select(table)).all()
    by_code = {row.person: tuple(row)[2:] for row in found}
    assert by_code["a"] == by_code["aa"]
    assert by_code["b"] == by_code["bb"]
