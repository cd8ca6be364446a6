"""Import people from a table: who there is, what they may do, where."""

import csv
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FileRefused
from geo.model.stages import Level, Role, Verb, require_role
from geo.model.things import Actor, Person
from geo.store import people
from geo.store.door import Store

REQUIRED = ("code", "role")


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
        ``file_missing``, ``people_file_bad`` (naming row and column).
    NotAllowed
        If the actor is no administrator.
    """
    require_role(actor.role, frozenset({Role.ADMINISTRATOR}), Verb.IMPORTED)
    found = read_people(path)
    with store.writing(actor) as session:
        added = people.insert_people(session, found)
    return PeopleImported(len(found), added)


def read_people(path: Path) -> list[Person]:
    """Read people from a CSV table in UTF-8 (with or without a byte order mark) or GB18030."""
    if not path.is_file():
        raise FileRefused("file_missing", path=path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or [])]
    if missing:
        raise FileRefused(
            "people_file_bad", path=path, row=0, column=missing[0], value="", known="code, role, …"
        )
    found = [_person(path, number, row) for number, row in enumerate(reader, start=1)]
    codes = [p.code for p in found]
    for number, code in enumerate(codes, start=1):
        if codes.index(code) != number - 1:
            raise FileRefused(
                "people_file_bad", path=path, row=number, column="code", value=code, known=""
            )
    return found


def _person(path: Path, number: int, row: dict[str, str]) -> Person:
    values = {key: (row.get(key) or "").strip() for key in (*REQUIRED, "level", "label")}
    admin_code = (row.get("admin_code") or "").strip()
    bad = [
        ("code", not values["code"], ""),
        ("role", values["role"] not in set(Role), ", ".join(Role)),
        ("level", values["level"] not in {"", *Level}, ", ".join(Level)),
        ("admin_code", bool(admin_code) and not admin_code.isdigit(), "0-9"),
    ]
    for column, is_bad, known in bad:
        if is_bad:
            value = admin_code if column == "admin_code" else values[column]
            raise FileRefused(
                "people_file_bad", path=path, row=number, column=column, value=value, known=known
            )
    return Person(
        code=values["code"],
        role=Role(values["role"]),
        label=values["label"],
        level=Level(values["level"]) if values["level"] else None,
        admin_code=admin_code,
    )
