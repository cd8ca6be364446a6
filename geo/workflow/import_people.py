"""Import people from a table: who there is, what they may do, where."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FileRefused
from geo.model.stages import Level, Role, Verb, require_role
from geo.model.things import Actor, Person
from geo.store import people
from geo.store.door import Store

REQUIRED = ("code", "role")
OPTIONAL = ("label", "level", "admin_code")
ADMIN_CODE_EXAMPLES = "15, 1599, 159901, 159901001, 159901001001"
ADMIN_CODE_LENGTHS = frozenset({2, 4, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """How many rows there were, and how many people were new."""

    rows_read: int
    added: int


def import_people(store: Store, actor: Actor, path: Path) -> PeopleImported:
    """Import a CSV table with the columns code, role and, where known, label, level, admin_code.

    People who are known already stay as they are.

    Raises
    ------
    FileRefused
        See `read_people`; nothing is written then.
    NotAllowed
        If the actor is no administrator.
    """
    require_role(actor.role, frozenset({Role.ADMINISTRATOR}), Verb.IMPORTED)
    found = read_people(path)
    with store.writing(actor) as session:
        added = people.insert_people(session, found)
    return PeopleImported(len(found), added)


def read_people(path: Path) -> list[Person]:
    """Read people from a CSV table in UTF-8 (with or without a byte order mark) or GB18030.

    Raises
    ------
    FileRefused
        ``file_missing``, ``file_unreadable``, ``people_columns_missing``, ``people_file_bad`` or
        ``people_code_repeated``.
    """
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    reader = csv.DictReader(io.StringIO(_decoded(path.read_bytes()), newline=""))
    try:
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or [])]
        if missing:
            raise FileRefused("people_columns_missing", path=path, missing=", ".join(missing))
        found = [_person(path, number, row) for number, row in enumerate(reader, start=1)]
    except csv.Error as error:
        raise FileRefused("file_unreadable", path=path, detail=error) from error
    first = dict[str, int]()
    for number, person in enumerate(found, start=1):
        before = first.setdefault(person.code, number)
        if before != number:
            raise FileRefused(
                "people_code_repeated", path=path, person=person.code, first=before, row=number
            )
    return found


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _person(path: Path, number: int, row: dict[str, str]) -> Person:
    values = {key: (row.get(key) or "").strip() for key in (*REQUIRED, *OPTIONAL)}
    if not values["code"]:
        raise FileRefused("people_code_missing", path=path, row=number)
    bad = [
        ("role", values["role"] not in set(Role), ", ".join(Role)),
        ("level", values["level"] not in {"", *Level}, ", ".join(Level)),
        ("admin_code", not _is_admin_code(values["admin_code"]), ADMIN_CODE_EXAMPLES),
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
        admin_code=values["admin_code"],
    )


def _is_admin_code(text: str) -> bool:
    is_number = text.isascii() and text.isdigit() and len(text) in ADMIN_CODE_LENGTHS
    return text == "" or is_number
