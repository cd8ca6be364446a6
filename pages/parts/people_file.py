"""A table of people: who is in it, who of them is new, and the button that adds them."""

from collections import Counter

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.model.things import Person
from geo.workflow.import_people import PeopleImported, import_people, read_people
from pages.parts import cached, state
from pages.parts.uploads import Upload, as_file
from pages.parts.words import pairs, word

ROW_PX = 32
SHOWN_ROWS = 12


def show_people(
    upload: Upload, left: DeltaGenerator, right: DeltaGenerator
) -> PeopleImported | None:
    """Show the people of an uploaded table, and add them when asked to.

    Raises
    ------
    FileRefused
        If it is no table of people.
    """
    with as_file(upload) as path:
        found = read_people(path)
        known = {p.code for p in cached.people()}
        new = [p for p in found if p.code not in known]
        with left:
            _say_facts(found, len(new))
        with right:
            st.dataframe(
                _table(found, known),
                hide_index=True,
                height=ROW_PX * (1 + min(len(found), SHOWN_ROWS)) + 3,
                row_height=ROW_PX,
            )
            if not new:
                st.info(word("import.known_people", count=len(found)))
            else:
                with st.container(horizontal=True, horizontal_alignment="right"):
                    label = word("import.do_people", count=len(new))
                    is_wanted = st.button(label, type="primary")
                if is_wanted:
                    return import_people(cached.store(), state.actor(), path, at=cached.now())
    return None


def _say_facts(found: list[Person], added: int) -> None:
    roles = Counter(p.role for p in found)
    counts = [word("import.role_count", role=role, count=n) for role, n in roles.items()]
    pairs(
        {
            word("import.people"): word("import.people_count", count=len(found), added=added),
            word("import.people_roles"): word("list.comma").join(counts),
        }
    )


def _table(found: list[Person], known: set[str]) -> pd.DataFrame:
    rows = [
        {
            word("people.code"): p.code,
            word("people.role"): word(f"role.{p.role}"),
            word("people.label"): p.label,
            word("people.level"): word(f"level.{p.level}") if p.level else "",
            word("people.admin_code"): "、".join(filter(None, p.prefixes)),
            word("people.is_new"): word("people.known" if p.code in known else "people.new"),
        }
        for p in found
    ]
    return pd.DataFrame(rows)
