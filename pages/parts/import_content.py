"""Step two: whether its texts can be read, and which field holds what."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from geo.errors import SkyGroundError
from geo.model.columns import Column
from geo.model.layer_kinds import LAYER_TABLES
from geo.model.templates import Template
from geo.workflow.preview import Preview
from geo.workflow.templates import list_templates, save_template
from pages.parts import cached, state
from pages.parts.acting import refuse, show_refusal
from pages.parts.import_draft import Draft, change, has_no_table, previewed
from pages.parts.import_steps import show_next
from pages.parts.layer_words import shapes_word
from pages.parts.problems import column_word
from pages.parts.undisturbed import undisturbed
from pages.parts.words import pairs, plain, word

# GB18030 holds all of GBK and GB 2312.
ENCODINGS = ("GB18030", "UTF-8", "GBK", "BIG5")
TEXT_DRIVERS = frozenset({"ESRI Shapefile", "GeoJSON", "KML", "TXT", "CSV"})
ROW_PX, SHOWN_FIELDS = 32, 12
# Stands for what the program finds out by itself, and for no field at all.
AUTOMATIC, NONE = "", "\0"


def show_content(current: Draft) -> None:
    """Show the first rows as they stand and the fields as they are understood; ask what is open.

    Raises
    ------
    FileRefused
        If the layer cannot be read, for instance in this encoding.
    """
    left, right = st.columns([2, 3], gap="medium")
    with left:
        encoding = _ask_encoding(current)
        if encoding != current.encoding:
            current = change(current, encoding=encoding)
        seen = previewed(current)
        _show_facts(current, seen)
    with right:
        _show_rows(seen)
    fields, makes_codes = _ask_fields(current, seen)
    if dict(fields) != dict(current.fields) or makes_codes != current.makes_codes:
        current = change(current, fields=dict(fields), makes_codes=makes_codes)
        st.rerun()
    is_open = seen.fields.makes_codes and not (makes_codes or has_no_table(seen))
    show_next(current, hindrance=word("wizard.code_needed") if is_open else "")


def _ask_encoding(current: Draft) -> str | None:
    choices = {AUTOMATIC: word("import.auto")} | {name: name for name in ENCODINGS}
    chosen = st.selectbox(
        word("import.encoding"),
        list(choices),
        index=list(choices).index(current.encoding or AUTOMATIC),
        format_func=choices.__getitem__,
        key=f"encoding-{current.token}",
    )
    return chosen or None


def _show_facts(current: Draft, seen: Preview) -> None:
    facts = seen.delivery.facts
    said: dict[str, object] = {
        word("import.format"): word(f"format.{facts.driver}"),
        word("import.shapes"): shapes_word(facts),
    }
    if facts.driver in TEXT_DRIVERS:
        said[word("import.encoding")] = _encoding_word(current, seen)
    pairs(said)
    if facts.claimed_encoding and current.encoding is None:
        st.warning(
            word("wizard.encoding_lies", claimed=facts.claimed_encoding, found=facts.encoding)
        )
    garbled = len({t.row for t in seen.delivery.troubles if t.code == "text_unreadable"})
    if garbled:
        st.warning(word("wizard.garbled", count=f"{garbled:,}", encoding=facts.encoding))


def _encoding_word(current: Draft, seen: Preview) -> str:
    facts = seen.delivery.facts
    if current.encoding is not None:
        return word("import.as_chosen", value=facts.encoding)
    if facts.is_encoding_guessed:
        key = "because.bytes_against" if facts.claimed_encoding else "because.bytes"
        reason = word(key, claimed=facts.claimed_encoding)
        return word("import.as_judged", value=facts.encoding, reason=reason)
    return word("import.as_said", value=facts.encoding)


def _show_rows(seen: Preview) -> None:
    rows = seen.first_rows()
    # What shows whether texts can be read comes first: a wide table ends far to the right.
    told = [name for name in rows.columns if rows[name].map(_is_told).any()]
    rows = rows[[*told, *(name for name in rows.columns if name not in told)]]
    st.caption(word("import.first_rows", count=len(rows)))
    shown = pd.DataFrame({str(name): rows[name].map(_cell) for name in rows.columns})
    st.dataframe(shown, hide_index=True, height=ROW_PX * (1 + len(shown)) + 3, row_height=ROW_PX)


def _is_told(value: object) -> bool:
    return isinstance(value, str) and not value.isascii()


def _cell(value: object) -> str:
    is_missing = value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value))
    return "" if is_missing else str(value)[:200]


def _ask_fields(current: Draft, seen: Preview) -> tuple[Mapping[str, str], bool]:
    """Ask for each column which field fills it; the proposal stands first, with its reason."""
    columns = LAYER_TABLES[current.kind].columns
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{word('wizard.fields')}**", width="stretch")
        _offer_template(current, seen)
    fields = dict(current.fields)
    cells = [cell for _ in range(0, len(columns), 3) for cell in st.columns(3)]
    for column, cell in zip(columns, cells, strict=False):
        with cell:
            chosen = _ask_field(current, seen, column)
        if chosen is None:
            fields.pop(column.name, None)
        else:
            fields[column.name] = chosen
    makes_codes = current.makes_codes
    if seen.fields.makes_codes and not has_no_table(seen):
        makes_codes = st.toggle(
            word("wizard.make_codes"), makes_codes, key=f"make-codes-{current.token}"
        )
    return fields, makes_codes


def _ask_field(current: Draft, seen: Preview, column: Column) -> str | None:
    """Give the chosen field, empty for none, None for what the program proposes."""
    known = list(seen.delivery.facts.fields)
    proposals = {p.column: p for p in seen.fields.proposals}
    said = current.fields.get(column.name)
    proposed = proposals.get(column.name)
    standing = said if said is not None else proposed.field if proposed else ""
    options = [NONE, *known]
    label = column_word(column.name) + (" *" if column.is_required else "")
    names = {NONE: word("wizard.no_field")} | {name: name for name in known}
    chosen = st.selectbox(
        label,
        options,
        index=options.index(standing) if standing in known else 0,
        format_func=names.__getitem__,
        key=f"field-{column.name}-{current.token}-{current.encoding}",
    )
    if said is None and proposed and chosen == proposed.field:
        st.caption(word(f"field_because.{proposed.reason}"))
        return None
    value = "" if chosen == NONE else chosen
    return None if said is None and value == standing else value


def _offer_template(current: Draft, seen: Preview) -> None:
    """Keep this mapping under a name, for the next delivery of this kind."""
    with st.popover(word("wizard.keep_template")):
        name = st.text_input(word("wizard.template_name"), key=f"template-{current.token}")
        template = Template(name.strip(), current.kind, dict(seen.fields.fields))
        known = list_templates(cached.store(), state.actor(), current.kind)
        standing = next((t for t in known if t.name == template.name), None)
        st.button(
            word("wizard.save_template"),
            disabled=not template.name,
            on_click=partial(_save, template, standing),
        )
    show_refusal()


@undisturbed
def _save(template: Template, standing: Template | None) -> None:
    """Keep a template, in the place of what stood under its name when the button was shown."""
    store, actor = cached.store(), state.actor()
    try:
        save_template(store, actor, template, at=cached.now(), seen=standing)
    except SkyGroundError as error:
        refuse(error)
    else:
        state.notice(plain(word("wizard.template_saved", name=template.name)))
