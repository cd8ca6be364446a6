"""Import people from a table: who there is, what they may do, where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from geo.errors import FileRefused
from geo.files.read import read_rows
from geo.model.stages import ADMINISTRATION, Level, Role, Verb, require_role
from geo.model.things import Actor, Person
from geo.store import people
from geo.store.door import Store
from geo.text import LANGS, say

REQUIRED = ("code", "role")
OPTIONAL = ("label", "level", "admin_code")
# How offices head these columns; the names of the product always work.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("人员编号", "编号", "工号"),
    "role": ("角色", "岗位"),
    "label": ("显示名", "名称", "姓名"),
    "level": ("审核级别", "级别"),
    "admin_code": ("行政区代码", "区划代码", "辖区代码"),
}
ADMIN_CODE_EXAMPLES = "15, 1599, 159901, 159901001, 159901001001"
ADMIN_CODE_LENGTHS = frozenset({2, 4, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """How many rows there were, and how many people were new."""

    rows_read: int
    added: int


def import_people(store: Store, actor: Actor, path: Path, *, at: datetime) -> PeopleImported:
    """Import a table with the columns code, role and, where known, label, level, admin_code.

    People who are known already stay as they are. Whoever has no code works where the actor does.

    Raises
    ------
    FileRefused
        See `read_people`; nothing is written then.
    NotAllowed
        If the actor is no administrator.
    """
    require_role(actor.role, ADMINISTRATION, Verb.IMPORTED)
    here = actor.prefixes or ("",)
    found = [p if any(p.prefixes) else replace(p, prefixes=here) for p in read_people(path)]
    with store.writing(actor) as session:
        added = people.insert_people(session, found, at=at)
    return PeopleImported(len(found), added)


def read_people(path: Path) -> list[Person]:
    """Read people from a table, CSV in any usual encoding or XLSX.

    Columns may be headed in Chinese (`HEADINGS`), and roles and levels named in words.

    Raises
    ------
    FileRefused
        ``people_columns_missing``, ``people_file_bad``, ``people_code_missing``,
        ``people_code_repeated``, or what reading a table says.
    """
    rows = read_rows(path)
    columns = _columns(rows[0] if rows else {})
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FileRefused("people_columns_missing", path=path, missing=", ".join(missing))
    found = [_person(path, number, row, columns) for number, row in enumerate(rows, start=1)]
    _refuse_repeats(found, path)
    return found


def _columns(row: Mapping[str, Any]) -> dict[str, str]:
    """Find the table's own heading of each column."""
    headed = {str(heading).strip().lower(): str(heading) for heading in row}
    names = {name: (name, *HEADINGS[name]) for name in (*REQUIRED, *OPTIONAL)}
    found = {
        name: next((headed[known] for known in known_as if known in headed), None)
        for name, known_as in names.items()
    }
    return {name: heading for name, heading in found.items() if heading is not None}


def _refuse_repeats(found: Sequence[Person], path: Path) -> None:
    first = dict[str, int]()
    for number, person in enumerate(found, start=1):
        before = first.setdefault(person.code, number)
        if before != number:
            raise FileRefused(
                "people_code_repeated", path=path, person=person.code, first=before, row=number
            )


def _person(path: Path, number: int, row: Mapping[str, Any], columns: Mapping[str, str]) -> Person:
    values = {name: str(row.get(heading) or "").strip() for name, heading in columns.items()}
    values = dict.fromkeys((*REQUIRED, *OPTIONAL), "") | values
    if not values["code"]:
        raise FileRefused("people_code_missing", path=path, row=number)
    values["role"] = _code_of("role", Role, values["role"])
    values["level"] = _code_of("level", Level, values["level"])
    bad = [
        ("role", values["role"] not in set(Role), ", ".join(Role)),
        ("level", values["level"] not in {"", *Level}, ", ".join(Level)),
        ("admin_code", not is_admin_code(values["admin_code"]), ADMIN_CODE_EXAMPLES),
    ]
    for column, is_bad, known in bad:
        if is_bad:
            raise FileRefused(
                "people_file_bad",
                path=path,
                row=number,
                column=column,
                value=values[column],
                known=known,
            )
    return Person(
        code=values["code"],
        role=Role(values["role"]),
        label=values["label"],
        level=Level(values["level"]) if values["level"] else None,
        prefixes=(values["admin_code"],),
    )


def _code_of(room: str, codes: type[StrEnum], text: str) -> str:
    """Give the code for what may be its word in either language."""
    words = {say(f"{room}.{code}", lang).lower(): str(code) for code in codes for lang in LANGS}
    return words.get(text.lower(), text)


def is_admin_code(text: str) -> bool:
    """Tell whether a text is an administrative code, or empty: everywhere."""
    is_number = text.isascii() and text.isdigit() and len(text) in ADMIN_CODE_LENGTHS
    return text == "" or is_number
