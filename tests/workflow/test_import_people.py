"""Staff come in from a table that anybody can write in a spreadsheet."""

from pathlib import Path

import pytest

from geo.model.stages import Level, Role
from geo.model.things import Person
from geo.store.door import Store
from geo.workflow.import_people import import_people, read_people
from geo.workflow.look import everybody
from geo.workflow.set_up import set_up
from tests.builders import INSPECTOR, NOON, STAFF, actor
from tests.office import everything_in
from tests.refusals import refused_as

TABLE = """code,role,label,level,admin_code
R01,ranger,一号护林员,,159901001001
I02,inspector,,city,1599
"""


def staff_file(folder: Path, text: str = TABLE, encoding: str = "utf-8") -> Path:
    path = folder / "人员.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_is_read_whichever_spreadsheet_wrote_it(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    path = staff_file(tmp_path, TABLE.replace("\n", line_end), encoding)
    assert read_people(path) == [
        Person("R01", Role.RANGER, "一号护林员", prefixes=("159901001001",)),
        Person("I02", Role.INSPECTOR, level=Level.CITY, prefixes=("1599",)),
    ]


def test_code_and_role_are_enough_and_other_columns_are_passed_over(tmp_path: Path) -> None:
    path = staff_file(tmp_path, "电话,role,code\n123, ranger , R01 \n\n,chief,C01\n")
    assert read_people(path) == [Person("R01", Role.RANGER), Person("C01", Role.CHIEF)]


def test_a_label_may_have_a_line_break_and_a_comma(tmp_path: Path) -> None:
    path = staff_file(tmp_path, 'code,role,label\nR01,ranger,"甲,\n乙"\nR02,ranger,x\u2028y\n')
    assert [p.label for p in read_people(path)] == ["甲,\n乙", "x\u2028y"]


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", "table_empty", {}),
        ("code,name\nR01,x\n", "people_columns_missing", {"missing": "role"}),
        ("编号,角色\nR01,x\n", "people_file_bad", {"row": 1, "column": "role", "value": "x"}),
        ("code,role\nR01,ranger\n,ranger\n", "people_code_missing", {"row": 2}),
        (
            "code,role\nR01,打更人\n",
            "people_file_bad",
            {"row": 1, "column": "role", "value": "打更人"},
        ),
        (
            "code,role,level\nI1,inspector,town\n",
            "people_file_bad",
            {"row": 1, "column": "level", "known": "county, city, province"},
        ),
        (
            "code,role,admin_code\nR01,ranger,15990\n",
            "people_file_bad",
            {"row": 1, "column": "admin_code", "value": "15990"},
        ),
        (
            "code,role\nR01,ranger\nR02,ranger\nR01,chief\n",
            "people_code_repeated",
            {"person": "R01", "first": 1, "row": 3},
        ),
    ],
)
def test_a_wrong_table_is_refused_with_its_place_and_nothing_is_written(
    store: Store, tmp_path: Path, text: str, code: str, values: dict[str, object]
) -> None:
    path = staff_file(tmp_path, text)
    before = everything_in(store)
    with refused_as(code, path=path, **values):
        import_people(store, actor(), path, at=NOON)
    assert everything_in(store) == before


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with refused_as("file_missing", path=tmp_path / "x.csv"):
        read_people(tmp_path / "x.csv")


def test_whoever_is_known_stays_as_they_are(store: Store, tmp_path: Path) -> None:
    path = staff_file(tmp_path, "code,role,label\nranger-1,chief,another\nR09,ranger,\n")
    done = import_people(store, actor(), path, at=NOON)
    assert (done.rows_read, done.added) == (2, 1)
    known = {p.code: p for p in everybody(store)}
    assert known["ranger-1"].role is Role.RANGER
    assert known.keys() == {p.code for p in STAFF} | {"R09"}
    assert import_people(store, actor(), path, at=NOON).added == 0


def test_only_an_administrator_brings_people(store: Store, tmp_path: Path) -> None:
    with refused_as("role_not_allowed", role=Role.INSPECTOR):
        import_people(store, actor(INSPECTOR), staff_file(tmp_path), at=NOON)


def test_the_chiefs_of_a_whole_region_are_no_matter(tmp_path: Path) -> None:
    lines = "".join(f"C{n:05d},chief\n" for n in range(30_895))
    assert len(read_people(staff_file(tmp_path, f"code,role\n{lines}"))) == 30_895


def test_an_office_without_an_administrator_is_not_made(tmp_path: Path) -> None:
    with refused_as("administrator_needed"):
        set_up(tmp_path / "other", staff=[Person("R01", Role.RANGER)], at=NOON)
    assert not (tmp_path / "other").exists()


def test_an_office_is_not_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "under"):
        with refused_as("cannot_write", path=place):
            set_up(place, at=NOON)
