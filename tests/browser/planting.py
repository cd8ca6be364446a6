"""A season under way in which every text field holds something that would do harm.

The values go straight into the file, past every check that an import makes: what is shown has to be
harmless whatever is kept.
"""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from tests.browser.hostile_names import HOSTILE

# Python that makes a file, where text is taken for a template of the server.
TEMPLATE = "{{{{ cycler.__init__.__globals__.os.open('{path}', 66) }}}}"
MORE = [
    "<script>window.ran = 'script'</script>",
    '"><svg onload="window.ran = \'svg\'">',
    "' onmouseover='window.ran = 1' x='",
    "[click](javascript:window.ran='link') **bold** $x^2$ :red[x]",
    "\u202egnp.exe \u05d0\u05d1",
    "two\nlines\tand a tab",
    "long " + "长" * 400,
]

# The text fields that people or files fill, by table.
PLANTED: Mapping[str, tuple[str, ...]] = {
    "patch": (
        *("batch", "code", "admin_code", "cause", "land_before", "land_after", "image_before"),
        *("image_after", "remark", "grid_code", "assignee"),
    ),
    "grid": ("code", "name", "admin_code", "manager", "ranger"),
    "reference_layer": ("name", "source_name", "encoding", "source_crs", "imported_by"),
    "reference_feature": ("code", "name", "admin_code"),
    "finding": ("cause", "land_before", "land_after", "note", "surveyor", "source_name"),
    "batch": ("code", "source_name", "encoding", "source_crs"),
    "person": ("code", "label"),
}
# What only the program fills: stages, digests, lists of its own.
OWN: Mapping[str, set[str]] = {
    "patch": {"stage", "verdict", "alert", "head_hash"},
    "reference_layer": {"kind", "digest"},
    "finding": {"digest", "surveyed_at"},
    "batch": {"cause_list", "digest", "imported_by"},
}
# Who works in the test keeps the code by which the sample's people are known.
KEPT_PERSON = "A01"


class Planting:
    """What was planted, and the file that would be there if any of it had run on the server."""

    def __init__(self, sign: Path) -> None:
        self.sign = sign
        self.values = [*HOSTILE, TEMPLATE.format(path=sign), *MORE]

    def value(self, number: int) -> str:
        """Give one of the values, made one of a kind by a number behind it."""
        return f"{self.values[number % len(self.values)]} {number}"

    def plant(self, database: Path) -> None:
        """Overwrite every text field."""
        with sqlite3.connect(database) as connection:
            connection.create_function("hostile", 1, self.value, deterministic=True)
            self._forget_guards(connection)
            for statement in self._statements():
                connection.execute(statement)
        connection.close()

    def _forget_guards(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')

    def _statements(self) -> list[str]:
        other_person = f"code <> '{KEPT_PERSON}'"
        number = "rowid + 100"
        attributes = json.dumps({self.value(n): self.value(n + 1) for n in range(12)})
        quoted = attributes.replace("'", "''")
        return [
            # The same new name wherever it is pointed at.
            *(
                f"UPDATE {table} SET {column} = (SELECT hostile(p.{number}) FROM person p"
                f" WHERE p.code = {table}.{column}) WHERE {column} IN (SELECT code FROM person"
                f" WHERE {other_person})"
                for table, column in [
                    ("patch", "assignee"),
                    ("grid", "manager"),
                    ("grid", "ranger"),
                    ("role_grant", "person"),
                    ("package", "assignee"),
                ]
            ),
            f"UPDATE person SET code = hostile({number}) WHERE {other_person}",
            "UPDATE person SET label = hostile(rowid)",
            "UPDATE patch SET grid_code = (SELECT hostile(g.id) FROM grid g"
            " WHERE g.code = patch.grid_code)",
            "UPDATE grid SET code = hostile(id), name = hostile(id + 1),"
            " admin_code = '159901' || hostile(id)",
            "UPDATE patch SET batch = hostile(0), code = hostile(id), cause = hostile(id % 14),"
            " admin_code = '159901' || hostile(id),"
            " land_before = hostile(id + 1), land_after = hostile(id + 2),"
            " remark = hostile(id + 3),"
            f" image_before = hostile(id + 4), image_after = hostile(id + 5),"
            f" attributes = '{quoted}'",
            "UPDATE delivery SET batch = hostile(0), source_name = hostile(1)",
            "UPDATE batch SET code = hostile(0), source_name = hostile(1), encoding = hostile(2),"
            " source_crs = hostile(3)",
            "UPDATE reference_layer SET name = hostile(id), source_name = hostile(id),"
            " encoding = hostile(id), source_crs = hostile(id), imported_by = hostile(id),"
            # One of them as a layer that has no other name than its own.
            " kind = CASE WHEN kind = 'permits' THEN 'reference' ELSE kind END",
            "UPDATE reference_feature SET code = hostile(id), name = hostile(id + 1),"
            f" admin_code = '159901' || hostile(id), attributes = '{quoted}', facts = '{quoted}'",
            "UPDATE finding SET cause = hostile(id), land_before = hostile(id),"
            " land_after = hostile(id), note = hostile(id), surveyor = hostile(id),"
            " source_name = hostile(id)",
            "UPDATE event SET reason = hostile(seq)",
        ]
