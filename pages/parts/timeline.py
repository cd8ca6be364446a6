"""All that happened to a patch, with its proof: who, when, why, what changed, hash and seal."""

from collections.abc import Mapping
from datetime import date
from html import escape

import streamlit as st

from geo.model.codes import CodeList
from geo.model.stages import Verb
from geo.model.things import Event
from geo.workflow.as_known import PatchLife, SealedDay
from pages.parts import state
from pages.parts.words import area, moment, word

SHORT_HASH = 10
_TOLD = ("code", "grid_code", "assignee", "due", "verdict", "alert", "area_ha", "cause")
_STYLE = """<style>
table.timeline { width: 100%; border-collapse: collapse; font-size: 0.85rem; line-height: 1.4; }
table.timeline th { text-align: left; font-weight: 600; opacity: 0.65; }
table.timeline th, table.timeline td { padding: 0.25rem 0.5rem 0.25rem 0;
  border-bottom: 1px solid rgba(128, 128, 128, 0.25); vertical-align: top;
  overflow-wrap: anywhere; }
table.timeline td.narrow { white-space: nowrap; }
table.timeline tr.later { opacity: 0.4; }
table.timeline code { font-size: 0.8rem; background: none; padding: 0; }
</style>"""


def show_timeline(life: PatchLife, causes: CodeList, day: date, known_version: int) -> None:
    """Show every event, newest first; what came after the chosen day is grey."""
    st.markdown(f"**{word('history.all', count=len(life.events))}**")
    if known_version < len(life.events):
        st.caption(word("history.known_later", day=day))
    heads = "".join(
        f"<th>{escape(word(f'history.{name}'))}</th>"
        for name in ("when", "who", "what", "changed", "proof")
    )
    pairs = list(zip(life.events, life.sealed, strict=True))
    rows = "".join(
        _row(event, sealed, causes, is_later=event.version > known_version)
        for event, sealed in reversed(pairs)
    )
    st.html(f'{_STYLE}<table class="timeline"><tr>{heads}</tr>{rows}</table>')


def _row(event: Event, sealed: SealedDay | None, causes: CodeList, *, is_later: bool) -> str:
    what = f"{word(f'verb.{event.verb}')} → {word(f'stage.{event.stage_to}')}"
    seal = word("history.not_sealed") if sealed is None else f"{word('history.seal')} {sealed.day}"
    cells = (
        ("narrow", escape(moment(event.at))),
        ("narrow", escape(event.actor)),
        ("", escape(what)),
        ("", escape(_said(event, causes))),
        ("narrow", f"<code>{escape(event.hash[:SHORT_HASH])}</code><br>{escape(seal)}"),
    )
    inside = "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in cells)
    return f'<tr class="{"later" if is_later else "known"}">{inside}</tr>'


def _said(event: Event, causes: CodeList) -> str:
    """Say what changed, and why."""
    if event.verb is Verb.IMPORTED:
        return ""
    before = event.detail.get("before")
    former = before if isinstance(before, Mapping) else {}
    changed = [
        _change(name, former.get(name), event.changes[name], causes)
        for name in _TOLD
        if name in event.changes
    ]
    undone = [word("history.of", verb=event.detail["verb"])] if event.verb is Verb.UNDONE else []
    reason = [event.reason] if event.reason else []
    return " · ".join([*undone, *changed, *reason])


def _change(name: str, former: object, value: object, causes: CodeList) -> str:
    head = word("history.verdict" if name == "verdict" else f"column.{name}")
    written = _written(name, value, causes)
    if former is not None and former != value:
        written = f"{_written(name, former, causes)} → {written}"
    return f"{head} {written}"


def _written(name: str, value: object, causes: CodeList) -> str:
    if value is None or value == "":
        return "—"
    if name in {"verdict", "alert"}:
        return word(f"{name}.{value}")
    if name == "area_ha" and isinstance(value, int | float):
        return area(float(value))
    return causes.name(str(value), state.lang()) if name == "cause" else str(value)
