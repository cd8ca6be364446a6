"""History: a patch as it was known on any day, and all that happened to it, with proof."""

from datetime import date

import streamlit as st

from geo.model import columns as c
from geo.workflow.as_known import KnownPatch, PatchLife, as_known, life_of
from geo.workflow.clock import local_day
from geo.workflow.patch_rows import redrawn
from pages.parts import cached, state
from pages.parts.guard import guarded
from pages.parts.images import images_under
from pages.parts.patch_map import around, show_patches
from pages.parts.timeline import show_timeline
from pages.parts.undisturbed import undisturbed
from pages.parts.words import area, empty, pairs, plain, stage_word, word

MAP_HEIGHT_PX = 300
ABSENT = "—"

today = local_day(cached.store(), cached.now())


def choose_patch() -> str | None:
    """Take the patch that was chosen elsewhere, or one by its number."""
    chosen = state.patch()
    typed = st.text_input(
        word("history.patch"),
        value=chosen or "",
        key=f"history-patch-{chosen}",
        placeholder=word("history.patch_hint"),
    ).strip()
    if typed and typed != chosen:
        with guarded():
            state.set_patch(life_of(cached.store(), state.actor(), typed).key)
            st.rerun()
    return chosen


def days_of(life: PatchLife) -> list[date]:
    """List the days on which something happened, oldest first."""
    return sorted({local_day(cached.store(), event.at) for event in life.events})


@undisturbed
def go_to(key: str, day: date) -> None:
    """Look at another day."""
    state.remember("history-day", (key, day))


def choose_day(life: PatchLife) -> date:
    """Choose a day of the patch's life: by date, or from change to change."""
    days = days_of(life)
    kept = state.remembered("history-day")
    day = today
    if isinstance(kept, tuple) and kept[0] == life.key and days[0] <= kept[1] <= today:
        day = kept[1]
    chosen = st.date_input(
        word("history.day"),
        value=day,
        min_value=days[0],
        max_value=max(today, days[-1]),
        key=f"history-day-{life.key}-{day}",
        format="YYYY-MM-DD",
    )
    if isinstance(chosen, date) and chosen != day:
        go_to(life.key, chosen)
        st.rerun()
    before = [other for other in days if other < day]
    after = [other for other in days if other > day]
    left, right = st.columns(2)
    for place, name, others, nearest in (
        (left, "earlier", before, -1),
        (right, "later", after, 0),
    ):
        place.button(
            word(f"history.{name}"),
            disabled=not others,
            width="stretch",
            on_click=go_to,
            args=(life.key, others[nearest] if others else day),
        )
    return day


def show_known(known: KnownPatch) -> None:
    """Show what stood on that day."""
    then, values = known.then, known.then.values
    st.markdown(f"### {plain(then.key)}")
    st.markdown(f"**{stage_word(then.stage)}**")
    if not then.is_proven:
        st.error(word("history.unproven"))
    finding = known.findings[0] if known.findings else None
    facts = {
        "history.version": then.version,
        "history.verdict": word(f"verdict.{values['verdict']}") if values.get("verdict") else "",
        "column.area": area(float(values[c.AREA_HA])),
        "column.cause": known.causes.name(str(values[c.CAUSE]), state.lang())
        if values.get(c.CAUSE)
        else ABSENT,
        "panel.on_ground": known.causes.name(finding.cause, state.lang()) if finding else "",
        "column.land": f"{values[c.LAND_BEFORE] or ABSENT} → {values[c.LAND_AFTER] or ABSENT}",
        "column.grid_code": values.get(c.GRID_CODE) or word("locate.outside"),
        "column.assignee": values.get(c.ASSIGNEE) or ABSENT,
        "column.due": values.get(c.DUE) or ABSENT,
        "column.remark": values.get(c.REMARK),
        "history.seal": _seal_of(known),
    }
    pairs({word(key): value for key, value in facts.items() if value})


def _seal_of(known: KnownPatch) -> str:
    if known.sealed is None:
        return word("history.not_sealed")
    return word("history.sealed", day=known.sealed.day, digest=known.sealed.digest[:16])


def show_outline(known: KnownPatch, key: str) -> None:
    """Draw the outline of that day where it lay."""
    then = redrawn(
        cached.patches(state.actor()).of_keys([key]),
        known.then.outline,
        stage=known.then.stage,
        code=str(known.then.values["code"]),
    )
    show_patches(
        "history",
        then,
        None,
        today=known.day,
        fit=around(known.then.outline),
        fit_token=f"{key} {known.then.version}",
        chosen=known.then.key,
        height=MAP_HEIGHT_PX,
        has_legend=False,
        images=images_under(),
    )


def main() -> None:
    """Show a patch as it was known on a day, and its life beside it."""
    st.title(word("page.history"))
    left, right = st.columns([1, 1.7])
    with left:
        key = choose_patch()
    if key is None:
        empty("history.choose")
        st.stop()
    with guarded():
        life = life_of(cached.store(), state.actor(), key)
        with left:
            day = choose_day(life)
        known = as_known(cached.store(), state.actor(), life.key, day)
        with left, st.container(border=True):
            show_known(known)
        with right:
            show_outline(known, life.key)
            show_timeline(life, known.causes, day, known.then.version)


main()
