"""Fields that field apps write as a table of two columns into a placemark's description.

Python's own reader of HTML takes time by the square of a hostile text (20 s for 64 kB) and stops at
some of them, so the few tags that matter are found here, in one pass.
"""

import html
import re
from contextlib import suppress
from dataclasses import dataclass, field

LONGEST_DESCRIPTION = 256 * 1024
_LONGEST_NAME = 64
_PAIR = 2
# Possessive, so that nothing is tried twice. A blank after the sign makes it a "less than".
_TAG = re.compile(r"<([/!?A-Za-z][^<>]*+)>")
_BREAKS = frozenset({"br", "br/", "p", "/p", "div", "/div"})


@dataclass(slots=True)
class _Cell:
    is_head: bool
    texts: list[str] = field(default_factory=list)

    def text(self) -> str:
        text = "".join(self.texts)
        # A sign's number with more digits than Python converts is that of no sign.
        with suppress(ValueError):
            text = html.unescape(text)
        return " ".join(text.split())


_Table = list[list[_Cell]]


def fields_in_description(description: str) -> dict[str, str]:
    """Read the fields of a description.

    Returns
    -------
    dict
        Name to value, of every plain table with a name and a value in each row. Tables of another
        form, with a name twice, or around other tables, are no fields.
    """
    if len(description) > LONGEST_DESCRIPTION or "<t" not in description.lower():
        return {}
    found: dict[str, str] = {}
    for table in _innermost_tables(_without_comments(description)):
        found = {**_fields(table), **found}
    return found


def _innermost_tables(text: str) -> list[_Table]:
    """Collect tables, in whichever way their tags are closed or not."""
    done: list[_Table] = []
    table: _Table | None = None
    for place, piece in enumerate(_TAG.split(text)):
        is_tag = place % 2 == 1
        tag = _name_of(piece) if is_tag else ""
        if tag == "table":
            # One within another is the outer one's end: what stood around it is no field.
            table = []
        elif table is None:
            continue
        elif tag == "/table":
            done.append(table)
            table = None
        elif tag == "tr":
            table.append([])
        elif tag in {"td", "th"}:
            if not table:
                table.append([])
            table[-1].append(_Cell(is_head=tag == "th"))
        elif table and table[-1]:
            said = piece if not is_tag else " " if tag in _BREAKS else ""
            table[-1][-1].texts.append(said)
    return done if table is None else [*done, table]


def _name_of(tag: str) -> str:
    words = tag[:20].split(maxsplit=1)
    return words[0].lower() if words else ""


def _fields(table: _Table) -> dict[str, str]:
    rows = [row for row in table if row]
    # A title, or the words over both columns.
    if rows and (len(rows[0]) == 1 or all(cell.is_head for cell in rows[0])):
        rows = rows[1:]
    if any(len(row) != _PAIR for row in rows):
        return {}
    pairs = [(name.text().rstrip(":："), value.text()) for name, value in rows]
    names = {name for name, _ in pairs if 0 < len(name) <= _LONGEST_NAME}
    return dict(pairs) if len(names) == len(pairs) else {}


def _without_comments(text: str) -> str:
    before, *rest = text.split("<!--")
    return before + "".join(part.partition("-->")[2] for part in rest)
