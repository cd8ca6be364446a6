"""Today: what waits for me, most urgent first, and what happened lately."""

import streamlit as st

from geo.workflow.clock import local_day
from geo.workflow.look import recent
from geo.workflow.today import Duty, Waiting
from pages.parts import cached, state
from pages.parts.patch_map import show_patches
from pages.parts.words import duty_word, empty, moment, plain, word

# Where the button of a card leads.
SCREENS = {
    Duty.TO_REVIEW: "review",
    Duty.TO_ASSIGN: "assign",
    Duty.TO_EXPORT: "field",
    Duty.TO_CLOSE: "cases",
    Duty.CASES: "cases",
}
RECENT = 9


def card(waiting: Waiting) -> None:
    """Show one kind of work: how much, what, and the way to it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        number = f"{waiting.count:,}"
        shown = f":red[{number}]" if waiting.duty is Duty.OVERDUE else number
        st.markdown(f"### {shown}", width=72)
        st.markdown(duty_word(waiting.duty), width="stretch")
        if st.button(word("today.open"), key=waiting.duty):
            state.set_duty(waiting.duty)
            st.switch_page(f"{SCREENS.get(waiting.duty, 'patches')}.py")


def lately() -> None:
    """Show the newest events."""
    st.markdown(f"**{word('today.recent')}**")
    for key, event in recent(cached.store(), state.actor(), limit=RECENT):
        done = word(f"verb.{event.verb}")
        st.caption(f"{moment(event.at)} · {plain(key)} · {done} · {plain(event.actor)}")


def choose(key: str) -> None:
    """Remember the patch that was clicked on the small map."""
    state.set_patch(key)
    state.remember("today.clicked", value=True)


def main() -> None:
    """Show what waits on the left and where on the right."""
    if state.remembered("today.clicked"):
        state.remember("today.clicked", value=None)
        st.switch_page("patches.py")

    st.title(word("page.today"))
    everything = cached.patches(state.actor())
    left, right = st.columns([5, 6])
    with left:
        todo = cached.todo(state.actor())
        for waiting in todo:
            card(waiting)
        if everything.empty:
            empty("today.start")
        elif not todo:
            empty("today.nothing")
    with right:
        show_patches(
            "today",
            everything,
            (),
            today=local_day(cached.store(), cached.now()),
            fit_token=state.actor().code,
            height=360,
            on_choice=choose,
            has_legend=False,
        )
        if not everything.empty:
            lately()


main()
