"""How numbers, dates and stages are written on every screen."""

from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from geo.maps.palette import stage_glyph
from geo.model.stages import CLOSED_STAGES, Stage
from geo.text import say
from pages.parts import cached, state

MU_PER_HA = 15


def word(key: str, **values: object) -> str:
    """Say a text in the language of the screen."""
    return say(key, state.lang(), **values)


def stage_word(stage: Stage) -> str:
    """Say a stage with the sign it has on the map."""
    return f"{stage_glyph(stage)} {word(f'stage.{stage}')}"


def area(area_ha: float) -> str:
    """Write an area in the unit the reader thinks in, the other behind it."""
    mu = f"{area_ha * MU_PER_HA:,.2f} {word('unit.mu')}"
    ha = f"{area_ha:,.4f} {word('unit.ha')}"
    return f"{mu}（{ha}）" if state.lang() == "zh" else f"{ha} ({mu})"


def deadline(due: date | None, stage: Stage, today: date) -> str:
    """Write a deadline as a day and as what is left of it."""
    if due is None:
        return word("due.none")
    if stage in CLOSED_STAGES:
        return due.isoformat()
    left = (due - today).days
    key = "due.late" if left < 0 else "due.today" if left == 0 else "due.left"
    if abs(left) == 1:
        key += "_one"
    return f"{due.isoformat()} · {word(key, days=abs(left))}"


def moment(at: datetime) -> str:
    """Write a moment on the clock of the office."""
    return at.astimezone(ZoneInfo(cached.store().rules().time_zone)).strftime("%Y-%m-%d %H:%M")


def plain(text: object) -> str:
    """Make text safe where Streamlit would read it as Markdown: a file's words are only words."""
    shown = " ".join(str(text).split())  # a new line would begin another block
    for sign in "\\`*_{}[]<>()#+-.!|~$:^=":
        shown = shown.replace(sign, f"\\{sign}")
    return shown


def duty_word(duty: str) -> str:
    """Say a kind of waiting work, to be read after a number."""
    return word(f"today.{duty}", days=cached.store().rules().due_soon_days)


def empty(key: str, **values: object) -> None:
    """Say what would be here, why it is not, and the one step to change that."""
    st.info(word(key, **values))


def pairs(values: dict[str, object]) -> None:
    """Show names and values closely set; whatever the values hold is only text."""
    rows = "".join(
        f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>"
        for name, value in values.items()
    )
    st.html(f'<dl class="pairs">{rows}</dl>')
